// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/mark.h"
#include "watch/farmstate.h"

#include <QCoreApplication>

// What a farm's facts are called, once for every place that says them.

namespace narscope::ui {

/// «norwegian-blue» of «norwegian-blue.mac.nixos.org»; an address stays whole.
[[nodiscard]] QString shortBuilder(const QString &name);
/// «python3.14-pyarrow-22.0.0» without «.drv».
[[nodiscard]] QString stepName(const QString &drvName);

[[nodiscard]] Mark markOf(watch::TroubleKind kind);
/// «Stuck 5 h: “Sending inputs”, usual < 4 m»: without the builder's name.
[[nodiscard]] QString wordsOf(const watch::FarmTrouble &trouble);
/// «norwegian-blue has been stuck for 5 h»: as part of a sentence.
[[nodiscard]] QString clauseOf(const watch::FarmTrouble &trouble);
[[nodiscard]] Mark markOf(watch::FarmEventKind kind);
[[nodiscard]] QString wordsOf(const watch::FarmEvent &event);

/// «All 52 slots busy».
[[nodiscard]] QString wordsOf(const watch::WaitReason &reason, const watch::SystemQueueLine &line);
/// «18–24 h», «< 1 m», «over 3 h».
[[nodiscard]] QString wordsOf(const watch::ClearBand &band);
/// How such estimates came true; empty when none could be judged.
[[nodiscard]] QString wordsOf(const std::optional<watch::PastError> &past);
/// «< 4 m», or «< 10 h, not measured».
[[nodiscard]] QString wordsOf(const watch::UsualAge &usual);
/// «9.8 %».
[[nodiscard]] QString percentOf(double share, int digits = 0);

} // namespace narscope::ui
