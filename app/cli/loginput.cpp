// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/loginput.h"

#include "cli/input.h"
#include "cli/profile.h"
#include "log/escapes.h"

#include <QCommandLineParser>
#include <QDir>
#include <QRegularExpression>

#include <cerrno>
#include <cstring>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

Result<ReadLog> finished(log::LogBytes read, const QString &source, Pools &pools)
{
    ReadLog log{.bytes = std::move(read.bytes), .source = source, .cut = std::move(read.cut)};
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
    auto log = log::openLogFile(name, QDir::tempPath(), log::maxLogSize);
    if (!log)
        return std::unexpected(log.error());
    return finished(std::move(*log), name, pools);
}

/// In whatever pieces it comes: for what is to be seen at once.
Result<void> readAsItComes(const std::function<bool(QByteArrayView)> &take)
{
    QByteArray piece(64 * 1024, Qt::Uninitialized);
    while (true) {
        const auto count = ::read(STDIN_FILENO, piece.data(), size_t(piece.size()));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return problemSaying(
                ProblemKind::Io, u"Standard input cannot be read."_s, u"-"_s, QString::fromLocal8Bit(strerror(errno)));
        if (count == 0 || !take(QByteArrayView(piece).first(count)))
            return {};
    }
}

/// Calls after each piece; a person's pipe gives what it has.
Result<log::LogBytes> unpackStandardInput(bool asItComes, const std::function<Result<void>(const log::Bytes &)> &grew)
{
    auto spool = log::Spool::create(QDir::tempPath(), log::maxLogSize);
    if (!spool)
        return std::unexpected(spool.error());
    log::LogUnpacker unpacker(*spool);
    Result<void> unpacked;
    const auto take = [&](QByteArrayView piece) {
        unpacked = unpacker.feed(piece);
        if (unpacked && grew)
            unpacked = grew(**spool);
        return unpacked.has_value();
    };
    const auto read = asItComes ? readAsItComes(take) : readPieces(u"-"_s, take);
    if (read && unpacked)
        unpacked = unpacker.finish();
    return log::unpackedLog(*spool, read ? unpacked : read, u"standard input"_s);
}

Result<ReadLog> readStandardInput(Pools &pools)
{
    auto log = unpackStandardInput(false, {});
    if (!log)
        return std::unexpected(log.error());
    return finished(std::move(*log), u"standard input"_s, pools);
}

/// A file, also of this machine's own store or of a cache in a folder, needs no server.
std::optional<QString> atHand(const QString &text, const net::Servers &servers)
{
    return log::logFileAtHand(log::readLogPlace(text, {}), servers);
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

/// Without colours.
QString longLine(QByteArrayView line)
{
    constexpr int mostContinued = 3; // bytes of one UTF-8 character behind its first
    const auto seen = log::visible(line.first(qMin(line.size(), longestShown)));
    QString text;
    for (qsizetype at = 0; at < seen.size();) {
        auto end = qMin(at + log::maxCooked, seen.size());
        for (int i = 0; i < mostContinued && end < seen.size() && (uchar(seen[end]) & 0xc0) == 0x80; ++i)
            --end;
        text += log::cook(QByteArrayView(seen).sliced(at, end - at)).text;
        at = end;
    }
    return line.size() > longestShown ? text + u" …"_s : text;
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

    /// The end of a log to which nothing more comes.
    Result<void> printRest(const log::LogBytes &log)
    {
        if (auto printed = printFrom(*log.bytes, true); !printed)
            return printed;
        return log.cut ? Result<void>(std::unexpected(*log.cut)) : Result<void>();
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

Result<void> followStandardInput(bool coloured)
{
    LinePrinter printer(coloured);
    const auto log
        = unpackStandardInput(true, [&printer](const log::Bytes &bytes) { return printer.printFrom(bytes, false); });
    if (!log)
        return std::unexpected(log.error());
    return printer.printRest(*log);
}

Task<Result<void>> followFile(Context &context, QString name, bool coloured)
{
    const auto opened = log::openLogFile(name, QDir::tempPath(), log::maxLogSize);
    if (!opened)
        co_return std::unexpected(opened.error());
    LinePrinter printer(coloured);
    const auto file = std::dynamic_pointer_cast<log::FileBytes>(std::const_pointer_cast<log::Bytes>(opened->bytes));
    if (!file) // it was unpacked, and does not grow
        co_return printer.printRest(*opened);
    for (;;) {
        const auto change = file->look();
        const bool isOver = change != log::FileBytes::Change::None && change != log::FileBytes::Change::Grew;
        if (auto printed = printer.printFrom(*file, isOver); !printed)
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

/// Which build beside the first is meant; nothing: `other` is a log of its own.
std::optional<log::LogOrder> relatedTo(const QString &text, const QString &other)
{
    static const QRegularExpression system(u"^[a-z0-9_]+-(linux|darwin|freebsd)$"_s);
    log::LogOrder order{.text = text};
    if (other == "last-good"_L1)
        order.relation = log::LogRelation::LastGood;
    else if (other == "attempt-before"_L1)
        order.relation = log::LogRelation::PreviousAttempt;
    else if (system.match(other).hasMatch())
        order.relation = log::LogRelation::OtherSystem;
    else
        return {};
    order.system = order.relation == log::LogRelation::OtherSystem ? other : QString();
    return order;
}

} // namespace

QString shownLine(QByteArrayView line, bool coloured)
{
    if (line.size() > log::maxCooked)
        return longLine(line);
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

std::shared_ptr<log::Archive> logArchive(const QCommandLineParser &parser)
{
    const QDir folder(profileFolder(parser));
    return std::make_shared<log::Archive>(
        folder.filePath(parser.isSet(u"demo"_s) ? u"logs-demo"_s : u"logs"_s), log::archiveLimit);
}

LogReader::LogReader(Context &context, const QCommandLineParser &parser)
    : m_context(context)
{
    QList<hydra::Client *> hydras;
    for (const auto &server : context.servers) {
        if (server.kind != net::ServerKind::Hydra)
            continue;
        m_hydras.push_back(std::make_unique<hydra::Client>(context.http, server, context.pools));
        hydras << m_hydras.back().get();
    }
    m_desk = std::make_unique<log::LogDesk>(
        hydras, context.servers, context.http, context.pools, context.clock, QDir::tempPath(), logArchive(parser));
    if (context.sockets)
        m_desk->listenThrough(*context.sockets);
}

/// Whoever names an address wants it asked. Servers that are known already keep their policy.
void LogReader::allowNamed(const QString &text)
{
    const QUrl url(text);
    if (log::readLogPlace(text, {}).kind == log::LogPlace::Kind::Address && !url.host().isEmpty())
        m_context.allow(net::serverAt(QUrl(url.scheme() + u"://"_s + url.authority()), net::ServerKind::Releases));
}

Task<Result<ReadLog>> LogReader::read(QString text)
{
    if (text == "-"_L1)
        co_return readStandardInput(m_context.pools);
    if (const auto file = atHand(text, m_context.servers))
        co_return readFile(*file, m_context.pools);
    allowNamed(text);
    auto reading = readBy({.text = text});
    co_return co_await std::move(reading);
}

Task<Result<ReadLog>> LogReader::readOther(QString text, QString other)
{
    const auto related = relatedTo(text, other);
    auto reading = related ? readBy(*related) : read(other);
    co_return co_await std::move(reading);
}

Task<Result<ReadLog>> LogReader::readBy(log::LogOrder order)
{
    auto arriving = arrive(std::move(order), {});
    auto arrived = co_await std::move(arriving);
    if (!arrived)
        co_return std::unexpected(arrived.error());
    auto log = finished({arrived->bytes, arrived->cut}, arrived->about.source, m_context.pools);
    if (log)
        log->title = arrived->about.title;
    co_return log;
}

/// Ends when all is there, and in the archive as far as it goes.
Task<Result<LogReader::Arrived>> LogReader::arrive(
    log::LogOrder order, std::function<void(const std::shared_ptr<const log::Bytes> &)> grew)
{
    const Completion<Result<Arrived>> over;
    const Completion<bool> kept;
    const auto arrived = std::make_shared<Arrived>();
    QObject home;
    auto *desk = m_desk.get();
    QObject::connect(desk, &log::LogDesk::opened, &home,
        [arrived, grew](quint64, const std::shared_ptr<const log::Bytes> &bytes, const log::LogAbout &about) {
            *arrived = {bytes, about, {}};
            if (grew)
                grew(bytes);
        });
    QObject::connect(desk, &log::LogDesk::grew, &home, [arrived, grew] {
        if (grew)
            grew(arrived->bytes);
    });
    QObject::connect(desk, &log::LogDesk::troubled, &home, [over, kept](quint64, const Problem &problem) {
        fail(problem);
        if (over.isSet())
            kept.set(false);
    });
    QObject::connect(desk, &log::LogDesk::kept, &home, [kept] { kept.set(true); });
    QObject::connect(desk, &log::LogDesk::completed, &home, [arrived, over](quint64, const log::LogAbout &about) {
        arrived->about = about;
        over.set(*arrived);
    });
    QObject::connect(desk, &log::LogDesk::failed, &home, [arrived, over](quint64, const Problem &problem) {
        arrived->cut = problem;
        over.set(arrived->bytes && arrived->bytes->size() > 0 ? Result<Arrived>(*arrived) : std::unexpected(problem));
    });
    desk->open(order);
    auto result = co_await over;
    // Not from inside of the desk's own flow.
    co_await m_context.clock.sleep(Milliseconds(0));
    if (result && !result->about.isKept && !result->cut) {
        co_await kept;
        co_await m_context.clock.sleep(Milliseconds(0));
    }
    co_return result;
}

Task<Result<void>> LogReader::followAndPrint(QString text, bool coloured)
{
    if (text == "-"_L1)
        co_return followStandardInput(coloured);
    if (const auto file = atHand(text, m_context.servers)) {
        auto following = followFile(m_context, *file, coloured);
        co_return co_await std::move(following);
    }
    allowNamed(text);
    LinePrinter printer(coloured);
    auto grew = [&printer](const std::shared_ptr<const log::Bytes> &bytes) {
        [[maybe_unused]] const auto printed = printer.printFrom(*bytes, false);
    };
    auto arriving = arrive({.text = text}, grew);
    const auto arrived = co_await std::move(arriving);
    if (!arrived)
        co_return std::unexpected(arrived.error());
    co_return printer.printRest({arrived->bytes, arrived->cut});
}

} // namespace narscope::cli
