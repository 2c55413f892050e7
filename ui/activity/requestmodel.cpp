// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/activity/requestmodel.h"

#include "base/format.h"
#include "ui/models/mark.h"
#include "ui/models/roles.h"
#include "ui/widgets/health.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

Mark markOf(const net::LedgerEntry &entry)
{
    switch (entry.state) {
    case net::RequestState::Waiting:
        return Mark::Queued;
    case net::RequestState::Running:
        return Mark::Running;
    case net::RequestState::Done:
        return Mark::Succeeded;
    case net::RequestState::Failed:
        return Mark::Failed;
    case net::RequestState::Withdrawn:
        return Mark::Aborted;
    }
    return Mark::Unknown;
}

bool isOver(const net::LedgerEntry &entry)
{
    return entry.state != net::RequestState::Waiting && entry.state != net::RequestState::Running;
}

/// The problem first; else what is worth knowing about a good answer.
QString remark(const net::LedgerEntry &entry)
{
    if (entry.problem)
        return entry.problem->sentence;
    QStringList parts;
    if (entry.fromRecord)
        parts << RequestModel::tr("from the recording");
    if (entry.notModified)
        parts << RequestModel::tr("not changed since");
    if (entry.joined > 0)
        parts << RequestModel::tr("shared by %1").arg(entry.joined + 1);
    if (entry.redirects > 0)
        parts << RequestModel::tr("%1 redirects").arg(entry.redirects);
    return parts.join(u" · "_s);
}

QString wholeStory(const net::LedgerEntry &entry)
{
    QStringList lines{QString::fromLatin1(entry.method) + u' ' + entry.url.toString(),
        RequestModel::tr("asked %1").arg(formatExactTime(entry.asked.count() / 1000))};
    if (entry.problem)
        lines << describe(*entry.problem);
    return lines.join(u'\n');
}

} // namespace

bool passes(const net::LedgerEntry &entry, const RequestFilter &filter)
{
    if (filter.onlyProblems && !entry.problem)
        return false;
    if (!filter.server.isEmpty() && entry.server != filter.server)
        return false;
    const auto has = [&filter](const QString &text) { return text.contains(filter.text, Qt::CaseInsensitive); };
    return filter.text.isEmpty() || has(entry.why) || has(entry.url.toString())
        || has(QString::fromLatin1(entry.method)) || (entry.problem && has(entry.problem->sentence));
}

QString outcomeWord(const net::LedgerEntry &entry)
{
    switch (entry.state) {
    case net::RequestState::Waiting:
        return RequestModel::tr("waits");
    case net::RequestState::Running:
        return RequestModel::tr("under way");
    case net::RequestState::Withdrawn:
        return RequestModel::tr("withdrawn");
    case net::RequestState::Done:
    case net::RequestState::Failed:
        break;
    }
    if (entry.status > 0)
        return QString::number(entry.status);
    return entry.problem ? word(entry.problem->kind) : QString();
}

RequestModel::RequestModel(Clock &clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(clock)
{
}

const net::LedgerEntry *RequestModel::find(quint64 number) const
{
    const auto at = std::ranges::lower_bound(m_entries, number, {}, &net::LedgerEntry::number);
    return at != m_entries.end() && at->number == number ? &*at : nullptr;
}

const net::LedgerEntry *RequestModel::entryAt(int row) const
{
    return row >= 0 && size_t(row) < m_shown.size() ? find(m_shown[size_t(row)]) : nullptr;
}

int RequestModel::rowOf(quint64 number) const
{
    const auto at = std::ranges::lower_bound(m_shown, number, std::greater());
    return at != m_shown.end() && *at == number ? int(at - m_shown.begin()) : -1;
}

void RequestModel::take(const QList<net::LedgerEntry> &entries)
{
    std::vector<quint64> changed;
    for (const auto &entry : entries) {
        const auto at = std::ranges::lower_bound(m_entries, entry.number, {}, &net::LedgerEntry::number);
        if (at == m_entries.end() || at->number != entry.number) {
            m_entries.insert(at, entry);
        } else if (*at != entry) {
            *at = entry;
            changed.push_back(entry.number);
        }
    }
    // Rows leave before their entries do: until then a view may ask for them.
    auto next = wanted();
    show(next);
    if (m_entries.size() > capacity)
        m_entries.erase(m_entries.begin(), m_entries.end() - qsizetype(capacity));
    for (const auto number : changed) {
        if (const int row = rowOf(number); row >= 0)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

void RequestModel::setFilter(const RequestFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    show(wanted());
}

RequestModel::Numbers RequestModel::wanted() const
{
    const size_t dropped = m_entries.size() > capacity ? m_entries.size() - capacity : 0;
    Numbers numbers;
    for (size_t i = m_entries.size(); i > dropped; --i) {
        if (passes(m_entries[i - 1], m_filter))
            numbers.push_back(m_entries[i - 1].number);
    }
    return numbers;
}

void RequestModel::show(const Numbers &next)
{
    removeAllBut(next);
    insertMissing(next);
}

void RequestModel::removeAllBut(const Numbers &next)
{
    const auto stays = [&next](quint64 number) { return std::ranges::binary_search(next, number, std::greater()); };
    for (size_t end = m_shown.size(); end > 0;) {
        size_t begin = end;
        while (begin > 0 && !stays(m_shown[begin - 1]))
            --begin;
        if (begin == end) {
            --end;
            continue;
        }
        beginRemoveRows({}, int(begin), int(end) - 1);
        m_shown.erase(m_shown.begin() + qsizetype(begin), m_shown.begin() + qsizetype(end));
        endRemoveRows();
        end = begin;
    }
}

void RequestModel::insertMissing(const Numbers &next)
{
    for (size_t i = 0; i < next.size(); ++i) {
        if (i < m_shown.size() && m_shown[i] == next[i])
            continue;
        size_t end = i;
        while (end < next.size() && (i >= m_shown.size() || next[end] != m_shown[i]))
            ++end;
        beginInsertRows({}, int(i), int(end) - 1);
        m_shown.insert(m_shown.begin() + qsizetype(i), next.begin() + qsizetype(i), next.begin() + qsizetype(end));
        endInsertRows();
        i = end;
    }
}

void RequestModel::tick()
{
    if (!m_shown.empty())
        Q_EMIT dataChanged(index(0, When), index(rowCount() - 1, When), {Qt::DisplayRole});
}

int RequestModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

int RequestModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RequestModel::textOf(const net::LedgerEntry &entry, int column) const
{
    switch (column) {
    case When:
        return formatAge(qMax(Milliseconds(0), m_clock.now() - entry.asked));
    case Why:
        return entry.why;
    case Address:
        return entry.url.host() + entry.url.toString(QUrl::RemoveScheme | QUrl::RemoveAuthority);
    case Status:
        return outcomeWord(entry);
    case Waited:
        return shortTime(entry.waited);
    case Took:
        return isOver(entry) && entry.took > Milliseconds(0) ? shortTime(entry.took) : QString();
    case Bytes:
        return isOver(entry) && entry.bytes > 0 ? formatSize(entry.bytes) : QString();
    case Outcome:
        return remark(entry);
    default:
        return {};
    }
}

QVariant RequestModel::data(const QModelIndex &index, int role) const
{
    const auto *entry = entryAt(index.row());
    if (!entry)
        return {};
    const int column = index.column();
    const bool isNumber = column == Waited || column == Took || column == Bytes;
    switch (role) {
    case Qt::DisplayRole:
        return textOf(*entry, column);
    case Qt::ToolTipRole:
        return column == Address || column == Outcome ? wholeStory(*entry) : QVariant();
    case Qt::TextAlignmentRole:
        return isNumber ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole:
        return int(column == Status ? markOf(*entry) : Mark::None);
    case MonoRole:
        return column == Address;
    case MiddleRole:
        return column == Address;
    case QuietRole:
        return column == When || column == Waited || (column == Outcome && !entry->problem);
    default:
        return {};
    }
}

QVariant RequestModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Waited || section == Took || section == Bytes ? Qt::AlignRight : Qt::AlignLeft)
            | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case When:
        return tr("Ago");
    case Why:
        return tr("Why");
    case Address:
        return tr("Address");
    case Status:
        return tr("Answer");
    case Waited:
        return tr("We waited");
    case Took:
        return tr("Server took");
    case Bytes:
        return tr("Size");
    case Outcome:
        return tr("What happened");
    default:
        return {};
    }
}

} // namespace narscope::ui
