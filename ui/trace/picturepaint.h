// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/picturelayout.h"
#include "ui/widgets/look.h"

#include <QFont>

class QPainter;

// A placed picture, painted: on the screen, into a file, the same.

namespace narscope::ui {

struct PictureFonts {
    QFont data;
    QFont bold;
    QFont mono;

    explicit PictureFonts(qreal zoom = 1);
    /// For LayoutSpace.
    [[nodiscard]] std::function<qreal(const QString &, Face)> measure() const;
};

struct PictureState {
    int stop = -1; ///< selected
    int hop = -1; ///< selected
    bool hasFocus = false;
};

/// All but the ruler, as far as it is within `visible` (px of the layout).
void paintPicture(QPainter &painter, const Picture &picture, const PictureLayout &layout, const PictureFonts &fonts,
    const Look &look, const PictureState &state, const QRectF &visible);
/// The strip on top; `left` is the first x in view, the title stays there.
void paintRuler(QPainter &painter, const PictureLayout &layout, const PictureFonts &fonts, const Look &look, qreal left,
    qreal width);

} // namespace narscope::ui
