// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/picturelayout.h"

#include "ui/trace/columnplan.h"
#include "ui/trace/grademark.h"

#include <QSet>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

// All in px at zoom 1.
constexpr qreal laneTitleLeft = 16;
constexpr qreal nameLeft = 112;
constexpr qreal detailLeft = 216; ///< at least
constexpr qreal textGap = 12;
constexpr qreal rulerHeight = 24;
constexpr qreal pullRow = 58;
constexpr qreal pullLine = 30; ///< of the stops below the top of their row
constexpr qreal columnWords = 18; ///< line above the rows of a lane
constexpr qreal lanePadding = 4;
constexpr qreal labelGap = 13; ///< from the middle of a stop to its label: clear of the ring of a chosen one
constexpr qreal lineGap = 4; ///< around a label
constexpr qreal textHeight = 18;
constexpr qreal tightest = 0.88; ///< px a unit of the plan, before the picture scrolls sideways
constexpr qreal bend = 12;
constexpr qreal gradeRadius = 10;
constexpr qreal foldSide = 16;
constexpr qreal longestDrop = 200; ///< further down a curve becomes a line with two bends

struct Trunk {
    qreal x = 0;
    qreal top = 0;
    qreal bottom = 0;
};

QRectF lineBox(qreal left, qreal y, qreal width, qreal height)
{
    return {left, y - height / 2, width, height};
}

/// Right to the trunk, down or up it, right again; corners are quarters of a circle as far as there is room.
QPainterPath elbow(const QPointF &from, const QPointF &to, qreal trunk, qreal radius)
{
    QPainterPath path(from);
    const qreal drop = to.y() - from.y();
    if (std::abs(drop) < 1) {
        path.lineTo(to);
        return path;
    }
    const qreal way = drop > 0 ? 1 : -1;
    const qreal out = std::min({radius, std::abs(drop) / 2, trunk - from.x()});
    const qreal in = std::min({radius, std::abs(drop) / 2, to.x() - trunk});
    path.lineTo(trunk - out, from.y());
    path.quadTo(trunk, from.y(), trunk, from.y() + way * out);
    path.lineTo(trunk, to.y() - way * in);
    path.quadTo(trunk, to.y(), trunk + in, to.y());
    path.lineTo(to);
    return path;
}

class Layouter {
public:
    Layouter(const Picture &picture, const LayoutSpace &space)
        : m_picture(picture)
        , m_space(space)
        , m_plan(planOf(picture))
        , m_zoom(space.zoom)
        , m_pitch(space.rowPitch * space.zoom)
        , m_stretch(std::max(tightest * m_zoom, (space.width - nameLeft * m_zoom) / m_plan.end))
    {
    }

    PictureLayout layout()
    {
        m_layout.zoom = m_zoom;
        m_layout.ruler = px(rulerHeight);
        m_layout.labelLeft = px(laneTitleLeft);
        m_layout.now = x(m_plan.now);
        placeRows();
        placeStops();
        findTrunks();
        placeLabels();
        placeHops();
        placeTables();
        placeColumnWords();
        placeRuler();
        placeCensus();
        m_layout.size = QSizeF(x(m_plan.end), m_layout.lanes.back().bottom);
        return std::move(m_layout);
    }

private:
    [[nodiscard]] qreal px(qreal value) const { return value * m_zoom; }
    [[nodiscard]] qreal x(qreal column) const { return px(nameLeft) + column * m_stretch; }
    [[nodiscard]] Lane laneOf(int stop) const { return m_picture.rows[m_picture.stops[stop].row].lane; }
    [[nodiscard]] qreal wide(const QString &text, Face face) const
    {
        return text.isEmpty() ? 0 : std::ceil(m_space.measure(text, face));
    }

    void placeRows();
    void placeStops();
    void findTrunks();
    void placeLabels();
    void placePullLabels(PlacedStop &placed, const PictureStop &stop, qreal label, qreal quiet, bool descends) const;
    [[nodiscard]] qreal labelBase(int stop) const;
    [[nodiscard]] qreal labelEnd(int stop) const;
    void placeHops();
    [[nodiscard]] PlacedHop placed(const PictureHop &hop) const;
    [[nodiscard]] QPainterPath pathOf(const PictureHop &hop) const;
    [[nodiscard]] QPainterPath pathThroughLabel(const PictureHop &hop, const QRectF &label) const;
    [[nodiscard]] QPainterPath pathToChannel(const PictureHop &hop) const;
    [[nodiscard]] QPointF gradeOf(const PictureHop &hop) const;
    [[nodiscard]] qreal trunkOf(const PictureHop &hop) const;
    [[nodiscard]] QPointF startOf(const PictureHop &hop) const;
    [[nodiscard]] std::pair<qreal, qreal> bendOf(const PictureHop &hop) const;
    [[nodiscard]] QPainterPath curve(const PictureHop &hop) const;
    void placeTables();
    void placeTable(int lane, const QList<int> &rows);
    void placeColumnWords();
    void placeRuler();
    void placeCensus();

    const Picture &m_picture;
    const LayoutSpace &m_space;
    ColumnPlan m_plan;
    qreal m_zoom;
    qreal m_pitch;
    qreal m_stretch; ///< px a unit of the plan
    PictureLayout m_layout;
    qreal m_bundleStart = 0; ///< px; the longest label of a build ends here
    std::vector<QList<int>> m_stopsOfRow;
    std::vector<Trunk> m_trunks;
    QSet<int> m_descending; ///< stops of pull requests with a line down to a branch
};

void Layouter::placeRows()
{
    qreal y = m_layout.ruler;
    qsizetype row = 0;
    m_layout.rows.resize(size_t(m_picture.rows.size()));
    for (size_t lane = 0; lane < laneCount; ++lane) {
        const bool isPull = Lane(lane) == Lane::PullRequest;
        m_layout.lanes[lane].top = y;
        y += px(isPull ? 0 : lanePadding + (m_picture.lanes[lane].columns.isEmpty() ? 0 : columnWords - lanePadding));
        for (; row < m_picture.rows.size() && m_picture.rows[row].lane == Lane(lane); ++row) {
            m_layout.rows[size_t(row)].y = isPull ? y + px(pullLine) : y + m_pitch / 2;
            y += isPull ? px(pullRow) : m_pitch;
        }
        if (!m_picture.lanes[lane].count.isEmpty()) // it stands below the title
            y = std::max(y, m_layout.lanes[lane].top + 2 * m_pitch + px(lanePadding));
        y += px(isPull ? 0 : lanePadding);
        m_layout.lanes[lane].bottom = y;
    }
}

void Layouter::placeStops()
{
    m_layout.stops.resize(size_t(m_picture.stops.size()));
    m_stopsOfRow.resize(size_t(m_picture.rows.size()));
    for (qsizetype i = 0; i < m_picture.stops.size(); ++i) {
        const auto &stop = m_picture.stops[i];
        m_stopsOfRow[size_t(stop.row)] << int(i);
        const auto lane = m_picture.rows[stop.row].lane;
        const qreal column = stop.ahead ? m_plan.ahead : m_plan.columnOf(lane, stop.row, stop.column);
        m_layout.stops[size_t(i)].at = QPointF(std::round(x(column)), std::round(m_layout.rows[size_t(stop.row)].y));
    }
}

/// Vertical lines that labels must keep away from.
void Layouter::findTrunks()
{
    for (const auto &hop : m_picture.hops) {
        if (hop.from < 0 || laneOf(hop.from) >= Lane::Build || laneOf(hop.to) == Lane::Channel)
            continue;
        const auto from = m_layout.stops[size_t(hop.from)].at;
        const auto to = m_layout.stops[size_t(hop.to)].at;
        if (laneOf(hop.from) == Lane::PullRequest && laneOf(hop.to) == Lane::Branch)
            m_descending.insert(hop.from);
        if (from.y() == to.y())
            continue;
        const Trunk trunk{trunkOf(hop), std::min(from.y(), to.y()), std::max(from.y(), to.y())};
        const auto same = std::ranges::find(m_trunks, trunk.x, &Trunk::x);
        if (same == m_trunks.end())
            m_trunks.push_back(trunk);
        else
            *same = {trunk.x, std::min(same->top, trunk.top), std::max(same->bottom, trunk.bottom)};
    }
    std::ranges::sort(m_trunks, {}, &Trunk::x);
}

qreal Layouter::trunkOf(const PictureHop &hop) const
{
    const auto from = m_layout.stops[size_t(hop.from)].at;
    const auto to = m_layout.stops[size_t(hop.to)].at;
    switch (laneOf(hop.from)) {
    case Lane::PullRequest:
        return from.x() + m_plan.pullDescent(m_picture.stops[hop.from].row) * m_zoom;
    case Lane::Branch:
        return from.x();
    case Lane::Evaluation:
        if (laneOf(hop.to) == Lane::Channel)
            return std::round(x(m_plan.descentOf(m_picture.stops[hop.from].row)));
        return from.x() + m_plan.buildTrunk(m_picture.stops[hop.from].row) * m_zoom;
    default:
        return std::max(from.x(), to.x() - px(34));
    }
}

void Layouter::placeLabels()
{
    for (qsizetype i = 0; i < m_picture.stops.size(); ++i) {
        const auto &stop = m_picture.stops[i];
        auto &placed = m_layout.stops[size_t(i)];
        const qreal label = wide(stop.label, stop.strong ? Face::Bold : Face::Data);
        const qreal quiet = wide(stop.quiet, Face::Data);
        if (laneOf(int(i)) == Lane::PullRequest) {
            placePullLabels(placed, stop, label, quiet, m_descending.contains(int(i)));
            continue;
        }
        if (stop.label.isEmpty() && stop.quiet.isEmpty())
            continue;
        const qreal width = label + quiet + (label > 0 && quiet > 0 ? px(4) : 0);
        qreal left = labelBase(int(i)) + px(labelGap);
        for (const auto &trunk : m_trunks) {
            if (trunk.top <= placed.at.y() && trunk.bottom >= placed.at.y() && trunk.x > left - px(labelGap) + 1
                && trunk.x < left + width + px(lineGap))
                left = std::max(left, trunk.x + px(textGap));
        }
        placed.label = lineBox(
            left, placed.at.y(), std::max<qreal>(0, std::min(width, labelEnd(int(i)) - left)), px(textHeight));
    }
}

/// Above and below the stop, out of the way of the line down to the branch.
void Layouter::placePullLabels(
    PlacedStop &placed, const PictureStop &stop, qreal label, qreal quiet, bool descends) const
{
    if (!descends)
        quiet = std::min(quiet, m_plan.pullStep * m_stretch - px(6)); // what is below the next stop begins there
    const qreal x = placed.at.x();
    const qreal y = placed.at.y();
    const qreal room = m_plan.pullDescent(stop.row) * m_zoom - px(8);
    const qreal labelAt = stop.column == 0 ? x - px(6) : descends ? x + px(8) - label : x - label / 2;
    placed.label = lineBox(labelAt, y - px(16), label, px(textHeight));
    const qreal quietAt
        = std::max(px(nameLeft) - px(12), descends ? std::min(x - quiet / 2, x + room - quiet) : x - quiet / 2);
    placed.quiet = lineBox(quietAt, y + px(17), descends ? std::min(quiet, x + room - quietAt) : quiet, px(textHeight));
}

qreal Layouter::labelBase(int stop) const
{
    const auto lane = laneOf(stop);
    const auto &said = m_picture.stops[stop];
    if (said.ahead && (lane == Lane::Branch || lane == Lane::Evaluation))
        return x(m_plan.columnOf(lane, said.row, said.column));
    return m_layout.stops[size_t(stop)].at.x();
}

/// Where the label of a stop must end: at the next thing of its row.
qreal Layouter::labelEnd(int stop) const
{
    const qreal base = labelBase(stop);
    qreal end = m_layout.now - px(8);
    if (laneOf(stop) == Lane::Evaluation && m_plan.hasDescent(m_picture.stops[stop].row))
        end = x(m_plan.descentOf(m_picture.stops[stop].row)) - px(bend + lineGap);
    else if (laneOf(stop) == Lane::Evaluation && m_plan.descents > 0)
        end = x(m_plan.descent0) - px(lineGap + 4);
    if (laneOf(stop) == Lane::Build)
        end = std::min(end, x(m_plan.signedAt) - px(68));
    for (const int other : m_stopsOfRow[size_t(m_picture.stops[stop].row)]) {
        const qreal at = m_layout.stops[size_t(other)].at.x();
        if (!m_picture.stops[other].ahead && at > base)
            end = std::min(end, at - px(27));
    }
    return end;
}

QPointF Layouter::startOf(const PictureHop &hop) const
{
    const auto &stop = m_layout.stops[size_t(hop.from)];
    if (laneOf(hop.from) == Lane::PullRequest || stop.label.width() <= 0)
        return stop.at;
    return {stop.label.right() + px(lineGap), stop.at.y()};
}

/// Left and right end of the bend from a build to its path: a bundle, each a little left of the one above it,
/// so that none crosses another.
std::pair<qreal, qreal> Layouter::bendOf(const PictureHop &hop) const
{
    const qreal end = m_layout.stops[size_t(hop.to)].at.x() - px(14);
    const qreal room = std::max<qreal>(px(24), end - m_bundleStart);
    const qreal width = std::clamp(room * 0.55, px(24), px(72));
    const qreal stagger = std::min(px(13), std::max<qreal>(0, room - width) / std::max(1, m_plan.bundle - 1));
    const qreal right = end - stagger * m_plan.bundleRank(m_picture.stops[hop.to].row);
    return {std::max(startOf(hop).x(), right - width), right};
}

QPainterPath Layouter::curve(const PictureHop &hop) const
{
    const auto start = startOf(hop);
    const auto to = m_layout.stops[size_t(hop.to)].at;
    const auto [left, right] = bendOf(hop);
    if (to.y() - start.y() > px(longestDrop))
        return elbow(start, to, (left + right) / 2, px(bend));
    QPainterPath path(start);
    path.lineTo(left, start.y());
    path.cubicTo(QPointF(left + (right - left) * 0.6, start.y()), QPointF(left + (right - left) * 0.4, to.y()),
        QPointF(right, to.y()));
    path.lineTo(to);
    return path;
}

/// Its label stands on the line: the line goes to it and on from it.
QPainterPath Layouter::pathThroughLabel(const PictureHop &hop, const QRectF &label) const
{
    const auto from = m_layout.stops[size_t(hop.from)].at;
    const auto to = m_layout.stops[size_t(hop.to)].at;
    if (label.width() <= 0)
        return elbow(from, to, trunkOf(hop), px(bend));
    auto path = elbow(from, QPointF(label.left() - px(lineGap), to.y()), trunkOf(hop), px(bend));
    path.moveTo(label.right() + px(lineGap), to.y());
    path.lineTo(to);
    return path;
}

QPainterPath Layouter::pathToChannel(const PictureHop &hop) const
{
    const auto &from = m_layout.stops[size_t(hop.from)];
    const auto start = startOf(hop);
    auto path = elbow(start, m_layout.stops[size_t(hop.to)].at, std::max(start.x(), trunkOf(hop)), px(bend));
    if (from.label.left() > from.at.x() + px(labelGap) + 1) { // the label had to give way to a trunk
        path.moveTo(from.at);
        path.lineTo(from.label.left() - px(lineGap), from.at.y());
    }
    return path;
}

QPainterPath Layouter::pathOf(const PictureHop &hop) const
{
    const auto from = m_layout.stops[size_t(hop.from)].at;
    const auto &to = m_layout.stops[size_t(hop.to)];
    const auto fromLane = laneOf(hop.from);
    const auto toLane = laneOf(hop.to);
    if (from.y() == to.at.y()) {
        auto start = startOf(hop);
        if (const qreal mark = gradeOf(hop).x(); hop.grade && mark - px(gradeRadius) - start.x() < px(8))
            start.setX(mark); // a line shorter than that is a dot that says nothing
        QPainterPath path(start);
        path.lineTo(to.at);
        return path;
    }
    if (fromLane == Lane::Build && toLane == Lane::Cache)
        return curve(hop);
    if (fromLane == Lane::Evaluation && toLane == Lane::Channel)
        return pathToChannel(hop);
    if (m_picture.stops[hop.to].ahead)
        return pathThroughLabel(hop, to.label);
    return elbow(from, to.at, trunkOf(hop), px(bend));
}

QPointF Layouter::gradeOf(const PictureHop &hop) const
{
    const auto to = m_layout.stops[size_t(hop.to)].at;
    const auto toLane = laneOf(hop.to);
    const QPointF before = to - QPointF(px(toLane == Lane::Build ? 25 : 20), 0);
    if (hop.from < 0)
        return before;
    const auto from = m_layout.stops[size_t(hop.from)].at;
    const auto fromLane = laneOf(hop.from);
    if (fromLane == Lane::PullRequest)
        return toLane == fromLane ? (from + to) / 2 : QPointF(trunkOf(hop), (from.y() + to.y()) / 2 + px(2));
    if (fromLane == Lane::Build && toLane == Lane::Cache) {
        const auto [left, right] = bendOf(hop);
        return {(left + right) / 2, (from.y() + to.y()) / 2};
    }
    return before;
}

PlacedHop Layouter::placed(const PictureHop &hop) const
{
    PlacedHop placed;
    if (hop.from >= 0)
        placed.path = pathOf(hop);
    placed.grade = gradeOf(hop);
    const qreal margin = px(gradeRadius);
    const QRectF mark(placed.grade, QSizeF(1, 1));
    placed.bounds = (placed.path.isEmpty() ? mark : placed.path.boundingRect().united(mark))
                        .adjusted(-margin, -margin, margin, margin);
    return placed;
}

void Layouter::placeHops()
{
    for (const auto &hop : m_picture.hops) {
        if (hop.from >= 0 && laneOf(hop.from) == Lane::Build)
            m_bundleStart = std::max(m_bundleStart, startOf(hop).x());
    }
    m_layout.hops.reserve(size_t(m_picture.hops.size()));
    for (const auto &hop : m_picture.hops)
        m_layout.hops.push_back(placed(hop));
}

void Layouter::placeTables()
{
    std::array<QList<int>, laneCount> rows;
    for (qsizetype i = 0; i < m_picture.rows.size(); ++i)
        rows[size_t(m_picture.rows[i].lane)] << int(i);
    for (size_t lane = 0; lane < laneCount; ++lane)
        placeTable(int(lane), rows[lane]);
}

void Layouter::placeTable(int lane, const QList<int> &rows)
{
    qreal name = 0;
    qreal detail = 0;
    for (const int row : rows) {
        const auto &said = m_picture.rows[row];
        name = std::max(name, wide(said.name, Face::Bold) + (said.fold == Fold::None ? 0 : px(foldSide)));
        detail = std::max(detail, wide(said.detail, Face::Data));
    }
    const qreal left = px(nameLeft);
    const qreal widestName = std::min(name, px(240));
    const qreal detailAt = std::max(px(detailLeft), left + widestName + px(textGap));
    const qreal wordsAt = name + detail <= 0 ? left : detailAt + (detail > 0 ? detail + px(textGap) : 0);
    for (const int row : rows) {
        const auto &said = m_picture.rows[row];
        auto &placed = m_layout.rows[size_t(row)];
        const qreal end = x(m_plan.tableEnd(Lane(lane), row)) - px(textGap);
        const bool folds = said.fold != Fold::None;
        if (folds)
            placed.fold = lineBox(left - px(4), placed.y, px(foldSide), px(foldSide));
        const qreal nameAt = Lane(lane) == Lane::PullRequest ? px(laneTitleLeft) : left + (folds ? px(foldSide) : 0);
        placed.name = lineBox(nameAt, placed.y,
            std::min(wide(said.name, Face::Bold), px(nameLeft) + widestName - nameAt), px(textHeight));
        placed.detail = lineBox(detailAt, placed.y, wide(said.detail, Face::Data), px(textHeight));
        const qreal words = wide(said.strong, Face::Bold) + (said.strong.isEmpty() ? 0 : px(4))
            + wide(said.words, said.mono ? Face::Mono : Face::Data);
        placed.words = lineBox(wordsAt, placed.y, std::clamp<qreal>(end - wordsAt, 0, words), px(textHeight));
    }
}

void Layouter::placeColumnWords()
{
    for (const auto lane : {Lane::Build, Lane::Cache, Lane::Channel}) {
        const auto &columns = m_picture.lanes[size_t(lane)].columns;
        for (qsizetype i = 0; i < columns.size(); ++i)
            m_layout.words.push_back({columns[i],
                QPointF(x(m_plan.columnOf(lane, 0, int(i))) - px(6),
                    m_layout.lanes[size_t(lane)].top + px(columnWords / 2 + 2))});
    }
}

void Layouter::placeRuler()
{
    for (const auto &span : m_picture.spans) {
        const qreal from = m_layout.stops[size_t(span.from)].at.x();
        const qreal to = m_layout.stops[size_t(span.to)].at.x();
        if (m_layout.ticks.empty())
            m_layout.ticks.push_back({from, {}, from});
        const bool fits = wide(span.text, Face::Data) < to - from - px(8);
        m_layout.ticks.push_back({to, fits ? span.text : QString(), (from + to) / 2});
    }
}

void Layouter::placeCensus()
{
    qreal width = 0;
    for (const auto &[grade, count] : m_picture.census)
        width += px(censusGap) + px(censusMark) + wide(censusWords(grade, count), Face::Data);
    const auto &lane = m_layout.lanes.front();
    m_layout.census
        = QRectF(m_layout.now - px(16) - width, lane.top, width, std::min(px(pullRow), lane.bottom - lane.top));
}

} // namespace

PictureLayout layoutOf(const Picture &picture, const LayoutSpace &space)
{
    return Layouter(picture, space).layout();
}

} // namespace narscope::ui
