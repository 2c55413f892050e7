// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/activity/activityplace.h"

#include "base/format.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/health.h"
#include "ui/widgets/scrollanchor.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/style.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QShortcut>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int detailLines = 5;

/// The columns `stretched` share what the others leave.
QTreeView *stretchedList(QAbstractItemModel &model, const QList<int> &widths, const QList<int> &stretched)
{
    auto *list = flatList(model, widths);
    list->header()->setStretchLastSection(false);
    for (const auto column : stretched)
        list->header()->setSectionResizeMode(column, QHeaderView::Stretch);
    return list;
}

QString wordsOfProblem(const Problem &problem)
{
    QStringList words{problem.sentence, problem.detail, problem.advice};
    words.removeAll(QString());
    return words.join(u' ');
}

QList<DetailRow> detailOf(const net::LedgerEntry &entry, Milliseconds now)
{
    const auto took = entry.took > Milliseconds(0) ? shortTime(entry.took) : ActivityPlace::tr("nothing yet");
    const auto seconds = entry.asked.count() / 1000;
    QList<DetailRow> rows{
        {.label = ActivityPlace::tr("Why"), .text = entry.why, .whole = {}, .subject = {}},
        {.label = ActivityPlace::tr("Address"),
            .text = QString::fromLatin1(entry.method) + u' ' + entry.url.toString(),
            .whole = entry.url.toString(QUrl::FullyEncoded),
            .mono = true,
            .subject = {}},
        {.label = ActivityPlace::tr("Asked"),
            .text = ActivityPlace::tr("%1 ago; waited %2 in our queue, the server took %3")
                .arg(formatAge(qMax(Milliseconds(0), now - entry.asked)), shortTime(entry.waited), took),
            .whole = formatExactTime(seconds),
            .subject = {}},
        {.label = ActivityPlace::tr("Answer"),
            .text = outcomeWord(entry) + u", "_s + formatSize(entry.bytes),
            .whole = {},
            .subject = {}},
    };
    if (entry.problem)
        rows << DetailRow{.label = ActivityPlace::tr("Problem"),
            .text = wordsOfProblem(*entry.problem),
            .whole = {},
            .mark = Mark::Warning,
            .subject = {}};
    return rows;
}

} // namespace

ActivityPlace::ActivityPlace(Clock &clock, QWidget *parent)
    : Place(parent)
    , m_clock(clock)
    , m_requests(clock)
    , m_meters(clock)
    , m_sentence(new SentenceRow)
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::margin, metric::marginTop, metric::margin, 0);
    column->setSpacing(metric::marginTop);
    column->addWidget(m_sentence);
    column->addWidget(meterPart());
    column->addWidget(filterPart());
    column->addWidget(listPart(), 1);
    setFocusProxy(m_list);
    makeKeys();
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_requests.tick();
        m_meters.tick();
        sayState();
    });
    sayState();
}

QWidget *ActivityPlace::meterPart()
{
    m_meterList = stretchedList(m_meters, {180, 320, 90, 80, 90, 80, 150}, {MeterModel::State});
    m_meterList->setSelectionMode(QAbstractItemView::NoSelection);
    m_meterList->setFocusPolicy(Qt::NoFocus);
    m_meterList->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_meterList, &QTreeView::clicked, this,
        [this](const QModelIndex &index) { showServer(m_meters.serverAt(index.row())); });
    connect(&m_meters, &QAbstractItemModel::modelReset, this, &ActivityPlace::fitMeters);
    fitMeters();
    return m_meterList;
}

void ActivityPlace::fitMeters()
{
    m_meterList->setFixedHeight(metric::headerRow + m_meters.rowCount() * rowHeightOf(m_meterList));
}

void ActivityPlace::changeEvent(QEvent *event)
{
    Place::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_meterList) // rows are higher in a wide window
        fitMeters();
}

QWidget *ActivityPlace::filterPart()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    m_text = new QLineEdit;
    m_text->setPlaceholderText(tr("Filter requests: reason, address, problem …"));
    m_text->setClearButtonEnabled(true);
    m_server = new QComboBox;
    m_server->addItem(tr("All servers"));
    m_problems = new QCheckBox(tr("Only problems"));
    row->addWidget(m_text, 1);
    row->addWidget(m_server);
    row->addWidget(m_problems);
    connect(m_text, &QLineEdit::textChanged, this, &ActivityPlace::filterChanged);
    connect(m_server, &QComboBox::currentIndexChanged, this, &ActivityPlace::filterChanged);
    connect(m_problems, &QCheckBox::toggled, this, &ActivityPlace::filterChanged);
    return part;
}

QWidget *ActivityPlace::listPart()
{
    m_list = stretchedList(m_requests, {56, 190, 300, 96, 80, 96, 90, 240}, {RequestModel::Why, RequestModel::Address});
    new ScrollAnchor(m_list);
    m_empty = new EmptyState;
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_empty);
    m_detail = new DetailRows;
    m_detail->setVisible(false);
    m_detail->setFixedHeight(detailLines * metric::compactRow + 2 * metric::cellPadding);
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack, 1);
    column->addWidget(m_detail);
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ActivityPlace::showSelected);
    connect(&m_requests, &QAbstractItemModel::dataChanged, this, &ActivityPlace::showSelected);
    return part;
}

void ActivityPlace::makeKeys()
{
    const auto key = [this](const QKeySequence &keys, auto &&act) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    key(Qt::Key_Slash, [this] { m_text->setFocus(Qt::ShortcutFocusReason); });
    key(Qt::Key_N, [this] { step(1); });
    key(Qt::SHIFT | Qt::Key_N, [this] { step(-1); });
}

void ActivityPlace::takeEntries(const QList<net::LedgerEntry> &entries)
{
    m_requests.take(entries);
    sayState();
}

void ActivityPlace::takeMeters(const QList<net::ServerMeter> &meters)
{
    m_lastMeters = meters;
    m_meters.take(meters);
    for (const auto &meter : meters) {
        if (m_server->findData(meter.server) < 0)
            m_server->addItem(meter.name, meter.server);
    }
    sayState();
}

void ActivityPlace::setPace(const QString &sentence)
{
    m_pace = sentence;
    sayState();
}

void ActivityPlace::showServer(const QString &id)
{
    m_server->setCurrentIndex(qMax(0, id.isEmpty() ? 0 : m_server->findData(id)));
}

void ActivityPlace::filterChanged()
{
    m_requests.setFilter({.text = m_text->text().trimmed(),
        .server = m_server->currentData().toString(),
        .onlyProblems = m_problems->isChecked()});
    sayState();
}

bool ActivityPlace::goBack()
{
    if (m_text->hasFocus() && !m_text->text().isEmpty()) {
        m_text->clear();
        return true;
    }
    if (m_list->selectionModel()->hasSelection()) {
        m_list->setCurrentIndex({});
        m_list->setFocus();
        return true;
    }
    return false;
}

void ActivityPlace::showSelected()
{
    const auto current = m_list->currentIndex();
    const auto *entry = m_list->selectionModel()->isSelected(current) ? m_requests.entryAt(current.row()) : nullptr;
    m_detail->setVisible(entry != nullptr);
    if (entry)
        m_detail->setRows(detailOf(*entry, m_clock.now()));
}

/// The next row with a problem, down or up the list.
void ActivityPlace::step(int by)
{
    const int rows = m_requests.rowCount();
    const int from = m_list->currentIndex().isValid() ? m_list->currentIndex().row() : (by > 0 ? -1 : rows);
    for (int row = from + by; row >= 0 && row < rows; row += by) {
        if (!m_requests.entryAt(row)->problem)
            continue;
        m_list->setCurrentIndex(m_requests.index(row, 0));
        return;
    }
}

void ActivityPlace::sayState()
{
    int perMinute = 0;
    QStringList troubled;
    for (const auto &meter : std::as_const(m_lastMeters)) {
        perMinute += meter.lastMinute;
        if (isFailing(meter) || (meter.backOffUntil && *meter.backOffUntil > m_clock.now()))
            troubled << meter.name;
    }
    Sentence sentence;
    const bool asked = m_requests.total() > 0;
    sentence.mark = !asked ? Mark::Queued : (troubled.isEmpty() ? Mark::Succeeded : Mark::Failed);
    sentence.what = !asked   ? tr("No server was asked yet.")
        : troubled.isEmpty() ? tr("All servers answer;")
                             : tr("%1 did not answer as it should;").arg(troubled.join(u", "_s));
    sentence.why = asked ? tr("%1 requests in the last minute.").arg(formatCount(perMinute)) : QString();
    sentence.quiet = asked ? tr("%1 requests listed of %2 since the start or the newest %3; every one has its reason.")
                                 .arg(formatCount(m_requests.rowCount()), formatCount(qint64(m_requests.total())),
                                     formatCount(qint64(RequestModel::capacity)))
                           : tr("Each request will be listed here with its reason.");
    if (!m_pace.isEmpty())
        sentence.quiet = m_pace + u' ' + sentence.quiet;
    m_sentence->setSentence(sentence);
    const bool empty = m_requests.rowCount() == 0;
    if (empty)
        m_empty->setText(asked ? tr("No request passes the filter.") : tr("Nothing was asked."),
            asked ? tr("Clear the filter with Esc, or choose all servers.")
                  : tr("Requests appear here as they are made."));
    m_stack->setCurrentWidget(empty ? static_cast<QWidget *>(m_empty) : m_list);
}

QString ActivityPlace::sentence() const
{
    return m_sentence->sentence().what + u' ' + m_sentence->sentence().why;
}

QByteArray ActivityPlace::saveState() const
{
    return m_list->header()->saveState();
}

void ActivityPlace::restoreState(const QByteArray &state)
{
    if (!state.isEmpty())
        m_list->header()->restoreState(state);
}

void ActivityPlace::showEvent(QShowEvent *event)
{
    m_tick.start(1000);
    Place::showEvent(event);
}

void ActivityPlace::hideEvent(QHideEvent *event)
{
    m_tick.stop();
    Place::hideEvent(event);
}

} // namespace narscope::ui
