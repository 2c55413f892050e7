// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz.h"

#include "nix/narinfo.h"

using namespace narscope;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto reading = nix::readNarInfo(fuzz::view(data, size));
    if (!reading)
        return 0;
    const auto &info = reading->info;
    const auto again = nix::readNarInfo(nix::writeNarInfo(info));
    fuzz::require(again && again->info == info);
    fuzz::require(nix::fingerprint(again->info) == nix::fingerprint(info));
    fuzz::require(nix::fingerprint(info) == nix::fingerprintWith(info, info.references));
    fuzz::require(info.narSize > 0 && info.narHash.algorithm == HashAlgorithm::Sha256);
    fuzz::require((nix::checkContentAddress(info).verdict != nix::ContentAddressCheck::Verdict::None)
        == info.contentAddress.has_value());
    for (const auto &note : reading->notes)
        fuzz::require(!describe(note).isEmpty());
    return 0;
}
