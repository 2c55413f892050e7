// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobsplace.h"

#include "ui/jobs/buildpage.h"
#include "ui/jobs/evalpage.h"
#include "ui/jobs/jobpage.h"
#include "ui/jobs/jobsetpage.h"
#include "ui/jobs/listpage.h"
#include "ui/jobs/treepane.h"

#include <QDataStream>
#include <QSplitter>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int tickEvery = 20'000; ///< ms; ages are said in minutes at the finest but once
constexpr int interestPause = 150; ///< ms; who walks with the arrows asks only for where they stop
constexpr int firstExpanded = 2; ///< projects opened at the very first start

const hydra::EvalSummary *findSummary(const TreeServer &server, EvalId eval, JobsetName *jobset)
{
    for (auto it = server.evals.cbegin(); it != server.evals.cend(); ++it) {
        if (!it->value)
            continue;
        for (const auto &summary : it->value->evals) {
            if (summary.id == eval) {
                *jobset = it.key();
                return &summary;
            }
        }
    }
    return nullptr;
}

} // namespace

JobsPlace::JobsPlace(const QList<JobsServer> &servers, QThreadPool &pool, Clock &clock, QWidget *parent)
    : Place(parent)
    , m_servers(servers)
    , m_clock(clock)
    , m_tree(clock)
    , m_treePane(new TreePane(m_tree))
    , m_splitter(new QSplitter)
    , m_middle(new QStackedWidget)
    , m_right(new QStackedWidget)
    , m_listPage(new ListPage(clock))
    , m_jobsetPage(new JobsetPage(clock))
    , m_evalPage(new EvalPage(pool, clock))
    , m_jobPage(new JobPage(clock))
    , m_buildPage(new BuildPage(clock))
{
    for (const auto &server : servers) {
        m_tree.addServer(server.id, server.name);
        connect(server.feed, &watch::HydraFeed::changed, this,
            [this, id = server.id](const watch::Change &change) { takeChange(id, change); });
    }
    build();
    connectPages();
    makeKeys();
    m_ticker.setInterval(tickEvery);
    connect(&m_ticker, &QTimer::timeout, this, &JobsPlace::tick);
    m_interestPause.setSingleShot(true);
    m_interestPause.setInterval(interestPause);
    connect(&m_interestPause, &QTimer::timeout, this, &JobsPlace::updateInterest);
    for (const auto &server : servers)
        m_treePane->expand(m_tree.indexOf(Subject::ofServer(server.id)));
    if (!servers.isEmpty())
        display(Subject::ofServer(servers.front().id));
}

JobsPlace::~JobsPlace()
{
    for (const auto &server : m_servers)
        server.feed->setInterest({.active = false});
}

QList<Page *> JobsPlace::pages() const
{
    return {m_listPage, m_jobsetPage, m_evalPage, m_jobPage, m_buildPage};
}

watch::HydraFeed *JobsPlace::feed(const QString &server) const
{
    const auto it = std::ranges::find(m_servers, server, &JobsServer::id);
    return it == m_servers.end() ? nullptr : it->feed;
}

QString JobsPlace::nameOf(const QString &server) const
{
    const auto it = std::ranges::find(m_servers, server, &JobsServer::id);
    return it == m_servers.end() ? server : it->name;
}

bool JobsPlace::shows(const Subject &subject) const
{
    const bool ours = !m_servers.isEmpty() && (subject.server.isEmpty() || feed(subject.server));
    switch (subject.kind) {
    case SubjectKind::Server:
    case SubjectKind::Project:
    case SubjectKind::Jobset:
    case SubjectKind::Evaluation:
    case SubjectKind::Job:
    case SubjectKind::Build:
        return ours;
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
    case SubjectKind::PullRequest:
    case SubjectKind::Commit:
    case SubjectKind::Channel:
    case SubjectKind::Builder:
        return false;
    }
    return false;
}

void JobsPlace::open(const Subject &subject)
{
    auto whole = subject;
    if (whole.server.isEmpty())
        whole.server = m_servers.front().id;
    display(whole);
    updateInterest();
}

void JobsPlace::display(const Subject &subject, bool preview)
{
    switch (subject.kind) {
    case SubjectKind::Server:
    case SubjectKind::Project:
        m_listPage->setList(subject.server, nameOf(subject.server), subject.jobset.project);
        break;
    case SubjectKind::Jobset:
        m_jobsetPage->setJobset(subject.server, subject.jobset);
        break;
    case SubjectKind::Evaluation:
        showEvaluation(subject);
        break;
    case SubjectKind::Job:
        m_jobPage->setJob(subject.server, {subject.jobset, subject.name});
        break;
    case SubjectKind::Build:
        showBuild(subject, preview);
        break;
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
    case SubjectKind::PullRequest:
    case SubjectKind::Commit:
    case SubjectKind::Channel:
    case SubjectKind::Builder:
        return;
    }
    if (subject.kind != SubjectKind::Build && subject != m_evaluation)
        m_evaluation.reset();
    if (!preview)
        m_subject = subject;
    if (subject.kind == SubjectKind::Job) {
        m_treePane->select(Subject::ofJobset(subject.server, subject.jobset)); // where it belongs
    } else if (subject.kind != SubjectKind::Build) {
        m_treePane->select(subject);
        m_selectionWaits = m_treePane->pointedAt() != subject;
    }
    arrange();
    m_interestPause.start();
    if (!preview)
        Q_EMIT currentChanged();
}

void JobsPlace::showEvaluation(const Subject &subject)
{
    m_showsBuild = m_showsBuild && m_evaluation == subject;
    m_evaluation = subject;
    m_evalPage->setEvaluation(subject.server, EvalId(subject.number));
    rememberSummary();
}

void JobsPlace::showBuild(const Subject &subject, bool preview)
{
    const BuildId build(subject.number);
    // A build that the list does not hold was not chosen from it.
    const bool fromList = m_evaluation && (preview || !m_evalPage->positionOf(build).isEmpty());
    if (!fromList)
        m_evaluation.reset();
    m_showsBuild = true;
    m_buildPage->setBuild(subject.server, build);
    m_buildPage->setFrom(fromList ? std::optional(m_evalPage->eval()) : std::nullopt,
        fromList ? m_evalPage->positionOf(build) : QString());
    if (fromList && !preview)
        m_evalPage->select(build);
}

void JobsPlace::rememberSummary()
{
    const auto *server = m_evaluation ? m_tree.server(m_evaluation->server) : nullptr;
    if (!server)
        return;
    JobsetName jobset;
    if (const auto *summary = findSummary(*server, m_evalPage->eval(), &jobset))
        m_evalPage->setSummary(*summary, jobset);
}

void JobsPlace::takeChange(const QString &server, const watch::Change &change)
{
    if (const auto *renamed = std::get_if<watch::JobsetRenamed>(&change))
        return followRename(server, *renamed);
    m_tree.apply(server, change);
    if (std::holds_alternative<watch::EvalsSeen>(change))
        rememberSummary();
    if (m_subject && m_subject->server == server) {
        m_listPage->apply(change);
        m_jobsetPage->apply(change);
        m_evalPage->apply(change);
        m_buildPage->apply(change);
    }
    if (std::holds_alternative<watch::ProjectsSeen>(change))
        openFirst();
    if (m_subject && m_subject->kind != SubjectKind::Build && std::get_if<watch::EvalHeaderSeen>(&change))
        m_interestPause.start(); // its jobset is known now
    if (m_selectionWaits && m_subject && m_tree.indexOf(*m_subject).isValid()) {
        m_treePane->select(*m_subject);
        m_selectionWaits = false;
    }
}

void JobsPlace::followRename(const QString &server, const watch::JobsetRenamed &renamed)
{
    const auto old = Subject::ofJobset(server, renamed.from);
    if (m_subject == old)
        open(Subject::ofJobset(server, renamed.to));
}

/// At the very first start a tree of closed projects tells nothing: the two largest are opened.
void JobsPlace::openFirst()
{
    if (!m_expansionIsOurs || m_servers.isEmpty())
        return;
    const auto *server = m_tree.server(m_servers.front().id);
    if (!server->projects.value)
        return;
    m_expansionIsOurs = false;
    auto projects = *server->projects.value;
    std::ranges::stable_sort(projects, std::greater{}, [](const hydra::Project &p) { return p.jobsets.size(); });
    QList<Subject> first = m_treePane->expandedSubjects();
    for (const auto &project : projects.first(qMin<qsizetype>(firstExpanded, projects.size())))
        first << Subject::ofProject(server->id, project.name);
    m_treePane->expandSubjects(first);
}

void JobsPlace::updateInterest()
{
    m_interestPause.stop();
    const auto expanded = m_treePane->expandedSubjects();
    for (const auto &server : m_servers) {
        watch::Interest interest{.active = isVisible()};
        const auto add = [](auto &list, const auto &entry) {
            if (!list.contains(entry))
                list << entry;
        };
        auto subjects = expanded;
        if (m_subject)
            subjects << *m_subject;
        for (const auto &subject : subjects) {
            if (subject.server != server.id)
                continue;
            if (subject.kind == SubjectKind::Project || subject.kind == SubjectKind::Jobset)
                add(interest.projects, subject.jobset.project);
            if (subject.kind == SubjectKind::Jobset)
                add(interest.jobsets, subject.jobset);
        }
        if (m_evaluation && m_evaluation->server == server.id) {
            interest.eval = m_evalPage->eval();
            if (const auto jobset = m_evalPage->jobset())
                add(interest.jobsets, *jobset);
        }
        if (m_subject && m_subject->server == server.id) {
            if (m_subject->kind == SubjectKind::Jobset)
                interest.jobset = m_subject->jobset;
            const bool showsBuild
                = m_subject->kind == SubjectKind::Build || (m_evaluation && isWide() && m_right->isVisible());
            if (showsBuild && m_buildPage->build().value != 0)
                interest.build = m_buildPage->build();
        }
        if (m_interests.value(server.id, {.active = false}) != interest)
            server.feed->setInterest(interest);
        m_interests[server.id] = interest;
    }
}

void JobsPlace::refresh()
{
    if (!m_subject)
        return;
    if (auto *source = feed(m_subject->server)) {
        source->refresh(*m_subject);
        if (m_evaluation && m_subject != m_evaluation)
            source->refresh(*m_evaluation);
    }
    refreshCourse();
}

std::optional<Subject> JobsPlace::current() const
{
    return m_subject;
}

std::optional<Subject> JobsPlace::pointedAt() const
{
    if (m_treePane->hasFocus())
        return m_treePane->pointedAt();
    for (const auto *page : pages()) {
        if (page->isVisible()) {
            if (const auto subject = page->pointedAt())
                return subject;
        }
    }
    return m_subject;
}

QList<Subject> JobsPlace::alsoPointedAt() const
{
    const auto subject = pointedAt();
    if (subject && subject == m_subject && subject->kind == SubjectKind::Job) {
        const auto newest = m_jobPage->newestBuild();
        return newest ? QList{Subject::ofBuild(subject->server, *newest)} : QList<Subject>{};
    }
    if (!subject || subject->kind != SubjectKind::Build)
        return {};
    const BuildId build(subject->number);
    const auto path = m_buildPage->build() == build ? m_buildPage->mainPath() : m_evalPage->drvPathOf(build);
    return path.isEmpty() ? QList<Subject>{} : QList{Subject::ofStorePath(path)};
}

bool JobsPlace::isSettled() const
{
    const auto *page = currentPage();
    return !page || page->isSettled();
}

void JobsPlace::tick()
{
    m_tree.tick();
    for (auto *page : pages()) {
        if (page->isVisible())
            page->tick();
    }
}

void JobsPlace::takeExcerpt(quint64 run, const std::optional<log::LogExcerpt> &excerpt)
{
    m_buildPage->takeExcerpt(run, excerpt);
}

void JobsPlace::takeExcerptFailure(quint64 run, const Problem &problem)
{
    m_buildPage->takeExcerptFailure(run, problem);
}

QByteArray JobsPlace::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << m_splitter->saveState();
    const auto expanded = m_treePane->expandedSubjects();
    stream << qint32(expanded.size());
    for (const auto &subject : expanded)
        stream << qint32(subject.kind) << subject.server << subject.jobset.project << subject.jobset.jobset;
    return state;
}

void JobsPlace::restoreState(const QByteArray &state)
{
    constexpr int most = 500;
    QDataStream stream(state);
    QByteArray splitter;
    qint32 count = 0;
    stream >> splitter >> count;
    QList<Subject> expanded;
    for (int i = 0; i < qMin(count, most) && stream.status() == QDataStream::Ok; ++i) {
        qint32 kind = 0;
        Subject subject;
        stream >> kind >> subject.server >> subject.jobset.project >> subject.jobset.jobset;
        subject.kind = SubjectKind(kind);
        if (subject.kind == SubjectKind::Server || subject.kind == SubjectKind::Project
            || subject.kind == SubjectKind::Jobset)
            expanded << subject;
    }
    if (stream.status() != QDataStream::Ok)
        return;
    m_splitter->restoreState(splitter);
    m_expansionIsOurs = expanded.isEmpty();
    m_treePane->expandSubjects(expanded);
}

} // namespace narscope::ui
