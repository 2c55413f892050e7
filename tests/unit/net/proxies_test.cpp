// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/systemproxies.h"

#include <QTest>

using namespace narscope::net;
using namespace Qt::StringLiterals;

namespace {

QNetworkProxy firstFor(const QString &url)
{
    return SystemProxies().queryProxy(QNetworkProxyQuery(QUrl(url))).value(0);
}

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
};

QTEST_GUILESS_MAIN(ProxiesTest)
#include "proxies_test.moc"
