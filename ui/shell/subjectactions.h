// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/place.h"

namespace narscope::ui {

/// The page of a subject on its own server, when it has one that may be opened: https, or a demonstration on
/// this computer. Anything else is empty.
[[nodiscard]] QUrl pageOf(const Subject &subject, const QList<HydraAddress> &hydras);

/// What works for every place: copy path, copy link, copy as Markdown, open in the browser. The list of servers
/// is read when an action runs and must outlive the actions.
[[nodiscard]] SubjectActions commonActions(const QList<HydraAddress> &hydras);

} // namespace narscope::ui
