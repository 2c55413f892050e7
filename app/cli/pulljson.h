// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/pullreport.h"

#include <QJsonObject>

// The documented JSON of pull requests and workflows (resources/manual/cli.md).

namespace narscope::cli {

[[nodiscard]] QJsonObject toJson(const watch::PullReport &report);
[[nodiscard]] QJsonObject toJson(const watch::WorkflowReport &report);
/// What the command cost.
[[nodiscard]] QJsonObject requestsJson(const github::Client &github, bool askedOfBorg);

} // namespace narscope::cli
