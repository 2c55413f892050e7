// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/servers.h"

#include <QFile>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

using namespace Qt::StringLiterals;

/// In a static library nothing else refers to the resource, so the linker would drop it. (The macro works only
/// outside of namespaces.)
static void initResource()
{
    Q_INIT_RESOURCE(servers);
}

namespace narscope::net {

namespace {

constexpr qsizetype maxFileBytes = 1024 * 1024;
constexpr int maxServers = 1000;

struct KindWord {
    ServerKind kind;
    QLatin1StringView word;
};
constexpr KindWord kindWords[]{
    {ServerKind::Hydra, "hydra"_L1},
    {ServerKind::QueueRunner, "queue-runner"_L1},
    {ServerKind::Cache, "cache"_L1},
    {ServerKind::GitHub, "github"_L1},
    {ServerKind::OfBorg, "ofborg"_L1},
    {ServerKind::OfBorgBus, "ofborg-bus"_L1},
    {ServerKind::HydraSocket, "hydra-socket"_L1},
    {ServerKind::Channels, "channels"_L1},
    {ServerKind::Releases, "releases"_L1},
    {ServerKind::ChannelsBucket, "channels-bucket"_L1},
    {ServerKind::ReleasesBucket, "releases-bucket"_L1},
    {ServerKind::Prometheus, "prometheus"_L1},
};

using Policies = QMap<ServerKind, Policy>;

/// Reads the members of one JSON object, and knows which of them nobody asked for: a misspelt limit must not
/// silently be no limit.
class Members {
public:
    Members(const QJsonObject &object, QString where)
        : m_object(object)
        , m_where(std::move(where))
    {
    }

    void number(QLatin1StringView name, double &value, double lowest, double highest)
    {
        const auto json = take(name);
        if (json.isUndefined())
            return;
        if (!json.isDouble() || json.toDouble() < lowest || json.toDouble() > highest)
            fault(name, u"a number from %1 to %2"_s.arg(lowest).arg(highest));
        else
            value = json.toDouble();
    }
    template <typename Number> void whole(QLatin1StringView name, Number &value, double lowest, double highest)
    {
        double number = double(value);
        this->number(name, number, lowest, highest);
        value = Number(number);
    }
    void seconds(QLatin1StringView name, Milliseconds &value)
    {
        double number = double(value.count()) / 1000;
        this->number(name, number, 0.001, 86'400);
        value = Milliseconds(qint64(number * 1000));
    }
    void boolean(QLatin1StringView name, bool &value)
    {
        const auto json = take(name);
        if (json.isBool())
            value = json.toBool();
        else if (!json.isUndefined())
            fault(name, u"true or false"_s);
    }
    void text(QLatin1StringView name, QString &value)
    {
        const auto json = take(name);
        if (json.isString())
            value = json.toString();
        else if (!json.isUndefined())
            fault(name, u"a text"_s);
    }
    void texts(QLatin1StringView name, QStringList &value)
    {
        const auto json = take(name);
        if (json.isUndefined())
            return;
        value.clear();
        for (const auto &item : json.toArray()) {
            if (!item.isString())
                return fault(name, u"a list of texts"_s);
            value << item.toString();
        }
        if (!json.isArray())
            fault(name, u"a list of texts"_s);
    }
    QJsonValue take(QLatin1StringView name)
    {
        m_known.insert(name);
        return m_object.value(name);
    }
    void fault(QLatin1StringView name, const QString &wanted)
    {
        if (m_fault.isEmpty())
            m_fault = u"%1.%2 must be %3"_s.arg(m_where, name, wanted);
    }
    [[nodiscard]] Result<void> end()
    {
        for (auto it = m_object.begin(); it != m_object.end() && m_fault.isEmpty(); ++it) {
            if (!m_known.contains(it.key()))
                m_fault = u"%1.%2 is not something a servers file can say"_s.arg(m_where, it.key());
        }
        if (!m_fault.isEmpty())
            return problem(ProblemKind::Malformed, m_where, m_fault);
        return {};
    }

private:
    QJsonObject m_object;
    QString m_where;
    QSet<QString> m_known;
    QString m_fault;
};

Result<Policy> readPolicy(const QJsonObject &json, const QString &where, Policy policy)
{
    Members members(json, where);
    members.number("perSecond"_L1, policy.perSecond, 0, 1e6);
    members.number("burst"_L1, policy.burst, 1, 1e6);
    members.number("backgroundPerSecond"_L1, policy.backgroundPerSecond, 0, 1e6);
    members.whole("inFlight"_L1, policy.inFlight, 1, 256);
    members.seconds("quickSeconds"_L1, policy.quick);
    members.seconds("slowSeconds"_L1, policy.slow);
    members.seconds("longestSeconds"_L1, policy.longest);
    members.whole("maxBody"_L1, policy.maxBody, 1, 1e12);
    members.texts("allowedPaths"_L1, policy.allowedPaths);
    members.texts("forbiddenPaths"_L1, policy.forbiddenPaths);
    members.texts("redirectHosts"_L1, policy.redirectHosts);
    members.boolean("http2"_L1, policy.http2);
    if (auto ok = members.end(); !ok)
        return std::unexpected(ok.error());
    return policy;
}

std::optional<ServerKind> kindOf(const QString &word)
{
    const auto it = std::ranges::find(kindWords, word, &KindWord::word);
    return it == std::end(kindWords) ? std::nullopt : std::optional(it->kind);
}

bool isServerUrl(const QUrl &url)
{
    return url.isValid() && (url.scheme() == "https"_L1 || url.scheme() == "http"_L1) && !url.host().isEmpty()
        && url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment();
}

QUrl withoutLastSlash(const QUrl &url)
{
    QUrl bare = url;
    QString path = url.path(QUrl::FullyEncoded);
    while (path.endsWith(u'/'))
        path.chop(1);
    bare.setPath(path, QUrl::StrictMode);
    return bare;
}

Result<Server> readServer(const QJsonObject &json, const QString &where, const Policies &policies)
{
    Server server;
    QString kind;
    QString url;
    Members members(json, where);
    members.text("id"_L1, server.id);
    members.text("kind"_L1, kind);
    members.text("name"_L1, server.name);
    members.text("url"_L1, url);
    members.boolean("on"_L1, server.isOn);
    const auto policy = members.take("policy"_L1);
    if (server.id.isEmpty())
        members.fault("id"_L1, u"given"_s);
    if (!kindOf(kind))
        members.fault("kind"_L1, u"one of the words that the manual lists"_s);
    server.url = withoutLastSlash(QUrl(url, QUrl::StrictMode));
    if (!isServerUrl(server.url))
        members.fault("url"_L1, u"an http or https address without a query"_s);
    if (!policy.isUndefined() && !policy.isObject())
        members.fault("policy"_L1, u"an object"_s);
    if (auto ok = members.end(); !ok)
        return std::unexpected(ok.error());
    server.kind = *kindOf(kind);
    if (server.name.isEmpty())
        server.name = server.id;
    auto read = readPolicy(policy.toObject(), where + u".policy"_s, policies.value(server.kind));
    if (!read)
        return std::unexpected(read.error());
    server.policy = std::move(*read);
    return server;
}

Result<QJsonObject> readObject(QByteArrayView json)
{
    if (json.size() > maxFileBytes)
        return problem(ProblemKind::TooLarge, u"servers file"_s);
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(json.toByteArray(), &error);
    if (!document.isObject())
        return problem(
            ProblemKind::Malformed, u"servers file"_s, u"at byte %1: %2"_s.arg(error.offset).arg(error.errorString()));
    return document.object();
}

Result<Policies> readPolicies(const QJsonValue &json, Policies policies)
{
    const auto kinds = json.toObject();
    for (auto it = kinds.begin(); it != kinds.end(); ++it) {
        const QString where = u"policies."_s + it.key();
        const auto kind = kindOf(it.key());
        if (!kind || !it->isObject())
            return problem(ProblemKind::Malformed, where, u"not the policy of a kind of server"_s);
        auto policy = readPolicy(it->toObject(), where, policies.value(*kind));
        if (!policy)
            return std::unexpected(policy.error());
        policies.insert(*kind, std::move(*policy));
    }
    return policies;
}

struct ServersFile {
    Policies policies;
    Servers servers;
};

Result<ServersFile> readFile(QByteArrayView json, const Policies &known)
{
    const auto object = readObject(json);
    if (!object)
        return std::unexpected(object.error());
    Members members(*object, u"servers file"_s);
    auto policies = readPolicies(members.take("policies"_L1), known);
    if (!policies)
        return std::unexpected(policies.error());
    const auto list = members.take("servers"_L1).toArray();
    if (list.isEmpty() || list.size() > maxServers)
        members.fault("servers"_L1, u"a list of 1 to %1 servers"_s.arg(maxServers));
    if (auto ok = members.end(); !ok)
        return std::unexpected(ok.error());
    ServersFile file{.policies = std::move(*policies), .servers = {}};
    QSet<QString> ids;
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QString where = u"servers[%1]"_s.arg(i);
        auto server = readServer(list[i].toObject(), where, file.policies);
        if (!server)
            return std::unexpected(server.error());
        if (ids.contains(server->id))
            return problem(ProblemKind::Malformed, where, u"the id “%1” is there twice"_s.arg(server->id));
        ids.insert(server->id);
        file.servers.append(std::move(*server));
    }
    return file;
}

/// Not of the shipped list, which a test holds to it: compiling all of its expressions takes as long as everything else
/// that starts here.
Result<void> checkPatterns(const Servers &servers)
{
    for (const auto &server : servers) {
        for (const auto &pattern : server.policy.allowedPaths + server.policy.forbiddenPaths) {
            if (!QRegularExpression(pattern).isValid())
                return problem(ProblemKind::Malformed, u"server “%1”"_s.arg(server.id),
                    u"allowedPaths and forbiddenPaths must be regular expressions; “%1” is none"_s.arg(pattern));
        }
    }
    return {};
}

const ServersFile &shipped()
{
    static const ServersFile file = [] {
        initResource();
        QFile resource(u":/narscope/servers.json"_s);
        if (!resource.open(QIODevice::ReadOnly))
            qFatal("the list of servers is missing from the program");
        auto read = readFile(resource.readAll(), {});
        if (!read)
            qFatal("the list of servers in the program is broken: %s", qPrintable(describe(read.error())));
        return std::move(*read);
    }();
    return file;
}

Policy loopbackPolicy(ServerKind kind)
{
    Policy policy = shipped().policies.value(kind);
    policy.perSecond = 0;
    policy.backgroundPerSecond = 0;
    policy.inFlight = 32;
    return policy;
}

} // namespace

Result<Servers> parseServers(QByteArrayView json)
{
    auto file = readFile(json, shipped().policies);
    if (!file)
        return std::unexpected(std::move(file.error()));
    if (auto ok = checkPatterns(file->servers); !ok)
        return std::unexpected(std::move(ok.error()));
    return std::move(file->servers);
}

Servers shippedServers()
{
    return shipped().servers;
}

Policy shippedPolicy(ServerKind kind)
{
    return shipped().policies.value(kind);
}

bool isLoopback(const QUrl &url)
{
    const QString host = url.host();
    return host == "localhost"_L1 || QHostAddress(host).isLoopback();
}

Server serverAt(const QUrl &url, ServerKind kind)
{
    const QUrl base = withoutLastSlash(url);
    for (const auto &server : shipped().servers) {
        if (server.kind == kind && server.url == base)
            return server;
    }
    const QString id = base.authority() + base.path();
    return {.id = id,
        .kind = kind,
        .name = id,
        .url = base,
        .policy = isLoopback(base) ? loopbackPolicy(kind) : shipped().policies.value(kind),
        .isOn = true};
}

const Server *findServer(const Servers &servers, ServerKind kind)
{
    const auto it = std::ranges::find(servers, kind, &Server::kind);
    return it == servers.end() ? nullptr : &*it;
}

QString word(ServerKind kind)
{
    return std::ranges::find(kindWords, kind, &KindWord::kind)->word;
}

} // namespace narscope::net
