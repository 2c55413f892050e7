// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

namespace narscope::log {

/// A physical line (ended by LF), from 0. People see it from 1.
using Line = Id<struct LineTag>;
/// A place in a log's bytes, from 0.
using Offset = Id<struct OffsetTag>;

} // namespace narscope::log
