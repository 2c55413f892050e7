// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/buildtable.h"

namespace narscope::bench {

/// The same table through QJsonDocument.
[[nodiscard]] hydra::BuildTable readWithQt(const QByteArray &body);

} // namespace narscope::bench
