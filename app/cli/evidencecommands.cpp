// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/input.h"
#include "cli/profile.h"
#include "trace/evidencefiles.h"

#include <QCommandLineParser>
#include <QDir>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// What a server said, without control characters.
QString shown(const QString &text)
{
    return terminalText(text.toUtf8());
}

QString usualFile(const QCommandLineParser &parser)
{
    return QDir(profileFolder(parser)).filePath(trace::evidenceFileName);
}

QString fileOf(const QCommandLineParser &parser, const QStringList &arguments)
{
    return arguments.isEmpty() ? usualFile(parser) : arguments.first();
}

void declareChoice(QCommandLineParser &parser)
{
    declareProfile(parser);
    parser.addOption({u"kind"_s,
        u"Only these: channel-pointer, git-revision, release-index, narinfo. Can be repeated."_s, u"kind"_s});
    parser.addOption({u"subject"_s, u"Only those whose channel, release or path contains the text."_s, u"text"_s});
    parser.addOption({u"since"_s, u"Only those since then: 90m, 12h, 3d, 2w ago, or a date."_s, u"time"_s});
}

void declareHead(QCommandLineParser &parser)
{
    declareProfile(parser);
    parser.addOption(
        {u"head"_s, u"The log must reach this entry, as «evidence verify» told it: NUMBER:HASH."_s, u"head"_s});
}

/// Which entries are meant.
struct Choice {
    QList<trace::EvidenceKind> kinds;
    QString subject;
    std::optional<Milliseconds> since;

    [[nodiscard]] bool takes(const trace::EvidenceEntry &entry) const
    {
        return (kinds.isEmpty() || kinds.contains(entry.seen.kind)) && entry.seen.subject.contains(subject)
            && (!since || entry.seen.at >= *since);
    }
};

Result<Choice> choiceOf(const QCommandLineParser &parser, const Clock &clock)
{
    Choice choice{.kinds = {}, .subject = parser.value(u"subject"_s), .since = {}};
    for (const auto &text : parser.values(u"kind"_s)) {
        const auto kind = trace::evidenceKind(text);
        if (!kind)
            return problemSaying(ProblemKind::Usage, u"“%1” is no kind of entry."_s.arg(text));
        choice.kinds.append(*kind);
    }
    const auto since = momentOf(parser.value(u"since"_s), clock);
    if (!since)
        return std::unexpected(since.error());
    if (*since)
        choice.since = std::chrono::seconds(**since);
    return choice;
}

QJsonObject json(const trace::EvidenceEntry &entry)
{
    const auto &seen = entry.seen;
    return {{u"n"_s, entry.number}, {u"at"_s, qint64(seen.at.count() / 1000)}, {u"kind"_s, word(seen.kind)},
        {u"subject"_s, seen.subject}, {u"value"_s, seen.value}, {u"url"_s, QString::fromUtf8(seen.url.toEncoded())},
        {u"node"_s, seen.node}, {u"cache"_s, seen.cache}, {u"sha256"_s, QString::fromLatin1(entry.sha256)},
        {u"size"_s, entry.size}, {u"hash"_s, QString::fromLatin1(entry.hash)}};
}

void printEntry(const trace::EvidenceEntry &entry)
{
    const auto &seen = entry.seen;
    const auto time
        = QDateTime::fromMSecsSinceEpoch(seen.at.count(), QTimeZone::UTC).toString(u"yyyy-MM-dd HH:mm:ss"_s);
    const auto node = seen.node.isEmpty() ? QString() : u"  ["_s + seen.node + u']';
    print(shown(u"%1  %2  %3  %4  %5%6"_s.arg(entry.number, 6)
            .arg(time, word(seen.kind).leftJustified(15), seen.subject, seen.value, node)));
}

/// What is wrong with the log itself, to standard error; the code that it means.
int tellFaults(const QString &file, const trace::EvidenceReading &reading)
{
    for (const auto &fault : reading.faults)
        fail(problemSaying(ProblemKind::Malformed, fault.sentence, u"%1, line %2"_s.arg(file).arg(fault.line)).error());
    return reading.holds() ? Fine : reading.isOnlyTorn() ? NotFoundOut : Failing;
}

Task<int> list(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto choice = choiceOf(parser, context.clock);
    if (!choice)
        co_return fail(choice.error());
    const auto file = fileOf(parser, arguments);
    QJsonArray entries;
    const auto visit = [&](const trace::EvidenceEntry &entry) {
        if (!choice->takes(entry))
            return;
        if (context.json)
            entries.append(json(entry));
        else
            printEntry(entry);
    };
    const auto reading = trace::readEvidenceFile(file, {}, visit);
    if (!reading)
        co_return fail(reading.error());
    if (context.json)
        printJson(QJsonObject{{u"file"_s, file}, {u"holds"_s, reading->holds()}, {u"entries"_s, entries}});
    co_return tellFaults(file, *reading);
}

QJsonObject json(const QString &file, const trace::EvidenceReading &reading)
{
    QJsonArray faults;
    for (const auto &fault : reading.faults)
        faults.append(
            QJsonObject{{u"line"_s, fault.line}, {u"kind"_s, word(fault.kind)}, {u"sentence"_s, fault.sentence}});
    QJsonArray resumed;
    for (const auto line : reading.resumed)
        resumed.append(line);
    return {{u"file"_s, file}, {u"holds"_s, reading.holds()}, {u"lines"_s, reading.lines},
        {u"entries"_s, reading.entries},
        {u"head"_s, QJsonObject{{u"n"_s, reading.head.number}, {u"hash"_s, QString::fromLatin1(reading.head.hash)}}},
        {u"faults"_s, faults}, {u"resumed"_s, resumed}};
}

void printReading(const trace::EvidenceReading &reading)
{
    for (const auto line : reading.resumed)
        print(u"Line %1 says that the log was torn or cut before it; the chain goes on behind that."_s.arg(line));
    if (!reading.holds())
        return;
    print(u"All %1 entries are there, unaltered and in order."_s.arg(reading.entries));
    print(u"The last one is %1:%2. Keep that: it shows later that nothing was taken from the end."_s
            .arg(reading.head.number)
            .arg(QString::fromLatin1(reading.head.hash)));
}

Task<int> verify(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto file = fileOf(parser, arguments);
    std::optional<trace::EvidenceHead> head;
    if (parser.isSet(u"head"_s)) {
        head = trace::parseEvidenceHead(parser.value(u"head"_s).replace(u':', u' ').toUtf8());
        if (!head)
            co_return fail(
                problemSaying(ProblemKind::Usage, u"--head takes NUMBER:HASH."_s, parser.value(u"head"_s)).error());
    }
    const auto reading = trace::readEvidenceFile(file, head);
    if (!reading)
        co_return fail(reading.error());
    const int code = tellFaults(file, *reading);
    if (reading->lines == 0)
        fail(problemSaying(ProblemKind::Malformed, u"The log is empty."_s, file).error());
    if (context.json)
        printJson(json(file, *reading));
    else
        printReading(*reading);
    co_return code;
}

Task<int> exportLog(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto choice = choiceOf(parser, context.clock);
    if (!choice)
        co_return fail(choice.error());
    const auto file = fileOf(parser, arguments);
    const auto reading = trace::readEvidenceFile(file, {}, [&](const trace::EvidenceEntry &entry) {
        if (choice->takes(entry))
            print(QString::fromUtf8(trace::writeEvidenceLine(entry).chopped(1)));
    });
    co_return reading ? tellFaults(file, *reading) : fail(reading.error());
}

QJsonObject json(const trace::EvidenceSide &side)
{
    return {{u"log"_s, side.log + 1}, {u"n"_s, side.number}, {u"at"_s, qint64(side.at.count() / 1000)},
        {u"value"_s, side.value}, {u"host"_s, side.host}, {u"node"_s, side.node}};
}

QJsonObject json(const trace::EvidenceDifference &difference)
{
    return {{u"kind"_s, word(difference.kind)}, {u"about"_s, word(difference.about)},
        {u"subject"_s, difference.subject}, {u"left"_s, json(difference.left)}, {u"right"_s, json(difference.right)},
        {u"sentence"_s, describe(difference)}};
}

void printComparison(const trace::EvidenceComparison &comparison)
{
    for (const auto &difference : comparison.differences)
        print(shown(describe(difference)));
    if (comparison.sameStart > 0)
        print(u"The first %1 entries are the same: one log was copied from the other."_s.arg(comparison.sameStart));
    print(u"%1 things are in both logs, %2 in one of them; %3."_s.arg(comparison.inBoth)
            .arg(comparison.onlyInOne)
            .arg(comparison.differences.empty() ? u"nothing contradicts"_s
                                                : u"%1 contradict"_s.arg(comparison.differences.size())));
}

Task<int> compare(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    if (arguments.isEmpty() || arguments.size() > 2)
        co_return fail(problemSaying(ProblemKind::Usage, u"Name one log to compare with your own, or two."_s).error());
    if (arguments.size() == 1)
        arguments.prepend(usualFile(parser));
    const auto compared = trace::compareEvidenceFiles(arguments[0], arguments[1]);
    if (!compared)
        co_return fail(compared.error());
    for (size_t log = 0; log < compared->readings.size(); ++log) {
        if (!trace::isComparable(compared->readings[log]))
            co_return std::max<int>(NotFoundOut, tellFaults(arguments[qsizetype(log)], compared->readings[log]));
    }
    const auto &comparison = compared->comparison;
    if (context.json) {
        QJsonArray differences;
        for (const auto &difference : comparison.differences)
            differences.append(json(difference));
        printJson(QJsonObject{{u"inBoth"_s, comparison.inBoth}, {u"onlyInOne"_s, comparison.onlyInOne},
            {u"sameStart"_s, comparison.sameStart}, {u"differences"_s, differences}});
    } else {
        printComparison(comparison);
    }
    co_return comparison.differences.empty() ? Fine : Failing;
}

} // namespace

std::vector<Command> evidenceCommands()
{
    return {
        {.name = u"evidence list"_s,
            .arguments = u"[FILE]"_s,
            .summary = u"List what servers said, as the evidence log has it."_s,
            .declare = declareChoice,
            .run = list},
        {.name = u"evidence verify"_s,
            .arguments = u"[FILE]"_s,
            .summary = u"Check that nothing in an evidence log was altered or taken out."_s,
            .declare = declareHead,
            .run = verify},
        {.name = u"evidence export"_s,
            .arguments = u"[FILE]"_s,
            .summary = u"Write entries of an evidence log as they are."_s,
            .declare = declareChoice,
            .run = exportLog},
        {.name = u"evidence compare"_s,
            .arguments = u"[FILE] OTHER"_s,
            .summary = u"Tell what two people were served differently."_s,
            .declare = nullptr,
            .run = compare},
    };
}

} // namespace narscope::cli
