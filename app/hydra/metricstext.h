// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/farmtypes.h"

#include <QByteArrayView>

namespace narscope::hydra {

/// The Prometheus text format 0.0.4. The first line that breaks it is the problem, with its number in `where`.
[[nodiscard]] Result<Metrics> parseMetrics(QByteArrayView body);

} // namespace narscope::hydra
