// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/tracelistpage.h"

#include "base/format.h"
#include "ui/trace/traceway.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/scrollanchor.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/textlabel.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QShortcut>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostQuestions = 100;
constexpr int longestPaste = 64 * 1024;

} // namespace

QStringList questionsIn(const QString &text)
{
    static const QRegularExpression gaps(u"[\\s,;]+"_s);
    static const QRegularExpression single(u"^(#?[0-9]{2,9}|https://\\S+|/nix/store/\\S+)$"_s);
    const auto parts = text.split(gaps, Qt::SkipEmptyParts);
    const bool areSeveral = parts.size() > 1
        && std::ranges::all_of(parts, [](const QString &part) { return single.match(part).hasMatch(); });
    if (!areSeveral)
        return text.trimmed().isEmpty() ? QStringList() : QStringList{text.simplified()};
    QStringList questions;
    for (const auto &part : parts.first(std::min(mostQuestions, parts.size()))) {
        if (!questions.contains(part))
            questions << part;
    }
    return questions;
}

TraceListPage::TraceListPage(TraceListModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(6);
    m_sentence = new SentenceRow;
    auto *sentence = new QHBoxLayout;
    sentence->setContentsMargins(metric::margin, 0, metric::margin, 0);
    sentence->addWidget(m_sentence, 1);
    column->addLayout(sentence);
    column->addWidget(fieldRow());
    column->addWidget(filterRow());
    makeList();
    m_empty = new EmptyState;
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_list);
    column->addWidget(m_stack, 1);
    setFocusProxy(m_field);
    sayCounts();
    setLeft(-1);
}

QWidget *TraceListPage::fieldRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    m_field = new QLineEdit;
    m_field->setMaxLength(longestPaste);
    m_field->setClearButtonEnabled(true);
    m_field->setPlaceholderText(tr("Paste anything: pull requests, a store path or its hash, a narinfo, "
                                   "build or evaluation address, a channel, an ISO's name …"));
    m_field->setAccessibleName(tr("What to trace"));
    auto *trace = new QPushButton(tr("Trace"));
    row->addWidget(m_field, 1);
    row->addWidget(trace);
    connect(m_field, &QLineEdit::returnPressed, this, &TraceListPage::take);
    connect(trace, &QPushButton::clicked, this, &TraceListPage::take);
    return part;
}

QWidget *TraceListPage::filterRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    m_filter = new QLineEdit;
    m_filter->setPlaceholderText(tr("Filter …"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(280);
    m_base = new QComboBox;
    m_base->setAccessibleName(tr("Branch"));
    m_base->addItem(tr("Every branch"));
    m_watched = new QPushButton;
    m_watched->setCheckable(true);
    m_said = new TextLabel(TextRole::Quiet);
    m_refresh = new QPushButton(tr("Ask again for all"));
    m_refresh->setToolTip(tr("One after the other; those that have arrived are left alone"));
    m_stop = new QPushButton(tr("Stop"));
    m_copy = new QPushButton(tr("Copy as Markdown"));
    row->addWidget(m_filter, 1);
    row->addWidget(m_base);
    row->addWidget(m_watched);
    row->addWidget(m_said, 1);
    row->addWidget(m_stop);
    row->addWidget(m_refresh);
    row->addWidget(m_copy);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model.setFilter(text.trimmed());
        sayCounts();
    });
    connect(m_base, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_model.setBase(index > 0 ? m_base->currentText() : QString());
        sayCounts();
    });
    connect(m_watched, &QPushButton::toggled, this, [this](bool only) {
        m_model.setOnlyWatched(only);
        sayCounts();
    });
    connect(m_refresh, &QPushButton::clicked, this, &TraceListPage::refreshRequested);
    connect(m_stop, &QPushButton::clicked, this, &TraceListPage::stopRequested);
    connect(m_copy, &QPushButton::clicked, this, &TraceListPage::copyRequested);
    return part;
}

void TraceListPage::makeList()
{
    m_list = flatList(m_model, {372, 104, 172, 430, 56});
    m_list->setItemDelegate(new TraceRowDelegate(m_list));
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setAccessibleName(tr("Traces"));
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(TraceListModel::Words, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(TraceListModel::Way, QHeaderView::Fixed);
    new ScrollAnchor(m_list);
    connect(m_list, &QTreeView::activated, this, &TraceListPage::activate);
    connect(m_list, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        if (!m_model.entryAt(index.row()))
            m_model.toggleGroup(index.row());
    });
    connect(m_list, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        if (const auto *entry = m_model.entryAt(m_list->indexAt(at).row()))
            Q_EMIT menuRequested(keyOf(entry->summary), m_list->viewport()->mapToGlobal(at));
    });
    auto *removes = new QShortcut(Qt::Key_Delete, m_list);
    removes->setContext(Qt::WidgetShortcut);
    connect(removes, &QShortcut::activated, this, [this] {
        if (const auto key = currentKey(); !key.isEmpty())
            Q_EMIT removed(key);
    });
}

void TraceListPage::activate(const QModelIndex &index)
{
    if (const auto *entry = m_model.entryAt(index.row()))
        Q_EMIT opened(keyOf(entry->summary));
    else
        m_model.toggleGroup(index.row());
}

void TraceListPage::take()
{
    const auto questions = questionsIn(m_field->text());
    if (questions.isEmpty()) {
        say(tr("Paste something first."));
        return;
    }
    m_field->clear();
    Q_EMIT pasted(questions);
}

QString TraceListPage::currentKey() const
{
    const auto *entry = m_model.entryAt(m_list->currentIndex().row());
    return entry ? keyOf(entry->summary) : QString();
}

void TraceListPage::setCurrentKey(const QString &key)
{
    if (const int row = m_model.rowOf(key); row >= 0)
        m_list->setCurrentIndex(m_model.index(row, 0));
}

void TraceListPage::say(const QString &words)
{
    m_said->setText(words);
}

void TraceListPage::setLeft(int traces)
{
    m_stop->setVisible(traces >= 0);
    m_refresh->setVisible(traces < 0);
    if (traces >= 0)
        say(traces == 0 ? tr("Asking again for the last one …") : tr("Asking again, %1 more to go …").arg(traces));
}

void TraceListPage::next(int by)
{
    const int rows = m_model.rowCount();
    int row = m_list->currentIndex().row();
    for (int i = 0; i < rows; ++i) {
        row = (row + by + rows) % rows;
        const auto *entry = m_model.entryAt(row);
        if (entry && entry->summary.group == TraceGroup::NeedsYou) {
            m_list->setCurrentIndex(m_model.index(row, 0));
            return;
        }
    }
}

/// Branches come and go with their traces; the one chosen stays chosen.
void TraceListPage::sayFilters()
{
    const auto bases = m_model.bases();
    QStringList shown;
    for (int i = 1; i < m_base->count(); ++i)
        shown << m_base->itemText(i);
    if (shown != bases) {
        const auto chosen = m_base->currentIndex() > 0 ? m_base->currentText() : QString();
        const QSignalBlocker quiet(m_base);
        while (m_base->count() > 1)
            m_base->removeItem(m_base->count() - 1);
        m_base->addItems(bases);
        m_base->setCurrentIndex(std::max(0, chosen.isEmpty() ? 0 : m_base->findText(chosen)));
        if (!chosen.isEmpty() && m_base->currentIndex() == 0)
            m_model.setBase({});
    }
    m_base->setVisible(bases.size() > 1 || m_base->currentIndex() > 0);
    const int watched = m_model.watchedCount();
    m_watched->setText(tr("Watched %1").arg(watched));
    m_watched->setVisible(watched > 0 || m_watched->isChecked());
}

void TraceListPage::sayCounts()
{
    const auto all = qsizetype(m_model.entries().size());
    const auto followed = all - m_model.count(TraceGroup::Offered);
    const int needed = m_model.count(TraceGroup::NeedsYou);
    const int way = m_model.count(TraceGroup::OnTheWay);
    m_sentence->setSentence(
        {.what = followed == 0 ? tr("Follow a change from its pull request to your machine, and back.")
                : needed > 0   ? tr("%1 of %2 traces need somebody, %3 on the way.").arg(needed).arg(followed).arg(way)
                               : tr("%1 of %2 traces have arrived, %3 on the way.")
                                   .arg(m_model.count(TraceGroup::Arrived))
                                   .arg(followed)
                                   .arg(way)});
    sayFilters();
    const bool isFiltered
        = !m_filter->text().trimmed().isEmpty() || m_base->currentIndex() > 0 || m_watched->isChecked();
    m_empty->setText(all == 0 ? tr("Nothing is traced yet.") : tr("No trace passes the filters."),
        all == 0         ? tr("Paste one or many pull requests above, or press t on a build, a store path, an "
                                      "evaluation anywhere in the program.")
            : isFiltered ? tr("Clear the filter to see all.")
                         : QString());
    m_stack->setCurrentIndex(m_model.rowCount() == 0 ? 0 : 1);
    m_refresh->setEnabled(followed > 0);
    m_copy->setEnabled(m_model.rowCount() > 0);
}

} // namespace narscope::ui
