// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/place.h"

class QMenu;

namespace narscope::ui {

/// Adds what can be done with the subject, in the order of the list, each with its key.
void fillMenu(QMenu &menu, const SubjectActions &actions, const Subject &subject);
/// The context menu of a subject, shown at once; deletes itself. Nothing when nothing can be done.
void popupMenu(QWidget *parent, const QPoint &globalPosition, const SubjectActions &actions, const Subject &subject);

} // namespace narscope::ui
