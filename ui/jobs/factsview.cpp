// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/factsview.h"

#include "ui/widgets/actions.h"
#include "ui/widgets/rowdelegate.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>

#include <algorithm>

namespace narscope::ui {

void makePlain(QTableView &table)
{
    table.setItemDelegate(new RowDelegate(&table));
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setFrameShape(QFrame::NoFrame);
    table.setTabKeyNavigation(false);
    table.setCornerButtonEnabled(false);
    table.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table.verticalHeader()->hide();
    table.verticalHeader()->setMinimumSectionSize(1);
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.horizontalHeader()->setHighlightSections(false);
}

void fitRowHeight(QTableView &table)
{
    if (const int height = rowHeightOf(&table); table.verticalHeader()->defaultSectionSize() != height)
        table.verticalHeader()->setDefaultSectionSize(height);
}

FactsView::FactsView(const QStringList &headers, int stretch, QWidget *parent)
    : QTableView(parent)
    , m_model(headers)
    , m_stretch(stretch)
{
    setModel(&m_model);
    makePlain(*this);
    setSelectionBehavior(SelectRows);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    horizontalHeader()->setSectionResizeMode(stretch, QHeaderView::Stretch);
    horizontalHeader()->setVisible(std::ranges::any_of(headers, [](const auto &h) { return !h.isEmpty(); }));
    connect(this, &QTableView::activated, this, &FactsView::open);
}

void FactsView::setRows(const FactRows &rows)
{
    if (rows == m_model.rows())
        return;
    m_model.setRows(rows);
    fitColumns();
    fitRowHeight(*this);
    updateGeometry();
}

void FactsView::setMaxRows(int rows)
{
    m_maxRows = rows;
    updateGeometry();
}

void FactsView::fitColumns()
{
    constexpr int widest = 320;
    for (int column = 0; column < m_model.columnCount(); ++column) {
        if (column == m_stretch)
            continue;
        setColumnWidth(
            column, qMin(widest, qMax(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column))));
    }
}

QSize FactsView::sizeHint() const
{
    const int rows = qMin(m_model.rowCount(), m_maxRows);
    const int header = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    return {400, header + rows * rowHeightOf(this)};
}

std::optional<Subject> FactsView::pointedAt() const
{
    const auto subject = currentIndex().data(FactsModel::SubjectRole);
    return subject.isValid() ? std::optional(subject.value<Subject>()) : std::nullopt;
}

void FactsView::open(const QModelIndex &index)
{
    if (const auto subject = index.data(FactsModel::SubjectRole); subject.isValid())
        Q_EMIT openRequested(subject.value<Subject>());
}

void FactsView::contextMenuEvent(QContextMenuEvent *event)
{
    const auto index = indexAt(event->pos());
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto subject = index.data(FactsModel::SubjectRole);
    if (subject.isValid() && m_actions)
        fillMenu(*menu, *m_actions, subject.value<Subject>());
    const auto text = index.data(FactsModel::CopyRole).toString();
    if (!text.isEmpty())
        menu->addAction(tr("Copy text"), this, [text] { QGuiApplication::clipboard()->setText(text); });
    menu->popup(event->globalPos());
}

void FactsView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(currentIndex().data(FactsModel::CopyRole).toString());
    else
        QTableView::keyPressEvent(event);
}

void FactsView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::StyleChange) { // rows of another height
        fitRowHeight(*this);
        updateGeometry();
    }
}

} // namespace narscope::ui
