// SPDX-License-Identifier: GPL-3.0-or-later
// How the place is put together, and its keys.
#include "ui/logs/logsplace.h"

#include "ui/logs/causebar.h"
#include "ui/logs/comparepane.h"
#include "ui/logs/findallpane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/minimap.h"
#include "ui/logs/outlinepane.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/sentence.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int outlineWidth = 224;
constexpr qint64 linesAround = 3; ///< as the button says

} // namespace

LogsPlace::LogsPlace(Pools &pools, const Clock &clock, QString folder, QWidget *parent)
    : Place(parent)
    , m_pools(pools)
    , m_clock(clock)
    , m_folder(std::move(folder))
    , m_sentence(new SentenceRow)
    , m_tabs(new QTabBar)
    , m_banner(new ProblemBanner)
    , m_find(new FindBar)
    , m_findAll(new FindAllPane)
    , m_empty(new EmptyState)
    , m_stack(new QStackedWidget)
{
    setAcceptDrops(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(metric::margin, metric::marginTop, metric::margin, metric::cellPadding);
    head->addWidget(m_sentence);
    m_tabs->setTabsClosable(true);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setElideMode(Qt::ElideMiddle);
    m_tabs->setFocusPolicy(Qt::NoFocus);
    m_tabs->hide();
    column->addWidget(m_tabs);
    column->addLayout(head);
    column->addWidget(openRow());
    column->addWidget(m_banner);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(logPart());
    m_stack->addWidget(m_findAll);
    column->addWidget(m_stack, 1);
    connectParts();
    makeKeys();
    setFocusProxy(m_view);
    showCurrent();
}

LogsPlace::~LogsPlace()
{
    m_compare->end();
    m_view->setDocument(nullptr);
    m_map->setDocument(nullptr);
    for (const auto &window : std::as_const(m_windows))
        delete window;
}

QWidget *LogsPlace::openRow()
{
    m_openRow = new QWidget;
    auto *row = new QHBoxLayout(m_openRow);
    row->setContentsMargins(metric::margin, 0, metric::margin, metric::cellPadding);
    m_openField = new QLineEdit;
    m_openField->setPlaceholderText(tr("Build, step (309998812/3), derivation, address or file"));
    m_openField->setClearButtonEnabled(true);
    auto *file = new QPushButton(tr("Choose a file …"));
    row->addWidget(m_openField, 1);
    row->addWidget(file);
    connect(file, &QPushButton::clicked, this, &LogsPlace::askFile);
    connect(m_openField, &QLineEdit::returnPressed, this, [this] { openLog(m_openField->text()); });
    return m_openRow;
}

QWidget *LogsPlace::logPart()
{
    m_outline = new OutlinePane;
    m_view = new LogView(m_pools.parse);
    m_map = new Minimap(*m_view, m_pools.parse);
    m_cause = new CauseBar;
    m_compare = new ComparePane(*m_view, m_pools);
    auto *text = new QWidget;
    auto *textRow = new QHBoxLayout(text);
    textRow->setContentsMargins(0, 0, 0, 0);
    textRow->setSpacing(0);
    auto *mine = new QVBoxLayout;
    mine->setSpacing(0);
    mine->addWidget(m_compare->rightHeader());
    mine->addWidget(m_view, 1);
    m_compare->rightHeader()->hide();
    textRow->addWidget(m_compare, 1);
    textRow->addLayout(mine, 1);
    textRow->addWidget(m_map);
    m_splitter = new QSplitter;
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_outline);
    m_splitter->addWidget(text);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({outlineWidth, 4 * outlineWidth});
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_find);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_cause);
    return part;
}

void LogsPlace::connectParts()
{
    connect(m_tabs, &QTabBar::currentChanged, this, [this] { showCurrent(); });
    connect(m_tabs, &QTabBar::tabCloseRequested, this, &LogsPlace::closeTab);
    connect(m_empty, &EmptyState::actionRequested, this, [this] {
        if (!currentLog())
            findInAll();
        else if (currentLog()->stage() != OpenLog::Stage::Failed)
            stop();
        else
            refresh();
    });
    connect(m_banner, &ProblemBanner::retryRequested, this, &LogsPlace::refresh);
    connectFindBar();
    connectComparison();
    connectView();
    connect(m_findAll, &FindAllPane::searchRequested, this, &LogsPlace::searchAllLogs);
    connect(m_findAll, &FindAllPane::left, this, &LogsPlace::leaveFindAll);
    connect(
        m_findAll, &FindAllPane::chosen, this, [this](const QString &reference, const QString &server, log::Line line) {
            leaveFindAll();
            openLogAt(reference, server, line);
        });
    connect(m_cause, &CauseBar::sameRequested, this, &LogsPlace::offerSame);
    connect(m_cause, &CauseBar::showRequested, this, &LogsPlace::goToFirstError);
    connect(m_cause, &CauseBar::copyRequested, this, &LogsPlace::copyCause);
    connect(m_outline, &OutlinePane::chosen, this, [this](log::Line line) {
        m_view->goTo(line);
        m_view->setFocus();
    });
}

void LogsPlace::connectFindBar()
{
    connect(m_find, &FindBar::queryChanged, this, &LogsPlace::startSearch);
    connect(m_find, &FindBar::stepped, this, &LogsPlace::step);
    connect(m_find->field(), &QLineEdit::returnPressed, this, [this] { step(1); });
    connect(m_find->onlyMatches(), &QPushButton::toggled, m_view, &LogView::setOnlyMatches);
    connect(
        m_find->around(), &QPushButton::toggled, m_view, [this](bool on) { m_view->setAround(on ? linesAround : 0); });
    connect(m_find->wrap(), &QPushButton::toggled, m_view, &LogView::setWrapped);
    connect(m_find->follow(), &QPushButton::toggled, m_view, &LogView::setFollowing);
    connect(m_find->phases(), &QPushButton::toggled, m_outline, &QWidget::setVisible);
    connect(m_find->stop(), &QPushButton::clicked, this, &LogsPlace::stop);
    connect(m_find->openOther(), &QPushButton::clicked, this, &LogsPlace::askOther);
    offerMenu(m_find->compare(), &LogsPlace::fillCompareMenu);
    offerMenu(m_find->more(), &LogsPlace::fillMoreMenu);
}

/// The menu is filled each time, as things are then.
void LogsPlace::offerMenu(QPushButton *button, void (LogsPlace::*fill)(QMenu &))
{
    connect(button, &QPushButton::clicked, this, [this, button, fill] {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        (this->*fill)(*menu);
        menu->popup(button->mapToGlobal(QPoint(0, button->height())));
    });
}

void LogsPlace::connectComparison()
{
    connect(m_find->differences(), &QPushButton::toggled, this,
        [this](bool only) { m_compare->setShows(only ? ComparePlan::Shows::Differences : ComparePlan::Shows::All); });
    connect(m_compare, &ComparePane::changed, this, &LogsPlace::sayComparison);
    connect(m_compare->leftView(), &LogView::linkOpened, this, &LogsPlace::followLink);
    connect(m_compare->leftView(), &LogView::cursorMoved, this, &LogsPlace::sayCount);
}

void LogsPlace::connectView()
{
    connect(m_view, &LogView::linkOpened, this, &LogsPlace::followLink);
    connect(m_view, &LogView::bookmarkToggled, this, &LogsPlace::toggleBookmark);
    connect(m_view, &LogView::noteRequested, this, &LogsPlace::askNote);
    connect(m_view, &LogView::followingChanged, m_find->follow(), &QPushButton::setChecked);
    connect(m_view, &LogView::filled, this, &Place::settledChanged);
    connect(m_view, &LogView::cursorMoved, this, [this](log::Line line) {
        if (auto *log = currentLog())
            log->cursor = line;
        m_outline->pointTo(line);
        sayCount();
    });
    connect(m_view, &LogView::failed, this, [this](const Problem &problem) {
        if (auto *log = currentLog())
            log->trouble(problem);
    });
}

void LogsPlace::addKey(const QKeySequence &key, void (LogsPlace::*slot)())
{
    auto *shortcut = new QShortcut(key, this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, slot);
}

void LogsPlace::makeKeys()
{
    auto *find = new QShortcut(Qt::Key_Slash, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, m_find->field(), [this] {
        m_find->field()->setFocus(Qt::ShortcutFocusReason);
        m_find->field()->selectAll();
    });
    auto *next = new QShortcut(Qt::Key_N, this);
    auto *previous = new QShortcut(Qt::SHIFT | Qt::Key_N, this);
    for (auto *shortcut : {next, previous})
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(next, &QShortcut::activated, this, [this] { step(1); });
    connect(previous, &QShortcut::activated, this, [this] { step(-1); });
    addKey(Qt::Key_E, &LogsPlace::goToFirstError);
    addKey(Qt::Key_F, &LogsPlace::toggleFollow);
    addKey(Qt::Key_G, &LogsPlace::askLine);
    addKey(Qt::CTRL | Qt::SHIFT | Qt::Key_F, &LogsPlace::findInAll);
    addKey(Qt::Key_Z, &LogsPlace::toggleWrap);
    addKey(Qt::Key_D, &LogsPlace::toggleComparison);
    auto *onlyDifferences = new QShortcut(Qt::Key_A, this);
    onlyDifferences->setContext(Qt::WidgetWithChildrenShortcut);
    connect(onlyDifferences, &QShortcut::activated, this, [this] {
        if (m_compare->isActive())
            m_find->differences()->click();
    });
    addKey(Qt::CTRL | Qt::Key_O, &LogsPlace::askOther);
    addKey(Qt::CTRL | Qt::Key_S, &LogsPlace::askSaveName);
}

QByteArray LogsPlace::saveState() const
{
    return m_splitter->saveState();
}

void LogsPlace::restoreState(const QByteArray &state)
{
    if (!state.isEmpty())
        m_splitter->restoreState(state);
}

} // namespace narscope::ui
