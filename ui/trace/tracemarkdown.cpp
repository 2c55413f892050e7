// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/tracemarkdown.h"

#include "base/format.h"
#include "ui/trace/pictureof.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QString say(const char *words)
{
    return QCoreApplication::translate("Markdown", words);
}

/// Characters that Markdown reads, and «@» that would call somebody, stay what they are.
QString safe(const QString &text)
{
    QString out;
    for (const auto c : text.simplified()) {
        if (u"\\`*_[]<>|~"_s.contains(c))
            out += u'\\';
        out += c;
        if (c == u'@')
            out += QChar(0x200b); // zero width space
    }
    return out;
}

QString sign(trace::StopState state)
{
    switch (state) {
    case trace::StopState::Reached:
        return u"✅"_s;
    case trace::StopState::Failed:
        return u"❌"_s;
    case trace::StopState::Running:
        return u"🔄"_s;
    case trace::StopState::Unknown:
        return u"❓"_s;
    default:
        return u"◽"_s;
    }
}

/// One line of the list: a lane and all its stops.
QString laneLine(const trace::Trace &trace, trace::Lane lane)
{
    QStringList parts;
    for (const auto &stop : trace.stops) {
        const bool counts = stop.kind != trace::StopKind::Image && stop.kind != trace::StopKind::Contents
            && stop.kind != trace::StopKind::ChannelBranch && stop.kind != trace::StopKind::Gate;
        if (stop.lane != lane || !counts || stop.state == trace::StopState::NotNeeded)
            continue;
        const auto name = lane == trace::Lane::PullRequest ? trace::title(stop.kind) : nameOf(stop);
        parts << sign(stop.state) + u' ' + safe(name);
    }
    return parts.isEmpty() ? QString() : u"- **"_s + trace::title(lane) + u"**: "_s + parts.join(u" · "_s);
}

} // namespace

QString markdownOf(const trace::Trace &trace, qint64 now)
{
    using enum trace::Grade;
    QStringList lines{
        u"**"_s + safe(idOf(trace)) + (titleOf(trace).isEmpty() ? QString() : u' ' + safe(titleOf(trace))) + u"**"_s,
        safe(trace::headline(trace, now)), QString()};
    for (size_t lane = 0; lane < laneCount; ++lane) {
        if (const auto line = laneLine(trace, Lane(lane)); !line.isEmpty())
            lines << line;
    }
    const auto notes = notesOf(trace, now);
    if (!notes.isEmpty())
        lines << QString() << say("What it waits for:");
    for (const auto &note : notes)
        lines << (note.mark == Mark::Failed ? u"- ❌ "_s : u"- "_s) + safe(note.text);
    QStringList grades;
    for (const auto grade : {HashLinked, Signed, AssertedOverTls, Local, Gap}) {
        if (const int count = trace.reached(grade); count > 0)
            grades << QString::number(count) + u' ' + trace::title(grade);
    }
    lines << QString()
          << say("Proved hop by hop: %1. Seen %2 with Narscope.")
                 .arg(grades.isEmpty() ? say("nothing yet") : grades.join(u", "_s), formatExactTime(now));
    return lines.join(u'\n') + u'\n';
}

QString markdownLine(const TraceSummary &summary)
{
    const auto sign = summary.group == TraceGroup::NeedsYou ? u"❌"_s
        : summary.group == TraceGroup::Arrived              ? u"✅"_s
                                                            : u"🔄"_s;
    return u"- "_s + sign + u" **"_s + safe(summary.id) + u"** "_s + safe(summary.title) + u": "_s
        + safe(summary.words);
}

} // namespace narscope::ui
