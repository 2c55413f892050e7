// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/pictureof.h"

#include "base/format.h"
#include "ui/trace/picturerows.h"
#include "ui/trace/picturewords.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QString say(const char *words)
{
    return QCoreApplication::translate("Picture", words);
}

class PictureMaker {
public:
    PictureMaker(const trace::Trace &trace, qint64 now, const QSet<QString> &toggled)
        : m_trace(trace)
        , m_now(now)
        , m_plan(rowsOf(trace, toggled))
    {
        for (const auto &stop : trace.stops)
            m_stops.insert(stop.id, &stop);
        for (const auto &excuse : trace.excuses)
            m_excuses.insert(excuse.stop, &excuse);
        for (qsizetype i = 0; i < trace.hops.size(); ++i)
            m_hopsInto[trace.hops[i].to] << int(i);
    }

    Picture make()
    {
        for (auto &plan : m_plan)
            addRow(plan);
        addHops();
        addLanes();
        addSpans();
        addCensus();
        return std::move(m_picture);
    }

private:
    void addRow(const RowPlan &plan);
    [[nodiscard]] bool isLeftOut(const RowPlan &plan, const trace::Stop &stop) const;
    void addStops(const RowPlan &plan, int row);
    void addFoldedStops(const RowPlan &plan, int row);
    [[nodiscard]] PictureStop drawn(const trace::Stop &stop, int row) const;
    [[nodiscard]] int columnOf(const trace::Stop &stop) const;
    [[nodiscard]] int depthOf(const trace::Stop &stop) const;
    [[nodiscard]] bool isFrontier(const trace::Stop &stop) const;
    [[nodiscard]] const trace::Stop *last(const RowPlan &plan) const;
    void sayInRow(PictureRow &row, const RowPlan &plan) const;
    void sayChannelRow(PictureRow &row, const RowPlan &plan) const;
    [[nodiscard]] QString excuseOf(const trace::Stop &stop) const;
    [[nodiscard]] QString saidOf(const trace::Stop &stop) const;
    void addHops();
    [[nodiscard]] bool runsBack(int from, int to) const;
    void addHop(int from, int to, int hop);
    void addLanes();
    void addColumnWords();
    void addSpans();
    void addCensus();

    const trace::Trace &m_trace;
    qint64 m_now;
    std::vector<RowPlan> m_plan;
    QHash<QString, const trace::Stop *> m_stops;
    QHash<QString, const trace::Excuse *> m_excuses;
    QHash<QString, QList<int>> m_hopsInto;
    QHash<QString, int> m_drawn; ///< stop of the trace → stop of the picture
    QHash<int, int> m_previousInRow; ///< of a stop ahead: the last one before it in its row
    QHash<std::pair<int, int>, int> m_lines; ///< from, to → hop of the picture
    Picture m_picture;
};

int PictureMaker::depthOf(const trace::Stop &stop) const
{
    int depth = 0;
    const auto *at = &stop;
    for (int guard = 0; guard < 8; ++guard) {
        const trace::Stop *before = nullptr;
        for (const int hop : m_hopsInto.value(at->id)) {
            const auto *from = m_stops.value(m_trace.hops[hop].from);
            if (from && from != at && from->lane == Lane::Branch)
                before = from;
        }
        if (!before)
            break;
        at = before;
        ++depth;
    }
    return depth;
}

int PictureMaker::columnOf(const trace::Stop &stop) const
{
    using enum trace::StopKind;
    switch (stop.kind) {
    case Checks:
        return 1;
    case Approved:
        return 2;
    case Merged:
        return 3;
    case InBranch:
        return depthOf(stop);
    case Contents:
    case ChannelBranch:
        return 1;
    case Served:
        return 2;
    case Image:
        return 3;
    case Start:
        return stop.lane == Lane::Cache ? 2 : stop.lane == Lane::Channel ? 3 : 0;
    case Opened:
    case Evaluated:
    case Built:
    case Signed:
    case Gate:
        return 0;
    }
    return 0;
}

/// Something that is there leads to it: it is what happens next. Nothing follows from what failed.
bool PictureMaker::isFrontier(const trace::Stop &stop) const
{
    const auto hops = m_hopsInto.value(stop.id);
    return std::ranges::any_of(hops, [this](int hop) {
        const auto *from = m_stops.value(m_trace.hops[hop].from);
        return from && (from->state == trace::StopState::Reached || from->state == trace::StopState::Running);
    });
}

/// The stop that the row is about: the one that waits furthest on, else the furthest reached.
const trace::Stop *PictureMaker::last(const RowPlan &plan) const
{
    const trace::Stop *found = nullptr;
    for (const auto *stop : plan.stops) {
        const bool counts = stop->kind != trace::StopKind::Image && stop->kind != trace::StopKind::Contents
            && stop->kind != trace::StopKind::Start;
        if (counts && (!found || columnOf(*stop) >= columnOf(*found)))
            found = stop;
    }
    return found ? found : plan.stops.isEmpty() ? nullptr : plan.stops.last();
}

QString PictureMaker::excuseOf(const trace::Stop &stop) const
{
    const auto *excuse = m_excuses.value(stop.id);
    return excuse ? phraseOf(*excuse, m_now) : QString();
}

QString PictureMaker::saidOf(const trace::Stop &stop) const
{
    auto said = trace::title(stop.lane) + u", "_s + nameOf(stop) + u": "_s + trace::title(stop.kind) + u", "_s
        + trace::word(stop.state) + u'.';
    if (stop.at)
        said += u' ' + formatExactTime(*stop.at) + u'.';
    if (const auto *excuse = m_excuses.value(stop.id))
        return said + u'\n' + trace::sentence(*excuse, m_now);
    for (const int hop : m_hopsInto.value(stop.id)) {
        if (m_trace.hops[hop].grade)
            return said + u'\n' + m_trace.hops[hop].sentence + u" ("_s + trace::title(*m_trace.hops[hop].grade) + u')';
    }
    return said;
}

PictureStop PictureMaker::drawn(const trace::Stop &stop, int row) const
{
    PictureStop drawn{.id = stop.id, .row = row, .column = columnOf(stop), .mark = markOf(stop.state)};
    const bool waits = stop.state == trace::StopState::Waiting;
    const bool staysInPlace = stop.lane == Lane::PullRequest && stop.kind != trace::StopKind::Merged;
    if (waits && !staysInPlace && isFrontier(stop))
        drawn.ahead = true;
    else if (waits && !staysInPlace)
        drawn.mark = Mark::NotChecked;
    sayAtStop(drawn, stop, excuseOf(stop), m_now);
    drawn.said = saidOf(stop);
    return drawn;
}

void PictureMaker::addRow(const RowPlan &plan)
{
    const int row = int(m_picture.rows.size());
    m_picture.rows << plan.row;
    if (plan.stops.isEmpty())
        return;
    if (plan.isClosedFold)
        return addFoldedStops(plan, row);
    sayInRow(m_picture.rows.last(), plan);
    addStops(plan, row);
}

/// In a channel's row only the last of the stops not reached is drawn: those before it would say the same.
bool PictureMaker::isLeftOut(const RowPlan &plan, const trace::Stop &stop) const
{
    const bool isChannel = plan.row.lane == Lane::Channel;
    // Where a way back starts at a build or an evaluation, the stop itself says it.
    if (stop.kind == trace::StopKind::Start)
        return !isChannel && plan.row.lane != Lane::Cache;
    if (isDone(stop))
        return false;
    if (stop.kind == trace::StopKind::Contents) // no path, no contents; and a way back has no room for them
        return !isDone(*plan.stops.front()) || m_trace.direction == trace::Direction::Backward;
    return isChannel && &stop != last(plan);
}

void PictureMaker::addStops(const RowPlan &plan, int row)
{
    int before = -1;
    int image = -1;
    for (const auto *stop : plan.stops) {
        if (isLeftOut(plan, *stop))
            continue;
        const int index = int(m_picture.stops.size());
        if (stop->kind == trace::StopKind::Image && image >= 0) {
            m_drawn.insert(stop->id, image); // all images of a release are one stop
            m_picture.stops[image].label
                = say("×%1").arg(std::ranges::count(plan.stops, trace::StopKind::Image, &trace::Stop::kind));
            m_picture.stops[image].mark = worseOf(m_picture.stops[image].mark, markOf(stop->state));
            m_picture.stops[image].said += u'\n' + saidOf(*stop);
            continue;
        }
        auto placed = drawn(*stop, row);
        const bool isLast = plan.row.lane == Lane::Channel || stop->kind == trace::StopKind::Merged;
        if (isLast && stop->state == trace::StopState::Waiting && before >= 0) {
            placed.ahead = true;
            placed.mark = Mark::Queued;
        }
        const bool skipsSome = plan.row.lane == Lane::Channel && placed.mark == Mark::Unknown;
        if ((placed.ahead || skipsSome) && before >= 0)
            m_previousInRow.insert(index, before);
        m_drawn.insert(stop->id, index);
        if (isDone(*stop))
            before = index;
        if (stop->kind == trace::StopKind::Image)
            image = index;
        m_picture.stops << placed;
    }
}

void PictureMaker::addFoldedStops(const RowPlan &plan, int row)
{
    QMap<int, QList<const trace::Stop *>> columns;
    for (const auto *stop : plan.stops)
        columns[columnOf(*stop)] << stop;
    for (const auto &[column, stops] : columns.asKeyValueRange()) {
        PictureStop folded{
            .id = plan.row.id + u'|' + QString::number(column), .row = row, .column = column, .mark = Mark::None};
        int reached = 0;
        int counted = 0;
        QStringList said;
        for (const auto *stop : stops) {
            folded.mark = worseOf(folded.mark, markOf(stop->state));
            reached += stop->state == trace::StopState::Reached;
            counted += stop->state != trace::StopState::NotNeeded;
            m_drawn.insert(stop->id, int(m_picture.stops.size()));
            said << saidOf(*stop).section(u'\n', 0, 0);
        }
        folded.strong = folded.mark == Mark::Failed;
        folded.label = say("%1 of %2").arg(reached).arg(counted);
        if (reached == 0 && folded.mark == Mark::NotChecked)
            folded.label = say("not read");
        folded.said = said.first(std::min<qsizetype>(6, said.size())).join(u'\n');
        m_picture.stops << folded;
    }
}

void PictureMaker::sayChannelRow(PictureRow &row, const RowPlan &plan) const
{
    const auto *end = last(plan);
    auto excuse = excuseOf(*end);
    for (const auto *stop : plan.stops) {
        if (excuse.isEmpty())
            excuse = excuseOf(*stop);
    }
    sayChannel(row, *end, excuse, m_now);
}

void PictureMaker::sayInRow(PictureRow &row, const RowPlan &plan) const
{
    switch (row.lane) {
    case Lane::Build:
        return sayBuild(row, *plan.stops.front(), excuseOf(*plan.stops.front()));
    case Lane::Cache:
        return sayPath(row, *plan.stops.front(), excuseOf(*plan.stops.front()));
    case Lane::Channel:
        return sayChannelRow(row, plan);
    case Lane::PullRequest:
        if (const auto *track = m_trace.track(plan.track);
            track && m_trace.tracks.size() > 1 && track->pullRequest > 0 && plan.track != m_trace.tracks.front().id)
            row.name = u'#' + QString::number(track->pullRequest);
        return;
    case Lane::Branch:
    case Lane::Evaluation:
        return;
    }
}

/// One line between two stops of the picture, whatever number of hops it stands for; it goes on if any of
/// them did.
void PictureMaker::addHop(int from, int to, int hop)
{
    const auto &said = m_trace.hops[hop];
    const auto *end = m_stops.value(said.to);
    // A gate that fails is where the line arrives: it is the evaluation's gate all the same.
    const bool fails = end->state == trace::StopState::Failed && (end->lane != Lane::Channel || !said.grade);
    const auto look = fails ? HopLook::Failed : said.grade ? HopLook::Reached : HopLook::Waiting;
    const std::pair key(from, to);
    if (const auto known = m_lines.constFind(key); known != m_lines.cend()) {
        auto &line = m_picture.hops[*known];
        line.look = std::min(line.look, look);
        line.hop = -1;
        if (line.grade != said.grade)
            line.grade.reset();
        return;
    }
    m_lines.insert(key, int(m_picture.hops.size()));
    m_picture.hops << PictureHop{.id = said.id, .from = from, .to = to, .look = look, .grade = said.grade, .hop = hop};
}

/// A way back is drawn like the way forward: from left to right.
bool PictureMaker::runsBack(int from, int to) const
{
    if (from < 0)
        return false;
    const auto &begin = m_picture.stops[from];
    const auto &end = m_picture.stops[to];
    if (begin.row == end.row)
        return begin.column > end.column;
    return m_picture.rows[begin.row].lane > m_picture.rows[end.row].lane;
}

void PictureMaker::addHops()
{
    for (int i = 0; i < int(m_trace.hops.size()); ++i) {
        const auto &hop = m_trace.hops[i];
        const int to = m_drawn.value(hop.to, -1);
        int from = m_drawn.value(hop.from, -1);
        if (to < 0)
            continue;
        const auto *begin = m_stops.value(hop.from);
        const auto mark = m_picture.stops[to].mark;
        const bool isDrawn
            = hop.grade || (begin && isDone(*begin) && mark != Mark::NotChecked) || m_previousInRow.contains(to);
        if (!isDrawn)
            continue;
        if (m_previousInRow.contains(to))
            from = m_previousInRow.value(to);
        const bool isBack = runsBack(from, to);
        addHop(isBack ? to : from, isBack ? from : to, i);
    }
}

void PictureMaker::addLanes()
{
    using enum trace::StopKind;
    for (size_t i = 0; i < laneCount; ++i) {
        const auto lane = Lane(i);
        int reached = 0;
        int counted = 0;
        for (const auto &stop : m_trace.stops) {
            const bool counts
                = stop.kind == Evaluated || stop.kind == Built || stop.kind == Signed || stop.kind == Served;
            if (stop.lane != lane || !counts || stop.state == trace::StopState::NotNeeded)
                continue;
            ++counted;
            reached += stop.state == trace::StopState::Reached;
        }
        m_picture.lanes[i].title = trace::title(lane);
        if (counted > 1)
            m_picture.lanes[i].count = say("%1 of %2").arg(reached).arg(counted);
    }
    addColumnWords();
}

void PictureMaker::addColumnWords()
{
    using enum trace::StopKind;
    const QMap<Lane, QList<trace::StopKind>> columns{{Lane::Build, {Built}}, {Lane::Cache, {Signed, Contents}},
        {Lane::Channel, {Gate, ChannelBranch, Served, Image}}};
    for (const auto &[lane, kinds] : columns.asKeyValueRange()) {
        int used = 0; // words stand above what is there, not in an empty lane
        for (const auto &stop : std::as_const(m_picture.stops)) {
            if (m_picture.rows[stop.row].lane == lane)
                used = std::max(used, lane == Lane::Channel ? std::max(3, stop.column + 1) : int(kinds.size()));
        }
        for (const auto kind : kinds.first(std::min<qsizetype>(used, kinds.size())))
            m_picture.lanes[size_t(lane)].columns << trace::title(kind);
    }
}

/// The first time that the trace got as far as each of these.
void PictureMaker::addSpans()
{
    using enum trace::StopKind;
    int before = -1;
    qint64 beforeAt = 0;
    for (const auto kind : {Opened, Merged, Evaluated, Built, Signed, Served}) {
        const trace::Stop *first = nullptr;
        for (const auto &stop : m_trace.stops) {
            if (stop.kind == kind && stop.state == trace::StopState::Reached && stop.at && m_drawn.contains(stop.id)
                && (!first || *stop.at < *first->at))
                first = &stop;
        }
        if (!first || (before >= 0 && *first->at < beforeAt))
            continue;
        const int here = m_drawn.value(first->id);
        if (before >= 0)
            m_picture.spans << PictureSpan{before, here, formatDuration(std::chrono::seconds(*first->at - beforeAt))};
        before = here;
        beforeAt = *first->at;
    }
}

void PictureMaker::addCensus()
{
    using enum trace::Grade;
    for (const auto grade : {HashLinked, Signed, AssertedOverTls, Local, Gap}) {
        if (const int count = m_trace.reached(grade); count > 0)
            m_picture.census << GradeCount{grade, count};
    }
}

} // namespace

Picture pictureOf(const trace::Trace &trace, qint64 now, const QSet<QString> &toggled)
{
    return PictureMaker(trace, now, toggled).make();
}

} // namespace narscope::ui
