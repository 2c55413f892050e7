// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/picturepaint.h"

#include <QAbstractScrollArea>

namespace narscope::ui {

/// The picture of a trace, with a selection that mouse and keyboard move from stop to stop. A new picture of
/// the same trace moves nothing: what is selected and what is in view stay.
class PictureView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit PictureView(QWidget *parent = nullptr);

    /// `isOther`: of another trace; the view goes to its beginning.
    void setPicture(Picture picture, bool isOther);
    [[nodiscard]] const Picture &picture() const { return m_picture; }
    [[nodiscard]] const PictureLayout &layout() const { return m_layout; }

    /// -1: none.
    [[nodiscard]] int selectedStop() const { return m_state.stop; }
    [[nodiscard]] int selectedHop() const { return m_state.hop; }
    void selectStop(int stop);
    void selectHop(int hop);
    /// The next (1) or previous (-1) line that waits or failed, or stop that did, around the end.
    void selectOpen(int by);

    [[nodiscard]] qreal zoom() const { return m_zoom; }
    void setZoom(qreal zoom);

Q_SIGNALS:
    void selectionChanged();
    void activated(); ///< Enter or a double click on what is selected
    void foldToggled(const QString &row);
    void menuRequested(const QPoint &globalPosition);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void restyle(); ///< fonts, then place()
    void place();
    void fitBars();
    void select(int stop, int hop);
    void bringIntoView(int stop);
    void zoomAround(qreal zoom, const QPointF &at);
    bool clickAt(const QPointF &at);
    bool moveByKey(const QKeyEvent &key);
    bool panByKey(const QKeyEvent &key);
    void pan(const QPoint &by);
    [[nodiscard]] int firstHopInto(int stop) const;
    [[nodiscard]] QPointF offset() const;
    [[nodiscard]] bool isOpenHop(int hop) const;
    void announce();

    Picture m_picture;
    PictureLayout m_layout;
    PictureFonts m_fonts;
    PictureState m_state;
    qreal m_zoom = 1;
    QPoint m_pressed;
    QPoint m_panFrom;
    bool m_panning = false;
    bool m_onNothing = false; ///< the button went down where nothing is: a drag pans from there
};

} // namespace narscope::ui
