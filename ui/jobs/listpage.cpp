// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/listpage.h"

#include "ui/jobs/buildfacts.h"
#include "ui/jobs/factsview.h"
#include "ui/jobs/words.h"

#include <QVBoxLayout>

namespace narscope::ui {

namespace {

constexpr int mostRows = 40; ///< then the table scrolls by itself

} // namespace

ListPage::ListPage(Clock &clock, QWidget *parent)
    : Page(clock, Scrolls::Content, parent)
    , m_projectTable(new FactsView({tr("Project"), tr("Jobsets"), tr("Description")}, 2))
    , m_jobsetTable(
          new FactsView({tr("Jobset"), tr("State"), tr("Succeeded"), tr("Failed"), tr("Left"), tr("Looked at")}, 1))
{
    m_projectSection = addSection(tr("Projects"), m_projectTable);
    m_jobsetSection = addSection(tr("Jobsets"), m_jobsetTable);
    body()->addStretch(1);
    for (auto *table : {m_projectTable, m_jobsetTable}) {
        table->setMaxRows(mostRows);
        addTable(table);
    }
}

void ListPage::setActions(const SubjectActions *actions)
{
    Page::setActions(actions);
    m_projectTable->setActions(actions);
    m_jobsetTable->setActions(actions);
}

void ListPage::setList(const QString &server, const QString &serverName, const QString &project)
{
    if (server == m_server && project == m_project)
        return;
    if (server != m_server)
        m_projects = {};
    m_server = server;
    m_serverName = serverName;
    m_project = project;
    m_jobsets = {};
    update();
}

void ListPage::apply(const watch::Change &change)
{
    if (const auto *projects = std::get_if<watch::ProjectsSeen>(&change))
        m_projects = projects->seen;
    else if (const auto *jobsets = std::get_if<watch::JobsetsSeen>(&change); jobsets && jobsets->project == m_project)
        m_jobsets = jobsets->seen;
    else
        return;
    update();
    if (isSettled())
        Q_EMIT settled();
}

bool ListPage::isSettled() const
{
    return m_project.isEmpty() ? m_projects.value || m_projects.problem : m_jobsets.value || m_jobsets.problem;
}

void ListPage::tick()
{
    if (!m_server.isEmpty())
        update();
}

void ListPage::update()
{
    const bool ofServer = m_project.isEmpty();
    QList<Crumb> path{
        {.text = m_serverName, .subject = ofServer ? std::nullopt : std::optional(Subject::ofServer(m_server))}};
    if (!ofServer)
        path << Crumb{.text = m_project, .subject = {}};
    setCrumbs(path);
    setSentence(ofServer ? sentenceOf(m_projects.value, m_serverName) : sentenceOf(m_project, m_jobsets.value));
    setButtonsFor(ofServer ? Subject::ofServer(m_server) : Subject::ofProject(m_server, m_project));
    if (ofServer)
        addProblem(m_projects);
    else
        addProblem(m_jobsets);
    showProblems();
    m_projectTable->setRows(ofServer && m_projects.value ? projectRows(*m_projects.value, m_server) : FactRows{});
    m_projectSection->setVisible(ofServer && m_projects.value);
    m_jobsetTable->setRows(!ofServer && m_jobsets.value ? jobsetRows(*m_jobsets.value, m_server, now()) : FactRows{});
    m_jobsetSection->setVisible(!ofServer && m_jobsets.value);
}

std::optional<Subject> ListPage::pointedAt() const
{
    if (m_projectTable->hasFocus())
        return m_projectTable->pointedAt();
    return m_jobsetTable->hasFocus() ? m_jobsetTable->pointedAt() : std::nullopt;
}

} // namespace narscope::ui
