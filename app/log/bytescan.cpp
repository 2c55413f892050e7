// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/bytescan.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace narscope::log {

namespace {

bool isSpecial(char c)
{
    return c == '\x1b' || c == '\r' || c == '\b';
}

#if defined(__x86_64__)
bool hasAvx2()
{
    static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
    return has;
}

__attribute__((target("avx2,popcnt"))) qint64 countAvx2(const char *p, const char *end)
{
    const auto wanted = _mm256_set1_epi8('\n');
    qint64 count = 0;
    for (; end - p >= 32; p += 32) {
        const auto bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
        count += std::popcount(quint32(_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, wanted))));
    }
    return count + std::count(p, end, '\n');
}

__attribute__((target("avx2"))) quint64 specialsAvx2(const char *p)
{
    // By the lower half of a byte, the special one that ends so; where there is none, one that ends otherwise.
    const auto specials = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, '\b', -1, -1, '\x1b', -1, '\r', -1, 0));
    quint64 mask = 0;
    for (int i = 0; i < 64; i += 32) {
        const auto bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p + i));
        const auto hits = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(specials, bytes), bytes);
        mask |= quint64(quint32(_mm256_movemask_epi8(hits))) << i;
    }
    return mask;
}

/// Passes over pieces of 64 bytes until one has something; that, or the last shorter one.
__attribute__((target("avx2"))) const char *skipAvx2(const char *p, const char *end, quint64 *mask)
{
    for (; end - p >= 64; p += 64) {
        if ((*mask = specialsAvx2(p)) != 0)
            break;
    }
    return p;
}
#endif

} // namespace

qint64 countLineEnds(const char *begin, const char *end)
{
#if defined(__x86_64__)
    if (hasAvx2())
        return countAvx2(begin, end);
#endif
    return std::count(begin, end, '\n');
}

const char *SpecialWalk::load(const char *from)
{
    m_mask = 0;
#if defined(__x86_64__)
    if (hasAvx2())
        from = skipAvx2(from, m_end, &m_mask);
#endif
    if (m_mask != 0) {
        m_until = from + 64;
        return from + std::countr_zero(m_mask);
    }
    from = std::find_if(from, m_end, isSpecial);
    m_until = from; // what comes behind is looked at when it is asked for
    return from;
}

} // namespace narscope::log
