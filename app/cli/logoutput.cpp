// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/logoutput.h"

#include "base/format.h"
#include "log/linereader.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

qint64 shown(log::Line line)
{
    return line.value + 1;
}

int foundAny(bool any)
{
    return any ? Fine : Failing;
}

QString secondsText(const std::optional<double> &seconds)
{
    return seconds ? formatDuration(Milliseconds(qint64(*seconds * 1000))) : u"-"_s;
}

/// The lines of a log as text, best asked for in ascending order.
class LineTexts {
public:
    explicit LineTexts(const ReadLog &log)
        : m_reader(*log.bytes, log.index, longestShown + 1)
    {
    }
    QString of(log::Line line, bool coloured = false)
    {
        const auto raw = m_reader.line(line);
        m_cut += raw && raw->size() > longestShown ? 1 : 0;
        return raw ? shownLine(*raw, coloured) : QString();
    }
    /// To standard error, when all was printed.
    void sayCut() const
    {
        if (m_cut > 0)
            fail(problemSaying(ProblemKind::TooLarge,
                u"Lines longer than %1 are printed only so far: %2 of them."_s.arg(formatSize(longestShown)).arg(m_cut))
                    .error());
    }

private:
    log::LineReader m_reader;
    qint64 m_cut = 0;
};

QJsonValue jsonOf(const std::optional<double> &value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

} // namespace

qint64 countOf(const std::vector<LineRange> &ranges)
{
    qint64 sum = 0;
    for (const auto &range : ranges)
        sum += range.end.value - range.begin.value;
    return sum;
}

std::vector<log::Line> matchesIn(const log::Findings &findings, const std::vector<LineRange> &ranges)
{
    std::vector<log::Line> matches;
    for (const auto &range : ranges) {
        const auto end = findings.rank(range.end);
        for (auto n = findings.rank(range.begin); n < end; ++n)
            matches.push_back(findings.at(n));
    }
    return matches;
}

void LogOutput::printObject(QJsonObject object) const
{
    object[u"missing"_s] = log.cut ? QJsonValue(log.cut->sentence) : QJsonValue();
    printJson(object);
}

int LogOutput::printLines(const std::vector<LineRange> &ranges) const
{
    LineTexts texts(log);
    QJsonArray lines;
    for (const auto &range : ranges) {
        for (auto line = range.begin; line < range.end; ++line.value) {
            if (json)
                lines.append(QJsonObject{{u"line"_s, shown(line)}, {u"text"_s, texts.of(line)}});
            else
                print(texts.of(line, coloured));
        }
    }
    if (json)
        printObject(QJsonObject{{u"source"_s, log.source}, {u"bytes"_s, log.bytes->size()}, {u"lines"_s, lines}});
    texts.sayCut();
    return foundAny(countOf(ranges) > 0);
}

int LogOutput::printCount(qint64 count) const
{
    if (json)
        printObject(QJsonObject{{u"count"_s, count}});
    else
        print(QString::number(count));
    return foundAny(count > 0);
}

void sayUnsure(const log::Findings &findings)
{
    if (findings.limitHit() > 0) {
        auto problem = problemSaying(ProblemKind::TooLarge,
            u"On %1 lines the pattern took too many steps and was stopped: whether they match is not known."_s.arg(
                findings.limitHit()))
                           .error();
        problem.advice = u"Simplify the pattern: nested repeats are the usual reason."_s;
        fail(problem);
    }
    if (findings.tooLong() > 0)
        fail(problemSaying(ProblemKind::TooLarge,
            u"Lines longer than %1 were searched only so far: %2 of them."_s.arg(formatSize(log::maxSearchedLine))
                .arg(findings.tooLong()))
                .error());
}

int LogOutput::printMatches(const std::vector<log::Line> &matches, const log::Findings &findings, qint64 context) const
{
    LineTexts texts(log);
    QJsonArray rows;
    log::Line next(0); // first line not printed yet
    for (size_t i = 0; i < matches.size(); ++i) {
        const log::Line begin(qMax(next.value, matches[i].value - context));
        const log::Line end(qMin(log.index.lineCount(), matches[i].value + context + 1));
        if (!json && context > 0 && i > 0 && begin.value > next.value)
            print(u"--"_s);
        for (auto line = begin; line < end; ++line.value) {
            const bool isMatch = std::ranges::binary_search(matches, line);
            if (json)
                rows.append(QJsonObject{{u"line"_s, shown(line)}, {u"text"_s, texts.of(line)}, {u"match"_s, isMatch}});
            else
                print(QString::number(shown(line)) + (isMatch ? u':' : u'-') + texts.of(line, coloured));
        }
        next = qMax(next, end);
    }
    if (json)
        printObject(QJsonObject{{u"source"_s, log.source}, {u"count"_s, qint64(matches.size())}, {u"lines"_s, rows},
            {u"limitHit"_s, findings.limitHit()}, {u"tooLong"_s, findings.tooLong()}});
    texts.sayCut();
    return foundAny(!matches.empty());
}

int LogOutput::printOutline() const
{
    QJsonArray rows;
    for (const auto &phase : log.phases) {
        rows.append(QJsonObject{{u"name"_s, phase.name}, {u"begin"_s, shown(phase.begin)}, {u"end"_s, phase.end.value},
            {u"seconds"_s, jsonOf(phase.seconds)}});
        if (!json)
            print(u"%1 %2 lines %3-%4"_s.arg(phase.name.isEmpty() ? u"(before)"_s : phase.name, -40)
                    .arg(secondsText(phase.seconds), 10)
                    .arg(shown(phase.begin))
                    .arg(phase.end.value));
    }
    if (json)
        printObject(QJsonObject{{u"source"_s, log.source}, {u"phases"_s, rows}});
    return foundAny(!log.phases.empty());
}

int LogOutput::printErrors(const log::ErrorExtract &extract) const
{
    LineTexts texts(log);
    QJsonArray rows;
    for (const auto &finding : extract.findings) {
        QJsonArray text;
        if (!json)
            print(u"line %1: %2%3: %4\n  %5"_s.arg(shown(finding.line))
                    .arg(word(finding.kind), finding.phase.isEmpty() ? QString() : u" in "_s + finding.phase,
                        finding.message, finding.why));
        for (auto line = finding.begin; line < finding.end; ++line.value) {
            text.append(texts.of(line));
            if (!json && &finding == &extract.findings.front())
                print((line == finding.line ? u"> "_s : u"  "_s) + QString::number(shown(line)).rightJustified(7)
                    + u"  "_s + texts.of(line, coloured));
        }
        rows.append(QJsonObject{{u"line"_s, shown(finding.line)}, {u"begin"_s, shown(finding.begin)},
            {u"end"_s, finding.end.value}, {u"kind"_s, key(finding.kind)}, {u"score"_s, finding.score},
            {u"phase"_s, finding.phase}, {u"message"_s, finding.message}, {u"why"_s, finding.why}, {u"text"_s, text}});
    }
    if (json)
        printObject(QJsonObject{{u"source"_s, log.source}, {u"errorLines"_s, extract.errorLines},
            {u"fingerprint"_s, QString::fromUtf8(extract.fingerprint())}, {u"findings"_s, rows}});
    return foundAny(!extract.findings.empty());
}

int LogOutput::printStats(const log::ErrorExtract &extract) const
{
    qint64 escapes = 0;
    qint64 returns = 0;
    for (const auto &block : log.index.blocks()) {
        escapes += block.hasEscape ? 1 : 0;
        returns += block.hasReturn ? 1 : 0;
    }
    if (json) {
        printObject(QJsonObject{{u"title"_s, log.title}, {u"source"_s, log.source}, {u"bytes"_s, log.bytes->size()},
            {u"lines"_s, log.index.lineCount()}, {u"phases"_s, qint64(log.phases.size())},
            {u"errorLines"_s, extract.errorLines}, {u"hasEscapes"_s, escapes > 0}, {u"hasProgress"_s, returns > 0}});
        return Fine;
    }
    if (!log.title.isEmpty())
        print(u"log of       "_s + log.title);
    print(u"from         "_s + log.source);
    print(u"size         "_s + formatSize(log.bytes->size()));
    print(u"lines        "_s + formatCount(log.index.lineCount()));
    print(u"phases       "_s + formatCount(qint64(log.phases.size())));
    print(u"error lines  "_s + formatCount(extract.errorLines));
    print(u"escapes      "_s + (escapes > 0 ? u"yes"_s : u"no"_s));
    print(u"progress     "_s + (returns > 0 ? u"yes"_s : u"no"_s));
    return Fine;
}

int LogOutput::printComparison(const log::Comparison &comparison, const ReadLog &other) const
{
    LineTexts texts(log);
    LineTexts otherTexts(other);
    QJsonArray phases;
    for (const auto &phase : comparison.phases) {
        if (!json && !phase.lines.empty())
            print(u"@@ %1: %2 differ, %3 the same @@"_s.arg(phase.name.isEmpty() ? u"log"_s : phase.name)
                    .arg(phase.lines.size())
                    .arg(phase.same));
        QJsonArray rows;
        for (const auto &[left, right] : phase.lines) {
            const auto leftText = left ? otherTexts.of(*left) : QString();
            const auto rightText = right ? texts.of(*right) : QString();
            rows.append(QJsonObject{{u"left"_s, left ? QJsonValue(shown(*left)) : QJsonValue()},
                {u"right"_s, right ? QJsonValue(shown(*right)) : QJsonValue()},
                {u"leftText"_s, left ? QJsonValue(leftText) : QJsonValue()},
                {u"rightText"_s, right ? QJsonValue(rightText) : QJsonValue()}});
            if (!json && left)
                print(u'-' + leftText);
            if (!json && right)
                print(u'+' + rightText);
        }
        phases.append(QJsonObject{{u"name"_s, phase.name}, {u"inLeft"_s, phase.isInLeft},
            {u"inRight"_s, phase.isInRight}, {u"same"_s, phase.same}, {u"lines"_s, rows}});
    }
    if (json)
        printObject(QJsonObject{{u"left"_s, other.source}, {u"right"_s, log.source},
            {u"differences"_s, comparison.differences()}, {u"isCut"_s, comparison.isCut}, {u"phases"_s, phases}});
    return foundAny(comparison.differences() > 0);
}

} // namespace narscope::cli
