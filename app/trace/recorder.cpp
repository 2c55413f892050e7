// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/recorder.h"

#include "base/hash.h"
#include "history/history.h"
#include "trace/answermemory.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

bool isBelow(const QUrl &url, const QUrl &base)
{
    return url.scheme() == base.scheme() && url.host() == base.host() && url.port() == base.port();
}

} // namespace

Recorder::Recorder(net::Http &http, const net::Servers &servers, Clock &clock, history::History *memory)
    : m_http(http)
    , m_servers(servers)
    , m_clock(clock)
    , m_memory(memory)
{
}

Task<Result<net::Response>> Recorder::fetch(net::Request request)
{
    auto remembering = remembered(questionOf(request));
    if (const auto past = co_await std::move(remembering)) {
        m_questions.insert(past->sha256, questionOf(request));
        keep(request.why, *past);
        co_return responseOf(*past);
    }
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
    Answer answer{.sha256 = hashOf(response.body).base16(),
        .url = request.url,
        .finalUrl = response.url,
        .at = m_clock.nowSeconds(),
        .status = response.status,
        .contentType = response.header("content-type"),
        .location = response.header("location"),
        .node = response.header("x-served-by"),
        .size = response.body.size(),
        .body = response.body.size() > maxKeptBody ? QByteArray() : response.body};
    m_questions.insert(answer.sha256, questionOf(request));
    keep(request.why, answer);
}

void Recorder::keep(const QString &why, const Answer &answer)
{
    m_byWhy[why].append(answer.sha256);
    // The same answer seen again only gets a newer time; many empty ones (redirects) share a digest.
    const auto same = std::ranges::find_if(m_answers, [&](const Answer &kept) {
        return kept.sha256 == answer.sha256 && kept.url == answer.url && kept.location == answer.location;
    });
    if (same == m_answers.end())
        m_answers.append(answer);
    else
        *same = answer;
}

qint64 Recorder::seenAt(const QList<QByteArray> &digests) const
{
    qint64 newest = 0;
    for (const auto &answer : m_answers) {
        if (digests.contains(answer.sha256))
            newest = std::max(newest, answer.at);
    }
    return newest;
}

Task<std::optional<Answer>> Recorder::remembered(QString question)
{
    if (!m_memory || question.isEmpty())
        co_return std::nullopt;
    auto asking = m_memory->document(memoryServer, finalKind, question);
    const auto found = co_await std::move(asking);
    if (!found || !*found)
        co_return std::nullopt;
    const auto kept = readKept((*found)->body);
    const bool isOver = kept && kept->until != 0 && kept->until <= m_clock.nowSeconds();
    co_return kept && !isOver ? std::optional(kept->answer) : std::nullopt;
}

void Recorder::keepForGood(const QList<QByteArray> &digests, qint64 seconds)
{
    if (!m_memory)
        return;
    const auto now = m_clock.nowSeconds();
    for (const auto &answer : m_answers) {
        const auto question = m_questions.value(answer.sha256);
        const bool isWhole = !answer.body.isEmpty() && answer.size <= maxRemembered;
        if (!digests.contains(answer.sha256) || question.isEmpty() || !isWhole)
            continue;
        // A second answer of the same digest, elsewhere, is kept under its own question only.
        if (!question.endsWith(answer.url.toString(QUrl::FullyEncoded)))
            continue;
        m_memory->putDocument({.server = memoryServer,
            .kind = finalKind,
            .key = question,
            .body = writeKept({.answer = answer, .until = seconds == 0 ? 0 : answer.at + seconds}),
            .seenAt = now});
    }
}

void Recorder::keepAsEvidence(const QList<QByteArray> &digests)
{
    if (!m_memory)
        return;
    for (const auto &answer : m_answers) {
        if (digests.contains(answer.sha256) && !answer.body.isEmpty() && answer.size <= maxRemembered)
            m_memory->putDocument({.server = memoryServer,
                .kind = evidenceKind,
                .key = QString::fromLatin1(answer.sha256),
                .body = writeKept({.answer = answer}),
                .seenAt = m_clock.nowSeconds()});
    }
}

Task<QList<QByteArray>> Recorder::recallEvidence(QList<QByteArray> digests)
{
    QList<QByteArray> there;
    for (const auto &digest : digests) {
        if (std::ranges::contains(m_answers, digest, &Answer::sha256)) {
            there.append(digest);
            continue;
        }
        if (!m_memory)
            continue;
        auto asking = m_memory->document(memoryServer, evidenceKind, QString::fromLatin1(digest));
        const auto found = co_await std::move(asking);
        const auto kept = found && *found ? readKept((*found)->body) : std::nullopt;
        if (!kept || kept->answer.sha256 != digest)
            continue;
        m_answers.append(kept->answer);
        there.append(digest);
    }
    co_return there;
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
