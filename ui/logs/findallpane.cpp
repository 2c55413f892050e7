// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/findallpane.h"

#include "base/format.h"
#include "ui/models/mark.h"
#include "ui/models/roles.h"
#include "ui/widgets/rowdelegate.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int ReferenceRole = FirstFreeRole;
constexpr int ServerRole = FirstFreeRole + 1;
constexpr int LineRole = FirstFreeRole + 2;
constexpr int mostLogs = 500; ///< rows of logs
constexpr int indent = 14;

QPushButton *toggle(const QString &text, const QString &tip)
{
    auto *button = new QPushButton(text);
    button->setCheckable(true);
    button->setToolTip(plainTip(tip));
    button->setAccessibleName(tip);
    return button;
}

QStandardItem *headOf(const log::ArchivedLog &log, const QString &text, const QString &reference)
{
    auto *head = new QStandardItem(text);
    if (log.state != hydra::BuildState::Unknown)
        head->setData(int(markOf(log.state)), MarkRole);
    head->setData(reference, ReferenceRole);
    head->setData(log.server, ServerRole);
    return head;
}

/// One row of the list of all.
QString rowText(const log::ArchivedLog &log)
{
    QStringList parts{archiveTitle(log)};
    if (log.stoppedAt > 0)
        parts << formatExactTime(log.stoppedAt);
    if (!log.cause.isEmpty())
        parts << log.cause;
    return parts.join(u"    "_s);
}

} // namespace

QString archiveTitle(const log::ArchivedLog &log)
{
    QStringList parts{log.title};
    if (log.build.value > 0)
        parts << FindAllPane::tr("build %1").arg(log.build.text());
    if (!log.system.isEmpty())
        parts << log.system;
    return parts.join(u"  "_s);
}

QString archiveReference(const log::ArchivedLog &log)
{
    return u"archive:"_s + QString::fromLatin1(log.digest);
}

FindAllPane::FindAllPane(QWidget *parent)
    : QWidget(parent)
    , m_field(new QLineEdit)
    , m_case(toggle(u"Aa"_s, tr("Capital and small letters differ")))
    , m_regex(toggle(u".*"_s, tr("Regular expression")))
    , m_count(new TextLabel(TextRole::Quiet))
    , m_model(new QStandardItemModel(0, 1, this))
    , m_list(new QTreeView)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(metric::cellPadding, 6, metric::margin, 6);
    row->setSpacing(4);
    m_field->setPlaceholderText(tr("Find in all logs that are open or archived, then Enter"));
    m_field->setClearButtonEnabled(true);
    auto *find = new QPushButton(tr("Find"));
    auto *close = new QPushButton(tr("Back"));
    row->addWidget(m_field, 1);
    row->addWidget(m_case);
    row->addWidget(m_regex);
    row->addWidget(find);
    row->addSpacing(metric::cellPadding);
    row->addWidget(m_count, 1);
    row->addWidget(close);
    column->addLayout(row);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHeaderHidden(true);
    m_list->setUniformRowHeights(true);
    m_list->setIndentation(indent);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Logs and lines found"));
    column->addWidget(m_list, 1);
    connect(find, &QPushButton::clicked, this, &FindAllPane::searchRequested);
    connect(m_field, &QLineEdit::returnPressed, this, &FindAllPane::searchRequested);
    connect(close, &QPushButton::clicked, this, &FindAllPane::left);
    connect(m_list, &QTreeView::activated, this, &FindAllPane::choose);
    connect(m_list, &QTreeView::clicked, this, &FindAllPane::choose);
}

void FindAllPane::begin(const log::Query &query)
{
    if (!query.anyOf.empty() && !query.anyOf.front().empty()) {
        const auto &pattern = query.anyOf.front().front().pattern;
        m_field->setText(pattern.text);
        m_case->setChecked(pattern.matchCase);
        m_regex->setChecked(pattern.isRegex);
    }
    m_field->setFocus();
    m_field->selectAll();
}

log::Query FindAllPane::query() const
{
    if (m_field->text().isEmpty())
        return {};
    return log::Query::of({.text = m_field->text(), .isRegex = m_regex->isChecked(), .matchCase = m_case->isChecked()});
}

QString FindAllPane::count() const
{
    return m_count->text();
}

void FindAllPane::clear()
{
    m_model->removeRows(0, m_model->rowCount());
    m_matches = 0;
    m_logs = m_all = m_unread = 0;
    m_problem.reset();
    m_isDone = false;
    sayCount();
}

void FindAllPane::add(const log::FoundLogs &found, const QString &title, const QString &reference)
{
    if (found.problem && found.problem->kind == ProblemKind::Usage)
        m_problem = found.problem;
    else if (found.problem)
        ++m_unread;
    ++m_logs;
    m_all = qMax(m_all, found.all);
    m_matches += found.matches;
    if (found.matches > 0 && m_model->rowCount() < mostLogs) {
        const auto lines = found.matches == 1 ? tr("1 line") : tr("%1 lines").arg(formatCount(found.matches));
        auto *head = headOf(found.log, title + u"    "_s + lines, reference);
        head->setData(true, BoldRole);
        head->setData(found.lines.front().line.value, LineRole);
        for (const auto &line : found.lines) {
            constexpr int digits = 9; // so that the texts begin at one place
            auto *item
                = new QStandardItem(formatCount(line.line.value + 1).rightJustified(digits) + u"  "_s + line.text);
            item->setData(true, MonoRole);
            item->setData(reference, ReferenceRole);
            item->setData(found.log.server, ServerRole);
            item->setData(line.line.value, LineRole);
            head->appendRow(item);
        }
        m_model->appendRow(head);
        m_list->setExpanded(head->index(), m_model->rowCount() <= 5);
    }
    sayCount();
}

void FindAllPane::showKept(const QList<log::ArchivedLog> &logs, qsizetype all)
{
    clear();
    m_isDone = true;
    for (const auto &log : logs.first(qMin<qsizetype>(logs.size(), mostLogs))) {
        auto *head = headOf(log, rowText(log), archiveReference(log));
        head->setData(qMax<qint64>(0, log.causeLine), LineRole);
        m_model->appendRow(head);
    }
    m_count->setText(all == 0 ? tr("No log is kept on this computer yet.")
            : all == 1        ? tr("1 log is kept on this computer.")
            : all > mostLogs  ? tr("%1 logs are kept on this computer; the newest are listed.").arg(formatCount(all))
                              : tr("%1 logs are kept on this computer.").arg(formatCount(all)));
}

void FindAllPane::setDone(bool done)
{
    m_isDone = done;
    sayCount();
}

void FindAllPane::sayCount()
{
    if (m_problem) {
        m_count->setText(m_problem->sentence);
        return;
    }
    auto text = tr("%1 found in %2 of %3 logs")
                    .arg(formatCount(m_matches), formatCount(m_model->rowCount()), formatCount(m_logs));
    if (!m_isDone)
        text += u" …"_s;
    if (m_unread > 0)
        text += tr("; %1 could not be read").arg(formatCount(m_unread));
    m_count->setText(m_logs == 0 && m_isDone ? tr("No log is open or archived.") : text);
}

void FindAllPane::choose(const QModelIndex &index)
{
    const auto reference = index.data(ReferenceRole).toString();
    if (!reference.isEmpty())
        Q_EMIT chosen(reference, index.data(ServerRole).toString(), log::Line(index.data(LineRole).toLongLong()));
}

void FindAllPane::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Down && m_field->hasFocus() && m_model->rowCount() > 0) {
        m_list->setFocus();
        m_list->setCurrentIndex(m_model->index(0, 0));
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace narscope::ui
