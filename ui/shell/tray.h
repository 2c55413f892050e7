// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/troubles.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace narscope::ui {

/// The icon in the desktop's tray: the worst state as a shape and a colour, and a menu of what is wrong. Qt
/// speaks StatusNotifierItem by itself where the desktop does.
class Tray : public QObject {
    Q_OBJECT
public:
    explicit Tray(QObject *parent = nullptr);

    void setOutlook(const Outlook &outlook);
    void setShown(bool shown);
    [[nodiscard]] bool isShown() const { return m_icon.isVisible(); }
    [[nodiscard]] const QMenu &menu() const { return m_menu; }
    [[nodiscard]] const QSystemTrayIcon &icon() const { return m_icon; }

Q_SIGNALS:
    void windowWanted();
    void troubleWanted(const narscope::ui::Trouble &trouble);
    void settingsWanted();
    void quitWanted();

private:
    void fillMenu();

    QMenu m_menu;
    QSystemTrayIcon m_icon;
    Outlook m_outlook;
};

/// The mark in the sizes that trays use.
[[nodiscard]] QIcon trayIconOf(Mark mark);

} // namespace narscope::ui
