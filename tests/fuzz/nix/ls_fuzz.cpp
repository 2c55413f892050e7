// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz.h"

#include "nix/narlisting.h"

using namespace narscope;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto listing = nix::readListing(fuzz::view(data, size));
    if (!listing)
        return 0;
    const auto written = nix::writeListing(*listing);
    fuzz::require(written.has_value());
    const auto again = nix::readListing(*written);
    fuzz::require(again && *again == *listing);
    const auto last = qsizetype(listing->entries.size()) - 1;
    fuzz::require(listing->find(listing->path(last)) == last);
    return 0;
}
