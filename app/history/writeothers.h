// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/store.h"
#include "history/values.h"

// What is written of the farm, channels, people's doings and evidence. Each runs on the writer's thread,
// inside a transaction. Private to app/history.

namespace narscope::history {

void writeMachines(Writing &writing, const QString &server, const QList<hydra::Machine> &machines, qint64 now);
void writeSamples(Writing &writing, const QString &server, const QList<Sample> &samples, qint64 now);
void writeChannel(Writing &writing, const ChannelSpell &pointer, qint64 now);
void writeLogOpened(Writing &writing, const LogOpened &log);
void writeVerification(Writing &writing, const Verification &verification);
void writeFact(Writing &writing, const Fact &fact);
void writeRequests(Writing &writing, const RequestCount &count);
void writeMark(Writing &writing, const Mark &mark);
void writeDocument(Writing &writing, const Document &document);

} // namespace narscope::history
