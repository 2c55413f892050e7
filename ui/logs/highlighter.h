// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/escapes.h"

#include <QStringList>

#include <memory>

namespace narscope::ui {

/// Gives lines that bring no colours of their own those of our definition for Nix build logs (resources/nixlog.xml), by
/// KDE Syntax Highlighting. The definition knows single lines only, so any line can be asked for. GUI thread: its
/// rules resolve lazily; about 4 µs a line.
class LogHighlighter {
public:
    LogHighlighter();
    ~LogHighlighter();

    /// At most the first thousand units are looked at.
    [[nodiscard]] std::vector<log::StyleSpan> highlight(const QString &line);

    /// Another of KDE's definitions; empty: ours. Definitions whose lines hang together see each line alone.
    void setDefinition(const QString &name);
    /// Names of those that do not hide themselves, sorted.
    [[nodiscard]] QStringList definitions();

private:
    class Engine;
    [[nodiscard]] Engine &engine();
    std::unique_ptr<Engine> m_engine;
};

} // namespace narscope::ui
