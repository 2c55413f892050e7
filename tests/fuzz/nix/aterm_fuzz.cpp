// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz.h"

#include "nix/derivation.h"

using namespace narscope;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto aterm = fuzz::view(data, size);
    const auto derivation = nix::readDerivation(aterm);
    if (!derivation)
        return 0;
    fuzz::require(nix::writeDerivation(*derivation) == aterm);
    const auto none = [](const nix::StorePath &) -> const nix::HashModulo * { return nullptr; };
    const auto outputs = nix::computeOutputs(*derivation, "x", none);
    fuzz::require(!outputs || outputs->size() == derivation->outputs.size());
    const auto path = nix::derivationPath(*derivation, aterm, "x");
    fuzz::require(path && path->isDerivation());
    nix::DerivationCloser closer([&](const nix::StorePath &wanted) -> Result<QByteArray> {
        if (wanted == *path)
            return aterm.toByteArray();
        return problem(ProblemKind::NotFound, {});
    });
    const auto check = closer.check(*path);
    fuzz::require(!check || check->computedPath == path);
    return 0;
}
