// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/traceplace.h"

#include "trace/bundlekey.h"
#include "ui/trace/hoppanel.h"
#include "ui/trace/pictureof.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/tracehead.h"
#include "ui/trace/tracelistpage.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int manyRequests = 400; ///< to a server, when a person asks for everything

enum Page { ListPage, TracePage };
enum Body { PictureBody, EmptyBody };

/// A pull request is the same question whether it is typed or opened from elsewhere.
TraceSummary questionOf(const QString &text)
{
    const auto meanings = recognise(text, {});
    if (!meanings.isEmpty() && meanings.front().kind == SubjectKind::PullRequest)
        return {.subject = meanings.front(), .id = meanings.front().text()};
    return {.asked = text, .id = text.left(80)};
}

} // namespace

TracePlace::TracePlace(nix::TrustPolicy policy, Clock &clock, QWidget *parent)
    : Place(parent)
    , m_policy(std::move(policy))
    , m_keyFile(trace::usualBundleKeyFile())
    , m_clock(clock)
    , m_model(clock)
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_list = new TraceListPage(m_model);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_list);
    m_stack->addWidget(tracePart());
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    makeButtons();
    makeKeys();
    connectParts();
    setFocusProxy(m_list);
}

QWidget *TracePlace::tracePart()
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_head = new TraceHead;
    m_banner = new ProblemBanner;
    m_picture = new PictureView;
    m_panel = new HopPanel;
    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->addWidget(m_picture);
    m_splitter->addWidget(m_panel);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setSizes({540, 150});
    m_empty = new EmptyState;
    m_body = new QStackedWidget;
    m_body->addWidget(m_splitter);
    m_body->addWidget(m_empty);
    column->addWidget(m_head);
    column->addWidget(m_banner);
    column->addWidget(m_body, 1);
    return part;
}

void TracePlace::makeButtons()
{
    m_again = new QPushButton(tr("Ask again"));
    m_again->setToolTip(tr("Asks only about stops that can still change (F5)"));
    m_stop = new QPushButton(tr("Stop"));
    m_copy = new QPushButton(tr("Copy"));
    m_copy->setToolTip(tr("As Markdown, for a comment (Shift+M)"));
    m_save = new QPushButton(tr("Save"));
    m_more = new QPushButton(tr("Ask more"));
    fillSave(*(new QMenu(m_save)));
    fillMore(*(new QMenu(m_more)));
    for (auto *button : {m_stop, m_again, m_more, m_copy, m_save})
        m_head->addButton(button);
    connect(m_again, &QPushButton::clicked, this, &TracePlace::refresh);
    connect(m_stop, &QPushButton::clicked, this, [this] { Q_EMIT cancelled(m_run); });
    connect(m_copy, &QPushButton::clicked, this, &TracePlace::copyMarkdown);
}

void TracePlace::fillSave(QMenu &menu)
{
    menu.addAction(tr("Picture as SVG or PNG …"), this, &TracePlace::savePicture);
    menu.addAction(tr("Bundle with all evidence, signed …"), this, &TracePlace::saveBundle);
    m_save->setMenu(&menu);
}

/// What the first answer leaves out because it is dear to somebody.
void TracePlace::fillMore(QMenu &menu)
{
    menu.addAction(tr("Read the contents too: downloads every archive"), this,
        [this] { orderMore([](trace::Order &order) { order.contents = true; }); });
    menu.addAction(tr("Every attribute and output, with more requests"), this, [this] {
        orderMore([](trace::Order &order) {
            order.everyOutput = true;
            order.limits = {.hydra = manyRequests,
                .hydraPerAttribute = manyRequests,
                .gitHub = manyRequests,
                .gitHubWithToken = manyRequests};
        });
    });
    m_search = menu.addAction(tr("Let Hydra search for the build once: slow for it"), this,
        [this] { orderMore([](trace::Order &order) { order.search = true; }); });
    m_more->setMenu(&menu);
}

void TracePlace::makeKeys()
{
    const auto key = [this](const QKeySequence &keys, auto &&act) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    const auto next = [this](int by) { m_run > 0 ? m_picture->selectOpen(by) : m_list->next(by); };
    key(Qt::Key_N, [next] { next(1); });
    key(Qt::SHIFT | Qt::Key_N, [next] { next(-1); });
    key(Qt::SHIFT | Qt::Key_M, [this] { m_run > 0 ? copyMarkdown() : copyList(); });
    key(Qt::Key_Slash, [this] {
        showList();
        m_list->filter()->setFocus(Qt::ShortcutFocusReason);
    });
}

void TracePlace::connectParts()
{
    connect(m_list, &TraceListPage::pasted, this, [this](const QStringList &questions) {
        for (const auto &question : questions)
            begin(questionOf(question), questions.size() == 1);
    });
    connect(m_list, &TraceListPage::opened, this, &TracePlace::showKey);
    connect(m_list, &TraceListPage::removed, this, &TracePlace::remove);
    connect(m_list, &TraceListPage::refreshRequested, this, &TracePlace::askAll);
    connect(m_list, &TraceListPage::stopRequested, this, &TracePlace::stopAsking);
    connect(m_list, &TraceListPage::copyRequested, this, &TracePlace::copyList);
    connect(m_list, &TraceListPage::menuRequested, this, [this](const QString &key, const QPoint &at) {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addAction(tr("Show the trace"), this, [this, key] { showKey(key); });
        menu->addAction(tr("Take out of the list"), this, [this, key] { remove(key); });
        menu->popup(at);
    });
    connect(m_list->list()->selectionModel(), &QItemSelectionModel::currentChanged, this, &Place::currentChanged);
    connect(m_head, &TraceHead::backRequested, this, &TracePlace::showList);
    connect(m_head, &TraceHead::noteChosen, this, [this](const QString &stop) {
        const auto &stops = m_picture->picture().stops;
        const auto found = std::ranges::find(stops, stop, &PictureStop::id);
        if (found != stops.end())
            m_picture->selectStop(int(found - stops.begin()));
        m_picture->setFocus();
    });
    connect(m_banner, &ProblemBanner::retryRequested, this, &TracePlace::refresh);
    connect(m_empty, &EmptyState::actionRequested, this, &TracePlace::refresh);
    connect(m_picture, &PictureView::selectionChanged, this, &TracePlace::showHop);
    connect(m_picture, &PictureView::activated, this, &TracePlace::openSelected);
    connect(m_picture, &PictureView::foldToggled, this, [this](const QString &row) {
        auto &toggled = m_toggled[m_run];
        if (!toggled.remove(row))
            toggled.insert(row);
        showTrace(false);
    });
    connect(m_picture, &PictureView::menuRequested, this, [this](const QPoint &at) {
        if (const auto subject = pointedAt())
            popupMenu(m_picture, at, actions(), *subject);
    });
    connect(m_panel, &HopPanel::openRequested, this, &Place::openRequested);
    connect(m_panel, &HopPanel::copied, this, [this] { say(tr("Copied.")); });
}

bool TracePlace::shows(const Subject &subject) const
{
    return subject.kind == SubjectKind::PullRequest;
}

bool TracePlace::canTrace(const Subject &subject)
{
    switch (subject.kind) {
    case SubjectKind::PullRequest:
    case SubjectKind::Commit:
    case SubjectKind::Evaluation:
    case SubjectKind::Build:
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
        return true;
    default:
        return false;
    }
}

/// A hash part, a narinfo's address, an image's name, this system: no subjects, and a trace can begin at
/// them.
QString TracePlace::meaningOf(const QString &text) const
{
    static const QRegularExpression form(u"^(system|[0-9a-df-np-sv-z]{32}|\\S+\\.narinfo|(\\S*/)?nixos-\\S+\\.iso)$"_s);
    return form.match(text.trimmed()).hasMatch() ? tr("trace") : QString();
}

void TracePlace::open(const Subject &subject)
{
    begin({.subject = subject, .id = subject.text()}, true);
}

void TracePlace::trace(const QString &question)
{
    begin(questionOf(question), true);
}

const trace::Trace *TracePlace::shownTrace() const
{
    const auto found = m_traces.constFind(m_run);
    return m_run > 0 && found != m_traces.cend() ? &*found : nullptr;
}

void TracePlace::showKey(const QString &key)
{
    const auto *entry = m_model.entryWith(key);
    if (!entry)
        return;
    if (entry->run == 0)
        order(*entry);
    m_run = m_model.entryWith(key)->run;
    m_model.markSeen(key);
    m_list->setCurrentKey(key);
    setFocusProxy(m_picture);
    m_stack->setCurrentIndex(TracePage);
    showTrace(true);
    m_picture->setFocus();
    Q_EMIT currentChanged();
    Q_EMIT settledChanged();
}

void TracePlace::showList()
{
    if (m_run == 0)
        return;
    m_run = 0;
    setFocusProxy(m_list);
    m_stack->setCurrentIndex(ListPage);
    m_list->list()->setFocus();
    Q_EMIT currentChanged();
    Q_EMIT settledChanged();
}

bool TracePlace::goBack()
{
    if (m_run == 0)
        return false;
    showList();
    return true;
}

void TracePlace::showTrace(bool isOther)
{
    const auto now = m_clock.nowSeconds();
    const auto *shown = shownTrace();
    const auto *entry = m_model.entryOf(m_run);
    trace::Trace unknown;
    if (!shown) { // nobody has answered yet
        unknown.asked = entry ? entry->summary.id : QString();
        unknown.isRunning = true;
        shown = &unknown;
    }
    m_head->setTrace(*shown, now);
    m_again->setVisible(!shown->isRunning);
    m_stop->setVisible(shown->isRunning);
    m_more->setVisible(!shown->isRunning);
    m_search->setVisible(shown->direction == trace::Direction::Backward);
    for (auto *button : {m_copy, m_save})
        button->setEnabled(!shown->stops.isEmpty());
    showProblems(*shown);
    m_picture->setPicture(pictureOf(*shown, now, m_toggled.value(m_run)), isOther);
    if (!shown->isRunning)
        selectTelling();
    showHop();
}

void TracePlace::showProblems(const trace::Trace &trace)
{
    const bool isEmpty = trace.stops.isEmpty() && !trace.isRunning;
    m_body->setCurrentIndex(isEmpty ? EmptyBody : PictureBody);
    if (isEmpty) {
        const auto why = trace.problems.isEmpty()
            ? Problem{.sentence = tr("Nothing was found about «%1».").arg(trace.asked.left(200))}
            : trace.problems.front();
        m_empty->setText(why.sentence, (why.advice + u' ' + why.where).trimmed());
        m_empty->setAction(tr("Ask again"));
    }
    if (trace.problems.isEmpty() || isEmpty)
        m_banner->clear();
    else
        m_banner->setProblem(
            trace.problems.front(), std::chrono::seconds(std::max<qint64>(0, m_clock.nowSeconds() - trace.changedAt)));
}

/// What people look at first: what failed or waits, else the last hop.
void TracePlace::selectTelling()
{
    if (m_picture->selectedStop() >= 0)
        return;
    const QScopeGuard staysAtTheTop([view = m_picture] {
        view->horizontalScrollBar()->setValue(0);
        view->verticalScrollBar()->setValue(0);
    });
    m_picture->selectOpen(1);
    if (m_picture->selectedHop() < 0 && !m_picture->picture().hops.isEmpty())
        m_picture->selectHop(int(m_picture->picture().hops.size()) - 1);
}

void TracePlace::showHop()
{
    const auto *shown = shownTrace();
    const int stop = m_picture->selectedStop();
    if (!shown || stop < 0) {
        m_panel->setWords({});
        return;
    }
    const int hop = m_picture->selectedHop();
    m_panel->setWords(wordsOf(*shown, hop >= 0 ? m_picture->picture().hops[hop].hop : -1,
        m_picture->picture().stops[stop].id, m_clock.nowSeconds()));
}

const trace::Stop *TracePlace::selectedStop() const
{
    const auto *shown = shownTrace();
    const int stop = m_picture->selectedStop();
    return shown && stop >= 0 ? shown->stop(m_picture->picture().stops[stop].id) : nullptr;
}

void TracePlace::openSelected()
{
    if (const auto *stop = selectedStop(); stop && stop->subject)
        Q_EMIT openRequested(*stop->subject);
}

std::optional<Subject> TracePlace::current() const
{
    if (const auto *shown = shownTrace()) {
        for (const auto &track : shown->tracks) {
            if (track.kind == trace::TrackKind::PullRequest && track.pullRequest > 0)
                return Subject::ofPullRequest(PullRequestNr(track.pullRequest), track.repository);
        }
    }
    const auto *entry = m_run > 0 ? m_model.entryOf(m_run) : m_model.entryWith(m_list->currentKey());
    return entry ? entry->summary.subject : std::nullopt;
}

std::optional<Subject> TracePlace::pointedAt() const
{
    const auto *stop = selectedStop();
    return stop && stop->subject ? stop->subject : current();
}

bool TracePlace::isSettled() const
{
    const auto *entry = m_run > 0 ? m_model.entryOf(m_run) : nullptr;
    return !entry || !entry->isRunning;
}

QString TracePlace::keyHint() const
{
    return m_run > 0 ? tr("arrows move · n next open or failed · Enter open · + − zoom · Shift+M copy trace")
                     : tr("Enter show · n next that needs somebody · / filter · Del take out");
}

void TracePlace::noteCount()
{
    Q_EMIT countChanged(m_model.count(TraceGroup::NeedsYou));
}

void TracePlace::showEvent(QShowEvent *event)
{
    Place::showEvent(event);
    noteCount();
}

} // namespace narscope::ui
