// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/picture.h"

#include <QSet>

// What a trace looks like, as a picture without places.

namespace narscope::ui {

/// `toggled`: rows of attributes whose fold is not as it is by itself (closed when there are many).
[[nodiscard]] Picture pictureOf(const trace::Trace &trace, qint64 now, const QSet<QString> &toggled = {});

[[nodiscard]] Mark markOf(trace::StopState state);
/// The worse of two: what a stop that stands for several shows.
[[nodiscard]] Mark worseOf(Mark a, Mark b);
/// The excuse without the name that it begins with: «waits 11 h for nixos.tests.openssh, which fails».
[[nodiscard]] QString phraseOf(const trace::Excuse &excuse, qint64 now);
/// «x86_64-linux», «master», «nixos-unstable»: what a stop is called beside its lane.
[[nodiscard]] QString nameOf(const trace::Stop &stop);

} // namespace narscope::ui
