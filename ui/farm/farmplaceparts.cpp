// SPDX-License-Identifier: GPL-3.0-or-later
// How the place is put together, its keys, and what leaves when it gets narrow.
#include "ui/farm/farmlist.h"
#include "ui/farm/farmplace.h"
#include "ui/models/farmrows.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QComboBox>
#include <QEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int rightWidth = 500;
constexpr int mostQueueRows = 8;
constexpr int detailHeight = 190;
/// The window is 113 px wider than the place: rail and line.
constexpr int widePlace = metric::wide - metric::rail - 1;

QWidget *titled(const QString &title, QWidget *content)
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(textLabel(title, TextRole::Bold));
    column->addWidget(content, 1);
    return part;
}

} // namespace

void FarmPlace::build()
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_banner = new ProblemBanner;
    m_empty = new EmptyState;
    m_stack = new QStackedWidget;
    auto *both = new QWidget;
    auto *row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(makeLeft(), 1);
    row->addWidget(makeRight());
    m_stack->addWidget(both);
    m_stack->addWidget(m_empty);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_stack, 1);
    connectLists();
    makeKeys();
    setFocusProxy(m_builders);
    m_right->hide();
}

QWidget *FarmPlace::makeLeft()
{
    auto *left = new QWidget;
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(metric::margin, metric::marginTop, metric::margin, metric::cellPadding);
    column->setSpacing(metric::marginTop);
    auto *top = new QHBoxLayout;
    m_sentence = new SentenceRow;
    m_chooser = new QComboBox;
    for (const auto &one : std::as_const(m_servers))
        m_chooser->addItem(one.name, one.id);
    m_chooser->setVisible(m_servers.size() > 1);
    connect(m_chooser, &QComboBox::activated, this, &FarmPlace::setServer);
    top->addWidget(m_sentence, 1);
    top->addWidget(m_chooser, 0, Qt::AlignTop);
    column->addLayout(top);
    m_queue = new FarmList(queueHeaders(), {190, 80, 118, 90, 80, 100, 90, 220}, QueueWhy);
    m_queue->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    auto *queue = titled(tr("Queue"), m_queue);
    queue->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    column->addWidget(queue);
    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_detail = new FarmDetail;
    m_splitter->addWidget(makeBuilders());
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setSizes({2 * detailHeight, detailHeight});
    column->addWidget(m_splitter, 1);
    return left;
}

QWidget *FarmPlace::makeBuilders()
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *head = new QHBoxLayout;
    auto *title = textLabel(tr("Builders"), TextRole::Bold);
    title->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_filter = new QLineEdit;
    m_filter->setPlaceholderText(tr("Filter builders: name, state, system …"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(320);
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(m_filter, 2);
    column->addLayout(head);
    m_builders = new FarmList(builderHeaders(), {152, 260, 168, 76, 114, 72, 84, 76, 64, 56}, BuilderState);
    m_builders->setMinimumHeight(metric::headerRow + 3 * metric::compactRow);
    column->addWidget(m_builders, 1);
    return part;
}

QWidget *FarmPlace::makeRight()
{
    m_right = new QWidget;
    m_right->setFixedWidth(rightWidth);
    auto *column = new QVBoxLayout(m_right);
    column->setContentsMargins(metric::margin, metric::marginTop, metric::margin, metric::cellPadding);
    column->setSpacing(2 * metric::margin);
    m_jobsets = new FarmList(jobsetHeaders(), {190, 72, 46, 72, 60}, JobsetsName);
    m_events = new FarmList(eventHeaders(), {300, 60}, 0);
    column->addWidget(titled(tr("Who fills the queue"), m_jobsets), 1);
    column->addWidget(titled(tr("What happened here"), m_events), 1);
    return m_right;
}

void FarmPlace::connectLists()
{
    connect(m_queue, &FarmList::chosen, this, [this](const QString &key) {
        m_choiceIsOurs = false;
        m_system = key;
        m_builder.clear();
        m_builders->chooseNothing();
        showChosen();
    });
    connect(m_builders, &FarmList::chosen, this, [this](const QString &key) {
        m_choiceIsOurs = false;
        m_builder = key;
        m_system.clear();
        m_queue->chooseNothing();
        if (m_unseen.removeAll(key) > 0)
            m_builders->setRows(builderRows(m_state, server().id, m_unseen, m_clock.nowSeconds()));
        showChosen();
        Q_EMIT currentChanged();
    });
    connect(m_queue, &FarmList::rowActivated, m_detail, &FarmDetail::focusPage);
    connect(m_builders, &FarmList::rowActivated, m_detail, &FarmDetail::focusPage);
    for (auto *list : {m_jobsets, m_events})
        connect(list, &FarmList::openRequested, this, &Place::openRequested);
    connect(m_detail, &FarmDetail::openRequested, this, &Place::openRequested);
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_splitIsOurs = false; });
    connect(m_banner, &ProblemBanner::retryRequested, this, &FarmPlace::refresh);
    connect(m_filter, &QLineEdit::textChanged, this,
        [this](const QString &text) { m_builders->setFilter(text.trimmed()); });
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        m_builders->setFocus();
        if (m_builders->currentKey().isEmpty() && m_builders->facts().rowCount() > 0)
            m_builders->setCurrentIndex(m_builders->facts().index(0, 0));
    });
}

void FarmPlace::makeKeys()
{
    const auto key = [this](const QKeySequence &keys, auto &&act) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    key(Qt::Key_Slash, [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
    key(Qt::Key_N, [this] { step(1); });
    key(Qt::SHIFT | Qt::Key_N, [this] { step(-1); });
}

void FarmPlace::fitQueue()
{
    m_queue->fitHeight(mostQueueRows);
}

/// Builders get the room their rows need, the detail the rest, until a person moves the line between them.
void FarmPlace::fitSplit()
{
    if (!m_splitIsOurs)
        return;
    const int all = m_splitter->height();
    const int head = m_filter->sizeHint().height() + metric::headerRow + metric::cellPadding;
    const int wanted = head + m_builders->facts().rowCount() * rowHeightOf(m_builders);
    const int given = std::clamp(wanted, 0, std::max(0, all - detailHeight));
    m_splitter->setSizes({given, all - given});
}

bool FarmPlace::isWide() const
{
    return width() >= widePlace;
}

/// Columns leave in this order when there is no room: Heard, Disk free, CPU wait, Systems. What an old runner
/// does not tell has no column.
void FarmPlace::fitColumns()
{
    constexpr int roomForHeard = 1080;
    constexpr int roomForDisk = 1000;
    constexpr int roomForCpu = 920;
    constexpr int roomForSystems = 840;
    const int room = width() - (m_right->isVisibleTo(this) ? rightWidth : 0);
    const bool tellsLoad = std::ranges::any_of(
        m_state.builders, [](const watch::BuilderLine &line) { return line.machine.load.has_value(); });
    const bool tellsRecord
        = std::ranges::any_of(m_state.builders, [](const watch::BuilderLine &line) { return line.record.has_value(); });
    m_builders->setColumnHidden(BuilderHeard, room < roomForHeard);
    m_builders->setColumnHidden(BuilderDisk, !tellsLoad || room < roomForDisk);
    m_builders->setColumnHidden(BuilderCpu, !tellsLoad || room < roomForCpu);
    m_builders->setColumnHidden(BuilderMemory, !tellsLoad);
    m_builders->setColumnHidden(BuilderFailed, !tellsRecord);
    m_builders->setColumnHidden(BuilderSystems, room < roomForSystems);
    const bool tellsWait = std::ranges::any_of(
        m_state.systems, [](const watch::SystemQueueLine &line) { return line.usualWait.has_value(); });
    m_queue->setColumnHidden(QueueUsual, !tellsWait || room < roomForSystems);
}

void FarmPlace::resizeEvent(QResizeEvent *event)
{
    Place::resizeEvent(event);
    m_right->setVisible(isWide());
    m_detail->setWide(isWide());
    fitColumns();
    // The parts have their new heights only after this event.
    QMetaObject::invokeMethod(this, &FarmPlace::fitSplit, Qt::QueuedConnection);
}

void FarmPlace::changeEvent(QEvent *event)
{
    Place::changeEvent(event);
    if (event->type() != QEvent::StyleChange || !m_queue)
        return;
    fitQueue(); // rows of another height
    QMetaObject::invokeMethod(this, &FarmPlace::fitSplit, Qt::QueuedConnection);
}

} // namespace narscope::ui
