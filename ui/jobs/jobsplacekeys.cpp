// SPDX-License-Identifier: GPL-3.0-or-later
// How the place is put together, its keys and its panes.
#include "ui/jobs/jobsplace.h"

#include "ui/jobs/buildpage.h"
#include "ui/jobs/evalpage.h"
#include "ui/jobs/jobpage.h"
#include "ui/jobs/jobsetpage.h"
#include "ui/jobs/listpage.h"
#include "ui/jobs/treepane.h"

#include <QHBoxLayout>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int treeWidth = 440;
constexpr int smallestTree = 220;
constexpr int smallestDetail = 360;
/// The window is 113 px wider than the place: rail and line.
constexpr int widePlace = metric::wide - metric::rail - 1;

} // namespace

QString JobsPlace::id() const
{
    return u"jobs"_s;
}

QString JobsPlace::title() const
{
    return tr("Jobs");
}

QString JobsPlace::keyHint() const
{
    if (currentPage() == m_evalPage)
        return tr("n next failure · Enter open · / filter");
    return currentPage() == m_buildPage && m_evaluation ? tr("n next failure · Esc back to the list")
                                                        : tr("Enter open");
}

void JobsPlace::build()
{
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_treePane->setMinimumWidth(smallestTree);
    m_middle->setMinimumWidth(smallestDetail);
    m_right->setMinimumWidth(smallestDetail);
    for (auto *page : pages())
        m_middle->addWidget(page);
    m_splitter->addWidget(m_treePane);
    m_splitter->addWidget(m_middle);
    m_splitter->addWidget(m_right);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setStretchFactor(2, 1);
    m_splitter->setSizes({treeWidth, 2 * treeWidth, 2 * treeWidth});
    m_right->hide();
    auto *whole = new QHBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_splitter);
    setFocusProxy(m_treePane);
}

void JobsPlace::connectPages()
{
    for (auto *page : pages()) {
        connect(page, &Page::openRequested, this, &Place::openRequested);
        connect(page, &Page::retryRequested, this, &JobsPlace::refresh);
        connect(page, &Page::settled, this, &Place::settledChanged);
    }
    connectCourse();
    connect(m_buildPage, &BuildPage::excerptOrdered, this, &JobsPlace::excerptOrdered);
    connect(m_treePane, &TreePane::selected, this, [this](const Subject &subject) { display(subject); });
    connect(m_treePane, &TreePane::expansionChanged, this, [this] { m_interestPause.start(); });
    connect(m_treePane, &TreePane::olderRequested, this,
        [this](const QString &server, const JobsetName &jobset) { feed(server)->loadOlder(jobset); });
    connect(m_evalPage, &EvalPage::searchRequested, this, [this](const QString &text) {
        if (m_evaluation)
            feed(m_evaluation->server)->search(m_evalPage->eval(), text);
    });
    connect(m_evalPage, &EvalPage::loadAllRequested, this, [this] {
        if (m_evaluation)
            feed(m_evaluation->server)->loadAll(m_evalPage->eval());
    });
    connect(m_evalPage, &EvalPage::cancelLoadAllRequested, this, [this] {
        if (m_evaluation)
            feed(m_evaluation->server)->cancelLoadAll();
    });
    connect(m_evalPage, &EvalPage::pointed, this, [this](const Subject &subject) {
        if (isWide() && m_evaluation)
            display(subject, true);
    });
}

void JobsPlace::makeKeys()
{
    addKey(Qt::Key_N, &JobsPlace::nextFailure);
    addKey(Qt::SHIFT | Qt::Key_N, &JobsPlace::previousFailure);
    addKey(Qt::Key_Slash, &JobsPlace::focusFilter);
}

void JobsPlace::addKey(const QKeySequence &key, void (JobsPlace::*slot)())
{
    auto *shortcut = new QShortcut(key, this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, slot);
}

void JobsPlace::stepToFailure(int direction)
{
    if (!m_evaluation)
        return;
    const auto subject = m_evalPage->stepToFailure(direction);
    if (subject && m_subject && m_subject->kind == SubjectKind::Build)
        Q_EMIT openRequested(*subject);
}

void JobsPlace::focusFilter()
{
    if (!m_evaluation)
        return;
    if (!m_evalPage->isVisible())
        display(*m_evaluation);
    m_evalPage->focusFilter();
}

bool JobsPlace::goBack()
{
    if (m_evalPage->isVisible() && m_evalPage->clearFilter())
        return true;
    if (m_evaluation && m_subject && m_subject->kind == SubjectKind::Build) {
        Q_EMIT openRequested(*m_evaluation);
        m_evalPage->focusList();
        return true;
    }
    if (m_treePane->hasFocus())
        return false;
    m_treePane->setFocus();
    return true;
}

bool JobsPlace::isWide() const
{
    return width() >= widePlace;
}

Page *JobsPlace::currentPage() const
{
    return qobject_cast<Page *>(m_middle->currentWidget());
}

/// Puts the build beside its list when there is room, else in its place.
void JobsPlace::arrange()
{
    if (!m_subject)
        return;
    const bool showsBuild = m_subject->kind == SubjectKind::Build;
    const bool beside = isWide() && m_evaluation && m_showsBuild;
    auto *home = beside ? m_right : m_middle;
    if (m_buildPage->parentWidget() != home)
        home->addWidget(m_buildPage);
    Page *middle = m_listPage;
    if (m_subject->kind == SubjectKind::Jobset)
        middle = m_jobsetPage;
    else if (m_subject->kind == SubjectKind::Job)
        middle = m_jobPage;
    else if (m_subject->kind == SubjectKind::Evaluation || (showsBuild && beside))
        middle = m_evalPage;
    else if (showsBuild)
        middle = m_buildPage;
    m_middle->setCurrentWidget(middle);
    m_right->setVisible(beside && middle == m_evalPage);
}

void JobsPlace::showEvent(QShowEvent *event)
{
    Place::showEvent(event);
    for (auto *page : pages())
        page->setActions(&actions());
    m_treePane->setActions(&actions());
    m_ticker.start();
    m_interestPause.start(0);
}

void JobsPlace::hideEvent(QHideEvent *event)
{
    Place::hideEvent(event);
    m_ticker.stop();
    m_interestPause.start();
}

void JobsPlace::resizeEvent(QResizeEvent *event)
{
    Place::resizeEvent(event);
    arrange();
}

} // namespace narscope::ui
