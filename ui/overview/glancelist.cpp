// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/glancelist.h"

#include "ui/models/channelrows.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/spark.h"
#include "ui/widgets/strip.h"
#include "ui/widgets/style.h"

#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QWheelEvent>

namespace narscope::ui {

namespace {

constexpr int evidenceLabel = 38; ///< px: where a channel's name begins
constexpr int evidenceMark = 120;
constexpr int evidenceWords = 140;

/// Evidence is one cell over all columns; the last column of a channel is its strip.
class ChannelDelegate final : public SparkDelegate {
public:
    using SparkDelegate::SparkDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *list = qobject_cast<const QTreeView *>(option.widget);
        if (list && list->isFirstColumnSpanned(index.row(), {}))
            return paintEvidence(*painter, option, index);
        if (index.column() != ChannelDays)
            return SparkDelegate::paint(painter, option, index);
        paintGround(*painter, option);
        paintStrip(*painter, option.rect, index.data(GraphRole).value<QList<double>>(), lookOf(option.widget));
    }

private:
    void paintEvidence(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
    {
        const auto &look = lookOf(option.widget);
        paintGround(painter, option);
        const auto words = index.siblingAtColumn(1);
        auto box = option.rect;
        painter.setFont(dataFont());
        painter.setPen(look.text2);
        paintText(painter, QRect(box.left() + evidenceLabel, box.top(), evidenceMark - evidenceLabel - 4, box.height()),
            index.data().toString(), Qt::AlignLeft, Qt::ElideRight);
        const QRect mark(box.left() + evidenceMark, box.top(), metric::mark, box.height());
        paintMark(painter, mark, metric::mark, Mark(words.data(MarkRole).toInt()), look, groundOf(option));
        painter.setPen(look.text);
        box.setLeft(box.left() + evidenceWords);
        paintText(painter, box, words.data().toString(), Qt::AlignLeft, Qt::ElideRight);
        if (!index.data(FactsModel::SubjectRole).isValid())
            return;
        const int wide = std::min(box.width(), painter.fontMetrics().horizontalAdvance(words.data().toString()));
        painter.fillRect(box.left(), box.center().y() + painter.fontMetrics().ascent() / 2 + 3, wide, 1, look.linkLine);
    }
};

} // namespace

GlanceList::GlanceList(const QStringList &headers, const QList<int> &widths, int stretched, QWidget *parent)
    : RowList(headers, widths, stretched, parent)
{
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setSectionsClickable(false);
    setRows({});
}

void GlanceList::setRows(const FactRows &rows)
{
    if (rows != facts().rows())
        facts().setRows(rows);
    fitHeight();
}

void GlanceList::fitHeight()
{
    setFixedHeight(metric::headerRow + int(std::max<qsizetype>(1, facts().rows().size())) * rowHeightOf(this) + 2);
}

void GlanceList::changeEvent(QEvent *event)
{
    RowList::changeEvent(event);
    if (event->type() == QEvent::StyleChange) // rows are higher in a wide window
        fitHeight();
}

void GlanceList::choose(int row)
{
    setCurrentIndex(facts().index(row, 0));
    setFocus(Qt::OtherFocusReason);
}

void GlanceList::focusInEvent(QFocusEvent *event)
{
    RowList::focusInEvent(event);
    if (!currentIndex().isValid() && event->reason() != Qt::MouseFocusReason && facts().rowCount() > 0)
        setCurrentIndex(facts().index(0, 0));
}

void GlanceList::wheelEvent(QWheelEvent *event)
{
    event->ignore();
}

ChannelList::ChannelList(QWidget *parent)
    : GlanceList(channelHeaders(), {220, 300, 220, 110, stripWidth + 2 * metric::cellPadding}, ChannelState, parent)
{
    setItemDelegate(new ChannelDelegate(this));
}

void ChannelList::setChannelRows(const FactRows &rows)
{
    setRows(rows);
    for (int row = 0; row < int(rows.size()); ++row)
        setFirstColumnSpanned(row, {}, isEvidence(rows[row]));
}

void ChannelList::fitColumns(int width)
{
    constexpr int withRelease = 900;
    constexpr int withMoved = 700;
    setColumnHidden(ChannelRelease, width < withRelease);
    setColumnHidden(ChannelMoved, width < withMoved);
}

void ChannelList::fillRowMenu(QMenu &menu, const FactRow &row) const
{
    if (isEvidence(row) || !rowActions())
        return GlanceList::fillRowMenu(menu, row);
    const auto channel = Subject::ofChannel(row.key);
    menu.addSection(channel.text());
    fillMenu(menu, *rowActions(), channel);
    if (!row.subject)
        return;
    menu.addSection(row.subject->text());
    fillMenu(menu, *rowActions(), *row.subject);
}

} // namespace narscope::ui
