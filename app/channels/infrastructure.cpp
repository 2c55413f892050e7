// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/infrastructure.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

// A static library's resources are dropped by the linker unless named; the macro needs the global namespace.
static void keepInfrastructureResource()
{
    Q_INIT_RESOURCE(infrastructure);
}

namespace narscope::channels {

namespace {

constexpr qsizetype largestFile = 1024 * 1024;

std::unexpected<Problem> malformed(const QString &where)
{
    return problemSaying(ProblemKind::Malformed, u"The table of the infrastructure is not as it should be."_s, where);
}

Origin originOf(const QJsonObject &object)
{
    const auto text = [&](QLatin1StringView name) { return object.value(name).toString(); };
    return {.bucket = text("bucket"_L1),
        .region = text("region"_L1),
        .host = text("host"_L1),
        .port = quint16(object.value("port"_L1).toInt(443)),
        .shield = text("shield"_L1),
        .from = text("from"_L1)};
}

PublishedHost hostOf(const QJsonObject &object)
{
    const auto text = [&](QLatin1StringView name) { return object.value(name).toString(); };
    PublishedHost host{.name = text("name"_L1),
        .role = text("role"_L1),
        .records = {},
        .cdn = text("cdn"_L1),
        .issuer = text("issuer"_L1),
        .origin = {}};
    const auto records = object.value("records"_L1).toObject();
    for (const auto type : {net::DnsType::Ns, net::DnsType::Cname, net::DnsType::A, net::DnsType::Aaaa}) {
        if (!records.contains(word(type)))
            continue;
        QStringList values;
        for (const auto &value : records.value(word(type)).toArray())
            values << value.toString();
        values.sort();
        host.records[type] = values;
    }
    if (object.contains("origin"_L1))
        host.origin = originOf(object.value("origin"_L1).toObject());
    return host;
}

} // namespace

const PublishedHost *Infrastructure::find(const QString &name) const
{
    const auto found = std::ranges::find(hosts, name, &PublishedHost::name);
    return found == hosts.end() ? nullptr : &*found;
}

Result<Infrastructure> parseInfrastructure(QByteArrayView json)
{
    if (json.size() > largestFile)
        return problem(ProblemKind::TooLarge, {});
    const auto object = QJsonDocument::fromJson(json.toByteArray()).object();
    Infrastructure table{.source = object.value("source"_L1).toString(),
        .revision = object.value("revision"_L1).toString(),
        .date = object.value("date"_L1).toString(),
        .hosts = {}};
    for (const auto &value : object.value("hosts"_L1).toArray()) {
        auto host = hostOf(value.toObject());
        if (host.name.isEmpty())
            return malformed(u"hosts[%1].name"_s.arg(table.hosts.size()));
        table.hosts.append(std::move(host));
    }
    return table.hosts.isEmpty() ? malformed(u"hosts"_s) : Result<Infrastructure>(std::move(table));
}

const Infrastructure &shippedInfrastructure()
{
    static const auto table = [] {
        keepInfrastructureResource();
        QFile file(u":/narscope/infrastructure.json"_s);
        auto read = file.open(QIODevice::ReadOnly) ? parseInfrastructure(file.readAll())
                                                   : Result<Infrastructure>(malformed({}));
        return read ? std::move(*read) : Infrastructure();
    }();
    return table;
}

} // namespace narscope::channels
