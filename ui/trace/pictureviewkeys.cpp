// SPDX-License-Identifier: GPL-3.0-or-later
// Hands on the picture: keys and mouse.
#include "ui/trace/pictureview.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

namespace narscope::ui {

namespace {

constexpr qreal zoomStep = 1.2;
constexpr int panStep = 66; ///< px

} // namespace

void PictureView::pan(const QPoint &by)
{
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + by.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() + by.y());
}

bool PictureView::panByKey(const QKeyEvent &key)
{
    const int page = viewport()->height() - panStep;
    if (key.key() == Qt::Key_PageDown || key.key() == Qt::Key_PageUp) {
        pan({0, key.key() == Qt::Key_PageDown ? page : -page});
        return true;
    }
    if (!(key.modifiers() & (Qt::ShiftModifier | Qt::ControlModifier)))
        return false;
    switch (key.key()) {
    case Qt::Key_Left:
        pan({-panStep, 0});
        return true;
    case Qt::Key_Right:
        pan({panStep, 0});
        return true;
    case Qt::Key_Up:
        pan({0, -panStep});
        return true;
    case Qt::Key_Down:
        pan({0, panStep});
        return true;
    default:
        return false;
    }
}

bool PictureView::moveByKey(const QKeyEvent &key)
{
    const auto go = [this](Way way) {
        if (m_picture.stops.isEmpty())
            return true;
        selectStop(m_state.stop < 0 ? 0 : neighbour(m_picture, m_layout, m_state.stop, way));
        return true;
    };
    switch (key.key()) {
    case Qt::Key_Left:
        return go(Way::Left);
    case Qt::Key_Right:
        return go(Way::Right);
    case Qt::Key_Up:
        return go(Way::Up);
    case Qt::Key_Down:
        return go(Way::Down);
    case Qt::Key_Home:
        selectStop(m_picture.stops.isEmpty() ? -1 : 0);
        return true;
    case Qt::Key_End:
        selectStop(int(m_picture.stops.size()) - 1);
        return true;
    default:
        return false;
    }
}

void PictureView::keyPressEvent(QKeyEvent *event)
{
    if (panByKey(*event) || moveByKey(*event))
        return;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return setZoom(m_zoom * zoomStep);
    case Qt::Key_Minus:
        return setZoom(m_zoom / zoomStep);
    case Qt::Key_0:
        return setZoom(1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT activated();
        return;
    case Qt::Key_Space:
        if (m_state.stop >= 0 && m_picture.rows[m_picture.stops[m_state.stop].row].fold != Fold::None) {
            Q_EMIT foldToggled(m_picture.rows[m_picture.stops[m_state.stop].row].id);
            return;
        }
        return pan({0, (event->modifiers() & Qt::ShiftModifier ? -1 : 1) * (viewport()->height() - panStep)});
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

bool PictureView::clickAt(const QPointF &at)
{
    if (at.y() - offset().y() < m_layout.ruler)
        return false;
    if (const int stop = m_layout.stopAt(at); stop >= 0) {
        selectStop(stop);
        return true;
    }
    if (const int hop = m_layout.hopAt(at); hop >= 0) {
        selectHop(hop);
        return true;
    }
    if (const int row = m_layout.foldAt(at); row >= 0) {
        Q_EMIT foldToggled(m_picture.rows[row].id);
        return true;
    }
    return false;
}

void PictureView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    m_pressed = event->position().toPoint();
    m_panFrom = offset().toPoint();
    m_onNothing = event->button() == Qt::MiddleButton || !clickAt(event->position() + offset());
}

void PictureView::mouseMoveEvent(QMouseEvent *event)
{
    const auto way = event->position().toPoint() - m_pressed;
    if (event->buttons() == Qt::NoButton) {
        const auto at = event->position() + offset();
        const bool isThing = m_layout.stopAt(at) >= 0 || m_layout.hopAt(at) >= 0 || m_layout.foldAt(at) >= 0;
        viewport()->setCursor(isThing ? Qt::PointingHandCursor : Qt::ArrowCursor);
        return;
    }
    if (!m_panning && m_onNothing && way.manhattanLength() >= QApplication::startDragDistance()) {
        m_panning = true;
        viewport()->setCursor(Qt::ClosedHandCursor);
    }
    if (!m_panning)
        return;
    horizontalScrollBar()->setValue(m_panFrom.x() - way.x());
    verticalScrollBar()->setValue(m_panFrom.y() - way.y());
}

void PictureView::mouseReleaseEvent(QMouseEvent *)
{
    m_panning = m_onNothing = false;
    viewport()->setCursor(Qt::ArrowCursor);
}

void PictureView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const auto at = event->position() + offset();
    if (event->button() == Qt::LeftButton && (m_layout.stopAt(at) >= 0 || m_layout.hopAt(at) >= 0))
        Q_EMIT activated();
}

void PictureView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Mouse)
        clickAt(QPointF(event->pos()) + offset());
    if (m_state.stop < 0)
        return;
    const auto at = (m_layout.stops[size_t(m_state.stop)].at - offset()).toPoint();
    Q_EMIT menuRequested(
        event->reason() == QContextMenuEvent::Mouse ? event->globalPos() : viewport()->mapToGlobal(at));
}

void PictureView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    m_state.hasFocus = true;
    if (m_state.stop < 0 && !m_picture.stops.isEmpty())
        selectStop(0);
    viewport()->update();
    announce();
}

void PictureView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    m_state.hasFocus = false;
    viewport()->update();
}

} // namespace narscope::ui
