// SPDX-License-Identifier: GPL-3.0-or-later
#include "../nix/fuzz.h"

#include "trace/bundlecheck.h"
#include "trace/statement.h"

using namespace narscope;

namespace {

/// The same bundle, well signed, so that what is behind the signatures is reached too.
trace::Bundle signedAgain(trace::Bundle bundle)
{
    const auto key = *nix::secretKeyFromSeed("fuzz", QByteArray(nix::seedSize, 'x'));
    bundle.publicKey = key.publicKey().bytes;
    for (auto &envelope : bundle.envelopes)
        envelope = trace::signedEnvelope(envelope.payloadType, envelope.payload, key);
    return bundle;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto bytes = fuzz::view(data, size);
    const auto bundle = trace::readBundle(bytes);
    if (!bundle)
        return 0;
    fuzz::require(trace::writeBundle(*bundle) == bytes);
    const trace::BundleTrust trust{.signers = {}, .policy = nix::defaultPolicy(), .today = QDate(2026, 1, 1)};
    fuzz::require(!trace::checkBundle(bytes, trust).checks.isEmpty());
    const auto again = signedAgain(*bundle);
    (void)trace::checkBundle(trace::writeBundle(again), trust);
    fuzz::require(trace::differences(again, again).isEmpty());
    return 0;
}
