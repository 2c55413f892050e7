// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"

#include <QAbstractTableModel>

#include <vector>

namespace narscope::ui {

/// Which requests are listed.
struct RequestFilter {
    QString text; ///< part of the reason, the address, the method or the problem; case does not matter
    QString server; ///< id; empty: all
    bool onlyProblems = false;

    bool operator==(const RequestFilter &) const = default;
};

[[nodiscard]] bool passes(const net::LedgerEntry &entry, const RequestFilter &filter);

/// The requests of the ledger, newest first: what was asked why, and what came of it. Rows come and go as runs,
/// never by a reset, so that selection and scroll position stay.
class RequestModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { When, Why, Address, Status, Waited, Took, Bytes, Outcome, ColumnCount };
    static constexpr size_t capacity = 1000; ///< older ones are dropped, as in the ledger

    RequestModel(Clock &clock, QObject *parent = nullptr);

    /// New or changed ones, in the order of their numbers.
    void take(const QList<net::LedgerEntry> &entries);
    void setFilter(const RequestFilter &filter);
    [[nodiscard]] const RequestFilter &filter() const { return m_filter; }
    [[nodiscard]] size_t total() const { return m_entries.size(); }
    /// Null when there is no such row.
    [[nodiscard]] const net::LedgerEntry *entryAt(int row) const;
    [[nodiscard]] int rowOf(quint64 number) const; ///< -1: not listed
    /// Ages moved on.
    void tick();

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    using Numbers = std::vector<quint64>;
    [[nodiscard]] const net::LedgerEntry *find(quint64 number) const;
    [[nodiscard]] Numbers wanted() const;
    void show(const Numbers &next);
    void removeAllBut(const Numbers &next);
    void insertMissing(const Numbers &next);
    [[nodiscard]] QString textOf(const net::LedgerEntry &entry, int column) const;

    Clock &m_clock;
    RequestFilter m_filter;
    std::vector<net::LedgerEntry> m_entries; ///< by number, ascending
    Numbers m_shown; ///< descending
};

/// What became of a request in one or two words: «200», «waits», «withdrawn».
[[nodiscard]] QString outcomeWord(const net::LedgerEntry &entry);

} // namespace narscope::ui
