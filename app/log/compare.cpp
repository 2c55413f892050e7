// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/comparelines.h"
#include "log/likeness.h"

#include <algorithm>
#include <unordered_map>

namespace narscope::log {

namespace {

class PhaseComparer {
public:
    PhaseComparer(const std::vector<quint64> &left, const std::vector<quint64> &right, LikeFinder &likes,
        const std::atomic<bool> *cancelled, qint64 &budget)
        : m_left(left)
        , m_right(right)
        , m_likes(likes)
        , m_cancelled(cancelled)
        , m_budget(budget)
    {
    }

    Result<PhaseDifference> compare(const Section &left, const Section &right)
    {
        PhaseDifference difference{.name = right.name};
        const auto onlyLeft = without(m_left, left, m_right, right);
        const auto onlyRight = without(m_right, right, m_left, left);
        difference.same = right.end - right.begin - qint64(onlyRight.size());
        const auto pairs = m_likes.pairs(onlyLeft, onlyRight, m_cancelled);
        if (!pairs)
            return std::unexpected(pairs.error());
        merge(difference, onlyLeft, onlyRight, *pairs);
        return difference;
    }
    PhaseDifference alone(const Section &section, bool isLeft)
    {
        PhaseDifference difference{.name = section.name, .isInLeft = isLeft, .isInRight = !isLeft};
        for (auto line = section.begin; line < section.end && m_budget >= 0; ++line)
            add(difference,
                isLeft ? DifferentLine{.left = Line(line), .right = {}}
                       : DifferentLine{.left = {}, .right = Line(line)});
        return difference;
    }

private:
    /// Lines of `a` that `b` has not, each as often as it has it less.
    static std::vector<qint64> without(
        const std::vector<quint64> &a, const Section &in, const std::vector<quint64> &b, const Section &other)
    {
        std::unordered_map<quint64, qint64> counts;
        for (auto line = other.begin; line < other.end; ++line)
            ++counts[b[size_t(line)]];
        std::vector<qint64> only;
        for (auto line = in.begin; line < in.end; ++line) {
            const auto hash = a[size_t(line)];
            if (hash != blankLine && counts[hash]-- <= 0)
                only.push_back(line);
        }
        return only;
    }
    /// In the order of the right log: what the left alone has stands before the pair that follows it there.
    void merge(PhaseDifference &difference, const std::vector<qint64> &left, const std::vector<qint64> &right,
        const std::vector<LikePair> &pairs)
    {
        LikePair at;
        const auto takeAlone = [&](LikePair to) {
            for (; at.left < to.left; ++at.left)
                add(difference, {.left = Line(left[at.left]), .right = {}});
            for (; at.right < to.right; ++at.right)
                add(difference, {.left = {}, .right = Line(right[at.right])});
        };
        for (const auto &pair : pairs) {
            takeAlone(pair);
            add(difference, {.left = Line(left[at.left++]), .right = Line(right[at.right++])});
        }
        takeAlone({left.size(), right.size()});
    }
    void add(PhaseDifference &difference, const DifferentLine &line)
    {
        if (m_budget > 0)
            difference.lines.push_back(line);
        --m_budget;
    }

    const std::vector<quint64> &m_left;
    const std::vector<quint64> &m_right;
    LikeFinder &m_likes;
    const std::atomic<bool> *m_cancelled;
    qint64 &m_budget;
};

} // namespace

qint64 Comparison::differences() const
{
    qint64 sum = 0;
    for (const auto &phase : phases)
        sum += qint64(phase.lines.size());
    return sum;
}

Result<Comparison> compareLogs(const ComparedLog &left, const ComparedLog &right, const std::atomic<bool> *cancelled)
{
    const auto leftLines = hashLines(left, cancelled);
    if (!leftLines)
        return std::unexpected(leftLines.error());
    const auto rightLines = hashLines(right, cancelled);
    if (!rightLines)
        return std::unexpected(rightLines.error());
    qint64 budget = maxDifferences;
    LikeFinder likes(left, right);
    PhaseComparer comparer(*leftLines, *rightLines, likes, cancelled, budget);
    const auto leftSections = sectionsOf(left);
    std::vector<bool> used(leftSections.size());
    Comparison comparison;
    for (const auto &section : sectionsOf(right)) {
        size_t match = 0;
        while (match < leftSections.size() && (used[match] || leftSections[match].name != section.name))
            ++match;
        if (match == leftSections.size()) {
            comparison.phases.push_back(comparer.alone(section, false));
            continue;
        }
        used[match] = true;
        auto difference = comparer.compare(leftSections[match], section);
        if (!difference)
            return std::unexpected(difference.error());
        comparison.phases.push_back(std::move(*difference));
    }
    for (size_t i = 0; i < leftSections.size(); ++i) {
        if (!used[i])
            comparison.phases.push_back(comparer.alone(leftSections[i], true));
    }
    comparison.isCut = budget < 0;
    return comparison;
}

} // namespace narscope::log
