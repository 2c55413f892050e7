// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/quickdates.h"
#include "net/systemproxies.h"

#include <QTest>

#include <ctime>

using namespace narscope::net;
using namespace Qt::StringLiterals;

namespace {

QNetworkProxy firstFor(const QString &url)
{
    return SystemProxies().queryProxy(QNetworkProxyQuery(QUrl(url))).value(0);
}

#if defined(__GLIBC__)
std::tm nightOf(int month, int day, int isSummerTime)
{
    std::tm time{};
    time.tm_year = 126; // 2026
    time.tm_mon = month;
    time.tm_mday = day;
    time.tm_hour = 2;
    time.tm_min = 30;
    time.tm_isdst = isSummerTime;
    return time;
}
#endif

} // namespace

class ProxiesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void serversAreReachedThroughTheSystemsProxyAndThisComputerWithoutOne()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("libproxy keeps what it read of the system, which the leak checker takes for lost");
#endif
        qputenv("https_proxy", "http://proxy.example:3128");
        qputenv("http_proxy", "http://proxy.example:3128");
        QCOMPARE(firstFor(u"https://cache.nixos.org/x.narinfo"_s).hostName(), u"proxy.example"_s);
        QCOMPARE(firstFor(u"https://cache.nixos.org/x.narinfo"_s).port(), quint16(3128));
        for (const auto &here : {u"http://127.0.0.1:8080/"_s, u"http://localhost/"_s, u"http://[::1]/"_s})
            QVERIFY2(firstFor(here).hostName().isEmpty(), qPrintable(here));
    }

    void aLocalTimeIsWhatGlibcSaysAlsoWhenItIsAskedForAsSummerTime_data()
    {
        QTest::addColumn<QByteArray>("zone");
        for (const char *zone :
            {"UTC", "Asia/Tokyo", "Europe/Zurich", "Australia/Sydney", "America/Mexico_City", "EST5EDT"})
            QTest::newRow(zone) << QByteArray(zone);
    }
    void aLocalTimeIsWhatGlibcSaysAlsoWhenItIsAskedForAsSummerTime()
    {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 41)
        QFETCH(QByteArray, zone);
        quickenDates();
        qputenv("TZ", zone);
        tzset();
        for (int month = 0; month < 12; ++month) {
            for (int day = 1; day <= 29; ++day) {
                for (const int isSummerTime : {-1, 0, 1}) {
                    auto ours = nightOf(month, day, isSummerTime);
                    auto theirs = ours;
                    QCOMPARE(mktime(&ours), timelocal(&theirs));
                    QCOMPARE(ours.tm_isdst, theirs.tm_isdst);
                    QCOMPARE(ours.tm_hour, theirs.tm_hour);
                }
            }
        }
        qunsetenv("TZ");
        tzset();
#else
        QSKIP("written for glibc 2.41");
#endif
    }
};

QTEST_GUILESS_MAIN(ProxiesTest)
#include "proxies_test.moc"
