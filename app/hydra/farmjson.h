// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/farmtypes.h"
#include "hydra/jsonread.h"

namespace narscope::hydra {

/// «ssh://builder@x86-1.example.org» is x86-1.example.org; nothing is localhost.
[[nodiscard]] QString machineName(const QString &storeUri);
/// A builder of /machines or of a runner's status, of either generation.
[[nodiscard]] Machine readMachine(const QString &key, const JsonObject &machine);
/// The members of an object of builders, by name.
[[nodiscard]] QList<Machine> readMachines(const JsonObject &machines);

} // namespace narscope::hydra
