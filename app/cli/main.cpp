// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/demo.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "net/client.h"
#include "trace/evidencewitness.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// A conversation that could not be begun.
class NoSocket final : public net::WebSocket {
public:
    explicit NoSocket(Problem problem)
        : m_problem(std::move(problem))
    {
    }
    Task<Result<QByteArray>> opened() override { co_return std::unexpected(m_problem); }
    Task<Result<QByteArray>> next() override { co_return std::unexpected(m_problem); }
    Result<void> send(QByteArray) override { return std::unexpected(m_problem); }

private:
    Problem m_problem;
};

/// A network only for commands that ask: those that work on files start without it.
class LazyHttp final : public net::Http, public net::WebSockets {
public:
    LazyHttp(Clock &clock, net::Servers &servers, const QCommandLineParser &parser)
        : m_clock(clock)
        , m_servers(servers)
        , m_parser(parser)
    {
    }
    [[nodiscard]] Task<Result<net::Response>> fetch(net::Request request) override
    {
        if (auto ready = prepare(); !ready)
            co_return std::unexpected(ready.error());
        auto answer = m_client->fetch(std::move(request));
        co_return co_await std::move(answer);
    }
    [[nodiscard]] std::unique_ptr<net::WebSocket> converse(net::SocketRequest request) override
    {
        if (auto ready = prepare(); !ready)
            return std::make_unique<NoSocket>(ready.error());
        return m_client->converse(std::move(request));
    }
    void change(net::Server server)
    {
        const auto known = std::ranges::find(m_servers, server.id, &net::Server::id);
        if (known == m_servers.end())
            return;
        *known = server;
        if (m_client)
            m_client->addServer(std::move(server));
    }
    void allow(net::Server server)
    {
        if (std::ranges::contains(m_servers, server.id, &net::Server::id))
            return;
        m_servers.append(server);
        if (m_client)
            m_client->addServer(std::move(server));
    }

private:
    Result<void> prepare()
    {
        if (m_client)
            return {};
        m_client = std::make_unique<net::Client>(m_clock, m_servers, m_parser.value(u"contact"_s));
        auto ready = Result<void>();
        if (m_parser.isSet(u"record"_s))
            ready = m_client->recordTo(m_parser.value(u"record"_s));
        if (ready && m_parser.isSet(u"replay"_s))
            ready = m_client->replayFrom(m_parser.value(u"replay"_s));
        if (!ready)
            m_client.reset();
        return ready;
    }

    Clock &m_clock;
    net::Servers &m_servers;
    const QCommandLineParser &m_parser;
    std::unique_ptr<net::Client> m_client;
};

struct Call {
    const Command &command;
    const QCommandLineParser &parser;
    QStringList arguments;
};

Task<void> runCommand(const Call *call, Context *context, std::optional<int> *code)
{
    auto task = call->command.run(*context, call->parser, call->arguments);
    *code = co_await std::move(task);
    QCoreApplication::quit();
}

/// Runs the command's flow until it ends or somebody interrupts.
int runToEnd(const Call &call, Context &context)
{
    Scope scope;
    std::optional<int> code;
    Interrupt interrupt([&](int exitCode) {
        scope.cancelAll();
        flushOutput();
        std::_Exit(exitCode); // a pool may still be at work, and nobody wants its result
    });
    scope.start(runCommand(&call, &context, &code));
    if (!code) {
        interrupt.setWaiting(true);
        QCoreApplication::exec();
        interrupt.setWaiting(false);
    }
    flushOutput();
    return code.value_or(NotFoundOut);
}

int runWith(const Call &call, Clock &clock, net::Servers servers, const QList<QByteArray> &demoKeys)
{
    Pools pools;
    LazyHttp http(clock, servers, call.parser);
    const auto caches = call.parser.optionNames().contains("cache"_L1) ? call.parser.values(u"cache"_s) : QStringList();
    for (const auto &url : caches) {
        if (url.startsWith("http"_L1))
            http.allow(net::serverAt(QUrl(url), net::ServerKind::Cache));
    }
    std::optional<trace::WitnessHttp> witness;
    if (call.parser.isSet(u"evidence"_s)) {
        auto log = trace::EvidenceLog::open(call.parser.value(u"evidence"_s), clock.now());
        if (!log)
            return fail(log.error());
        witness.emplace(http, servers, clock, std::make_unique<trace::EvidenceRecorder>(std::move(*log)));
    }
    net::Http &door = witness ? static_cast<net::Http &>(*witness) : http;
    Context context{.clock = clock,
        .http = door,
        .servers = servers,
        .pools = pools,
        .json = call.parser.isSet(u"json"_s),
        .demoKeys = demoKeys,
        .allow = [&http](net::Server server) { http.allow(std::move(server)); },
        .change = [&http](net::Server server) { http.change(std::move(server)); },
        .sockets = &http};
    return runToEnd(call, context);
}

int runDemo(const Call &call)
{
    const auto choice = chosenDemo(call.parser);
    if (!choice)
        return fail(choice.error());
    Demo demo(*choice);
    if (auto started = demo.start(); !started)
        return fail(started.error());
    return runWith(call, demo.clock(), demo.servers(), demo.keys());
}

int run(const Call &call)
{
    if (call.parser.isSet(u"demo"_s))
        return runDemo(call);
    auto servers = chosenServers(call.parser);
    if (!servers)
        return fail(servers.error());
    SystemClock clock;
    return runWith(call, clock, std::move(*servers), {});
}

std::vector<Command> allCommands()
{
    std::vector<Command> commands;
    const auto join = [&](std::vector<Command> more) { std::ranges::move(more, std::back_inserter(commands)); };
    join(hydraCommands());
    join(channelCommands());
    join(verifyCommands());
    join(nixCommands());
    join(logCommands());
    join(pullCommands());
    join(traceCommands());
    join(evidenceCommands());
    join(bundleCommands());
    join(endpointCommands());
    join(historyCommands());
    join(watchCommands());
    return commands;
}

QString listed(const Command &command)
{
    return u"  "_s + (command.name + u' ' + command.arguments).leftJustified(36) + u' ' + command.summary + u'\n';
}

QString overview(const QCommandLineParser &parser, const std::vector<Command> &commands)
{
    QString text = parser.helpText() + u"\nCommands:\n"_s;
    for (const auto &command : commands)
        text += listed(command);
    text += u"  "_s + u"completion bash|zsh|fish"_s.leftJustified(36) + u" Prints a script that completes these.\n"_s;
    text += u"\nnarscope-cli COMMAND --help tells a command's own options.\n"
            "Exit codes: 0 fine; 1 the thing asked about is failing; 2 it could not be found out.\n"_s;
    return text.trimmed();
}

/// The commands of two words that begin with this one, a line each.
QString familyOf(const QString &word, const std::vector<Command> &commands)
{
    QString text;
    for (const auto &command : commands)
        if (command.name.startsWith(word + u' '))
            text += listed(command);
    return text.chopped(text.isEmpty() ? 0 : 1);
}

int badUsage(const QString &sentence)
{
    auto found = problemSaying(ProblemKind::Usage, sentence).error();
    found.advice = u"narscope-cli --help tells what there is."_s;
    return fail(found);
}

int callCommand(const Command &command, const QStringList &given)
{
    QCommandLineParser parser;
    declare(parser, command);
    if (!parser.parse(given))
        return badUsage(parser.errorText());
    if (parser.isSet(u"help"_s)) {
        print(parser.helpText().trimmed());
        return Fine;
    }
    return run({.command = command,
        .parser = parser,
        .arguments = parser.positionalArguments().sliced(command.name.count(u' ') + 1)});
}

int complete(const QStringList &words, const std::vector<Command> &commands)
{
    const auto script = completionScript(words.value(1), commands);
    if (!script)
        return fail(script.error());
    print(*script);
    return Fine;
}

int start(const QStringList &given)
{
    const auto commands = allCommands();
    QCommandLineParser common;
    declareCommonOptions(common);
    common.setApplicationDescription(u"Watches Hydra, the NixOS build farm, and what comes out of it."_s);
    common.parse(given); // a command's own options are not known yet
    const auto words = common.positionalArguments();
    if (common.isSet(u"version"_s)) {
        print(u"narscope-cli "_s + QCoreApplication::applicationVersion());
        return Fine;
    }
    if (words.isEmpty() && common.isSet(u"help"_s)) {
        print(overview(common, commands));
        return Fine;
    }
    if (words.isEmpty())
        return badUsage(u"Say what to do: there is no command."_s);
    if (words.first() == "completion"_L1)
        return complete(words, commands);
    if (const auto *command = findCommand(commands, words))
        return callCommand(*command, given);
    const auto asked = words.first(std::min<qsizetype>(2, words.size())).join(u' ');
    const auto family = familyOf(words.first(), commands);
    if (family.isEmpty())
        return badUsage(u"There is no command “%1”."_s.arg(asked));
    if (words.size() == 1 && common.isSet(u"help"_s)) {
        print(family);
        return Fine;
    }
    return badUsage(u"There is no command “%1”, but there are these:\n%2"_s.arg(asked, family));
}

} // namespace

} // namespace narscope::cli

int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN); // print() sees it as an error
    // Qt's event loop over GLib wakes a thread by a system call for each event, Qt's own by one for all that wait.
    // Nothing here needs GLib's.
    qputenv("QT_NO_GLIB", "1");
    // Every time is said in UTC here, and no other program is started. In a zone without summer time, as UTC, glibc's
    // mktime() searches decades for one, and Qt 6.8 calls it for each Last-Modified: half of what an answer costs this
    // thread. This zone is UTC too, with a summer time that changes nothing.
    qputenv("TZ", "UTC0UTC0,M3.5.0,M10.5.0");
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"narscope-cli"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(NARSCOPE_VERSION));
    const int code = narscope::cli::start(QCoreApplication::arguments());
    narscope::cli::flushOutput();
    return code;
}
