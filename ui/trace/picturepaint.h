// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/picturelayout.h"
#include "ui/widgets/look.h"

#include <QFont>
#include <QHash>

#include <memory>

class QPainter;

// A placed picture, painted: on the screen, into a file, the same.

namespace narscope::ui {

struct PictureFonts {
    QFont data;
    QFont bold;
    QFont mono;

    explicit PictureFonts(qreal zoom = 1);
    /// Of the text on one line, px. Remembered: shaping text is most of what a frame costs. Copies share what they
    /// remember, so they stay on one thread.
    [[nodiscard]] qreal width(const QString &text, Face face) const;
    [[nodiscard]] const QFont &font(Face face) const;
    /// For LayoutSpace.
    [[nodiscard]] std::function<qreal(const QString &, Face)> measure() const;

private:
    using Widths = std::array<QHash<QString, qreal>, 3>; ///< by face
    std::shared_ptr<Widths> m_widths;
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
