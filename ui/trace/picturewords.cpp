// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/picturewords.h"

#include "base/format.h"
#include "ui/widgets/pathrow.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 aDay = 24 * 60 * 60;

QString say(const char *words)
{
    return QCoreApplication::translate("Picture", words);
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

} // namespace

bool isDone(const trace::Stop &stop)
{
    return stop.state == trace::StopState::Reached || stop.state == trace::StopState::Running
        || stop.state == trace::StopState::Failed;
}

void sayAtStop(PictureStop &drawn, const trace::Stop &stop, const QString &excuse, qint64 now)
{
    using enum trace::StopKind;
    drawn.strong = stop.state == trace::StopState::Failed;
    const auto time = stop.at ? shortTime(*stop.at, now) : QString();
    switch (stop.kind) {
    case Opened:
    case Checks:
    case Approved:
    case Merged:
        drawn.label = stop.name.isEmpty() ? trace::title(stop.kind) : stop.name;
        drawn.quiet = stop.kind == Opened || stop.kind == Merged || stop.text.isEmpty() ? time : stop.text;
        if (drawn.quiet.isEmpty())
            drawn.quiet = stop.text;
        return;
    case InBranch:
    case Evaluated:
        drawn.strong = true;
        drawn.label = stop.name;
        drawn.quiet = isDone(stop)
            ? stop.text + (stop.at && stop.kind == Evaluated ? u", "_s + formatTime(*stop.at, now) : QString())
            : excuse;
        return;
    case Built: // in no time at all: Hydra had it built before, and tells when it found out
        drawn.label = stop.state == trace::StopState::Failed ? say("failed")
            : stop.seconds.value_or(0) > 0                   ? formatDuration(std::chrono::seconds(*stop.seconds))
            : stop.state == trace::StopState::Running        ? say("running")
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

void sayBuild(PictureRow &row, const trace::Stop &stop, const QString &excuse)
{
    row.name = stop.system.isEmpty() ? nameOf(stop) : stop.system;
    if (stop.subject && stop.subject->kind == SubjectKind::Build)
        row.detail = QString::number(stop.subject->number);
    row.words = stop.state == trace::StopState::Reached ? QString() : excuse;
    row.plain = stop.state == trace::StopState::Failed;
    if (row.words.isEmpty() && stop.text != row.detail)
        row.words = stop.text;
}

void sayPath(PictureRow &row, const trace::Stop &stop, const QString &excuse)
{
    row.name = stop.system.isEmpty() ? nameOf(stop) : stop.system;
    if (stop.output != "out"_L1)
        row.detail = stop.output;
    row.mono = stop.subject && stop.subject->kind == SubjectKind::StorePath
        && (isDone(stop) || stop.kind == trace::StopKind::Start);
    row.words = row.mono ? shortPathName(stop.subject->name) : excuse;
    row.plain = stop.state == trace::StopState::Failed;
}

void sayChannel(PictureRow &row, const trace::Stop &end, const QString &excuse, qint64 now)
{
    row.name = end.name;
    if (end.state == trace::StopState::Reached) {
        row.strong = say("reached");
        row.words = (end.at ? formatTime(*end.at, now) + u' ' : QString())
            + (end.text.isEmpty() ? QString() : say("in %1").arg(end.text));
        return;
    }
    row.words = excuse;
    row.plain = true;
}

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

} // namespace narscope::ui
