// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/rowdelegate.h"

#include "ui/models/roles.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/style.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace narscope::ui {

namespace {

constexpr int barColumn = 8; ///< the unseen bar and its gap
constexpr int markGap = 6;
constexpr int hintGap = 4;

Mark markAt(const QModelIndex &index)
{
    return Mark(index.data(MarkRole).toInt());
}

QFont fontAt(const QModelIndex &index)
{
    if (index.data(MonoRole).toBool())
        return monoFont();
    return index.data(BoldRole).toBool() ? boldFont() : dataFont();
}

Qt::Alignment alignmentAt(const QModelIndex &index)
{
    const auto alignment = index.data(Qt::TextAlignmentRole);
    return alignment.isValid() ? Qt::Alignment(alignment.toInt()) : Qt::AlignLeft;
}

} // namespace

QColor groundOf(const QStyleOptionViewItem &option)
{
    const auto &look = lookOf(option.widget);
    if (!(option.state & QStyle::State_Selected))
        return look.view;
    return option.widget && option.widget->hasFocus() ? look.selection : look.selectionBehind;
}

void RowDelegate::paintGround(QPainter &painter, const QStyleOptionViewItem &option) const
{
    if (option.state & QStyle::State_Selected)
        painter.fillRect(option.rect, groundOf(option));
}

QRect RowDelegate::textBox(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    auto box = option.rect;
    const bool hasMark = markAt(index) != Mark::None;
    const bool hasBar = index.data(UnseenRole).isValid();
    box.setLeft(box.left() + (hasBar ? barColumn + 4 : metric::cellPadding) + (hasMark ? metric::mark + markGap : 0));
    box.setRight(box.right() - metric::cellPadding);
    return box;
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto &look = lookOf(option.widget);
    paintGround(*painter, option);
    if (index.data(UnseenRole).toBool())
        paintUnseen(*painter, option.rect, look);
    const auto box = textBox(option, index);
    if (const auto mark = markAt(index); mark != Mark::None) {
        const QRect place(box.left() - markGap - metric::mark, box.top(), metric::mark, box.height());
        paintMark(*painter, place, metric::mark, mark, look, groundOf(option));
    }
    const bool mono = index.data(MonoRole).toBool();
    painter->setFont(fontAt(index));
    painter->setPen(index.data(QuietRole).toBool() ? look.text2 : (mono ? look.mono : look.text));
    const auto text = index.data(Qt::DisplayRole).toString();
    const auto elide = index.data(MiddleRole).toBool() ? Qt::ElideMiddle : Qt::ElideRight;
    paintText(*painter, box, text, alignmentAt(index), elide);
    if (const auto hint = index.data(HintRole).toString(); !hint.isEmpty()) {
        const int used = text.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(text) + hintGap;
        painter->setFont(dataFont());
        painter->setPen(look.text2);
        paintText(*painter, box.adjusted(used, 0, 0, 0), hint, Qt::AlignLeft, Qt::ElideRight);
    }
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QFontMetrics metrics(fontAt(index));
    const int used = option.rect.isNull() ? metric::cellPadding : 0;
    const bool hasMark = markAt(index) != Mark::None;
    const int width = metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString()) + 2 * metric::cellPadding + used
        + (hasMark ? metric::mark + markGap : 0);
    return {width, rowHeightOf(option.widget)};
}

bool RowDelegate::helpEvent(
    QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    auto tip = index.data(Qt::ToolTipRole).toString();
    if (tip.isEmpty()) {
        const auto text = index.data(Qt::DisplayRole).toString();
        if (QFontMetrics(fontAt(index)).horizontalAdvance(text) > textBox(option, index).width())
            tip = text;
    }
    if (tip.isEmpty())
        QToolTip::hideText();
    else // the escaping keeps text of a server from being read as markup
        QToolTip::showText(event->globalPos(),
            QStringLiteral("<span>") + tip.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>"))
                + QStringLiteral("</span>"),
            view);
    return true;
}

} // namespace narscope::ui
