// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <cstdint>
#include <cstdlib>

// libFuzzer calls this with any bytes. Besides crashes, each target looks for answers that contradict one another.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace narscope::fuzz {

inline QByteArrayView view(const std::uint8_t *data, std::size_t size)
{
    return {data, qsizetype(size)};
}

/// A finding.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace narscope::fuzz
