// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/stomp.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ofborg {

namespace {

constexpr qsizetype largestFrame = 2 * 1024 * 1024;
constexpr qsizetype largestHead = 64 * 1024;
constexpr qsizetype mostHeaders = 100;

/// CONNECT and CONNECTED do not escape, so that a 1.0 server understands them.
bool isEscaped(QByteArrayView command)
{
    return command != QByteArrayView("CONNECT") && command != QByteArrayView("CONNECTED");
}

QByteArray escaped(QByteArrayView text)
{
    QByteArray out;
    for (const char c : text) {
        switch (c) {
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case ':':
            out += "\\c";
            break;
        default:
            out += c;
        }
    }
    return out;
}

/// Nothing: an escape that the protocol does not know, which it calls fatal.
std::optional<QByteArray> unescaped(QByteArrayView text)
{
    QByteArray out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        if (++i == text.size())
            return {};
        constexpr QByteArrayView codes("\\ncr");
        constexpr QByteArrayView meanings("\\\n:\r");
        const auto at = codes.indexOf(text[i]);
        if (at < 0)
            return {};
        out += meanings[at];
    }
    return out;
}

QByteArrayView withoutReturn(QByteArrayView line)
{
    return line.endsWith('\r') ? line.chopped(1) : line;
}

/// The lines before the empty one, and how long they are with it; nothing: not all are there.
struct Head {
    QList<QByteArrayView> lines;
    qsizetype size = 0;
};
std::optional<Head> headOf(QByteArrayView bytes)
{
    Head head;
    while (head.lines.size() <= mostHeaders + 1) {
        const auto end = bytes.indexOf('\n', head.size);
        if (end < 0)
            return {};
        const auto line = withoutReturn(bytes.sliced(head.size, end - head.size));
        head.size = end + 1;
        if (line.isEmpty())
            return head;
        head.lines.append(line);
    }
    return head;
}

} // namespace

QByteArray StompFrame::header(QByteArrayView name) const
{
    const auto it = std::ranges::find(headers, name, [](const auto &header) { return QByteArrayView(header.first); });
    return it == headers.end() ? QByteArray() : it->second;
}

QByteArray StompFrame::encoded() const
{
    QByteArray out = command + '\n';
    const bool escapes = isEscaped(command);
    for (const auto &[name, value] : headers)
        out += (escapes ? escaped(name) : name) + ':' + (escapes ? escaped(value) : value) + '\n';
    return out + '\n' + body + '\0';
}

void StompReader::add(QByteArrayView bytes)
{
    if (!m_fault)
        m_bytes += bytes;
}

Result<std::optional<StompFrame>> StompReader::fail(ProblemKind kind, const QString &detail)
{
    m_fault = problemSaying(kind, u"OfBorg's bus does not speak STOMP as it should."_s, {}, detail).error();
    m_bytes.clear();
    return std::unexpected(*m_fault);
}

Result<std::optional<StompFrame>> StompReader::next()
{
    if (m_fault)
        return std::unexpected(*m_fault);
    const auto isBeat = [](char c) { return c == '\n' || c == '\r'; };
    const auto start = std::ranges::find_if_not(m_bytes, isBeat) - m_bytes.begin();
    m_bytes.remove(0, start);
    if (m_bytes.isEmpty())
        return std::optional<StompFrame>{};
    const auto head = headOf(m_bytes);
    if (!head && m_bytes.size() > largestHead)
        return fail(ProblemKind::TooLarge, u"headers of more than %1 bytes"_s.arg(largestHead));
    if (!head)
        return std::optional<StompFrame>{};
    if (head->lines.isEmpty() || head->lines.size() > mostHeaders + 1)
        return fail(ProblemKind::Malformed, u"a frame of %1 header lines"_s.arg(head->lines.size()));
    StompFrame frame{.command = head->lines.first().toByteArray(), .headers = {}, .body = {}};
    for (const auto &line : head->lines.sliced(1)) {
        const auto colon = line.indexOf(':');
        const auto name = colon > 0 ? unescaped(line.first(colon)) : std::nullopt;
        const auto value = colon > 0
            ? (isEscaped(frame.command) ? unescaped(line.sliced(colon + 1)) : line.sliced(colon + 1).toByteArray())
            : std::nullopt;
        if (!name || !value)
            return fail(ProblemKind::Malformed, u"a header line that is none"_s);
        frame.headers.emplaceBack(*name, *value);
    }
    bool hasLength = false;
    const auto length = frame.header("content-length").toLongLong(&hasLength);
    if (hasLength && (length < 0 || length > largestFrame))
        return fail(ProblemKind::TooLarge, u"a frame of %1 bytes"_s.arg(length));
    const auto end = hasLength ? head->size + length : m_bytes.indexOf('\0', head->size);
    if (!hasLength && (end < 0 ? m_bytes.size() : end) - head->size > largestFrame)
        return fail(ProblemKind::TooLarge, u"a frame without an end"_s);
    if (end < 0 || end >= m_bytes.size())
        return std::optional<StompFrame>{};
    if (m_bytes[end] != '\0')
        return fail(ProblemKind::Malformed, u"a frame that does not end where it says"_s);
    frame.body = m_bytes.sliced(head->size, end - head->size);
    m_bytes.remove(0, end + 1);
    return std::optional(std::move(frame));
}

} // namespace narscope::ofborg
