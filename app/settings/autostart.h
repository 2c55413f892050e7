// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

// Starting with the desktop, by the XDG autostart specification 0.5: a .desktop file in ~/.config/autostart.
// The file itself is the setting.

namespace narscope::settings {

/// The folder is that of autostart files; the program is started hidden, with its tray icon, and with the profile
/// when one is given.
class Autostart {
public:
    explicit Autostart(QString folder, QString program, QString profile = {});

    [[nodiscard]] bool isOn() const;
    [[nodiscard]] Result<void> setOn(bool on);
    [[nodiscard]] QString file() const;

private:
    QString m_folder;
    QString m_program; ///< absolute
    QString m_profile; ///< absolute; empty: the usual one
};

/// This user's.
[[nodiscard]] QString autostartFolder();

} // namespace narscope::settings
