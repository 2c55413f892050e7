// SPDX-License-Identifier: GPL-3.0-or-later
#include "../nix/fuzz.h"

#include "log/compare.h"
#include "log/extract.h"
#include "log/outline.h"
#include "log/warnings.h"

using namespace narscope;
using namespace narscope::log;

/// What is read in single lines: `@nix {…}`, phases, errors, warnings, what two logs have in common.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto line = fuzz::view(data, size);
    if (line.contains('\n'))
        return 0;
    if (const auto event = readNixEvent(line); event && event->kind == NixEvent::Kind::SetPhase)
        fuzz::require(!event->text.isEmpty() && event->text.size() <= 64);
    if (const auto seconds = phaseSeconds(line))
        fuzz::require(*seconds >= 0);
    [[maybe_unused]] const auto phase = phaseBegun(line);
    if (const auto judgement = judge(line))
        fuzz::require(judgement->weight > 0 && judgement->weight <= 100);
    [[maybe_unused]] const bool warns = isWarning(line);
    const auto once = normalised(line);
    fuzz::require(once.size() <= 3 * line.size() + 8);
    return 0;
}
