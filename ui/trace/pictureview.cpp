// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown and where: picture, scrolling, zoom, painting.
#include "ui/trace/pictureview.h"

#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace narscope::ui {

namespace {

constexpr qreal leastZoom = 0.4;
constexpr qreal mostZoom = 4;
constexpr int around = 48; ///< px in view on each side of what is selected

/// -1: not there.
template <typename List> int placeOf(const List &list, const QString &id)
{
    const auto found = std::ranges::find(list, id, &List::value_type::id);
    return found == list.end() ? -1 : int(found - list.begin());
}

} // namespace

PictureView::PictureView(QWidget *parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Picture of the trace"));
    place();
}

void PictureView::setPicture(Picture picture, bool isOther)
{
    if (!isOther && picture == m_picture)
        return;
    const auto stop = m_state.stop >= 0 && !isOther ? m_picture.stops[m_state.stop].id : QString();
    const auto hop = m_state.hop >= 0 && !isOther ? m_picture.hops[m_state.hop].id : QString();
    m_picture = std::move(picture);
    m_state.stop = m_state.hop = -1;
    if (!stop.isEmpty())
        m_state.stop = placeOf(m_picture.stops, stop);
    if (!hop.isEmpty())
        m_state.hop = placeOf(m_picture.hops, hop);
    place();
    if (isOther) {
        horizontalScrollBar()->setValue(0);
        verticalScrollBar()->setValue(0);
    }
    Q_EMIT selectionChanged();
}

void PictureView::restyle()
{
    m_fonts = PictureFonts(m_zoom);
    place();
}

void PictureView::place()
{
    m_layout = layoutOf(m_picture,
        {.width = qreal(viewport()->width()),
            .zoom = m_zoom,
            .rowPitch = qreal(rowHeightOf(this)),
            .measure = m_fonts.measure()});
    fitBars();
    viewport()->update();
}

void PictureView::fitBars()
{
    const auto fit = [](QScrollBar *bar, qreal whole, int seen) {
        bar->setPageStep(seen);
        bar->setSingleStep(metric::compactRow);
        bar->setRange(0, std::max(0, int(std::ceil(whole)) - seen));
    };
    fit(horizontalScrollBar(), m_layout.size.width(), viewport()->width());
    fit(verticalScrollBar(), m_layout.size.height(), viewport()->height());
}

QPointF PictureView::offset() const
{
    return {qreal(horizontalScrollBar()->value()), qreal(verticalScrollBar()->value())};
}

void PictureView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const auto &look = lookOf(this);
    const auto at = offset();
    // By its rectangles: what a slanted pan uncovers is an angle, whose bounds would be the whole view.
    for (const auto &part : event->region()) {
        painter.resetTransform();
        painter.setClipRect(part);
        painter.translate(-at);
        paintPicture(painter, m_picture, m_layout, m_fonts, look, m_state, QRectF(part).translated(at));
        if (part.top() >= m_layout.ruler)
            continue;
        painter.translate(0, at.y());
        paintRuler(painter, m_layout, m_fonts, look, at.x(), viewport()->width());
    }
}

void PictureView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    place();
}

/// What stays in view is moved and only what comes into view is painted, so that panning keeps up with the hand.
void PictureView::scrollContentsBy(int dx, int dy)
{
    const int ruler = int(std::ceil(m_layout.ruler)); // stays at the top
    viewport()->scroll(dx, dy, viewport()->rect().adjusted(0, ruler, 0, 0));
    if (dx != 0)
        viewport()->update(0, 0, viewport()->width(), ruler);
}

void PictureView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange)
        restyle();
}

void PictureView::setZoom(qreal zoom)
{
    zoomAround(zoom, QPointF(viewport()->rect().center()));
}

/// What lies under `at` (in the viewport) stays there.
void PictureView::zoomAround(qreal zoom, const QPointF &at)
{
    zoom = std::clamp(zoom, leastZoom, mostZoom);
    if (qFuzzyCompare(zoom, m_zoom))
        return;
    const auto before = m_layout.size;
    const auto point = offset() + at;
    m_zoom = zoom;
    restyle();
    horizontalScrollBar()->setValue(qRound(point.x() * m_layout.size.width() / before.width() - at.x()));
    verticalScrollBar()->setValue(qRound(point.y() * m_layout.size.height() / before.height() - at.y()));
}

void PictureView::wheelEvent(QWheelEvent *event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    zoomAround(m_zoom * std::pow(1.0015, event->angleDelta().y()), event->position());
    event->accept();
}

int PictureView::firstHopInto(int stop) const
{
    for (qsizetype i = 0; i < m_picture.hops.size(); ++i) {
        if (m_picture.hops[i].to == stop)
            return int(i);
    }
    return -1;
}

void PictureView::selectStop(int stop)
{
    select(stop, stop < 0 ? -1 : firstHopInto(stop));
}

void PictureView::selectHop(int hop)
{
    select(hop < 0 ? -1 : m_picture.hops[hop].to, hop);
}

void PictureView::select(int stop, int hop)
{
    if (stop == m_state.stop && hop == m_state.hop)
        return;
    m_state.stop = stop;
    m_state.hop = hop;
    if (stop >= 0)
        bringIntoView(stop);
    viewport()->update();
    announce();
    Q_EMIT selectionChanged();
}

/// Screen readers are told what the ring is on.
void PictureView::announce()
{
    setAccessibleDescription(m_state.stop >= 0 ? m_picture.stops[m_state.stop].said : QString());
    if (m_state.stop < 0 || !hasFocus() || !QAccessible::isActive())
        return;
    QAccessibleAnnouncementEvent said(this, accessibleDescription());
    QAccessible::updateAccessibility(&said);
}

void PictureView::bringIntoView(int stop)
{
    const auto fit = [](QScrollBar *bar, qreal at, qreal head, int seen) {
        const int first = int(at - head) - around;
        const int last = int(at) + around - seen;
        if (bar->value() > first)
            bar->setValue(first);
        else if (bar->value() < last)
            bar->setValue(last);
    };
    const auto at = m_layout.stops[size_t(stop)].at;
    fit(horizontalScrollBar(), at.x(), 0, viewport()->width());
    fit(verticalScrollBar(), at.y(), m_layout.ruler, viewport()->height());
}

bool PictureView::isOpenHop(int hop) const
{
    const auto &said = m_picture.hops[hop];
    const auto mark = m_picture.stops[said.to].mark;
    return said.look != HopLook::Reached || mark == Mark::Failed || mark == Mark::Running || mark == Mark::Unknown;
}

void PictureView::selectOpen(int by)
{
    const int count = int(m_picture.hops.size());
    int hop = m_state.hop >= 0 ? m_state.hop : by > 0 ? -1 : count;
    for (int i = 0; i < count; ++i) {
        hop = (hop + by + count) % count;
        if (isOpenHop(hop))
            return selectHop(hop);
    }
}

bool PictureView::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    auto *help = static_cast<QHelpEvent *>(event);
    const int stop = m_layout.stopAt(QPointF(help->pos()) + offset());
    if (stop >= 0)
        QToolTip::showText(help->globalPos(), plainTip(m_picture.stops[stop].said), viewport());
    else
        QToolTip::hideText();
    return true;
}

} // namespace narscope::ui
