// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace narscope::net {

/// Links in what spares Qt Network, in zones without summer time, half of its work on the client's thread for each
/// answer; see the source.
void quickenDates();

} // namespace narscope::net
