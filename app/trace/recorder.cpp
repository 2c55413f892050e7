// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/recorder.h"

#include "base/hash.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

bool isBelow(const QUrl &url, const QUrl &base)
{
    return url.scheme() == base.scheme() && url.host() == base.host() && url.port() == base.port();
}

} // namespace

Recorder::Recorder(net::Http &http, const net::Servers &servers, Clock &clock)
    : m_http(http)
    , m_servers(servers)
    , m_clock(clock)
{
}

Task<Result<net::Response>> Recorder::fetch(net::Request request)
{
    countRequest(request.url);
    auto fetching = m_http.fetch(request);
    auto response = co_await std::move(fetching);
    if (response && !request.sink)
        keep(request, *response);
    co_return response;
}

void Recorder::beginRound()
{
    for (auto &spent : m_spent)
        spent.lastRound = 0;
}

QList<Spent> Recorder::spent() const
{
    return m_spent;
}

const net::Server *Recorder::serverOf(const QUrl &url) const
{
    const auto found
        = std::ranges::find_if(m_servers, [&](const net::Server &server) { return isBelow(url, server.url); });
    return found == m_servers.end() ? nullptr : &*found;
}

void Recorder::countRequest(const QUrl &url)
{
    const auto *server = serverOf(url);
    const auto host = server ? server->id : url.host();
    if (server)
        ++m_kinds[static_cast<int>(server->kind)];
    auto found = std::ranges::find(m_spent, host, &Spent::host);
    if (found == m_spent.end())
        found = m_spent.insert(m_spent.end(), Spent{.host = host});
    ++found->requests;
    ++found->lastRound;
}

void Recorder::keep(const net::Request &request, const net::Response &response)
{
    const auto digest = hashOf(response.body).base16();
    m_byWhy[request.why].append(digest);
    const Answer answer{.sha256 = digest,
        .url = request.url,
        .finalUrl = response.url,
        .at = m_clock.nowSeconds(),
        .status = response.status,
        .contentType = response.header("content-type"),
        .location = response.header("location"),
        .node = response.header("x-served-by"),
        .size = response.body.size(),
        .body = response.body.size() > maxKeptBody ? QByteArray() : response.body};
    // The same answer seen again only gets a newer time; many empty ones (redirects) share a digest.
    const auto same = std::ranges::find_if(m_answers, [&](const Answer &kept) {
        return kept.sha256 == digest && kept.url == answer.url && kept.location == answer.location;
    });
    if (same == m_answers.end())
        m_answers.append(answer);
    else
        *same = answer;
}

QByteArray Recorder::keepLocal(const QUrl &file, const QByteArray &bytes)
{
    const auto digest = hashOf(bytes).base16();
    if (std::ranges::none_of(m_answers, [&](const Answer &a) { return a.sha256 == digest && a.url == file; }))
        m_answers.append({.sha256 = digest,
            .url = file,
            .finalUrl = file,
            .at = m_clock.nowSeconds(),
            .size = bytes.size(),
            .body = bytes.size() > maxKeptBody ? QByteArray() : bytes});
    return digest;
}

} // namespace narscope::trace
