// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evidencecompare.h"

#include "base/format.h"

#include <algorithm>
#include <array>
#include <ranges>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr std::array words{"different"_L1, "other-at-the-time"_L1, "went-back"_L1};

EvidenceSide sideOf(int log, const EvidenceEntry &entry)
{
    return {.log = log,
        .number = entry.number,
        .at = entry.seen.at,
        .value = entry.seen.value,
        .host = entry.seen.url.host(),
        .node = entry.seen.node};
}

QString sideText(const EvidenceSide &side)
{
    const auto node = side.node.isEmpty() ? QString() : u" from "_s + side.node;
    return u"%1 (log %2, entry %3, %4, %5%6)"_s.arg(side.value)
        .arg(side.log + 1)
        .arg(side.number)
        .arg(formatExactTime(side.at.count() / 1000), side.host, node);
}

QString whatIs(EvidenceKind kind)
{
    switch (kind) {
    case EvidenceKind::GitRevision:
        return u"The revision of release %1"_s;
    case EvidenceKind::ReleaseIndex:
        return u"The page of release %1"_s;
    case EvidenceKind::NarInfo:
        return u"What is signed about %1"_s;
    default:
        return u"Channel %1"_s;
    }
}

} // namespace

QString word(EvidenceDifferenceKind kind)
{
    return words[size_t(kind)];
}

QString describe(const EvidenceDifference &difference)
{
    const auto what = whatIs(difference.about).arg(difference.subject);
    const auto left = sideText(difference.left);
    const auto right = sideText(difference.right);
    switch (difference.kind) {
    case EvidenceDifferenceKind::Different:
        return u"%1 never changes, but two answers were served: %2 and %3."_s.arg(what, left, right);
    case EvidenceDifferenceKind::OtherAtTheTime:
        return u"%1 pointed to %2, while before and after that it pointed to %3."_s.arg(what, right, left);
    case EvidenceDifferenceKind::WentBack:
        return u"%1 pointed to %2, and then back to %3, which it had left."_s.arg(what, left, right);
    }
    return {};
}

void EvidenceComparer::add(int log, const EvidenceEntry &entry)
{
    m_hashes[log].push_back(entry.hash);
    const auto kind = entry.seen.kind;
    if (kind == EvidenceKind::Opened || kind == EvidenceKind::Resumed)
        return;
    const auto side = sideOf(log, entry);
    const Subject subject{.kind = kind, .name = entry.seen.subject};
    if (kind == EvidenceKind::ChannelPointer)
        return addPointer(m_pointers[log][subject].runs[side.host], side);
    auto &seen = m_fixed[subject];
    seen.isIn[log] = true;
    if (!std::ranges::contains(seen.values, side.value, &EvidenceSide::value))
        seen.values.push_back(side);
}

void EvidenceComparer::addPointer(std::vector<Run> &runs, const EvidenceSide &side)
{
    if (!runs.empty() && runs.back().last.value == side.value)
        runs.back().last = side;
    else
        runs.push_back({.first = side, .last = side});
}

void EvidenceComparer::compareValues(const Subject &subject, const Seen &seen, EvidenceComparison &result)
{
    for (const auto &other : seen.values | std::views::drop(1))
        result.differences.push_back({.kind = EvidenceDifferenceKind::Different,
            .about = subject.kind,
            .subject = subject.name,
            .left = seen.values.front(),
            .right = other});
}

void EvidenceComparer::comparePointers(
    const Subject &subject, const Seen &left, const Seen &right, EvidenceComparison &result)
{
    std::vector<Run> standing;
    for (const auto &runs : left.runs | std::views::values)
        std::ranges::copy(runs, std::back_inserter(standing));
    for (const auto &run : right.runs | std::views::values | std::views::join) {
        const auto odd = std::ranges::find_if(standing, [&](const Run &still) {
            const auto isInside = [&](const EvidenceSide &side) {
                return side.at >= still.first.at + slack && side.at <= still.last.at - slack;
            };
            return still.first.value != run.first.value && (isInside(run.first) || isInside(run.last));
        });
        if (odd == standing.end())
            continue;
        const bool firstIsIn = run.first.at >= odd->first.at + slack && run.first.at <= odd->last.at - slack;
        result.differences.push_back({.kind = EvidenceDifferenceKind::OtherAtTheTime,
            .about = subject.kind,
            .subject = subject.name,
            .left = odd->first,
            .right = firstIsIn ? run.first : run.last});
    }
}

void EvidenceComparer::findReturns(const Subject &subject, const Seen &seen, EvidenceComparison &result)
{
    for (const auto &runs : seen.runs | std::views::values) {
        for (size_t i = 2; i < runs.size(); ++i) {
            const auto before = std::ranges::subrange(runs.begin(), runs.begin() + qsizetype(i) - 1);
            if (std::ranges::any_of(before, [&](const Run &run) { return run.first.value == runs[i].first.value; }))
                result.differences.push_back({.kind = EvidenceDifferenceKind::WentBack,
                    .about = subject.kind,
                    .subject = subject.name,
                    .left = runs[i - 1].last,
                    .right = runs[i].first});
        }
    }
}

EvidenceComparison EvidenceComparer::compare() const
{
    EvidenceComparison result;
    const auto shorter = std::min(m_hashes[0].size(), m_hashes[1].size());
    while (result.sameStart < qint64(shorter)
        && m_hashes[0][size_t(result.sameStart)] == m_hashes[1][size_t(result.sameStart)])
        ++result.sameStart;
    for (const auto &[subject, seen] : m_fixed) {
        ++(seen.isIn[0] && seen.isIn[1] ? result.inBoth : result.onlyInOne);
        compareValues(subject, seen, result);
    }
    for (const auto &[subject, seen] : m_pointers[0]) {
        const auto other = m_pointers[1].find(subject);
        ++(other != m_pointers[1].end() ? result.inBoth : result.onlyInOne);
        findReturns(subject, seen, result);
        if (other == m_pointers[1].end())
            continue;
        comparePointers(subject, seen, other->second, result);
        comparePointers(subject, other->second, seen, result);
    }
    for (const auto &[subject, seen] : m_pointers[1]) {
        result.onlyInOne += m_pointers[0].contains(subject) ? 0 : 1;
        findReturns(subject, seen, result);
    }
    return result;
}

} // namespace narscope::trace
