// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/compare.h"

namespace narscope::log::test {

/// A log from a text, ready to be compared.
struct Log {
    explicit Log(QByteArray text)
        : bytes(std::move(text))
    {
        [[maybe_unused]] const auto indexed = index.extend(bytes);
        [[maybe_unused]] const auto outlined = outline.extend(bytes, index, true);
    }
    [[nodiscard]] ComparedLog side() const { return {bytes, index, outline.phases()}; }
    MemoryBytes bytes;
    LineIndex index;
    OutlineScanner outline;
};

} // namespace narscope::log::test
