// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/excerptview.h"

#include "base/format.h"
#include "ui/widgets/look.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace narscope::ui {

ExcerptView::ExcerptView(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ExcerptView::setExcerpt(const log::LogExcerpt &excerpt)
{
    if (excerpt == m_excerpt)
        return;
    m_excerpt = excerpt;
    setAccessibleName(tr("The log says: %1").arg(excerpt.message));
    updateGeometry();
    update();
}

int ExcerptView::lineHeight() const
{
    return QFontMetrics(monoFont()).height() + 4;
}

int ExcerptView::numberWidth() const
{
    const auto &lines = m_excerpt.lines;
    if (lines.isEmpty() || !lines.back().number)
        return 0;
    return QFontMetrics(monoFont()).horizontalAdvance(formatCount(lines.back().number->value + 1)) + metric::margin;
}

QSize ExcerptView::sizeHint() const
{
    return {0, int(m_excerpt.lines.size()) * lineHeight()};
}

void ExcerptView::paintEvent(QPaintEvent *)
{
    const auto &look = lookOf(this);
    QPainter painter(this);
    painter.fillRect(rect(), look.window);
    const int height = lineHeight();
    const int left = metric::cellPadding + numberWidth();
    for (qsizetype i = 0; i < m_excerpt.lines.size(); ++i) {
        const auto &line = m_excerpt.lines[i];
        const bool isCause = i + 1 == m_excerpt.lines.size();
        const QRect row(0, int(i) * height, width(), height);
        auto font = monoFont();
        font.setBold(isCause);
        painter.setFont(font);
        if (isCause)
            painter.fillRect(row, look.selectionBehind);
        if (line.number) {
            painter.setPen(isCause ? look.text : look.text2);
            painter.drawText(row.adjusted(0, 0, left - metric::margin - width(), 0), Qt::AlignRight | Qt::AlignVCenter,
                formatCount(line.number->value + 1));
        }
        painter.setPen(isCause ? look.text : look.mono);
        const auto space = row.adjusted(left, 0, -metric::cellPadding, 0);
        auto text = line.text;
        painter.drawText(space, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(text.replace(u'\t', u"    "_s), Qt::ElideRight, space.width()));
    }
    if (hasFocus()) {
        painter.setPen(look.ink);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ExcerptView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT activated();
}

void ExcerptView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        Q_EMIT activated();
    else
        QWidget::keyPressEvent(event);
}

void ExcerptView::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), this, [this] {
        QStringList lines;
        for (const auto &line : m_excerpt.lines)
            lines << line.text;
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
    });
    menu->popup(event->globalPos());
}

} // namespace narscope::ui
