// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/farmtake.h"

// What the parts of farmtake.h share: finding lines of the picture, and noting what happens to them.

namespace narscope::watch {

inline constexpr qint64 silentAfter = 300; ///< seconds without a ping: a builder sends one every few
inline constexpr qsizetype mostBuilders = 2000;

/// What a counter has grown to since we look, whenever it begins again.
double grow(FarmMemory::Counter &counter, double raw);
void addEvent(FarmState &state, FarmEvent event);
/// Made when there is none.
SystemQueueLine &lineOf(FarmState &state, const QString &system);
JobsetQueueLine &lineOf(FarmState &state, const JobsetName &jobset);
BuilderLine &builderOf(FarmState &state, const QString &name, qint64 now);
/// Null when there is none.
BuilderLine *findBuilder(FarmState &state, const QString &name);
/// Pages tell only the first label of a host's name.
BuilderLine *findByLabel(FarmState &state, const QString &label);
void setConnected(FarmState &state, BuilderLine &line, bool connected, qint64 now);
void noteUptime(FarmState &state, double uptime, qint64 now);
/// Of this moment; made when there is none.
BuilderPoint &pointAt(BuilderLine &line, qint64 now);
void addPoint(SystemQueueLine &line, qint64 now, std::optional<double> taken);
void noteDone(FarmState &state, FarmMemory &memory, double stepsDone, qint64 now);

} // namespace narscope::watch
