// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jobsmodel.h"

#include "base/format.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

JobsModel::JobsModel(QThreadPool &pool, Clock &clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_pool(pool)
    , m_clock(clock)
{
}

JobsModel::~JobsModel()
{
    ++*m_newest; // work still under way stops early
}

void JobsModel::setEvaluation(const QString &server, EvalId eval)
{
    if (server == m_server && eval == m_eval)
        return;
    beginResetModel();
    m_server = server;
    m_eval = eval;
    m_view = {};
    m_wanted = {};
    m_matrix = {};
    m_pendingNews = false;
    m_applied = ++m_generation;
    *m_newest = m_generation;
    ++m_countGeneration;
    endResetModel();
    Q_EMIT matrixChanged();
}

void JobsModel::setRows(const JobRows &rows, bool isNews)
{
    m_wanted.rows = rows;
    begin(isNews);
}

void JobsModel::setCounts(const JobRows &rows, const std::optional<hydra::EvalHeader> &header)
{
    m_flows.start(count(rows, header, ++m_countGeneration));
}

void JobsModel::setQuery(const JobQuery &query)
{
    if (query == m_wanted.query)
        return;
    m_wanted.query = query;
    begin(false);
}

void JobsModel::begin(bool isNews)
{
    m_pendingNews |= isNews; // an overtaken step's news are those of the next
    *m_newest = ++m_generation;
    m_flows.start(compute(m_view, m_wanted, m_pendingNews, m_generation));
}

Task<void> JobsModel::compute(JobView now, Wanted wanted, bool isNews, quint64 generation)
{
    auto work = [now = std::move(now), wanted = std::move(wanted), isNews, generation, newest = Newest(m_newest)] {
        return stepTo(now, wanted.rows, wanted.query, isNews, generation, newest);
    };
    auto task = runOn(m_pool, std::move(work));
    auto step = co_await std::move(task);
    if (step && generation == m_generation)
        apply(std::move(*step));
}

Task<void> JobsModel::count(JobRows rows, std::optional<hydra::EvalHeader> header, quint64 generation)
{
    auto work = [rows = std::move(rows), header = std::move(header)] { return matrixOf(rows, header); };
    auto task = runOn(m_pool, std::move(work));
    auto matrix = co_await std::move(task);
    if (generation != m_countGeneration || matrix == m_matrix)
        co_return;
    m_matrix = std::move(matrix);
    Q_EMIT matrixChanged();
}

void JobsModel::apply(JobStep step)
{
    m_applied = m_generation;
    m_pendingNews = false;
    if (step.byRuns)
        applyRuns(step);
    else
        applyLayout(step);
    Q_EMIT applied();
}

void JobsModel::applyRuns(JobStep &step)
{
    for (auto run = step.diff.removed.rbegin(); run != step.diff.removed.rend(); ++run) {
        beginRemoveRows({}, run->first, run->last);
        m_view.visible.erase(m_view.visible.begin() + run->first, m_view.visible.begin() + run->last + 1);
        endRemoveRows();
    }
    const auto visible = std::move(step.view.visible);
    m_view = std::move(step.view);
    m_view.visible = std::move(step.survivors);
    for (const auto &run : step.diff.inserted) {
        beginInsertRows({}, run.first, run.last);
        m_view.visible.insert(
            m_view.visible.begin() + run.first, visible.begin() + run.first, visible.begin() + run.last + 1);
        endInsertRows();
    }
    for (const auto &run : step.changed)
        Q_EMIT dataChanged(index(run.first, 0), index(run.last, jobColumns - 1));
}

void JobsModel::applyLayout(JobStep &step)
{
    Q_EMIT layoutAboutToBeChanged();
    const auto before = persistentIndexList();
    QModelIndexList after;
    m_view = std::move(step.view);
    for (const auto &old : before) {
        const int row = step.diff.newRow[size_t(old.row())];
        after << (row < 0 ? QModelIndex() : index(row, old.column()));
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

std::optional<Subject> JobsModel::subjectAt(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    const auto build = m_view.rows.id(m_view.visible[size_t(row)]);
    return build.value == 0 ? std::nullopt : std::optional(Subject::ofBuild(m_server, build));
}

int JobsModel::rowOf(BuildId build) const
{
    const auto it = std::ranges::find(m_view.visible, build, [this](quint32 row) { return m_view.rows.id(row); });
    return it == m_view.visible.end() ? -1 : int(it - m_view.visible.begin());
}

int JobsModel::nextFailing(int from, int direction) const
{
    for (int row = from + direction; row >= 0 && row < rowCount(); row += direction) {
        const auto job = m_view.visible[size_t(row)];
        if (!m_view.rows.isRemoved(job) && hydra::isFailing(m_view.rows.state(job)))
            return row;
    }
    return -1;
}

void JobsModel::markSeen(int row)
{
    if (row < 0 || row >= rowCount() || !m_view.unseen[m_view.visible[size_t(row)]])
        return;
    m_view.unseen[m_view.visible[size_t(row)]] = false;
    Q_EMIT dataChanged(index(row, 0), index(row, 0), {UnseenRole});
}

int JobsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_view.visible.size());
}

int JobsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : jobColumns;
}

QVariant JobsModel::textAt(quint32 row, JobColumn column) const
{
    const auto &rows = m_view.rows;
    switch (column) {
    case JobColumn::Job:
        return rows.shortJob(row);
    case JobColumn::Name:
        return rows.nixName(row);
    case JobColumn::System:
        return rows.system(row);
    case JobColumn::State:
        return rows.isRemoved(row) ? tr("Removed") : rows.stateWord(row);
    case JobColumn::Finished:
        break;
    }
    const auto finished = rows.finished(row);
    return finished ? formatAge(m_clock.now() - std::chrono::seconds(*finished)) : QString();
}

QVariant JobsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const auto row = m_view.visible[size_t(index.row())];
    const auto column = JobColumn(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return textAt(row, column);
    case Qt::ToolTipRole:
        if (const auto finished = m_view.rows.finished(row); finished && column == JobColumn::Finished)
            return formatExactTime(*finished);
        return column == JobColumn::Job ? m_view.rows.job(row) : QString();
    case Qt::TextAlignmentRole:
        return column == JobColumn::Finished ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole:
        if (column != JobColumn::Job)
            return int(Mark::None);
        return int(m_view.rows.isRemoved(row) ? Mark::Aborted : markOf(m_view.rows.state(row)));
    case UnseenRole:
        return column == JobColumn::Job ? QVariant(bool(m_view.unseen[row])) : QVariant();
    case MiddleRole:
        return column == JobColumn::Job;
    case QuietRole:
        return column == JobColumn::Finished;
    default:
        return {};
    }
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const auto column = JobColumn(section);
    if (role == Qt::TextAlignmentRole)
        return int((column == JobColumn::Finished ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case JobColumn::Job:
        return tr("Job");
    case JobColumn::Name:
        return tr("Package");
    case JobColumn::System:
        return tr("System");
    case JobColumn::State:
        return tr("State");
    case JobColumn::Finished:
        return tr("Ago");
    }
    return {};
}

void JobsModel::sort(int column, Qt::SortOrder order)
{
    auto query = m_wanted.query;
    query.sort = JobColumn(std::clamp(column, 0, jobColumns - 1));
    query.descending = order == Qt::DescendingOrder;
    setQuery(query);
}

} // namespace narscope::ui
