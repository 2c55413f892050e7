// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "ui/models/channelrows.h"
#include "ui/overview/overviewplace.h"
#include "ui/widgets/style.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

const Milliseconds start{1'763'700'000'000};
constexpr qint64 now = 1'763'700'000;
const QString server = u"hydra.nixos.org"_s;

class FakeFeed final : public watch::ChannelFeed {
public:
    void setLook(const QString &viewer, watch::ChannelLook look) override { looks.insert(viewer, look); }
    void refresh() override { ++refreshed; }

    QHash<QString, watch::ChannelLook> looks;
    int refreshed = 0;
};

watch::ChannelLine moved(const QString &name, qint64 hours)
{
    watch::ChannelLine line{.channel = channels::channelNamed(name)};
    line.verdict = {.kind = watch::ChannelVerdictKind::Moved,
        .severity = watch::Severity::Good,
        .brief = u"Moved %1 h ago"_s.arg(hours),
        .sentence = u"Moved %1 h ago."_s.arg(hours),
        .movedAt = now - hours * 3600};
    line.release = u"nixos-26.11pre1027151.04b4e759e843"_s;
    line.gate = Subject::ofEvaluation(server, EvalId(7));
    line.seenAt = now;
    return line;
}

watch::ChannelLine blocked(const QString &name)
{
    auto line = moved(name, 40);
    line.verdict.kind = watch::ChannelVerdictKind::Blocked;
    line.verdict.severity = watch::Severity::Trouble;
    line.verdict.brief = u"Blocked, 11 h late"_s;
    line.verdict.sentence = u"nixos.tests.openssh on x86_64-linux fails since evaluation 9."_s;
    line.verdict.evidence = {{.label = u"Blocked by"_s,
                                 .state = hydra::BuildState::DependencyFailed,
                                 .text = u"nixos.tests.openssh on x86_64-linux: Dependency failed"_s,
                                 .subject = Subject::ofBuild(server, BuildId(21))},
        {.label = u"Cause"_s,
            .state = hydra::BuildState::Failed,
            .text = u"<b>openssh-10.3p1</b>: Failed"_s,
            .subject = Subject::ofBuild(server, BuildId(22))}};
    line.failedBuild = BuildId(22);
    line.blockers = {{.job = u"nixos.tests.openssh.x86_64-linux"_s,
        .build = BuildId(21),
        .state = hydra::BuildState::DependencyFailed,
        .cause = {}}};
    return line;
}

watch::ChannelBoard board(const QList<watch::ChannelLine> &lines)
{
    watch::ChannelBoard board{.channels = lines, .underWay = {}, .server = server, .seenAt = now};
    board.isWhole = true;
    return board;
}

QStringList keysOf(const FactRows &rows)
{
    QStringList keys;
    for (const auto &row : rows)
        keys << row.key;
    return keys;
}

} // namespace

class OverviewPlaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        useLook(makeLook(false, ColourSet::Standard), metric::compactRow);
        m_feed = std::make_unique<FakeFeed>();
        m_place = std::make_unique<OverviewPlace>(*m_feed, nullptr, server, m_clock);
        m_place->resize(1168, 736);
        m_place->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_place.get()));
    }
    void cleanup() { m_place.reset(); }

    void onlyAShownPlaceAsksHydra()
    {
        QCOMPARE(m_feed->looks.value(u"overview"_s), watch::ChannelLook::Open);
        m_place->hide();
        QCOMPARE(m_feed->looks.value(u"overview"_s), watch::ChannelLook::Glance);
    }

    void theSentenceSaysWhatIsBlockedAndTroubleUnfoldsItself()
    {
        const QAbstractItemModelTester tester(
            &m_place->channelList()->facts(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(!m_place->isSettled());
        QSignalSpy counts(m_place.get(), &Place::countChanged);
        Q_EMIT m_feed->changed(board({blocked(u"nixos-unstable-small"_s), moved(u"nixos-unstable"_s, 9)}));
        QVERIFY(m_place->isSettled());
        QCOMPARE(m_place->sentence(),
            u"1 of 2 channels does not move: nixos-unstable-small: nixos.tests.openssh on x86_64-linux fails since evaluation 9."_s);
        QCOMPARE(counts.last().first().toInt(), 1);
        const auto rows = m_place->channelList()->facts().rows();
        QVERIFY(rows.size() > 3);
        QCOMPARE(rows[0].cells[ChannelState].text, u"Blocked, 11 h late"_s);
        QCOMPARE(rows[0].cells[ChannelRelease].text, u"26.11pre1027151.04b4e759e843"_s);
        QVERIFY(isEvidence(rows[1]));
        QCOMPARE(rows.last().key, u"nixos-unstable"_s);
        // All channels move: the same rows stay, the sentence turns.
        Q_EMIT m_feed->changed(board({moved(u"nixos-unstable-small"_s, 1), moved(u"nixos-unstable"_s, 9)}));
        QCOMPARE(m_place->sentence(), u"All 2 channels move as usual."_s);
        QCOMPARE(counts.last().first().toInt(), 0);
    }

    void keysFindTroubleFoldAndOpen()
    {
        Q_EMIT m_feed->changed(board({blocked(u"nixos-unstable-small"_s), moved(u"nixos-unstable"_s, 9)}));
        auto *list = m_place->channelList();
        QTest::keyClick(list, Qt::Key_N);
        QVERIFY(list->currentRow());
        QCOMPARE(list->currentRow()->key, u"nixos-unstable-small"_s);
        // w watches the channel; the log that says why is of the cause, not of the gate.
        QCOMPARE(m_place->pointedAt(), std::optional(Subject::ofChannel(u"nixos-unstable-small"_s)));
        QCOMPARE(m_place->alsoPointedAt().value(1), Subject::ofBuild(server, BuildId(22)));
        QTest::keyClick(list, Qt::Key_Space);
        QCOMPARE(keysOf(list->facts().rows()), QStringList({u"nixos-unstable-small"_s, u"nixos-unstable"_s}));
        QTest::keyClick(list, Qt::Key_Space);
        QVERIFY(list->facts().rows().size() > 2);
        QSignalSpy opened(m_place.get(), &Place::openRequested);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.first().first().value<Subject>(), Subject::ofBuild(server, BuildId(22)));
    }

    void whatNewlyBlocksAChannelIsToldWithoutAWatchList()
    {
        Q_EMIT m_feed->changed(board({blocked(u"nixos-unstable-small"_s), moved(u"nixos-unstable"_s, 9)}));
        QVERIFY(m_place->changeList()->facts().rows().isEmpty()); // the first look
        auto other = blocked(u"nixos-unstable"_s);
        other.blockers.append({.job = u"nixos.tests.login.x86_64-linux"_s,
            .build = BuildId(31),
            .state = hydra::BuildState::Failed,
            .cause = {}});
        Q_EMIT m_feed->changed(board({moved(u"nixos-unstable-small"_s, 1), other}));
        QStringList texts;
        for (const auto &row : m_place->changeList()->facts().rows())
            texts << row.cells[0].text + u": "_s + row.cells[1].text;
        QCOMPARE(texts,
            (QStringList{u"nixos.tests.openssh.x86_64-linux: Newly fails, blocks nixos-unstable"_s,
                u"nixos.tests.login.x86_64-linux: Newly fails, blocks nixos-unstable"_s,
                u"nixos.tests.openssh.x86_64-linux: Blocks nixos-unstable-small no longer"_s}));
        // It is kept until it is seen, over a restart too.
        OverviewPlace again(*m_feed, nullptr, server, m_clock);
        again.restoreState(m_place->saveState());
        Q_EMIT m_feed->changed(board({moved(u"nixos-unstable-small"_s, 1), other}));
        QCOMPARE(again.changeList()->facts().rows().size(), 3);
        // So is what the watch list told; a later notice of the same takes its place.
        watch::Notice notice{.id = u"broke|job"_s,
            .target = {.kind = watch::WatchKind::Build, .server = server, .number = 5},
            .subject = Subject::ofBuild(server, BuildId(5)),
            .title = u"hello broke"_s,
            .text = u"It failed."_s};
        again.takeNotice(notice);
        notice.others = {u"other"_s};
        again.takeNotice(notice);
        OverviewPlace third(*m_feed, nullptr, server, m_clock);
        third.restoreState(again.saveState());
        Q_EMIT m_feed->changed(board({moved(u"nixos-unstable-small"_s, 1), other}));
        const auto rows = third.changeList()->facts().rows();
        QCOMPARE(rows.size(), 4);
        QCOMPARE(
            rows.front().cells[0].text + u": "_s + rows.front().cells[1].text, u"hello broke: It failed. + other"_s);
        QCOMPARE(rows.front().subject, std::optional(Subject::ofBuild(server, BuildId(5))));
        again.markSeen();
        QVERIFY(again.changeList()->facts().rows().isEmpty());
    }

    void certificatesThatEndSoonStandOut()
    {
        net::ServerMeter meter{.server = u"a"_s, .name = u"a"_s, .url = QUrl(u"https://a"_s)};
        meter.sent = 1;
        meter.lastGood = start;
        meter.certificateEnds = now + 60 * 86400;
        auto other = meter;
        other.server = other.name = u"b"_s;
        other.certificateEnds = now + 9 * 86400;
        m_place->takeMeters({meter, other});
        const auto rows = m_place->serverList()->facts().rows();
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[0].cells.last().text, u"60 d"_s);
        QVERIFY(!rows[0].cells.last().bold && rows[1].cells.last().bold);
    }

    void aChannelIsOpenedEvenBeforeItIsKnown()
    {
        QVERIFY(m_place->shows(Subject::ofChannel(u"nixos-unstable"_s)));
        m_place->open(Subject::ofChannel(u"nixos-unstable"_s));
        Q_EMIT m_feed->changed(board({moved(u"nixos-unstable-small"_s, 1), moved(u"nixos-unstable"_s, 9)}));
        QCOMPARE(m_place->current(), std::optional(Subject::ofChannel(u"nixos-unstable"_s)));
        QVERIFY(m_place->channelList()->facts().rows().size() > 2);
    }

    void whatChangedSinceTheLastLookIsMarkedUntilItIsSeen()
    {
        Q_EMIT m_feed->changed(board({moved(u"nixos-unstable"_s, 9)}));
        QCOMPARE(m_place->channelList()->facts().rows()[0].unseen, std::optional(false));
        const auto state = m_place->saveState();
        OverviewPlace again(*m_feed, nullptr, server, m_clock);
        again.restoreState(state);
        Q_EMIT m_feed->changed(board({blocked(u"nixos-unstable"_s)}));
        QCOMPARE(again.channelList()->facts().rows()[0].unseen, std::optional(true));
        again.markSeen();
        QCOMPARE(again.channelList()->facts().rows()[0].unseen, std::optional(false));
        again.restoreState("nonsense");
    }

    void theWallShowsAndEndsWithItsKeys()
    {
        Q_EMIT m_feed->changed(board({blocked(u"nixos-unstable-small"_s), moved(u"nixos-unstable"_s, 9)}));
        QTest::keyClick(m_place->channelList(), Qt::Key_F11);
        QVERIFY(m_place->wall());
        QVERIFY(m_place->wall()->isFullScreen());
        QVERIFY(!m_place->wall()->grab().isNull());
        QTest::keyClick(m_place->wall(), Qt::Key_Escape);
        QTRY_VERIFY(!m_place->wall());
    }

private:
    test::FakeClock m_clock{start};
    std::unique_ptr<FakeFeed> m_feed;
    std::unique_ptr<OverviewPlace> m_place;
};

QTEST_MAIN(OverviewPlaceTest)
#include "overviewplace_test.moc"
