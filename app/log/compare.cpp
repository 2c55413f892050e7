// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/comparelines.h"

#include <algorithm>
#include <unordered_map>

namespace narscope::log {

namespace {

class PhaseComparer {
public:
    PhaseComparer(const std::vector<quint64> &left, const std::vector<quint64> &right, qint64 &budget)
        : m_left(left)
        , m_right(right)
        , m_budget(budget)
    {
    }

    PhaseDifference compare(const Section &left, const Section &right)
    {
        PhaseDifference difference{.name = right.name};
        const auto onlyLeft = without(m_left, left, m_right, right);
        const auto onlyRight = without(m_right, right, m_left, left);
        difference.same = right.end - right.begin - qint64(onlyRight.size());
        merge(difference, onlyLeft, onlyRight, left, right);
        return difference;
    }
    PhaseDifference alone(const Section &section, bool isLeft)
    {
        PhaseDifference difference{.name = section.name, .isInLeft = isLeft, .isInRight = !isLeft};
        for (auto line = section.begin; line < section.end && m_budget > 0; ++line, --m_budget)
            difference.lines.push_back(isLeft ? DifferentLine{.left = Line(line)} : DifferentLine{.right = Line(line)});
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
    /// Both lists in the order of their places within the phase; runs that stand at the same place are paired line by
    /// line.
    void merge(PhaseDifference &difference, const std::vector<qint64> &left, const std::vector<qint64> &right,
        const Section &l, const Section &r)
    {
        size_t i = 0;
        size_t j = 0;
        const auto placeOf = [](qint64 line, const Section &section) {
            return double(line - section.begin) / double(qMax<qint64>(1, section.end - section.begin));
        };
        while ((i < left.size() || j < right.size()) && m_budget > 0) {
            --m_budget;
            const bool bothRun
                = i < left.size() && j < right.size() && qAbs((left[i] - l.begin) - (right[j] - r.begin)) <= 3;
            const bool takeLeft
                = bothRun || j == right.size() || (i < left.size() && placeOf(left[i], l) <= placeOf(right[j], r));
            const bool takeRight = bothRun || !takeLeft;
            difference.lines.push_back({takeLeft ? std::optional(Line(left[i])) : std::nullopt,
                takeRight ? std::optional(Line(right[j])) : std::nullopt});
            i += takeLeft ? 1 : 0;
            j += takeRight ? 1 : 0;
        }
    }

    const std::vector<quint64> &m_left;
    const std::vector<quint64> &m_right;
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
    PhaseComparer comparer(*leftLines, *rightLines, budget);
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
        comparison.phases.push_back(comparer.compare(leftSections[match], section));
    }
    for (size_t i = 0; i < leftSections.size(); ++i) {
        if (!used[i])
            comparison.phases.push_back(comparer.alone(leftSections[i], true));
    }
    comparison.isCut = budget <= 0;
    return comparison;
}

} // namespace narscope::log
