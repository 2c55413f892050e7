// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/options.h"

#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

class OptionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDemonstrationIsDescribedByItsOptions()
    {
        const auto read = readOptions(
            {u"narscope"_s, u"--demo"_s, u"--demo-jobs"_s, u"250000"_s, u"--demo-speed=60"_s, u"--demo-seed"_s, u"7"_s,
                u"--theme"_s, u"dark"_s, u"--size"_s, u"1920x1080"_s, u"--screenshots"_s, u"shots"_s});
        QVERIFY(read.has_value());
        QVERIFY(read->session.source == Source::Demo);
        QVERIFY(read->namesServers);
        QCOMPARE(read->session.simulator.jobs, 250'000);
        QCOMPARE(read->session.simulator.seed, quint64(7));
        QCOMPARE(read->session.speed, 60.0);
        QVERIFY(read->theme == settings::Theme::Dark);
        QCOMPARE(read->size, QSize(1920, 1080));
        QCOMPARE(read->screenshots, u"shots"_s);
    }

    void withoutOptionsTheShippedHydraIsWatchedAfterAsking()
    {
        const auto read = readOptions({u"narscope"_s});
        QVERIFY(read.has_value());
        QVERIFY(!read->namesServers);
        QVERIFY(read->session.source == Source::Live);
        QCOMPARE(read->session.servers.front().url, QUrl(u"https://hydra.nixos.org"_s));
    }

    void whatMakesNoSenseIsSaid_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown") << QStringList{u"--frobnicate"_s};
        QTest::newRow("too fast") << QStringList{u"--demo"_s, u"--demo-speed"_s, u"1e9"_s};
        QTest::newRow("no number") << QStringList{u"--demo"_s, u"--demo-jobs"_s, u"many"_s};
        QTest::newRow("no jobs") << QStringList{u"--demo"_s, u"--demo-jobs"_s, u"-1"_s};
        QTest::newRow("theme") << QStringList{u"--theme"_s, u"pink"_s};
        QTest::newRow("size") << QStringList{u"--size"_s, u"1280"_s};
        QTest::newRow("http server") << QStringList{u"--server"_s, u"http://hydra.nixos.org"_s};
        QTest::newRow("file server") << QStringList{u"--server"_s, u"file:///etc"_s};
        QTest::newRow("demo and server") << QStringList{u"--demo"_s, u"--server"_s, u"https://hydra.nixos.org"_s};
    }
    void whatMakesNoSenseIsSaid()
    {
        QFETCH(QStringList, arguments);
        const auto read = readOptions(QStringList{u"narscope"_s} + arguments);
        QVERIFY(!read.has_value());
        QVERIFY(read.error().kind == ProblemKind::Usage);
        QVERIFY(!read.error().sentence.isEmpty());
    }

    void aServerOnThisComputerMayBePlainHttp()
    {
        const auto read = readOptions({u"narscope"_s, u"--server"_s, u"http://127.0.0.1:3000/"_s});
        QVERIFY(read.has_value());
        QCOMPARE(read->session.servers.front().url, QUrl(u"http://127.0.0.1:3000"_s));
    }
};

QTEST_GUILESS_MAIN(OptionsTest)
#include "options_test.moc"
