// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz.h"

#include "base/hash.h"
#include "nix/contentaddress.h"
#include "nix/storepath.h"

using namespace narscope;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto text = fuzz::view(data, size);
    for (const qsizetype length : {16, 20, 32, 64}) {
        const auto bytes = fromNix32(text, length);
        fuzz::require(!bytes || (bytes->size() == length && toNix32(*bytes) == text));
    }
    const auto back = fromNix32(toNix32(text), text.size());
    fuzz::require(back && *back == text);
    if (const auto hash = parseHash(text)) {
        fuzz::require(hash->digest.size() == digestSize(hash->algorithm));
        for (const auto &spelled : {hash->prefixedNix32(), hash->prefixedBase16(), hash->sri()})
            fuzz::require(parseHash(spelled) == hash);
    }
    if (const auto address = nix::parseContentAddress(text))
        fuzz::require(nix::parseContentAddress(address->text()) == address);
    if (const auto path = nix::StorePath::fromText(text))
        fuzz::require(path->text() == text);
    if (const auto mention = nix::readStorePathMention(text))
        fuzz::require(nix::isHashPart(mention->hashPart));
    return 0;
}
