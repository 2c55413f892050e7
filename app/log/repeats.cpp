// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/repeats.h"

#include "log/comparelines.h"

namespace narscope::log {

Result<std::vector<RepeatedLines>> findRepeats(
    const Bytes &bytes, const LineIndex &index, const std::atomic<bool> *cancelled)
{
    std::vector<RepeatedLines> repeats;
    quint64 last = 0;
    qint64 begin = 0;
    qint64 line = 0;
    const auto end = [&] {
        if (line - begin >= fewestRepeats && repeats.size() < maxRepeats)
            repeats.push_back({Line(begin), line - begin});
    };
    const auto read = eachLineHash(bytes, index, cancelled, [&](quint64 hash) {
        if (hash != last) {
            end();
            begin = line;
            last = hash;
        }
        ++line;
    });
    if (!read)
        return std::unexpected(read.error());
    end();
    return repeats;
}

} // namespace narscope::log
