// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/result.h"

#include <QList>

// Which job moves which channel: data in resources/channels.json, after channels.nix of NixOS/infra
// (distribution.md §1.1).

namespace narscope::channels {

struct Channel {
    QString name; ///< "nixos-unstable"
    JobName gate; ///< «nixos:unstable», «tested»; under the jobset's current name
    QString status; ///< "rolling", "beta", "stable", "deprecated", "unmaintained"
    QString variant; ///< "primary", "small", "darwin", "aarch64", or empty
    QString folder; ///< of its releases: "nixos/unstable", "nixpkgs"
    QString unit; ///< that publishes it: "update-nixos-unstable.service"
    QString branch; ///< of nixpkgs, moved when it is published

    /// Unmaintained channels stand still on purpose.
    [[nodiscard]] bool isMaintained() const { return status != QLatin1StringView("unmaintained"); }
    bool operator==(const Channel &) const = default;
};

struct ChannelMap {
    QList<Channel> channels; ///< in the order in which they are shown

    [[nodiscard]] const Channel *find(const QString &name) const;
    bool operator==(const ChannelMap &) const = default;
};

[[nodiscard]] Result<ChannelMap> parseChannelMap(QByteArrayView json);
/// The one shipped with the program.
[[nodiscard]] const ChannelMap &shippedChannels();
/// What the names follow: also for channels that the shipped map does not know yet (nixos-27.05).
[[nodiscard]] Channel channelNamed(const QString &name);

} // namespace narscope::channels
