// SPDX-License-Identifier: GPL-3.0-or-later
// What goes to the clipboard.
#include "ui/logs/logview.h"

#include <QApplication>
#include <QClipboard>
#include <QMimeData>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype largestCopy = qsizetype(64) << 20; ///< bytes
constexpr qint64 copyStep = 4096; ///< lines

/// A fence longer than any in the text, so that the text cannot end it.
QString quoted(const QString &text)
{
    qsizetype longest = 2;
    qsizetype run = 0;
    for (const auto c : text) {
        run = c == u'`' ? run + 1 : 0;
        longest = qMax(longest, run);
    }
    const QString fence(longest + 1, u'`');
    return fence + u"text\n"_s + text + (text.endsWith(u'\n') ? u""_s : u"\n"_s) + fence + u'\n';
}

/// «[hello-2.12.2](https://…), lines 1,204 to 1,210:» before a quote.
QString originOf(const QString &title, const QUrl &page, const CopyRange &range)
{
    if (!page.isValid())
        return {};
    auto name = title;
    name.replace(u'[', u'(').replace(u']', u')');
    const auto first = range.from.line.value + 1;
    const auto last = range.to.line.value + 1;
    const auto lines = first == last ? u"line %1"_s.arg(first) : u"lines %1 to %2"_s.arg(first).arg(last);
    return u"[%1](%2), %3:\n\n"_s.arg(name, page.toString(QUrl::FullyEncoded), lines);
}

/// The part of a line that the range holds.
TextRange partOf(const CopyRange &range, log::Line line, const ShownLine &shown)
{
    if (range.columns) {
        const auto [left, right] = std::minmax(range.columns->first, range.columns->second);
        return {shown.unitAt(left), shown.unitAt(right)};
    }
    const auto begin = line == range.from.line ? qMin(range.from.unit, shown.length()) : 0;
    return {begin, line == range.to.line ? qMin(range.to.unit, shown.length()) : shown.length()};
}

Problem tooLarge()
{
    return problemSaying(ProblemKind::TooLarge, u"More than 64 MiB are selected. Save the log to a file instead."_s)
        .error();
}

/// Of a line that is shown cut: all of it.
Result<log::CookedLine> wholeLine(
    const log::Bytes &bytes, const log::LineIndex &index, log::Line line, const log::TextStyle &style)
{
    const log::Line next(line.value + 1);
    const auto begin = index.offsetOf(line, bytes);
    const auto end = next.value < index.lineCount() ? index.offsetOf(next, bytes)
                                                    : Result<log::Offset>(log::Offset(index.bytesIndexed()));
    if (!begin || !end)
        return std::unexpected(begin ? end.error() : begin.error());
    if (end->value - begin->value > largestCopy)
        return std::unexpected(tooLarge());
    auto text = bytes.read(*begin, end->value - begin->value);
    if (!text)
        return std::unexpected(text.error());
    if (text->endsWith('\n'))
        text->chop(1);
    return log::cook(*text, style, false, text->size());
}

/// Whose end is selected is meant to its end, also where it is shown cut.
bool reachesCutEnd(const CopyRange &range, const ShownLine &shown, TextRange part)
{
    return shown.cooked.isCut && !range.columns && part.end == shown.length();
}

template <typename Take>
Result<void> eachLineOf(const log::Bytes &bytes, const log::LineIndex &index, const CopyRange &range,
    std::pair<log::Line, log::Line> piece, Take take)
{
    auto style = styleBefore(bytes, index, piece.first);
    if (!style)
        return std::unexpected(style.error());
    for (auto first = piece.first.value; first <= piece.second.value; first += copyStep) {
        const auto lines = readLines(bytes, index, log::Line(first), qMin(copyStep, piece.second.value - first + 1));
        if (!lines)
            return std::unexpected(lines.error());
        for (size_t i = 0; i < lines->size(); ++i) {
            const log::Line line(first + qint64(i));
            auto shown = showLine((*lines)[i], *style, nullptr);
            auto part = partOf(range, line, shown);
            if (reachesCutEnd(range, shown, part)) {
                auto whole = wholeLine(bytes, index, line, *style);
                if (!whole)
                    return std::unexpected(whole.error());
                // A carriage return behind the cut takes back what is shown: then nothing of it is left to begin in.
                part.begin = whole->text.startsWith(shown.cooked.text) ? part.begin : 0;
                shown.cooked = std::move(*whole);
                part.end = shown.length();
            }
            style = shown.cooked.end;
            if (!take(shown, part, line == range.to.line))
                return std::unexpected(tooLarge());
        }
    }
    return {};
}

/// Calls take(line, part) for each line of the range until it returns false.
template <typename Take>
Result<void> eachLine(const log::Bytes &bytes, const log::LineIndex &index, const CopyRange &range, Take take)
{
    if (!range.pieces)
        return eachLineOf(bytes, index, range, {range.from.line, range.to.line}, take);
    for (const auto &piece : *range.pieces) {
        if (const auto read = eachLineOf(bytes, index, range, piece, take); !read)
            return read;
    }
    return {};
}

QString cssOf(const log::TextStyle &style, const LogColours &colours)
{
    const auto inks = inksOf(style, colours);
    auto css = u"color:"_s + inks.text.name();
    if (inks.ground.isValid())
        css += u";background:"_s + inks.ground.name();
    if (style.bold)
        css += u";font-weight:bold"_s;
    if (style.italic)
        css += u";font-style:italic"_s;
    if (style.underline)
        css += u";text-decoration:underline"_s;
    return css;
}

void addHtml(QString &html, const ShownLine &shown, TextRange part, const LogColours &colours)
{
    const auto &spans = shown.cooked.spans;
    for (auto at = part.begin; at < part.end;) {
        const auto past = std::ranges::upper_bound(spans, at, {}, &log::StyleSpan::begin);
        const auto end = past == spans.end() ? part.end : qMin(part.end, past->begin);
        const auto text = shown.cooked.text.sliced(at, end - at).toHtmlEscaped();
        const bool isPlain = past == spans.begin() || (past - 1)->style == log::TextStyle{};
        html += isPlain ? text : u"<span style=\"%1\">%2</span>"_s.arg(cssOf((past - 1)->style, colours), text);
        at = end;
    }
}

} // namespace

Result<QString> textIn(const log::Bytes &bytes, const log::LineIndex &index, const CopyRange &range)
{
    QString text;
    const auto read = eachLine(bytes, index, range, [&text](const ShownLine &shown, TextRange part, bool isLast) {
        text += QStringView(shown.cooked.text).sliced(part.begin, part.end - part.begin);
        if (!isLast)
            text += u'\n';
        return text.size() * 2 <= largestCopy;
    });
    if (!read)
        return std::unexpected(read.error());
    return text;
}

Result<QString> htmlIn(
    const log::Bytes &bytes, const log::LineIndex &index, const CopyRange &range, const LogColours &colours)
{
    auto html = u"<pre style=\"color:%1;background:%2\">"_s.arg(colours.ink.name(), colours.ground.name());
    const auto read
        = eachLine(bytes, index, range, [&html, &colours](const ShownLine &shown, TextRange part, bool isLast) {
              addHtml(html, shown, part, colours);
              if (!isLast)
                  html += u'\n';
              return html.size() * 2 <= largestCopy;
          });
    if (!read)
        return std::unexpected(read.error());
    return html + u"</pre>"_s;
}

CopyRange LogView::copyRange() const
{
    auto [from, to] = std::minmax({m_anchor, m_cursor});
    if (!hasSelection()) {
        from.unit = 0;
        to.unit = std::numeric_limits<qint32>::max();
    }
    return {from, to, m_columns};
}

void LogView::copy(CopyForm form)
{
    if (!m_document || m_document->state()->index.lineCount() == 0)
        return;
    m_scope.cancelAll();
    m_scope.start(copyLines(copyRange(), form));
}

Task<void> LogView::copyLines(CopyRange range, CopyForm form)
{
    struct Copied {
        QString text;
        QString html;
    };
    auto work = [bytes = m_document->bytes(), state = m_document->state(), range, form, colours = m_colours,
                    origin = originOf(m_title, m_page, range), around = m_around,
                    found = m_onlyMatches ? std::optional(m_document->findings())
                                          : std::nullopt]() mutable -> Result<Copied> {
        if (found) { // what is not shown is not meant
            const MatchRows rows(*found, around, state->index.lineCount());
            range.pieces = rows.piecesIn(range.from.line, range.to.line);
        }
        auto text = textIn(*bytes, state->index, range);
        if (!text)
            return std::unexpected(text.error());
        if (form == CopyForm::Markdown)
            return Copied{origin + quoted(*text), {}};
        auto html
            = form == CopyForm::Coloured ? htmlIn(*bytes, state->index, range, colours) : Result<QString>(QString());
        return html.transform([&text](const QString &coloured) { return Copied{*text, coloured}; });
    };
    const auto made = co_await runOn(m_pool, std::move(work));
    if (made) {
        auto *mime = new QMimeData; // the clipboard's
        mime->setText(made->text);
        if (!made->html.isEmpty())
            mime->setHtml(made->html);
        QApplication::clipboard()->setMimeData(mime);
    }
    // Queued: whoever listens may copy again, which ends this flow.
    QMetaObject::invokeMethod(
        this,
        [this, made] {
            if (made)
                Q_EMIT copied();
            else
                Q_EMIT failed(made.error());
        },
        Qt::QueuedConnection);
}

} // namespace narscope::ui
