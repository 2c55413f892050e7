// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/look.h"

#include <QProxyStyle>

class QStyleOptionHeader;
class QStyleOptionSpinBox;

namespace narscope::ui {

/// Fusion without its gradients, boxes and gaps: flat controls, lines only under headers and between panes,
/// rows of one height, colours of the Look. Owned by the application.
class Style final : public QProxyStyle {
    Q_OBJECT
public:
    Style(const Look &look, int rowHeight);

    [[nodiscard]] const Look &look() const { return m_look; }
    [[nodiscard]] int rowHeight() const { return m_rowHeight; }

    [[nodiscard]] QPalette standardPalette() const override;
    void drawPrimitive(
        PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override;
    void drawControl(
        ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
        const QWidget *widget) const override;
    [[nodiscard]] int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    [[nodiscard]] int styleHint(
        StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const override;
    [[nodiscard]] QSize sizeFromContents(
        ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const override;
    [[nodiscard]] QRect subElementRect(
        SubElement element, const QStyleOption *option, const QWidget *widget) const override;
    [[nodiscard]] QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
        const QWidget *widget) const override;

private:
    void drawFrame(QPainter &painter, const QStyleOption &option, const QColor &ground) const;
    void drawRow(QPainter &painter, const QStyleOption &option, const QWidget *widget) const;
    void drawCheckBox(QPainter &painter, const QStyleOption &option) const;
    void drawHeaderSection(QPainter &painter, const QStyleOption &option) const;
    void drawHeaderLabel(QPainter &painter, const QStyleOptionHeader &option) const;
    void drawScrollBar(QPainter &painter, const QStyleOptionComplex &option, const QWidget *widget) const;
    void drawSpinBox(QPainter &painter, const QStyleOptionSpinBox &option, const QWidget *widget) const;
    void drawComboBox(QPainter &painter, const QStyleOptionComplex &option, const QWidget *widget) const;

    Look m_look;
    int m_rowHeight;
};

/// Gives the application this look: style, palette and fonts. Open windows follow at once.
void useLook(const Look &look, int rowHeight);

/// Height of a row of data; a foreign style has the compact one.
[[nodiscard]] int rowHeightOf(const QWidget *widget);

} // namespace narscope::ui
