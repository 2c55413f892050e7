// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/farmtake.h"

namespace narscope::watch {

/// Works out what follows from the facts: rates, estimates, why things wait, what is stuck, what stands out,
/// and the order of the lists. Call after anything was taken.
void judge(FarmState &state, const FarmMemory &memory, qint64 now);

/// A queue's system without the features that an old runner writes behind it.
[[nodiscard]] QString systemOf(const QString &machineType);
/// Whether the builder takes steps of this machine type: one of its systems, all wanted features, and no
/// mandatory feature that the steps do not want. A new runner's queues tell no features; then only the system
/// counts.
[[nodiscard]] bool serves(const hydra::Machine &machine, const QString &machineType);
[[nodiscard]] WaitReason whyWaiting(const FarmState &state, const SystemQueueLine &line, qint64 now);
/// What keeps a connected builder from taking steps though it has free slots; nothing when nothing does.
[[nodiscard]] std::optional<FarmTrouble> whatHolds(const hydra::Machine &machine, qint64 now);

/// So much oftener that it is the builder.
[[nodiscard]] bool failsOftener(const BuilderRecord &record, double othersShare);
/// Of the finished builds of all builders but this one.
[[nodiscard]] double othersFailedShare(const FarmState &state, const QString &builder);

} // namespace narscope::watch
