// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/values.h"

#include <QJsonObject>

// The documented JSON of what is remembered (resources/manual/cli.md).

namespace narscope::cli {

[[nodiscard]] QJsonObject toJson(const history::BuildPast &build);
[[nodiscard]] QJsonObject toJson(const history::EvalPast &eval);
[[nodiscard]] QJsonObject toJson(const history::StepPast &step);
[[nodiscard]] QJsonObject toJson(const history::ChannelSpell &spell);
[[nodiscard]] QJsonObject toJson(const history::Verification &verification);
[[nodiscard]] QJsonObject toJson(const history::Fact &fact);
[[nodiscard]] QJsonObject toJson(const history::Event &event);
[[nodiscard]] QJsonObject toJson(const history::HistorySize &size);
[[nodiscard]] QJsonObject toJson(const history::LogOpened &log);
[[nodiscard]] QJsonObject toJson(const history::Moment &moment);

} // namespace narscope::cli
