// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/answercheck.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace narscope::net {

namespace {

constexpr qsizetype longestDetail = 500;
constexpr qsizetype startWithin = 1024;
constexpr qsizetype titleWithin = 64 * 1024;

QByteArray typeOf(const Answer &answer)
{
    const auto field = answer.header("content-type");
    const auto parameters = field.indexOf(';');
    return (parameters < 0 ? field : field.first(parameters)).trimmed().toLower();
}

bool isHtmlType(QByteArrayView type)
{
    return type == "text/html" || type == "application/xhtml+xml";
}

bool isJsonType(QByteArrayView type)
{
    return type == "application/json" || type == "text/x-json" || type == "text/json" || type.endsWith("+json");
}

std::unexpected<Problem> otherType(const Answer &head, const QUrl &url)
{
    const auto type = typeOf(head);
    const auto kind = isHtmlType(type) ? ProblemKind::CrawlerGuard : ProblemKind::Malformed;
    return problem(kind, url.toDisplayString(),
        u"the answer's type is “%1”"_s.arg(QString::fromUtf8(type.first(std::min<qsizetype>(type.size(), 100)))));
}

/// Hydra's {"error": "..."}, GitHub's {"message": "..."}, or plain text.
QString serversWords(const Answer &answer)
{
    const auto type = typeOf(answer);
    QString words;
    if (isJsonType(type)) {
        const auto object = QJsonDocument::fromJson(answer.body).object();
        words = object.value("error"_L1).toString(object.value("message"_L1).toString());
    } else if (type == "text/plain") {
        words = QString::fromUtf8(answer.body);
    }
    words = words.trimmed();
    return words.size() > longestDetail ? words.first(longestDetail) + u'…' : words;
}

ProblemKind kindOf(const Answer &answer)
{
    if (answer.status == 429 || (answer.status == 403 && asksForPause(answer)))
        return ProblemKind::RateLimited;
    if (answer.status == 401 || answer.status == 403 || answer.status == 407)
        return ProblemKind::Forbidden;
    if (answer.status == 404 || answer.status == 410)
        return ProblemKind::NotFound;
    return ProblemKind::ServerError;
}

bool helpsToRetry(const Answer &answer)
{
    return answer.status >= 500 || answer.status == 408 || asksForPause(answer);
}

/// A piece of a page, which Hydra sends without head and title.
bool isFragment(const QUrl &url)
{
    const QString path = url.path();
    return path.endsWith("-tab"_L1) || path.endsWith("-deps"_L1);
}

std::optional<Milliseconds> fromHttpDate(const QByteArray &text, Milliseconds now)
{
    auto date = QLocale::c().toDateTime(QString::fromLatin1(text), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
    if (!date.isValid())
        return std::nullopt;
    date.setTimeZone(QTimeZone::UTC);
    return std::max(Milliseconds(0), Milliseconds(date.toMSecsSinceEpoch()) - now);
}

} // namespace

QByteArray Answer::header(QByteArrayView lowerCaseName) const
{
    const auto it = std::ranges::find(headers, lowerCaseName, [](const auto &h) { return QByteArrayView(h.first); });
    return it == headers.end() ? QByteArray() : it->second;
}

QByteArray acceptFor(Expect expect)
{
    switch (expect) {
    case Expect::Json:
        return "application/json"_ba;
    case Expect::Html:
        return "text/html"_ba;
    case Expect::Text:
        return "text/plain, */*;q=0.1"_ba;
    case Expect::Anything:
        break;
    }
    return "*/*"_ba;
}

Result<void> checkType(Expect expect, const Answer &head, const QUrl &url)
{
    const auto type = typeOf(head);
    const bool fits = type.isEmpty() || expect == Expect::Anything || (expect == Expect::Json && isJsonType(type))
        || (expect == Expect::Html && isHtmlType(type)) || (expect == Expect::Text && !isHtmlType(type));
    if (!fits)
        return otherType(head, url);
    return {};
}

Result<void> checkBody(Expect expect, ServerKind kind, const Answer &answer, const QUrl &url)
{
    if (expect == Expect::Json
        && answer.body.first(std::min(answer.body.size(), startWithin)).trimmed().startsWith('<'))
        return problem(ProblemKind::CrawlerGuard, url.toDisplayString(), u"the answer begins like a page"_s);
    if (expect != Expect::Html || kind != ServerKind::Hydra || isFragment(url))
        return {};
    if (!answer.body.first(std::min(answer.body.size(), titleWithin)).contains("<title>Hydra - "))
        return problem(
            ProblemKind::CrawlerGuard, url.toDisplayString(), u"the page does not have a title of Hydra's"_s);
    return {};
}

Problem statusProblem(const Answer &answer, const QUrl &url)
{
    const auto kind = kindOf(answer);
    auto found = problem(kind, url.toDisplayString(), serversWords(answer)).error();
    found.retryHelps = helpsToRetry(answer);
    if (answer.status == 410)
        found.sentence = u"The server no longer has it (410)."_s;
    else if (kind == ProblemKind::ServerError)
        found.sentence = answer.status >= 500 ? u"The server failed to answer (%1)."_s.arg(answer.status)
                                              : u"The server refused the request (%1)."_s.arg(answer.status);
    return found;
}

bool asksForPause(const Answer &answer)
{
    switch (answer.status) {
    case 429:
    case 502:
    case 503:
    case 504:
        return true;
    case 403:
        return answer.header("x-ratelimit-remaining") == "0" || !answer.header("retry-after").isEmpty();
    default:
        return false;
    }
}

std::optional<Milliseconds> retryAfter(const Answer &answer, Milliseconds now)
{
    bool isNumber = false;
    const auto field = answer.header("retry-after").trimmed();
    if (const auto seconds = field.toUInt(&isNumber); isNumber)
        return std::chrono::seconds(seconds);
    if (const auto until = fromHttpDate(field, now))
        return until;
    if (answer.header("x-ratelimit-remaining") == "0") {
        const auto reset = answer.header("x-ratelimit-reset").toUInt(&isNumber);
        if (isNumber)
            return std::max(Milliseconds(0), Milliseconds(std::chrono::seconds(reset)) - now);
    }
    return std::nullopt;
}

} // namespace narscope::net
