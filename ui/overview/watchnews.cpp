// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/watchnews.h"

#include "base/format.h"

#include <QDataStream>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostKept = 100;

Mark markOf(watch::Transition transition)
{
    switch (transition) {
    case watch::Transition::Started:
        return Mark::Running;
    case watch::Transition::Failed:
    case watch::Transition::Broke:
        return Mark::Failed;
    case watch::Transition::Succeeded:
    case watch::Transition::Fixed:
        return Mark::Succeeded;
    }
    return Mark::Unknown;
}

std::optional<Subject> openable(const Subject &subject)
{
    return subject.kind == SubjectKind::Server ? std::nullopt : std::optional(subject);
}

} // namespace

void WatchNews::take(const watch::Notice &notice)
{
    m_told.removeIf([&notice](const Told &told) { return told.id == notice.id; });
    auto text = notice.text;
    if (!notice.others.isEmpty() && !notice.isDigest)
        text += (text.isEmpty() ? QString() : u" "_s) + u"+ "_s + notice.others.join(u", "_s);
    m_told.prepend({.id = notice.id,
        .time = notice.time,
        .transition = notice.transition,
        .title = notice.title,
        .text = text,
        .subject = openable(notice.subject)});
    if (m_told.size() > mostKept)
        m_told.resize(mostKept);
}

FactRows WatchNews::rows(qint64 now) const
{
    FactRows rows;
    for (const auto &told : m_told) {
        rows.append({.key = u"watch "_s + told.id,
            .cells = {{.text = told.title, .tip = told.title, .mark = markOf(told.transition)},
                {.text = told.text, .tip = told.text},
                {.text = formatAge(std::chrono::seconds(std::max<qint64>(0, now - told.time))),
                    .tip = formatExactTime(told.time),
                    .quiet = true,
                    .right = true}},
            .subject = told.subject,
            .copy = told.title + u". "_s + told.text});
    }
    return rows;
}

void WatchNews::save(QDataStream &out) const
{
    out << qint32(m_told.size());
    for (const auto &told : m_told) {
        const auto target = told.subject ? watch::targetOf(*told.subject) : std::nullopt;
        out << told.id << told.time << qint32(told.transition) << told.title << told.text
            << (target ? target->text() : QString()) << (target ? target->server : QString());
    }
}

void WatchNews::restore(QDataStream &in)
{
    qint32 count = 0;
    in >> count;
    for (qint32 i = 0; i < count && i < mostKept && in.status() == QDataStream::Ok; ++i) {
        Told told;
        qint32 transition = 0;
        QString targetText;
        QString server;
        in >> told.id >> told.time >> transition >> told.title >> told.text >> targetText >> server;
        if (in.status() != QDataStream::Ok || transition < 0 || transition >= watch::transitions)
            return;
        told.transition = watch::Transition(transition);
        if (auto target = watch::readTarget(targetText, {})) {
            target->server = server;
            told.subject = openable(target->subject());
        }
        m_told.append(told);
    }
}

} // namespace narscope::ui
