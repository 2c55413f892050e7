// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/lineindex.h"

#include "log/bytescan.h"
#include "log/share.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

/// What the counting loops need of 64 bytes.
struct Masks {
    quint64 lineEnds = 0;
    quint64 escapes = 0;
    quint64 returns = 0;
    quint64 backspaces = 0;
};

void note(IndexBlock &block, quint64 lineEnds, quint32 at)
{
    const auto count = quint32(std::popcount(lineEnds));
    const auto untilSample = LineIndex::stride - block.lineEnds % LineIndex::stride;
    block.lineEnds += count;
    if (count < untilSample) [[likely]]
        return;
    for (quint32 i = 1; i < untilSample; ++i)
        lineEnds &= lineEnds - 1;
    block.samples.push_back(at + quint32(std::countr_zero(lineEnds)) + 1);
}

/// `get(i)` gives the masks of 64 bytes from i on.
template <typename Get> void count(IndexBlock &block, size_t size, Get get)
{
    Masks seen;
    for (size_t i = 0; i + 64 <= size; i += 64) {
        const Masks masks = get(i);
        seen.escapes |= masks.escapes;
        seen.returns |= masks.returns;
        seen.backspaces |= masks.backspaces;
        note(block, masks.lineEnds, block.bytes + quint32(i));
    }
    block.hasEscape |= seen.escapes != 0;
    block.hasReturn |= seen.returns != 0;
    block.hasBackspace |= seen.backspaces != 0;
}

quint64 maskOf(const char *p, size_t size, char byte)
{
    quint64 mask = 0;
    for (size_t i = 0; i < size; ++i)
        mask |= quint64(p[i] == byte) << i;
    return mask;
}

Masks masksOf(const char *p, size_t size)
{
    return {.lineEnds = maskOf(p, size, '\n'),
        .escapes = maskOf(p, size, '\x1b'),
        .returns = maskOf(p, size, '\r'),
        .backspaces = maskOf(p, size, '\b')};
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) quint64 avxMask(__m256i a, __m256i b, char byte)
{
    const auto wanted = _mm256_set1_epi8(byte);
    const auto low = quint32(_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted)));
    const auto high = quint32(_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted)));
    return quint64(high) << 32 | low;
}

__attribute__((target("avx2,popcnt,bmi"))) void countAvx2(IndexBlock &block, const char *p, size_t size)
{
    // Lambdas do not inherit the target, so the loop of count() stands here once more in its own words.
    auto seen = _mm256_setzero_si256();
    const auto escape = _mm256_set1_epi8('\x1b');
    const auto carriage = _mm256_set1_epi8('\r');
    const auto backspace = _mm256_set1_epi8('\b');
    auto escapes = seen;
    auto returns = seen;
    for (size_t i = 0; i + 64 <= size; i += 64) {
        const auto a = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p + i));
        const auto b = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p + i + 32));
        escapes = _mm256_or_si256(escapes, _mm256_or_si256(_mm256_cmpeq_epi8(a, escape), _mm256_cmpeq_epi8(b, escape)));
        returns
            = _mm256_or_si256(returns, _mm256_or_si256(_mm256_cmpeq_epi8(a, carriage), _mm256_cmpeq_epi8(b, carriage)));
        seen = _mm256_or_si256(seen, _mm256_or_si256(_mm256_cmpeq_epi8(a, backspace), _mm256_cmpeq_epi8(b, backspace)));
        if (const auto ends = avxMask(a, b, '\n'))
            note(block, ends, block.bytes + quint32(i));
    }
    block.hasEscape |= !_mm256_testz_si256(escapes, escapes);
    block.hasReturn |= !_mm256_testz_si256(returns, returns);
    block.hasBackspace |= !_mm256_testz_si256(seen, seen);
}
#endif

} // namespace

void indexInto(IndexBlock &block, std::span<const char> bytes)
{
    const auto whole = bytes.size() / 64 * 64;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        countAvx2(block, bytes.data(), whole);
    else
#endif
        count(block, whole, [&](size_t i) { return masksOf(bytes.data() + i, 64); });
    block.bytes += quint32(whole);
    const auto rest = masksOf(bytes.data() + whole, bytes.size() - whole);
    note(block, rest.lineEnds, block.bytes);
    block.hasEscape |= rest.escapes != 0;
    block.hasReturn |= rest.returns != 0;
    block.hasBackspace |= rest.backspaces != 0;
    block.bytes += quint32(bytes.size() - whole);
}

namespace {

/// Brings one block up to `end`; `last` is the last byte read.
Result<void> fill(IndexBlock &block, qint64 number, qint64 end, const Bytes &bytes, char *last)
{
    static thread_local std::vector<char> buffer(LineIndex::blockSize);
    const auto start = number * LineIndex::blockSize + block.bytes;
    const std::span<char> target(buffer.data(), size_t(end - start));
    const auto got = bytes.readInto(Offset(start), target);
    if (!got)
        return std::unexpected(got.error());
    if (*got > 0)
        *last = target[size_t(*got) - 1];
    indexInto(block, target.first(size_t(*got)));
    return {};
}

} // namespace

Result<void> LineIndex::extend(const Bytes &bytes, QThreadPool *pool, const std::atomic<bool> *cancelled, qint64 upTo)
{
    const auto size = qMin(bytes.size(), upTo);
    const auto before = bytesIndexed();
    if (size <= before)
        return {};
    const auto first = size_t(before / blockSize);
    const auto wanted = size_t((size + blockSize - 1) / blockSize);
    auto blocks = m_blocks;
    blocks.resize(wanted);
    std::atomic<size_t> next{first};
    std::vector<Result<void>> problems(wanted - first);
    char last = 0;
    const auto work = [&] {
        for (auto i = next++; i < wanted; i = next++) {
            if (cancelled && cancelled->load(std::memory_order_relaxed)) {
                problems[i - first] = problem(ProblemKind::Cancelled, {});
                continue;
            }
            char end = 0;
            problems[i - first] = fill(blocks[i], qint64(i), qMin(size, qint64(i + 1) * blockSize), bytes, &end);
            if (i + 1 == wanted)
                last = end;
        }
    };
    shareWork(pool, qsizetype(wanted - first), work);

    const auto bad = std::ranges::find_if(problems, [](const auto &p) { return !p; });
    const auto good = first + size_t(bad - problems.begin());
    if (bad != problems.end() && good < blocks.size()) {
        // The block that failed is dropped whole unless it was there before: counting it again starts at its old end.
        blocks.resize(good);
        if (good < m_blocks.size())
            blocks.push_back(m_blocks[good]);
        last = '\n';
        const auto end = blocks.empty() ? 0 : qint64(blocks.size() - 1) * blockSize + blocks.back().bytes;
        if (const auto byte = bytes.read(Offset(end - 1), 1); end > 0 && byte && !byte->isEmpty())
            last = byte->front();
    }
    for (size_t i = qMax<size_t>(first, 1); i < blocks.size(); ++i)
        blocks[i].linesBefore = blocks[i - 1].linesBefore + blocks[i - 1].lineEnds;
    m_blocks = std::move(blocks);
    m_endsOpen = last != '\n';
    if (bad != problems.end())
        return std::unexpected(bad->error());
    return {};
}

qint64 LineIndex::bytesIndexed() const
{
    return m_blocks.empty() ? 0 : qint64(m_blocks.size() - 1) * blockSize + m_blocks.back().bytes;
}

qint64 LineIndex::lineCount() const
{
    return m_blocks.empty() ? 0 : m_blocks.back().linesBefore + m_blocks.back().lineEnds + (m_endsOpen ? 1 : 0);
}

qsizetype LineIndex::memory() const
{
    auto total = qsizetype(m_blocks.capacity() * sizeof(IndexBlock));
    for (const auto &block : m_blocks)
        total += qsizetype(block.samples.capacity() * sizeof(quint32));
    return total;
}

Result<Offset> LineIndex::offsetOf(Line line, const Bytes &bytes) const
{
    if (line.value <= 0 || m_blocks.empty())
        return Offset(0);
    // Line n begins behind line end n-1, which is in the last block with fewer than n line ends before it.
    const auto past = std::ranges::upper_bound(m_blocks, line.value - 1, {}, &IndexBlock::linesBefore);
    const auto &block = *(past - 1);
    const auto number = qint64(past - 1 - m_blocks.begin());
    auto left = line.value - block.linesBefore;
    if (left > block.lineEnds)
        return Offset(bytesIndexed());
    quint32 at = 0;
    if (const auto sample = left / stride; sample > 0) {
        at = block.samples[size_t(sample - 1)];
        left -= sample * stride;
    }
    if (left == 0)
        return Offset(number * blockSize + at);
    const auto text = bytes.read(Offset(number * blockSize + at), block.bytes - at);
    if (!text)
        return std::unexpected(text.error());
    const char *p = text->constData();
    const char *const end = p + text->size();
    for (; left > 0 && p < end; --left) {
        const auto *found = static_cast<const char *>(std::memchr(p, '\n', size_t(end - p)));
        if (!found)
            break;
        p = found + 1;
    }
    return Offset(number * blockSize + at + (p - text->constData()));
}

Offset LineIndex::roughOffsetOf(Line line) const
{
    if (line.value <= 0 || m_blocks.empty())
        return Offset(0);
    const auto past = std::ranges::upper_bound(m_blocks, line.value - 1, {}, &IndexBlock::linesBefore);
    const auto &block = *(past - 1);
    const auto number = qint64(past - 1 - m_blocks.begin());
    const auto into = line.value - block.linesBefore;
    if (into > block.lineEnds)
        return Offset(bytesIndexed());
    const auto sample = size_t(into / stride);
    const bool isLast = sample >= block.samples.size();
    const qint64 from = sample > 0 ? block.samples[sample - 1] : 0;
    const qint64 to = isLast ? block.bytes : block.samples[sample];
    const qint64 lines = isLast ? block.lineEnds - qint64(sample) * stride : stride;
    return Offset(number * blockSize + from + (to - from) * (into % stride) / qMax<qint64>(1, lines));
}

Result<Line> LineIndex::lineAt(Offset offset, const Bytes &bytes) const
{
    if (m_blocks.empty())
        return Line(0);
    const auto at = qBound<qint64>(0, offset.value, qMax<qint64>(0, bytesIndexed() - 1));
    const auto number = at / blockSize;
    const auto &block = m_blocks[size_t(number)];
    const auto within = quint32(at % blockSize);
    const auto sample = std::ranges::upper_bound(block.samples, within) - block.samples.begin();
    const auto from = sample > 0 ? block.samples[size_t(sample - 1)] : 0;
    const auto text = bytes.read(Offset(number * blockSize + from), within - from);
    if (!text)
        return std::unexpected(text.error());
    return Line(block.linesBefore + sample * stride + countLineEnds(text->cbegin(), text->cend()));
}

} // namespace narscope::log
