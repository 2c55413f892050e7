// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "support/fakeclock.h"
#include "watch/channelboard.h"
#include "watch/channelscout.h"

#include <QEventLoop>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace narscope;
using namespace narscope::watch;

namespace {

Task<void> askAll(ChannelScout *scout, QStringList channels, bool past, QEventLoop *loop)
{
    const hydra::Ask ask{.why = u"test"_s, .priority = net::Priority::Interactive};
    auto states = scout->askStates(ask);
    co_await std::move(states);
    auto gates = scout->askGateMetrics(ask);
    co_await std::move(gates);
    if (past) {
        auto asking = scout->askPast(ask);
        co_await std::move(asking);
    }
    auto branches = scout->askBranches(ask);
    co_await std::move(branches);
    for (const auto &project : scout->projects()) {
        auto asking = scout->askJobsets(project, ask);
        co_await std::move(asking);
    }
    for (const auto &name : channels) {
        auto asking = scout->askPointer(name, ask);
        co_await std::move(asking);
        auto askingBucket = scout->askBucket(name, ask);
        co_await std::move(askingBucket);
        auto askingWhy = scout->investigate(name, ask);
        co_await std::move(askingWhy);
    }
    loop->quit();
}

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

/// The simulated pipeline and what is found out about it.
class Pipeline {
public:
    Pipeline()
        : m_simulator({}, m_clock)
        , m_servers(unlimited(m_simulator.start().value()))
        , m_http(m_clock, m_servers)
        , scout(m_http, m_servers, m_pools, m_clock)
    {
    }

    /// Without the pauses of QTest::qWaitFor, which are longer than the answers take.
    const ChannelBoard &look(const QStringList &channels, bool past = false)
    {
        QEventLoop loop;
        Scope scope;
        scope.start(askAll(&scout, channels, past, &loop));
        if (!scope.isEmpty())
            loop.exec();
        m_board = boardOf(scout, m_clock.nowSeconds());
        return m_board;
    }
    /// Lets time pass until the channel has a verdict of this kind; null: never within
    /// four days.
    const ChannelLine *lookUntil(const QString &channel, ChannelVerdictKind kind)
    {
        for (int i = 0; i < 4 * 24; ++i) {
            const auto *line = look({channel}).find(channel);
            if (line->verdict.kind == kind)
                return line;
            m_clock.advance(1h);
        }
        return nullptr;
    }
    /// The same for what the verdict says; within a day, at looks of five minutes: a unit waits for some ten.
    const ChannelLine *lookUntilSays(const QString &channel, const QString &text)
    {
        for (int i = 0; i < 12 * 24; ++i) {
            const auto *line = look({channel}).find(channel);
            if (line->verdict.kind == ChannelVerdictKind::Green && line->verdict.sentence.contains(text))
                return line;
            m_clock.advance(5min);
        }
        return nullptr;
    }
    sim::Simulator &simulator() { return m_simulator; }
    test::FakeClock &clock() { return m_clock; }

private:
    test::FakeClock m_clock;
    Pools m_pools;
    sim::Simulator m_simulator;
    net::Servers m_servers;
    net::Client m_http;
    ChannelBoard m_board;

public:
    ChannelScout scout;
};

constexpr qint64 now = 1'763'700'000;
constexpr qint64 hour = 3600;

hydra::EvalSummary eval(qint64 id, qint64 hoursAgo, int scheduled)
{
    return {.id = EvalId(id),
        .jobset = {},
        .time = now - hoursAgo * hour,
        .changes = {},
        .hasErrors = false,
        .succeeded = 8000 - scheduled,
        .failed = 113,
        .scheduled = scheduled};
}

/// A channel that moved 30 hours ago to what evaluation 100 gave, and moves every 6 hours as a rule.
ChannelFacts lateChannel()
{
    ChannelFacts facts{.channel = channels::channelNamed(u"nixos-26.05"_s)};
    const auto moved = now - 30 * hour;
    facts.view(PointerView::Cdn) = {.value = Pointing{.release = u"nixos-26.05.4193.a50de1b7d8a5"_s,
                                        .revision = u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s},
        .seenAt = now};
    facts.release = {.value = channels::ReleaseIndex{.release = u"nixos-26.05.4193.a50de1b7d8a5"_s,
                         .releasedAt = moved,
                         .revision = u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s,
                         .eval = EvalId(100)},
        .seenAt = now};
    facts.moves = {moved - 18 * hour, moved - 12 * hour, moved - 6 * hour, moved};
    facts.evals = {.value = EvalList{.evals = {eval(102, 2, 1204), eval(101, 10, 0), eval(100, 40, 0)}}, .seenAt = now};
    facts.jobset = {.value = hydra::JobsetOverview{.name = facts.channel.gate.jobset}, .seenAt = now};
    return facts;
}

ChannelVerdict verdictOf(const ChannelFacts &facts)
{
    return judge(facts, u"hydra.nixos.org"_s, QUrl(u"https://hydra.nixos.org"_s), now);
}

GateAt gate(qint64 eval, hydra::BuildState state)
{
    return {.eval = EvalId(eval),
        .revision = QString(40, u'b'),
        .build = BuildId(eval * 10),
        .state = state,
        .finishedAt = hydra::isFinished(state) ? channels::Epoch(now - 5 * hour) : channels::Epoch()};
}

ChannelFacts withoutNewer()
{
    auto facts = lateChannel();
    facts.evals.value->evals = {eval(100, 40, 0)};
    return facts;
}

void tell(const QString &situation, const ChannelVerdict &verdict)
{
    qInfo().noquote() << situation.leftJustified(44) << key(verdict.kind).leftJustified(11) << verdict.sentence;
    for (const auto &evidence : verdict.evidence)
        qInfo().noquote() << QString(57, u' ') << evidence.label << u":"_s << evidence.text;
}

} // namespace

class ChannelVerdictsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySituationHasItsVerdict_data()
    {
        using enum ChannelVerdictKind;
        QTest::addColumn<ChannelFacts>("facts");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *situation, const ChannelFacts &facts, ChannelVerdictKind kind,
                             const QString &sentence) { QTest::newRow(situation) << facts << key(kind) << sentence; };
        auto facts = lateChannel();
        facts.release.value->releasedAt = now - 4 * hour;
        facts.moves.last() = now - 4 * hour;
        facts.gates = {gate(102, hydra::BuildState::Queued)};
        row("moved within its usual pause", facts, Moved, u"Moved 4 h ago; evaluation 102 builds, 1,204 left."_s);

        facts = withoutNewer();
        facts.jobset.value->times.evaluating = now - 600;
        row("evaluation runs", facts, Evaluation,
            u"Nothing newer is evaluated yet: nixos:release-26.05 has been evaluating for 10 m. It moved 30 h ago."_s);

        facts = withoutNewer();
        facts.errors = {.value = hydra::Jobset{.errorMessage = u"error: undefined variable 'hellp'\nat release.nix"_s,
                            .times = {.errorTime = now - hour}},
            .seenAt = now};
        row("evaluation fails", facts, Evaluation,
            u"nixos:release-26.05 cannot be evaluated, so that there is nothing newer to publish: error: undefined variable 'hellp'"_s);

        facts = withoutNewer();
        facts.jobset.value->times.lastChecked = now - 300;
        row("nothing newer to publish", facts, Moved, u"Moved 30 h ago; nothing newer was evaluated since."_s);

        facts = lateChannel();
        facts.evals.value->evals = {eval(102, 2, 1204), eval(100, 40, 0)};
        facts.gates = {gate(102, hydra::BuildState::Queued)};
        facts.leftOf = EvalId(102);
        for (int i = 0; i <= 8; ++i) // 400 builds an hour, for two hours
            facts.left.append({.time = now - 2 * hour + i * 900, .waiting = 2004.0 - i * 100, .taken = i * 100.0});
        row("builds unfinished", facts, Building,
            u"Evaluation 102 is not built yet: 1,204 of 8,113 left, 3 h; its gate tested waits for that."_s);

        facts = lateChannel();
        facts.gates = {gate(102, hydra::BuildState::Queued), gate(101, hydra::BuildState::DependencyFailed)};
        facts.trouble = GateTrouble{.eval = EvalId(101),
            .gate = BuildId(1010),
            .constituents = 140,
            .blockers = {{.job = u"nixos.tests.openssh.x86_64-linux"_s,
                .build = BuildId(5),
                .state = hydra::BuildState::DependencyFailed,
                .cause = GateCause{.name = u"openssh-10.3p1"_s,
                    .build = BuildId(6),
                    .state = hydra::BuildState::Failed,
                    .status = u"Failed"_s}}},
            .firstBad = EvalId(101),
            .firstBadIsSure = true,
            .lastGood = EvalId(100)};
        row("a job blocks, by a dependency of it", facts, Blocked,
            u"nixos.tests.openssh on x86_64-linux fails since evaluation 101, because openssh-10.3p1 does: Failed."_s);

        facts = lateChannel();
        facts.gates = {gate(102, hydra::BuildState::Succeeded)};
        row("green, other jobs unfinished", facts, Green,
            u"The gate is green for 5 h, but 1,204 other builds of evaluation 102 left to finish."_s);

        facts = lateChannel();
        facts.gates = {gate(101, hydra::BuildState::Succeeded)};
        facts.unit = {.value = u"failed"_s, .seenAt = now};
        row("green, publishing failed", facts, Green,
            u"The gate is green for 5 h and all has ended, but update-nixos-26.05.service, which publishes it, failed."_s);

        facts.unit.value = u"inactive"_s;
        row("green, publishing waits", facts, Green,
            u"The gate is green for 5 h and all has ended; update-nixos-26.05.service has not published it yet."_s);

        facts = ChannelFacts{.channel = channels::channelNamed(u"nixos-26.05"_s)};
        row("no server was asked", facts, Unknown, u"Unknown: no server says where it points."_s);
        facts.view(PointerView::Cdn).problem
            = problem(ProblemKind::Timeout, u"https://channels.nixos.org/nixos-26.05/nixexprs.tar.xz"_s).error();
        row("no server answers", facts, Unknown,
            u"Unknown: no server says where it points: The server did not answer in time."_s);

        facts = lateChannel();
        facts.evals = {.problem
            = problem(ProblemKind::Timeout, u"https://hydra.nixos.org/jobset/nixos/release-26.05/evals"_s).error()};
        row("Hydra does not answer", facts, Unknown,
            u"Unknown: it moved 30 h ago; why it has not since is not known: The server did not answer in time."_s);
        facts.gateFailed = {.value = true, .seenAt = now};
        row("only Prometheus knows that the gate fails", facts, Blocked,
            u"Its gate tested fails, says Prometheus; why is not known: The server did not answer in time."_s);
    }

    void everySituationHasItsVerdict()
    {
        QFETCH(ChannelFacts, facts);
        QFETCH(QString, kind);
        QFETCH(QString, sentence);
        const auto verdict = verdictOf(facts);
        tell(QString::fromLatin1(QTest::currentDataTag()), verdict);
        QCOMPARE(key(verdict.kind), kind);
        QCOMPARE(verdict.sentence, sentence);
    }

    void viewsThatDisagreeAreAWarningWhenTheyStaySo()
    {
        auto facts = lateChannel();
        facts.view(PointerView::S3) = {.value = Pointing{.release = u"nixos-26.05.4193.a50de1b7d8a5"_s}, .seenAt = now};
        facts.view(PointerView::Prometheus)
            = {.value = Pointing{.revision = u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s}, .seenAt = now};
        QVERIFY(verdictOf(facts).warnings.isEmpty());
        facts.view(PointerView::S3).value->release = u"nixos-26.05.4211.c7e1d02b94af"_s;
        facts.disagreeSince = now - 60;
        QVERIFY(verdictOf(facts).warnings.value(0).contains("while it is published"_L1));
        facts.disagreeSince = now - 2 * hour;
        QCOMPARE(verdictOf(facts).warnings,
            QStringList{
                u"S3 says nixos-26.05.4211.c7e1d02b94af, the channel itself nixos-26.05.4193.a50de1b7d8a5, for 2 h."_s});
    }

    void theSimulatedPipelineShowsEachOfThem()
    {
        Pipeline pipeline;
        const auto &board = pipeline.look(pipeline.scout.names(), true);
        QCOMPARE(board.channels.size(), 6);
        for (const auto &line : board.channels) {
            tell(line.channel.name, line.verdict);
            // All four views are asked, and in a pipeline at rest they agree.
            for (const auto &view : line.views)
                QVERIFY2(view.value, qPrintable(line.channel.name));
            QVERIFY2(line.verdict.warnings.isEmpty(), qPrintable(line.channel.name + line.verdict.warnings.join(u' ')));
            QVERIFY(!line.days.isEmpty());
        }
        QCOMPARE(board.find(u"nixpkgs-unstable"_s)->verdict.kind, ChannelVerdictKind::Moved);
        QCOMPARE(board.find(u"nixos-26.05"_s)->verdict.kind, ChannelVerdictKind::Green);
        // What blocks is what failed in the world, and the first bad evaluation is the first after the
        // release's.
        const auto *stuck = board.find(u"nixos-unstable"_s);
        QCOMPARE(stuck->verdict.kind, ChannelVerdictKind::Blocked);
        const auto &world = pipeline.simulator().world();
        QVERIFY(stuck->failedBuild);
        const auto blocking = world.build(*stuck->failedBuild);
        QVERIFY(blocking && blocking->finished() && blocking->status != 0);
        const auto gate = *world.findJobset("nixos", "unstable");
        const auto released = std::ranges::find(world.evaluations(gate), stuck->releasedEval);
        QVERIFY(released != world.evaluations(gate).end());
        const auto &trouble = *pipeline.scout.channels().at(u"nixos-unstable"_s).trouble;
        QCOMPARE(trouble.firstBad, *std::next(released));
        QVERIFY(trouble.firstBadIsSure);
        QVERIFY(trouble.window && trouble.window->total > 0);

        const auto *building = pipeline.lookUntil(u"nixos-unstable-small"_s, ChannelVerdictKind::Building);
        QVERIFY(building);
        tell(building->channel.name, building->verdict);
        const auto *fails = pipeline.lookUntil(u"nixos-26.05-small"_s, ChannelVerdictKind::Evaluation);
        QVERIFY(fails);
        tell(fails->channel.name, fails->verdict);
    }

    void aUnitThatFailsOrWaitsIsNamed()
    {
        Pipeline pipeline;
        pipeline.look({}, true);
        const auto *publishes = pipeline.lookUntilSays(u"nixos-26.05"_s, u"has not published it yet"_s);
        QVERIFY(publishes);
        tell(u"the publishing unit waits"_s, publishes->verdict);
        const auto channel = u"nixos-unstable-small"_s;
        const auto index = *pipeline.simulator().world().findChannel(channel.toUtf8());
        const auto *failed = pipeline.lookUntilSays(channel, u"update-nixos-unstable-small.service, which"_s);
        QVERIFY(failed);
        tell(u"the publishing unit fails"_s, failed->verdict);
        QVERIFY(failed->verdict.sentence.endsWith("failed."_L1));
        QCOMPARE(failed->verdict.severity, Severity::Trouble);
        auto &world = pipeline.simulator().world();
        QCOMPARE(world.unitState(index, pipeline.clock().nowSeconds()), QByteArray("failed"));
        const auto released = world.releases(index).size();
        pipeline.clock().advance(24h);
        pipeline.look({channel});
        QVERIFY(world.releases(index).size() > released); // it is mended, and goes on
    }

    void withoutServersTheVerdictIsUnknownAndSaysWhy()
    {
        Pipeline pipeline;
        for (const auto service :
            {sim::Service::Channels, sim::Service::Prometheus, sim::Service::ChannelsBucket, sim::Service::GitHub})
            pipeline.simulator().arm(service, sim::Fault::Guard, -1);
        const auto *line = pipeline.look({u"nixos-unstable"_s}).find(u"nixos-unstable"_s);
        tell(u"no pointer can be had"_s, line->verdict);
        QCOMPARE(line->verdict.kind, ChannelVerdictKind::Unknown);
        QVERIFY(!line->verdict.evidence.isEmpty());
    }
};

QTEST_GUILESS_MAIN(ChannelVerdictsTest)
#include "verdicts_test.moc"
