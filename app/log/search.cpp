// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/search.h"

#include "log/bytescan.h"
#include "log/escapes.h"
#include "log/share.h"

#include <QMutex>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>

using namespace Qt::StringLiterals;

namespace narscope::log {

BlockLines::BlockLines(std::vector<quint32> lines, quint32 count)
    : m_size(qint64(lines.size()))
{
    if (lines.size() * 32 < count || count < 64) {
        m_list = std::move(lines);
        m_list.shrink_to_fit();
        return;
    }
    m_bits.resize((count + 63) / 64);
    for (const auto line : lines)
        m_bits[line / 64] |= quint64(1) << (line % 64);
}

bool BlockLines::contains(quint32 line) const
{
    if (m_bits.empty())
        return std::ranges::binary_search(m_list, line);
    return line / 64 < m_bits.size() && (m_bits[line / 64] >> (line % 64) & 1) != 0;
}

quint32 BlockLines::at(qint64 n) const
{
    if (m_bits.empty())
        return m_list[size_t(n)];
    size_t word = 0;
    for (; n >= std::popcount(m_bits[word]); ++word)
        n -= std::popcount(m_bits[word]);
    auto bits = m_bits[word];
    for (; n > 0; --n)
        bits &= bits - 1;
    return quint32(word * 64 + size_t(std::countr_zero(bits)));
}

qint64 BlockLines::rank(quint32 line) const
{
    if (m_bits.empty())
        return std::ranges::lower_bound(m_list, line) - m_list.begin();
    qint64 before = 0;
    for (size_t word = 0; word < m_bits.size() && word * 64 < line; ++word) {
        const auto left = line - word * 64;
        before += std::popcount(left >= 64 ? m_bits[word] : m_bits[word] & ((quint64(1) << left) - 1));
    }
    return before;
}

void BlockLines::each(const std::function<void(quint32)> &take) const
{
    std::ranges::for_each(m_list, take);
    for (size_t word = 0; word < m_bits.size(); ++word) {
        for (auto bits = m_bits[word]; bits != 0; bits &= bits - 1)
            take(quint32(word * 64 + size_t(std::countr_zero(bits))));
    }
}

void Findings::add(BlockFinding finding)
{
    const auto key = finding.firstLine;
    // A block without a line's beginning (inside a very long line) shares its first line with the next one.
    const auto old = m_blocks.find(key);
    if (old != m_blocks.end()) {
        const bool saysNothing = finding.lines.size() == 0 && finding.limitHit == 0 && finding.tooLong == 0;
        if (saysNothing && old->second.block != finding.block)
            return;
        m_size -= old->second.lines.size();
    }
    m_size += finding.lines.size();
    m_blocks.insert_or_assign(key, std::move(finding));
}

qint64 Findings::limitHit() const
{
    qint64 sum = 0;
    for (const auto &[line, finding] : m_blocks)
        sum += finding.limitHit;
    return sum;
}

qint64 Findings::tooLong() const
{
    qint64 sum = 0;
    for (const auto &[line, finding] : m_blocks)
        sum += finding.tooLong;
    return sum;
}

bool Findings::contains(Line line) const
{
    auto it = m_blocks.upper_bound(line.value);
    return it != m_blocks.begin() && (--it)->second.lines.contains(quint32(line.value - it->first));
}

Line Findings::at(qint64 n) const
{
    for (const auto &[first, finding] : m_blocks) {
        if (n < finding.lines.size())
            return Line(first + finding.lines.at(n));
        n -= finding.lines.size();
    }
    return Line(-1);
}

qint64 Findings::rank(Line line) const
{
    qint64 before = 0;
    for (auto it = m_blocks.begin(); it != m_blocks.end() && it->first < line.value;) {
        const auto &lines = it->second.lines;
        const auto inBlock = line.value - it->first;
        ++it;
        const bool isWhollyBefore = it != m_blocks.end() && it->first <= line.value;
        before += isWhollyBefore ? lines.size() : lines.rank(quint32(qMin<qint64>(inBlock, UINT_MAX)));
    }
    return before;
}

void Findings::each(const std::function<void(Line)> &take) const
{
    for (const auto &[first, finding] : m_blocks)
        finding.lines.each([&take, begin = first](quint32 line) { take(Line(begin + line)); });
}

std::optional<Line> Findings::next(Line after) const
{
    const auto from = after.value + 1;
    auto it = m_blocks.upper_bound(from);
    if (it != m_blocks.begin())
        --it;
    for (; it != m_blocks.end(); ++it) {
        const auto &lines = it->second.lines;
        const auto n = lines.rank(quint32(qBound<qint64>(0, from - it->first, UINT_MAX)));
        if (n < lines.size())
            return Line(it->first + lines.at(n));
    }
    return {};
}

std::optional<Line> Findings::previous(Line before) const
{
    const auto n = rank(before);
    return n > 0 ? std::optional(at(n - 1)) : std::nullopt;
}

namespace {

bool looksAtBegins(const Pattern &pattern)
{
    return pattern.isRegex
        && std::ranges::any_of(std::array{"^"_L1, "\\A"_L1, "\\G"_L1, "(?<"_L1},
            [&pattern](QLatin1StringView sign) { return pattern.text.contains(sign); });
}

} // namespace

Result<std::shared_ptr<const Search>> Search::compile(const Query &query)
{
    auto search = std::make_shared<Search>();
    search->m_query = query;
    for (const auto &group : query.anyOf) {
        auto &matchers = search->m_matchers.emplace_back();
        for (const auto &term : group) {
            const auto matcher = Matcher::compile(term.pattern);
            if (!matcher)
                return std::unexpected(matcher.error());
            matchers.push_back(*matcher);
            search->m_looksAtBegins = search->m_looksAtBegins || looksAtBegins(term.pattern);
        }
    }
    return search;
}

namespace {

/// The lines that begin in a block, whole.
struct BlockText {
    QByteArrayView bytes = {}; ///< in the thread's buffer: until the next readBlock
    qint64 firstLine = 0;
    quint32 lines = 0;
    bool isOpen = false; ///< the last line reaches into other blocks
    qint64 tooLong = 0;
};

/// Reads on behind the block until its last line ends, or to the limit.
Result<void> readLastLine(QByteArray &text, const Bytes &bytes, qint64 from, qint64 end, qint64 *tooLong)
{
    constexpr qint64 step = 8 * 1024;
    for (qint64 at = from; at < end; at += step) {
        if (at - from >= maxSearchedLine) {
            ++*tooLong;
            return {};
        }
        const auto more = bytes.read(Offset(at), qMin(step, end - at));
        if (!more)
            return std::unexpected(more.error());
        const auto stop = more->indexOf('\n');
        text += stop < 0 ? *more : more->first(stop + 1);
        if (stop >= 0)
            return {};
    }
    return {};
}

/// Makes the buffer ready for a block but keeps its memory, unless a very long line made it large: fresh pages for
/// every block cost as much as searching it.
void reuse(QByteArray &buffer)
{
    constexpr qsizetype usual = LineIndex::blockSize + 256 * 1024;
    if (buffer.capacity() > 2 * usual)
        buffer = {};
    buffer.reserve(usual);
}

Result<BlockText> readBlock(const Bytes &bytes, const LineIndex &index, qint64 number)
{
    const auto &block = index.blocks()[size_t(number)];
    const auto start = number * LineIndex::blockSize;
    // With the byte before: it says whether a line begins with the block.
    const qint64 lead = start > 0 ? 1 : 0;
    static thread_local QByteArray buffer;
    reuse(buffer);
    buffer.resizeForOverwrite(block.bytes + lead);
    const auto got = bytes.readInto(Offset(start - lead), {buffer.data(), size_t(buffer.size())});
    if (!got)
        return std::unexpected(got.error());
    const auto begin = lead ? buffer.indexOf('\n') + 1 : 0;
    if (lead && (begin == 0 || begin == buffer.size())) // no line begins here, or only with the next block
        return BlockText{.firstLine = block.linesBefore + 1};
    BlockText text{.firstLine = block.linesBefore + (begin > 1 ? 1 : 0)};
    text.lines = block.lineEnds - (begin > 1 ? 1 : 0);
    text.isOpen = !buffer.endsWith('\n');
    if (text.isOpen) {
        ++text.lines;
        const auto read = readLastLine(buffer, bytes, start + block.bytes, index.bytesIndexed(), &text.tooLong);
        if (!read)
            return std::unexpected(read.error());
    }
    text.bytes = QByteArrayView(buffer).sliced(begin);
    return text;
}

/// Lines by where they begin in the block.
using Lines = std::vector<quint32>;

/// What of a block is searched: its lines as they are, but some as they are seen.
struct SeenBlock {
    QByteArrayView lines;
    CleanedLines cleaned;
};

Lines allLines(QByteArrayView text)
{
    Lines lines;
    for (qsizetype begin = 0; begin < text.size();) {
        lines.push_back(quint32(begin));
        const auto end = text.indexOf('\n', begin);
        begin = end < 0 ? text.size() : end + 1;
    }
    return lines;
}

Lines linesOf(const Matcher &matcher, const SeenBlock &block, ScanNotes &notes)
{
    Lines plain;
    const auto &cleaned = block.cleaned;
    matcher.scan(block.lines, cleaned.begins, [&plain](quint32 begin) { plain.push_back(begin); }, notes);
    if (cleaned.begins.empty())
        return plain;
    Lines others;
    auto at = cleaned.cleanedBegins.begin();
    const auto take = [&](quint32 begin) {
        at = std::find(at, cleaned.cleanedBegins.end(), begin);
        others.push_back(cleaned.begins[size_t(at - cleaned.cleanedBegins.begin())]);
    };
    matcher.scan(cleaned.text, {}, take, notes);
    Lines all;
    all.reserve(plain.size() + others.size());
    std::ranges::merge(plain, others, std::back_inserter(all));
    return all;
}

/// From where they begin to which they are.
void toNumbers(Lines &lines, QByteArrayView text)
{
    quint32 count = 0;
    quint32 counted = 0;
    for (auto &line : lines) {
        count += quint32(countLineEnds(text.data() + counted, text.data() + line));
        counted = std::exchange(line, count);
    }
}

Lines allOf(const std::vector<Term> &terms, const std::vector<std::shared_ptr<const Matcher>> &matchers,
    const SeenBlock &block, ScanNotes &notes)
{
    std::optional<Lines> left;
    const auto needed = [&](bool excluded, auto combine) {
        for (size_t i = 0; i < terms.size(); ++i) {
            if (terms[i].isExcluded == excluded && (!left || !left->empty()))
                combine(linesOf(*matchers[i], block, notes));
        }
    };
    needed(false, [&left](Lines lines) {
        if (!left) {
            left = std::move(lines);
            return;
        }
        Lines both;
        std::ranges::set_intersection(*left, lines, std::back_inserter(both));
        left = std::move(both);
    });
    if (!left) // only exclusions
        left = allLines(block.lines);
    needed(true, [&left](const Lines &lines) {
        Lines without;
        std::ranges::set_difference(*left, lines, std::back_inserter(without));
        left = std::move(without);
    });
    return std::move(*left);
}

} // namespace

Result<BlockFinding> Search::searchBlock(
    const Bytes &bytes, const LineIndex &index, qint64 number, const std::atomic<bool> *cancelled) const
{
    static thread_local SeenBlock seen; // its memory is used again
    const auto text = readBlock(bytes, index, number);
    if (!text)
        return std::unexpected(text.error());
    seen.lines = text->bytes;
    const auto &block = index.blocks()[size_t(number)];
    // What the last line has in later blocks is not in this block's flags.
    const bool hasMarks
        = m_looksAtBegins ? text->bytes.contains(byteOrderMark) : number == 0 && text->bytes.startsWith(byteOrderMark);
    const bool isPlain = !block.hasEscape && !block.hasReturn && !block.hasBackspace && !text->isOpen && !hasMarks;
    reuse(seen.cleaned.text);
    const bool isOne = m_matchers.size() == 1 && m_matchers.front().size() == 1;
    seen.cleaned.take(isPlain ? QByteArrayView() : text->bytes,
        isOne ? m_matchers.front().front()->neededBytes() : QByteArrayView(), hasMarks);
    BlockFinding finding{.block = number, .firstLine = text->firstLine, .tooLong = text->tooLong};
    ScanNotes notes{.cancelled = cancelled};
    Lines found;
    for (size_t i = 0; i < m_matchers.size(); ++i) {
        auto lines = allOf(m_query.anyOf[i], m_matchers[i], seen, notes);
        if (i == 0) {
            found = std::move(lines);
            continue;
        }
        Lines either;
        std::ranges::set_union(found, lines, std::back_inserter(either));
        found = std::move(either);
    }
    if (notes.isCancelled())
        return problem(ProblemKind::Cancelled, {});
    toNumbers(found, text->bytes);
    finding.lines = BlockLines(std::move(found), text->lines);
    finding.limitHit = notes.limitHit;
    return finding;
}

std::vector<MatchRange> Search::ranges(QByteArrayView visibleLine) const
{
    std::vector<MatchRange> all;
    for (size_t i = 0; i < m_matchers.size(); ++i) {
        for (size_t j = 0; j < m_matchers[i].size(); ++j) {
            if (m_query.anyOf[i][j].isExcluded)
                continue;
            const auto ranges = m_matchers[i][j]->ranges(visibleLine);
            all.insert(all.end(), ranges.begin(), ranges.end());
        }
    }
    std::ranges::sort(all, {}, &MatchRange::begin);
    return all;
}

std::vector<qint64> searchOrder(const LineIndex &index, Line near)
{
    const auto &blocks = index.blocks();
    const auto middle = std::ranges::upper_bound(blocks, near.value, {}, &IndexBlock::linesBefore) - blocks.begin() - 1;
    std::vector<qint64> order;
    order.reserve(blocks.size());
    const auto count = qint64(blocks.size());
    for (qint64 step = 0; qint64(order.size()) < count; ++step) {
        if (middle + step < count && middle + step >= 0)
            order.push_back(middle + step);
        if (step > 0 && middle - step >= 0)
            order.push_back(middle - step);
    }
    return order;
}

Result<void> searchAll(const Search &search, const Bytes &bytes, const LineIndex &index,
    const std::vector<qint64> &blocks, QThreadPool *pool, const std::function<bool(BlockFinding)> &onFinding,
    const std::atomic<bool> *cancelled)
{
    std::atomic<size_t> next{0};
    std::atomic<bool> stop{false};
    QMutex mutex;
    Result<void> outcome;
    const auto work = [&] {
        for (auto i = next++; i < blocks.size() && !stop; i = next++) {
            const bool isCancelled = cancelled && cancelled->load(std::memory_order_relaxed);
            auto finding = isCancelled ? Result<BlockFinding>(problem(ProblemKind::Cancelled, {}))
                                       : search.searchBlock(bytes, index, blocks[i], cancelled);
            const QMutexLocker lock(&mutex);
            if (!finding) {
                outcome = std::unexpected(finding.error());
                stop = true;
            } else if (!stop && !onFinding(std::move(*finding))) {
                stop = true;
            }
        }
    };
    shareWork(pool, qsizetype(blocks.size()), work);
    return outcome;
}

} // namespace narscope::log
