// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "ui/models/roles.h"
#include "ui/trace/tracesummary.h"

#include <QAbstractTableModel>
#include <QSet>

#include <vector>

namespace narscope::ui {

/// One line of the list: what a trace said last, and whether it is asked now.
struct TraceEntry {
    quint64 run = 0; ///< 0: not asked since the program started
    TraceSummary summary;
    bool isRunning = false;
    bool isUnseen = false; ///< changed since a person last looked

    bool operator==(const TraceEntry &) const = default;
};

/// All traces, in groups with a line each: what needs somebody, what is on the way, what has arrived, what is
/// offered only.
/// Within a group the newest first. A change moves only its own row.
class TraceListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Title, Base, Way, Words, Age, ColumnCount };
    enum : int {
        LanesRole = FirstFreeRole, ///< QList<int>: mark and goes on, of each lane in turn
        GroupRole
    }; ///< bool: the line of a group

    explicit TraceListModel(Clock &clock, QObject *parent = nullptr);

    /// Puts the entry in, or changes the one that asks the same.
    void put(const TraceEntry &entry);
    void remove(const QString &key);
    void setFilter(const QString &text);
    /// Only those into this branch; empty: all.
    void setBase(const QString &branch);
    void setOnlyWatched(bool only);
    /// Numbers of the pull requests that a person watches.
    void setWatched(const QSet<qint64> &pulls);
    [[nodiscard]] QStringList bases() const; ///< of all entries, sorted
    [[nodiscard]] int watchedCount() const;
    void markSeen(const QString &key);
    void toggleGroup(int row);

    [[nodiscard]] const TraceEntry *entryAt(int row) const; ///< null for the line of a group
    [[nodiscard]] const TraceEntry *entryOf(quint64 run) const;
    [[nodiscard]] const TraceEntry *entryWith(const QString &key) const;
    [[nodiscard]] int rowOf(const QString &key) const; ///< -1: not shown
    [[nodiscard]] const std::vector<TraceEntry> &entries() const { return m_entries; }
    [[nodiscard]] int count(TraceGroup group) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Row {
        QString key; ///< of the entry; of a group's line its number
        int entry = -1; ///< in m_entries; -1: the line of a group
        TraceGroup group = TraceGroup::OnTheWay;
    };
    void arrange();
    [[nodiscard]] bool passes(const TraceEntry &entry) const;
    [[nodiscard]] bool isWatched(const TraceEntry &entry) const;
    [[nodiscard]] std::vector<Row> arranged() const;
    [[nodiscard]] QVariant groupData(const Row &row, int column, int role) const;
    [[nodiscard]] QString textOf(const TraceEntry &entry, int column) const;

    Clock &m_clock;
    std::vector<TraceEntry> m_entries; ///< in the order they came
    std::vector<Row> m_rows;
    QString m_filter;
    QString m_base;
    bool m_onlyWatched = false;
    QSet<qint64> m_watched;
    QSet<int> m_closed; ///< groups
};

/// Two entries with the same key ask the same.
[[nodiscard]] QString keyOf(const TraceSummary &summary);

} // namespace narscope::ui
