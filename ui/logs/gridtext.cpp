// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/gridtext.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace narscope::ui {

void GridText::setFont(const QFont &font)
{
    for (size_t i = 0; i < faceCount; ++i) {
        m_faces[i] = {.font = font, .raw = {}, .laid = {}};
        m_faces[i].font.setBold((i & 1) != 0);
        m_faces[i].font.setItalic((i & 2) != 0);
    }
    const QFontMetricsF metrics(font);
    m_cell = metrics.horizontalAdvance(u'm');
    m_rowHeight = int(std::ceil(metrics.height()));
    m_ascent = int(std::ceil(metrics.ascent()));
    m_places.clear();
}

GridText::Face &GridText::face(bool bold, bool italic)
{
    auto &face = m_faces[(bold ? 1U : 0U) + (italic ? 2U : 0U)];
    if (face.raw.isValid())
        return face;
    face.raw = QRawFont::fromFont(face.font);
    for (char16_t c = 0x20; c < tableSize; ++c) {
        if (const auto glyphs = face.raw.glyphIndexesForString(QString(QChar(c))); glyphs.size() == 1)
            face.glyphs[c] = glyphs.front();
    }
    return face;
}

void GridText::drawPlain(QPainter &painter, QPointF at, QStringView text, bool bold, bool italic)
{
    auto &with = face(bold, italic);
    const auto length = size_t(text.size());
    m_glyphs.resize(length);
    std::ranges::transform(text, m_glyphs.begin(), [&with](QChar c) { return with.glyphs[c.unicode()]; });
    if (std::ranges::find(m_glyphs, 0U) != m_glyphs.end()) { // another font has to help out
        for (qsizetype i = 0; i < text.size(); ++i)
            draw(painter, at + QPointF(qreal(i) * m_cell, 0), text.sliced(i, 1), bold, italic);
        return;
    }
    while (m_places.size() < length)
        m_places.emplace_back(qreal(m_places.size()) * m_cell, 0);
    m_run.setRawFont(with.raw);
    m_run.setRawData(m_glyphs.data(), m_places.data(), int(length));
    painter.drawGlyphRun(at, m_run);
}

void GridText::draw(QPainter &painter, QPointF at, QStringView character, bool bold, bool italic)
{
    constexpr qsizetype most = 4096; // of a script with many signs the usual ones
    auto &with = face(bold, italic);
    const auto text = character.toString();
    auto known = with.laid.constFind(text);
    if (known == with.laid.constEnd()) {
        if (with.laid.size() >= most)
            with.laid.clear();
        QTextLayout layout(text, with.font);
        layout.beginLayout();
        const auto line = layout.createLine();
        layout.endLayout();
        known = with.laid.insert(text, {layout.glyphRuns(), line.ascent()});
    }
    for (const auto &run : known->runs)
        painter.drawGlyphRun(at - QPointF(0, known->ascent), run);
}

} // namespace narscope::ui
