// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/client.h"

#include <map>

using namespace Qt::StringLiterals;

// What the metrics of distribution.md §2.6 say about channels.

namespace narscope::channels {

namespace {

const QString nameLabel = u"__name__"_s;

std::optional<qint64> secondsOf(const Sample &sample)
{
    const double value = sample.point.value;
    return value > 0 && value < 1e12 ? std::optional(static_cast<qint64>(value)) : std::nullopt;
}

} // namespace

QString channelStateQuery()
{
    return u"{__name__=~\"channel_revision|channel_update_time|channel_current\"}"_s;
}

QString gateJobsQuery()
{
    // Scraped every 5 minutes, which is also how far Prometheus looks back: 15 minutes leave no holes. A
    // function drops the name, so that only one metric can be asked for at a time.
    return u"last_over_time(hydra_job_failed[15m])"_s;
}

QString updateUnitsQuery()
{
    return u"node_systemd_unit_state{name=~\"update-nix.*\"}"_s;
}

QList<ChannelState> channelStates(const QList<Sample> &samples)
{
    std::map<QString, ChannelState> states;
    for (const auto &sample : samples) {
        const auto name = sample.label(nameLabel);
        const auto channel = sample.label(u"channel"_s);
        if (channel.isEmpty())
            continue;
        auto &state = states[channel];
        state.channel = channel;
        if (name == "channel_revision"_L1) {
            state.revision = sample.label(u"revision"_s);
            state.status = sample.label(u"status"_s);
            state.variant = sample.label(u"variant"_s);
            state.isCurrent = sample.label(u"current"_s) != "0"_L1;
        } else if (name == "channel_update_time"_L1) {
            state.updatedAt = secondsOf(sample);
        }
    }
    QList<ChannelState> list;
    for (auto &[channel, state] : states) {
        if (!state.revision.isEmpty())
            list.append(std::move(state));
    }
    return list;
}

QList<GateState> gateStates(const QList<Sample> &samples)
{
    QList<GateState> states;
    for (const auto &sample : samples) {
        const JobName job{{sample.label(u"project"_s), sample.label(u"jobset"_s)}, sample.label(u"exported_job"_s)};
        if (!job.job.isEmpty())
            states.append({.channel = sample.label(u"channel"_s), .job = job, .hasFailed = sample.point.value > 0});
    }
    return states;
}

QHash<QString, QString> unitStates(const QList<Sample> &samples)
{
    QHash<QString, QString> states;
    for (const auto &sample : samples) {
        if (sample.point.value > 0)
            states.insert(sample.label(u"name"_s), sample.label(u"state"_s));
    }
    return states;
}

} // namespace narscope::channels
