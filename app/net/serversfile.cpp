// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/serversfile.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::net {

namespace {

constexpr qint64 enough = 2 * 1024 * 1024; ///< more than parseServers() takes
constexpr qsizetype longestName = 200;

bool isSafe(const QUrl &url)
{
    return url.scheme() == "https"_L1 || (url.scheme() == "http"_L1 && isLoopback(url));
}

QJsonObject differences(const Policy &policy, const Policy &usual)
{
    QJsonObject json;
    const auto add = [&json](QLatin1StringView name, const auto &value, const auto &before) {
        if (value != before)
            json[name] = value;
    };
    const auto seconds = [&json](QLatin1StringView name, Milliseconds value, Milliseconds before) {
        if (value != before)
            json[name] = double(value.count()) / 1000;
    };
    const auto texts = [&json](QLatin1StringView name, const QStringList &value, const QStringList &before) {
        if (value != before)
            json[name] = QJsonArray::fromStringList(value);
    };
    add("perSecond"_L1, policy.perSecond, usual.perSecond);
    add("burst"_L1, policy.burst, usual.burst);
    add("backgroundPerSecond"_L1, policy.backgroundPerSecond, usual.backgroundPerSecond);
    add("inFlight"_L1, policy.inFlight, usual.inFlight);
    seconds("quickSeconds"_L1, policy.quick, usual.quick);
    seconds("slowSeconds"_L1, policy.slow, usual.slow);
    seconds("longestSeconds"_L1, policy.longest, usual.longest);
    add("maxBody"_L1, policy.maxBody, usual.maxBody);
    texts("allowedPaths"_L1, policy.allowedPaths, usual.allowedPaths);
    texts("forbiddenPaths"_L1, policy.forbiddenPaths, usual.forbiddenPaths);
    texts("redirectHosts"_L1, policy.redirectHosts, usual.redirectHosts);
    add("http2"_L1, policy.http2, usual.http2);
    return json;
}

std::unexpected<Problem> refused(const QString &sentence, const QString &where)
{
    return problemSaying(ProblemKind::Usage, sentence, where);
}

} // namespace

QString serversFileIn(const QString &folder)
{
    return QDir(folder).filePath(u"servers.json"_s);
}

Result<std::optional<Servers>> loadServers(const QString &folder)
{
    QFile file(serversFileIn(folder));
    if (!file.exists())
        return std::nullopt;
    if (!file.open(QIODevice::ReadOnly))
        return problemSaying(
            ProblemKind::Io, u"The list of servers cannot be read."_s, file.fileName(), file.errorString());
    auto servers = parseServers(file.read(enough));
    QString detail;
    if (!servers) {
        detail = servers.error().detail;
    } else if (const auto unsafe = std::ranges::find_if_not(*servers, isSafe, &Server::url); unsafe != servers->end()) {
        detail = u"%1 is neither https nor on this computer"_s.arg(unsafe->url.toString());
    } else {
        return std::optional(std::move(*servers));
    }
    auto found = problemSaying(
        ProblemKind::Malformed, u"The list of servers cannot be understood."_s, file.fileName(), detail);
    found.error().advice = u"The servers that Narscope ships are asked until it is corrected or moved away."_s;
    return found;
}

Result<void> saveServers(const QString &folder, const Servers &servers)
{
    const auto path = serversFileIn(folder);
    if (servers == shippedServers()) {
        QFile file(path);
        if (!file.exists() || file.remove())
            return {};
        return problemSaying(ProblemKind::Io, u"The list of servers cannot be kept."_s, path, file.errorString());
    }
    QDir().mkpath(folder);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(writeServers(servers)) < 0 || !file.commit())
        return problemSaying(ProblemKind::Io, u"The list of servers cannot be kept."_s, path, file.errorString());
    return {};
}

QByteArray writeServers(const Servers &servers)
{
    QJsonArray list;
    for (const auto &server : servers) {
        QJsonObject json{{u"id"_s, server.id}, {u"kind"_s, word(server.kind)}, {u"name"_s, server.name},
            {u"url"_s, server.url.toString(QUrl::FullyEncoded)}};
        if (!server.isOn)
            json[u"on"_s] = false;
        if (const auto policy = differences(server.policy, shippedPolicy(server.kind)); !policy.isEmpty())
            json[u"policy"_s] = policy;
        list.append(json);
    }
    return QJsonDocument(QJsonObject{{u"servers"_s, list}}).toJson();
}

Result<Server> describedServer(ServerKind kind, const QString &name, const QString &address, const Servers &others)
{
    auto text = address.trimmed();
    if (!text.contains("://"_L1))
        text.prepend("https://"_L1);
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return refused(u"“%1” is no address."_s.arg(address), address);
    if (!isSafe(url))
        return refused(u"Only https addresses, or http on this computer."_s, address);
    if (!url.userInfo().isEmpty() || url.hasQuery() || url.hasFragment())
        return refused(u"The address may have neither a user nor a “?” nor a “#”."_s, address);
    auto server = serverAt(url, kind);
    const auto same = std::ranges::find_if(
        others, [&](const Server &other) { return other.kind == kind && other.url == server.url; });
    if (same != others.end())
        return refused(u"The list has this address already: %1."_s.arg(same->name), address);
    // Hosts serve several things: a Hydra is its own cache.
    const auto id = server.id;
    for (int i = 2; std::ranges::contains(others, server.id, &Server::id); ++i)
        server.id = i == 2 ? id + u'-' + word(kind) : u"%1-%2-%3"_s.arg(id, word(kind)).arg(i);
    if (!name.trimmed().isEmpty())
        server.name = name.trimmed().first(std::min(longestName, name.trimmed().size()));
    return server;
}

Servers switchedOn(Servers servers)
{
    servers.removeIf([](const Server &server) { return !server.isOn; });
    return servers;
}

} // namespace narscope::net
