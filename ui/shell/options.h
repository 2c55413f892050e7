// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "settings/settings.h"
#include "ui/shell/session.h"

#include <QSize>
#include <QStringList>

#include <optional>

namespace narscope::ui {

/// What the command line says.
struct Options {
    SessionConfig session;
    bool namesServers = false; ///< --demo, --replay or --server: nothing to ask a person first
    QString contact; ///< for this run; empty: the settings' one
    QString screenshots; ///< folder; empty: a window for people
    std::optional<settings::Theme> theme;
    std::optional<QSize> size;
    QString place;
    QString open;
    bool hidden = false; ///< no window at first, where there is a tray
    QString profile; ///< folder of settings and data; empty: the usual one
    bool onlyPrints = false; ///< --help or --version: `text` is what to print
    QString text;
    /// A second start of this kind hands over to the first.
    [[nodiscard]] bool sharesInstance() const;
};

/// Where settings and data are unless --profile says otherwise.
[[nodiscard]] QString usualProfile();
/// Usage when it makes no sense.
[[nodiscard]] Result<Options> readOptions(const QStringList &arguments);

} // namespace narscope::ui
