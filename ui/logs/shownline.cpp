// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/shownline.h"

#include "ui/logs/textlinks.h"

#include <algorithm>

namespace narscope::ui {

namespace {

constexpr int tabWidth = 8;
constexpr qint64 styleLines = 256;

struct CodeRange {
    char32_t first;
    char32_t last;
};
/// East Asian Width W and F (UAX #11) and emoji, in blocks.
constexpr std::array wideRanges{CodeRange{0x1100, 0x115f}, CodeRange{0x2e80, 0x303e}, CodeRange{0x3041, 0xa4cf},
    CodeRange{0xac00, 0xd7a3}, CodeRange{0xf900, 0xfaff}, CodeRange{0xfe30, 0xfe6f}, CodeRange{0xff00, 0xff60},
    CodeRange{0xffe0, 0xffe6}, CodeRange{0x1f300, 0x1f64f}, CodeRange{0x1f900, 0x1f9ff}, CodeRange{0x20000, 0x3fffd}};

int widthOf(char32_t code)
{
    const auto category = QChar::category(code);
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing || category == QChar::Other_Format)
        return 0;
    return std::ranges::any_of(
               wideRanges, [code](const CodeRange &range) { return code >= range.first && code <= range.last; })
        ? 2
        : 1;
}

std::vector<qint32> cellsOf(const QString &text)
{
    if (std::ranges::all_of(text, [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; }))
        return {};
    std::vector<qint32> cells;
    cells.reserve(size_t(text.size()) + 1);
    qint32 at = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        cells.push_back(at);
        char32_t code = text[i].unicode();
        if (text[i].isHighSurrogate() && i + 1 < text.size()) {
            code = QChar::surrogateToUcs4(text[i], text[i + 1]);
            cells.push_back(at);
            ++i;
        }
        at += code == U'\t' ? tabWidth - at % tabWidth : widthOf(code);
    }
    cells.push_back(at);
    return cells;
}

std::vector<TextRange> matchesIn(const QString &text, const log::Search &search)
{
    const auto bytes = text.toUtf8();
    std::vector<TextRange> matches;
    qsizetype doneBytes = 0;
    qsizetype doneUnits = 0;
    const auto unitsTo = [&](qsizetype to) {
        doneUnits += QString::fromUtf8(QByteArrayView(bytes).sliced(doneBytes, to - doneBytes)).size();
        doneBytes = to;
        return qint32(doneUnits);
    };
    auto ranges = search.ranges(bytes);
    std::ranges::sort(ranges, {}, &log::MatchRange::begin);
    for (const auto &range : ranges) {
        if (range.begin < doneBytes) // of several patterns: the one before reaches over it
            continue;
        const auto begin = unitsTo(range.begin);
        matches.push_back({begin, unitsTo(range.end)});
    }
    return matches;
}

/// One line, cut; true when its end was seen.
bool takeLine(QByteArray &line, QByteArrayView block, qsizetype &at)
{
    const auto end = block.indexOf('\n', at);
    const auto stop = end < 0 ? block.size() : end;
    line = block.sliced(at, qMin(stop - at, log::maxCooked + 1)).toByteArray();
    at = stop + 1;
    return end >= 0;
}

} // namespace

qint32 ShownLine::unitAt(qint32 cell) const
{
    if (cells.empty())
        return qBound(0, cell, length());
    const auto after = std::ranges::upper_bound(cells, qMax(0, cell));
    auto unit = qMax<qint32>(0, qint32(after - cells.begin()) - 1);
    while (unit > 0 && unit < length()
        && cells[size_t(unit) - 1] == cells[size_t(unit)]) // not into the middle of a character
        --unit;
    return qMin(unit, length());
}

qsizetype ShownLine::memory() const
{
    return qsizetype(sizeof(ShownLine)) + cooked.text.size() * 2 + qsizetype(cells.size() * sizeof(qint32))
        + qsizetype(cooked.spans.size() * sizeof(log::StyleSpan)) + qsizetype(matches.size() * sizeof(TextRange));
}

ShownLine showLine(QByteArrayView line, const log::TextStyle &start, const log::Search *search)
{
    ShownLine shown{.cooked = log::cook(line, start), .matches = {}, .links = {}, .cells = {}};
    shown.cells = cellsOf(shown.cooked.text);
    shown.links = linksIn(shown.cooked);
    if (search)
        shown.matches = matchesIn(shown.cooked.text, *search);
    return shown;
}

Result<std::vector<QByteArray>> readLines(
    const log::Bytes &bytes, const log::LineIndex &index, log::Line first, qint64 count)
{
    constexpr qint64 step = 4 * log::maxCooked;
    std::vector<QByteArray> lines;
    const auto end = qMin(first.value + count, index.lineCount());
    while (first.value + qint64(lines.size()) < end) {
        const log::Line next(first.value + qint64(lines.size()));
        const auto offset = index.offsetOf(next, bytes);
        if (!offset)
            return std::unexpected(offset.error());
        const auto block = bytes.read(*offset, qMin(step, index.bytesIndexed() - offset->value));
        if (!block)
            return std::unexpected(block.error());
        const auto before = lines.size();
        for (qsizetype at = 0; at < block->size() && first.value + qint64(lines.size()) < end;) {
            QByteArray line;
            const bool isWhole = takeLine(line, *block, at);
            const bool isKnown
                = isWhole || lines.size() == before || offset->value + block->size() == index.bytesIndexed();
            if (!isKnown) // goes on behind the block: read it again from its begin
                break;
            lines.push_back(std::move(line));
        }
        if (lines.size() == before)
            break;
    }
    return lines;
}

Result<log::TextStyle> styleBefore(const log::Bytes &bytes, const log::LineIndex &index, log::Line line)
{
    const log::Line from(qMax<qint64>(0, line.value - styleLines));
    const auto lines = readLines(bytes, index, from, line.value - from.value);
    if (!lines)
        return std::unexpected(lines.error());
    log::TextStyle style;
    for (const auto &each : *lines)
        style = log::styleAfter(each, style);
    return style;
}

} // namespace narscope::ui
