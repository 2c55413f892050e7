// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/types.h"

#include <QJsonObject>

// Traces on a terminal and as the documented JSON (resources/manual/cli.md).

namespace narscope::cli {

[[nodiscard]] QJsonObject toJson(const trace::Trace &trace, qint64 now);
/// Headline, lanes, what is waited for, findings, what it cost.
void printTrace(const trace::Trace &trace, qint64 now);
/// The headline and one sentence for each reason, each once; of stops that only follow from others nothing.
void printWhy(const trace::Trace &trace, qint64 now);
[[nodiscard]] QStringList reasons(const trace::Trace &trace, qint64 now);
/// Failing: something failed or contradicts. NotFoundOut: something could not be found out.
[[nodiscard]] int exitCodeOf(const trace::Trace &trace);

} // namespace narscope::cli
