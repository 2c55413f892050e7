// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/keymodel.h"

#include "base/format.h"
#include "ui/models/mark.h"
#include "ui/models/roles.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

KeyModel::KeyModel(std::vector<nix::TrustedKey> known, nix::TrustPolicy policy, QObject *parent)
    : QAbstractTableModel(parent)
{
    for (auto &key : policy.keys)
        m_rows.push_back({.name = key.key.name, .key = key, .isTrusted = true});
    for (auto &key : known) {
        if (std::ranges::none_of(m_rows, [&key](const Row &row) { return row.key && row.key->key == key.key; }))
            m_rows.push_back({.name = key.key.name, .key = key});
    }
}

KeyModel::Row &KeyModel::rowOf(const QByteArray &name)
{
    const auto found = std::ranges::find(m_rows, name, &Row::name);
    if (found != m_rows.end())
        return *found;
    beginInsertRows({}, rowCount(), rowCount());
    m_rows.push_back({.name = name});
    endInsertRows();
    return m_rows.back();
}

void KeyModel::take(const QList<nix::PathReport> &reports)
{
    for (const auto &report : reports) {
        for (const auto &check : report.signatures) {
            const bool isRight = check.verdict == nix::SignatureVerdict::Good || check.verdict == nix::SignatureVerdict::Duplicate || check.verdict == nix::SignatureVerdict::Retired;
            if (isRight || (check.verdict == nix::SignatureVerdict::UnknownKey && !check.keyName.isEmpty()))
                rowOf(check.keyName.left(200)).paths.insert(report.pathText());
        }
    }
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

qsizetype KeyModel::unknownNames() const
{
    return std::ranges::count_if(m_rows, [](const Row &row) { return !row.key; });
}

int KeyModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int KeyModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString KeyModel::textOf(const Row &row, int column) const
{
    switch (column) {
    case Name: return QString::fromUtf8(row.name);
    case State:
        if (!row.key)
            return tr("unknown: its signatures prove nothing");
        if (row.key->retired)
            return tr("retired %1").arg(row.key->retired->toString(Qt::ISODate));
        return row.isTrusted ? tr("trusted") : tr("known, not trusted");
    case Signed: return row.paths.isEmpty() ? QString() : formatCount(row.paths.size());
    case Purpose: return row.key ? row.key->purpose : QString();
    case Source: return row.key ? row.key->source : tr("seen in a narinfo");
    case Key: return row.key ? QString::fromLatin1(row.key->key.bytes.toBase64()) : QString();
    default: return {};
    }
}

QVariant KeyModel::data(const QModelIndex &index, int role) const
{
    if (index.row() < 0 || index.row() >= rowCount())
        return {};
    const auto &row = m_rows[size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return textOf(row, column);
    case Qt::TextAlignmentRole: return column == Signed ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole: return int(column != Name ? Mark::None : !row.key ? Mark::Unknown : row.isTrusted ? Mark::Holds : Mark::NotChecked);
    case MonoRole: return column == Key;
    case QuietRole: return column == Source;
    default: return {};
    }
}

QVariant KeyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Signed ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Key");
    case State: return tr("State");
    case Signed: return tr("Signed, seen here");
    case Purpose: return tr("For");
    case Source: return tr("From");
    case Key: return tr("Ed25519");
    default: return {};
    }
}

} // namespace narscope::ui
