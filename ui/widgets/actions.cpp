// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/actions.h"

#include <QMenu>

namespace narscope::ui {

void fillMenu(QMenu &menu, const SubjectActions &actions, const Subject &subject)
{
    for (const auto &action : actions) {
        if (!action.fits(subject))
            continue;
        auto *entry = menu.addAction(action.text);
        entry->setShortcut(action.key);
        entry->setShortcutVisibleInContextMenu(true);
        // The shell's own shortcut makes the key work; here it is only shown.
        entry->setShortcutContext(Qt::WidgetShortcut);
        QObject::connect(entry, &QAction::triggered, &menu, [run = action.run, subject] { run(subject); });
    }
}

void popupMenu(QWidget *parent, const QPoint &globalPosition, const SubjectActions &actions, const Subject &subject)
{
    auto *menu = new QMenu(parent);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(*menu, actions, subject);
    if (menu->isEmpty())
        delete menu;
    else
        menu->popup(globalPosition);
}

} // namespace narscope::ui
