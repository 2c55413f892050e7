// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/autostart.h"
#include "settings/settings.h"

#include <QWidget>

class QCheckBox;

namespace narscope::ui {

class TextLabel;

/// Settings of what Narscope does outside of its window.
class DesktopPage : public QWidget {
    Q_OBJECT
public:
    DesktopPage(settings::Settings &settings, settings::Autostart autostart, QWidget *parent = nullptr);

Q_SIGNALS:
    void changed();

private:
    void setStartsAtLogin(QCheckBox *box, bool on);

    settings::Settings &m_settings;
    settings::Autostart m_autostart;
    TextLabel *m_trouble;
};

/// Of this user and this program.
[[nodiscard]] settings::Autostart autostartOf(const QString &profile);

} // namespace narscope::ui
