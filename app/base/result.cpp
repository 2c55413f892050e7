// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.h"

using namespace Qt::StringLiterals;

namespace narscope {

namespace {

struct Words {
    QString word;
    QString sentence;
    QString advice;
    bool retryHelps;
};

Words wordsFor(ProblemKind kind)
{
    switch (kind) {
    case ProblemKind::Network:
        return {u"network"_s, u"The server could not be reached."_s,
            u"Check the connection; Narscope tries again by itself."_s, true};
    case ProblemKind::Timeout:
        return {
            u"timeout"_s, u"The server did not answer in time."_s, u"It may be busy; try again in a minute."_s, true};
    case ProblemKind::Cancelled:
        return {u"cancelled"_s, u"Cancelled."_s, {}, false};
    case ProblemKind::NotFound:
        return {u"not-found"_s, u"The server has no such thing (404)."_s, {}, false};
    case ProblemKind::Forbidden:
        return {u"forbidden"_s, u"The server refuses access."_s,
            u"It may need signing in, which Narscope does not do: open it in a browser."_s, false};
    case ProblemKind::RateLimited:
        return {u"rate-limited"_s, u"The server asked us to slow down (429)."_s,
            u"Narscope waits and tries again by itself."_s, true};
    case ProblemKind::ServerError:
        return {u"server-error"_s, u"The server failed to answer."_s, u"Try again later."_s, true};
    case ProblemKind::CrawlerGuard:
        return {u"crawler-guard"_s, u"The answer was not the server's own: a page meant for crawlers came instead."_s,
            u"Set a contact address in Settings › Requests or with --contact, so that the User-Agent names you."_s,
            true};
    case ProblemKind::NotAllowed:
        return {u"not-allowed"_s, u"Narscope does not send this request: the server's policy forbids it."_s,
            u"Open it in a browser if you mean it."_s, false};
    case ProblemKind::TooLarge:
        return {u"too-large"_s, u"The answer is larger than the limit."_s, {}, false};
    case ProblemKind::Malformed:
        return {u"malformed"_s, u"The answer breaks its format."_s, {}, false};
    case ProblemKind::Unsupported:
        return {u"unsupported"_s, u"Narscope does not support this."_s, {}, false};
    case ProblemKind::Tls:
        return {u"tls"_s, u"The server's certificate could not be verified."_s,
            u"Nothing was sent. Check the clock and the network; do not go on."_s, false};
    case ProblemKind::Redirect:
        return {u"redirect"_s, u"The server redirects to a place that is not allowed."_s, {}, false};
    case ProblemKind::Io:
        return {u"io"_s, u"A file could not be read or written."_s, {}, false};
    case ProblemKind::Usage:
        return {u"usage"_s, u"This is not something Narscope understands."_s, {}, false};
    case ProblemKind::NoRecord:
        return {u"no-record"_s, u"The recording holds no answer to this request."_s, u"Record again with --record."_s,
            false};
    }
    return {u"unknown"_s, u"Something unknown went wrong."_s, {}, false};
}

} // namespace

std::unexpected<Problem> problem(ProblemKind kind, QString where, QString detail)
{
    return problemSaying(kind, {}, std::move(where), std::move(detail));
}

std::unexpected<Problem> problemSaying(ProblemKind kind, QString sentence, QString where, QString detail)
{
    auto words = wordsFor(kind);
    return std::unexpected(Problem{.kind = kind,
        .sentence = sentence.isEmpty() ? std::move(words.sentence) : std::move(sentence),
        .where = std::move(where),
        .detail = std::move(detail),
        .advice = std::move(words.advice),
        .retryHelps = words.retryHelps,
        .retryAfter = {}});
}

QString word(ProblemKind kind)
{
    return wordsFor(kind).word;
}

QString defaultSentence(ProblemKind kind)
{
    return wordsFor(kind).sentence;
}

QString describe(const Problem &problem)
{
    QString text = problem.sentence;
    if (!problem.where.isEmpty())
        text += u"\n  at: "_s + problem.where;
    if (!problem.detail.isEmpty())
        text += u"\n  detail: "_s + problem.detail;
    if (!problem.advice.isEmpty())
        text += u"\n  "_s + problem.advice;
    return text;
}

} // namespace narscope
