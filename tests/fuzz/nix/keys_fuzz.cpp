// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz.h"

#include "nix/cacheinfo.h"
#include "nix/realisation.h"
#include "nix/trust.h"

using namespace narscope;

namespace {

void checkImport(const nix::KeyImport &import)
{
    for (const auto &key : import.keys) {
        const auto again = nix::parsePublicKey(key.key.text());
        fuzz::require(again && *again == key.key);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto text = fuzz::view(data, size);
    // One digit of base 64 is no byte, and a signature of no bytes cannot be written.
    if (const auto signature = nix::parseSignature(text); signature && !signature->bytes.isEmpty())
        fuzz::require(nix::parseSignature(signature->text()) == signature);
    if (const auto secret = nix::parseSecretKey(text))
        fuzz::require(secret->publicKey().bytes.size() == nix::publicKeySize);
    checkImport(nix::keysFromNixConf(text));
    checkImport(nix::keysFromText(text, {}));
    if (const auto keys = nix::parseKeysJson(text, {}))
        fuzz::require(nix::parseKeysJson(nix::writeKeysJson(*keys), {}) == keys);
    if (const auto realisation = nix::readRealisation(text))
        fuzz::require(!realisation->signedText().isEmpty());
    fuzz::require(nix::readCacheInfo(text).has_value());
    return 0;
}
