// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTypes>

#include <bit>

namespace narscope::log {

// Loops over all bytes of a log, as fast as memory gives them where the processor has AVX2.

[[nodiscard]] qint64 countLineEnds(const char *begin, const char *end);
/// Walks over the bytes that make a line seen otherwise than it is written: ESC, carriage return, backspace.
class SpecialWalk {
public:
    SpecialWalk(const char *begin, const char *end)
        : m_until(begin)
        , m_end(end)
    {
    }
    /// The first one at or behind `from`, which never goes back; the end: there is none.
    [[nodiscard]] const char *next(const char *from)
    {
        if (from < m_until) {
            if (const auto mask = m_mask >> (64 - (m_until - from)))
                return from + std::countr_zero(mask);
            from = m_until;
        }
        return load(from);
    }

private:
    [[nodiscard]] const char *load(const char *from);

    const char *m_until; ///< behind the 64 bytes that the mask is of
    const char *m_end;
    quint64 m_mask = 0;
};

} // namespace narscope::log
