// SPDX-License-Identifier: GPL-3.0-or-later
#include "../nix/fuzz.h"

#include "log/archive.h"
#include "log/socketmessage.h"

using namespace narscope;
using namespace narscope::log;

/// What servers say of live logs, and the archive's index, which a crash or a person may have changed.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto text = fuzz::view(data, size);
    [[maybe_unused]] const auto message = readSocketMessage(text);
    if (const auto log = readArchived(text)) {
        const auto line = writeArchived(*log);
        fuzz::require(!line.contains('\n'));
        const auto again = readArchived(line);
        fuzz::require(again.has_value() && again->digest == log->digest && again->size == log->size);
    }
    return 0;
}
