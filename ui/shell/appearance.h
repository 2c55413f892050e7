// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/settings.h"

#include <QObject>

#include <optional>

namespace narscope::ui {

/// Keeps the application's look as the settings, the desktop and the width of the window want it.
class Appearance : public QObject {
    Q_OBJECT
public:
    /// `forced` is the command line's theme; it wins over the settings and is not kept.
    Appearance(const settings::Settings &settings, std::optional<settings::Theme> forced, QObject *parent = nullptr);

    void forceTheme(settings::Theme theme);
    void setWindowWidth(int width);
    /// After the settings changed. Does nothing when the look stays the same.
    void apply();

private:
    const settings::Settings &m_settings;
    std::optional<settings::Theme> m_forced;
    int m_width = 0;
};

} // namespace narscope::ui
