// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/keptmodel.h"

#include "base/format.h"
#include "ui/models/mark.h"
#include "ui/models/roles.h"
#include "ui/verify/verdictmark.h"
#include "ui/widgets/pathrow.h"
#include "ui/widgets/textlabel.h"

using namespace Qt::StringLiterals;

namespace narscope::ui {

KeptModel::KeptModel(Clock &clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(clock)
{
}

void KeptModel::setKept(QList<history::Verification> kept)
{
    if (kept == m_kept)
        return;
    beginResetModel();
    m_kept = std::move(kept);
    endResetModel();
}

const history::Verification *KeptModel::keptAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_kept[row] : nullptr;
}

int KeptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_kept.size());
}

int KeptModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant KeptModel::data(const QModelIndex &index, int role) const
{
    const auto *kept = keptAt(index.row());
    if (!kept)
        return {};
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return column == Path ? shortPathName(kept->path)
            : column == State ? (kept->verdict == "unchecked"_L1 ? wordOf(nix::Verdict::Unchecked) : kept->verdict)
                              : formatTime(kept->time, m_clock.nowSeconds());
    case Qt::ToolTipRole:
        return column == When ? formatExactTime(kept->time) : plainTip(kept->path);
    case MarkRole:
        return int(column != Path             ? Mark::None
                : kept->verdict == "holds"_L1 ? Mark::Holds
                : kept->verdict == "fails"_L1 ? Mark::Fails
                                              : Mark::NotChecked);
    case MonoRole:
    case MiddleRole:
        return column == Path;
    case QuietRole:
        return column == When;
    default:
        return {};
    }
}

QVariant KeptModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Path ? tr("Verified before") : section == State ? tr("Verdict") : tr("When");
}

} // namespace narscope::ui
