// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/outline.h"

#include "log/bytescan.h"
#include "log/escapes.h"
#include "log/pattern.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr QByteArrayView nixMark = "@nix ";
constexpr QByteArrayView phaseMark = "unning phase: ";
constexpr QByteArrayView completedMark = " completed in ";

bool isPhaseName(QByteArrayView name)
{
    return !name.isEmpty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

} // namespace

std::optional<NixEvent> readNixEvent(QByteArrayView line)
{
    if (!line.startsWith("@nix {"))
        return {};
    if (line.size() > 64 * 1024)
        return NixEvent{.kind = NixEvent::Kind::Other, .text = {}};
    const auto json = QJsonDocument::fromJson(line.sliced(nixMark.size()).toByteArray()).object();
    const auto action = json.value("action"_L1).toString();
    using enum NixEvent::Kind;
    const auto phase = json.value("phase"_L1).toString().left(64);
    if (action == "setPhase"_L1 && !phase.isEmpty())
        return NixEvent{.kind = SetPhase, .text = phase};
    if (action == "msg"_L1)
        return NixEvent{.kind = Message, .text = json.value("msg"_L1).toString()};
    const auto kind = action == "start"_L1 ? Start
        : action == "stop"_L1              ? Stop
        : action == "result"_L1            ? Result
                                           : Other;
    return NixEvent{.kind = kind, .text = json.value("text"_L1).toString()};
}

std::optional<QString> phaseBegun(QByteArrayView line)
{
    if (line.startsWith(nixMark)) {
        const auto event = readNixEvent(line);
        return event && event->kind == NixEvent::Kind::SetPhase ? std::optional(event->text) : std::nullopt;
    }
    // «Running phase: x», also behind the «hello> » that nix prints before a line.
    const auto mark = line.indexOf(phaseMark);
    if (mark < 1 || mark > 200 || (line[mark - 1] != 'R' && line[mark - 1] != 'r')
        || (mark > 1 && !line.first(mark - 1).trimmed().endsWith('>')))
        return {};
    const auto name = line.sliced(mark + phaseMark.size()).trimmed();
    return isPhaseName(name) ? std::optional(QString::fromLatin1(name)) : std::nullopt;
}

std::optional<double> phaseSeconds(QByteArrayView line)
{
    const auto mark = line.indexOf(completedMark);
    if (mark < 1 || mark > 200)
        return {};
    double seconds = 0;
    bool any = false;
    const auto words = line.sliced(mark + completedMark.size()).trimmed().toByteArray().left(100).split(' ');
    for (qsizetype i = 0; i + 1 < words.size(); i += 2) {
        bool isNumber = false;
        const auto value = words[i].toUInt(&isNumber);
        const auto &unit = words[i + 1];
        const double factor = unit.startsWith("hour") ? 3600
            : unit.startsWith("minute")               ? 60
            : unit.startsWith("second")               ? 1
                                                      : 0;
        if (!isNumber || factor == 0)
            return {};
        seconds += value * factor;
        any = true;
    }
    return any ? std::optional(seconds) : std::nullopt;
}

void OutlineScanner::lookAtLine(QByteArrayView raw, Line number)
{
    if (raw.size() > 64 * 1024)
        return;
    auto line = visible(raw);
    if (line.endsWith('\n'))
        line.chop(1);
    if (const auto name = phaseBegun(line)) {
        // stdenv says each phase twice: to nix by @nix, to people in words.
        if (!m_phases.empty() && m_phases.back().name == *name && number.value - m_phases.back().begin.value <= 1)
            return;
        if (m_phases.size() >= maxPhases)
            return;
        if (m_phases.empty() && number.value > 0)
            m_phases.push_back({.name = {}, .begin = Line(0), .end = number, .seconds = {}});
        if (!m_phases.empty())
            m_phases.back().end = number;
        m_phases.push_back({.name = *name, .begin = number, .end = number, .seconds = {}});
    } else if (const auto seconds = phaseSeconds(line);
        seconds && !m_phases.empty() && line.contains(m_phases.back().name.toLatin1())) {
        m_phases.back().seconds = seconds;
    }
}

namespace {

const Matcher *marks()
{
    static const auto matcher
        = Matcher::compile({.text = u"@nix |unning phase: | completed in "_s, .isRegex = true, .matchCase = true});
    return matcher ? matcher->get() : nullptr;
}

} // namespace

void OutlineScanner::look(QByteArrayView block, qint64 firstLine)
{
    const char *const text = block.data();
    auto number = firstLine;
    quint32 counted = 0;
    const auto take = [&](quint32 begin) {
        number += countLineEnds(text + counted, text + begin);
        counted = begin;
        const auto end = block.indexOf('\n', begin);
        lookAtLine(block.sliced(begin, (end < 0 ? block.size() : end + 1) - begin), Line(number));
    };
    ScanNotes notes;
    if (const auto *matcher = marks())
        matcher->scan(block, {}, take, notes);
}

Result<void> OutlineScanner::extend(
    const Bytes &bytes, const LineIndex &index, bool isComplete, const std::atomic<bool> *cancelled)
{
    const auto end = index.bytesIndexed();
    QByteArray carried;
    while (m_position.value + carried.size() < end) {
        if (cancelled && cancelled->load(std::memory_order_relaxed))
            return problem(ProblemKind::Cancelled, {});
        const auto from = m_position.value + carried.size();
        const auto had = carried.size();
        carried.resizeForOverwrite(had + qMin(LineIndex::blockSize, end - from));
        const auto read = bytes.readInto(Offset(from), {carried.data() + had, size_t(carried.size() - had)});
        if (!read)
            return std::unexpected(read.error());
        carried.truncate(had + *read);
        const bool atEnd = from + *read >= end;
        auto whole = carried.lastIndexOf('\n') + 1;
        // No mark is in a line that long: pass it over.
        if ((atEnd && isComplete) || (whole == 0 && carried.size() > LineIndex::blockSize))
            whole = carried.size();
        if (whole == 0)
            continue;
        const auto block = QByteArrayView(carried).first(whole);
        look(block, m_lines);
        m_lines += countLineEnds(block.begin(), block.end());
        m_position.value += whole;
        std::copy(carried.cbegin() + whole, carried.cend(), carried.begin());
        carried.chop(whole);
        if (!m_phases.empty())
            m_phases.back().end = Line(qMax(m_lines, m_phases.back().begin.value + 1));
        if (atEnd)
            break;
    }
    if (isComplete && !m_phases.empty())
        m_phases.back().end = Line(index.lineCount());
    return {};
}

} // namespace narscope::log
