// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/packages.h"

#include <span>

namespace narscope::sim {

inline constexpr quint8 linux = bit(System::X86Linux) | bit(System::ArmLinux);
inline constexpr quint8 darwin = bit(System::X86Darwin) | bit(System::ArmDarwin);
inline constexpr quint8 everywhere = linux | darwin;
inline constexpr quint8 x86Linux = bit(System::X86Linux);

/// A package with its real name. Lists are separated by spaces; dependencies stand further up in the table, and
/// those that do not exist on a system are not needed there.
struct NamedPackage {
    const char *attr;
    const char *name;
    const char *version;
    Kind kind;
    quint8 platforms;
    const char *dependencies;
    const char *outputs;
    int seconds;
    const char *homepage;
    const char *license;
    const char *description;
};

[[nodiscard]] std::span<const NamedPackage> namedPackages();

} // namespace narscope::sim
