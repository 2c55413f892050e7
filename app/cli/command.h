// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "base/task.h"
#include "net/http.h"
#include "net/servers.h"
#include "net/websocket.h"

#include <QByteArray>
#include <QJsonValue>
#include <QStringList>

#include <functional>
#include <vector>

class QCommandLineParser;

namespace narscope::cli {

/// Exit codes of every command: scripts rely on them.
enum ExitCode { Fine = 0, Failing = 1, NotFoundOut = 2 };

/// What a command runs with. Lives as long as the command.
struct Context {
    Clock &clock;
    net::Http &http;
    const net::Servers &servers; ///< after --server, --demo
    Pools &pools;
    bool json = false;
    QList<QByteArray> demoKeys; ///< public keys of the demonstration's caches, name:base64
    /// Lets a server be asked that a person named (net::serverAt); the others are refused. Done already for
    /// the values of an option called «cache».
    std::function<void(net::Server)> allow;
    /// Another policy for a server that is asked already: somebody with a token may ask GitHub more often.
    std::function<void(net::Server)> change;
    net::WebSockets *sockets = nullptr; ///< conversations with the same servers; null: none
};

/// One subcommand. Options besides the common ones are added by `declare` and read from the same parser.
struct Command {
    QString name; ///< "eval", "nar ls"
    QString arguments; ///< "N", "PATH|HASH|URL|FILE..."
    QString summary; ///< one line for --help and completion
    void (*declare)(QCommandLineParser &parser) = nullptr;
    Task<int> (*run)(Context &context, const QCommandLineParser &parser, QStringList arguments) = nullptr;
};

/// Each file of commands gives its own; main() joins them.
[[nodiscard]] std::vector<Command> hydraCommands();
[[nodiscard]] std::vector<Command> verifyCommands();
[[nodiscard]] std::vector<Command> nixCommands();
[[nodiscard]] std::vector<Command> logCommands();
[[nodiscard]] std::vector<Command> pullCommands();
[[nodiscard]] std::vector<Command> historyCommands();
[[nodiscard]] std::vector<Command> watchCommands();
[[nodiscard]] std::vector<Command> channelCommands();
[[nodiscard]] std::vector<Command> traceCommands();
[[nodiscard]] std::vector<Command> evidenceCommands();
[[nodiscard]] std::vector<Command> bundleCommands();
[[nodiscard]] std::vector<Command> endpointCommands();

/// To standard output, as they are; a line end is added.
void print(const QString &text);
void printJson(const QJsonValue &value);
/// To standard error, with what to do; returns NotFoundOut.
int fail(const Problem &problem);
/// A line to standard error about what was done beside what was asked for.
void remark(const QString &text);
/// Brings what was printed out; the end of the program does it too.
void flushOutput();

} // namespace narscope::cli
