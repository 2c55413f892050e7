// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz.h"

#include "nix/decoder.h"

using namespace narscope;

namespace {

struct Outcome {
    QByteArray text;
    std::optional<nix::DecoderFault> fault;

    bool operator==(const Outcome &) const = default;
};

constexpr nix::DecoderLimits limits{.output = 256 * 1024, .memory = 8 * 1024 * 1024};

Outcome decoded(QByteArrayView bytes, nix::Compression compression, qsizetype step)
{
    Outcome outcome;
    nix::Decoder decoder(compression, [&](QByteArrayView part) { return bool(&outcome.text.append(part)); }, limits);
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        if (!decoder.feed(bytes.sliced(at, qMin(step, bytes.size() - at))))
            break;
    }
    const auto ended = decoder.finish();
    fuzz::require(ended.has_value() == !decoder.fault());
    fuzz::require(decoder.produced() == std::uint64_t(outcome.text.size()) && decoder.produced() <= limits.output);
    fuzz::require(decoder.consumed() <= std::uint64_t(bytes.size()));
    outcome.fault = decoder.fault();
    return outcome;
}

} // namespace

/// The first byte chooses the format, the second the size of the pieces.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const auto compression = static_cast<nix::Compression>(data[0] % 9);
    const auto bytes = fuzz::view(data, size).sliced(2);
    const auto whole = decoded(bytes, compression, qMax<qsizetype>(1, bytes.size()));
    const auto pieces = decoded(bytes, compression, 1 + data[1] % 64);
    // How much a library gives before a fault, and whether bad bytes behind a skippable frame are corrupt or
    // trailing, depends on what it had at hand.
    fuzz::require(whole.fault.has_value() == pieces.fault.has_value());
    fuzz::require(whole.fault || whole.text == pieces.text);
    return 0;
}
