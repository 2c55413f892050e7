// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"

#include <QAbstractTableModel>
#include <QMap>

namespace narscope::ui {

/// The keys that are known, and names that signed something and are not: what each signed that was seen here.
class KeyModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Signed, Purpose, Source, Key, ColumnCount };
    KeyModel(std::vector<nix::TrustedKey> known, nix::TrustPolicy policy, QObject *parent = nullptr);

    /// Counts the signatures of these reports, once for each path.
    void take(const QList<nix::PathReport> &reports);
    [[nodiscard]] qsizetype unknownNames() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QByteArray name;
        std::optional<nix::TrustedKey> key; ///< nothing: only the name was seen
        bool isTrusted = false;
        QSet<QString> paths; ///< that it signed: a right signature, or for an unknown name a claimed one
    };
    [[nodiscard]] QString textOf(const Row &row, int column) const;
    Row &rowOf(const QByteArray &name);

    std::vector<Row> m_rows;
};

} // namespace narscope::ui
