// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/attrs.h"
#include "trace/places.h"

#include <QTest>

using namespace narscope::trace;
using namespace Qt::StringLiterals;

/// Titles as nixpkgs' CONTRIBUTING.md wants them, and as people write them.
class AttrsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void attributesStandBeforeTheColon_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QStringList>("attrs");
        QTest::newRow("update") << u"hello: 2.12.1 -> 2.12.2"_s << QStringList{u"hello"_s};
        QTest::newRow("in a set") << u"python3Packages.llm-ollama: 0.12 -> 0.13"_s
                                  << QStringList{u"python3Packages.llm-ollama"_s};
        QTest::newRow("several") << u"foo, bar.baz: mark as broken"_s << QStringList{u"foo"_s, u"bar.baz"_s};
        QTest::newRow("braces") << u"gst_all_1.{gst-libav,gst-vaapi}: 1.26.1 -> 1.26.2"_s
                                << QStringList{u"gst_all_1.gst-libav"_s, u"gst_all_1.gst-vaapi"_s};
        QTest::newRow("backport") << u"[Backport release-26.05] git: 2.51.1 -> 2.51.2"_s << QStringList{u"git"_s};
        QTest::newRow("revert") << u"Revert \"fish: 4.0.2 -> 4.0.3\""_s << QStringList{u"fish"_s};
        QTest::newRow("backport of a revert")
            << u"[Backport release-26.05] Revert \"fish: 4.0.2 -> 4.0.3\""_s << QStringList{u"fish"_s};
        QTest::newRow("module") << u"nixos/nginx: add option"_s << QStringList();
        QTest::newRow("topic") << u"treewide: remove with lib"_s << QStringList();
        QTest::newRow("library") << u"lib.strings: add toInt"_s << QStringList();
        QTest::newRow("no colon") << u"staging-next 2026-11-20"_s << QStringList();
        QTest::newRow("sentence") << u"Merge pull request #1 from a: b"_s << QStringList();
        QTest::newRow("open brace") << u"a.{b: c"_s << QStringList();
    }
    void attributesStandBeforeTheColon()
    {
        QFETCH(QString, title);
        QFETCH(QStringList, attrs);
        QCOMPARE(attributesInTitle(title), attrs);
    }

    void jobsAreAttributesOnSystems()
    {
        QCOMPARE(jobParts(u"hello.x86_64-linux"_s, {}), (JobParts{u"hello"_s, u"x86_64-linux"_s}));
        QCOMPARE(jobParts(u"nixpkgs.python3Packages.a.aarch64-darwin"_s, packagePrefix(u"nixos"_s)),
            (JobParts{u"python3Packages.a"_s, u"aarch64-darwin"_s}));
        QVERIFY(!jobParts(u"tested"_s, {}));
        QVERIFY(!jobParts(u"nixos.tests.login.x86_64-linux"_s, packagePrefix(u"nixos"_s)));
        QVERIFY(!jobParts(u"nixpkgs.x86_64-linux"_s, u"nixpkgs."_s));
    }

    void aReleaseNewerThanTheProgramIsFollowed()
    {
        const auto graph = graphWith({u"nixos-91.11"_s, u"nixos-unstable"_s});
        const auto branches = developmentBranches(graph, u"staging-91.11"_s);
        QCOMPARE(branches, (QStringList{u"staging-91.11"_s, u"staging-next-91.11"_s, u"release-91.11"_s}));
        const auto gate = channelsOf(graph, branches).first().job;
        QCOMPARE(gate.jobset.text() + u':' + gate.job, u"nixos:release-91.11:tested"_s);
        const auto shipped = narscope::github::BranchGraph::shipped();
        for (const auto &channel : shipped.channels())
            QVERIFY(graph.channel(channel.name));
        QVERIFY(!shipped.channel(u"nixos-91.11"_s));
    }

    void mergesNameTheirPullRequest()
    {
        QCOMPARE(pullRequestInMessage(u"hello: 2.12.1 -> 2.12.2 (#429664)"_s), 429664);
        QCOMPARE(pullRequestInMessage(u"Merge pull request #429664 from mira/hello\n\nhello: 1 (#7)"_s), 429664);
        QCOMPARE(pullRequestInMessage(u"hello: fix #12 at last"_s), 0);
    }
};

QTEST_APPLESS_MAIN(AttrsTest)
#include "attrs_test.moc"
