// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plainview.h"

#include "ui/widgets/look.h"

#include <QPlainTextEdit>

namespace narscope::ui {

QPlainTextEdit *plainView(const QString &accessibleName)
{
    auto *view = new QPlainTextEdit;
    view->setReadOnly(true);
    view->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    view->setUndoRedoEnabled(false);
    view->setFont(monoFont());
    view->setLineWrapMode(QPlainTextEdit::NoWrap);
    view->setTabChangesFocus(true);
    view->setAccessibleName(accessibleName);
    return view;
}

} // namespace narscope::ui
