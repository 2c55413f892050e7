// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/input.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// Whoever read our output has gone (`| head`), or the disk is full: nothing more can be said there.
[[noreturn]] void endWithoutOutput()
{
    constexpr int asKilledBySigpipe = 128 + 13;
    if (errno == EPIPE)
        std::_Exit(asKilledBySigpipe);
    std::fprintf(stderr, "narscope-cli: the output cannot be written: %s\n", std::strerror(errno));
    std::_Exit(NotFoundOut);
}

void writeOut(const QByteArray &bytes)
{
    if (std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stdout) != size_t(bytes.size()))
        endWithoutOutput();
}

} // namespace

void print(const QString &text)
{
    writeOut(text.toUtf8() + '\n');
}

void printJson(const QJsonValue &value)
{
    if (value.isObject())
        return writeOut(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact) + '\n');
    auto text = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    writeOut(text.sliced(1, text.size() - 2) + '\n');
}

int fail(const Problem &problem)
{
    remark(terminalLines(describe(problem))); // a place or a detail may be what a server or a file said
    return NotFoundOut;
}

void remark(const QString &text)
{
    flushOutput();
    const auto line = u"narscope-cli: %1\n"_s.arg(text).toUtf8();
    std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
}

void flushOutput()
{
    if (std::fflush(stdout) != 0)
        endWithoutOutput();
}

} // namespace narscope::cli
