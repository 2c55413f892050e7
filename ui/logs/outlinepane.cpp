// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/outlinepane.h"

#include "base/format.h"
#include "ui/models/mark.h"
#include "ui/models/roles.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/rowdelegate.h"

#include <QHeaderView>
#include <QPainter>
#include <QStandardItemModel>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int tookWidth = 64;
constexpr int LineRole = FirstFreeRole; ///< qint64
constexpr int QuietTickRole = LineRole + 1; ///< bool
constexpr int WarningsEndRole = LineRole + 2; ///< qint64, of rows that count warnings: behind their last line
constexpr int indent = 14;

/// Ticks are green only while nothing fails: beside a failure they are quiet.
class OutlineDelegate final : public RowDelegate {
public:
    using RowDelegate::RowDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        RowDelegate::paint(painter, option, index);
        if (!index.data(QuietTickRole).toBool())
            return;
        auto look = lookOf(option.widget);
        look.succeeded = look.idle;
        auto box = option.rect;
        box.setLeft(box.left() + metric::cellPadding);
        box.setWidth(metric::mark);
        painter->fillRect(box, groundOf(option));
        paintMark(*painter, box, metric::mark, Mark::Holds, look, groundOf(option));
    }
};

QStandardItem *itemOf(const QString &text, log::Line line, Mark mark)
{
    auto *item = new QStandardItem(text);
    item->setEditable(false);
    item->setData(line.value, LineRole);
    if (mark != Mark::None)
        item->setData(int(mark), MarkRole);
    return item;
}

/// What the log itself shows: an error, something after it, or that it still runs. Nothing else is claimed.
Mark markOf(const log::Phase &phase, bool hasError, bool isLast, const OpenLog &log)
{
    if (hasError || phase.isFailed)
        return Mark::Failed;
    if (!isLast || log.about().state == hydra::BuildState::Succeeded)
        return Mark::Holds;
    return log.isLive() ? Mark::Running : Mark::None;
}

} // namespace

QString shortClock(double seconds)
{
    const auto whole = qint64(seconds);
    const auto two = [](qint64 part) { return QString::number(part).rightJustified(2, u'0'); };
    const auto minutes = whole / 60 % 60;
    return whole >= 3600 ? u"%1:%2:%3"_s.arg(whole / 3600).arg(two(minutes), two(whole % 60))
                         : u"%1:%2"_s.arg(minutes).arg(two(whole % 60));
}

OutlinePane::OutlinePane(QWidget *parent)
    : QTreeView(parent)
    , m_model(new QStandardItemModel(0, 2, this))
{
    m_model->setHorizontalHeaderLabels({tr("Phase"), tr("took")});
    m_model->horizontalHeaderItem(1)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setModel(m_model);
    setItemDelegate(new OutlineDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setUniformRowHeights(true);
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setIndentation(indent);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAllColumnsShowFocus(true);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(0, QHeaderView::Stretch);
    header()->setSectionResizeMode(1, QHeaderView::Fixed);
    header()->resizeSection(1, tookWidth);
    setAccessibleName(tr("Phases and errors"));
    const auto choose = [this](const QModelIndex &index) {
        const auto first = index.siblingAtColumn(0);
        const auto line = first.data(LineRole);
        const auto end = first.data(WarningsEndRole);
        if (end.isValid()) {
            const auto next = m_warnings.next(m_here);
            Q_EMIT chosen(next && *next >= log::Line(line.toLongLong()) && next->value < end.toLongLong()
                    ? *next
                    : log::Line(line.toLongLong()));
        } else if (line.isValid()) {
            Q_EMIT chosen(log::Line(line.toLongLong()));
        }
    };
    connect(this, &QTreeView::clicked, this, choose);
    connect(this, &QTreeView::activated, this, choose);
}

void OutlinePane::show(const OpenLog *log)
{
    Shown shown;
    if (log && log->document())
        shown = {log->document()->state()->phases, log->likelyErrors(), log->stage(), log->warnings().size()};
    // The end of the last phase moves with every line; what is shown of it does not.
    if (!shown.phases.empty())
        shown.phases.back().end = {};
    if (shown == m_shown)
        return;
    m_shown = shown;
    m_model->removeRows(0, m_model->rowCount());
    if (log && log->document())
        fill(*log);
}

void OutlinePane::fill(const OpenLog &log)
{
    const auto &phases = log.document()->state()->phases;
    for (size_t i = 0; i < phases.size(); ++i) {
        const auto &phase = phases[i];
        const bool isLast = i + 1 == phases.size();
        const log::Line end(isLast ? log.document()->state()->index.lineCount() : phases[i + 1].begin.value);
        const bool hasError = std::ranges::any_of(
            m_shown.errors, [&](const auto &error) { return error.line >= phase.begin && error.line < end; });
        if (phase.name.isEmpty() && !hasError)
            continue;
        const auto mark = phase.name.isEmpty() ? Mark::Failed : markOf(phase, hasError, isLast, log);
        auto *item = itemOf(phase.name.isEmpty() ? tr("before the first phase") : phase.name, phase.begin, mark);
        item->setData(hasError, BoldRole);
        item->setData(mark == Mark::Holds && !m_shown.errors.empty(), QuietTickRole);
        const auto seconds = log.secondsOf(phase, end);
        auto *took = itemOf(seconds ? shortClock(*seconds) : u"–"_s, phase.begin, Mark::None);
        took->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        took->setData(true, QuietRole);
        m_model->appendRow({item, took});
        addErrors(*item, phase.begin, end);
        addWarnings(*item, log.warnings(), phase.begin, end);
    }
    m_warnings = log.warnings();
    if (phases.empty()) {
        const log::Line end(log.document()->state()->index.lineCount());
        addErrors(*m_model->invisibleRootItem(), {}, end);
        addWarnings(*m_model->invisibleRootItem(), m_warnings, {}, end);
    }
    expandAll();
}

void OutlinePane::addErrors(QStandardItem &parent, log::Line begin, log::Line end)
{
    for (const auto &error : m_shown.errors) {
        if (error.line < begin || error.line >= end)
            continue;
        auto *item = itemOf(
            formatCount(error.line.value + 1) + u"  "_s + error.message.simplified(), error.line, Mark::Failed);
        parent.appendRow({item, itemOf({}, error.line, Mark::None)});
        const auto row = parent.rowCount() - 1;
        setFirstColumnSpanned(row, m_model->indexFromItem(&parent), true);
    }
}

void OutlinePane::addWarnings(QStandardItem &parent, const log::Findings &warnings, log::Line begin, log::Line end)
{
    const auto first = warnings.next(log::Line(begin.value - 1));
    if (!first || *first >= end)
        return;
    const auto count = warnings.rank(end) - warnings.rank(begin);
    auto *item
        = itemOf(count == 1 ? tr("1 warning") : tr("%1 warnings").arg(formatCount(count)), *first, Mark::Warning);
    item->setData(true, QuietRole);
    item->setData(end.value, WarningsEndRole);
    parent.appendRow({item, itemOf({}, *first, Mark::None)});
    setFirstColumnSpanned(parent.rowCount() - 1, m_model->indexFromItem(&parent), true);
}

void OutlinePane::pointTo(log::Line line)
{
    m_here = line;
    std::optional<QModelIndex> best;
    qint64 bestLine = -1;
    const auto look = [&](const QModelIndex &index) {
        const auto at = index.data(LineRole).toLongLong();
        if (at <= line.value && at >= bestLine && (!index.parent().isValid() || at == line.value)) {
            best = index;
            bestLine = at;
        }
    };
    for (int i = 0; i < m_model->rowCount(); ++i) {
        const auto index = m_model->index(i, 0);
        look(index);
        for (int child = 0; child < m_model->rowCount(index); ++child)
            look(m_model->index(child, 0, index));
    }
    if (best && *best != currentIndex())
        setCurrentIndex(*best);
}

} // namespace narscope::ui
