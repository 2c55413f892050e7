// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/tracelistmodel.h"

#include "base/format.h"
#include "ui/models/listdiff.h"
#include "ui/widgets/textlabel.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QString titleOfGroup(TraceGroup group)
{
    switch (group) {
    case TraceGroup::NeedsYou:
        return TraceListModel::tr("Needs somebody");
    case TraceGroup::OnTheWay:
        return TraceListModel::tr("On the way");
    case TraceGroup::Arrived:
        return TraceListModel::tr("Arrived");
    case TraceGroup::Offered:
        return TraceListModel::tr("Not followed yet");
    }
    return {};
}

Mark markOf(const TraceEntry &entry)
{
    if (entry.isRunning)
        return Mark::Running;
    switch (entry.summary.group) {
    case TraceGroup::NeedsYou:
        return Mark::Failed;
    case TraceGroup::OnTheWay:
        return Mark::Queued;
    case TraceGroup::Arrived:
        return Mark::Succeeded;
    case TraceGroup::Offered:
        return Mark::NotChecked;
    }
    return Mark::Unknown;
}

bool passes(const TraceSummary &summary, const QString &filter)
{
    const auto has = [&filter](const QString &text) { return text.contains(filter, Qt::CaseInsensitive); };
    return filter.isEmpty() || has(summary.id) || has(summary.title) || has(summary.base) || has(summary.words)
        || has(summary.asked);
}

} // namespace

QString keyOf(const TraceSummary &summary)
{
    if (!summary.asked.isEmpty() || !summary.subject)
        return summary.asked;
    const auto &subject = *summary.subject;
    return QStringList{
        subject.kindWord(), subject.server, subject.jobset.text(), subject.name, QString::number(subject.number)}
        .join(u'|');
}

TraceListModel::TraceListModel(Clock &clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(clock)
{
}

void TraceListModel::put(const TraceEntry &entry)
{
    const auto key = keyOf(entry.summary);
    const auto known
        = std::ranges::find_if(m_entries, [&](const TraceEntry &other) { return keyOf(other.summary) == key; });
    if (known == m_entries.end())
        m_entries.push_back(entry);
    else if (*known == entry)
        return;
    else
        *known = entry;
    arrange();
}

void TraceListModel::remove(const QString &key)
{
    const auto gone
        = std::ranges::find_if(m_entries, [&](const TraceEntry &entry) { return keyOf(entry.summary) == key; });
    if (gone == m_entries.end())
        return;
    // Rows hold places of entries: the row goes first, the others move up.
    const int place = int(gone - m_entries.begin());
    if (const int row = rowOf(key); row >= 0) {
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        m_entries.erase(gone);
        for (auto &other : m_rows)
            other.entry -= other.entry > place;
        endRemoveRows();
    } else {
        m_entries.erase(gone);
        for (auto &other : m_rows)
            other.entry -= other.entry > place;
    }
    arrange();
}

void TraceListModel::setFilter(const QString &text)
{
    m_filter = text;
    arrange();
}

void TraceListModel::setBase(const QString &branch)
{
    m_base = branch;
    arrange();
}

void TraceListModel::setOnlyWatched(bool only)
{
    m_onlyWatched = only;
    arrange();
}

void TraceListModel::setWatched(const QSet<qint64> &pulls)
{
    if (pulls == m_watched)
        return;
    m_watched = pulls;
    arrange();
}

QStringList TraceListModel::bases() const
{
    QStringList bases;
    for (const auto &entry : m_entries) {
        if (!entry.summary.base.isEmpty() && !bases.contains(entry.summary.base))
            bases << entry.summary.base;
    }
    std::ranges::sort(bases);
    return bases;
}

bool TraceListModel::isWatched(const TraceEntry &entry) const
{
    const auto &subject = entry.summary.subject;
    return subject && subject->kind == SubjectKind::PullRequest && m_watched.contains(subject->number);
}

int TraceListModel::watchedCount() const
{
    return int(std::ranges::count_if(m_entries, [this](const TraceEntry &entry) { return isWatched(entry); }));
}

bool TraceListModel::passes(const TraceEntry &entry) const
{
    return (m_base.isEmpty() || entry.summary.base == m_base) && (!m_onlyWatched || isWatched(entry))
        && narscope::ui::passes(entry.summary, m_filter);
}

void TraceListModel::markSeen(const QString &key)
{
    if (const auto *entry = entryWith(key); entry && entry->isUnseen) {
        auto seen = *entry;
        seen.isUnseen = false;
        put(seen);
    }
}

void TraceListModel::toggleGroup(int row)
{
    if (row < 0 || row >= rowCount() || m_rows[size_t(row)].entry >= 0)
        return;
    const int group = int(m_rows[size_t(row)].group);
    if (!m_closed.remove(group))
        m_closed.insert(group);
    arrange();
}

std::vector<TraceListModel::Row> TraceListModel::arranged() const
{
    std::vector<Row> rows;
    for (const auto group : {TraceGroup::NeedsYou, TraceGroup::OnTheWay, TraceGroup::Arrived, TraceGroup::Offered}) {
        std::vector<Row> members;
        for (size_t i = 0; i < m_entries.size(); ++i) {
            if (m_entries[i].summary.group == group && passes(m_entries[i]))
                members.push_back({keyOf(m_entries[i].summary), int(i), group});
        }
        if (members.empty())
            continue;
        std::ranges::stable_sort(
            members, std::greater(), [this](const Row &row) { return m_entries[size_t(row.entry)].summary.began; });
        rows.push_back({u"group "_s + QString::number(int(group)), -1, group});
        if (!m_closed.contains(int(group)))
            std::ranges::move(members, std::back_inserter(rows));
    }
    return rows;
}

void TraceListModel::arrange()
{
    auto rows = arranged();
    const auto keys = [](const std::vector<Row> &of) {
        std::vector<QString> all;
        for (const auto &row : of)
            all.push_back(row.key);
        return all;
    };
    const auto diff = withoutMoves(diffOf(keys(m_rows), keys(rows)), int(rows.size()));
    for (auto run = diff.removed.rbegin(); run != diff.removed.rend(); ++run) {
        beginRemoveRows({}, run->first, run->last);
        m_rows.erase(m_rows.begin() + run->first, m_rows.begin() + run->last + 1);
        endRemoveRows();
    }
    for (const auto &run : diff.inserted) {
        beginInsertRows({}, run.first, run.last);
        m_rows.insert(m_rows.begin() + run.first, rows.begin() + run.first, rows.begin() + run.last + 1);
        endInsertRows();
    }
    m_rows = std::move(rows);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const TraceEntry *TraceListModel::entryAt(int row) const
{
    if (row < 0 || row >= rowCount() || m_rows[size_t(row)].entry < 0)
        return nullptr;
    return &m_entries[size_t(m_rows[size_t(row)].entry)];
}

const TraceEntry *TraceListModel::entryOf(quint64 run) const
{
    const auto found = std::ranges::find(m_entries, run, &TraceEntry::run);
    return found == m_entries.end() ? nullptr : &*found;
}

const TraceEntry *TraceListModel::entryWith(const QString &key) const
{
    const auto found
        = std::ranges::find_if(m_entries, [&](const TraceEntry &entry) { return keyOf(entry.summary) == key; });
    return found == m_entries.end() ? nullptr : &*found;
}

int TraceListModel::rowOf(const QString &key) const
{
    const auto found = std::ranges::find(m_rows, key, &Row::key);
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int TraceListModel::count(TraceGroup group) const
{
    return int(
        std::ranges::count_if(m_entries, [group](const TraceEntry &entry) { return entry.summary.group == group; }));
}

int TraceListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int TraceListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

Qt::ItemFlags TraceListModel::flags(const QModelIndex &index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren : Qt::NoItemFlags;
}

QString TraceListModel::textOf(const TraceEntry &entry, int column) const
{
    const auto &summary = entry.summary;
    switch (column) {
    case Title:
        return summary.title.isEmpty() ? summary.id : summary.id + u"  "_s + summary.title;
    case Base:
        return summary.base;
    case Words:
        return summary.words;
    case Age:
        return summary.began > 0
            ? formatAge(std::chrono::seconds(std::max<qint64>(0, m_clock.nowSeconds() - summary.began)))
            : QString();
    default:
        return {};
    }
}

QVariant TraceListModel::groupData(const Row &row, int column, int role) const
{
    if (role == GroupRole)
        return true;
    if (column != Title)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return (m_closed.contains(int(row.group)) ? u"▸ "_s : u"▾ "_s) + titleOfGroup(row.group);
    case HintRole:
        return QString::number(count(row.group));
    case BoldRole:
        return true;
    default:
        return {};
    }
}

QVariant TraceListModel::data(const QModelIndex &index, int role) const
{
    if (index.row() < 0 || index.row() >= rowCount())
        return {};
    const auto &row = m_rows[size_t(index.row())];
    const int column = index.column();
    if (row.entry < 0)
        return groupData(row, column, role);
    const auto &entry = m_entries[size_t(row.entry)];
    switch (role) {
    case Qt::DisplayRole:
        return textOf(entry, column);
    case Qt::ToolTipRole:
        return column == Words || column == Title
            ? plainTip(textOf(entry, column) + u'\n' + tr("seen %1").arg(formatExactTime(entry.summary.seenAt)))
            : QVariant();
    case Qt::TextAlignmentRole:
        return column == Age ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole:
        return int(column == Title ? markOf(entry) : Mark::None);
    case UnseenRole:
        return column == Title ? QVariant(entry.isUnseen) : QVariant();
    case QuietRole:
        return column == Base || column == Age || entry.run == 0;
    case LanesRole: {
        QList<int> lanes;
        for (const auto &lane : entry.summary.lanes)
            lanes << int(lane.mark) << int(lane.goesOn);
        return QVariant::fromValue(lanes);
    }
    case Qt::AccessibleTextRole:
        return column == Way ? entry.summary.words : textOf(entry, column);
    default:
        return {};
    }
}

QVariant TraceListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Age ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title:
        return tr("Change");
    case Base:
        return tr("Base");
    case Way:
        return tr("PR to channel");
    case Words:
        return tr("Where it is, and what it waits for");
    case Age:
        return tr("Age");
    default:
        return {};
    }
}

} // namespace narscope::ui
