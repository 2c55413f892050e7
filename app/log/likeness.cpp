// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/likeness.h"

#include "log/escapes.h"

#include <QHashFunctions>

#include <algorithm>
#include <cmath>

namespace narscope::log {

namespace {

constexpr qsizetype mostRead = 4096; ///< bytes of a line
constexpr size_t mostWords = 64; ///< of a line
constexpr size_t mostTried = 4096; ///< lines of one list times lines of the other that are tried at once
constexpr size_t mostHeld = 65'536; ///< lines of one list whose words are held at once

bool isWordByte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

/// «test a ... ok» and «test a ... FAILED» are alike: a word counts, and long ones not for much more.
quint32 weightOf(qsizetype length)
{
    return quint32(2 + qMin<qsizetype>(length, 8));
}

/// In as many pieces as keep each small: their sum grows with the lists, not with the product of them.
size_t piecesFor(size_t left, size_t right)
{
    const auto product = double(left) * double(right);
    const auto byProduct = qMin(size_t(std::ceil(std::sqrt(product / double(mostTried)))), qMin(left, right));
    return qMax(byProduct, (qMax(left, right) + mostHeld - 1) / mostHeld);
}

/// The best pairs of two short lists, by dynamic programming over how many of each are done.
void pairShort(
    std::span<const LineWords> left, std::span<const LineWords> right, LikePair at, std::vector<LikePair> &pairs)
{
    const auto width = right.size() + 1;
    std::vector<float> best((left.size() + 1) * width); // of the lines from here on
    std::vector<bool> isPair(best.size());
    for (auto i = left.size(); i-- > 0;) {
        for (auto j = right.size(); j-- > 0;) {
            const auto here = i * width + j;
            best[here] = qMax(best[here + width], best[here + 1]);
            const auto like = left[i].likeness(right[j]);
            if (like < nearEqual || best[here + width + 1] + float(like) < best[here])
                continue;
            best[here] = best[here + width + 1] + float(like);
            isPair[here] = true;
        }
    }
    for (size_t i = 0, j = 0; i < left.size() && j < right.size();) {
        const auto here = i * width + j;
        if (isPair[here])
            pairs.push_back({at.left + i++, at.right + j++});
        else
            best[here + width] >= best[here + 1] ? ++i : ++j;
    }
}

} // namespace

LineWords::LineWords(QByteArrayView line)
{
    for (qsizetype at = 0; at < line.size() && m_words.size() < mostWords;) {
        auto end = at;
        while (end < line.size() && isWordByte(line[end]))
            ++end;
        if (end > at) {
            const auto weight = weightOf(end - at);
            m_words.push_back({quint32(qHash(line.sliced(at, end - at), size_t(0x6e617273))), weight});
            m_weight += weight;
        }
        at = end + 1;
    }
    std::ranges::sort(m_words);
}

double LineWords::likeness(const LineWords &other) const
{
    const auto both = m_weight + other.m_weight;
    if (both == 0 || 2 * qMin(m_weight, other.m_weight) < nearEqual * both)
        return 0;
    quint32 common = 0;
    for (auto a = m_words.begin(), b = other.m_words.begin(); a != m_words.end() && b != other.m_words.end();) {
        if (*a == *b) {
            common += a->weight;
            ++a;
            ++b;
        } else {
            *a < *b ? ++a : ++b;
        }
    }
    return 2.0 * common / both;
}

LikeFinder::LikeFinder(const ComparedLog &left, const ComparedLog &right)
    : m_left(left.bytes, left.index, mostRead)
    , m_right(right.bytes, right.index, mostRead)
{
}

Result<std::vector<LineWords>> LikeFinder::wordsOf(LineReader &reader, std::span<const qint64> lines)
{
    std::vector<LineWords> words;
    words.reserve(lines.size());
    for (const auto line : lines) {
        const auto text = reader.line(Line(line));
        if (!text)
            return std::unexpected(text.error());
        words.emplace_back(normalised(visible(*text)));
    }
    return words;
}

Result<std::vector<LikePair>> LikeFinder::pairs(
    std::span<const qint64> left, std::span<const qint64> right, const std::atomic<bool> *cancelled)
{
    std::vector<LikePair> pairs;
    if (left.empty() || right.empty())
        return pairs;
    const auto pieces = piecesFor(left.size(), right.size());
    for (size_t piece = 0; piece < pieces; ++piece) {
        if (cancelled && cancelled->load(std::memory_order_relaxed))
            return problem(ProblemKind::Cancelled, {});
        const LikePair from{left.size() * piece / pieces, right.size() * piece / pieces};
        const LikePair to{left.size() * (piece + 1) / pieces, right.size() * (piece + 1) / pieces};
        const auto leftWords = wordsOf(m_left, left.subspan(from.left, to.left - from.left));
        if (!leftWords)
            return std::unexpected(leftWords.error());
        const auto rightWords = wordsOf(m_right, right.subspan(from.right, to.right - from.right));
        if (!rightWords)
            return std::unexpected(rightWords.error());
        pairShort(*leftWords, *rightWords, from, pairs);
    }
    return pairs;
}

} // namespace narscope::log
