// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client.h"
#include "nix/desk.h"
#include "sim/demoservers.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "watch/hydrawatch.h"

#include <QTest>

#include <map>

using namespace narscope;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr double speed = 400; ///< an hour in 9 s
constexpr Milliseconds wholeTime = 1h;

struct Running {
    EvalId eval;
    BuildId build;
    JobsetName jobset;
};

/// The build that is asked for most often: it runs, if possible for less than an hour (so each minute), and will for a
/// while.
std::optional<Running> busiest(sim::World &world)
{
    const auto asksUntil
        = [](const sim::BuildFacts &build) { return std::min(build.stoppedAt, build.startedAt + 3600); };
    std::optional<sim::BuildFacts> most;
    for (const auto number : world.unfinished()) {
        const auto build = world.buildAt(number);
        if (build.phase == sim::BuildFacts::Phase::Running && (!most || asksUntil(build) > asksUntil(*most)))
            most = build;
    }
    if (!most)
        return {};
    const auto &jobset = world.jobset(most->jobset);
    return Running{world.evaluationsWith(*most).back(), most->id,
        {QString::fromUtf8(jobset.project), QString::fromUtf8(jobset.name)}};
}

/// «/build/N», «/eval/N?filter», «/jobset/evals»: what was asked for, whichever one of its kind.
QString kindOf(const net::LedgerEntry &entry)
{
    const auto parts = entry.url.path().split(u'/', Qt::SkipEmptyParts);
    QStringList kind;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool isName = !parts.isEmpty()
            && ((parts[0] == "jobset"_L1 && (i == 1 || i == 2)) || (parts[0] == "project"_L1 && i == 1));
        bool isNumber = false;
        (void)parts[i].toLongLong(&isNumber);
        kind << (isNumber ? u"N"_s : isName ? u"*"_s : parts[i]);
    }
    return u'/' + kind.join(u'/') + (entry.url.query().contains("filter="_L1) ? u"?filter"_s : QString());
}

} // namespace

/// What a window that stands open asks within an hour, with program and servers on one virtual clock.
class PolitenessTest : public QObject {
    Q_OBJECT

    ScaledClock m_clock{Milliseconds(1'763'700'000'000), speed}; // always the same hour of the same world
    std::unique_ptr<sim::Simulator> m_simulator;
    Pools m_pools;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<nix::Desk> m_desk; ///< opened and idle
    std::unique_ptr<watch::HydraWatch> m_watch;
    net::Server m_hydra;
    int m_changes = 0;
    QList<net::LedgerEntry> m_asked; ///< sent, in the order of their sending

    [[nodiscard]] static Milliseconds sentAt(const net::LedgerEntry &entry) { return entry.asked + entry.waited; }

private Q_SLOTS:
    void initTestCase()
    {
        m_simulator = std::make_unique<sim::Simulator>(sim::Config{}, m_clock);
        const auto addresses = m_simulator->start();
        QVERIFY(addresses);
        const auto servers = sim::demoServers(*addresses, speed);
        m_hydra = *net::findServer(servers, net::ServerKind::Hydra);
        QCOMPARE(
            m_hydra.policy.perSecond, net::findServer(net::shippedServers(), net::ServerKind::Hydra)->policy.perSecond);
        m_client = std::make_unique<net::Client>(m_clock, servers);
        m_desk = std::make_unique<nix::Desk>(QStringList{addresses->cache.toString()}, nix::IsoPlaces{},
            nix::TrustPolicy{}, *m_client, m_pools, m_clock);
        m_watch = std::make_unique<watch::HydraWatch>(*m_client, m_hydra, m_pools, m_clock, 1);
        connect(m_watch.get(), &watch::HydraFeed::changed, this, [this] { ++m_changes; });
        m_simulator->world().advance(m_clock.nowSeconds());
        const auto running = busiest(m_simulator->world());
        QVERIFY(running);
        m_watch->setInterest({.projects = {running->jobset.project},
            .jobsets = {running->jobset},
            .jobset = running->jobset,
            .eval = running->eval,
            .build = running->build});
        const auto end = m_clock.monotonic() + wholeTime;
        QVERIFY(QTest::qWaitFor([this, end] { return m_clock.monotonic() >= end; }, 60'000));
        m_watch->setInterest({.active = false});
        QVERIFY(m_changes > 20);
        for (const auto &entry : m_client->ledger().entries()) {
            if (entry.state != net::RequestState::Waiting && sentAt(entry) > 0ms)
                m_asked << entry;
        }
        std::ranges::sort(m_asked, {}, sentAt);
    }
    void cleanupTestCase()
    {
        m_watch.reset();
        m_desk.reset();
        m_client.reset();
        m_simulator.reset();
    }

    void eachThingIsAskedForAsOftenAsThePlanSays()
    {
        // Rhythms: plan.h, after the polling plan. A detector that sees a change may bring a list forward.
        constexpr int latest = 60 / 10 + 1;
        constexpr int jobsets = 60 / 5 + 1;
        const std::map<QString, int> most{
            {u"/"_s, 1}, {u"/evals"_s, latest}, {u"/api/jobsets"_s, jobsets},
            {u"/jobset/*/*/evals"_s, 60 / 15 + 1 + latest + jobsets}, {u"/jobset/*/*/errors"_s, 60 / 15 + 1 + jobsets},
            {u"/eval/N?filter"_s, 1}, {u"/eval/N"_s, 60 / 10 + 1}, {u"/eval/N/errors"_s, 1},
            {u"/build/N"_s, 60 + 1 + 3}, // its page each minute; its JSON at first and when its state changed
        };
        std::map<QString, int> counted;
        for (const auto &entry : std::as_const(m_asked))
            ++counted[kindOf(entry)];
        for (const auto &[kind, count] : counted) {
            qInfo("%4d  %s%s", count, qPrintable(m_hydra.url.authority()), qPrintable(kind));
            QVERIFY2(most.contains(kind), qPrintable(kind));
            QVERIFY2(count <= most.at(kind), qPrintable(kind));
        }
        for (const auto *always : {"/", "/evals", "/api/jobsets", "/eval/N", "/build/N"})
            QVERIFY2(counted.contains(QString::fromLatin1(always)), always);
        qInfo("%lld requests in an hour; the policy lets %.0f go in the background", qlonglong(m_asked.size()),
            m_hydra.policy.backgroundPerSecond * 3600);
    }

    void nobodyElseIsAsked()
    {
        for (const auto &entry : std::as_const(m_asked))
            QCOMPARE(entry.server, m_hydra.id);
    }

    void everySpanOfTimeStaysWithinThePolicy()
    {
        const auto &policy = m_hydra.policy;
        const auto within = [this](double burst, double perSecond, bool onlyBackground) {
            QList<Milliseconds> sent;
            for (const auto &entry : std::as_const(m_asked)) {
                if (!onlyBackground || entry.priority == net::Priority::Background)
                    sent << sentAt(entry);
            }
            for (qsizetype from = 0; from < sent.size(); ++from) {
                for (qsizetype to = from; to < sent.size(); ++to) {
                    const auto seconds = double((sent[to] - sent[from]).count() + 1) / 1000;
                    if (double(to - from + 1) > burst + seconds * perSecond + 1e-6)
                        return false;
                }
            }
            return true;
        };
        QVERIFY(within(policy.burst, policy.perSecond, false));
        QVERIFY(within(std::max(1.0, policy.backgroundPerSecond), policy.backgroundPerSecond, true));
    }
};

QTEST_GUILESS_MAIN(PolitenessTest)
#include "politeness_test.moc"
