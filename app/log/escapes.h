// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

// What a terminal would do with the bytes of a line (ECMA-48): colours are kept, everything else that moves or
// erases is swallowed. No sequence reaches over a line's end. Pure; any thread.

namespace narscope::log {

/// A colour of SGR: none, one of 256, or a true colour.
struct Colour {
    enum class Kind : quint8 { Default, Indexed, Rgb };
    Kind kind = Kind::Default;
    quint8 index = 0; ///< or red
    quint8 green = 0;
    quint8 blue = 0;

    bool operator==(const Colour &) const = default;
};

struct TextStyle {
    Colour foreground;
    Colour background;
    bool bold = false;
    bool faint = false;
    bool italic = false;
    bool underline = false;
    bool inverse = false;
    bool struck = false;

    bool operator==(const TextStyle &) const = default;
};

/// From `begin` to the next span's begin, in UTF-16 units of the cooked text.
struct StyleSpan {
    qint32 begin = 0;
    TextStyle style;

    bool operator==(const StyleSpan &) const = default;
};

/// OSC 8: a piece of text that links somewhere. The address is hostile text; open only what is https.
struct LinkSpan {
    qint32 begin = 0;
    qint32 end = 0;
    QByteArray address;

    bool operator==(const LinkSpan &) const = default;
};

/// A line as it is shown.
struct CookedLine {
    QString text; ///< invalid bytes as U+FFFD, NUL and other controls as their pictures (U+2400 + code), tabs kept
    std::vector<StyleSpan> spans; ///< ascending; empty: all in the default style
    std::vector<LinkSpan> links;
    TextStyle end; ///< the style that the next line begins with
    bool isProgress = false; ///< earlier text was overwritten with carriage returns
    bool isCut = false; ///< longer than it may be: the rest is not in `text`

    bool operator==(const CookedLine &) const = default;
};

inline constexpr qsizetype maxCooked = 64 * 1024;

/// The byte order mark in UTF-8: tools write it where a text begins, and texts are put together to logs. At a line's
/// begin it is never seen.
inline constexpr QByteArrayView byteOrderMark{"\xef\xbb\xbf", 3};

/// `line` without its line end, its first `most` bytes. With `unfolded` what carriage returns overwrote is shown too,
/// each on a «␍».
[[nodiscard]] CookedLine cook(
    QByteArrayView line, const TextStyle &start = {}, bool unfolded = false, qsizetype most = maxCooked);

/// The style after the line, cheaper than cooking it.
[[nodiscard]] TextStyle styleAfter(QByteArrayView line, TextStyle style);

/// Appends the visible text of whole lines to `out`: escapes and byte order marks at their begins gone, carriage
/// returns folded, line ends kept, all other bytes as they are.
void appendVisible(QByteArrayView lines, QByteArray &out);
[[nodiscard]] QByteArray visible(QByteArrayView lines);

/// Of a block of lines those that are seen otherwise than they are written, as seen: the others need no copy.
struct CleanedLines {
    QByteArray text; ///< the lines with their ends
    std::vector<quint32> begins; ///< where each begins in the block, ascending
    std::vector<quint32> cleanedBegins; ///< and in `text`

    /// The block is smaller than 4 GiB. Memory of the one before is used again. Lines without one of the `needed` bytes
    /// are left out. Byte order marks at the begins of lines are looked for when `hasMarks`, which takes time.
    void take(QByteArrayView lines, QByteArrayView needed = {}, bool hasMarks = false);
};

} // namespace narscope::log
