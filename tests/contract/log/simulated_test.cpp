// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/log/simulatedlogs.h"

using namespace narscope;
using namespace narscope::log;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr int ownFailure = 1; // Hydra's codes (hydra.md 6.1)
constexpr int dependencyFailure = 2;
constexpr int aborted = 3;

} // namespace

/// Logs of watched failures, of running builds and of related builds, against the simulated Hydra.
class SimulatedLogsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<test::SimulatedLogs> m;

    /// One that is not over yet and will end so, as `later` knows.
    [[nodiscard]] std::optional<sim::BuildFacts> willEnd(int status, const sim::World &later) const
    {
        for (const auto number : m->world().unfinished()) {
            const auto build = later.build(m->world().buildAt(number).id);
            if (build && build->finished() && build->status == status && build->cachedFrom.value == 0)
                return build;
        }
        return {};
    }
    [[nodiscard]] std::optional<sim::BuildFacts> ended(auto fits) const
    {
        for (const auto &build : m->world().latestFinishedBuilds(0, 100'000)) {
            if (fits(build))
                return build;
        }
        return {};
    }

private Q_SLOTS:
    void init()
    {
        m = std::make_unique<test::SimulatedLogs>();
        QVERIFY(m->start());
    }
    void cleanup() { m.reset(); }

    void theLogOfAWatchedFailureIsKeptThoughNobodyOpensIt()
    {
        history::History history(m->folder.path(), m->clock, m->pools);
        watch::WatchDesk watching(
            {.http = *m->client, .servers = m->servers, .pools = m->pools, .clock = m->clock}, {}, history, {});
        QObject::connect(&watching, &watch::WatchDesk::buildFailed, m->desk.get(), &LogDesk::keepLog);
        QSignalSpy failures(&watching, &watch::WatchDesk::buildFailed);
        const auto later = m->ahead(96 * 3600);
        auto own = willEnd(ownFailure, *later);
        auto dependent = willEnd(dependencyFailure, *later);
        for (int step = 0; step < 140 && !(own && dependent); ++step) {
            m->clock.advance(30min);
            own = willEnd(ownFailure, *later);
            dependent = willEnd(dependencyFailure, *later);
        }
        QVERIFY(own && dependent);
        watch::WatchList list;
        for (const auto &build : {*own, *dependent}) {
            watch::WatchRule rule{.target = {.kind = watch::WatchKind::Build, .number = build.id.value}};
            rule.on = {watch::Transition::Fixed}; // what is told of and what is kept are two things
            list.rules << rule;
        }
        bool isReady = false;
        QObject::connect(&watching, &watch::WatchDesk::started, &watching, [&isReady] { isReady = true; });
        watching.start();
        QVERIFY(QTest::qWaitFor([&] { return isReady; }));
        watching.setList(list);
        QVERIFY(m->pass(10ms, [&] { return m->client->ledger().entries().size() >= 2; }));
        QVERIFY(m->archive->logs().isEmpty());
        QVERIFY(m->pass(5min, [&] { return m->archive->logs().size() == 2; }));
        QCOMPARE(failures.size(), 2);
        for (const auto &log : m->archive->logs()) {
            const bool isOwn = log.build == own->id;
            QVERIFY(isOwn || log.build == dependent->id);
            QCOMPARE(log.state, isOwn ? hydra::BuildState::Failed : hydra::BuildState::DependencyFailed);
            QCOMPARE(log.stoppedAt, isOwn ? own->stoppedAt : dependent->stoppedAt);
            QVERIFY(log.keptAt >= log.stoppedAt);
            QVERIFY(!log.fingerprint.isEmpty());
            QCOMPARE(log.step.value > 0, !isOwn); // what failed is the step of another derivation
            auto drv = own->drv;
            for (const auto &step : m->world().steps(*m->world().build(log.build)))
                drv = !isOwn && step.status && *step.status != 0 && *step.status != aborted ? step.drv : drv;
            QCOMPARE(m->textOf(log), m->world().log(drv).value_or(QByteArray()));
        }
        // Days later nothing is asked or kept again.
        const auto before = m->archive->logs();
        QVERIFY(m->pass(10min, [end = m->clock.now() + 24h, this] { return m->clock.now() > end; }));
        QCOMPARE(m->archive->logs(), before);
        QCOMPARE(failures.size(), 2);
    }

    void noMoreThanTwelveLogsOfFailuresAreFetchedInAnHour()
    {
        QList<BuildId> failed;
        for (const auto &build : m->world().latestFinishedBuilds(0, 100'000)) {
            if ((build.status == ownFailure || build.status == dependencyFailure) && build.cachedFrom.value == 0)
                failed << build.id;
        }
        QVERIFY(failed.size() >= 15);
        failed = failed.first(15);
        const auto begun = m->clock.now();
        for (const auto &build : std::as_const(failed))
            m->desk->keepLog({}, build);
        m->desk->keepLog(u"another hydra"_s, failed.front()); // is not known, and nobody else is asked instead
        QVERIFY(m->pass(100ms, [&] { return m->kept->size() == 12; }));
        QVERIFY(m->clock.now() < begun + 50min);
        QVERIFY(m->pass(20s, [&] { return m->clock.now() > begun + 59min; }));
        QCOMPARE(m->kept->size(), 12);
        QVERIFY(m->pass(1min, [&] { return m->kept->size() == 15; }));
    }

    void aRunningBuildIsFollowedOverTheServiceForLiveLogsThroughItsRestarts()
    {
        // One that began a while ago, goes on for a while, and is not tried again meanwhile.
        const auto later = m->ahead(6 * 3600);
        std::optional<sim::BuildFacts> running;
        for (int step = 0; step < 200 && !running; ++step, m->clock.advance(5min)) {
            for (const auto number : m->world().unfinished()) {
                const auto now = m->world().buildAt(number);
                const auto then = later->build(now.id);
                const auto text = m->world().log(now.drv).value_or(QByteArray());
                const bool fits = then && then->finished() && now.phase == sim::BuildFacts::Phase::Running
                    && then->stoppedAt - m->clock.nowSeconds() > 900 && then->stoppedAt - m->clock.nowSeconds() < 3600
                    && text.count('\n') > 20 && later->log(now.drv).value_or(QByteArray()).startsWith(text);
                if (fits)
                    running = then;
            }
        }
        QVERIFY(running);
        m->desk->open({.run = 1, .text = running->id.text()});
        QTRY_COMPARE(m->opened->size(), 1);
        QVERIFY(m->opened->front().at(2).value<LogAbout>().isLive);
        const auto conversations = [&] {
            return std::ranges::count_if(m->client->ledger().entries(),
                [](const net::LedgerEntry &entry) { return entry.url.scheme() == "ws"_L1; });
        };
        QTRY_COMPARE(m->simulator.followedLogs(), 1);
        QByteArray before;
        for (int restart = 2; restart <= 4; ++restart) {
            QVERIFY(m->pass(500ms, [&] { return m->text().size() > before.size(); }));
            QVERIFY(m->text().startsWith(before)); // nothing is lost or said twice
            QVERIFY(m->world().log(running->drv)->startsWith(m->text()));
            before = m->text();
            m->simulator.dropHydraSocket();
            QCOMPARE(m->simulator.followedLogs(), 0);
            QVERIFY(m->pass(100ms, [&] { return m->simulator.followedLogs() == 1; }));
            QCOMPARE(conversations(), restart);
        }
        QVERIFY(m->completed->isEmpty());
        QVERIFY(m->pass(20s, [&] { return m->completed->size() == 1; }));
        QCOMPARE(m->text(), m->world().log(running->drv).value_or(QByteArray()));
        QCOMPARE(m->opened->size(), 1); // it was the same log to the end
        QVERIFY(!m->about().isLive);
        QVERIFY(m->troubled->isEmpty());
    }

    void relatedBuildsAreFoundAndTheAttemptBeforeComesFromTheArchive()
    {
        auto &world = m->world();
        const auto goodBefore = [&world](const sim::BuildFacts &build) {
            std::optional<sim::BuildFacts> best;
            for (const auto &other : world.history(build.jobset, build.job)) {
                if (other.finished() && other.status == 0 && other.id < build.id && (!best || best->id < other.id))
                    best = other;
            }
            return best;
        };
        const auto onArm = [&world](const sim::BuildFacts &build) -> std::optional<sim::BuildFacts> {
            const auto name = world.jobName(build.jobset, build.job);
            const auto evals = world.evaluationsWith(build);
            if (!name.endsWith(".x86_64-linux") || evals.empty())
                return {};
            const auto job = world.findJob(build.jobset, name.chopped(12) + "aarch64-linux");
            const auto other = job ? world.build(*world.evaluation(evals.back()), *job) : std::nullopt;
            return other && other->finished() && (other->status == 0 || other->status == ownFailure) ? other
                                                                                                     : std::nullopt;
        };
        const auto failed = ended([&](const sim::BuildFacts &build) {
            return build.status == ownFailure && build.cachedFrom.value == 0 && goodBefore(build) && onArm(build);
        });
        QVERIFY(failed);
        QVERIFY(m->open({.run = 1, .text = failed->id.text()}));
        QCOMPARE(m->text(), world.log(failed->drv).value_or(QByteArray()));
        QVERIFY(m->pass(1ms, [&] { return m->kept->size() == 1; }));
        QVERIFY(m->open({.run = 2, .text = failed->id.text(), .relation = LogRelation::LastGood}));
        QCOMPARE(m->about().place.build, goodBefore(*failed)->id);
        QCOMPARE(m->about().state, hydra::BuildState::Succeeded);
        QCOMPARE(m->text(), world.log(goodBefore(*failed)->drv).value_or(QByteArray()));
        QVERIFY(m->open(
            {.run = 3, .text = failed->id.text(), .relation = LogRelation::OtherSystem, .system = u"aarch64-linux"_s}));
        QCOMPARE(m->about().place.build, onArm(*failed)->id);
        QCOMPARE(m->about().system, u"aarch64-linux"_s);
        // What Hydra overwrote is only here; without it that is said.
        QVERIFY(!m->open({.run = 4, .text = failed->id.text(), .relation = LogRelation::PreviousAttempt}));
        QCOMPARE(m->failed->back().at(1).value<Problem>().kind, ProblemKind::NotFound);
        auto entry = m->archive->logs().back();
        entry.stoppedAt -= 3600;
        entry.fingerprint.clear();
        QVERIFY(m->archive->keep(MemoryBytes("the attempt before\n"), entry));
        QVERIFY(m->open({.run = 5, .text = failed->id.text(), .relation = LogRelation::PreviousAttempt}));
        QCOMPARE(m->text(), "the attempt before\n"_ba);
        QCOMPARE(m->about().stoppedAt, failed->stoppedAt - 3600);
    }

    void aBuildThatNeverRanShowsTheLogOfTheDependencyThatFailed()
    {
        const auto build
            = ended([](const sim::BuildFacts &one) { return one.status == dependencyFailure && one.cause.value > 0; });
        QVERIFY(build);
        QVERIFY(m->open({.run = 1, .text = build->id.text()}));
        QVERIFY(m->about().place.step.value > 0);
        QVERIFY2(m->about().title.contains(u", needed by "_s), qPrintable(m->about().title));
        QVERIFY(!m->text().isEmpty());
        QCOMPARE(m->text(), m->world().log(m->world().build(build->cause)->drv).value_or(QByteArray()));
        // Its own job's good builds have no counterpart.
        QVERIFY(!m->open({.run = 2, .text = build->id.text(), .relation = LogRelation::LastGood}));
    }

    void whenHydraIsAwayTheArchiveIsShownAndSaysSo()
    {
        const auto failed = ended(
            [](const sim::BuildFacts &build) { return build.status == ownFailure && build.cachedFrom.value == 0; });
        QVERIFY(failed);
        QVERIFY(m->open({.run = 1, .text = failed->id.text()}));
        const auto text = m->text();
        QVERIFY(m->pass(1ms, [&] { return m->kept->size() == 1; }));
        m->simulator.arm(sim::Service::Hydra, sim::Fault::BadGateway, -1);
        QVERIFY(m->open({.run = 2, .text = failed->id.text()}));
        QCOMPARE(m->text(), text);
        QVERIFY(m->about().isKept);
        QTRY_COMPARE(m->troubled->size(), 1);
    }
};

QTEST_GUILESS_MAIN(SimulatedLogsTest)
#include "simulated_test.moc"
