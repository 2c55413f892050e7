// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "base/subject.h"
#include "ui/models/joblist.h"
#include "ui/models/roles.h"

#include <QAbstractTableModel>

namespace narscope::ui {

/// The jobs of one evaluation, sorted and filtered on a pool; only the result is taken over here, within a
/// frame also for 250,000 rows. Nothing is ever reset but by setEvaluation().
class JobsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    JobsModel(QThreadPool &pool, Clock &clock, QObject *parent = nullptr);
    ~JobsModel() override;

    /// Forgets everything: another evaluation is shown.
    void setEvaluation(const QString &server, EvalId eval);
    /// The same evaluation's jobs, newer or more. `isNews`: what differs is marked until seen.
    void setRows(const JobRows &rows, bool isNews);
    /// What the matrix counts: all jobs there are, also while rows for some words are shown.
    void setCounts(const JobRows &rows, const std::optional<hydra::EvalHeader> &header);
    void setQuery(const JobQuery &query);

    [[nodiscard]] const JobQuery &query() const { return m_wanted.query; }
    [[nodiscard]] const JobRows &rows() const { return m_view.rows; }
    [[nodiscard]] const JobMatrix &matrix() const { return m_matrix; }
    /// Work is under way: what is shown is not yet what was asked for.
    [[nodiscard]] bool isWorking() const { return m_applied != m_generation; }

    /// Nothing for a removed job.
    [[nodiscard]] std::optional<Subject> subjectAt(int row) const;
    [[nodiscard]] int rowOf(BuildId build) const;
    /// The next row in this direction whose build fails; -1: none.
    [[nodiscard]] int nextFailing(int from, int direction) const;
    void markSeen(int row);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    /// The query or the rows asked for are now what is shown.
    void applied();
    void matrixChanged();

private:
    struct Wanted {
        JobRows rows;
        JobQuery query;
    };
    void begin(bool isNews);
    Task<void> compute(JobView now, Wanted wanted, bool isNews, quint64 generation);
    Task<void> count(JobRows rows, std::optional<hydra::EvalHeader> header, quint64 generation);
    void apply(JobStep step);
    void applyRuns(JobStep &step);
    void applyLayout(JobStep &step);
    [[nodiscard]] QVariant textAt(quint32 row, JobColumn column) const;

    QThreadPool &m_pool;
    Clock &m_clock;
    QString m_server;
    EvalId m_eval;
    JobView m_view;
    Wanted m_wanted;
    JobMatrix m_matrix;
    bool m_pendingNews = false;
    quint64 m_generation = 0;
    quint64 m_applied = 0;
    quint64 m_countGeneration = 0;
    std::shared_ptr<std::atomic<quint64>> m_newest = std::make_shared<std::atomic<quint64>>(0);
    Scope m_flows;
};

} // namespace narscope::ui
