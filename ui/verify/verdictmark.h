// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"
#include "ui/widgets/sentence.h"

#include <QString>

namespace narscope::ui {

/// Tick, cross, dash, ring.
[[nodiscard]] Mark markOf(nix::Verdict verdict);
/// «holds», «fails», «not checked», «not available».
[[nodiscard]] QString wordOf(nix::Verdict verdict);

/// A summary whose first sentence is the verdict; what follows stands below it.
[[nodiscard]] Sentence verdictSentence(nix::Verdict verdict, const QString &summary);

} // namespace narscope::ui
