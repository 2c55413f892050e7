// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/loginput.h"

#include "cli/input.h"
#include "log/escapes.h"
#include "log/follow.h"
#include "log/place.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

Result<ReadLog> finished(std::shared_ptr<const log::Bytes> bytes, const QString &source, Pools &pools)
{
    ReadLog log{.bytes = std::move(bytes), .source = source};
    if (auto indexed = log.index.extend(*log.bytes, &pools.log); !indexed)
        return std::unexpected(indexed.error());
    log::OutlineScanner outline;
    if (auto outlined = outline.extend(*log.bytes, log.index, true); !outlined)
        return std::unexpected(outlined.error());
    log.phases = outline.phases();
    return log;
}

Result<ReadLog> readFile(const QString &name, Pools &pools)
{
    auto bytes = log::openLogFile(name, QDir::tempPath(), log::maxLogSize);
    if (!bytes)
        return std::unexpected(bytes.error());
    return finished(*bytes, name, pools);
}

Result<ReadLog> readStandardInput(Pools &pools)
{
    auto spool = log::Spool::create(QDir::tempPath(), log::maxLogSize);
    if (!spool)
        return std::unexpected(spool.error());
    log::LogUnpacker unpacker(*spool);
    Result<void> unpacked;
    auto read = readPieces(u"-"_s, [&](QByteArrayView piece) {
        unpacked = unpacker.feed(piece);
        return unpacked.has_value();
    });
    if (read && unpacked)
        unpacked = unpacker.finish();
    if (!read || !unpacked)
        return std::unexpected(read ? unpacked.error() : read.error());
    return finished(*spool, u"standard input"_s, pools);
}

Result<net::Server> hydraServer(const Context &context)
{
    if (const auto *server = net::findServer(context.servers, net::ServerKind::Hydra))
        return *server;
    return problemSaying(ProblemKind::Usage, u"No Hydra is known; name one with --server."_s);
}

/// A log of this machine's own store needs no server.
std::optional<QString> atHand(const log::LogPlace &place)
{
    if (place.kind == log::LogPlace::Kind::File)
        return place.text;
    return place.kind == log::LogPlace::Kind::Derivation ? log::localLogFile(place.text) : std::nullopt;
}

QString colourCode(const log::Colour &colour, int base)
{
    using Kind = log::Colour::Kind;
    if (colour.kind == Kind::Indexed && colour.index < 8)
        return u";%1"_s.arg(base + colour.index);
    if (colour.kind == Kind::Indexed)
        return u";%1;5;%2"_s.arg(base + 8).arg(colour.index);
    return colour.kind == Kind::Rgb
        ? u";%1;2;%2;%3;%4"_s.arg(base + 8).arg(colour.index).arg(colour.green).arg(colour.blue)
        : QString();
}

QString escapeFor(const log::TextStyle &style)
{
    QString codes = u"0"_s;
    const std::pair<bool, const char *> flags[] = {{style.bold, ";1"}, {style.faint, ";2"}, {style.italic, ";3"},
        {style.underline, ";4"}, {style.inverse, ";7"}, {style.struck, ";9"}};
    for (const auto &[isSet, code] : flags) {
        if (isSet)
            codes += QLatin1StringView(code);
    }
    return u"\x1b["_s + codes + colourCode(style.foreground, 30) + colourCode(style.background, 40) + u'm';
}

/// Prints whole lines; the last one may lack its end when `isEnd`.
class LinePrinter {
public:
    explicit LinePrinter(bool coloured)
        : m_coloured(coloured)
    {
    }
    Result<void> printFrom(const log::Bytes &bytes, bool isEnd)
    {
        constexpr qint64 step = 1 << 20;
        while (m_read < bytes.size()) {
            const auto part = bytes.read(log::Offset(m_read), step);
            if (!part)
                return std::unexpected(part.error());
            m_read += part->size();
            m_held += *part;
            printWhole();
        }
        if (isEnd && !m_held.isEmpty())
            print(shownLine(std::exchange(m_held, {}), m_coloured));
        flushOutput();
        return {};
    }

private:
    void printWhole()
    {
        qsizetype begin = 0;
        for (auto end = m_held.indexOf('\n'); end >= 0; end = m_held.indexOf('\n', begin)) {
            print(shownLine(QByteArrayView(m_held).sliced(begin, end - begin), m_coloured));
            begin = end + 1;
        }
        m_held.remove(0, begin);
    }
    bool m_coloured;
    qint64 m_read = 0;
    QByteArray m_held;
};

Task<Result<void>> followFile(Context &context, QString name, bool coloured)
{
    auto file = log::FileBytes::open(name);
    if (!file)
        co_return std::unexpected(file.error());
    LinePrinter printer(coloured);
    for (;;) {
        const auto change = (*file)->look();
        const bool isOver = change != log::FileBytes::Change::None && change != log::FileBytes::Change::Grew;
        if (auto printed = printer.printFrom(**file, isOver); !printed)
            co_return printed;
        if (isOver)
            co_return problemSaying(ProblemKind::Io,
                change == log::FileBytes::Change::Truncated
                    ? u"The file became shorter; following ends here."_s
                    : u"The file was replaced or removed; following ends here."_s,
                name);
        co_await context.clock.sleep(Milliseconds(500));
    }
}

Task<Result<bool>> hasEnded(hydra::Client *hydra, BuildId build)
{
    hydra::Ask ask{.why = u"log --follow"_s, .priority = net::Priority::Interactive};
    const auto answer = co_await hydra->build(build, ask);
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return answer->finished;
}

} // namespace

QString shownLine(QByteArrayView line, bool coloured)
{
    const auto cooked = log::cook(line);
    if (!coloured || cooked.spans.empty())
        return cooked.text;
    QString text;
    for (size_t i = 0; i < cooked.spans.size(); ++i) {
        const auto end = i + 1 < cooked.spans.size() ? cooked.spans[i + 1].begin : qint32(cooked.text.size());
        text += escapeFor(cooked.spans[i].style)
            + cooked.text.sliced(cooked.spans[i].begin, end - cooked.spans[i].begin);
    }
    return text + u"\x1b[0m"_s;
}

QString lineText(const ReadLog &log, log::Line line, bool coloured)
{
    const auto begin = log.index.offsetOf(line, *log.bytes);
    if (!begin)
        return {};
    auto raw = log.bytes->read(*begin, log::maxCooked + 1);
    if (!raw)
        return {};
    if (const auto end = raw->indexOf('\n'); end >= 0)
        raw->truncate(end);
    return shownLine(*raw, coloured);
}

Task<Result<ReadLog>> readLog(Context &context, QString text)
{
    const auto server = hydraServer(context);
    const auto place = log::readLogPlace(text, server ? server->url : QUrl());
    if (place.kind == log::LogPlace::Kind::StandardInput)
        co_return readStandardInput(context.pools);
    if (const auto file = atHand(place))
        co_return readFile(*file, context.pools);
    if (!server)
        co_return std::unexpected(server.error());
    hydra::Client hydra(context.http, *server, context.pools);
    const hydra::Ask ask{.why = u"log"_s, .priority = net::Priority::Interactive};
    const auto sources = co_await log::findLog(place, hydra, context.servers, ask);
    if (!sources)
        co_return std::unexpected(sources.error());
    auto spool = log::Spool::create(QDir::tempPath(), log::maxLogSize);
    if (!spool)
        co_return std::unexpected(spool.error());
    log::LogFetch fetch{.sources = *sources, .spool = *spool, .why = ask.why};
    const auto source = co_await log::fetchLog(context.http, std::move(fetch));
    if (!source)
        co_return std::unexpected(source.error());
    co_return finished(*spool, source->name, context.pools);
}

Task<Result<void>> followAndPrint(Context &context, QString text, bool coloured)
{
    const auto server = hydraServer(context);
    const auto place = log::readLogPlace(text, server ? server->url : QUrl());
    if (const auto file = atHand(place))
        co_return co_await followFile(context, *file, coloured);
    if (!server)
        co_return std::unexpected(server.error());
    if (place.kind != log::LogPlace::Kind::Build && place.kind != log::LogPlace::Kind::Step)
        co_return problemSaying(ProblemKind::Usage, u"Only a build, a step or a file can be followed."_s, text);
    hydra::Client hydra(context.http, *server, context.pools);
    const hydra::Ask ask{.why = u"log --follow"_s, .priority = net::Priority::Interactive};
    const auto sources = co_await log::findLog(place, hydra, {}, ask);
    if (!sources)
        co_return std::unexpected(sources.error());
    auto spool = log::Spool::create(QDir::tempPath(), log::maxLogSize);
    if (!spool)
        co_return std::unexpected(spool.error());
    LinePrinter printer(coloured);
    auto grew = [&printer, spool] { [[maybe_unused]] const auto printed = printer.printFrom(**spool, false); };
    auto isFinished = [client = &hydra, build = place.build] { return hasEnded(client, build); };
    log::LogFollow follow{
        .url = sources->front().url, .spool = *spool, .why = ask.why, .isFinished = isFinished, .grew = grew};
    auto onProblem = [](const Problem &problem) { fail(problem); };
    const auto end = co_await log::followLog(context.http, context.clock, std::move(follow), onProblem);
    if (!end)
        co_return std::unexpected(end.error());
    if (auto printed = printer.printFrom(**spool, true); !printed)
        co_return printed;
    if (*end == log::FollowEnd::Replaced)
        co_return problemSaying(ProblemKind::NotFound,
            u"The server has another log of this derivation now: a retry began. What was printed is of the attempt before."_s);
    co_return Result<void>{};
}

} // namespace narscope::cli
