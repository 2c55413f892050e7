// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/picture.h"

#include <QHash>
#include <QSet>

#include <vector>

namespace narscope::ui {

/// A row of the picture and the stops of the trace that stand in it. Of a closed fold, those of all its rows.
struct RowPlan {
    PictureRow row;
    trace::TrackId track;
    QList<const trace::Stop *> stops;
    bool isClosedFold = false;
};

/// The rows of all lanes in an order in which as few lines as possible cross: evaluations as their channels,
/// the one that feeds the builds last; the attributes of Build and Cache in folds when there are several.
[[nodiscard]] std::vector<RowPlan> rowsOf(const trace::Trace &trace, const QSet<QString> &toggled);

} // namespace narscope::ui
