// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/picturepaint.h"

#include "ui/trace/grademark.h"
#include "ui/widgets/paint.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qreal reachedLine = 2.5;
constexpr qreal waitingLine = 1.5;
constexpr qreal bandWidth = 18;
constexpr qreal ring = 10.5; ///< radius
constexpr qsizetype mostWidths = 20'000; ///< texts remembered
constexpr qreal lift = 0.25; ///< how much of the ground is in a reached line's colour: marks stand out

QColor mixed(const QColor &colour, const QColor &ground, qreal part)
{
    const auto channel = [part](int a, int b) { return int(a * (1 - part) + b * part); };
    return {channel(colour.red(), ground.red()), channel(colour.green(), ground.green()),
        channel(colour.blue(), ground.blue())};
}

QFont sized(QFont font, qreal zoom)
{
    font.setPixelSize(std::max(4, qRound(font.pixelSize() * zoom)));
    return font;
}

class PicturePainter {
public:
    PicturePainter(QPainter &painter, const Picture &picture, const PictureLayout &layout, const PictureFonts &fonts,
        const Look &look, const PictureState &state, const QRectF &visible)
        : m_painter(painter)
        , m_picture(picture)
        , m_layout(layout)
        , m_fonts(fonts)
        , m_look(look)
        , m_state(state)
        , m_visible(visible)
        , m_zoom(layout.zoom)
    {
    }

    void paint()
    {
        m_painter.setRenderHint(QPainter::Antialiasing);
        paintGround();
        paintBand();
        for (const auto look : {HopLook::Waiting, HopLook::Failed, HopLook::Reached})
            paintLines(look);
        paintGrades();
        for (size_t i = 0; i < m_layout.stops.size(); ++i)
            paintStop(int(i));
        for (size_t i = 0; i < m_layout.rows.size(); ++i)
            paintRow(int(i));
        paintTitles();
        paintCensus();
    }

private:
    [[nodiscard]] bool isSeen(const QRectF &box) const { return box.intersects(m_visible); }
    /// The mark with its rings, and its words.
    [[nodiscard]] bool isSeen(const PlacedStop &placed) const
    {
        const qreal side = 2 * (ring + 2) * m_zoom;
        return isSeen(QRectF(placed.at - QPointF(side / 2, side / 2), QSizeF(side, side))) || isSeen(placed.label)
            || (placed.quiet.isValid() && isSeen(placed.quiet));
    }
    [[nodiscard]] bool isRowSeen(qreal y) const
    {
        return y > m_visible.top() - 40 * m_zoom && y < m_visible.bottom() + 40 * m_zoom;
    }
    [[nodiscard]] QColor lineColour(HopLook look) const;
    void paintGround();
    void paintBand();
    void paintLines(HopLook look);
    void paintGrades();
    void paintStop(int index);
    void paintStopText(const PictureStop &stop, const PlacedStop &placed);
    void paintRow(int index);
    void paintTitles();
    void paintCensus();
    /// Returns the px used.
    qreal write(const QRectF &box, const QString &text, Face face, const QColor &colour,
        Qt::TextElideMode elide = Qt::ElideRight);

    QPainter &m_painter;
    const Picture &m_picture;
    const PictureLayout &m_layout;
    const PictureFonts &m_fonts;
    const Look &m_look;
    const PictureState &m_state;
    QRectF m_visible;
    qreal m_zoom;
};

qreal PicturePainter::write(
    const QRectF &box, const QString &text, Face face, const QColor &colour, Qt::TextElideMode elide)
{
    if (text.isEmpty() || box.width() < 4)
        return 0;
    const auto &font = m_fonts.font(face);
    const QFontMetricsF metrics(font);
    const auto shown
        = m_fonts.width(text, face) <= box.width() + 1 ? text : metrics.elidedText(text, elide, box.width());
    m_painter.setFont(font);
    m_painter.setPen(colour);
    m_painter.drawText(QPointF(box.left(), box.center().y() + (metrics.ascent() - metrics.descent()) / 2), shown);
    return m_fonts.width(shown, face);
}

QColor PicturePainter::lineColour(HopLook look) const
{
    switch (look) {
    case HopLook::Reached:
        return mixed(m_look.succeeded, m_look.view, lift);
    case HopLook::Failed:
        return m_look.failed;
    case HopLook::Waiting:
        return m_look.idle;
    }
    return m_look.idle;
}

void PicturePainter::paintGround()
{
    m_painter.fillRect(m_visible, m_look.view);
    const QRectF ahead(m_layout.now, m_visible.top(), m_visible.right() - m_layout.now, m_visible.height());
    if (ahead.width() > 0)
        m_painter.fillRect(ahead, m_look.window);
    m_painter.setPen(Qt::NoPen);
    for (const auto &lane : m_layout.lanes)
        m_painter.fillRect(
            QRectF(m_visible.left(), lane.bottom - 1, std::min(m_layout.now, m_visible.right()) - m_visible.left(), 1),
            m_look.line);
    m_painter.fillRect(QRectF(m_layout.now - 0.5, m_visible.top(), 1, m_visible.height()), m_look.ink);
}

void PicturePainter::paintBand()
{
    if (m_state.hop < 0 || m_state.hop >= int(m_layout.hops.size()))
        return;
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(m_state.hasFocus ? m_look.selection : m_look.selectionBehind, bandWidth * m_zoom,
        Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    m_painter.drawPath(m_layout.hops[size_t(m_state.hop)].path);
}

void PicturePainter::paintLines(HopLook look)
{
    QPen pen(lineColour(look), (look == HopLook::Waiting ? waitingLine : reachedLine) * m_zoom, Qt::SolidLine,
        Qt::FlatCap, Qt::RoundJoin);
    if (look == HopLook::Waiting)
        pen.setDashPattern({4 / waitingLine, 4 / waitingLine});
    m_painter.setPen(pen);
    m_painter.setBrush(Qt::NoBrush);
    for (size_t i = 0; i < m_layout.hops.size(); ++i) {
        if (m_picture.hops[qsizetype(i)].look == look && isSeen(m_layout.hops[i].bounds))
            m_painter.drawPath(m_layout.hops[i].path);
    }
}

void PicturePainter::paintGrades()
{
    for (size_t i = 0; i < m_layout.hops.size(); ++i) {
        const auto &grade = m_picture.hops[qsizetype(i)].grade;
        const auto &placed = m_layout.hops[i];
        if (!grade || !isSeen(placed.bounds))
            continue;
        const bool isSelected = int(i) == m_state.hop;
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(isSelected ? (m_state.hasFocus ? m_look.selection : m_look.selectionBehind) : m_look.view);
        m_painter.drawEllipse(placed.grade, 10 * m_zoom, 8.5 * m_zoom);
        paintGrade(m_painter, placed.grade, m_zoom, *grade, m_look.text);
    }
}

void PicturePainter::paintStop(int index)
{
    const auto &stop = m_picture.stops[index];
    const auto &placed = m_layout.stops[size_t(index)];
    if (!isSeen(placed))
        return;
    const auto ground = stop.ahead ? m_look.window : m_look.view;
    if (stop.mark != Mark::Succeeded && stop.mark != Mark::Failed) { // the open shapes: no line shines through
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(ground);
        m_painter.drawEllipse(placed.at, 6.5 * m_zoom, 6.5 * m_zoom);
    }
    const bool isEnd
        = m_state.hop >= 0 && (m_picture.hops[m_state.hop].from == index || m_picture.hops[m_state.hop].to == index);
    if (index == m_state.stop || isEnd) {
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(m_look.running, index == m_state.stop && m_state.hasFocus ? 2.2 * m_zoom : 1.3 * m_zoom));
        m_painter.drawEllipse(placed.at, ring * m_zoom, ring * m_zoom);
    }
    const qreal side = metric::mark * m_zoom;
    paintMark(m_painter, QRectF(placed.at - QPointF(side / 2, side / 2), QSizeF(side, side)), side, stop.mark, m_look,
        ground);
    paintStopText(stop, placed);
}

void PicturePainter::paintStopText(const PictureStop &stop, const PlacedStop &placed)
{
    const qreal used = write(placed.label, stop.label, stop.strong ? Face::Bold : Face::Data, m_look.text);
    if (placed.quiet.isValid())
        write(placed.quiet, stop.quiet, Face::Data, m_look.text2);
    else
        write(placed.label.adjusted(used > 0 ? used + 4 * m_zoom : 0, 0, 0, 0), stop.quiet, Face::Data, m_look.text2);
}

void PicturePainter::paintRow(int index)
{
    const auto &row = m_picture.rows[index];
    const auto &placed = m_layout.rows[size_t(index)];
    if (!isRowSeen(placed.y))
        return;
    if (placed.fold.isValid() && isSeen(placed.fold))
        paintChevron(m_painter, placed.fold, row.fold == Fold::Open, m_look.text2);
    if (isSeen(placed.name))
        write(placed.name, row.name, Face::Bold, m_look.text, Qt::ElideMiddle);
    if (isSeen(placed.detail))
        write(placed.detail, row.detail, Face::Data, m_look.text2);
    auto box = placed.words;
    if (!isSeen(box))
        return;
    if (!row.strong.isEmpty())
        box.setLeft(box.left() + write(box, row.strong, Face::Bold, m_look.text) + 4 * m_zoom);
    write(box, row.words, row.mono ? Face::Mono : Face::Data, row.plain ? m_look.text : m_look.text2,
        row.mono ? Qt::ElideMiddle : Qt::ElideRight);
}

void PicturePainter::paintTitles()
{
    for (size_t lane = 0; lane < laneCount; ++lane) {
        const auto &words = m_picture.lanes[lane];
        const auto &placed = m_layout.lanes[lane];
        qreal y = placed.top + 15 * m_zoom;
        for (qsizetype i = 0; i < m_picture.rows.size(); ++i) {
            if (m_picture.rows[i].lane == Lane(lane)) {
                y = m_layout.rows[size_t(i)].y;
                break;
            }
        }
        const QRectF box(m_layout.labelLeft, y - 10 * m_zoom, 92 * m_zoom, 20 * m_zoom);
        write(box, words.title, Face::Bold, m_look.text);
        write(box.translated(0, 22 * m_zoom), words.count, Face::Data, m_look.text2);
    }
    for (const auto &word : m_layout.words)
        write(QRectF(word.at.x(), word.at.y() - 9 * m_zoom, 200 * m_zoom, 18 * m_zoom), word.text, Face::Data,
            m_look.text2);
}

void PicturePainter::paintCensus()
{
    if (m_picture.census.isEmpty() || !isSeen(m_layout.census))
        return;
    int hops = 0;
    for (const auto &part : m_picture.census)
        hops += part.count;
    const auto title = hops == 1
        ? QCoreApplication::translate("Picture", "How the one reached hop is proved")
        : QCoreApplication::translate("Picture", "How the %1 reached hops are proved").arg(hops);
    const qreal width = m_fonts.width(title, Face::Data);
    const qreal middle = m_layout.census.top() + 18 * m_zoom;
    write(QRectF(m_layout.census.right() - width - 1, middle - 9 * m_zoom, width + 2, 18 * m_zoom), title, Face::Data,
        m_look.text2);
    qreal x = m_layout.census.left() + censusGap * m_zoom;
    for (const auto &[grade, count] : m_picture.census) {
        paintGrade(m_painter, QPointF(x + 6 * m_zoom, middle + 22 * m_zoom), m_zoom, grade, m_look.text);
        x += censusMark * m_zoom;
        const auto words = censusWords(grade, count);
        x += write(QRectF(x, middle + 13 * m_zoom, 400 * m_zoom, 18 * m_zoom), words, Face::Data, m_look.text)
            + censusGap * m_zoom;
    }
}

} // namespace

PictureFonts::PictureFonts(qreal zoom)
    : data(sized(dataFont(), zoom))
    , bold(sized(boldFont(), zoom))
    , mono(sized(monoFont(), zoom))
    , m_widths(std::make_shared<Widths>())
{
}

const QFont &PictureFonts::font(Face face) const
{
    return face == Face::Bold ? bold : face == Face::Mono ? mono : data;
}

qreal PictureFonts::width(const QString &text, Face face) const
{
    auto &known = (*m_widths)[size_t(face)];
    if (const auto found = known.constFind(text); found != known.cend())
        return *found;
    if (known.size() >= mostWidths)
        known.clear();
    const qreal width = QFontMetricsF(font(face)).horizontalAdvance(text);
    known.insert(text, width);
    return width;
}

std::function<qreal(const QString &, Face)> PictureFonts::measure() const
{
    return [fonts = *this](const QString &text, Face face) { return fonts.width(text, face); };
}

void paintPicture(QPainter &painter, const Picture &picture, const PictureLayout &layout, const PictureFonts &fonts,
    const Look &look, const PictureState &state, const QRectF &visible)
{
    PicturePainter(painter, picture, layout, fonts, look, state, visible).paint();
}

void paintRuler(QPainter &painter, const PictureLayout &layout, const PictureFonts &fonts, const Look &look, qreal left,
    qreal width)
{
    const qreal height = layout.ruler;
    const qreal zoom = layout.zoom;
    painter.fillRect(QRectF(left, 0, width, height), look.window);
    painter.fillRect(QRectF(left, height - 1, width, 1), look.line);
    painter.fillRect(QRectF(left, 0, width, 1), look.line);
    painter.setFont(fonts.data);
    const auto centred = [&](qreal x, const QString &text) {
        painter.drawText(QRectF(x - 200 * zoom, 0, 400 * zoom, height), int(Qt::AlignCenter), text);
    };
    painter.setPen(look.text2);
    for (const auto &tick : layout.ticks) {
        painter.fillRect(QRectF(tick.x - 0.5, height - 7 * zoom, 1, 6 * zoom), look.ink);
        centred(tick.middle, tick.text);
    }
    painter.fillRect(QRectF(layout.now - 0.5, 0, 1, height), look.ink);
    painter.drawText(QRectF(layout.now + 8 * zoom, 0, 100 * zoom, height), int(Qt::AlignLeft | Qt::AlignVCenter),
        QCoreApplication::translate("Picture", "ahead"));
    painter.drawText(QRectF(left + layout.labelLeft, 0, 100 * zoom, height), int(Qt::AlignLeft | Qt::AlignVCenter),
        layout.ticks.empty() ? QString() : QCoreApplication::translate("Picture", "Time between"));
    painter.setFont(fonts.bold);
    painter.setPen(look.text);
    painter.drawText(QRectF(layout.now - 100 * zoom, 0, 92 * zoom, height), int(Qt::AlignRight | Qt::AlignVCenter),
        QCoreApplication::translate("Picture", "now"));
}

} // namespace narscope::ui
