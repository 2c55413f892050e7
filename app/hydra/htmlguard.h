// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArrayView>

#include <gumbo.h>

#include <csetjmp>

// gumbo trusts its input: its time grows with the square of the nesting, its memory with unclosed formatting
// tags times the rest, and it cannot be told to stop. These are the fences around it.

namespace narscope::hydra {

inline constexpr qint64 largestHtml = 64 * 1024 * 1024; ///< bytes
inline constexpr int deepestHtml = 256; ///< real pages have 20 levels

/// Refuses a body that leaves more than `deepestHtml` tags open at once.
[[nodiscard]] Result<void> checkNesting(QByteArrayView body);

/// The memory of one gumbo tree: bounded, freed as a whole without gumbo's own recursion.
class HtmlMemory {
public:
    explicit HtmlMemory(qint64 limit)
        : m_limit(limit)
    {
    }
    HtmlMemory(const HtmlMemory &) = delete;
    HtmlMemory &operator=(const HtmlMemory &) = delete;
    ~HtmlMemory();

    /// Null when the limit of memory or of time was met.
    [[nodiscard]] GumboOutput *parse(QByteArrayView body);

private:
    struct Block;
    static void *allocate(void *memory, std::size_t size);
    static void release(void *memory, void *pointer);
    [[nodiscard]] bool isExhausted(std::size_t more);

    Block *m_first = nullptr;
    qint64 m_used = 0;
    qint64 m_limit;
    quint64 m_allocations = 0;
    qint64 m_began = 0; ///< processor time of this thread, ms
    std::jmp_buf m_giveUp;
};

} // namespace narscope::hydra
