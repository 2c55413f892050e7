// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

std::unexpected<Problem> badUsage(const QString &sentence)
{
    auto found = problemSaying(ProblemKind::Usage, sentence);
    found.error().advice = u"narscope-cli --help tells what there is."_s;
    return found;
}

Result<net::Servers> knownServers(const QString &file)
{
    if (file.isEmpty())
        return net::shippedServers();
    QFile source(file);
    if (!source.open(QIODevice::ReadOnly))
        return problemSaying(ProblemKind::Io, u"The servers file cannot be read."_s, file, source.errorString());
    constexpr qint64 enough = 2 * 1024 * 1024;
    return net::parseServers(source.read(enough));
}

std::optional<net::ServerKind> kindNamed(const QString &text)
{
    using enum net::ServerKind;
    for (const auto kind : {Hydra, QueueRunner, Cache, GitHub, OfBorg, OfBorgBus, HydraSocket, Channels, Releases,
             ChannelsBucket, ReleasesBucket, Prometheus}) {
        if (net::word(kind) == text)
            return kind;
    }
    return std::nullopt;
}

/// A binary cache in a folder, as `nix copy --to file://…` makes it. Nothing is asked of it over the network.
Result<net::Server> folderCache(const QUrl &url)
{
    const auto folder = url.toLocalFile();
    if (!url.host().isEmpty() || folder.isEmpty() || !QDir(folder).exists())
        return badUsage(u"There is no such folder to use as a cache: %1."_s.arg(url.toString()));
    return net::serverAt(url, net::ServerKind::Cache);
}

/// ID, URL of a Hydra, or KIND=URL.
Result<net::Server> serverFor(const QString &text, const net::Servers &known)
{
    const auto it = std::ranges::find(known, text, &net::Server::id);
    if (it != known.end())
        return *it;
    const auto kind = kindNamed(text.section(u'=', 0, 0));
    const QUrl url(kind ? text.section(u'=', 1) : text, QUrl::StrictMode);
    if (kind == net::ServerKind::Cache && url.scheme() == "file"_L1)
        return folderCache(url);
    const bool isWeb = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
    if (!url.isValid() || !isWeb || url.host().isEmpty())
        return badUsage(u"“%1” is neither a server's id nor an http or https address."_s.arg(text));
    return net::serverAt(url, kind.value_or(net::ServerKind::Hydra));
}

template <typename Number>
Result<Number> numberOf(const QCommandLineParser &parser, const QString &option, Number least, Number most)
{
    bool ok = false;
    const auto number = parser.value(option).toDouble(&ok);
    if (!ok || number < double(least) || number > double(most) || double(Number(number)) != number)
        return badUsage(u"--%1 takes a number from %2 to %3, not “%4”."_s.arg(option).arg(least).arg(most).arg(
            parser.value(option)));
    return Number(number);
}

} // namespace

void declareCommonOptions(QCommandLineParser &parser)
{
    parser.addOptions({
        {{u"h"_s, u"help"_s}, u"Tells what there is, or how a command is used."_s},
        {{u"v"_s, u"version"_s}, u"Tells the version."_s},
        {u"json"_s, u"Prints JSON instead of text."_s},
        {u"server"_s,
            u"Asks this server: its id, the address of a Hydra, or KIND=URL (cache=https://…, cache=file:///…). Can be repeated."_s,
            u"server"_s},
        {u"servers-file"_s, u"Takes the servers and their policies from a file."_s, u"file"_s},
        {u"contact"_s, u"Goes into the User-Agent, so that a server's people can reach you: a mail address or URL."_s,
            u"contact"_s},
        {u"record"_s, u"Writes every exchange with a server into the folder."_s, u"folder"_s},
        {u"evidence"_s, u"Adds what servers say about channels, releases and paths to this evidence log."_s, u"file"_s},
        {u"replay"_s, u"Answers from a recording; nothing is sent."_s, u"folder"_s},
        {u"demo"_s, u"Asks a simulated pipeline instead of real servers."_s},
        {u"demo-jobs"_s, u"Jobs of the simulated nixpkgs."_s, u"number"_s, u"600"_s},
        {u"demo-speed"_s, u"How much faster its time runs."_s, u"factor"_s, u"1"_s},
        {u"demo-seed"_s, u"What makes it the same again."_s, u"number"_s, u"1"_s},
    });
}

Result<net::Servers> chosenServers(const QCommandLineParser &parser)
{
    auto servers = knownServers(parser.value(u"servers-file"_s));
    if (!servers)
        return servers;
    net::Servers first;
    for (const auto &text : parser.values(u"server"_s)) {
        auto server = serverFor(text, *servers);
        if (!server)
            return std::unexpected(server.error());
        servers->removeIf([&](const auto &known) { return known.id == server->id; });
        first.append(std::move(*server));
    }
    return first + *servers;
}

Result<DemoChoice> chosenDemo(const QCommandLineParser &parser)
{
    const auto seed = numberOf<qint64>(parser, u"demo-seed"_s, 0, 1LL << 53);
    const auto jobs = numberOf<int>(parser, u"demo-jobs"_s, 1, 1'000'000);
    const auto speed = numberOf<double>(parser, u"demo-speed"_s, 0.01, 100'000);
    if (!seed)
        return std::unexpected(seed.error());
    if (!jobs)
        return std::unexpected(jobs.error());
    if (!speed)
        return std::unexpected(speed.error());
    return DemoChoice{.seed = quint64(*seed), .jobs = *jobs, .speed = *speed};
}

const Command *findCommand(const std::vector<Command> &commands, const QStringList &words)
{
    const Command *found = nullptr;
    for (const auto &command : commands) {
        const auto name = command.name.split(u' ');
        const bool isIt = words.size() >= name.size() && words.first(name.size()) == name;
        if (isIt && (!found || command.name.size() > found->name.size()))
            found = &command;
    }
    return found;
}

void declare(QCommandLineParser &parser, const Command &command)
{
    declareCommonOptions(parser);
    if (command.declare)
        command.declare(parser);
    parser.setApplicationDescription(command.summary);
    parser.addPositionalArgument(
        command.name, {}, command.name + (command.arguments.isEmpty() ? QString() : u' ' + command.arguments));
}

} // namespace narscope::cli
