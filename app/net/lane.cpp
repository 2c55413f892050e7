// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/lane.h"

#include <QHttp1Configuration>

namespace narscope::net {

namespace {

constexpr auto shortestPause = Milliseconds(30'000);
constexpr auto longestPause = Milliseconds(15 * 60'000);
/// A server may ask for more than we would guess (GitHub: until the hour is over), but not for ever.
constexpr auto longestAskedPause = Milliseconds(60 * 60'000);
constexpr double jitter = 0.2;
/// Until somebody looks again whether one of the conversations has ended.
constexpr auto conversationPause = Milliseconds(1'000);
constexpr auto certificateEvery = Milliseconds(60'000);

TokenBucket backgroundBucket(const Policy &policy, Milliseconds now)
{
    return {policy.backgroundPerSecond, std::max(1.0, policy.backgroundPerSecond), now};
}

QNetworkRequest blankFor(const Server &server, const QByteArray &userAgent)
{
    QNetworkRequest request;
    request.setHeader(QNetworkRequest::UserAgentHeader, userAgent);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute,
        server.policy.http2 && server.url.scheme() == QLatin1StringView("https"));
    // Qt would refuse a log of 20 MB that packs well; Transfer has limits of its own.
    request.setDecompressedSafetyCheckThreshold(-1);
    QHttp1Configuration http1;
    http1.setNumberOfConnectionsPerHost(server.policy.inFlight);
    request.setHttp1Configuration(http1);
    return request;
}

} // namespace

Lane::Lane(Server server, QByteArray userAgent, Milliseconds now)
    : m_server(std::move(server))
    , m_userAgent(std::move(userAgent))
    , m_blank(blankFor(m_server, m_userAgent))
    , m_rules(m_server)
    , m_all(m_server.policy.perSecond, m_server.policy.burst, now)
    , m_ofBackground(backgroundBucket(m_server.policy, now))
{
}

void Lane::change(Server server, Milliseconds now)
{
    m_server = std::move(server);
    m_blank = blankFor(m_server, m_userAgent);
    m_rules = PathRules(m_server);
    m_all = {m_server.policy.perSecond, m_server.policy.burst, now};
    m_ofBackground = backgroundBucket(m_server.policy, now);
}

void Lane::add(Exchange &exchange)
{
    auto &queue = queueOf(exchange);
    // A hop further goes first: what was begun is finished before something new begins.
    exchange.place = queue.insert(exchange.redirects > 0 ? queue.begin() : queue.end(), &exchange);
    exchange.isQueued = true;
}

void Lane::remove(Exchange &exchange)
{
    queueOf(exchange).erase(exchange.place);
    exchange.isQueued = false;
}

void Lane::promote(Exchange &exchange)
{
    if (exchange.isQueued)
        m_background.erase(exchange.place);
    exchange.request.priority = Priority::Interactive;
    if (exchange.isQueued)
        add(exchange);
}

Exchange *Lane::take(Milliseconds now)
{
    if (m_inFlight >= m_server.policy.inFlight || isBackedOff(now) || m_all.wait(now) > Milliseconds(0))
        return nullptr;
    const bool isBackground = m_interactive.empty();
    if (isBackground && (m_background.empty() || m_ofBackground.wait(now) > Milliseconds(0)))
        return nullptr;
    Exchange *next = isBackground ? m_background.front() : m_interactive.front();
    remove(*next);
    m_all.take();
    if (isBackground)
        m_ofBackground.take();
    ++m_inFlight;
    return next;
}

std::optional<Milliseconds> Lane::nextChance(Milliseconds now)
{
    if (waiting() == 0 || m_inFlight >= m_server.policy.inFlight)
        return std::nullopt;
    if (isBackedOff(now))
        return m_pauseEnd;
    auto wait = m_all.wait(now);
    if (m_interactive.empty())
        wait = std::max(wait, m_ofBackground.wait(now));
    return now + wait;
}

void Lane::backOff(std::optional<Milliseconds> asked, Milliseconds now, QRandomGenerator &random)
{
    // Answers to requests sent before the pause tell nothing new.
    if (!isBackedOff(now))
        ++m_pauses;
    const auto guess = std::min(longestPause, shortestPause * (1L << std::min(m_pauses - 1, 10)));
    const auto least = asked ? std::clamp(*asked, shortestPause, longestAskedPause) : guess;
    const auto pause = least + Milliseconds(qint64(double(least.count()) * jitter * random.generateDouble()));
    m_pauseEnd = std::max(m_pauseEnd, now + std::min(pause, std::max(least, longestPause)));
}

void Lane::answeredWell(Milliseconds sent)
{
    if (sent >= m_pauseEnd)
        m_pauses = 0;
}

std::list<Exchange *> Lane::takeInteractive()
{
    for (auto *exchange : m_interactive)
        exchange->isQueued = false;
    return std::exchange(m_interactive, {});
}

Milliseconds Lane::waitToConverse(Milliseconds now)
{
    if (isBackedOff(now))
        return m_pauseEnd - now;
    if (m_conversations >= m_server.policy.inFlight)
        return conversationPause;
    const auto wait = m_all.wait(now);
    if (wait > Milliseconds(0))
        return wait;
    m_all.take();
    ++m_conversations;
    return Milliseconds(0);
}

bool Lane::wantsCertificate(Milliseconds now)
{
    if (m_certificateAsked && now - *m_certificateAsked < certificateEvery)
        return false;
    m_certificateAsked = now;
    return true;
}

Milliseconds Lane::timeout(TimeoutClass timeout) const
{
    switch (timeout) {
    case TimeoutClass::Quick:
        return m_server.policy.quick;
    case TimeoutClass::Slow:
        return m_server.policy.slow;
    case TimeoutClass::Long:
        break;
    }
    return m_server.policy.longest;
}

} // namespace narscope::net
