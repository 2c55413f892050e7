// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/pictureof.h"

#include "base/format.h"
#include "ui/trace/picturerows.h"
#include "ui/widgets/pathrow.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 aDay = 24 * 60 * 60;

QString say(const char *words)
{
    return QCoreApplication::translate("Picture", words);
}

bool isDone(const trace::Stop &stop)
{
    return stop.state == trace::StopState::Reached || stop.state == trace::StopState::Running
        || stop.state == trace::StopState::Failed;
}

/// «14:07» within a day, else «20 Nov».
QString shortTime(qint64 at, qint64 now)
{
    const auto whole = formatTime(at, now);
    return now - at < aDay ? whole.section(u' ', -1) : whole.section(u' ', 0, -2);
}

int severity(Mark mark)
{
    switch (mark) {
    case Mark::Failed:
        return 6;
    case Mark::Unknown:
        return 5;
    case Mark::Running:
        return 4;
    case Mark::Queued:
        return 3;
    case Mark::Succeeded:
        return 2;
    case Mark::NotChecked:
        return 1;
    default:
        return 0;
    }
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
    void addStops(const RowPlan &plan, int row);
    void addFoldedStops(const RowPlan &plan, int row);
    [[nodiscard]] PictureStop drawn(const trace::Stop &stop, int row) const;
    [[nodiscard]] int columnOf(const trace::Stop &stop, const RowPlan &plan) const;
    [[nodiscard]] int depthOf(const trace::Stop &stop) const;
    [[nodiscard]] bool isFrontier(const trace::Stop &stop) const;
    [[nodiscard]] const trace::Stop *last(const RowPlan &plan) const;
    void sayAtStop(PictureStop &drawn, const trace::Stop &stop) const;
    void sayInRow(PictureRow &row, const RowPlan &plan) const;
    void sayBuild(PictureRow &row, const trace::Stop &stop) const;
    void sayPath(PictureRow &row, const trace::Stop &stop) const;
    void sayChannel(PictureRow &row, const RowPlan &plan) const;
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

int PictureMaker::columnOf(const trace::Stop &stop, const RowPlan &plan) const
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
        return 3 + int(std::ranges::count_if(plan.stops, [&](const trace::Stop *other) {
            return other->kind == Image && other->id < stop.id;
        }));
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
        if (counts && (!found || columnOf(*stop, plan) >= columnOf(*found, plan)))
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
            return said + u'\n' + m_trace.hops[hop].sentence + u" ("_s
                + trace::title(*m_trace.hops[hop].grade) + u')';
    }
    return said;
}

void PictureMaker::sayAtStop(PictureStop &drawn, const trace::Stop &stop) const
{
    using enum trace::StopKind;
    drawn.strong = stop.state == trace::StopState::Failed;
    const auto time = stop.at ? shortTime(*stop.at, m_now) : QString();
    switch (stop.kind) {
    case Opened:
    case Checks:
    case Approved:
    case Merged:
        drawn.label = stop.name.isEmpty() ? trace::title(stop.kind) : stop.name;
        drawn.quiet = stop.kind == Merged || stop.text.isEmpty() ? time : stop.text;
        if (drawn.quiet.isEmpty())
            drawn.quiet = stop.text;
        return;
    case InBranch:
    case Evaluated:
        drawn.strong = true;
        drawn.label = stop.name;
        drawn.quiet = isDone(stop) ? stop.text
                + (stop.at && stop.kind == Evaluated ? u", "_s + formatTime(*stop.at, m_now) : QString())
                                   : excuseOf(stop);
        return;
    case Built:
        drawn.label = stop.state == trace::StopState::Failed ? say("failed")
            : stop.seconds                            ? formatDuration(std::chrono::seconds(*stop.seconds))
            : stop.state == trace::StopState::Running ? say("running")
                                                      : time;
        return;
    case Signed:
        drawn.label = stop.state == trace::StopState::Failed ? say("wrong") : isDone(stop) ? time : QString();
        return;
    case Contents:
        drawn.label = stop.state == trace::StopState::Reached ? say("match")
            : stop.state == trace::StopState::Failed          ? say("differ")
                                                              : QString();
        drawn.quiet = isDone(stop) ? QString() : say("not read");
        return;
    case Gate:
        drawn.label = stop.state == trace::StopState::Failed ? say("fails")
            : stop.state == trace::StopState::Running        ? say("running")
                                                             : time;
        return;
    case ChannelBranch:
    case Served:
        drawn.label = isDone(stop) ? time : QString();
        return;
    case Image:
        drawn.label = stop.system;
        return;
    case Start:
        drawn.label = say("here");
        return;
    }
}

PictureStop PictureMaker::drawn(const trace::Stop &stop, int row) const
{
    PictureStop drawn{
        .id = stop.id, .row = row, .column = columnOf(stop, m_plan[size_t(row)]), .mark = markOf(stop.state)};
    const bool waits = stop.state == trace::StopState::Waiting;
    const bool staysInPlace = stop.lane == Lane::PullRequest && stop.kind != trace::StopKind::Merged;
    if (waits && !staysInPlace && isFrontier(stop))
        drawn.ahead = true;
    else if (waits && !staysInPlace)
        drawn.mark = Mark::NotChecked;
    sayAtStop(drawn, stop);
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
void PictureMaker::addStops(const RowPlan &plan, int row)
{
    const auto *end = last(plan);
    int before = -1;
    for (const auto *stop : plan.stops) {
        // Where a way back starts at a build or an evaluation, the stop itself says it.
        if (stop->kind == trace::StopKind::Start && plan.row.lane != Lane::Cache
            && plan.row.lane != Lane::Channel)
            continue;
        if (plan.row.lane == Lane::Channel && !isDone(*stop) && stop != end)
            continue;
        const bool isNothing = stop->kind == trace::StopKind::Contents && !isDone(*stop)
            && !plan.stops.isEmpty() && !isDone(*plan.stops.front());
        if (isNothing) // no path, no contents
            continue;
        auto placed = drawn(*stop, row);
        const bool isLast = plan.row.lane == Lane::Channel || stop->kind == trace::StopKind::Merged;
        if (isLast && stop->state == trace::StopState::Waiting && before >= 0) {
            placed.ahead = true;
            placed.mark = Mark::Queued;
        }
        const int index = int(m_picture.stops.size());
        m_drawn.insert(stop->id, index);
        const bool skipsSome = plan.row.lane == Lane::Channel && placed.mark == Mark::Unknown;
        if ((placed.ahead || skipsSome) && before >= 0)
            m_previousInRow.insert(index, before);
        if (isDone(*stop))
            before = index;
        m_picture.stops << placed;
    }
}

void PictureMaker::addFoldedStops(const RowPlan &plan, int row)
{
    QMap<int, QList<const trace::Stop *>> columns;
    for (const auto *stop : plan.stops)
        columns[columnOf(*stop, plan)] << stop;
    for (const auto &[column, stops] : columns.asKeyValueRange()) {
        PictureStop folded{.id = plan.row.id + u'|' + QString::number(column),
            .row = row,
            .column = column,
            .mark = Mark::None};
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

void PictureMaker::sayBuild(PictureRow &row, const trace::Stop &stop) const
{
    row.name = stop.system.isEmpty() ? nameOf(stop) : stop.system;
    if (stop.subject && stop.subject->kind == SubjectKind::Build)
        row.detail = QString::number(stop.subject->number);
    row.words = stop.state == trace::StopState::Reached ? QString() : excuseOf(stop);
    row.plain = stop.state == trace::StopState::Failed;
    if (row.words.isEmpty() && stop.text != row.detail)
        row.words = stop.text;
}

void PictureMaker::sayPath(PictureRow &row, const trace::Stop &stop) const
{
    row.name = stop.system.isEmpty() ? nameOf(stop) : stop.system;
    if (stop.output != "out"_L1)
        row.detail = stop.output;
    row.mono = stop.subject && stop.subject->kind == SubjectKind::StorePath
        && (isDone(stop) || stop.kind == trace::StopKind::Start);
    row.words = row.mono ? shortPathName(stop.subject->name) : excuseOf(stop);
    row.plain = stop.state == trace::StopState::Failed;
}

void PictureMaker::sayChannel(PictureRow &row, const RowPlan &plan) const
{
    const auto *end = last(plan);
    row.name = end->name;
    if (end->state == trace::StopState::Reached) {
        row.strong = say("reached");
        row.words = (end->at ? formatTime(*end->at, m_now) + u' ' : QString())
            + (end->text.isEmpty() ? QString() : say("in %1").arg(end->text));
        return;
    }
    row.words = excuseOf(*end);
    for (const auto *stop : plan.stops) {
        if (row.words.isEmpty())
            row.words = excuseOf(*stop);
    }
    row.plain = true;
}

void PictureMaker::sayInRow(PictureRow &row, const RowPlan &plan) const
{
    switch (row.lane) {
    case Lane::Build:
        return sayBuild(row, *plan.stops.front());
    case Lane::Cache:
        return sayPath(row, *plan.stops.front());
    case Lane::Channel:
        return sayChannel(row, plan);
    case Lane::PullRequest:
        if (const auto *track = m_trace.track(plan.track); track && m_trace.tracks.size() > 1
            && track->pullRequest > 0 && plan.track != m_trace.tracks.front().id)
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
    m_picture.hops << PictureHop{
        .id = said.id, .from = from, .to = to, .look = look, .grade = said.grade, .hop = hop};
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
        const bool isDrawn = hop.grade || (begin && isDone(*begin) && mark != Mark::NotChecked)
            || m_previousInRow.contains(to);
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
    const QMap<Lane, QList<trace::StopKind>> columns{{Lane::Build, {Built}},
        {Lane::Cache, {Signed, Contents}}, {Lane::Channel, {Gate, ChannelBranch, Served, Image}}};
    for (const auto &[lane, kinds] : columns.asKeyValueRange()) {
        int used = 0; // words stand above what is there, not in an empty lane
        for (const auto &stop : std::as_const(m_picture.stops)) {
            if (m_picture.rows[stop.row].lane == lane)
                used = std::max(
                    used, lane == Lane::Channel ? std::max(3, stop.column + 1) : int(kinds.size()));
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
            if (stop.kind == kind && stop.state == trace::StopState::Reached && stop.at
                && m_drawn.contains(stop.id) && (!first || *stop.at < *first->at))
                first = &stop;
        }
        if (!first || (before >= 0 && *first->at < beforeAt))
            continue;
        const int here = m_drawn.value(first->id);
        if (before >= 0)
            m_picture.spans << PictureSpan{
                before, here, formatDuration(std::chrono::seconds(*first->at - beforeAt))};
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

Mark markOf(trace::StopState state)
{
    switch (state) {
    case trace::StopState::Reached:
        return Mark::Succeeded;
    case trace::StopState::Running:
        return Mark::Running;
    case trace::StopState::Waiting:
        return Mark::Queued;
    case trace::StopState::Failed:
        return Mark::Failed;
    case trace::StopState::NotNeeded:
    case trace::StopState::NotTried:
        return Mark::NotChecked;
    case trace::StopState::Unknown:
        return Mark::Unknown;
    }
    return Mark::Unknown;
}

Mark worseOf(Mark a, Mark b)
{
    return severity(a) >= severity(b) ? a : b;
}

QString phraseOf(const trace::Excuse &excuse, qint64 now)
{
    auto text = trace::sentence(excuse, now);
    if (text.endsWith(u'.'))
        text.chop(1);
    if (!excuse.what.isEmpty() && text.startsWith(excuse.what))
        text = text.mid(excuse.what.size()).trimmed();
    return text.startsWith(u':') ? text.mid(1).trimmed() : text;
}

QString nameOf(const trace::Stop &stop)
{
    if (!stop.attr.isEmpty())
        return stop.system.isEmpty() ? stop.attr : stop.attr + u' ' + stop.system;
    return stop.name.isEmpty() ? stop.system : stop.name;
}

Picture pictureOf(const trace::Trace &trace, qint64 now, const QSet<QString> &toggled)
{
    return PictureMaker(trace, now, toggled).make();
}

} // namespace narscope::ui
