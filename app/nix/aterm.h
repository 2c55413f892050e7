// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/derivation.h"

namespace narscope::nix {

enum class Outputs {
    Shown,
    Masked, ///< paths, and the environment variables named like outputs, are empty
};

/// The ATerm form with other texts in place of the input derivations' paths: what hashes modulo are made of.
[[nodiscard]] QByteArray writeATerm(
    const Derivation &derivation, const std::map<QByteArray, std::set<QByteArray>> &inputs, Outputs outputs);

} // namespace narscope::nix
