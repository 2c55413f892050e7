// SPDX-License-Identifier: GPL-3.0-or-later
// The pages beside the traces, files dropped, and who is asked for what is in view.
#include "ui/trace/bundlepage.h"
#include "ui/trace/endpointpage.h"
#include "ui/trace/evidencepage.h"
#include "ui/trace/factlist.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/pullpage.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/traceplace.h"
#include "ui/trace/workflowpage.h"
#include "ui/widgets/actions.h"

#include <QButtonGroup>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto tickEvery = 5s;
constexpr qsizetype mostFiles = 100;

} // namespace

QWidget *TracePlace::pageBar()
{
    m_pageBar = new QWidget;
    auto *row = new QHBoxLayout(m_pageBar);
    row->setContentsMargins(metric::margin, 8, metric::margin, 4);
    row->setSpacing(4);
    m_pageButtons = new QButtonGroup(this);
    const auto add = [this, row](Page page, const QString &title, const QString &tip) {
        auto *button = new QPushButton(title);
        button->setCheckable(true);
        button->setToolTip(tip);
        m_pageButtons->addButton(button, int(page));
        row->addWidget(button);
    };
    add(Page::List, tr("Traces"), tr("Every change that is followed"));
    add(Page::Workflows, tr("Workflows"), tr("nixpkgs' workflows that run by the clock, with their last runs"));
    add(Page::Evidence, tr("Evidence log"), tr("What servers said that should be the same for everybody"));
    add(Page::Endpoints, tr("Endpoints"), tr("Names, certificates and redirects of the pipeline's hosts"));
    add(Page::Bundle, tr("Bundles"), tr("Check an exported trace without a network"));
    row->addStretch(1);
    connect(m_pageButtons, &QButtonGroup::idClicked, this, [this](int id) { showPage(Page(id)); });
    return m_pageBar;
}

void TracePlace::makePages()
{
    m_workflows = new WorkflowPage;
    m_evidence = new EvidencePage(m_clock);
    m_endpoints = new EndpointPage(m_clock);
    m_bundle = new BundlePage(m_policy, m_clock);
    m_pull = new PullPage;
    for (auto *page :
        std::initializer_list<QWidget *>{m_list, m_workflows, m_evidence, m_endpoints, m_bundle, tracePart(), m_pull})
        m_stack->addWidget(page);
    m_tick.setInterval(tickEvery);
    connect(&m_tick, &QTimer::timeout, this, &TracePlace::tick);
}

void TracePlace::setPolicy(const nix::TrustPolicy &policy)
{
    m_policy = policy;
    m_bundle->setPolicy(policy);
}

void TracePlace::connectPages()
{
    connect(m_checks, &QPushButton::clicked, this, &TracePlace::showPullOfTrace);
    connect(m_watchMenu, &QMenu::aboutToShow, this, &TracePlace::fillWatchMenu);
    connect(m_pull, &PullPage::backRequested, this, &TracePlace::leavePull);
    connect(m_pull, &PullPage::traceRequested, this, [this] { open(Subject::ofPullRequest(m_pull->number())); });
    connect(m_pull, &PullPage::refreshRequested, this, &TracePlace::pullsRefreshed);
    connect(m_pull, &PullPage::openRequested, this, &Place::openRequested);
    connect(m_pull, &PullPage::logRequested, this, &TracePlace::logRequested);
    connect(m_pull, &PullPage::menuRequested, this, [this](const QPoint &at) {
        if (const auto subject = m_pull->pointedAt())
            popupMenu(m_pull, at, actions(), *subject);
    });
    connect(m_workflows, &WorkflowPage::refreshRequested, this, &TracePlace::pullsRefreshed);
    connect(m_evidence, &EvidencePage::settled, this, &Place::settledChanged);
    connect(m_endpoints, &EndpointPage::settled, this, &Place::settledChanged);
}

TracePlace::Page TracePlace::page() const
{
    return Page(m_stack->currentIndex());
}

void TracePlace::showPage(Page page)
{
    const bool isOfTrace = page == Page::Trace || (page == Page::Pull && m_pullOfTrace);
    if (!isOfTrace)
        m_run = 0;
    m_pageBar->setVisible(page != Page::Trace && page != Page::Pull);
    if (auto *button = m_pageButtons->button(int(page)))
        button->setChecked(true);
    auto *shown = m_stack->widget(int(page));
    m_stack->setCurrentIndex(int(page));
    QWidget *focus = page == Page::Trace ? static_cast<QWidget *>(m_picture) : shown;
    setFocusProxy(focus);
    if (page == Page::List && m_model.rowCount() > 0)
        m_list->list()->setFocus();
    else
        focus->setFocus();
    tellShown();
    tick();
    Q_EMIT currentChanged();
    Q_EMIT settledChanged();
}

void TracePlace::tellShown()
{
    const bool isSeen = isVisible();
    Q_EMIT pullShown(isSeen && page() == Page::Pull ? m_pull->number().value : 0);
    Q_EMIT workflowsShown(isSeen && page() == Page::Workflows);
}

void TracePlace::tick()
{
    if (!isVisible())
        return;
    const auto now = m_clock.nowSeconds();
    switch (page()) {
    case Page::Pull:
        return m_pull->tick(now);
    case Page::Workflows:
        return m_workflows->tick(now);
    case Page::Evidence:
        return m_evidence->look();
    case Page::Endpoints:
        return m_endpoints->tick();
    default:
        break;
    }
}

void TracePlace::showPull(PullRequestNr number)
{
    m_pullOfTrace = page() == Page::Trace;
    m_pull->begin(number);
    showPage(Page::Pull);
}

std::optional<PullRequestNr> TracePlace::shownPull() const
{
    const auto subject = current();
    return subject && subject->kind == SubjectKind::PullRequest && subject->name == Subject::nixpkgs()
        ? std::optional(PullRequestNr(subject->number))
        : std::nullopt;
}

void TracePlace::showPullOfTrace()
{
    if (page() != Page::Trace && page() != Page::List)
        return;
    if (const auto number = shownPull())
        showPull(*number);
    else
        say(tr("It has no pull request yet that could be shown."));
}

void TracePlace::leavePull()
{
    if (!m_pullOfTrace || m_run == 0)
        return showPage(Page::List);
    showPage(Page::Trace);
    showTrace(false);
}

void TracePlace::takePull(const watch::PullNews &news)
{
    m_pull->setNews(news, m_clock.nowSeconds());
    if (page() == Page::Pull && m_pull->isSettled())
        Q_EMIT settledChanged();
}

void TracePlace::takeWorkflows(const watch::WorkflowNews &news)
{
    m_workflows->setNews(news, m_clock.nowSeconds());
}

void TracePlace::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls() || event->mimeData()->hasText())
        event->acceptProposedAction();
}

void TracePlace::dropEvent(QDropEvent *event)
{
    QStringList files;
    for (const auto &url : event->mimeData()->urls()) {
        if (url.isLocalFile())
            files << url.toLocalFile();
    }
    if (!files.isEmpty())
        takeFiles(files);
    else if (event->mimeData()->hasText())
        Q_EMIT m_list->pasted(questionsIn(event->mimeData()->text()));
    event->acceptProposedAction();
}

/// By their names; what they hold is read on a pool or by who traces.
void TracePlace::takeFiles(const QStringList &files)
{
    if (files.size() == 1 && files.front().endsWith(".intoto.jsonl"_L1)) {
        m_bundle->check(files.front());
        return showPage(Page::Bundle);
    }
    if (files.size() == 2
        && std::ranges::all_of(files, [](const QString &file) { return file.endsWith(".intoto.jsonl"_L1); })) {
        m_bundle->check(files.front());
        m_bundle->compareWith(files.back());
        return showPage(Page::Bundle);
    }
    if (files.size() == 1 && files.front().endsWith(".jsonl"_L1)) {
        m_evidence->openFile(files.front());
        return showPage(Page::Evidence);
    }
    Q_EMIT m_list->pasted(files.first(std::min(mostFiles, files.size())));
}

} // namespace narscope::ui
