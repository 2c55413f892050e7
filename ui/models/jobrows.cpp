// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jobrows.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <array>

namespace narscope::ui {

namespace {

constexpr std::array<char, 256> foldedBytes = [] {
    std::array<char, 256> table{};
    for (size_t i = 0; i < table.size(); ++i)
        table[i] = char(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    return table;
}();

char folded(char c)
{
    return foldedBytes[static_cast<unsigned char>(c)];
}

bool contains(QByteArrayView text, const QByteArray &word)
{
    const auto same = [](char a, char b) { return folded(a) == b; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

JobKind kindOf(hydra::EvalCategory category)
{
    using enum hydra::EvalCategory;
    switch (category) {
    case Aborted:
        return JobKind::Aborted;
    case NowFail:
        return JobKind::NowFail;
    case NowSucceed:
        return JobKind::NowSucceed;
    case New:
        return JobKind::New;
    case Removed:
        return JobKind::Removed;
    case StillFail:
        return JobKind::StillFail;
    case StillSucceed:
        return JobKind::StillSucceed;
    case Unfinished:
        return JobKind::Unfinished;
    }
    return JobKind::Unfinished;
}

JobKind kindOf(hydra::BuildState state)
{
    using enum hydra::BuildState;
    switch (state) {
    case Queued:
    case Running:
        return JobKind::Unfinished;
    case Succeeded:
    case Resolved:
        return JobKind::Succeeded;
    case Failed:
    case FailedWithOutput:
    case CachedFailure:
    case NotDeterministic:
        return JobKind::Failed;
    case DependencyFailed:
        return JobKind::DependencyFailed;
    case TimedOut:
    case LogLimit:
    case OutputLimit:
    case Aborted:
    case Cancelled:
    case Unsupported:
    case Obsolete:
    case Unknown:
        return JobKind::OtherFail;
    }
    return JobKind::OtherFail;
}

template <typename T> int order(const T &a, const T &b)
{
    return a < b ? -1 : (b < a ? 1 : 0);
}

constexpr int lastRank = 101;

/// Trouble first, what is well last.
int rank(hydra::BuildState state)
{
    using enum hydra::BuildState;
    switch (state) {
    case Succeeded:
    case Resolved:
        return 100;
    case Queued:
        return 99;
    case Running:
        return 98;
    default:
        return int(state);
    }
}

struct Words {
    Q_DECLARE_TR_FUNCTIONS(narscope::ui::JobKind)
};

} // namespace

QString word(JobKind kind)
{
    switch (kind) {
    case JobKind::NowFail:
        return Words::tr("Newly failing");
    case JobKind::Failed:
        return Words::tr("Failed");
    case JobKind::DependencyFailed:
        return Words::tr("Dependency failed");
    case JobKind::OtherFail:
        return Words::tr("Aborted, limits");
    case JobKind::NowSucceed:
        return Words::tr("Newly succeeding");
    case JobKind::StillFail:
        return Words::tr("Still failing");
    case JobKind::Aborted:
        return Words::tr("Aborted, timed out");
    case JobKind::Unfinished:
        return Words::tr("Not built yet");
    case JobKind::New:
        return Words::tr("New");
    case JobKind::Removed:
        return Words::tr("Removed");
    case JobKind::StillSucceed:
        return Words::tr("Still succeeding");
    case JobKind::Succeeded:
        return Words::tr("Succeeded");
    }
    return {};
}

Mark markOf(JobKind kind)
{
    switch (kind) {
    case JobKind::NowFail:
    case JobKind::StillFail:
    case JobKind::Failed:
        return Mark::Failed;
    case JobKind::DependencyFailed:
        return Mark::DependencyFailed;
    case JobKind::OtherFail:
    case JobKind::Aborted:
        return Mark::Aborted;
    case JobKind::NowSucceed:
    case JobKind::StillSucceed:
    case JobKind::Succeeded:
        return Mark::Succeeded;
    case JobKind::Unfinished:
        return Mark::Queued;
    case JobKind::New:
    case JobKind::Removed:
        return Mark::None;
    }
    return Mark::None;
}

JobNeedle::JobNeedle(const QString &text)
{
    for (const auto part : QStringView(text).split(u' ', Qt::SkipEmptyParts)) {
        auto word = part.toUtf8();
        std::ranges::transform(word, word.begin(), folded);
        m_words << word;
    }
}

bool JobNeedle::narrows(const JobNeedle &other) const
{
    return std::ranges::all_of(other.m_words, [this](const QByteArray &before) {
        return std::ranges::any_of(m_words, [&](const QByteArray &now) { return now.contains(before); });
    });
}

hydra::EvalJobs joinedPages(const hydra::EvalJobs &page, const hydra::EvalJobs &found)
{
    auto all = page;
    QSet<QString> have;
    for (const auto &row : page.rows)
        have.insert(row.job);
    std::ranges::copy_if(
        found.rows, std::back_inserter(all.rows), [&](const auto &row) { return !have.contains(row.job); });
    return all;
}

JobRows::JobRows(const hydra::EvalJobs &page)
    : m_page(std::make_shared<const QList<hydra::BuildRow>>(page.rows))
{
    std::vector<Text> text;
    text.reserve(size_t(page.rows.size()));
    for (const auto &row : page.rows)
        text.push_back({row.job.toUtf8(), row.nixName.toUtf8(), row.system.toUtf8()});
    m_text = std::make_shared<const std::vector<Text>>(std::move(text));
}

JobRows::JobRows(hydra::BuildTable table)
    : m_table(std::move(table))
{
}

qsizetype JobRows::size() const
{
    return m_page ? m_page->size() : m_table.size();
}

BuildId JobRows::id(qsizetype row) const
{
    return m_page ? (*m_page)[row].id : m_table.id(row);
}

qint64 JobRows::key(qsizetype row) const
{
    const auto build = id(row).value;
    return build != 0 ? build : -qint64(qHash(jobBytes(row)) >> 1) - 1;
}

hydra::BuildState JobRows::state(qsizetype row) const
{
    return m_page ? (*m_page)[row].state : m_table.state(row);
}

JobKind JobRows::kind(qsizetype row) const
{
    return m_page ? kindOf((*m_page)[row].category) : kindOf(m_table.state(row));
}

QByteArrayView JobRows::jobBytes(qsizetype row) const
{
    return m_page ? QByteArrayView((*m_text)[size_t(row)].job) : m_table.job(row);
}

QByteArrayView JobRows::nameBytes(qsizetype row) const
{
    return m_page ? QByteArrayView((*m_text)[size_t(row)].nixName) : m_table.nixName(row);
}

QByteArrayView JobRows::systemBytes(qsizetype row) const
{
    return m_page ? QByteArrayView((*m_text)[size_t(row)].system) : m_table.system(row);
}

QString JobRows::job(qsizetype row) const
{
    return QString::fromUtf8(jobBytes(row));
}

QString JobRows::shortJob(qsizetype row) const
{
    auto name = jobBytes(row);
    const auto system = systemBytes(row);
    if (name.size() > system.size() + 1 && name.endsWith(system) && name[name.size() - system.size() - 1] == '.')
        name.chop(system.size() + 1);
    return QString::fromUtf8(name);
}

QString JobRows::nixName(qsizetype row) const
{
    return QString::fromUtf8(nameBytes(row));
}

QString JobRows::system(qsizetype row) const
{
    return QString::fromUtf8(systemBytes(row));
}

QString JobRows::stateWord(qsizetype row) const
{
    if (m_page)
        return hydra::word((*m_page)[row].state);
    return hydra::word(m_table.state(row), m_table.status(row));
}

hydra::Epoch JobRows::finished(qsizetype row) const
{
    return m_page ? (*m_page)[row].finished : m_table.stoppedAt(row);
}

bool JobRows::matches(qsizetype row, const JobNeedle &needle) const
{
    return std::ranges::all_of(needle.words(), [&](const QByteArray &word) {
        return contains(jobBytes(row), word) || contains(nameBytes(row), word) || contains(systemBytes(row), word);
    });
}

bool JobRows::hasSystem(qsizetype row, const QByteArray &system) const
{
    return systemBytes(row) == system;
}

int JobRows::compare(qsizetype a, qsizetype b, JobColumn column) const
{
    switch (column) {
    case JobColumn::Job:
        return jobBytes(a).compare(jobBytes(b));
    case JobColumn::Name:
        return nameBytes(a).compare(nameBytes(b));
    case JobColumn::System:
        return systemBytes(a).compare(systemBytes(b));
    case JobColumn::State:
        return order(isRemoved(a) ? lastRank : rank(state(a)), isRemoved(b) ? lastRank : rank(state(b)));
    case JobColumn::Finished:
        return order(finished(a).value_or(0), finished(b).value_or(0));
    }
    return 0;
}

bool JobRows::looksSame(qsizetype row, const JobRows &other, qsizetype otherRow) const
{
    return state(row) == other.state(otherRow) && finished(row) == other.finished(otherRow)
        && kind(row) == other.kind(otherRow);
}

} // namespace narscope::ui
