// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/channelmap.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

// A static library's resources are dropped by the linker unless named; the macro needs the global namespace.
static void keepChannelsResource()
{
    Q_INIT_RESOURCE(channels);
}

namespace narscope::channels {

namespace {

constexpr qsizetype largestFile = 1024 * 1024;

std::unexpected<Problem> malformed(const QString &where)
{
    return problemSaying(ProblemKind::Malformed, u"The list of channels is not as it should be."_s, where);
}

/// «nixos/unstable».
std::optional<JobsetName> jobsetOf(const QString &text)
{
    const auto parts = text.split(u'/');
    return parts.size() == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
        ? std::optional(JobsetName{parts[0], parts[1]})
        : std::nullopt;
}

Result<Channel> readChannel(const QJsonObject &object, const QString &where)
{
    auto channel = channelNamed(object.value("name"_L1).toString());
    const auto job = object.value("job"_L1).toString();
    const auto jobset = jobsetOf(job.section(u'/', 0, 1));
    if (channel.name.isEmpty() || !jobset || job.count(u'/') != 2)
        return malformed(where);
    channel.gate = {*jobset, job.section(u'/', 2)};
    channel.status = object.value("status"_L1).toString();
    channel.variant = object.value("variant"_L1).toString();
    return channel;
}

} // namespace

const Channel *ChannelMap::find(const QString &name) const
{
    const auto it = std::ranges::find(channels, name, &Channel::name);
    return it == channels.end() ? nullptr : &*it;
}

Result<ChannelMap> parseChannelMap(QByteArrayView json)
{
    if (json.size() > largestFile)
        return problem(ProblemKind::TooLarge, {});
    const auto top = QJsonDocument::fromJson(json.toByteArray()).object();
    ChannelMap map;
    for (const auto &item : top.value("channels"_L1).toArray()) {
        auto channel = readChannel(item.toObject(), u"channels[%1]"_s.arg(map.channels.size()));
        if (!channel)
            return std::unexpected(std::move(channel.error()));
        map.channels.append(std::move(*channel));
    }
    if (map.channels.isEmpty())
        return malformed(u"channels"_s);
    return map;
}

const ChannelMap &shippedChannels()
{
    static const ChannelMap map = [] {
        keepChannelsResource();
        QFile file(u":/narscope/channels.json"_s);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("the list of channels is missing from the program");
        auto read = parseChannelMap(file.readAll());
        if (!read)
            qFatal("the list of channels in the program is broken: %s", qPrintable(describe(read.error())));
        return std::move(*read);
    }();
    return map;
}

Channel channelNamed(const QString &name)
{
    static const QRegularExpression form(u"\\A(nixos|nixpkgs)-([a-z0-9.-]+)\\z"_s);
    const auto match = form.match(name);
    if (!match.hasMatch())
        return {};
    const auto product = match.captured(1);
    const auto rest = match.captured(2);
    const bool isNixos = product == "nixos"_L1;
    const bool isStable = rest.at(0).isDigit();
    Channel channel{.name = name, .folder = name == "nixpkgs-unstable"_L1 ? product : product + u'/' + rest};
    channel.gate.jobset = {product, isNixos && isStable ? u"release-"_s + rest : isNixos || !isStable ? rest : name};
    channel.gate.job = isNixos ? u"tested"_s : isStable ? u"darwin-tested"_s : u"unstable"_s;
    channel.status = isStable ? u"stable"_s : u"rolling"_s;
    channel.variant = rest.endsWith("-small"_L1) ? u"small"_s
        : rest.endsWith("-darwin"_L1)            ? u"darwin"_s
        : isNixos                                ? u"primary"_s
                                                 : QString();
    channel.unit = u"update-%1.service"_s.arg(name);
    channel.branch = name;
    return channel;
}

} // namespace narscope::channels
