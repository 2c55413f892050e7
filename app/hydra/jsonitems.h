// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/jsonread.h"
#include "hydra/types.h"

// Readers of one thing inside a larger answer; `path` is its JSON path.

namespace narscope::hydra {

[[nodiscard]] Result<Project> readProject(simdjson::dom::element item, const QString &path);
[[nodiscard]] Result<Jobset> readJobset(simdjson::dom::element item, const QString &path);
[[nodiscard]] Result<Build> readBuild(simdjson::dom::element item, const QString &path);

} // namespace narscope::hydra
