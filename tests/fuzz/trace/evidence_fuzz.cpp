// SPDX-License-Identifier: GPL-3.0-or-later
#include "../nix/fuzz.h"

#include "trace/evidencecheck.h"
#include "trace/evidencecompare.h"

using namespace narscope;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto bytes = fuzz::view(data, size);
    trace::EvidenceComparer comparer;
    qint64 visited = 0;
    const auto reading = trace::readEvidence(bytes, {}, [&](const trace::EvidenceEntry &entry) {
        fuzz::require(trace::readEvidenceLine(trace::writeEvidenceLine(entry).chopped(1)) == entry);
        comparer.add(visited++ % 2 ? 1 : 0, entry);
    });
    fuzz::require(visited == reading.entries && reading.entries <= reading.lines);
    for (const auto &difference : comparer.compare().differences)
        fuzz::require(!describe(difference).isEmpty());
    return 0;
}
