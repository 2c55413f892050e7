// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/watch/courses.h"
#include "net/client.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "support/fakeclock.h"
#include "support/flow.h"
#include "watch/channelwatch.h"
#include "watch/farmwatch.h"
#include "watch/watchdesk.h"

#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::watch;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

// Each kind of thing that can be watched, over the whole simulated pipeline: what happens to it is told once.

namespace {

constexpr qint64 minute = 60;
constexpr qint64 hour = 3600;
const QList<Transition> everything{
    Transition::Started, Transition::Succeeded, Transition::Failed, Transition::Broke, Transition::Fixed};

/// Passes on what a farm's feed says, with one builder gone while a test wants it so.
class FarmWithout final : public FarmFeed {
public:
    explicit FarmWithout(FarmFeed &feed)
        : m_feed(feed)
    {
        connect(&m_feed, &FarmFeed::changed, this, [this](FarmState state) {
            for (auto &builder : state.builders)
                builder.isConnected = builder.isConnected && builder.machine.name != gone;
            Q_EMIT changed(state);
        });
    }
    void setView(const QString &viewer, FarmView view) override { m_feed.setView(viewer, view); }
    void refresh() override { m_feed.refresh(); }
    QString gone;

private:
    FarmFeed &m_feed;
};

/// On this machine nobody is disturbed: no limits of rate.
net::Servers unlimited(const sim::Addresses &addresses)
{
    auto servers = sim::demoServers(addresses, 1);
    for (auto &server : servers) {
        const auto hosts = server.policy.redirectHosts;
        server.policy = net::serverAt(server.url, server.kind).policy;
        server.policy.redirectHosts = hosts;
    }
    return servers;
}

struct Desk {
    test::FakeClock clock;
    const qint64 start = clock.nowSeconds();
    Pools pools;
    sim::Simulator simulator{sim::Config{}, clock};
    net::Servers servers = unlimited(simulator.start().value());
    net::Client client{clock, servers};
    QTemporaryDir folder;
    std::unique_ptr<history::History> history;
    std::unique_ptr<ChannelWatch> channels;
    std::unique_ptr<FarmWatch> farm;
    std::unique_ptr<FarmWithout> farmFeed;
    std::unique_ptr<WatchDesk> desk;
    QList<Notice> notices;
    QList<Problem> problems;

    Desk() { open(); }
    ~Desk() { close(); }

    void open()
    {
        history = std::make_unique<history::History>(folder.path(), clock, pools);
        channels = std::make_unique<ChannelWatch>(client, servers, pools, clock, 1);
        const auto &hydra = *net::findServer(servers, net::ServerKind::Hydra);
        farm = std::make_unique<FarmWatch>(client, farmServersOf(hydra, servers), pools, clock, 1);
        farmFeed = std::make_unique<FarmWithout>(*farm);
        desk = std::make_unique<WatchDesk>(
            WatchDoors{.http = client, .servers = servers, .pools = pools, .clock = clock},
            WatchFeeds{.channels = channels.get(), .farm = farmFeed.get()}, *history, folder.path());
        QObject::connect(
            desk.get(), &NoticeSource::noticed, desk.get(), [this](const Notice &notice) { notices << notice; });
        QObject::connect(
            desk.get(), &NoticeSource::troubled, desk.get(), [this](const Problem &problem) { problems << problem; });
        bool isReady = false;
        QObject::connect(desk.get(), &WatchDesk::started, desk.get(), [&isReady] { isReady = true; });
        desk->start();
        while (!isReady)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        settle();
    }
    void close()
    {
        settle();
        (void)test::waitFor(history->flush());
        desk.reset();
        farmFeed.reset();
        farm.reset();
        channels.reset();
        history.reset();
        pools.waitForDone();
    }
    void watch(const QList<WatchTarget> &targets, const QList<Transition> &on = everything)
    {
        WatchList list;
        for (const auto &target : targets)
            list.rules << WatchRule{.target = target, .on = on};
        desk->setList(list);
        settle();
    }
    [[nodiscard]] bool isBusy()
    {
        return std::ranges::any_of(client.ledger().meters(),
            [](const net::ServerMeter &meter) { return meter.inFlight > 0 || meter.waiting > 0; });
    }
    /// Until nothing more is asked and every answer is read.
    void settle()
    {
        for (int idle = 0; idle < 4; idle = isBusy() ? 0 : idle + 1) {
            pools.waitForDone();
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        }
    }
    void passUntil(qint64 time)
    {
        while (clock.nowSeconds() < time) {
            const auto left = std::chrono::seconds(time - clock.nowSeconds());
            clock.advance(
                std::clamp<Milliseconds>(clock.nextDue() - clock.now(), 1s, std::max<Milliseconds>(left, 1s)));
            settle();
        }
    }
    /// Transitions told of this subject, in order.
    [[nodiscard]] QStringList told(const Subject &subject) const
    {
        QStringList words;
        for (const auto &notice : notices) {
            if (notice.subject == subject)
                words << key(notice.transition);
        }
        return words;
    }
};

/// Of some channels the one that moves next, and its release; an empty name: none does.
std::pair<QString, sim::Release> nextMove(const sim::World &ahead, qint64 start)
{
    std::pair<QString, sim::Release> next;
    for (const auto &one : {"nixos-unstable-small"_ba, "nixos-26.05-small"_ba, "nixpkgs-unstable"_ba}) {
        for (const auto &release : ahead.releases(*ahead.findChannel(one))) {
            if (release.time > start + 20 * minute && (next.first.isEmpty() || release.time < next.second.time))
                next = {QString::fromLatin1(one), release};
        }
    }
    return next;
}

QString describe(const QList<Notice> &notices)
{
    QStringList lines;
    for (const auto &notice : notices)
        lines << key(notice.transition) + u' ' + notice.title + u": "_s + notice.text;
    return lines.join(u" / "_s);
}

} // namespace

class WatchKindsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// An evaluation is told when it begins to be built and when it has ended, if each lasts long enough to be met.
    void eachEvaluationOfAJobsetIsToldOnce()
    {
        Desk d;
        const JobsetName name{u"nixos"_s, u"unstable-small"_s};
        const auto until = d.start + 20 * hour;
        const auto ahead = test::worldAt(d.start, until);
        const auto jobset = *ahead->findJobset("nixos", "unstable-small");
        d.watch({{.kind = WatchKind::Jobset, .jobset = name}});
        d.passUntil(until);
        QCOMPARE(d.problems, QList<Problem>());
        const auto evals = ahead->evaluations(jobset);
        int checked = 0;
        for (size_t i = 0; i < evals.size(); ++i) {
            const auto &eval = *ahead->evaluation(evals[i]);
            qint64 ended = eval.time;
            for (const auto number : eval.builds)
                ended = number == 0 ? ended : std::max(ended, ahead->buildAt(number).stoppedAt);
            const auto next = i + 1 < evals.size() ? ahead->evaluation(evals[i + 1])->time : until;
            const bool isMet = eval.time > d.start + 30 * minute && ended - eval.time > 20 * minute
                && next - ended > 20 * minute && ended < until;
            const auto words = d.told(Subject::ofEvaluation(u"demo-hydra"_s, eval.id));
            QVERIFY2(words.count(u"started"_s) <= 1 && words.size() <= 2, qPrintable(words.join(u' ')));
            if (!isMet)
                continue;
            QVERIFY2(words.size() == 2 && words.front() == "started"_L1,
                qPrintable(u"%1: %2; %3"_s.arg(eval.id.value).arg(words.join(u' '), describe(d.notices))));
            ++checked;
        }
        QVERIFY(checked >= 2);
    }

    /// Those that end first, of those that run for long enough to be met.
    void aBuildIsToldWhenItRunsAndWhenItEnds()
    {
        Desk d;
        const auto ahead = test::worldAt(d.start, d.start + 8 * hour);
        std::vector<sim::BuildFacts> met;
        for (const auto number : d.simulator.world().unfinished()) {
            const auto build = ahead->build(d.simulator.world().buildAt(number).id);
            const bool endsPlainly = build->finished() && (build->status == 0 || build->status == 1);
            // One that has not waited for six hours is asked for every five minutes (hydra.md 13).
            const bool isMet = build->startedAt > d.start + 15 * minute
                && build->stoppedAt - build->startedAt > 7 * minute && build->startedAt - build->queuedAt < 5 * hour;
            if (endsPlainly && isMet)
                met.push_back(*build);
        }
        std::ranges::sort(met, {}, &sim::BuildFacts::stoppedAt);
        QVERIFY(met.size() >= 2);
        met.resize(2);
        QList<WatchTarget> targets;
        for (const auto &build : met)
            targets << WatchTarget{.kind = WatchKind::Build, .number = build.id.value};
        d.watch(targets);
        d.passUntil(met.back().stoppedAt + 20 * minute);
        QCOMPARE(d.problems, QList<Problem>());
        for (const auto &build : met)
            QCOMPARE(d.told(Subject::ofBuild(u"demo-hydra"_s, build.id)),
                (QStringList{u"started"_s, build.succeeded() ? u"succeeded"_s : u"failed"_s}));
        QCOMPARE(d.notices.size(), 4);
    }

    /// A merged change that the next release of a channel brings: one stop of its trace.
    void aChangeIsToldWhenItArrivesInAChannel()
    {
        Desk d;
        const auto ahead = test::worldAt(d.start, d.start + 8 * hour);
        const auto [name, release] = nextMove(*ahead, d.start);
        QVERIFY(!name.isEmpty());
        const auto &source = d.simulator.world().source();
        const auto before = source.head(name.toLatin1());
        WatchTarget target{.kind = WatchKind::PullRequest, .name = Subject::nixpkgs(), .branch = name};
        for (const auto &[number, pull] : source.pullRequests()) {
            const bool isMerged = pull.state == sim::PullRequestState::Merged && pull.merge != sim::CommitIndex::None;
            if (isMerged && !source.contains(before, pull.merge)
                && ahead->source().contains(release.commit, pull.merge))
                target.number = number.value;
        }
        QVERIFY(target.number > 0);
        d.watch({target});
        d.passUntil(release.time - minute);
        QVERIFY2(d.notices.isEmpty(), qPrintable(describe(d.notices)));
        d.passUntil(release.time + 20 * minute);
        QCOMPARE(d.problems, QList<Problem>());
        QCOMPARE(d.told(Subject::ofPullRequest(PullRequestNr(target.number))), QStringList{u"fixed"_s});
        const auto asked = d.client.ledger().entries().size();
        d.passUntil(release.time + hour);
        QCOMPARE(d.client.ledger().entries().size(), asked); // a branch loses no commits
        QCOMPARE(d.notices.size(), 1);
    }

    void aPullRequestIsToldWhenItIsMergedOrClosed()
    {
        Desk d;
        const auto until = d.start + 30 * hour;
        const auto ahead = test::worldAt(d.start, until);
        QList<WatchTarget> targets;
        QMap<qint64, QStringList> wanted;
        for (const auto &[number, pull] : ahead->source().pullRequests()) {
            const bool isMet = pull.openedAt < d.start && pull.closedAt > d.start && pull.closedAt < until - hour;
            const auto end = pull.state == sim::PullRequestState::Merged ? u"succeeded"_s : u"failed"_s;
            if (!isMet || wanted.values().count(QStringList{end}) > 1)
                continue;
            wanted[number.value] = {end};
            targets << WatchTarget{.kind = WatchKind::PullRequest, .name = Subject::nixpkgs(), .number = number.value};
        }
        QVERIFY(wanted.values().contains(QStringList{u"succeeded"_s}));
        d.watch(targets);
        d.passUntil(until);
        QCOMPARE(d.problems, QList<Problem>());
        for (auto it = wanted.begin(); it != wanted.end(); ++it)
            QCOMPARE(d.told(Subject::ofPullRequest(PullRequestNr(it.key()))), it.value());
        QCOMPARE(d.notices.size(), wanted.size());
    }

    /// The level is told also when it changes while nobody looks.
    void aStorePathIsToldWhenItReachesTheCache()
    {
        Desk d;
        const auto until = d.start + 10 * hour;
        const auto ahead = test::worldAt(d.start, until);
        auto &world = d.simulator.world();
        QStringList paths;
        for (const auto number : world.unfinished()) {
            const auto facts = world.buildAt(number);
            const auto build = ahead->build(facts.id);
            if (build->succeeded() && build->stoppedAt > d.start + hour && build->stoppedAt < until - 2 * hour
                && !world.isBuilt(facts.drv) && paths.size() < 2)
                paths << QString::fromUtf8(world.recipes().mainPath(facts.drv).text());
        }
        QCOMPARE(paths.size(), 2);
        d.watch({{.kind = WatchKind::StorePath, .name = paths[0]}});
        d.passUntil(until);
        QCOMPARE(d.problems, QList<Problem>());
        QCOMPARE(d.told(Subject::ofStorePath(paths[0])), QStringList{u"fixed"_s});
        QVERIFY(d.notices.front().title.endsWith(u" is in the cache"_s));
        d.close();
        d.open();
        d.passUntil(until + hour);
        QCOMPARE(d.notices.size(), 1);
    }

    void aBuilderIsToldWhenItGoesAndComesBack()
    {
        Desk d;
        const auto host = QString::fromUtf8(d.simulator.world().machines().front().host);
        d.watch({{.kind = WatchKind::Builder, .name = host}});
        d.passUntil(d.start + 10 * minute);
        QCOMPARE(describe(d.notices), QString());
        d.farmFeed->gone = host;
        d.passUntil(d.start + 30 * minute);
        d.farmFeed->gone.clear();
        d.passUntil(d.start + 60 * minute);
        QCOMPARE(d.told(Subject::ofBuilder(u"demo-hydra"_s, host)), (QStringList{u"broke"_s, u"fixed"_s}));
        QCOMPARE(d.notices.size(), 2);
    }

    void packagesAndMaintainersStandForTheirJobs_data()
    {
        QTest::addColumn<bool>("isPackage");
        QTest::newRow("package") << true;
        QTest::newRow("maintainer") << false;
    }

    /// Which packages there are comes from the channel's packages.json.br: Hydra is asked for jobs and builds alone.
    void packagesAndMaintainersStandForTheirJobs()
    {
        QFETCH(bool, isPackage);
        Desk d;
        const auto from = d.start + hour;
        const auto until = from + 6 * hour;
        const auto ahead = test::worldAt(d.start, until);
        const auto jobset = *ahead->findJobset("nixpkgs", "unstable");
        const auto all = test::courses(d.start, from, until, 400);
        const auto attrOf = [&](const test::Course &course) {
            return *ahead->jobAttr(jobset, *ahead->findJob(jobset, course.job.toUtf8()));
        };
        const auto first = std::ranges::find_if(all, [&](const test::Course &course) {
            return course.job.endsWith(u".x86_64-linux"_s) && !ahead->universe().maintainers(attrOf(course)).isEmpty();
        });
        QVERIFY(first != all.end());
        const auto person = ahead->universe().maintainers(attrOf(*first)).front();
        const auto attribute = first->job.section(u'.', 0, -2);
        d.watch({{.kind = isPackage ? WatchKind::Package : WatchKind::Maintainer,
                    .name = isPackage ? attribute : QString::fromUtf8(person)}},
            {Transition::Succeeded, Transition::Failed, Transition::Broke, Transition::Fixed});
        d.passUntil(until);
        QCOMPARE(d.problems, QList<Problem>());
        int jobs = 0;
        for (const auto &course : all) {
            const bool isWatched = isPackage ? course.job.section(u'.', 0, -2) == attribute
                                             : course.job.endsWith(u".x86_64-linux"_s)
                    && ahead->universe().maintainers(attrOf(course)).contains(person);
            if (!isWatched)
                continue;
            ++jobs;
            QVERIFY2(test::told(d.notices, course.job) == test::expected(course, from),
                qPrintable(u"%1: told %2; happened %3"_s.arg(course.job, test::told(d.notices, course.job).join(u' '),
                    test::expected(course, from).join(u' '))));
        }
        QVERIFY(jobs >= 1);
        for (const auto &entry : d.client.ledger().entries()) {
            if (entry.server == "demo-hydra"_L1)
                QVERIFY2(entry.url.path().startsWith("/job/"_L1) || entry.url.path().startsWith("/build/"_L1),
                    qPrintable(entry.url.toString()));
        }
    }

    void aChannelIsToldOnceWhenItMoves()
    {
        Desk d;
        const auto ahead = test::worldAt(d.start, d.start + 8 * hour);
        const auto [name, release] = nextMove(*ahead, d.start);
        const auto time = release.time;
        QVERIFY(!name.isEmpty());
        d.watch({{.kind = WatchKind::Channel, .name = name}}, {Transition::Succeeded, Transition::Fixed});
        d.passUntil(time - minute);
        QVERIFY2(d.notices.isEmpty(), qPrintable(describe(d.notices)));
        d.passUntil(time + 40 * minute);
        QVERIFY2(d.notices.size() == 1, qPrintable(describe(d.notices)));
        QCOMPARE(d.notices.back().target.name, name);
    }
};

QTEST_GUILESS_MAIN(WatchKindsTest)
#include "watchkinds_test.moc"
