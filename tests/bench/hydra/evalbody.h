// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace narscope::bench {

/// A body of /eval/N/builds as Hydra writes it: keys in a random order in every object, four systems a package,
/// names and lengths as in nixpkgs, a product for every output of a build that succeeded. The same every time.
[[nodiscard]] QByteArray evalBody(int builds);

} // namespace narscope::bench
