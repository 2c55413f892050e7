// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/evidencecheck.h"
#include "ui/models/mark.h"

#include <QAbstractTableModel>

#include <vector>

namespace narscope::ui {

/// One entry of an evidence log, as it is listed.
struct ListedEntry {
    trace::EvidenceEntry entry; ///< its text cut to what a person reads
    bool follows = true; ///< it names the hash of the entry before it

    bool operator==(const ListedEntry &) const = default;
};

/// An evidence log as it was read, newest entries first.
struct EvidenceBook {
    QString file;
    qint64 size = -1; ///< bytes when it was read
    trace::EvidenceReading reading;
    std::vector<ListedEntry> entries;
    qint64 leftOut = 0; ///< older ones, which are checked but not listed

    static constexpr size_t mostListed = 50'000;
};
/// Reads the disk: not on the GUI thread.
[[nodiscard]] Result<EvidenceBook> readEvidenceBook(const QString &file);

/// Which entries are listed.
struct EvidenceFilter {
    std::optional<trace::EvidenceKind> kind;
    QString text; ///< in the subject, the value, the address or the node

    [[nodiscard]] bool takes(const trace::EvidenceEntry &entry) const;
    bool operator==(const EvidenceFilter &) const = default;
};

[[nodiscard]] QString titleOf(trace::EvidenceKind kind);

class EvidenceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Number, Time, Kind, Name, Value, Node, Cache, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void setBook(EvidenceBook book);
    [[nodiscard]] const EvidenceBook &book() const { return m_book; }
    void setFilter(const EvidenceFilter &filter);
    [[nodiscard]] const EvidenceFilter &filter() const { return m_filter; }
    /// For the times' years.
    void setNow(qint64 now) { m_now = now; }
    [[nodiscard]] const ListedEntry *at(int row) const; ///< null: no such row
    [[nodiscard]] int rowOf(qint64 number) const; ///< -1: not listed

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] std::vector<int> arranged() const;

    EvidenceBook m_book;
    EvidenceFilter m_filter;
    std::vector<int> m_rows; ///< of the book, those that pass
    qint64 m_now = 0;
};

} // namespace narscope::ui
