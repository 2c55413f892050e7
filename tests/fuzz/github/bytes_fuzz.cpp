// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/signature.h"
#include "github/zip.h"

#include <cstdlib>

using namespace narscope;
using namespace narscope::github;

/// Archives and signatures.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(data, qsizetype(size));
    constexpr qsizetype most = 1 << 20;
    if (const auto file = fileInZip(bytes, "a", most); file && file->size() > most)
        std::abort();
    (void)readSignature(bytes);
    for (const auto *kind : {"PGP", "SSH"}) {
        const auto armored
            = "-----BEGIN " + QByteArray(kind) + " SIGNATURE-----\n\n" + bytes.toByteArray().toBase64() + "\n-----END";
        (void)readSignature(armored);
    }
    return 0;
}
