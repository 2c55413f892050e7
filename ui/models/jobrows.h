// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/buildtable.h"
#include "ui/models/mark.h"

#include <memory>

namespace narscope::ui {

/// What an evaluation's jobs are counted by. A page of Hydra compares with the evaluation before; the full list
/// has states only.
enum class JobKind : quint8 {
    NowFail,
    Failed,
    DependencyFailed,
    OtherFail,
    NowSucceed,
    StillFail,
    Aborted,
    Unfinished,
    New,
    Removed,
    StillSucceed,
    Succeeded,
};
inline constexpr int jobKinds = 12;

[[nodiscard]] QString word(JobKind kind);
[[nodiscard]] Mark markOf(JobKind kind);

enum class JobColumn : quint8 { Job, Name, System, State, Finished };
inline constexpr int jobColumns = 5;

/// Words that must all stand in a job's name, package name or system; ASCII letters of either case.
class JobNeedle {
public:
    explicit JobNeedle(const QString &text = {});
    [[nodiscard]] const QList<QByteArray> &words() const { return m_words; }
    [[nodiscard]] bool isEmpty() const { return m_words.isEmpty(); }
    /// Whatever this lets through, the other let through before.
    [[nodiscard]] bool narrows(const JobNeedle &other) const;

private:
    QList<QByteArray> m_words; ///< UTF-8, lower case
};

/// A page of an evaluation with the rows that another one found besides.
[[nodiscard]] hydra::EvalJobs joinedPages(const hydra::EvalJobs &page, const hydra::EvalJobs &found);

/// The jobs of an evaluation, up to 250,000, from a page or from the full list, read alike. Immutable; copies
/// share; safe from any thread.
class JobRows {
public:
    JobRows() = default;
    explicit JobRows(const hydra::EvalJobs &page);
    explicit JobRows(hydra::BuildTable table);

    [[nodiscard]] qsizetype size() const;
    [[nodiscard]] bool isFull() const { return !m_page; }
    /// The same rows in the same order, not only equal ones.
    [[nodiscard]] bool isSame(const JobRows &other) const { return m_identity == other.m_identity; }

    [[nodiscard]] BuildId id(qsizetype row) const; ///< 0 for removed jobs
    [[nodiscard]] bool isRemoved(qsizetype row) const { return id(row).value == 0; }
    /// Who the row is over refreshes.
    [[nodiscard]] qint64 key(qsizetype row) const;
    [[nodiscard]] hydra::BuildState state(qsizetype row) const;
    [[nodiscard]] JobKind kind(qsizetype row) const;
    [[nodiscard]] QString job(qsizetype row) const;
    /// Without the system that most names end with, where that is told beside it.
    [[nodiscard]] QString shortJob(qsizetype row) const;
    [[nodiscard]] QString nixName(qsizetype row) const;
    [[nodiscard]] QString system(qsizetype row) const;
    [[nodiscard]] QString stateWord(qsizetype row) const;
    [[nodiscard]] hydra::Epoch finished(qsizetype row) const;

    [[nodiscard]] bool matches(qsizetype row, const JobNeedle &needle) const;
    [[nodiscard]] bool hasSystem(qsizetype row, const QByteArray &system) const;
    /// Negative, zero, positive.
    [[nodiscard]] int compare(qsizetype a, qsizetype b, JobColumn column) const;
    [[nodiscard]] bool looksSame(qsizetype row, const JobRows &other, qsizetype otherRow) const;
    // UTF-8, valid while any copy lives.
    [[nodiscard]] QByteArrayView jobBytes(qsizetype row) const;
    [[nodiscard]] QByteArrayView nameBytes(qsizetype row) const;
    [[nodiscard]] QByteArrayView systemBytes(qsizetype row) const;

private:
    struct Text {
        QByteArray job, nixName, system;
    };

    std::shared_ptr<const QList<hydra::BuildRow>> m_page;
    std::shared_ptr<const std::vector<Text>> m_text; ///< of a page, UTF-8 like the table's
    hydra::BuildTable m_table;
    std::shared_ptr<const int> m_identity = std::make_shared<const int>(0);
};

} // namespace narscope::ui
