// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/containment.h"
#include "net/client.h"
#include "ofborg/livebuilds.h"
#include "sim/githubjson.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "support/fakeclock.h"
#include "support/flow.h"
#include "watch/pullreport.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;

// The clients end to end against the simulated GitHub and OfBorg, over the real network code.

namespace {

const github::Ask asked{.why = u"test"_s, .priority = net::Priority::Interactive};

} // namespace

class SimulatedTest : public QObject {
    Q_OBJECT

    FakeClock m_clock;
    sim::Simulator m_simulator{{.seed = 1, .jobs = 500}, m_clock};
    sim::Addresses m_addresses;
    Pools m_pools;
    std::unique_ptr<net::Client> m_net;

    github::Client gitHub(const QByteArray &token = {})
    {
        return github::Client(
            *m_net, net::serverAt(m_addresses.github, net::ServerKind::GitHub), m_pools, m_clock, github::Token(token));
    }
    ofborg::Client ofBorg()
    {
        return ofborg::Client(*m_net, net::serverAt(m_addresses.ofborg, net::ServerKind::OfBorg), m_pools);
    }
    sim::World &world() { return m_simulator.world(); }
    const sim::PullRequest &story(const char *name)
    {
        return *world().source().pullRequest(
            std::ranges::find(world().stories(), name, &sim::Story::name)->pullRequest);
    }
    watch::PullReport report(github::Client &client, PullRequestNr number)
    {
        auto borg = ofBorg();
        auto got = waitFor(watch::pullReport(client, &borg, number, asked));
        if (!got)
            qFatal("%s", qPrintable(describe(got.error())));
        return *got;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto started = m_simulator.start();
        QVERIFY2(started, started ? "" : qPrintable(describe(started.error())));
        m_addresses = *started;
    }
    void init()
    {
        // An hour on, the quota is full again.
        m_clock.advance(Milliseconds(3600000));
        net::Servers servers{net::serverAt(m_addresses.github, net::ServerKind::GitHub),
            net::serverAt(m_addresses.ofborg, net::ServerKind::OfBorg),
            net::serverAt(m_addresses.ofborgBus, net::ServerKind::OfBorgBus)};
        // The clock leaps further than a server may take.
        for (auto &server : servers)
            server.policy.quick = server.policy.slow = Milliseconds(100000000);
        m_net = std::make_unique<net::Client>(m_clock, servers);
    }

    void everyStoryIsToldWithinTheQuota()
    {
        auto client = gitHub();
        int stories = 0;
        for (const auto &one : world().stories()) {
            if (stories++ == 7)
                break; // 8 requests each
            const auto &pull = *world().source().pullRequest(one.pullRequest);
            const auto told = report(client, one.pullRequest);
            QVERIFY2(told.problems.isEmpty(), one.name.constData());
            QCOMPARE(told.pull.title.toUtf8(), pull.title);
            QCOMPARE(told.pull.base.toUtf8(), pull.base);
            const bool isMerged = pull.state == sim::PullRequestState::Merged;
            QCOMPARE(told.pull.state == github::PullState::Merged, isMerged);
            QCOMPARE(
                told.pull.mergeCommit.toLatin1(), isMerged ? world().source().commit(pull.merge).sha : QByteArray());
            if (isMerged) {
                QCOMPARE(told.mergeCommit->parents.size(), 2);
                QVERIFY(told.mergeCommit->signature.byGitHub && !told.mergeCommit->signature.keyId.isEmpty());
            }
        }
        QVERIFY(client.spent() <= 49);
        QCOMPARE(client.quota()->remaining, 60 - client.spent());
    }

    void aBackportIsFoundByTimelineAndName()
    {
        auto client = gitHub();
        const auto &pull = story("backport");
        const auto told = report(client, pull.number);
        QCOMPARE(told.backports.size(), 1);
        QCOMPARE(told.backports.first().number, pull.backportedAs);
        const auto branch = told.backports.first().branch;
        QCOMPARE(told.wantedBackports, QStringList(branch));
        const auto named = waitFor(client.backport(pull.number, branch, asked));
        QVERIFY(named && *named);
        QCOMPARE((**named).number, pull.backportedAs);
    }

    void withATokenTheSameIsToldAndTheComparisonToo()
    {
        auto anonymous = gitHub();
        auto client = gitHub("token");
        const auto &pull = story("merged-to-staging");
        const auto byRest = report(anonymous, pull.number);
        const auto byToken = report(client, pull.number);
        QVERIFY(byToken.problems.isEmpty());
        QCOMPARE(byToken.pull.mergeCommit, byRest.pull.mergeCommit);
        QCOMPARE(byToken.pull.labels, byRest.pull.labels);
        QCOMPARE(byToken.approvals, byRest.approvals);
        QCOMPARE(byToken.required, byRest.required);
        QCOMPARE(byToken.counts, byRest.counts);
        QCOMPARE(byToken.groups, byRest.groups);
        const auto verdicts = [](const watch::PullReport &told) {
            QMap<QString, github::Verdict> map;
            for (const auto &check : told.checks)
                map.insert(check.name, check.verdict);
            return map;
        };
        QCOMPARE(verdicts(byToken), verdicts(byRest));
        QVERIFY(byToken.comparison);
        const auto rebuilt = sim::rebuiltAttributes(world(), pull, sim::System::X86Linux);
        QCOMPARE(byToken.comparison->rebuildsByPlatform.value(u"x86_64-linux"_s).size(), rebuilt.size());
        QVERIFY(byToken.comparison->all.changed.contains(QString::fromUtf8(world().universe().attrName(pull.attr))));
        QVERIFY(client.spent() <= 7);
    }

    void branchesContainWhatTheyContain()
    {
        auto client = gitHub();
        github::CompareContainment containment(client);
        const auto &source = world().source();
        const auto &pull = story("merged-to-staging");
        const auto sha = QString::fromLatin1(source.commit(pull.merge).sha);
        QStringList names;
        for (const auto &branch :
            {u"staging"_s, u"staging-next"_s, u"master"_s, u"nixos-unstable"_s, u"nixos-26.05"_s}) {
            const auto known = source.branches().find(branch.toLatin1());
            const auto answer = waitFor(containment.contains(branch, sha, asked));
            QVERIFY(answer);
            if (known == source.branches().end()) {
                QCOMPARE(answer->contained, github::Contained::Unknown);
                continue;
            }
            names << branch;
            QCOMPARE(answer->contained == github::Contained::Yes, source.contains(known->second, pull.merge));
            QCOMPARE(answer->head.toLatin1(), source.commit(known->second).sha);
        }
        auto withToken = gitHub("token");
        const auto reach = waitFor(withToken.reach(sha, names + QStringList(u"nixos-13.10"_s), asked));
        QVERIFY(reach);
        QCOMPARE(withToken.spent(), 1);
        QCOMPARE(reach->size(), names.size());
        for (const auto &one : *reach) {
            const auto status = one.comparison.status;
            const bool isIn = status == github::CompareStatus::Behind || status == github::CompareStatus::Identical;
            QCOMPARE(isIn, source.contains(source.head(one.branch.toLatin1()), pull.merge));
        }
    }

    void commitsLeadToTheirPullRequest()
    {
        auto client = gitHub("token");
        const auto &pull = story("merged-to-master");
        const auto sha = QString::fromLatin1(world().source().commit(pull.merge).sha);
        QCOMPARE(waitFor(client.pullsOfCommit(sha, asked))->first().number, pull.number);
        const auto parent = waitFor(client.commit(sha, asked))->parents.first();
        const auto between = waitFor(client.commitsBetween(parent, sha, 3, asked));
        QVERIFY(between && std::ranges::contains(between->commits, sha, &github::Commit::sha));
        QCOMPARE(waitFor(client.pullsOfCommit(QString(40, u'0'), asked)).error().kind, ProblemKind::NotFound);
        QCOMPARE(waitFor(client.pull(PullRequestNr(1), asked)).error().kind, ProblemKind::NotFound);
        QCOMPARE(waitFor(client.overview(PullRequestNr(1), asked)).error().kind, ProblemKind::NotFound);
    }

    void aConfirmedAnswerCostsNothingWithAToken()
    {
        auto client = gitHub("another");
        const auto &pull = story("merged-to-master");
        (void)waitFor(client.reviews(pull.number, asked));
        const int left = client.quota()->remaining;
        const auto again = waitFor(client.reviews(pull.number, asked));
        QVERIFY(again && !again->isEmpty() == !pull.reviews.isEmpty());
        QCOMPARE(client.quota()->remaining, left);
        QVERIFY(m_net->ledger().entries().constLast().notModified);
    }

    void whenTheHourIsUsedUpTheProblemSaysUntilWhen()
    {
        auto client = gitHub();
        Result<QList<github::Branch>> answer;
        for (int i = 0; i < 61 && answer; ++i)
            answer = waitFor(client.branches(u"nix"_s, asked));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ProblemKind::RateLimited);
        QVERIFY(answer.error().retryAfter && *answer.error().retryAfter > Milliseconds(3000000));
        QCOMPARE(client.spent(), 60);
        QVERIFY(answer.error().sentence.contains(u"60 requests an hour"_s));
    }

    void workflowsByTheClockAreTold()
    {
        auto client = gitHub();
        const auto reports = waitFor(
            watch::workflowReports(client, github::BranchGraph::shipped().workflows(), m_clock.nowSeconds(), asked));
        QCOMPARE(reports.size(), 3);
        for (const auto &one : reports) {
            QVERIFY(!one.problem && !one.isLate && !one.runs.isEmpty());
            QVERIFY(one.runs.first().createdAt > m_clock.nowSeconds() - 2 * one.workflow.everySeconds);
        }
        QVERIFY(std::ranges::contains(reports[0].jobs, u"master → staging-next"_s, &github::RunJob::name));
        const auto late = waitFor(watch::workflowReports(
            client, {{.file = u"bot.yml"_s, .what = {}, .everySeconds = 1}}, m_clock.nowSeconds() + 3600, asked));
        QVERIFY(late.first().isLate);
    }

    /// Lines come live over the bus, through a restart of the broker, each once.
    void aRunningBuildIsFollowedToItsEnd()
    {
        QByteArray id;
        PullRequestNr number;
        for (int step = 0; step < 500 && id.isEmpty(); ++step) {
            m_clock.advance(Milliseconds(300000));
            world().advance(m_clock.nowSeconds());
            for (const auto &[nr, pull] : world().source().pullRequests()) {
                for (const auto &attempt : world().attempts(pull)) {
                    const bool isYoung = attempt.completedAt == 0 && m_clock.nowSeconds() - attempt.startedAt < 200;
                    if (isYoung) {
                        id = attempt.id;
                        number = nr;
                    }
                }
            }
        }
        QVERIFY(!id.isEmpty());
        auto borg = ofBorg();
        QByteArrayList lines;
        int lives = 0;
        std::optional<ofborg::BuildResult> result;
        ofborg::LiveBuilds live(borg, *m_net, m_clock, m_addresses.ofborgBus,
            {.key = {.number = number}, .only = QString::fromLatin1(id), .ask = {}},
            [&](const ofborg::LiveEvent &event) {
                if (const auto *added = std::get_if<ofborg::LinesAdded>(&event)) {
                    if (!added->isRepair)
                        QCOMPARE(added->run.first, lines.size() + 1);
                    lines += added->run.lines;
                } else if (const auto *state = std::get_if<ofborg::LiveState>(&event)) {
                    lives += state->isLive ? 1 : 0;
                } else if (const auto *ended = std::get_if<ofborg::BuildResult>(&event)) {
                    result = *ended;
                }
            });
        live.start();
        QTRY_COMPARE(lives, 1);
        const auto untold = [&] { return world().ofborgLog(id).value_or(QByteArray()).count('\n') - lines.size(); };
        for (int step = 0; step < 200 && !live.isDone(); ++step) {
            m_clock.advance(Milliseconds(20000));
            world().advance(m_clock.nowSeconds());
            if (step == 2) {
                m_simulator.dropBus();
                QTRY_VERIFY(m_clock.hasCalls());
            }
            QTest::qWait(10);
        }
        for (int i = 0; i < 200 && !live.isDone(); ++i) {
            m_clock.advance(Milliseconds(5000));
            QTest::qWait(10);
        }
        QVERIFY(live.isDone() && result);
        QVERIFY(lives >= 2);
        QCOMPARE(untold(), 0);
        QCOMPARE(lines.join('\n') + '\n', world().ofborgLog(id).value_or(QByteArray()));
    }
};

QTEST_GUILESS_MAIN(SimulatedTest)
#include "simulated_test.moc"
