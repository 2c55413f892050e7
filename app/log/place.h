// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/client.h"
#include "log/fetch.h"

#include <optional>

// What a person may point at to see a log, and where that log may be.

namespace narscope::log {

struct LogPlace {
    enum class Kind { File, StandardInput, Address, Build, Step, Derivation, Archived };
    Kind kind = Kind::File;
    QString text; ///< file name, URL, base name of a derivation, digest of an archived log, a build's .drv once known
    BuildId build;
    StepNr step;

    bool operator==(const LogPlace &) const = default;
};

/// «-», «309998812», «309998812/3», an address (a build's or a step's page on a Hydra is that build or step), a
/// derivation's path or base name, «archive:» and a digest; everything else is a file's name or its file:// address.
/// Pure.
[[nodiscard]] LogPlace readLogPlace(const QString &text, const QUrl &hydra);

/// Where the log of a derivation may be on servers, nearest first: the Hydra, then the caches (hydra.md §7.1).
[[nodiscard]] QList<LogSource> logSources(
    const QString &drvPath, const hydra::Client &hydra, const net::Servers &servers);

/// The log where it is a file: the one named; of a derivation, or of a store path that a cache in a folder knows the
/// derivation of, in the caches in folders among the servers (`log/…`) or this machine's own Nix store
/// (`/nix/var/log/nix/drvs/ab/cd…`). Looks at the disk.
[[nodiscard]] std::optional<QString> logFileAtHand(const LogPlace &place, const net::Servers &servers,
    const QString &logFolder = QStringLiteral("/nix/var/log/nix/drvs"));

/// The sources for a build's, step's or derivation's log; asks Hydra which derivation it is.
[[nodiscard]] Task<Result<QList<LogSource>>> findLog(
    LogPlace place, hydra::Client &hydra, const net::Servers &servers, hydra::Ask ask);

} // namespace narscope::log
