// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/align.h"

#include "log/comparelines.h"
#include "log/likeness.h"

#include <algorithm>
#include <unordered_map>

namespace narscope::log {

namespace {

using Kind = AlignedRun::Kind;
using Hashes = std::vector<quint64>;

struct Pair {
    qint64 left = 0;
    qint64 right = 0;
};

/// How often each side has a line, and where last.
struct Occurrence {
    qint64 left = 0;
    qint64 right = 0;
    qint64 leftAt = 0;
    qint64 rightAt = 0;
};

/// The longest subsequence of the pairs, ascending on the left, that ascends on the right too.
std::vector<Pair> ascending(const std::vector<Pair> &pairs)
{
    std::vector<size_t> ends; // of the best subsequence of each length, the pair that it ends with
    std::vector<size_t> before(pairs.size());
    for (size_t i = 0; i < pairs.size(); ++i) {
        const auto place
            = std::ranges::lower_bound(ends, pairs[i].right, {}, [&pairs](size_t end) { return pairs[end].right; });
        before[i] = place == ends.begin() ? i : *(place - 1);
        if (place == ends.end())
            ends.push_back(i);
        else
            *place = i;
    }
    std::vector<Pair> best(ends.size());
    for (size_t n = ends.size(), at = n > 0 ? ends.back() : 0; n > 0; --n, at = before[at])
        best[n - 1] = pairs[at];
    return best;
}

class Aligner {
public:
    Aligner(const Hashes &left, const Hashes &right, LikeFinder &likes, const std::atomic<bool> *cancelled)
        : m_left(left)
        , m_right(right)
        , m_likes(likes)
        , m_cancelled(cancelled)
    {
    }

    void alignSections(const Section &left, const Section &right)
    {
        begin(right.name);
        count(left, right);
        Pair at{left.begin, right.begin};
        for (const auto &anchor : ascending(anchors(left))) {
            if (anchor.left >= at.left && anchor.right >= at.right)
                at = alignGap(at, anchor);
        }
        alignGap(at, {left.end, right.end});
    }
    void alone(const Section &section, bool isLeft, qint64 otherAt)
    {
        begin(section.name);
        for (auto line = section.begin; line < section.end; ++line)
            isLeft ? only(Kind::OnlyLeft, {line, otherAt}) : only(Kind::OnlyRight, {otherAt, line});
    }
    Result<Alignment> take()
    {
        if (m_problem)
            return std::unexpected(*m_problem);
        return std::move(m_alignment);
    }

private:
    void begin(const QString &name)
    {
        m_alignment.phases.push_back({name, m_alignment.runs.size()});
        m_isBegin = true;
    }
    void count(const Section &left, const Section &right)
    {
        m_counts.clear();
        for (auto line = left.begin; line < left.end; ++line) {
            auto &entry = m_counts[m_left[size_t(line)]];
            ++entry.left;
            entry.leftAt = line;
        }
        for (auto line = right.begin; line < right.end; ++line) {
            auto &entry = m_counts[m_right[size_t(line)]];
            ++entry.right;
            entry.rightAt = line;
        }
    }
    [[nodiscard]] std::vector<Pair> anchors(const Section &left) const
    {
        std::vector<Pair> pairs;
        for (auto line = left.begin; line < left.end; ++line) {
            const auto &entry = m_counts.at(m_left[size_t(line)]);
            if (entry.left == 1 && entry.right == 1)
                pairs.push_back({line, entry.rightAt});
        }
        return pairs;
    }
    /// What is between a place and an anchor, and the same lines around the anchor; returns the place behind
    /// them.
    Pair alignGap(Pair from, Pair to)
    {
        while (from.left < to.left && from.right < to.right && same(from.left, from.right)) {
            add(Kind::Same, true, true, from);
            ++from.left;
            ++from.right;
        }
        auto end = to;
        while (end.left > from.left && end.right > from.right && same(end.left - 1, end.right - 1)) {
            --end.left;
            --end.right;
        }
        alignRest(from, end);
        for (auto at = end; at.left < to.left; ++at.left, ++at.right)
            add(Kind::Same, true, true, at);
        return to;
    }
    /// Near-equal lines go side by side; others stand alone, and are gone or new.
    void alignRest(Pair from, Pair to)
    {
        const auto ownLeft = ownLines(m_left, from.left, to.left, &Occurrence::right);
        const auto ownRight = ownLines(m_right, from.right, to.right, &Occurrence::left);
        const auto pairs = m_problem ? std::vector<LikePair>() : m_likes.pairs(ownLeft, ownRight, m_cancelled);
        if (!pairs) {
            m_problem = pairs.error();
            return;
        }
        for (const auto &pair : *pairs) {
            const Pair at{ownLeft[pair.left], ownRight[pair.right]};
            addUnpaired(from, at);
            add(Kind::Changed, true, true, at);
            from = {at.left + 1, at.right + 1};
        }
        addUnpaired(from, to);
    }
    void addUnpaired(Pair from, Pair to)
    {
        while (from.left < to.left || from.right < to.right) {
            const bool hasLeft = from.left < to.left;
            const bool hasRight = from.right < to.right;
            const bool leftElse = hasLeft && isElsewhere(m_left, from.left, &Occurrence::right);
            const bool rightElse = hasRight && isElsewhere(m_right, from.right, &Occurrence::left);
            if (leftElse && rightElse) {
                add(Kind::Moved, true, true, from);
                ++from.left;
                ++from.right;
            } else if (hasLeft && (!hasRight || !leftElse)) {
                leftElse ? add(Kind::Moved, true, false, from) : only(Kind::OnlyLeft, from);
                ++from.left;
            } else {
                rightElse ? add(Kind::Moved, false, true, from) : only(Kind::OnlyRight, from);
                ++from.right;
            }
        }
    }
    /// Those that the other log's phase has not.
    [[nodiscard]] std::vector<qint64> ownLines(
        const Hashes &hashes, qint64 from, qint64 to, qint64 Occurrence::*other) const
    {
        std::vector<qint64> own;
        for (auto line = from; line < to; ++line) {
            if (!isElsewhere(hashes, line, other))
                own.push_back(line);
        }
        return own;
    }
    [[nodiscard]] bool same(qint64 left, qint64 right) const { return m_left[size_t(left)] == m_right[size_t(right)]; }
    /// Whether the other log's phase has such a line at all.
    [[nodiscard]] bool isElsewhere(const Hashes &hashes, qint64 line, qint64 Occurrence::*other) const
    {
        const auto hash = hashes[size_t(line)];
        return hash == blankLine || m_counts.at(hash).*other > 0;
    }
    void only(Kind kind, Pair at)
    {
        const bool isLeft = kind == Kind::OnlyLeft;
        const auto hash = isLeft ? m_left[size_t(at.left)] : m_right[size_t(at.right)];
        add(hash == blankLine ? Kind::Moved : kind, isLeft, !isLeft, at);
    }
    void add(Kind kind, bool isLeft, bool isRight, Pair at)
    {
        auto &runs = m_alignment.runs;
        if (runs.size() >= maxRuns) {
            m_alignment.isCut = true;
            kind = Kind::Moved;
        }
        if (!m_isBegin && !runs.empty() && runs.back().kind == kind && runs.back().isLeft == isLeft
            && runs.back().isRight == isRight) {
            ++runs.back().count;
            return;
        }
        m_isBegin = false;
        runs.push_back({kind, isLeft, isRight, Line(at.left), Line(at.right), 1});
    }

    const Hashes &m_left;
    const Hashes &m_right;
    LikeFinder &m_likes;
    const std::atomic<bool> *m_cancelled;
    std::optional<Problem> m_problem;
    std::unordered_map<quint64, Occurrence> m_counts; ///< of the phase
    Alignment m_alignment;
    bool m_isBegin = false;
};

/// The first section from `from` on with this name.
size_t findSection(const std::vector<Section> &sections, size_t from, const QString &name)
{
    while (from < sections.size() && sections[from].name != name)
        ++from;
    return from;
}

} // namespace

qint64 Alignment::changedLines() const
{
    qint64 sum = 0;
    for (const auto &run : runs)
        sum += run.kind == Kind::Changed ? run.count : 0;
    return sum;
}

qint64 Alignment::linesOnlyIn(AlignedRun::Kind side) const
{
    qint64 sum = 0;
    for (const auto &run : runs)
        sum += run.kind == side ? run.count : 0;
    return sum;
}

std::optional<NewError> Alignment::firstNewError(
    const std::vector<Line> &errors, const std::vector<Line> &leftErrors) const
{
    for (const auto line : errors) {
        auto run = std::ranges::upper_bound(runs, line, {}, &AlignedRun::right);
        while (run != runs.begin() && !(--run)->isRight) { }
        if (run == runs.end() || !run->isRight || line.value >= run->right.value + run->count)
            continue;
        const Line partner(run->left.value + line.value - run->right.value);
        const bool isChanged = run->kind == Kind::Changed && !std::ranges::binary_search(leftErrors, partner);
        if (isChanged || run->kind == Kind::OnlyRight)
            return NewError{.line = line, .isChanged = isChanged};
    }
    return {};
}

Result<Alignment> alignLogs(const ComparedLog &left, const ComparedLog &right, const std::atomic<bool> *cancelled)
{
    const auto leftLines = hashLines(left, cancelled);
    if (!leftLines)
        return std::unexpected(leftLines.error());
    const auto rightLines = hashLines(right, cancelled);
    if (!rightLines)
        return std::unexpected(rightLines.error());
    LikeFinder likes(left, right);
    Aligner aligner(*leftLines, *rightLines, likes, cancelled);
    const auto leftSections = sectionsOf(left);
    const auto rightSections = sectionsOf(right);
    size_t next = 0;
    for (const auto &section : rightSections) {
        const auto leftAt = next < leftSections.size() ? leftSections[next].begin : left.index.lineCount();
        const auto match = findSection(leftSections, next, section.name);
        if (match == leftSections.size()) {
            aligner.alone(section, false, leftAt);
            continue;
        }
        for (; next < match; ++next)
            aligner.alone(leftSections[next], true, section.begin);
        aligner.alignSections(leftSections[next++], section);
    }
    for (; next < leftSections.size(); ++next)
        aligner.alone(leftSections[next], true, right.index.lineCount());
    return aligner.take();
}

} // namespace narscope::log
