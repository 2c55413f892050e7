// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/answers.h"

#include <QDateTime>
#include <QTimeZone>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace narscope::github {

namespace {

const auto tokenAdvice
    = u"A token, even one without any permission, raises the limit from 60 to 5000 requests an hour."_s;

Problem saying(Problem problem, ProblemKind kind, const QString &sentence, const QString &advice = {})
{
    problem.kind = kind;
    problem.sentence = sentence;
    problem.advice = advice;
    return problem;
}

Problem limited(Problem problem, bool hasToken)
{
    problem.advice = hasToken ? QString() : tokenAdvice;
    problem.retryHelps = true;
    if (problem.detail.contains("secondary"_L1, Qt::CaseInsensitive)) {
        problem.sentence = u"GitHub asks to be asked more slowly."_s;
        problem.advice.clear();
    } else {
        problem.sentence = u"GitHub's quota of requests is used up."_s;
    }
    if (problem.retryAfter)
        problem.sentence.insert(
            problem.sentence.size() - 1, u" for another %1 min"_s.arg((problem.retryAfter->count() + 59'999) / 60'000));
    return problem;
}

} // namespace

Problem explained(Problem problem, bool hasToken)
{
    const auto says = [&problem](QLatin1StringView text) { return problem.detail.contains(text, Qt::CaseInsensitive); };
    if (problem.kind == ProblemKind::RateLimited)
        return limited(std::move(problem), hasToken);
    if (problem.kind == ProblemKind::Forbidden && says("Bad credentials"_L1))
        return saying(std::move(problem), ProblemKind::Forbidden, u"GitHub does not accept the token."_s,
            u"It may have expired: make a new one."_s);
    if (problem.kind == ProblemKind::Forbidden)
        return saying(std::move(problem), ProblemKind::Forbidden, u"GitHub refuses this request."_s,
            hasToken ? u"The token may lack the permission for it."_s : u"It may need a token."_s);
    if (says("No commit found"_L1))
        return saying(std::move(problem), ProblemKind::NotFound, u"GitHub knows no such commit."_s);
    if (says("taking too long"_L1)) {
        problem.retryHelps = true;
        return saying(std::move(problem), ProblemKind::ServerError, u"GitHub could not compare the two in time."_s,
            u"Name a clone of nixpkgs: git answers the same without GitHub."_s);
    }
    if (says("has expired"_L1))
        return saying(
            std::move(problem), ProblemKind::NotFound, u"The artifact has expired: GitHub keeps them for 90 days."_s);
    return problem;
}

Problem quotaProblem(int limit, qint64 reset, qint64 now, bool hasToken)
{
    const auto at = QDateTime::fromSecsSinceEpoch(reset, QTimeZone::UTC).toString(u"HH:mm"_s);
    auto found = problemSaying(ProblemKind::RateLimited,
        u"GitHub's quota of %1 requests an hour is used up; it is full again at %2 UTC."_s.arg(limit).arg(at))
                     .error();
    found.advice = hasToken ? QString() : tokenAdvice;
    found.retryAfter = std::chrono::seconds(qMax<qint64>(1, reset - now));
    return found;
}

std::unexpected<Problem> needsToken(QString sentence)
{
    auto found = problemSaying(ProblemKind::Forbidden, std::move(sentence));
    found.error().advice = u"Give a token for GitHub; it needs no permissions to read what is public."_s;
    return found;
}

Problem located(Problem problem, const QUrl &url)
{
    const auto address = url.toDisplayString();
    problem.where = problem.where.isEmpty() ? address : address + u' ' + problem.where;
    return problem;
}

bool hasNextPage(QByteArrayView link)
{
    return link.contains("rel=\"next\"");
}

QUrl onPage(QUrl url, int page)
{
    if (page <= 1)
        return url;
    QUrlQuery query(url);
    query.removeAllQueryItems(u"page"_s);
    query.addQueryItem(u"page"_s, QString::number(page));
    url.setQuery(query);
    return url;
}

} // namespace narscope::github
