// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/markstrip.h"

#include "ui/widgets/paint.h"
#include "ui/widgets/textlabel.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace narscope::ui {

namespace {

constexpr int cell = 18; ///< px: a mark and the room after it
constexpr int stripHeight = 22;
constexpr int underline = 2;

} // namespace

MarkStrip::MarkStrip(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setFixedHeight(stripHeight);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Its last builds, the newest at the right"));
}

void MarkStrip::setMarks(const QList<StripMark> &marks)
{
    if (marks == m_marks)
        return;
    m_marks = marks;
    const auto here = std::ranges::find_if(m_marks, &StripMark::isHere);
    m_current = here == m_marks.end() ? m_marks.size() - 1 : here - m_marks.begin();
    updateGeometry();
    update();
}

QSize MarkStrip::sizeHint() const
{
    return {int(m_marks.size()) * cell, stripHeight};
}

QSize MarkStrip::minimumSizeHint() const
{
    return {cell, stripHeight};
}

qsizetype MarkStrip::first() const
{
    return std::max<qsizetype>(0, m_marks.size() - std::max(1, width() / cell));
}

QRect MarkStrip::boxOf(qsizetype mark) const
{
    return {int(mark - first()) * cell, 0, metric::mark, height()};
}

qsizetype MarkStrip::markAt(QPoint position) const
{
    const auto mark = first() + position.x() / cell;
    return position.x() >= 0 && mark < m_marks.size() ? mark : -1;
}

void MarkStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    for (auto i = first(); i < m_marks.size(); ++i) {
        const auto box = boxOf(i);
        paintMark(painter, box, metric::mark, m_marks[i].mark, look, palette().color(backgroundRole()));
        const QRect line(box.left(), box.bottom() - underline, box.width(), underline);
        if (hasFocus() ? i == m_current : m_marks[i].isHere)
            painter.fillRect(line, hasFocus() ? look.text : look.linkLine);
    }
}

void MarkStrip::mouseReleaseEvent(QMouseEvent *event)
{
    const auto mark = markAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && mark >= 0)
        Q_EMIT openRequested(m_marks[mark].subject);
}

void MarkStrip::keyPressEvent(QKeyEvent *event)
{
    const bool opens = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (opens && m_current >= 0 && m_current < m_marks.size())
        return Q_EMIT openRequested(m_marks[m_current].subject);
    const int step = event->key() == Qt::Key_Right ? 1 : (event->key() == Qt::Key_Left ? -1 : 0);
    if (step == 0 || m_marks.isEmpty())
        return QWidget::keyPressEvent(event);
    m_current = std::clamp(m_current + step, first(), m_marks.size() - 1);
    QToolTip::showText(
        mapToGlobal(boxOf(m_current).bottomLeft()), plainTip(m_marks[m_current].words), this, boxOf(m_current));
    update();
}

bool MarkStrip::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const auto mark = markAt(help->pos());
    if (mark >= 0)
        QToolTip::showText(help->globalPos(), plainTip(m_marks[mark].words), this, boxOf(mark));
    else
        QToolTip::hideText();
    return true;
}

} // namespace narscope::ui
