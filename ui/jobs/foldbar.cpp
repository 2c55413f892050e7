// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/foldbar.h"

#include "base/format.h"
#include "ui/widgets/paint.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace narscope::ui {

namespace {

constexpr int barHeight = 24;
constexpr int chevron = 16;
constexpr int between = 24;
constexpr int countGap = 6;

} // namespace

FoldBar::FoldBar(QStringList titles, QWidget *parent)
    : QWidget(parent)
{
    for (const auto &title : titles)
        m_folds << Fold{.title = title, .count = {}};
    setFocusPolicy(Qt::TabFocus);
    setFont(dataFont());
    setFixedHeight(barHeight);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(titles.join(QStringLiteral(", ")));
}

void FoldBar::setCount(int fold, int count)
{
    m_folds[fold].count = formatCount(count);
    update();
}

void FoldBar::setFoldVisible(int fold, bool visible)
{
    if (m_folds[fold].visible == visible)
        return;
    m_folds[fold].visible = visible;
    if (!visible && m_open == fold)
        setOpen(-1);
    updateGeometry();
    update();
}

void FoldBar::setOpen(int fold)
{
    if (fold == m_open)
        return;
    m_open = fold;
    if (fold >= 0)
        m_current = fold;
    update();
    Q_EMIT openChanged(fold);
}

QRect FoldBar::rectOf(int fold) const
{
    int left = 0;
    for (int i = 0; i <= fold; ++i) {
        if (!m_folds[i].visible)
            continue;
        const int width = chevron + fontMetrics().horizontalAdvance(m_folds[i].title) + countGap
            + fontMetrics().horizontalAdvance(m_folds[i].count);
        if (i == fold)
            return {left, 0, width, barHeight};
        left += width + between;
    }
    return {};
}

QSize FoldBar::sizeHint() const
{
    int right = 0;
    for (int i = 0; i < m_folds.size(); ++i)
        right = qMax(right, rectOf(i).right());
    return {right, barHeight};
}

void FoldBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    for (int i = 0; i < m_folds.size(); ++i) {
        const auto box = rectOf(i);
        if (box.isEmpty())
            continue;
        paintChevron(painter, QRectF(box.left(), 0, chevron - 4, barHeight), i == m_open, look.text2);
        const auto text = box.adjusted(chevron, 0, 0, 0);
        painter.setFont(dataFont());
        painter.setPen(look.text);
        paintText(painter, text, m_folds[i].title, Qt::AlignLeft, Qt::ElideNone);
        painter.setPen(look.text2);
        paintText(painter, text, m_folds[i].count, Qt::AlignRight, Qt::ElideNone);
        if (hasFocus() && i == m_current)
            painter.fillRect(QRect(text.left(), barHeight - 2, text.width(), 2), look.text);
    }
}

void FoldBar::mouseReleaseEvent(QMouseEvent *event)
{
    for (int i = 0; i < m_folds.size(); ++i) {
        if (rectOf(i).contains(event->position().toPoint()))
            return setOpen(i == m_open ? -1 : i);
    }
}

void FoldBar::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : (event->key() == Qt::Key_Left ? -1 : 0);
    if (step != 0) {
        for (int i = m_current + step; i >= 0 && i < m_folds.size(); i += step) {
            if (!m_folds[i].visible)
                continue;
            m_current = i;
            break;
        }
        return update();
    }
    if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        return setOpen(m_current == m_open ? -1 : m_current);
    QWidget::keyPressEvent(event);
}

} // namespace narscope::ui
