// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/mark.h"

#include <QColor>
#include <QFont>
#include <QPalette>

class QWidget;

namespace narscope::ui {

enum class ColourSet { Standard, OkabeIto, HighContrast };

/// Every colour of the program, by its role.
struct Look {
    bool dark = false;
    QColor window; ///< toolbar, places, status bar
    QColor view; ///< tables, trees, details
    QColor selection; ///< row in the list that has the focus
    QColor selectionBehind; ///< selected row or cell behind the focus
    QColor text;
    QColor text2; ///< headers, labels, ages, hints
    QColor mono;
    QColor line; ///< under table headers, between panes
    QColor linkLine; ///< underline of what opens something
    QColor controlLine; ///< frame of fields and buttons
    QColor ink; ///< bars, meters
    QColor band; ///< ground of a problem banner
    QColor bandLine;

    QColor succeeded;
    QColor failed;
    QColor dependencyFailed;
    QColor limit; ///< timed out, limits, stuck
    QColor idle; ///< aborted, gone, queued
    QColor running;
    QColor unknown;

    bool operator==(const Look &) const = default;
    [[nodiscard]] QColor of(Mark mark) const;
};

[[nodiscard]] Look makeLook(bool dark, ColourSet colours);
[[nodiscard]] QPalette paletteOf(const Look &look);

/// The look of the style in use; the standard light one under a foreign style.
[[nodiscard]] const Look &lookOf(const QWidget *widget);

[[nodiscard]] QFont dataFont(); ///< 13 px, tabular figures
[[nodiscard]] QFont boldFont();
[[nodiscard]] QFont monoFont(); ///< 12 px
[[nodiscard]] QFont sentenceFont(); ///< 17 px

namespace metric {
inline constexpr int margin = 16;
inline constexpr int marginTop = 12;
inline constexpr int compactRow = 22;
inline constexpr int comfortableRow = 28;
inline constexpr int headerRow = 22;
inline constexpr int toolbar = 40;
inline constexpr int field = 28;
inline constexpr int button = 24;
inline constexpr int statusBar = 24;
inline constexpr int rail = 112;
inline constexpr int labelColumn = 80;
inline constexpr int mark = 12;
inline constexpr int sentenceMark = 16;
inline constexpr int cellPadding = 8;
inline constexpr int wide = 1600; ///< from here on three panes
inline constexpr int narrow = 900; ///< below this the rail is a menu
} // namespace metric

} // namespace narscope::ui
