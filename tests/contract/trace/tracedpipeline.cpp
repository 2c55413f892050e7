// SPDX-License-Identifier: GPL-3.0-or-later
#include "tracedpipeline.h"

#include "nix/trust.h"
#include "support/simulatedservers.h"

#include <QEventLoop>
#include <QTest>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

nix::TrustPolicy trustOf(const sim::Addresses &addresses)
{
    return {.keys = nix::keysFromText(addresses.cacheKey, u"the simulator"_s).keys};
}

} // namespace

TracedPipeline::TracedPipeline()
{
    begin();
}

void TracedPipeline::begin()
{
    m_tracer.reset();
    const auto before = std::move(m_door); // what it changes goes on being changed
    m_client.reset();
    m_simulator = std::make_unique<sim::Simulator>(sim::Config{}, m_clock);
    m_gitHub = 0;
    const auto addresses = m_simulator->start();
    if (!addresses)
        qFatal("the simulator does not start");
    m_addresses = *addresses;
    m_simulator->world().advance(m_clock.nowSeconds());
    m_servers = withoutLimits(sim::demoServers(m_addresses, 1));
    m_client = std::make_unique<net::Client>(m_clock, m_servers);
    m_door = std::make_unique<DoctoredHttp>(*m_client);
    if (before) {
        m_door->onRequest = before->onRequest;
        m_door->onAnswer = before->onAnswer;
    }
    start(m_setup);
}

void TracedPipeline::start(TracerSetup setup)
{
    m_setup = setup;
    m_tracer.reset();
    m_memory.reset(); // writes what is queued
    if (!setup.memory.isEmpty())
        m_memory = std::make_unique<history::History>(setup.memory, m_clock, m_pools);
    m_tracer = std::make_unique<trace::Tracer>(m_servers, trustOf(m_addresses),
        trace::TracerDoors{.http = *m_door,
            .pools = m_pools,
            .clock = m_clock,
            .history = m_memory.get(),
            .gitHubToken = [token = setup.token] { return github::Token(token); },
            .gitClone = setup.clone,
            .systemFolder = setup.system.isEmpty() ? m_system.path() : setup.system});
}

TracedPipeline::~TracedPipeline() = default;

sim::Story TracedPipeline::story(const QByteArray &name)
{
    const auto &stories = world().stories();
    const auto found = std::ranges::find(stories, name, &sim::Story::name);
    if (found == stories.end())
        qFatal("no such story");
    return *found;
}

trace::Trace TracedPipeline::roundOf(quint64 run, const std::function<void()> &begin)
{
    trace::Trace last;
    m_said = 0;
    QEventLoop loop; // qWaitFor sleeps between looks, and a round is hundreds of them
    QObject::connect(m_tracer.get(), &trace::Tracer::changed, &loop, [&](const trace::Trace &trace) {
        last = trace;
        ++m_said;
    });
    QObject::connect(m_tracer.get(), &trace::Tracer::ended, &loop, [&](quint64 ended) {
        if (ended == run)
            loop.quit();
    });
    QTimer::singleShot(30'000, &loop, [] { qFatal("a round does not end"); });
    begin();
    loop.exec();
    m_gitHub += requestsTo(last, u"demo-github"_s);
    return last;
}

trace::Trace TracedPipeline::trace(trace::Order order)
{
    order.run = m_nextRun++;
    return roundOf(order.run, [&] { m_tracer->start(order); });
}

trace::Trace TracedPipeline::traceStory(const QByteArray &name)
{
    return trace({.subject = Subject::ofPullRequest(story(name).pullRequest)});
}

trace::Trace TracedPipeline::cancelAfter(trace::Order order, int said)
{
    order.run = m_nextRun++;
    QObject context;
    int count = 0;
    // A slot must not call back into the tracer: it is told to stop from the loop.
    QObject::connect(m_tracer.get(), &trace::Tracer::changed, &context, [&] {
        if (++count == said)
            QMetaObject::invokeMethod(
                m_tracer.get(), [this, run = order.run] { m_tracer->cancel(run); }, Qt::QueuedConnection);
    });
    return roundOf(order.run, [&] { m_tracer->start(order); });
}

trace::Trace TracedPipeline::refreshToTheEnd(trace::Trace trace)
{
    const auto isLeft = [](const trace::Excuse &excuse) {
        return excuse.kind == trace::ExcuseKind::NotAsked && !excuse.waitsFor.contains("reading"_L1);
    };
    constexpr int mostRounds = 10;
    for (int i = 0; std::ranges::any_of(trace.excuses, isLeft); ++i) {
        if (i == mostRounds) {
            QTest::qFail(qPrintable(u"it never ends: "_s + printed(trace, m_clock.nowSeconds())), __FILE__, __LINE__);
            break;
        }
        trace = refresh(trace.run);
    }
    return trace;
}

void TracedPipeline::restoreQuota()
{
    constexpr int aboutToBeUsedUp = 25; // of 60; a story takes less than the rest
    if (m_gitHub > aboutToBeUsedUp)
        begin();
}

void TracedPipeline::makeKnown(const QString &path)
{
    const auto hashPart = path.section(u'/', -1).first(32).toLatin1();
    constexpr int mostTries = 1000; // each failed question makes some more known
    for (int i = 0; i < mostTries && !world().find(hashPart); ++i) { }
}

trace::Trace TracedPipeline::refresh(quint64 run)
{
    return roundOf(run, [&] { m_tracer->refresh(run); });
}

int requestsTo(const trace::Trace &trace, const QString &host)
{
    const auto found = std::ranges::find(trace.spent, host, &trace::Spent::host);
    return found == trace.spent.end() ? 0 : found->lastRound;
}

QString printed(const trace::Trace &trace, qint64 now)
{
    QString text = headline(trace, now) + u'\n';
    for (const auto &stop : trace.stops) {
        text += u"  %1 %2 %3 %4 %5\n"_s.arg(word(stop.lane).leftJustified(13), word(stop.kind).leftJustified(15),
            word(stop.state).leftJustified(10), (stop.attr + u' ' + stop.name + u' ' + stop.output).leftJustified(34),
            stop.text);
    }
    for (const auto &hop : trace.hops)
        text += u"  hop %1: %2 %3\n"_s.arg(hop.id, hop.grade ? word(*hop.grade) : u"-"_s, hop.sentence);
    for (const auto &excuse : trace.excuses)
        text += u"  %1: %2\n"_s.arg(excuse.stop, sentence(excuse, now));
    for (const auto &finding : trace.findings)
        text += u"  ! %1\n"_s.arg(finding.sentence);
    for (const auto &problem : trace.problems)
        text += u"  ? %1\n"_s.arg(describe(problem));
    for (const auto &spent : trace.spent)
        text += u"  %1 requests to %2 (%3 in all)\n"_s.arg(spent.lastRound).arg(spent.host).arg(spent.requests);
    return text;
}

} // namespace narscope::test
