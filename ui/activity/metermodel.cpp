// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/activity/metermodel.h"

#include "base/format.h"
#include "ui/models/roles.h"
#include "ui/widgets/health.h"

using namespace Qt::StringLiterals;

namespace narscope::ui {

MeterModel::MeterModel(Clock &clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(clock)
{
}

void MeterModel::take(const QList<net::ServerMeter> &meters)
{
    const auto sameServers
        = std::ranges::equal(meters, m_meters, {}, &net::ServerMeter::server, &net::ServerMeter::server);
    if (!sameServers)
        beginResetModel(); // servers change when the program starts and when a person adds one
    m_meters = meters;
    if (!sameServers)
        endResetModel();
    else
        tick();
}

void MeterModel::tick()
{
    if (!m_meters.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

QString MeterModel::serverAt(int row) const
{
    return row >= 0 && row < m_meters.size() ? m_meters[row].server : QString();
}

int MeterModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_meters.size());
}

int MeterModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString MeterModel::stateOf(const net::ServerMeter &meter) const
{
    const auto now = m_clock.now();
    auto why = isFailing(meter) ? meter.lastProblem->sentence : QString();
    if (meter.backOffUntil && *meter.backOffUntil > now)
        return (tr("Next try in %1. ").arg(formatDuration(*meter.backOffUntil - now)) + why).trimmed();
    if (!why.isEmpty())
        return why;
    return meter.sent == 0 && !meter.lastGood ? tr("Not asked yet") : tr("Answers");
}

QString MeterModel::textOf(const net::ServerMeter &meter, int column) const
{
    switch (column) {
    case Server:
        return meter.name;
    case State:
        return stateOf(meter);
    case LastGood:
        return meter.lastGood ? formatAge(qMax(Milliseconds(0), m_clock.now() - *meter.lastGood)) : QString();
    case Rate:
        return QString::number(meter.perSecond, 'f', 2) + u"/s"_s;
    case Allowed:
        return meter.allowedPerSecond > 0 ? tr("of %1").arg(rateText(meter.allowedPerSecond)) : tr("no limit");
    case Hour:
        return formatCount(meter.lastHour);
    case Waiting:
        return formatCount(meter.waiting) + u" + "_s + formatCount(meter.inFlight);
    default:
        return {};
    }
}

QVariant MeterModel::data(const QModelIndex &index, int role) const
{
    if (index.row() < 0 || index.row() >= m_meters.size())
        return {};
    const auto &meter = m_meters[index.row()];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return textOf(meter, column);
    case Qt::ToolTipRole:
        return column == Server ? QVariant(healthOf(meter, m_clock.now()).tip) : QVariant();
    case Qt::TextAlignmentRole:
        return column >= LastGood ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case MarkRole:
        return int(column == Server ? healthOf(meter, m_clock.now()).mark : Mark::None);
    case QuietRole:
        return column == LastGood || column == Allowed;
    default:
        return {};
    }
}

QVariant MeterModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= LastGood ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Server:
        return tr("Server");
    case State:
        return tr("State");
    case LastGood:
        return tr("Last answer");
    case Rate:
        return tr("Asked");
    case Allowed:
        return tr("Allowed");
    case Hour:
        return tr("Last hour");
    case Waiting:
        return tr("Waiting + under way");
    default:
        return {};
    }
}

} // namespace narscope::ui
