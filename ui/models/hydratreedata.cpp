// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/hydratree.h"

#include "base/format.h"

using namespace Qt::StringLiterals;

// What a row of the tree says in each role.

namespace narscope::ui {

QVariant HydraTree::textOf(const TreeNode &node, int column) const
{
    const auto &value = node.value;
    const auto count = [](std::optional<int> n) { return n && *n > 0 ? formatCount(*n) : QString(); };
    switch (column) {
    case NameColumn:
        return value.text;
    case FailedColumn:
        return count(value.failed);
    case LeftColumn:
        return count(value.left);
    case AgeColumn:
        return value.time ? formatAge(m_clock.now() - std::chrono::seconds(*value.time)) : QString();
    default:
        return {};
    }
}

QString HydraTree::tipOf(const TreeNode &node) const
{
    const auto &value = node.value;
    QStringList lines;
    if (value.time)
        lines << formatExactTime(*value.time);
    if (value.stale)
        lines << tr("Not refreshed: %1").arg(value.problem);
    return lines.join(u'\n');
}

QVariant HydraTree::data(const QModelIndex &index, int role) const
{
    const auto *node = nodeAt(index);
    if (!node)
        return {};
    const auto &value = node->value;
    const bool name = index.column() == NameColumn;
    switch (role) {
    case Qt::DisplayRole:
        return textOf(*node, index.column());
    case Qt::ToolTipRole:
        return tipOf(*node);
    case Qt::TextAlignmentRole:
        return name ? QVariant() : QVariant(int(Qt::AlignRight | Qt::AlignVCenter));
    case Qt::AccessibleTextRole:
        return name ? QString(value.text + u' ' + value.hint).trimmed() : textOf(*node, index.column()).toString();
    case MarkRole:
        return name ? int(value.mark) : int(Mark::None);
    case HintRole:
        return name ? value.hint : QString();
    case UnseenRole:
        return name && value.unseen;
    case QuietRole:
        return !name || value.key.kind == TreeKind::Note || value.key.kind == TreeKind::Older;
    case SubjectRole:
        return value.subject ? QVariant::fromValue(*value.subject) : QVariant();
    case LoadingRole:
        return value.loading;
    case StaleRole:
        return value.stale;
    case ProblemRole:
        return value.problem;
    default:
        return {};
    }
}

QVariant HydraTree::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Jobset, evaluation");
    case FailedColumn:
        return tr("Failed");
    case LeftColumn:
        return tr("Left");
    case AgeColumn:
        return tr("Ago");
    default:
        return {};
    }
}

} // namespace narscope::ui
