// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/escapes.h"

#include "log/bytescan.h"

#include <QStringDecoder>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace narscope::log {

namespace {

constexpr char escape = '\x1b';
constexpr char bell = '\a';

/// One escape sequence at the start of `text` (which begins with ESC).
struct Sequence {
    enum class Kind { Other, Sgr, Link };
    Kind kind = Kind::Other;
    qsizetype length = 1;
    QByteArrayView body = {}; ///< parameters of an SGR, address of a link
};

/// CSI: parameter bytes 0x30-0x3f, intermediate bytes 0x20-0x2f, one final byte 0x40-0x7e.
Sequence readCsi(QByteArrayView text)
{
    qsizetype i = 2;
    while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x3f)
        ++i;
    if (i == text.size() || text[i] < 0x40 || text[i] > 0x7e)
        return {.length = i};
    const auto body = text.sliced(2, i - 2);
    const bool isPlain = body.isEmpty() || (body.front() >= '0' && body.front() <= ';');
    return {
        .kind = text[i] == 'm' && isPlain ? Sequence::Kind::Sgr : Sequence::Kind::Other, .length = i + 1, .body = body};
}

/// OSC, DCS, SOS, PM, APC: up to BEL or ST; an unfinished one ends with the line.
Sequence readString(QByteArrayView text)
{
    qsizetype end = 2;
    qsizetype after = text.size();
    for (;; ++end) {
        if (end == text.size() || text[end] == '\n') {
            after = end;
            break;
        }
        if (text[end] == bell) {
            after = end + 1;
            break;
        }
        if (text[end] == escape) {
            const bool isEnd = end + 1 < text.size() && text[end + 1] == '\\';
            after = isEnd ? end + 2 : end; // any other sequence ends the string too
            break;
        }
    }
    const auto body = text.sliced(2, end - 2);
    if (text[1] != ']' || !body.startsWith("8;"))
        return {.length = after};
    const auto address = body.indexOf(';', 2);
    return {.kind = Sequence::Kind::Link,
        .length = after,
        .body = address < 0 ? QByteArrayView() : body.sliced(address + 1)};
}

Sequence readSequence(QByteArrayView text)
{
    if (text.size() < 2 || text[1] == '\n' || text[1] == escape)
        return {};
    switch (text[1]) {
    case '[':
        return readCsi(text);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        return readString(text);
    default:
        break;
    }
    qsizetype i = 1; // ESC, intermediate bytes, final byte: character sets and the like
    while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x2f)
        ++i;
    return {.length = i < text.size() && text[i] >= 0x30 && text[i] <= 0x7e ? i + 1 : i};
}

class SgrReader {
public:
    explicit SgrReader(QByteArrayView parameters)
    {
        int value = 0;
        for (const char c : parameters) {
            if (c == ';' || c == ':') {
                push(value);
                value = 0;
            } else if (c >= '0' && c <= '9') {
                value = qMin(value * 10 + (c - '0'), 9999);
            }
        }
        push(value);
    }
    void apply(TextStyle &style)
    {
        while (m_at < m_count)
            applyOne(style, m_values[m_at++]);
    }

private:
    void push(int value)
    {
        if (m_count < m_values.size())
            m_values[m_count++] = value;
    }
    Colour extended()
    {
        if (m_at < m_count && m_values[m_at] == 5) {
            m_at += 2;
            return m_at <= m_count ? Colour{.kind = Colour::Kind::Indexed, .index = quint8(m_values[m_at - 1])}
                                   : Colour{};
        }
        if (m_at < m_count && m_values[m_at] == 2) {
            m_at += 4;
            return m_at <= m_count ? Colour{Colour::Kind::Rgb, quint8(m_values[m_at - 3]), quint8(m_values[m_at - 2]),
                                         quint8(m_values[m_at - 1])}
                                   : Colour{};
        }
        return {};
    }
    static Colour indexed(int index) { return {.kind = Colour::Kind::Indexed, .index = quint8(index)}; }
    void applyOne(TextStyle &style, int code)
    {
        if (code >= 30 && code <= 37)
            style.foreground = indexed(code - 30);
        else if (code >= 40 && code <= 47)
            style.background = indexed(code - 40);
        else if (code >= 90 && code <= 97)
            style.foreground = indexed(code - 90 + 8);
        else if (code >= 100 && code <= 107)
            style.background = indexed(code - 100 + 8);
        else
            applyFlag(style, code);
    }
    void applyFlag(TextStyle &style, int code)
    {
        switch (code) {
        case 0:
            style = {};
            return;
        case 1:
            style.bold = true;
            return;
        case 2:
            style.faint = true;
            return;
        case 3:
            style.italic = true;
            return;
        case 4:
        case 21:
            style.underline = true;
            return;
        case 7:
            style.inverse = true;
            return;
        case 9:
            style.struck = true;
            return;
        case 22:
            style.bold = style.faint = false;
            return;
        case 23:
            style.italic = false;
            return;
        case 24:
            style.underline = false;
            return;
        case 27:
            style.inverse = false;
            return;
        case 29:
            style.struck = false;
            return;
        case 38:
            style.foreground = extended();
            return;
        case 39:
            style.foreground = {};
            return;
        case 48:
            style.background = extended();
            return;
        case 49:
            style.background = {};
            return;
        default:
            return;
        }
    }

    std::array<int, 32> m_values{};
    size_t m_count = 0;
    size_t m_at = 0;
};

/// Text with the bytes that have no picture of their own replaced.
QString decode(QByteArrayView bytes)
{
    QString text = QString::fromUtf8(bytes);
    for (auto &c : text) {
        if (c.unicode() < 0x20 && c != u'\t')
            c = QChar(char16_t(0x2400 + c.unicode()));
        else if (c.unicode() == 0x7f)
            c = QChar(char16_t(0x2421));
        else if (c.unicode() >= 0x80 && c.unicode() < 0xa0)
            c = QChar::ReplacementCharacter;
    }
    return text;
}

class Cooker {
public:
    Cooker(const TextStyle &start, bool unfolded)
        : m_style(start)
        , m_unfolded(unfolded)
    {
        m_line.end = start;
        note();
    }

    void run(QByteArrayView text)
    {
        qsizetype from = 0;
        for (qsizetype i = 0; i < text.size();) {
            const char c = text[i];
            if (c == escape) {
                add(text.sliced(from, i - from));
                const auto sequence = readSequence(text.sliced(i));
                obey(sequence);
                i += sequence.length;
                from = i;
            } else if (c == '\r') {
                add(text.sliced(from, i - from));
                m_returned = true;
                from = ++i;
            } else if (c == '\b') {
                add(text.sliced(from, i - from));
                takeBack();
                from = ++i;
            } else {
                ++i;
            }
        }
        add(text.sliced(from));
    }
    CookedLine take()
    {
        closeLink();
        m_line.end = m_style;
        if (m_line.spans.size() == 1 && m_line.spans.front().style == TextStyle{})
            m_line.spans.clear();
        return std::move(m_line);
    }

private:
    void add(QByteArrayView bytes)
    {
        if (bytes.isEmpty())
            return;
        if (std::exchange(m_returned, false) && !m_line.text.isEmpty()) {
            m_line.isProgress = true;
            if (m_unfolded) {
                m_line.text += QChar(char16_t(0x240d));
            } else {
                m_line.text.clear();
                m_line.spans.clear();
                m_line.links.clear();
                if (m_linkBegin >= 0)
                    m_linkBegin = 0;
                note();
            }
        }
        m_line.text += decode(bytes);
    }
    void obey(const Sequence &sequence)
    {
        if (sequence.kind == Sequence::Kind::Sgr) {
            SgrReader(sequence.body).apply(m_style);
            note();
        } else if (sequence.kind == Sequence::Kind::Link) {
            closeLink();
            if (!sequence.body.isEmpty()) {
                m_address = sequence.body.toByteArray();
                m_linkBegin = qint32(m_line.text.size());
            }
        }
    }
    void takeBack()
    {
        auto &text = m_line.text;
        if (text.size() > 1 && text.back().isLowSurrogate())
            text.chop(1);
        text.chop(text.isEmpty() ? 0 : 1);
        const auto size = qint32(text.size());
        if (!m_line.spans.empty() && m_line.spans.back().begin > size)
            note();
        m_linkBegin = qMin(m_linkBegin, size);
        auto &links = m_line.links;
        while (!links.empty() && links.back().begin >= size)
            links.pop_back();
        if (!links.empty())
            links.back().end = qMin(links.back().end, size);
    }
    void closeLink()
    {
        if (m_linkBegin >= 0 && m_linkBegin < m_line.text.size())
            m_line.links.push_back({m_linkBegin, qint32(m_line.text.size()), m_address});
        m_linkBegin = -1;
    }
    /// The style from here on.
    void note()
    {
        auto &spans = m_line.spans;
        const auto here = qint32(m_line.text.size());
        while (!spans.empty() && spans.back().begin >= here)
            spans.pop_back();
        if (spans.empty() || spans.back().style != m_style)
            spans.push_back({spans.empty() ? 0 : here, m_style});
    }

    CookedLine m_line;
    TextStyle m_style;
    bool m_unfolded;
    bool m_returned = false;
    QByteArray m_address;
    qint32 m_linkBegin = -1;
};

} // namespace

CookedLine cook(QByteArrayView line, const TextStyle &start, bool unfolded, qsizetype most)
{
    auto shown = line.first(qMin(line.size(), most));
    const auto isCut = shown.size() < line.size();
    if (shown.startsWith(byteOrderMark))
        shown = shown.sliced(byteOrderMark.size());
    Cooker cooker(start, unfolded);
    cooker.run(shown);
    auto cooked = cooker.take();
    cooked.isCut = isCut;
    return cooked;
}

TextStyle styleAfter(QByteArrayView line, TextStyle style)
{
    for (auto i = line.indexOf(escape); i >= 0; i = line.indexOf(escape, i)) {
        const auto sequence = readSequence(line.sliced(i));
        if (sequence.kind == Sequence::Kind::Sgr)
            SgrReader(sequence.body).apply(style);
        i += sequence.length;
    }
    return style;
}

namespace {

/// Writes what is seen of one line into memory that is large enough for all of it.
struct VisibleWriter {
    char *const begin;
    char *out;
    bool returned = false;

    void copy(const char *from, const char *to)
    {
        if (from == to)
            return;
        if (std::exchange(returned, false))
            out = begin;
        std::memcpy(out, from, size_t(to - from));
        out += to - from;
    }
    void backspace()
    {
        if (out == begin)
            return;
        do
            --out;
        while (out > begin && (*out & 0xc0) == 0x80);
    }
};

/// A line that is seen otherwise than it is written.
struct SpecialLine {
    const char *begin;
    const char *end; ///< of its text: behind it stands the line end, if it has one
};

SpecialLine lineAround(const char *special, const char *begin, const char *end)
{
    const auto *before = static_cast<const char *>(memrchr(begin, '\n', size_t(special - begin)));
    const auto *after = static_cast<const char *>(std::memchr(special, '\n', size_t(end - special)));
    return {before ? before + 1 : begin, after ? after : end};
}

/// The first byte order mark with which a line begins.
const char *nextMark(const char *from, const char *begin, const char *end)
{
    for (;;) {
        const auto at = QByteArrayView(from, end).indexOf(byteOrderMark);
        if (at < 0)
            return end;
        if (from + at == begin || from[at - 1] == '\n')
            return from + at;
        from += at + 1;
    }
}

/// Writes the line as it is seen and returns the end of that. `special` is the first special byte behind its begin, and
/// becomes the first one behind the line, which may be the end.
char *clean(const SpecialLine &line, const char *&special, SpecialWalk &walk, char *out)
{
    VisibleWriter writer{.begin = out, .out = out};
    const char *from = line.begin;
    if (QByteArrayView(line.begin, line.end).startsWith(byteOrderMark))
        from += byteOrderMark.size();
    while (special < line.end) {
        writer.copy(from, special);
        from = special + 1;
        if (*special == '\r')
            writer.returned = true;
        else if (*special == '\b')
            writer.backspace();
        else
            from = special + readSequence({special, line.end - special}).length;
        special = walk.next(from);
    }
    writer.copy(from, line.end);
    return writer.out;
}

} // namespace

void appendVisible(QByteArrayView lines, QByteArray &out)
{
    const auto before = out.size();
    out.resizeForOverwrite(before + lines.size());
    char *to = out.data() + before;
    const char *from = lines.data();
    const char *const end = from + lines.size();
    SpecialWalk walk(from, end);
    const char *const begin = from;
    const char *mark = nextMark(from, begin, end);
    for (const char *special = walk.next(from); qMin(special, mark) < end;) {
        const auto line = lineAround(qMin(special, mark), from, end);
        if (mark < line.end)
            mark = nextMark(line.end, begin, end);
        to = std::copy(from, line.begin, to);
        to = clean(line, special, walk, to);
        from = line.end;
    }
    to = std::copy(from, end, to);
    out.truncate(to - out.constData());
}

namespace {

bool lacksOne(const SpecialLine &line, QByteArrayView needed)
{
    return std::ranges::any_of(
        needed, [&line](char byte) { return !std::memchr(line.begin, byte, size_t(line.end - line.begin)); });
}

} // namespace

void CleanedLines::take(QByteArrayView lines, QByteArrayView needed, bool hasMarks)
{
    begins.clear();
    cleanedBegins.clear();
    text.resizeForOverwrite(lines.size());
    char *to = text.data();
    const char *const begin = lines.data();
    const char *const end = begin + lines.size();
    SpecialWalk walk(begin, end);
    const char *mark = hasMarks ? nextMark(begin, begin, end) : end;
    for (const char *special = walk.next(begin); qMin(special, mark) < end;) {
        const auto line = lineAround(qMin(special, mark), begin, end);
        if (mark < line.end)
            mark = nextMark(line.end, begin, end);
        if (lacksOne(line, needed)) {
            if (special < line.end)
                special = walk.next(line.end);
            continue;
        }
        begins.push_back(quint32(line.begin - begin));
        cleanedBegins.push_back(quint32(to - text.data()));
        to = clean(line, special, walk, to);
        if (line.end < end)
            *to++ = '\n';
    }
    text.truncate(to - text.constData());
}

QByteArray visible(QByteArrayView lines)
{
    QByteArray out;
    appendVisible(lines, out);
    return out;
}

} // namespace narscope::log
