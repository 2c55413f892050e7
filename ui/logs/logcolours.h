// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/escapes.h"
#include "ui/widgets/look.h"

#include <array>

namespace narscope::ui {

/// The colours of a log's text on a theme's ground; every one keeps 4.5 : 1 with the view and the error tint.
struct LogColours {
    QColor ground;
    QColor ink;
    QColor number; ///< of lines
    QColor errorTint;
    QColor difference; ///< ground of a line that the other log has not
    QColor link;
    QColor selection;
    QColor match;
    QColor matchHere; ///< in the line that the keyboard is on
    std::array<QColor, 8> ansi; ///< 0 to 7; 8 to 15 stand on these too
};

[[nodiscard]] LogColours logColours(const Look &look);

/// What a piece of text is painted with.
struct Inks {
    QColor text;
    QColor ground; ///< invalid: none of its own
};
[[nodiscard]] Inks inksOf(const log::TextStyle &style, const LogColours &colours);

/// Remembers the inks of a few styles: to judge their contrast takes longer than to paint a word.
class InkTable {
public:
    void setColours(const LogColours &colours);
    [[nodiscard]] const Inks &of(const log::TextStyle &style);

private:
    LogColours m_colours;
    std::vector<std::pair<log::TextStyle, Inks>> m_known;
};

} // namespace narscope::ui
