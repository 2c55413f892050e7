// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/buildpage.h"

#include "base/format.h"
#include "ui/jobs/buildfacts.h"
#include "ui/jobs/coursepart.h"
#include "ui/jobs/excerptview.h"
#include "ui/jobs/factsview.h"
#include "ui/jobs/foldbar.h"
#include "ui/jobs/rawview.h"
#include "ui/jobs/suspectspart.h"
#include "ui/jobs/words.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/pathrow.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int excerptPause = 700; ///< ms; who walks along failures asks for no log

} // namespace

BuildPage::BuildPage(Clock &clock, QWidget *parent)
    : Page(clock, Scrolls::Content, parent)
    , m_excerpt(new ExcerptView)
    , m_excerptNote(new TextLabel(TextRole::Quiet))
    , m_excerptSection(nullptr)
    , m_course(new CoursePart)
    , m_courseNote(new TextLabel(TextRole::Quiet))
    , m_holds(new DetailRows)
    , m_suspects(new SuspectsPart)
    , m_times(new DetailRows)
    , m_changes(new FactsView({tr("Input"), tr("Since it last succeeded")}, 1))
    , m_changesSection(nullptr)
    , m_steps(new FactsView({tr("#"), tr("Derivation"), tr("Builder"), tr("State"), tr("Took")}, 1))
    , m_outputs(new QWidget)
    , m_folds(new FoldBar({tr("Evaluations"), tr("Inputs"), tr("Constituents"), tr("Products"), tr("Metrics"),
          tr("About"), tr("Raw JSON")}))
    , m_about(new DetailRows)
    , m_raw(new RawView)
{
    auto *said = new QWidget;
    auto *saidColumn = new QVBoxLayout(said);
    saidColumn->setContentsMargins(0, 0, 0, 0);
    saidColumn->addWidget(m_excerpt);
    saidColumn->addWidget(m_excerptNote);
    m_excerptSection = addSection(tr("The log says"), said);
    m_excerptPause.setSingleShot(true);
    m_excerptPause.setInterval(excerptPause);
    connect(&m_excerptPause, &QTimer::timeout, this, &BuildPage::orderExcerpt);
    connect(m_excerpt, &ExcerptView::activated, this, &BuildPage::openLog);
    addCourse();
    m_changesSection = addSection(tr("What changed"), m_changes);
    m_stepsSection = addSection(tr("Steps"), m_steps);
    auto *outputs = new QVBoxLayout(m_outputs);
    outputs->setContentsMargins(0, 0, 0, 0);
    outputs->setSpacing(2);
    m_outputsSection = addSection(tr("Outputs"), m_outputs);
    body()->addWidget(m_times);
    addFolds();
    body()->addStretch(1);
    for (auto *table : {m_changes, m_steps})
        addTable(table);
    connect(m_times, &DetailRows::openRequested, this, &Page::openRequested);
    showFold(-1);
}

void BuildPage::addFolds()
{
    body()->addWidget(m_folds);
    m_tables = {addFold({QString()}, 0), addFold({tr("Name"), tr("Type"), tr("Value"), tr("Revision")}, 2),
        addFold({tr("Job"), tr("Package"), tr("System"), tr("State")}, 1),
        addFold({tr("Name"), tr("Type"), tr("Size"), tr("SHA-256")}, 0),
        addFold({tr("Name"), tr("Value"), tr("Unit")}, 0)};
    body()->addWidget(m_about);
    body()->addWidget(m_raw);
    connect(m_folds, &FoldBar::openChanged, this, &BuildPage::showFold);
}

FactsView *BuildPage::addFold(const QStringList &headers, int stretch)
{
    auto *table = new FactsView(headers, stretch);
    addTable(table);
    body()->addWidget(table);
    return table;
}

QList<FactsView *> BuildPage::tables() const
{
    return m_tables + QList{m_changes, m_steps};
}

void BuildPage::setActions(const SubjectActions *actions)
{
    Page::setActions(actions);
    for (auto *table : tables())
        table->setActions(actions);
    m_suspects->setActions(actions);
}

void BuildPage::setBuild(const QString &server, BuildId build)
{
    if (server == m_server && build == m_build)
        return;
    m_server = server;
    m_build = build;
    m_json = {};
    m_details = {};
    m_folds->setOpen(-1);
    forgetCourse();
    m_excerptPause.stop();
    m_excerptOrder = {.run = m_excerptOrder.run};
    m_excerptTold.reset();
    update();
}

void BuildPage::setFrom(std::optional<EvalId> eval, const QString &position)
{
    m_from = eval;
    m_position = position;
    updateCrumbs();
}

void BuildPage::apply(const watch::Change &change)
{
    if (const auto *json = std::get_if<watch::BuildSeen>(&change); json && json->build == m_build)
        m_json = json->seen;
    else if (const auto *details = std::get_if<watch::BuildDetailsSeen>(&change); details && details->build == m_build)
        m_details = details->seen;
    else
        return;
    update();
    if (isSettled())
        Q_EMIT settled();
}

bool BuildPage::isSettled() const
{
    const auto done = [](const auto &seen) { return seen.value || seen.problem; };
    return done(m_json) && done(m_details);
}

void BuildPage::update()
{
    auto sentence = sentenceOf(m_build, m_json.value, m_details.value, now());
    if (m_excerptTold && !m_excerptTold->message.isEmpty())
        sentence.why += tr(" The log says: %1").arg(m_excerptTold->message);
    setSentence(sentence);
    setButtonsFor(Subject::ofBuild(m_server, m_build));
    addProblem(m_json);
    addProblem(m_details);
    showProblems();
    updateCrumbs();
    updateTimes();
    updateSteps();
    updateOutputs();
    updateFolds();
    updateExcerpt();
    updateCourse();
    updateHolds();
}

void BuildPage::tick()
{
    if (m_build.value != 0)
        update();
}

void BuildPage::updateCrumbs()
{
    QList<Crumb> path;
    if (m_json.value || m_details.value) {
        const auto job = m_json.value ? m_json.value->job : m_details.value->job;
        path << Crumb{.text = job.jobset.project, .subject = Subject::ofProject(m_server, job.jobset.project)}
             << Crumb{.text = job.jobset.jobset, .subject = Subject::ofJobset(m_server, job.jobset)};
        if (const auto eval = m_from ? m_from : (m_details.value ? m_details.value->eval : std::nullopt))
            path << Crumb{.text = eval->text(), .subject = Subject::ofEvaluation(m_server, *eval)};
        path << Crumb{.text = job.job, .subject = Subject::ofJob(m_server, job)};
    } else {
        path << Crumb{.text = tr("build %1").arg(m_build.value), .subject = {}};
    }
    const QList<Crumb> right
        = m_position.isEmpty() ? QList<Crumb>{} : QList<Crumb>{{.text = m_position, .subject = {}}};
    setCrumbs(path, right);
}

void BuildPage::updateTimes()
{
    QList<DetailRow> rows;
    const auto add = [&](const QString &label, hydra::Epoch time) {
        if (time)
            rows << DetailRow{.label = label,
                .text = formatTime(*time, now()) + u", "_s + ago(*time, now()),
                .whole = formatExactTime(*time)};
    };
    if (m_json.value) {
        add(tr("Queued"), m_json.value->queuedAt);
        add(tr("Started"), m_json.value->startedAt);
        add(tr("Finished"), m_json.value->stoppedAt);
    } else if (m_details.value) {
        add(tr("Queued"), m_details.value->queuedAt);
        add(tr("Started"), m_details.value->startedAt);
        add(tr("Finished"), m_details.value->finishedAt);
    }
    if (m_json.value && m_json.value->waitSeconds())
        rows << DetailRow{.label = tr("Waited"),
            .text = formatDuration(std::chrono::seconds(*m_json.value->waitSeconds())),
            .whole = {}};
    if (m_details.value && m_details.value->cachedFrom) {
        rows << DetailRow{.label = tr("Built by"),
            .text = tr("build %1").arg(m_details.value->cachedFrom->value),
            .whole = {},
            .subject = Subject::ofBuild(m_server, *m_details.value->cachedFrom)};
    }
    if (m_details.value && m_details.value->closureSize) {
        rows << DetailRow{.label = tr("Size"),
            .text = tr("%1, with everything it needs %2")
                .arg(formatSize(m_details.value->outputSize.value_or(0)), formatSize(*m_details.value->closureSize)),
            .whole = {}};
    }
    m_times->setRows(rows);
    m_times->setVisible(!rows.isEmpty());
}

void BuildPage::updateSteps()
{
    const auto details = m_details.value.value_or(hydra::BuildDetails{});
    m_steps->setRows(stepRows(details, m_server));
    m_stepsSection->setVisible(!details.steps.isEmpty());
    m_changes->setRows(changeRows(details.changes));
    m_changesSection->setVisible(!details.changes.isEmpty());
}

void BuildPage::updateOutputs()
{
    const auto outputs = m_json.value ? m_json.value->outputs
                                      : (m_details.value ? m_details.value->outputs : QList<hydra::BuildOutput>{});
    const auto drv = m_json.value ? m_json.value->drvPath : (m_details.value ? m_details.value->drvPath : QString());
    QList<std::pair<QString, QString>> paths;
    for (const auto &output : outputs)
        paths << std::pair{output.name, output.path};
    if (!drv.isEmpty())
        paths << std::pair{tr("derivation"), drv};
    QStringList shown;
    for (const auto &[name, path] : std::as_const(paths))
        shown << name << path;
    m_outputsSection->setVisible(!paths.isEmpty());
    if (shown == m_outputsShown || !actions())
        return;
    m_outputsShown = shown;
    qDeleteAll(m_outputRows);
    m_outputRows.clear();
    for (const auto &[name, path] : std::as_const(paths)) {
        auto *row = new QWidget;
        auto *line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        auto *label = new TextLabel(TextRole::Quiet);
        label->setText(name);
        label->setFixedWidth(metric::labelColumn);
        line->addWidget(label);
        if (path.isEmpty()) {
            auto *unknown = new TextLabel(TextRole::Quiet);
            unknown->setText(tr("Path not known before it is built"));
            line->addWidget(unknown, 1);
        } else {
            auto *pathRow = new PathRow;
            pathRow->setPath(path, *actions());
            line->addWidget(pathRow, 1);
        }
        m_outputs->layout()->addWidget(row);
        m_outputRows << row;
    }
}

void BuildPage::updateFolds()
{
    const auto json = m_json.value.value_or(hydra::Build{});
    const auto details = m_details.value.value_or(hydra::BuildDetails{});
    const QList<FactRows> rows{evalRows(json.evals, m_server), inputRows(details.inputs),
        constituentRows(details.constituents, m_server), productRows(json.products), metricRows(json.metrics)};
    for (int fold = 0; fold < rows.size(); ++fold) {
        m_tables[fold]->setRows(rows[fold]);
        m_folds->setCount(fold, int(rows[fold].size()));
        m_folds->setFoldVisible(fold, !rows[fold].isEmpty());
    }
    QList<DetailRow> about;
    const auto add = [&about](const QString &label, const QString &text) {
        if (!text.isEmpty())
            about << DetailRow{.label = label, .text = text, .whole = {}};
    };
    add(tr("Description"), details.description);
    add(tr("License"), details.license);
    add(tr("Homepage"), details.homepage);
    add(tr("Maintainers"), details.maintainers);
    m_about->setRows(about);
    m_folds->setFoldVisible(AboutFold, !about.isEmpty());
}

void BuildPage::showFold(int fold)
{
    for (int i = 0; i < m_tables.size(); ++i)
        m_tables[i]->setVisible(i == fold);
    m_about->setVisible(fold == AboutFold);
    m_raw->setVisible(fold == RawFold);
    if (fold == RawFold && !m_rawIsAsked)
        askRaw();
}

std::optional<log::ExcerptOrder> BuildPage::excerptWanted() const
{
    const auto state = stateOf(m_json.value, m_details.value);
    const bool ran = hydra::isFailing(state) && state != hydra::BuildState::Cancelled
        && state != hydra::BuildState::Unsupported && state != hydra::BuildState::Obsolete;
    if (!ran || !m_json.value)
        return {};
    log::ExcerptOrder order{
        .server = m_server, .build = m_build, .step = {}, .stoppedAt = m_json.value->stoppedAt.value_or(0)};
    if (state == hydra::BuildState::DependencyFailed) {
        const auto *step = m_details.value ? m_details.value->failedStep() : nullptr;
        if (!step || step->propagatedFrom)
            return {};
        order.step = step->number;
    }
    return order;
}

/// Asks a while after the build came into view, once for each of its attempts.
void BuildPage::updateExcerpt()
{
    auto wanted = excerptWanted();
    const bool isThere = wanted.has_value();
    if (isThere) {
        wanted->run = m_excerptOrder.run;
        if (*wanted != m_excerptOrder) {
            m_excerptTold.reset();
            m_excerptNote->setText(tr("Looking …"));
            if (isVisible() && !m_excerptPause.isActive())
                m_excerptPause.start();
        }
    }
    const bool hasLines = m_excerptTold && !m_excerptTold->lines.isEmpty();
    m_excerptSection->setVisible(isThere);
    m_excerpt->setVisible(hasLines);
    m_excerptNote->setVisible(!hasLines);
}

void BuildPage::orderExcerpt()
{
    auto wanted = excerptWanted();
    if (!wanted || !isVisible())
        return;
    wanted->run = m_excerptOrder.run + 1;
    m_excerptOrder = *wanted;
    Q_EMIT excerptOrdered(m_excerptOrder);
}

void BuildPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    updateExcerpt();
    updateCourse();
}

void BuildPage::takeExcerpt(quint64 run, const std::optional<log::LogExcerpt> &excerpt)
{
    if (run != m_excerptOrder.run)
        return;
    m_excerptTold = excerpt;
    if (excerpt) {
        m_excerpt->setExcerpt(*excerpt);
        const auto line = excerpt->lines.isEmpty() ? std::nullopt : excerpt->lines.back().number;
        m_excerptSection->setHint(excerpt->isEnd || !line
                ? tr("from its last lines")
                : tr("line %1 of %2").arg(formatCount(line->value + 1), formatCount(excerpt->lineCount)));
    } else {
        m_excerptNote->setText(tr("Its last %1 lines do not say why; the whole log may.").arg(log::excerptTail));
        m_excerptSection->setHint({});
    }
    update();
}

void BuildPage::takeExcerptFailure(quint64 run, const Problem &problem)
{
    if (run != m_excerptOrder.run)
        return;
    m_excerptNote->setText(tr("It cannot be had now. %1").arg(problem.sentence));
    m_excerptSection->setHint({});
}

/// As the key for logs does, which another place has brought along.
void BuildPage::openLog()
{
    const auto subject = Subject::ofBuild(m_server, m_build);
    for (const auto &action : actions() ? *actions() : SubjectActions{}) {
        if (action.key == QKeySequence(Qt::Key_L) && action.fits(subject))
            action.run(subject);
    }
}

std::optional<Subject> BuildPage::pointedAt() const
{
    const auto all = tables() + QList{m_suspects->table()};
    for (const auto *table : all) {
        if (table->hasFocus())
            return table->pointedAt();
    }
    return {};
}

QString BuildPage::mainPath() const
{
    if (!m_json.value)
        return {};
    QString path;
    for (const auto &output : m_json.value->outputs) {
        if (path.isEmpty() || output.name == "out"_L1)
            path = output.path;
    }
    return path.isEmpty() ? m_json.value->drvPath : path;
}

} // namespace narscope::ui
