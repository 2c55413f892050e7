// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/known.h"

#include <QByteArrayView>

// A NixOS system on this machine, as its own files tell it (distribution.md §3.2). A part of app/trace's sources.

namespace narscope::trace {

class Recorder;

/// The system that a link leads to; its files are kept as answers. Reads links and two small files. Nothing: there
/// is none.
[[nodiscard]] std::optional<LocalSystem> readLocalSystem(const QString &folder, Recorder &http);

/// The member nixpkgsRevision of what `nixos-version --json` prints, also inside the script that prints it. Empty
/// when the system does not know it.
[[nodiscard]] QString nixpkgsRevisionIn(QByteArrayView text);

} // namespace narscope::trace
