// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/evidencemodel.h"

#include "base/format.h"
#include "ui/models/roles.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <deque>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype longestText = 4096; ///< bytes of an answer that are kept for showing

QString say(const char *words)
{
    return QCoreApplication::translate("Evidence", words);
}

} // namespace

Result<EvidenceBook> readEvidenceBook(const QString &file)
{
    EvidenceBook book{.file = file, .size = QFileInfo(file).size()};
    std::deque<ListedEntry> listed;
    std::optional<QByteArray> before;
    auto reading = trace::readEvidenceFile(file, {}, [&](const trace::EvidenceEntry &entry) {
        ListedEntry one{.entry = entry, .follows = !before || entry.previous == *before};
        before = entry.hash;
        one.entry.seen.text.truncate(longestText);
        listed.push_front(std::move(one));
        if (listed.size() > EvidenceBook::mostListed) {
            listed.pop_back();
            ++book.leftOut;
        }
    });
    if (!reading)
        return std::unexpected(std::move(reading.error()));
    book.reading = std::move(*reading);
    book.entries.assign(std::make_move_iterator(listed.begin()), std::make_move_iterator(listed.end()));
    return book;
}

bool EvidenceFilter::takes(const trace::EvidenceEntry &entry) const
{
    if (kind && entry.seen.kind != *kind)
        return false;
    const auto has = [this](const QString &where) { return where.contains(text, Qt::CaseInsensitive); };
    return text.isEmpty() || has(entry.seen.subject) || has(entry.seen.value) || has(entry.seen.node)
        || has(entry.seen.url.toString());
}

QString titleOf(trace::EvidenceKind kind)
{
    switch (kind) {
    case trace::EvidenceKind::Opened:
        return say("log begun");
    case trace::EvidenceKind::Resumed:
        return say("log resumed");
    case trace::EvidenceKind::ChannelPointer:
        return say("channel pointer");
    case trace::EvidenceKind::GitRevision:
        return say("git revision");
    case trace::EvidenceKind::ReleaseIndex:
        return say("release index");
    case trace::EvidenceKind::NarInfo:
        break;
    }
    return say("narinfo");
}

std::vector<int> EvidenceModel::arranged() const
{
    std::vector<int> rows;
    for (size_t i = 0; i < m_book.entries.size(); ++i) {
        if (m_filter.takes(m_book.entries[i].entry))
            rows.push_back(int(i));
    }
    return rows;
}

/// A log that only grew puts rows in at the top, so that what is selected and in view stays.
void EvidenceModel::setBook(EvidenceBook book)
{
    const auto grown = book.entries.size() - std::min(book.entries.size(), m_book.entries.size());
    const bool onlyGrew = book.file == m_book.file && !m_book.entries.empty() && book.leftOut == m_book.leftOut
        && std::ranges::equal(m_book.entries, book.entries | std::views::drop(grown));
    if (!onlyGrew) {
        beginResetModel();
        m_book = std::move(book);
        m_rows = arranged();
        endResetModel();
        return;
    }
    int inserted = 0;
    for (size_t i = 0; i < grown; ++i)
        inserted += m_filter.takes(book.entries[i].entry);
    if (inserted > 0)
        beginInsertRows({}, 0, inserted - 1);
    m_book = std::move(book);
    m_rows = arranged();
    if (inserted > 0)
        endInsertRows();
}

void EvidenceModel::setFilter(const EvidenceFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    m_rows = arranged();
    endResetModel();
}

const ListedEntry *EvidenceModel::at(int row) const
{
    return row >= 0 && row < rowCount() ? &m_book.entries[size_t(m_rows[size_t(row)])] : nullptr;
}

int EvidenceModel::rowOf(qint64 number) const
{
    const auto found
        = std::ranges::find(m_rows, number, [this](int row) { return m_book.entries[size_t(row)].entry.number; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int EvidenceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int EvidenceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EvidenceModel::data(const QModelIndex &index, int role) const
{
    const auto *listed = index.isValid() ? at(index.row()) : nullptr;
    if (!listed)
        return {};
    const auto &entry = listed->entry;
    const auto seconds = entry.seen.at.count() / 1000;
    if (role == MarkRole && index.column() == Number)
        return int(listed->follows ? Mark::Holds : Mark::Fails);
    if (role == Qt::ToolTipRole && index.column() == Number)
        return listed->follows ? tr("It names the hash of the entry before it: the chain holds here.")
                               : tr("It does not name the hash of the entry before it.");
    if (role == Qt::ToolTipRole && index.column() == Time)
        return formatExactTime(seconds);
    if (role == MonoRole)
        return index.column() == Value;
    if (role == MiddleRole)
        return index.column() == Name || index.column() == Value;
    if (role == QuietRole)
        return index.column() != Name && index.column() != Value;
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Number:
        return formatCount(entry.number);
    case Time:
        return formatTime(seconds, m_now);
    case Kind:
        return titleOf(entry.seen.kind);
    case Name:
        return entry.seen.subject.left(400).simplified();
    case Value:
        return entry.seen.value.left(400).simplified();
    case Node:
        return entry.seen.node.section(u',', -1).trimmed().left(80);
    case Cache:
        return entry.seen.cache.left(40).simplified().toLower();
    default:
        return {};
    }
}

QVariant EvidenceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const std::array titles{
        tr("Entry"), tr("Seen"), tr("Kind"), tr("Of"), tr("Said"), tr("CDN node"), tr("It had it")};
    return orientation == Qt::Horizontal && role == Qt::DisplayRole && section < ColumnCount
        ? QVariant(titles[size_t(section)])
        : QVariant();
}

} // namespace narscope::ui
