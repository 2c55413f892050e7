// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evalsearch.h"

#include <algorithm>
#include <ranges>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

QString changedRevision(const hydra::EvalSummary &eval)
{
    const auto found = std::ranges::find(eval.changes, u"nixpkgs"_s, &hydra::InputChange::name);
    return found == eval.changes.end() ? QString() : found->revision;
}

/// From the oldest that can have the commit to the newest.
QList<EvalAt> candidates(const QList<EvalAt> &evals, qint64 merged)
{
    QList<EvalAt> list;
    for (const auto &eval : evals) {
        if (eval.time > merged && !eval.revision.isEmpty())
            list.prepend(eval);
    }
    return list;
}

/// The gap that holds the first evaluation: nothing before `low` has the commit, everything from `high` on
/// has it.
struct Gap {
    qsizetype low = 0;
    qsizetype high = 0;
};

Gap gapOf(const QList<EvalAt> &list, const QHash<QString, bool> &known)
{
    Gap gap{.low = 0, .high = list.size()};
    for (qsizetype i = 0; i < list.size(); ++i) {
        const auto found = known.constFind(list[i].revision);
        if (found == known.cend())
            continue;
        if (*found)
            gap.high = std::min(gap.high, i);
        else
            gap.low = i + 1;
    }
    gap.low = std::min(gap.low, gap.high);
    return gap;
}

} // namespace

QList<EvalAt> withRevisions(const hydra::EvalPage &page)
{
    QList<EvalAt> list;
    QString revision;
    for (const auto &eval : std::views::reverse(page.evals)) {
        if (const auto changed = changedRevision(eval); !changed.isEmpty())
            revision = changed;
        list.prepend({.id = eval.id,
            .time = eval.time,
            .revision = revision,
            .scheduled = eval.scheduled,
            .hasErrors = eval.hasErrors});
    }
    return list;
}

QHash<QString, bool> toldByOthers(
    const QList<EvalAt> &evals, const QList<EvalAt> &others, const QHash<QString, bool> &known)
{
    // An evaluation's time is its end; its sources were fetched up to so many seconds before.
    constexpr qint64 longestEvaluation = 2 * 3600;
    std::optional<qint64> has;
    std::optional<qint64> lacks;
    for (const auto &other : others) {
        const auto answer = known.constFind(other.revision);
        if (answer == known.cend())
            continue;
        if (*answer)
            has = std::min(has.value_or(other.time), other.time);
        else
            lacks = std::max(lacks.value_or(other.time), other.time);
    }
    QHash<QString, bool> told;
    for (const auto &eval : evals) {
        if (has && eval.time - longestEvaluation > *has)
            told.insert(eval.revision, true);
        else if (lacks && eval.time < *lacks - longestEvaluation)
            told.insert(eval.revision, false);
    }
    return told;
}

EvalQuestion nextQuestion(const QList<EvalAt> &evals, qint64 merged, bool isDirect, const QHash<QString, bool> &known)
{
    const auto list = candidates(evals, merged);
    const auto gap = gapOf(list, known);
    if (gap.low < gap.high)
        return {.ask = list[isDirect ? gap.low : (gap.low + gap.high) / 2], .found = {}};
    if (gap.high == list.size())
        return {};
    const bool reachesBack
        = gap.high > 0 || std::ranges::any_of(evals, [merged](const EvalAt &eval) { return eval.time <= merged; });
    return {.ask = {}, .found = list[gap.high], .isFirst = reachesBack};
}

int olderPage(const hydra::EvalPage &page, qint64 merged)
{
    if (page.evals.size() < 2 || !page.paging.hasNext || page.evals.last().time <= merged)
        return 1;
    const qint64 span = qMax<qint64>(1, page.evals.first().time - page.evals.last().time);
    const qint64 back = page.evals.first().time - merged;
    return int(qMin<qint64>(1 + back / span, 1000));
}

std::optional<qint64> rhythm(const QList<EvalAt> &evals)
{
    if (evals.size() < 3)
        return {};
    QList<qint64> gaps;
    for (qsizetype i = 1; i < evals.size(); ++i)
        gaps << evals[i - 1].time - evals[i].time;
    std::ranges::sort(gaps);
    return gaps[gaps.size() / 2];
}

const EvalAt *finishedWith(const KnownJobset &jobset)
{
    if (!jobset.found || !jobset.evals)
        return nullptr;
    const EvalAt *oldest = nullptr; // of a list with the newest first
    for (const auto &eval : *jobset.evals) {
        if (eval.id >= jobset.found->eval.id && eval.scheduled == 0)
            oldest = &eval;
    }
    return oldest;
}

} // namespace narscope::trace
