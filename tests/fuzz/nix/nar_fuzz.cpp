// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz.h"

#include "nix/narlisting.h"

using namespace narscope;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto nar = fuzz::view(data, size);
    const auto tree = nix::readNarTree(nar);
    // In pieces the same comes out, at the same place.
    nix::NarReader pieces;
    const auto step = size > 0 ? 1 + data[size / 2] % 16 : 1;
    for (qsizetype at = 0; at < nar.size(); at += step) {
        if (!pieces.feed(nar.sliced(at, qMin<qsizetype>(step, nar.size() - at))))
            break;
    }
    const auto ended = pieces.finish();
    fuzz::require(ended.has_value() == tree.has_value());
    fuzz::require(ended || ended.error() == tree.error());
    if (!tree)
        return 0;
    // Of one tree there is one archive.
    fuzz::require(nix::writeNar(*tree) == nar);
    const auto listing = nix::listNar(nar);
    fuzz::require(listing && !listing->entries.empty());
    if (const auto json = nix::writeListing(*listing)) {
        const auto read = nix::readListing(*json);
        fuzz::require(read && *read == *listing);
    }
    return 0;
}
