// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/bytescan.h"

#include <algorithm>
#include <bit>

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

__attribute__((target("avx2"))) const char *nextSpecialAvx2(const char *p, const char *end)
{
    const auto escapes = _mm256_set1_epi8('\x1b');
    const auto returns = _mm256_set1_epi8('\r');
    const auto backspaces = _mm256_set1_epi8('\b');
    for (; end - p >= 32; p += 32) {
        const auto bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
        const auto hits = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, backspaces),
            _mm256_or_si256(_mm256_cmpeq_epi8(bytes, escapes), _mm256_cmpeq_epi8(bytes, returns)));
        if (const auto mask = quint32(_mm256_movemask_epi8(hits)))
            return p + std::countr_zero(mask);
    }
    return std::find_if(p, end, isSpecial);
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

const char *nextSpecial(const char *begin, const char *end)
{
#if defined(__x86_64__)
    if (hasAvx2())
        return nextSpecialAvx2(begin, end);
#endif
    return std::find_if(begin, end, isSpecial);
}

} // namespace narscope::log
