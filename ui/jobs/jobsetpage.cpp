// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobsetpage.h"

#include "base/format.h"
#include "ui/jobs/buildfacts.h"
#include "ui/jobs/factsview.h"
#include "ui/jobs/words.h"
#include "ui/widgets/detailrows.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// Evaluation errors of nixpkgs are megabytes; the rest is on Hydra's page.
constexpr qsizetype mostErrorLines = 2'000;

QString wordOf(hydra::JobsetEnabled enabled)
{
    switch (enabled) {
    case hydra::JobsetEnabled::Disabled:
        return JobsetPage::tr("disabled");
    case hydra::JobsetEnabled::Enabled:
        return JobsetPage::tr("enabled");
    case hydra::JobsetEnabled::OneShot:
        return JobsetPage::tr("evaluates once more");
    case hydra::JobsetEnabled::OneAtATime:
        return JobsetPage::tr("one evaluation at a time");
    }
    return {};
}

} // namespace

JobsetPage::JobsetPage(Clock &clock, QWidget *parent)
    : Page(clock, Scrolls::Content, parent)
    , m_table(new FactsView({tr("Evaluation"), tr("State"), tr("Succeeded"), tr("Change"), tr("Failed"), tr("Left"),
                                tr("When"), tr("Inputs")},
          7))
    , m_facts(new DetailRows)
    , m_inputs(new FactsView({tr("Name"), tr("Type"), tr("Value"), QString()}, 2))
    , m_errors(new FactsView({QString()}, 0))
{
    m_table->setMaxRows(15);
    m_tableSection = addSection(tr("Evaluations"), m_table);
    m_errorsSection = addSection(tr("Errors of the last evaluation"), m_errors);
    m_inputsSection = addSection(tr("Inputs"), m_inputs);
    m_factsSection = addSection(tr("Configuration"), m_facts);
    body()->addStretch(1);
    for (auto *table : {m_table, m_inputs, m_errors})
        addTable(table);
}

void JobsetPage::setActions(const SubjectActions *actions)
{
    Page::setActions(actions);
    for (auto *table : {m_table, m_inputs, m_errors})
        table->setActions(actions);
}

void JobsetPage::setJobset(const QString &server, const JobsetName &jobset)
{
    if (server == m_server && jobset == m_name)
        return;
    m_server = server;
    m_name = jobset;
    m_evals = {};
    m_jobset = {};
    update();
}

void JobsetPage::apply(const watch::Change &change)
{
    if (const auto *evals = std::get_if<watch::EvalsSeen>(&change); evals && evals->jobset == m_name)
        m_evals = evals->seen;
    else if (const auto *jobset = std::get_if<watch::JobsetSeen>(&change); jobset && jobset->jobset == m_name)
        m_jobset = jobset->seen;
    else
        return;
    update();
    if (isSettled())
        Q_EMIT settled();
}

void JobsetPage::tick()
{
    if (!m_name.jobset.isEmpty())
        update();
}

void JobsetPage::update()
{
    setCrumbs({{.text = m_name.project, .subject = Subject::ofProject(m_server, m_name.project)},
        {.text = m_name.jobset, .subject = {}}});
    setSentence(sentenceOf(m_name, m_jobset.value, m_evals.value, now()));
    setButtonsFor(Subject::ofJobset(m_server, m_name));
    addProblem(m_evals);
    addProblem(m_jobset);
    showProblems();
    m_table->setRows(m_evals.value ? evalRows(*m_evals.value, m_server, now()) : FactRows{});
    m_tableSection->setVisible(m_evals.value && !m_evals.value->evals.isEmpty());
    m_tableSection->setHint(m_evals.value && m_evals.value->total
            ? tr("%1 of %2").arg(m_evals.value->evals.size()).arg(*m_evals.value->total)
            : QString());
    updateConfiguration(m_jobset.value.value_or(hydra::Jobset{}));
}

void JobsetPage::updateConfiguration(const hydra::Jobset &jobset)
{
    m_inputs->setRows(inputRows(jobset.inputs));
    m_inputsSection->setVisible(!jobset.inputs.isEmpty());
    const auto errors = jobset.fetchError + jobset.errorMessage;
    m_errors->setRows(lineRows(errors, mostErrorLines));
    m_errorsSection->setVisible(!errors.isEmpty());
    QList<DetailRow> rows;
    const auto add = [&rows](const QString &label, const QString &text) {
        if (!text.isEmpty())
            rows << DetailRow{.label = label, .text = text, .whole = {}};
    };
    add(tr("State"), wordOf(jobset.enabled));
    add(tr("Flake"), jobset.flake);
    add(tr("Expression"),
        jobset.nixExprPath.isEmpty() ? QString() : tr("%1 in %2").arg(jobset.nixExprPath, jobset.nixExprInput));
    add(tr("Evaluated"),
        jobset.checkInterval > 0 ? tr("every %1").arg(formatDuration(std::chrono::seconds(jobset.checkInterval)))
                                 : tr("when asked to"));
    add(tr("Shares"), formatCount(jobset.schedulingShares));
    add(tr("Keeps"),
        jobset.keepEvaluations == 1 ? tr("1 evaluation")
                                    : tr("%1 evaluations").arg(formatCount(jobset.keepEvaluations)));
    m_facts->setRows(m_jobset.value ? rows : QList<DetailRow>{});
    m_factsSection->setVisible(m_jobset.value.has_value());
}

std::optional<Subject> JobsetPage::pointedAt() const
{
    return m_table->hasFocus() ? m_table->pointedAt() : std::nullopt;
}

} // namespace narscope::ui
