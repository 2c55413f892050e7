// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/reportmodel.h"

#include "base/format.h"
#include "ui/models/roles.h"
#include "ui/verify/verdictmark.h"
#include "ui/widgets/pathrow.h"
#include "ui/widgets/textlabel.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// Trouble first.
int rankOf(nix::Verdict verdict)
{
    switch (verdict) {
    case nix::Verdict::Fails:
        return 0;
    case nix::Verdict::Unchecked:
        return 1;
    case nix::Verdict::Unavailable:
        return 2;
    case nix::Verdict::Holds:
        return 3;
    }
    return 4;
}

/// Its closure was asked for.
bool isRoot(const nix::PathReport &report)
{
    return report.rung(nix::RungName::Closure).asked;
}

quint64 sizeOf(const nix::PathReport &report)
{
    return report.info ? report.info->narSize : 0;
}

QString textOf(const nix::PathReport &report, int column)
{
    switch (column) {
    case ReportModel::Path:
        return report.path ? shortPathName(report.pathText()) : report.asked;
    case ReportModel::State:
        return isMissing(report) ? ReportModel::tr("in no cache") : wordOf(report.verdict);
    case ReportModel::Keys:
        return QString::fromUtf8(report.keys.join(", "));
    case ReportModel::Size:
        return report.info ? formatSize(qint64(report.info->narSize)) : QString();
    case ReportModel::Cache:
        return QUrl(report.cache).host().isEmpty() ? report.cache : QUrl(report.cache).host();
    default:
        return {};
    }
}

} // namespace

bool isMissing(const nix::PathReport &report)
{
    return !report.info && report.rung(nix::RungName::NarInfo).verdict == nix::Verdict::Unavailable;
}

void ReportModel::clear()
{
    beginResetModel();
    m_reports.clear();
    m_byPath.clear();
    m_ids.clear();
    m_reportOf.clear();
    m_references.clear();
    m_rows.clear();
    m_counts = {};
    m_missing = 0;
    endResetModel();
}

void ReportModel::count(const nix::PathReport &report, int by)
{
    m_counts[static_cast<size_t>(report.verdict)] += by;
    m_missing += isMissing(report) ? by : 0;
}

bool ReportModel::passes(const nix::PathReport &report) const
{
    return (!m_filter.verdict || report.verdict == *m_filter.verdict) && (!m_filter.onlyMissing || isMissing(report))
        && (m_filter.text.isEmpty() || report.pathText().contains(m_filter.text, Qt::CaseInsensitive));
}

void ReportModel::take(const QList<nix::PathReport> &reports)
{
    std::vector<qsizetype> roots;
    std::vector<qsizetype> fresh;
    for (const auto &report : reports) {
        const auto path = report.pathText();
        if (const auto known = m_byPath.constFind(path); known != m_byPath.cend()) {
            auto &place = m_reports[size_t(*known)];
            count(place, -1);
            place = report;
            count(place, 1);
            noteReferences(*known);
            continue;
        }
        m_byPath.insert(path, qsizetype(m_reports.size()));
        count(report, 1);
        m_reports.push_back(report);
        noteReferences(qsizetype(m_reports.size()) - 1);
        if (passes(report))
            (isRoot(report) ? roots : fresh).push_back(qsizetype(m_reports.size()) - 1);
    }
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    insert(0, roots);
    insert(rowCount(), fresh);
}

void ReportModel::insert(int row, const std::vector<qsizetype> &reports)
{
    if (reports.empty())
        return;
    beginInsertRows({}, row, row + int(reports.size()) - 1);
    m_rows.insert(m_rows.begin() + row, reports.begin(), reports.end());
    endInsertRows();
}

void ReportModel::setFilter(const Filter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    m_rows.clear();
    for (qsizetype i = 0; i < qsizetype(m_reports.size()); ++i) {
        if (passes(m_reports[size_t(i)]))
            m_rows.push_back(i);
    }
    std::ranges::stable_partition(m_rows, [this](qsizetype i) { return isRoot(m_reports[size_t(i)]); });
    sortRows();
    endResetModel();
}

const nix::PathReport *ReportModel::reportAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_reports[size_t(m_rows[size_t(row)])] : nullptr;
}

quint32 ReportModel::idOf(const nix::StorePath &path)
{
    const auto [place, isNew] = m_ids.try_emplace(path, quint32(m_reportOf.size()));
    if (isNew)
        m_reportOf.push_back(-1);
    return place->second;
}

void ReportModel::noteReferences(qsizetype report)
{
    const auto &it = m_reports[size_t(report)];
    m_references.resize(m_reports.size());
    if (it.path)
        m_reportOf[idOf(*it.path)] = report;
    auto &references = m_references[size_t(report)];
    if (!it.info || !references.empty())
        return;
    for (const auto &reference : it.info->references)
        references.push_back(idOf(reference));
}

std::vector<qsizetype> ReportModel::referencesOf(qsizetype report) const
{
    std::vector<qsizetype> found;
    for (const auto id : m_references[size_t(report)]) {
        if (const auto other = m_reportOf[id]; other >= 0 && other != report)
            found.push_back(other);
    }
    return found;
}

int ReportModel::rowOf(const QString &path) const
{
    const auto known = m_byPath.constFind(path);
    if (known == m_byPath.cend())
        return -1;
    const auto row = std::ranges::find(m_rows, *known);
    return row == m_rows.end() ? -1 : int(row - m_rows.begin());
}

int ReportModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ReportModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ReportModel::data(const QModelIndex &index, int role) const
{
    const auto *report = reportAt(index.row());
    return report ? dataOf(*report, index.column(), role) : QVariant();
}

QVariant ReportModel::dataOf(const nix::PathReport &report, int column, int role)
{
    switch (role) {
    case Qt::DisplayRole:
        return textOf(report, column);
    case Qt::ToolTipRole:
        return column == Path ? QVariant(plainTip(report.pathText())) : QVariant();
    case Qt::TextAlignmentRole:
        return column == Size ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole:
        return int(column == Path ? markOf(report.verdict) : Mark::None);
    case MonoRole:
        return column == Path;
    case MiddleRole:
        return column == Path;
    case QuietRole:
        return column == Cache;
    default:
        return {};
    }
}

QVariant ReportModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Path:
        return tr("Store path");
    case State:
        return tr("Verdict");
    case Keys:
        return tr("Signed by");
    case Size:
        return tr("Contents");
    case Cache:
        return tr("From");
    default:
        return {};
    }
}

void ReportModel::sortRows()
{
    if (m_sortColumn < 0)
        return;
    const auto less = [this](qsizetype a, qsizetype b) {
        const auto &left = m_reports[size_t(a)];
        const auto &right = m_reports[size_t(b)];
        if (m_sortColumn == State)
            return rankOf(left.verdict) < rankOf(right.verdict);
        if (m_sortColumn == Size)
            return sizeOf(left) < sizeOf(right);
        return textOf(left, m_sortColumn) < textOf(right, m_sortColumn);
    };
    std::ranges::stable_sort(
        m_rows, [&](qsizetype a, qsizetype b) { return m_sortOrder == Qt::AscendingOrder ? less(a, b) : less(b, a); });
}

void ReportModel::sort(int column, Qt::SortOrder order)
{
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const auto before = persistentIndexList();
    std::vector<qsizetype> targets;
    for (const auto &index : before)
        targets.push_back(m_rows[size_t(index.row())]);
    m_sortColumn = column;
    m_sortOrder = order;
    sortRows();
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after << index(int(std::ranges::find(m_rows, targets[size_t(i)]) - m_rows.begin()), before[i].column());
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

} // namespace narscope::ui
