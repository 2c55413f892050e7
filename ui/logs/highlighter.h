// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/escapes.h"

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

private:
    class Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace narscope::ui
