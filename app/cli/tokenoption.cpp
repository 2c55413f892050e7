// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/tokenoption.h"

#include "github/client.h"

#include <QCommandLineParser>
#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// The token is read from a file: an argument would stand in everybody's list of processes.
Result<github::Token> tokenIn(const QString &name)
{
    QFile file(name);
    const bool isOpen = name == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return problemSaying(ProblemKind::Io, u"The file with the token cannot be read."_s, name, file.errorString());
    constexpr qint64 longest = 1000;
    const auto secret = file.readLine(longest).trimmed();
    const bool isPlain = std::ranges::all_of(secret, [](char c) { return c > ' ' && c < '\x7f'; });
    if (secret.isEmpty() || !isPlain)
        return problemSaying(ProblemKind::Usage, u"The first line of this file is not a token."_s, name);
    return github::Token(secret);
}

} // namespace

void declareTokenOption(QCommandLineParser &parser)
{
    parser.addOption(
        {u"token-file"_s, u"A file whose first line is a token for GitHub; - is standard input."_s, u"FILE"_s});
}

Result<github::Token> tokenFrom(const QCommandLineParser &parser, Context &context)
{
    const auto name = parser.value(u"token-file"_s);
    if (name.isEmpty())
        return github::Token();
    auto token = tokenIn(name);
    const auto *server = net::findServer(context.servers, net::ServerKind::GitHub);
    if (token && server) {
        auto faster = *server;
        faster.policy = github::policyWithToken(faster.policy);
        context.change(std::move(faster));
    }
    return token;
}

} // namespace narscope::cli
