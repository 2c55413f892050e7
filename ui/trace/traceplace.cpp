// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/traceplace.h"

#include "trace/bundlekey.h"
#include "ui/trace/bundlepage.h"
#include "ui/trace/endpointpage.h"
#include "ui/trace/evidencepage.h"
#include "ui/trace/factlist.h"
#include "ui/trace/hoppanel.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/pullpage.h"
#include "ui/trace/tracehead.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/workflowpage.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int manyRequests = 400; ///< to a server, when a person asks for everything

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
    setAcceptDrops(true);
    m_list = new TraceListPage(m_model);
    m_stack = new QStackedWidget;
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(pageBar());
    column->addWidget(m_stack);
    makePages();
    makeButtons();
    makeKeys();
    connectParts();
    connectPages();
    showPage(Page::List);
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
    m_checks = new QPushButton(tr("Checks"));
    m_checks->setToolTip(tr("Checks, reviews, changes and backports of the pull request (k)"));
    m_watch = new QPushButton(tr("Watch"));
    m_watch->setToolTip(tr("Be told when it gets further"));
    m_watchMenu = new QMenu(m_watch);
    m_watch->setMenu(m_watchMenu);
    m_more = new QPushButton(tr("Ask more"));
    fillSave(*(new QMenu(m_save)));
    fillMore(*(new QMenu(m_more)));
    for (auto *button : {m_stop, m_again, m_more, m_checks, m_copy, m_save, m_watch})
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
    const auto next = [this](int by) {
        switch (page()) {
        case Page::Trace:
            return m_picture->selectOpen(by);
        case Page::Pull:
            return m_pull->next(by);
        case Page::List:
            return m_list->next(by);
        case Page::Workflows:
            return m_workflows->list()->next(by);
        case Page::Endpoints:
            return m_endpoints->list()->next(by);
        case Page::Evidence:
        case Page::Bundle:
            return;
        }
    };
    key(Qt::Key_N, [next] { next(1); });
    key(Qt::SHIFT | Qt::Key_N, [next] { next(-1); });
    key(Qt::SHIFT | Qt::Key_M, [this] { page() == Page::Trace ? copyMarkdown() : copyList(); });
    key(Qt::Key_K, [this] { showPullOfTrace(); });
    key(Qt::Key_Slash, [this] {
        switch (page()) {
        case Page::Pull:
            return m_pull->focusFilter();
        case Page::Workflows:
            return m_workflows->filter()->setFocus(Qt::ShortcutFocusReason);
        case Page::Evidence:
            return m_evidence->focusFilter();
        case Page::Endpoints:
            return m_endpoints->focusFilter();
        default:
            showPage(Page::List);
            m_list->filter()->setFocus(Qt::ShortcutFocusReason);
        }
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
        const auto *entry = m_model.entryWith(key);
        if (entry && entry->summary.subject && entry->summary.subject->kind == SubjectKind::PullRequest)
            menu->addAction(tr("Show its checks and reviews"), this,
                [this, number = PullRequestNr(entry->summary.subject->number)] { showPull(number); });
        menu->addAction(tr("Take out of the list"), this, [this, key] { remove(key); });
        menu->popup(at);
    });
    connect(m_list->list()->selectionModel(), &QItemSelectionModel::currentChanged, this, &Place::currentChanged);
    connect(m_head, &TraceHead::backRequested, this, [this] { showPage(Page::List); });
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
    case SubjectKind::Channel:
        return true;
    default:
        return false;
    }
}

/// A hash part, a narinfo's address, an image's name, a NixOS system: no subjects, and a trace can begin at them.
QString TracePlace::meaningOf(const QString &text) const
{
    static const QRegularExpression form(
        u"^(system|/run/(current|booted)-system|/nix/var/nix/profiles/system(-[0-9]+-link)?|[0-9a-df-np-sv-z]{32}|\\S+\\.narinfo|(\\S*/)?nixos-\\S+\\.iso)$"_s);
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
    return page() == Page::Trace && found != m_traces.cend() ? &*found : nullptr;
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
    showPage(Page::Trace);
    showTrace(true);
    sayWatched();
}

bool TracePlace::goBack()
{
    switch (page()) {
    case Page::List:
        return false;
    case Page::Pull:
        if (!m_pull->leaveFilter())
            leavePull();
        return true;
    case Page::Evidence:
        if (m_evidence->leave())
            return true;
        break;
    case Page::Endpoints:
        if (m_endpoints->leave())
            return true;
        break;
    case Page::Bundle:
        if (m_bundle->leave())
            return true;
        break;
    default:
        break;
    }
    showPage(Page::List);
    return true;
}

void TracePlace::openSelected()
{
    if (const auto *stop = selectedStop(); stop && stop->subject)
        Q_EMIT openRequested(*stop->subject);
}

std::optional<Subject> TracePlace::current() const
{
    if (page() == Page::Pull)
        return Subject::ofPullRequest(m_pull->number());
    if (page() != Page::Trace && page() != Page::List)
        return {};
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
    if (page() == Page::Pull)
        return m_pull->pointedAt();
    if (page() != Page::Trace)
        return current();
    const auto *stop = selectedStop();
    return stop && stop->subject ? stop->subject : current();
}

bool TracePlace::isSettled() const
{
    if (page() == Page::Pull)
        return m_pull->isSettled();
    if (page() == Page::Evidence)
        return !m_evidence->isWorking();
    const auto *entry = page() == Page::Trace ? m_model.entryOf(m_run) : nullptr;
    return !entry || (!entry->isRunning && !m_pictureWaits);
}

QString TracePlace::keyHint() const
{
    switch (page()) {
    case Page::Trace:
        return tr("arrows move · n next open or failed · Enter open · k checks · + − zoom · Shift+M copy trace");
    case Page::Pull:
        return tr("1 to 5 views · n next failed or open · o in browser · / filter · Esc back");
    case Page::List:
        return tr("Enter show · n next that needs somebody · / filter · Del take out");
    default:
        return tr("/ filter · n next that needs somebody · Esc back");
    }
}

void TracePlace::noteCount()
{
    Q_EMIT countChanged(m_model.count(TraceGroup::NeedsYou));
}

void TracePlace::showEvent(QShowEvent *event)
{
    Place::showEvent(event);
    noteCount();
    m_tick.start();
    tellShown();
    tick();
}

void TracePlace::hideEvent(QHideEvent *event)
{
    Place::hideEvent(event);
    m_tick.stop();
    tellShown();
}

} // namespace narscope::ui
