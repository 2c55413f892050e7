// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/factlist.h"

#include "ui/widgets/browser.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/scrollanchor.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>

namespace narscope::ui {

namespace {

bool isGroup(const FactRow &row)
{
    return !row.cells.isEmpty() && row.cells.front().bold;
}

bool isOpen(const FactRow &row)
{
    switch (row.cells.value(0).mark) {
    case Mark::Failed:
    case Mark::DependencyFailed:
    case Mark::FailedWithOutput:
    case Mark::TimedOut:
    case Mark::Limit:
    case Mark::Warning:
    case Mark::Fails:
    case Mark::Running:
    case Mark::Queued:
    case Mark::Unknown:
        return true;
    default:
        return false;
    }
}

bool hasWords(const FactRow &row, const QString &text)
{
    return std::ranges::any_of(
        row.cells, [&text](const FactCell &cell) { return cell.text.contains(text, Qt::CaseInsensitive); });
}

} // namespace

FactRows filteredGroups(const FactRows &rows, const QString &text, bool onlyOpen)
{
    FactRows passed;
    const FactRow *group = nullptr;
    bool groupHasWords = false;
    bool groupIsIn = false;
    for (const auto &row : rows) {
        if (isGroup(row)) {
            group = &row;
            groupHasWords = hasWords(row, text);
            groupIsIn = false;
            continue;
        }
        if ((onlyOpen && !isOpen(row)) || !(groupHasWords || hasWords(row, text)))
            continue;
        if (group && !groupIsIn)
            passed << *group;
        groupIsIn = true;
        passed << row;
    }
    return passed;
}

FactList::FactList(const QStringList &headers, const QList<int> &widths, int stretch, QWidget *parent)
    : QTreeView(parent)
    , m_model(headers)
{
    makeFlat(*this, m_model, widths);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(stretch, QHeaderView::Stretch);
    new ScrollAnchor(this);
    connect(this, &QTreeView::activated, this, &FactList::open);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, &FactList::currentRowChanged);
}

void FactList::setRows(const FactRows &rows)
{
    m_all = rows;
    apply();
}

void FactList::setFilter(const QString &text)
{
    m_filter = text;
    apply();
}

void FactList::setOnlyOpen(bool only)
{
    m_onlyOpen = only;
    apply();
}

void FactList::apply()
{
    m_model.setRows(filteredGroups(m_all, m_filter, m_onlyOpen));
    Q_EMIT currentRowChanged(); // the same row may say something new
}

const FactRow *FactList::current() const
{
    const int row = currentIndex().row();
    const bool isThere = row >= 0 && row < m_model.rows().size() && !isGroup(m_model.rows()[row]);
    return isThere ? &m_model.rows()[row] : nullptr;
}

void FactList::setCurrentKey(const QString &key)
{
    const auto found = std::ranges::find(m_model.rows(), key, &FactRow::key);
    if (found != m_model.rows().end())
        setCurrentIndex(m_model.index(int(found - m_model.rows().begin()), 0));
}

void FactList::selectTelling()
{
    if (current())
        return;
    const auto &rows = m_model.rows();
    auto found = std::ranges::find_if(rows, [](const FactRow &row) { return !isGroup(row) && isOpen(row); });
    if (found == rows.end())
        found = std::ranges::find_if_not(rows, &isGroup);
    if (found != rows.end())
        setCurrentIndex(m_model.index(int(found - rows.begin()), 0));
}

void FactList::next(int by)
{
    const int rows = m_model.rowCount();
    int row = currentIndex().isValid() ? currentIndex().row() : (by > 0 ? -1 : rows);
    for (int i = 0; i < rows; ++i) {
        row = (row + by + rows) % rows;
        if (!isGroup(m_model.rows()[row]) && isOpen(m_model.rows()[row])) {
            setCurrentIndex(m_model.index(row, 0));
            setFocus();
            return;
        }
    }
}

void FactList::open(const QModelIndex &index)
{
    if (!index.isValid() || index.row() >= m_model.rows().size())
        return;
    if (const auto &row = m_model.rows()[index.row()]; row.subject)
        Q_EMIT openRequested(*row.subject);
    else
        Q_EMIT activatedRow();
}

/// The window has `o` for subjects; here it means the row's page.
bool FactList::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const auto *row = current();
        if (key->key() == Qt::Key_O && key->modifiers() == Qt::NoModifier && row && !row->copy.isEmpty())
            event->accept();
    }
    return QTreeView::event(event);
}

void FactList::keyPressEvent(QKeyEvent *event)
{
    const auto *row = current();
    if (event->key() == Qt::Key_O && event->modifiers() == Qt::NoModifier && row && !row->copy.isEmpty())
        openInBrowser(QUrl(row->copy, QUrl::StrictMode));
    else
        QTreeView::keyPressEvent(event);
}

void FactList::contextMenuEvent(QContextMenuEvent *event)
{
    if (current())
        Q_EMIT menuRequested(event->globalPos());
}

} // namespace narscope::ui
