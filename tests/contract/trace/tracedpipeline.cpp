// SPDX-License-Identifier: GPL-3.0-or-later
#include "tracedpipeline.h"

#include "nix/trust.h"
#include "sim/demoservers.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

nix::TrustPolicy trustOf(const sim::Addresses &addresses)
{
    return {.keys = nix::keysFromText(addresses.cacheKey, u"the simulator"_s).keys};
}

/// Time stands still, so nothing may wait for it.
net::Servers withoutLimits(net::Servers servers)
{
    for (auto &server : servers) {
        server.policy.perSecond = 0;
        server.policy.backgroundPerSecond = 0;
        server.policy.inFlight = 8;
    }
    return servers;
}

} // namespace

TracedPipeline::TracedPipeline()
    : m_simulator(std::make_unique<sim::Simulator>(sim::Config{}, m_clock))
{
    const auto addresses = m_simulator->start();
    if (!addresses)
        qFatal("the simulator does not start");
    m_simulator->world().advance(m_clock.nowSeconds());
    const auto servers = withoutLimits(sim::demoServers(*addresses, 1));
    m_client = std::make_unique<net::Client>(m_clock, servers);
    m_tracer = std::make_unique<trace::Tracer>(
        servers, trustOf(*addresses), trace::TracerDoors{.http = *m_client, .pools = m_pools, .clock = m_clock});
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
    bool isOver = false;
    m_said = 0;
    QObject context;
    QObject::connect(m_tracer.get(), &trace::Tracer::changed, &context, [&](const trace::Trace &trace) {
        last = trace;
        ++m_said;
    });
    QObject::connect(m_tracer.get(), &trace::Tracer::ended, &context, [&](quint64 ended) { isOver = ended == run; });
    begin();
    if (!QTest::qWaitFor([&] { return isOver; }, 30'000))
        qFatal("a round does not end");
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
            word(stop.state).leftJustified(10), (stop.attr + u' ' + stop.name + u' ' + stop.output).leftJustified(34), stop.text);
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
