// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"

#include <QAbstractTableModel>
#include <QHash>

#include <array>
#include <unordered_map>
#include <vector>

namespace narscope::ui {

/// The paths of a run, in the order they were first heard of; trouble can be brought to the top by sorting. Reports
/// replace those of the same path in place.
class ReportModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Path, State, Keys, Size, Cache, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    /// Those whose closure was asked for come before what they need.
    void take(const QList<nix::PathReport> &reports);
    /// Rows whose path has the text, and whose verdict is the one given, if any; missing ones alone.
    struct Filter {
        QString text;
        std::optional<nix::Verdict> verdict;
        bool onlyMissing = false;
        bool operator==(const Filter &) const = default;
    };
    void setFilter(const Filter &filter);

    [[nodiscard]] const nix::PathReport *reportAt(int row) const;
    [[nodiscard]] int rowOf(const QString &path) const; ///< -1: not shown
    /// Those among reports() that this one refers to, without itself; empty until its narinfo came.
    [[nodiscard]] std::vector<qsizetype> referencesOf(qsizetype report) const;
    [[nodiscard]] static QVariant dataOf(const nix::PathReport &report, int column, int role);
    [[nodiscard]] const std::vector<nix::PathReport> &reports() const { return m_reports; }
    [[nodiscard]] qint64 count(nix::Verdict verdict) const { return m_counts[static_cast<size_t>(verdict)]; }
    [[nodiscard]] qint64 missing() const { return m_missing; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    [[nodiscard]] bool passes(const nix::PathReport &report) const;
    void count(const nix::PathReport &report, int by);
    void insert(int row, const std::vector<qsizetype> &reports);
    void sortRows();
    void noteReferences(qsizetype report);
    [[nodiscard]] quint32 idOf(const nix::StorePath &path);

    std::vector<nix::PathReport> m_reports;
    QHash<QString, qsizetype> m_byPath; ///< in m_reports
    std::vector<qsizetype> m_rows; ///< shown, in m_reports
    // Who refers to whom, kept as answers come so that a tree of tens of thousands is made in a moment.
    std::unordered_map<nix::StorePath, quint32> m_ids; ///< of every path mentioned
    std::vector<qsizetype> m_reportOf; ///< by id; -1: mentioned only
    std::vector<std::vector<quint32>> m_references; ///< by report
    Filter m_filter;
    int m_sortColumn = -1; ///< -1: as they came, what was asked for first
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    std::array<qint64, 4> m_counts{};
    qint64 m_missing = 0;
};

/// No cache asked has the path.
[[nodiscard]] bool isMissing(const nix::PathReport &report);

} // namespace narscope::ui
