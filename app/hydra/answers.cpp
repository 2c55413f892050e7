// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/answers.h"
#include "hydra/jsonparsers.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

/// PostgreSQL refusing a number before it looks for it.
bool isNoSuchNumber(const QString &detail)
{
    static const QRegularExpression refused(
        u"(out of range for type|invalid input syntax for type) (integer|bigint)"_s);
    return refused.match(detail).hasMatch();
}

/// Answers to a request that asks wrongly: asking again changes nothing.
bool isRefusal(const QString &detail)
{
    static const QRegularExpression refusal(
        u"^(Parameter not defined|Query is empty|Invalid character|Invalid build ID|Unknown log display mode|The rows attribute|A supplied offset)"_s);
    return refusal.match(detail).hasMatch();
}

} // namespace

Problem explained(Problem problem)
{
    if (problem.detail.isEmpty())
        return problem;
    problem.detail = errorText(problem.detail.toUtf8());
    if (problem.kind != ProblemKind::ServerError)
        return problem;
    if (isNoSuchNumber(problem.detail)) {
        auto missing = narscope::problem(ProblemKind::NotFound, problem.where, problem.detail).error();
        missing.sentence = u"No Hydra has such a number."_s;
        return missing;
    }
    if (isRefusal(problem.detail)) {
        return problemSaying(
            ProblemKind::Usage, u"Hydra does not take this request: %1"_s.arg(problem.detail), problem.where)
            .error();
    }
    return problem;
}

Problem located(Problem problem, const QUrl &url)
{
    const auto address = url.toDisplayString();
    problem.where = problem.where.isEmpty() ? address : address + u' ' + problem.where;
    return problem;
}

} // namespace narscope::hydra
