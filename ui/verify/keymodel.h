// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"
#include "nix/trustchoices.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QSet>

namespace narscope::ui {

/// The keys that are known, and below them names that signed something and are not: what each signed that was seen
/// here.
class KeyModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Signed, Purpose, Source, Key, ColumnCount };
    explicit KeyModel(nix::TrustChoices choices, QObject *parent = nullptr);

    [[nodiscard]] const nix::TrustChoices &choices() const { return m_choices; }
    void setChoices(nix::TrustChoices choices);
    /// Null for a name that is not known as a key.
    [[nodiscard]] const nix::TrustedKey *keyAt(int row) const;
    /// Counts the signatures of these reports, once for each path.
    void take(const QList<nix::PathReport> &reports);
    [[nodiscard]] qsizetype unknownNames() const { return m_unknown.size(); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QByteArray nameAt(int row) const;
    [[nodiscard]] QString textOf(int row, int column) const;

    nix::TrustChoices m_choices;
    QList<QByteArray> m_unknown; ///< names, in the order seen
    /// By key name, the paths it signed: a right signature, or for an unknown name a claimed one.
    QHash<QByteArray, QSet<QString>> m_signed;
};

} // namespace narscope::ui
