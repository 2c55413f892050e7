// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/field.h"

#include "ui/models/roles.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/rowdelegate.h"
#include "ui/widgets/style.h"

#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int longestList = 8;

} // namespace

Field::Field(Finder finder, QWidget *window)
    : m_finder(std::move(finder))
    , m_model(new QStandardItemModel(this))
    , m_list(new QListView(window))
{
    setPlaceholderText(tr("Paste or type anything: pull request, store path, build, evaluation, job, channel, URL …"));
    setAccessibleName(tr("Open anything"));
    setFixedHeight(metric::field);
    setMaxLength(4096);
    setTextMargins(0, 0, 56, 0);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::Box);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->hide();
    connect(this, &QLineEdit::textEdited, this, &Field::look);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) { choose(index.row()); });
}

void Field::look(const QString &text)
{
    m_candidates = m_finder(text);
    m_model->clear();
    for (const auto &candidate : m_candidates) {
        auto *item = new QStandardItem(candidate.text);
        item->setData(candidate.hint, HintRole);
        m_model->appendRow(item);
    }
    if (m_candidates.isEmpty() && !text.trimmed().isEmpty()) {
        auto *item = new QStandardItem(tr("Nothing here is called that."));
        item->setData(true, QuietRole);
        item->setFlags(Qt::NoItemFlags);
        m_model->appendRow(item);
    }
    m_list->setVisible(m_model->rowCount() > 0);
    if (!m_candidates.isEmpty())
        m_list->setCurrentIndex(m_model->index(0, 0));
    place();
}

void Field::place()
{
    const int rows = qMin(longestList, m_model->rowCount());
    const auto under = mapTo(m_list->parentWidget(), QPoint(0, height() + 2));
    m_list->setGeometry(QRect(under, QSize(width(), rows * rowHeightOf(m_list) + 2 * m_list->frameWidth())));
    m_list->raise();
}

void Field::closeList()
{
    m_list->hide();
    m_model->clear();
    m_candidates.clear();
}

void Field::leave()
{
    closeList();
    Q_EMIT left();
}

void Field::choose(int row)
{
    if (row < 0 || row >= m_candidates.size())
        return;
    const auto candidate = m_candidates[row];
    clear();
    closeList();
    Q_EMIT chosen(candidate);
}

void Field::step(int by)
{
    const int count = int(m_candidates.size());
    if (count == 0)
        return;
    const int row = (m_list->currentIndex().row() + by + count) % count;
    m_list->setCurrentIndex(m_model->index(row, 0));
}

void Field::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Down:
        return step(1);
    case Qt::Key_Up:
        return step(-1);
    case Qt::Key_Return:
    case Qt::Key_Enter: // what was set and not typed has not been looked at
        if (m_candidates.isEmpty())
            look(text());
        return choose(qMax(0, m_list->currentIndex().row()));
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void Field::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    closeList();
}

void Field::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    if (hasFocus())
        return;
    QPainter painter(this);
    painter.setPen(lookOf(this).text2);
    paintText(painter, rect().adjusted(0, 0, -10, 0), u"Ctrl+K"_s, Qt::AlignRight, Qt::ElideNone);
}

} // namespace narscope::ui
