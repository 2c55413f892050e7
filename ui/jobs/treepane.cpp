// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/treepane.h"

#include "ui/widgets/actions.h"
#include "ui/widgets/rowdelegate.h"
#include "ui/widgets/scrollanchor.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QScopedValueRollback>

namespace narscope::ui {

namespace {

constexpr int failedWidth = 56;
constexpr int leftWidth = 50;
constexpr int ageWidth = 52;
constexpr int indent = 12;

} // namespace

TreePane::TreePane(HydraTree &tree, QWidget *parent)
    : QTreeView(parent)
    , m_tree(tree)
{
    setModel(&tree);
    setItemDelegate(new RowDelegate(this));
    setUniformRowHeights(true);
    setIndentation(indent);
    setFrameShape(NoFrame);
    setAllColumnsShowFocus(true);
    setExpandsOnDoubleClick(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Servers, projects, jobsets, evaluations"));
    header()->setSectionResizeMode(QHeaderView::Fixed);
    header()->setMinimumSectionSize(ageWidth);
    header()->setStretchLastSection(false);
    header()->setHighlightSections(false);
    new ScrollAnchor(this);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, &TreePane::currentMoved);
    connect(this, &QTreeView::expanded, this, &TreePane::expansionChanged);
    connect(this, &QTreeView::collapsed, this, &TreePane::expansionChanged);
    connect(this, &QTreeView::clicked, this, &TreePane::activate);
    connect(&tree, &QAbstractItemModel::rowsInserted, this, &TreePane::expandWaiting);
}

void TreePane::currentMoved(const QModelIndex &current)
{
    const auto subject = m_tree.subjectAt(current);
    if (!subject)
        return;
    m_tree.markSeen(*subject);
    if (!m_quiet)
        Q_EMIT selected(*subject);
}

/// A row that stands for more of the list gives it.
void TreePane::activate(const QModelIndex &index)
{
    const auto kind = m_tree.kindAt(index);
    if (kind == TreeKind::Idle)
        return setExpanded(index.siblingAtColumn(0), !isExpanded(index.siblingAtColumn(0)));
    if (kind != TreeKind::Older)
        return;
    const auto jobset = m_tree.subjectAt(index.parent());
    if (m_tree.showMore(index) && jobset)
        Q_EMIT olderRequested(jobset->server, jobset->jobset);
}

void TreePane::select(const Subject &subject)
{
    const auto index = m_tree.indexOf(subject);
    if (!index.isValid() || index.siblingAtColumn(0) == currentIndex().siblingAtColumn(0))
        return;
    const QScopedValueRollback quiet(m_quiet, true);
    for (auto above = index.parent(); above.isValid(); above = above.parent())
        expand(above);
    setCurrentIndex(index);
}

QList<Subject> TreePane::expandedSubjects() const
{
    QList<Subject> subjects;
    const auto walk = [&](const auto &self, const QModelIndex &parent) -> void {
        for (int row = 0; row < m_tree.rowCount(parent); ++row) {
            const auto index = m_tree.index(row, 0, parent);
            if (!isExpanded(index))
                continue;
            if (const auto subject = m_tree.subjectAt(index))
                subjects << *subject;
            self(self, index);
        }
    };
    walk(walk, {});
    return subjects;
}

void TreePane::expandSubjects(const QList<Subject> &subjects)
{
    m_toExpand = subjects;
    expandWaiting();
}

void TreePane::expandWaiting()
{
    const auto waiting = std::exchange(m_toExpand, {});
    for (const auto &subject : waiting) {
        if (const auto index = m_tree.indexOf(subject); index.isValid())
            expand(index);
        else
            m_toExpand << subject;
    }
}

std::optional<Subject> TreePane::pointedAt() const
{
    return m_tree.subjectAt(currentIndex());
}

void TreePane::contextMenuEvent(QContextMenuEvent *event)
{
    const auto subject = m_tree.subjectAt(indexAt(event->pos()));
    if (subject && m_actions)
        popupMenu(this, event->globalPos(), *m_actions, *subject);
}

void TreePane::keyPressEvent(QKeyEvent *event)
{
    const bool opens = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
    if (!opens)
        return QTreeView::keyPressEvent(event);
    const auto index = currentIndex().siblingAtColumn(0);
    const auto kind = m_tree.kindAt(index);
    if (kind == TreeKind::Older || kind == TreeKind::Idle)
        activate(index);
    else if (kind != TreeKind::Evaluation)
        setExpanded(index, !isExpanded(index));
    else if (const auto subject = m_tree.subjectAt(index))
        Q_EMIT selected(*subject);
}

void TreePane::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    const int rest = viewport()->width() - failedWidth - leftWidth - ageWidth;
    header()->resizeSection(HydraTree::NameColumn, qMax(100, rest));
    header()->resizeSection(HydraTree::FailedColumn, failedWidth);
    header()->resizeSection(HydraTree::LeftColumn, leftWidth);
    header()->resizeSection(HydraTree::AgeColumn, ageWidth);
}

void TreePane::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::StyleChange)
        scheduleDelayedItemsLayout(); // another row height
    QTreeView::changeEvent(event);
}

} // namespace narscope::ui
