// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/evalpage.h"

#include "base/format.h"
#include "ui/jobs/buildfacts.h"
#include "ui/jobs/factsview.h"
#include "ui/jobs/foldbar.h"
#include "ui/jobs/loadallbar.h"
#include "ui/widgets/scrollanchor.h"
#include "ui/widgets/textlabel.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostErrorLines = 2'000;
/// Hydra filters over all jobs of the evaluation; nobody's every keystroke is worth that.
constexpr int searchPause = 800; ///< ms
constexpr int pointPause = 300; ///< ms

} // namespace

EvalPage::EvalPage(QThreadPool &pool, Clock &clock, QWidget *parent)
    : Page(clock, Scrolls::Itself, parent)
    , m_jobs(pool, clock)
    , m_folds(new FoldBar({tr("Inputs"), tr("Changes"), tr("Errors")}))
    , m_matrixView(new QTableView)
    , m_filter(new QLineEdit)
    , m_loadAll(new LoadAllBar)
    , m_note(new TextLabel(TextRole::Quiet))
    , m_list(new QTableView)
{
    makeFolds();
    makeMatrix();
    makeList();
    connect(&m_jobs, &JobsModel::matrixChanged, this, [this] {
        m_matrix.setMatrix(m_jobs.matrix());
        fitMatrix();
        if (m_cellChosen && !m_matrixView->currentIndex().isValid()) // other columns: the same cell again
            m_matrixView->setCurrentIndex(m_matrix.cellOf(m_jobs.query().kind, m_jobs.query().system));
        chooseFirstCell();
    });
    connect(&m_jobs, &JobsModel::applied, this, &EvalPage::updateList);
    m_searchPause.setSingleShot(true);
    m_searchPause.setInterval(searchPause);
    connect(&m_searchPause, &QTimer::timeout, this, [this] { Q_EMIT searchRequested(m_filter->text()); });
    m_pointPause.setSingleShot(true);
    m_pointPause.setInterval(pointPause);
    connect(&m_pointPause, &QTimer::timeout, this, [this] {
        if (const auto subject = m_jobs.subjectAt(m_list->currentIndex().row()))
            Q_EMIT pointed(*subject);
    });
}

void EvalPage::makeFolds()
{
    m_inputs = new FactsView({tr("Name"), tr("Type"), tr("Value"), tr("Revision")}, 2);
    m_changes = new FactsView({tr("Input"), tr("Since the evaluation before")}, 1);
    m_errorLines = new FactsView({QString()}, 0);
    body()->addWidget(m_folds);
    for (auto *table : {m_inputs, m_changes, m_errorLines}) {
        addTable(table);
        table->hide();
        body()->addWidget(table);
    }
    connect(m_folds, &FoldBar::openChanged, this, [this](int fold) {
        m_inputs->setVisible(fold == InputsFold);
        m_changes->setVisible(fold == ChangesFold);
        m_errorLines->setVisible(fold == ErrorsFold);
    });
}

void EvalPage::makeMatrix()
{
    m_matrixView->setModel(&m_matrix);
    makePlain(*m_matrixView);
    m_matrixView->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_matrixView->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_matrixView->setAccessibleName(tr("Jobs by kind and system"));
    m_matrixView->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    body()->addWidget(m_matrixView);
    connect(m_matrixView->selectionModel(), &QItemSelectionModel::currentChanged, this, &EvalPage::cellChosen);
    connect(m_matrixView, &QTableView::activated, this, [this] { focusList(); });
}

void EvalPage::makeList()
{
    m_filter->setPlaceholderText(tr("Filter jobs: name, package, system …   /"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter jobs"));
    m_filter->setMaxLength(200);
    m_filter->installEventFilter(this);
    body()->addWidget(m_filter);
    body()->addWidget(m_loadAll);
    body()->addWidget(m_note);
    m_list->setModel(&m_jobs);
    makePlain(*m_list);
    m_list->horizontalHeader()->setSectionResizeMode(int(JobColumn::Job), QHeaderView::Stretch);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setAccessibleName(tr("Jobs"));
    m_list->setSortingEnabled(true);
    sortTroubleFirst();
    new ScrollAnchor(m_list);
    body()->addWidget(m_list, 1);
    connect(m_filter, &QLineEdit::textChanged, this, &EvalPage::filterChanged);
    connect(m_loadAll, &LoadAllBar::loadRequested, this, &EvalPage::loadAllRequested);
    connect(m_loadAll, &LoadAllBar::cancelRequested, this, &EvalPage::cancelLoadAllRequested);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &EvalPage::rowChanged);
    connect(m_list, &QTableView::customContextMenuRequested, this, &EvalPage::contextMenu);
    connect(m_list, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const auto subject = m_jobs.subjectAt(index.row()))
            Q_EMIT openRequested(*subject);
    });
}

void EvalPage::setEvaluation(const QString &server, EvalId eval)
{
    if (server == m_server && eval == m_facts.id)
        return;
    m_server = server;
    m_facts = {.id = eval};
    m_jobset.reset();
    m_header = {};
    m_page = {};
    m_errors = {};
    m_found.reset();
    m_all.reset();
    m_searchState.clear();
    m_allSince = Milliseconds(0);
    m_searchPause.stop();
    m_folds->setOpen(-1);
    m_jobs.setEvaluation(server, eval);
    const QSignalBlocker quietly(m_filter);
    m_filter->clear();
    sortTroubleFirst();
    m_fromTop = true;
    m_toSelect.reset();
    m_cellChosen = false;
    m_loadAll->hide();
    update();
}

void EvalPage::setSummary(const std::optional<hydra::EvalSummary> &summary, const std::optional<JobsetName> &jobset)
{
    m_facts.summary = summary;
    if (jobset)
        m_jobset = jobset;
    update();
}

std::optional<JobsetName> EvalPage::jobset() const
{
    return m_header.value ? m_header.value->jobset : m_jobset;
}

void EvalPage::apply(const watch::Change &change)
{
    if (const auto *header = std::get_if<watch::EvalHeaderSeen>(&change); header && header->eval == eval())
        m_header = header->seen;
    else if (const auto *errors = std::get_if<watch::EvalErrorsSeen>(&change); errors && errors->eval == eval())
        m_errors = errors->seen;
    else if (const auto *jobs = std::get_if<watch::EvalJobsSeen>(&change); jobs && jobs->eval == eval())
        takeJobs(*jobs);
    else if (const auto *all = std::get_if<watch::AllBuildsSeen>(&change); all && all->eval == eval())
        return takeAll(*all);
    else
        return;
    update();
    if (isSettled())
        Q_EMIT settled();
}

bool EvalPage::isSettled() const
{
    return m_header.problem || m_page.problem || (m_page.value && !m_jobs.isWorking());
}

void EvalPage::takeJobs(const watch::EvalJobsSeen &jobs)
{
    if (!jobs.filter.isEmpty()) {
        if (!m_filter->text().contains(jobs.filter, Qt::CaseInsensitive))
            return; // typed on meanwhile
        m_searchState = jobs.seen.loading ? tr("Asking Hydra for «%1» …").arg(jobs.filter)
                                          : (jobs.seen.problem ? jobs.seen.problem->sentence : QString());
        m_found = jobs.seen.value;
        if (jobs.seen.value)
            showRows(false);
        return updateBar();
    }
    const bool first = !m_page.value;
    const bool newer = jobs.seen.value && jobs.seen.seenAt != m_page.seenAt;
    m_page = jobs.seen;
    if (newer && !m_all)
        showRows(!first);
}

void EvalPage::takeAll(const watch::AllBuildsSeen &all)
{
    if (all.seen.loading) {
        if (m_allSince.count() == 0)
            m_allSince = clock().monotonic();
        return m_loadAll->setLoading(all.bytes, clock().monotonic() - m_allSince);
    }
    m_allSince = Milliseconds(0);
    if (all.seen.problem)
        return m_loadAll->setFailed(*all.seen.problem);
    if (all.seen.value) {
        m_all = all.seen.value;
        m_matrixView->setCurrentIndex({});
        showRows(false);
    }
    updateBar();
}

void EvalPage::showRows(bool isNews)
{
    if (m_all) {
        m_jobs.setRows(JobRows(*m_all), isNews);
        m_jobs.setCounts(JobRows(*m_all), std::nullopt);
        return;
    }
    if (!m_page.value)
        return;
    const JobRows page(*m_page.value);
    m_jobs.setCounts(page, m_page.value->header);
    m_jobs.setRows(m_found ? JobRows(joinedPages(*m_page.value, *m_found)) : page, isNews);
}

void EvalPage::filterChanged()
{
    if (std::exchange(m_found, std::nullopt))
        showRows(false);
    m_searchState.clear();
    m_fromTop = true;
    const auto words = m_filter->text().split(u' ', Qt::SkipEmptyParts);
    const bool longEnough = std::ranges::any_of(words, [](const QString &word) { return word.size() >= 3; });
    if (longEnough && !m_all && m_page.value && m_page.value->omittedRows() > 0)
        m_searchPause.start();
    else
        m_searchPause.stop();
    applyQuery();
    updateBar();
}

void EvalPage::cellChosen()
{
    m_fromTop = true;
    applyQuery();
}

void EvalPage::applyQuery()
{
    auto query = m_jobs.query();
    const auto cell = m_matrixView->currentIndex();
    query.text = m_filter->text();
    query.kind = m_matrix.kindAt(cell.isValid() ? cell.row() : -1);
    query.system = m_matrix.systemAt(cell.column());
    m_jobs.setQuery(query);
}

void EvalPage::update()
{
    m_facts.header = m_header.value;
    m_facts.counts = m_page.value ? std::optional(m_page.value->header) : std::nullopt;
    setSentence(sentenceOf(m_facts, now()));
    QList<Crumb> path, right;
    if (const auto name = jobset()) {
        path << Crumb{.text = name->project, .subject = Subject::ofProject(m_server, name->project)}
             << Crumb{.text = name->jobset, .subject = Subject::ofJobset(m_server, *name)};
    }
    path << Crumb{.text = tr("evaluation %1").arg(eval().value), .subject = {}};
    if (m_header.value && m_header.value->comparedWith) {
        right << Crumb{.text = tr("Compared with"), .subject = {}}
              << Crumb{.text = m_header.value->comparedWith->text(),
                     .subject = Subject::ofEvaluation(m_server, *m_header.value->comparedWith)};
    }
    setCrumbs(path, right);
    addProblem(m_header);
    addProblem(m_page);
    addProblem(m_errors);
    showProblems();
    updateFolds();
    updateBar();
    updateList();
}

void EvalPage::updateFolds()
{
    const auto header = m_header.value.value_or(hydra::EvalHeader{});
    m_inputs->setRows(inputRows(header.inputs));
    m_changes->setRows(changeRows(header.changes));
    m_errorLines->setRows(m_errors.value ? lineRows(m_errors.value->text, mostErrorLines) : FactRows{});
    m_folds->setCount(InputsFold, int(header.inputs.size()));
    m_folds->setFoldVisible(InputsFold, !header.inputs.isEmpty());
    m_folds->setCount(ChangesFold, int(header.changes.size()));
    m_folds->setFoldVisible(ChangesFold, !header.changes.isEmpty());
    const auto errors = m_errors.value ? m_errors.value->blocks.size() : 0;
    m_folds->setCount(ErrorsFold, int(errors));
    m_folds->setFoldVisible(ErrorsFold, m_errors.value && !m_errors.value->text.isEmpty());
}

void EvalPage::updateBar()
{
    if (m_allSince.count() > 0)
        return;
    if (m_all)
        return m_loadAll->setAll(int(m_all->size()), m_all->memory());
    if (m_page.value)
        m_loadAll->setPage(int(m_page.value->rows.size()), m_page.value->header.total());
}

void EvalPage::updateList()
{
    if (m_toSelect) {
        if (const int row = m_jobs.rowOf(*m_toSelect); row >= 0) {
            m_list->setCurrentIndex(m_jobs.index(row, 0));
            m_toSelect.reset();
        }
    }
    if (!m_jobs.isWorking() && std::exchange(m_fromTop, false) && !m_list->currentIndex().isValid())
        m_list->scrollToTop();
    QString note = m_searchState;
    if (note.isEmpty() && m_jobs.rowCount() == 0 && !m_jobs.isWorking()) {
        if (!m_page.value)
            note = m_page.problem || m_header.problem ? QString() : tr("Asking Hydra for the jobs …");
        else
            note = m_filter->text().isEmpty() ? tr("No job is of this kind.")
                                              : tr("No job listed here matches. Clear the filter with Esc.");
    }
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    fitColumns();
    if (isSettled())
        Q_EMIT settled();
}

void EvalPage::tick()
{
    if (eval().value != 0)
        update();
    m_list->viewport()->update();
}

} // namespace narscope::ui
