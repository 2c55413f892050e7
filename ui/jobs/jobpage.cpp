// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobpage.h"

#include "ui/jobs/coursepart.h"
#include "ui/jobs/factsview.h"
#include "ui/jobs/jobwords.h"
#include "ui/widgets/textlabel.h"

#include <QVBoxLayout>

namespace narscope::ui {

namespace {

constexpr qint64 oldAfter = 900; ///< seconds; one that stays in view is asked for again
constexpr int mostRows = 30; ///< then the table scrolls by itself

} // namespace

JobPage::JobPage(Clock &clock, QWidget *parent)
    : Page(clock, Scrolls::Content, parent)
    , m_course(new CoursePart)
    , m_courseSection(addSection(tr("Since"), m_course))
    , m_siblings(new FactsView({tr("State"), tr("System"), tr("Package"), tr("Newest build")}, 2))
    , m_siblingsSection(addSection(tr("On other systems"), m_siblings))
    , m_builds(new FactsView({tr("State"), tr("Build"), tr("Package"), tr("Finished")}, 2))
    , m_older(new LinkLabel(tr("Older builds")))
{
    auto *list = new QWidget;
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_builds);
    column->addWidget(m_older);
    m_buildsSection = addSection(tr("Builds"), list);
    body()->addStretch(1);
    m_builds->setMaxRows(mostRows);
    m_builds->setAccessibleName(tr("Builds of the job"));
    m_siblings->setAccessibleName(tr("The job on other systems"));
    for (auto *table : {m_siblings, m_builds})
        addTable(table);
    connect(m_course, &CoursePart::openRequested, this, &Page::openRequested);
    connect(m_older, &LinkLabel::activated, this, &JobPage::askOlder);
}

void JobPage::setActions(const SubjectActions *actions)
{
    Page::setActions(actions);
    for (auto *table : {m_siblings, m_builds})
        table->setActions(actions);
}

void JobPage::setJob(const QString &server, const JobName &job)
{
    if (server == m_order.server && job == m_order.job)
        return;
    m_order = {.server = server, .job = job, .at = {}, .siblings = true};
    m_seen = {};
    m_orderedAt = 0;
    update();
    if (isVisible())
        order(false);
}

void JobPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    if (m_orderedAt == 0 && !m_order.job.job.isEmpty())
        order(false);
}

void JobPage::order(bool anew)
{
    m_orderedAt = now();
    Q_EMIT ordered(m_order, anew);
}

void JobPage::refresh()
{
    order(true);
}

void JobPage::askOlder()
{
    ++m_order.pages;
    m_older->hide();
    order(false);
}

void JobPage::take(const trace::JobCourse &course)
{
    if (course.order != m_order)
        return;
    m_seen = {.value = course, .seenAt = course.seenAt, .problem = course.problem};
    update();
    if (isSettled())
        Q_EMIT settled();
}

void JobPage::takeFailure(const trace::JobOrder &order, const Problem &problem)
{
    if (order != m_order)
        return;
    m_seen.problem = problem;
    update();
    Q_EMIT settled();
}

void JobPage::tick()
{
    if (m_order.job.job.isEmpty())
        return;
    update();
    if (now() - qMax(m_orderedAt, m_seen.seenAt) > oldAfter)
        order(true);
}

void JobPage::update()
{
    const auto &job = m_order.job;
    setCrumbs({{.text = job.jobset.project, .subject = Subject::ofProject(m_order.server, job.jobset.project)},
        {.text = job.jobset.jobset, .subject = Subject::ofJobset(m_order.server, job.jobset)},
        {.text = job.job, .subject = {}}});
    const Sentence unknown{.mark = Mark::None, .what = job.job, .why = {}, .quiet = tr("Nothing is known of it yet.")};
    setSentence(m_seen.value ? sentenceOf(*m_seen.value, now()) : unknown);
    setButtonsFor(Subject::ofJob(m_order.server, job),
        newestBuild().transform([this](BuildId build) { return Subject::ofBuild(m_order.server, build); }));
    addProblem(m_seen);
    showProblems();
    updateTables();
}

void JobPage::updateTables()
{
    const auto course = m_seen.value.value_or(trace::JobCourse{});
    m_course->setCourse(course, course.turn ? turnRows(course, now()) : lastRows(course, now()), now());
    m_courseSection->setVisible(!course.builds.isEmpty());
    m_siblings->setRows(siblingRows(course, now()));
    m_siblingsSection->setVisible(!course.siblings.isEmpty());
    m_builds->setRows(jobBuildRows(course, now()));
    m_buildsSection->setVisible(!course.builds.isEmpty() || !course.queued.isEmpty());
    m_older->setVisible(course.hasOlder && course.isWhole);
}

std::optional<BuildId> JobPage::newestBuild() const
{
    if (!m_seen.value || m_seen.value->builds.isEmpty())
        return {};
    return m_seen.value->builds.first().id;
}

std::optional<Subject> JobPage::pointedAt() const
{
    for (const auto *table : {m_siblings, m_builds}) {
        if (table->hasFocus())
            return table->pointedAt();
    }
    return {};
}

} // namespace narscope::ui
