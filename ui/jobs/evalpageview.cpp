// SPDX-License-Identifier: GPL-3.0-or-later
// The evaluation page's columns, keys and menus.
#include "ui/jobs/evalpage.h"

#include "base/format.h"
#include "ui/jobs/factsview.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/style.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTableView>

namespace narscope::ui {

namespace {

constexpr int kindWidth = 158;
constexpr int allWidth = 90;
constexpr int countWidth = 114;
constexpr int systemColumn = 118;
constexpr int stateColumn = 150;
constexpr int ageColumn = 56;
constexpr int narrowWidth = 560; ///< below, the package's name leaves

} // namespace

/// Trouble first: the list begins with what newly fails, until a person chooses.
void EvalPage::chooseFirstCell()
{
    if (m_cellChosen || m_matrix.rowCount() == 0)
        return;
    m_cellChosen = true;
    if (m_matrix.kindAt(0) == JobKind::NowFail && m_filter->text().isEmpty() && !m_toSelect)
        m_matrixView->setCurrentIndex(m_matrix.index(0, MatrixModel::AllColumn));
}

void EvalPage::fitMatrix()
{
    auto *header = m_matrixView->horizontalHeader();
    fitRowHeight(*m_matrixView);
    for (int column = 0; column < m_matrix.columnCount(); ++column) {
        const int width = column == MatrixModel::KindColumn
            ? kindWidth
            : (column == MatrixModel::AllColumn ? allWidth : countWidth);
        m_matrixView->setColumnWidth(column, width);
        const bool fits = kindWidth + allWidth + (column - 1) * countWidth <= this->width() - 2 * metric::margin;
        m_matrixView->setColumnHidden(column, column > MatrixModel::AllColumn && !fits);
    }
    const int rows = m_matrix.rowCount();
    m_matrixView->setVisible(rows > 0);
    m_matrixView->setFixedHeight(header->sizeHint().height() + rows * rowHeightOf(this));
}

void EvalPage::fitColumns()
{
    fitRowHeight(*m_list);
    const int width = this->width() - 2 * metric::margin;
    const int rest = width - systemColumn - stateColumn - ageColumn;
    m_list->setColumnHidden(int(JobColumn::Name), width < narrowWidth);
    m_list->setColumnWidth(int(JobColumn::Name), rest * 42 / 100);
    m_list->setColumnWidth(int(JobColumn::System), systemColumn);
    m_list->setColumnWidth(int(JobColumn::State), stateColumn);
    m_list->setColumnWidth(int(JobColumn::Finished), ageColumn);
}

void EvalPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    fitMatrix();
    fitColumns();
}

void EvalPage::changeEvent(QEvent *event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_list) { // rows of another height
        fitMatrix();
        fitColumns();
    }
}

void EvalPage::sortTroubleFirst()
{
    m_list->horizontalHeader()->setSortIndicator(int(JobColumn::State), Qt::AscendingOrder);
    m_jobs.sort(int(JobColumn::State), Qt::AscendingOrder);
}

bool EvalPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const auto key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
            focusList();
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

void EvalPage::setActions(const SubjectActions *actions)
{
    Page::setActions(actions);
    for (auto *table : {m_inputs, m_changes, m_errorLines})
        table->setActions(actions);
}

void EvalPage::rowChanged(const QModelIndex &current)
{
    m_jobs.markSeen(current.row());
    m_pointPause.start();
}

void EvalPage::contextMenu(const QPoint &at)
{
    const auto subject = m_jobs.subjectAt(m_list->indexAt(at).row());
    if (subject && actions())
        popupMenu(this, m_list->viewport()->mapToGlobal(at), *actions(), *subject);
}

std::optional<Subject> EvalPage::pointedAt() const
{
    if (m_list->hasFocus())
        return m_jobs.subjectAt(m_list->currentIndex().row());
    for (const auto *table : {m_inputs, m_changes, m_errorLines}) {
        if (table->hasFocus())
            return table->pointedAt();
    }
    return {};
}

void EvalPage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void EvalPage::focusList()
{
    m_list->setFocus(Qt::OtherFocusReason);
    if (!m_list->currentIndex().isValid() && m_jobs.rowCount() > 0)
        m_list->setCurrentIndex(m_jobs.index(0, 0));
}

bool EvalPage::clearFilter()
{
    if (m_filter->text().isEmpty() && !m_filter->hasFocus())
        return false;
    m_filter->clear();
    focusList();
    return true;
}

std::optional<Subject> EvalPage::stepToFailure(int direction)
{
    const auto current = m_list->currentIndex();
    const int from = current.isValid() ? current.row() : (direction > 0 ? -1 : m_jobs.rowCount());
    const int row = m_jobs.nextFailing(from, direction);
    if (row < 0)
        return {};
    m_list->setCurrentIndex(m_jobs.index(row, 0));
    return m_jobs.subjectAt(row);
}

QString EvalPage::positionOf(BuildId build) const
{
    const int row = m_jobs.rowOf(build);
    return row < 0 ? QString() : tr("%1 of %2").arg(formatCount(row + 1), formatCount(m_jobs.rowCount()));
}

void EvalPage::select(BuildId build)
{
    const int row = m_jobs.rowOf(build);
    if (row < 0)
        m_toSelect = build;
    else
        m_list->setCurrentIndex(m_jobs.index(row, 0));
}

QString EvalPage::drvPathOf(BuildId build) const
{
    const auto row = m_all ? m_all->byId(build) : -1;
    return row < 0 ? QString() : QString::fromUtf8(m_all->drvPath(row));
}

} // namespace narscope::ui
