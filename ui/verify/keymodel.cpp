// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/keymodel.h"

#include "base/format.h"
#include "ui/models/mark.h"
#include "ui/models/roles.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype longestName = 200;
constexpr qsizetype mostUnknown = 1000; ///< a hostile cache may claim a new name for each path

} // namespace

KeyModel::KeyModel(nix::TrustChoices choices, QObject *parent)
    : QAbstractTableModel(parent)
    , m_choices(std::move(choices))
{
}

void KeyModel::setChoices(nix::TrustChoices choices)
{
    beginResetModel();
    m_choices = std::move(choices);
    m_unknown.removeIf([this](const QByteArray &name) {
        return std::ranges::contains(m_choices.keys, name, [](const auto &key) { return key.key.name; });
    });
    endResetModel();
}

const nix::TrustedKey *KeyModel::keyAt(int row) const
{
    return row >= 0 && row < int(m_choices.keys.size()) ? &m_choices.keys[size_t(row)] : nullptr;
}

void KeyModel::take(const QList<nix::PathReport> &reports)
{
    for (const auto &report : reports) {
        for (const auto &check : report.signatures) {
            const bool isUnknown = check.verdict == nix::SignatureVerdict::UnknownKey && !check.keyName.isEmpty();
            const bool isRight = check.verdict == nix::SignatureVerdict::Good
                || check.verdict == nix::SignatureVerdict::Duplicate || check.verdict == nix::SignatureVerdict::Retired;
            if (!isRight && !isUnknown)
                continue;
            const auto name = check.keyName.left(longestName);
            m_signed[name].insert(report.pathText());
            // A key that is known and not trusted has a row already.
            const bool hasRow = m_unknown.contains(name)
                || std::ranges::contains(m_choices.keys, name, [](const auto &key) { return key.key.name; });
            if (isUnknown && !hasRow && m_unknown.size() < mostUnknown) {
                beginInsertRows({}, rowCount(), rowCount());
                m_unknown << name;
                endInsertRows();
            }
        }
    }
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int KeyModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_choices.keys.size()) + int(m_unknown.size());
}

QByteArray KeyModel::nameAt(int row) const
{
    const auto *key = keyAt(row);
    return key ? key->key.name : m_unknown[row - int(m_choices.keys.size())];
}

int KeyModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString KeyModel::textOf(int row, int column) const
{
    const auto *key = keyAt(row);
    switch (column) {
    case Name:
        return QString::fromUtf8(nameAt(row));
    case State:
        if (!key)
            return tr("unknown: its signatures prove nothing");
        if (key->retired)
            return tr("retired %1").arg(key->retired->toString(Qt::ISODate));
        return key->enabledByDefault ? tr("trusted") : tr("known, not trusted");
    case Signed: {
        const auto count = m_signed.value(nameAt(row)).size();
        return count > 0 ? formatCount(count) : QString();
    }
    case Purpose:
        return key ? key->purpose : QString();
    case Source:
        return key ? key->source : tr("seen in a narinfo");
    case Key:
        return key ? QString::fromLatin1(key->key.bytes.toBase64()) : QString();
    default:
        return {};
    }
}

QVariant KeyModel::data(const QModelIndex &index, int role) const
{
    if (index.row() < 0 || index.row() >= rowCount())
        return {};
    const auto *key = keyAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return textOf(index.row(), column);
    case Qt::TextAlignmentRole:
        return column == Signed ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole:
        return int(column != Name       ? Mark::None
                : !key                  ? Mark::Unknown
                : key->enabledByDefault ? Mark::Holds
                                        : Mark::NotChecked);
    case MonoRole:
        return column == Key;
    case QuietRole:
        return column == Source;
    default:
        return {};
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
    case Name:
        return tr("Key");
    case State:
        return tr("State");
    case Signed:
        return tr("Signed, seen here");
    case Purpose:
        return tr("For");
    case Source:
        return tr("From");
    case Key:
        return tr("Ed25519");
    default:
        return {};
    }
}

} // namespace narscope::ui
