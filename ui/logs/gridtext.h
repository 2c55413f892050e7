// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QGlyphRun>
#include <QHash>
#include <QRawFont>

#include <array>
#include <vector>

class QPainter;

namespace narscope::ui {

/// Draws text into a grid of cells as terminals do. Runs of plain letters, nearly all of a log, go to the painter as
/// glyphs from a table, and the others are laid out once: layout took most of a frame. GUI thread.
class GridText {
public:
    /// Forgets what was known of the font before.
    void setFont(const QFont &font);
    [[nodiscard]] qreal cell() const { return m_cell; } ///< px
    [[nodiscard]] int rowHeight() const { return m_rowHeight; }
    [[nodiscard]] int ascent() const { return m_ascent; }

    /// Letters that take one cell each, whatever stands beside them: ASCII, Latin, Greek, Cyrillic.
    [[nodiscard]] static bool isPlain(QChar c)
    {
        const auto code = c.unicode();
        return (code >= 0x20 && code < 0x7f) || (code > 0xa0 && code < 0x300 && code != 0xad)
            || (code >= 0x370 && code < 0x483) || (code >= 0x48a && code < tableSize);
    }
    /// In the painter's pen; `at` is where the baseline begins. Only what isPlain().
    void drawPlain(QPainter &painter, QPointF at, QStringView text, bool bold, bool italic = false);
    /// One character, with the marks that stand on it.
    void draw(QPainter &painter, QPointF at, QStringView character, bool bold, bool italic = false);

private:
    static constexpr char16_t tableSize = 0x530;
    static constexpr size_t faceCount = 4; ///< plain, bold, italic, both
    struct Laid {
        QList<QGlyphRun> runs;
        qreal ascent = 0;
    };
    struct Face {
        QFont font;
        QRawFont raw;
        std::array<quint32, tableSize> glyphs{}; ///< 0: the font has none
        QHash<QString, Laid> laid;
    };
    Face &face(bool bold, bool italic);

    std::array<Face, faceCount> m_faces;
    std::vector<quint32> m_glyphs; ///< of the run being drawn
    std::vector<QPointF> m_places; ///< of the cells, the first one at 0
    QGlyphRun m_run;
    qreal m_cell = 7;
    int m_rowHeight = 17;
    int m_ascent = 13;
};

} // namespace narscope::ui
