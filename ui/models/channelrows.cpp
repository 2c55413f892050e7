// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/channelrows.h"

#include "base/format.h"
#include "ui/models/farmwords.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 day = 86'400;
constexpr qsizetype stripLength = 30;

struct Rows {
    Q_DECLARE_TR_FUNCTIONS(ChannelRows)
};

QString age(qint64 seconds)
{
    return formatAge(std::chrono::seconds(std::max<qint64>(0, seconds)));
}

/// A value a day for the last 30, negative where nothing is known.
QList<double> daysOf(const watch::ChannelLine &line, qint64 now)
{
    QList<double> days(stripLength, -1.0);
    const auto first = now / day - stripLength + 1;
    for (const auto &one : line.days) {
        const auto place = one.begins / day - first;
        if (place >= 0 && place < stripLength && one.known > 0)
            days[place] = double(one.failed) / one.known;
    }
    return days;
}

/// «26.11pre1027151.04b4e759e843» of «nixos-26.11pre1027151.04b4e759e843».
QString shortRelease(const watch::ChannelLine &line)
{
    return line.release.isEmpty() ? line.revision.first(std::min<qsizetype>(12, line.revision.size()))
                                  : line.release.section(u'-', -1);
}

QString tipOf(const watch::ChannelLine &line)
{
    QStringList lines{line.verdict.sentence};
    lines += line.verdict.warnings;
    return lines.join(u'\n');
}

QString daysTip(const watch::ChannelLine &line)
{
    int failed = 0;
    int known = 0;
    for (const auto &one : line.days) {
        failed += one.failed;
        known += one.known;
    }
    return known == 0 ? Rows::tr("Prometheus tells nothing of its gate job.")
                      : Rows::tr("%1 failed in %2 of the %3 hours that are known.")
                            .arg(line.channel.gate.job, formatCount(failed), formatCount(known));
}

FactRow channelRow(const watch::ChannelLine &line, bool isUnfolded, bool isUnseen, qint64 now)
{
    const bool isTrouble = line.verdict.severity == watch::Severity::Trouble;
    const auto state = line.verdict.warnings.isEmpty() ? line.verdict.brief
                                                       : Rows::tr("%1; pointers disagree").arg(line.verdict.brief);
    return {.key = line.channel.name,
        .cells = {{.text = line.channel.name,
                      .tip = isUnfolded ? Rows::tr("Space folds") : Rows::tr("Space shows what it rests on"),
                      .mark = markOf(line.verdict),
                      .bold = isTrouble},
            {.text = state, .tip = tipOf(line), .bold = isTrouble},
            {.text = shortRelease(line),
                .tip = line.revision.isEmpty() ? line.release : line.release + u'\n' + line.revision,
                .mono = true},
            {.text = line.verdict.movedAt ? formatTime(*line.verdict.movedAt, now) : QString(),
                .tip = line.verdict.movedAt ? formatExactTime(*line.verdict.movedAt) : QString(),
                .quiet = true,
                .right = true},
            {.tip = daysTip(line), .right = true, .graph = daysOf(line, now)}},
        .subject = line.failedBuild ? Subject::ofBuild(line.gate.server, *line.failedBuild) : line.gate,
        .copy = u"%1: %2"_s.arg(line.channel.name, line.verdict.sentence),
        .unseen = isUnseen};
}

FactRow evidenceRow(const QString &channel, qsizetype number, const QString &label, const FactCell &words,
    const std::optional<Subject> &subject)
{
    return {.key = u"%1/%2"_s.arg(channel).arg(number),
        .cells = {{.text = label, .quiet = true}, words},
        .subject = subject,
        .copy = words.text};
}

void addEvidence(FactRows &rows, const watch::ChannelLine &line)
{
    const auto &name = line.channel.name;
    qsizetype number = 0;
    rows.append(evidenceRow(name, number++, Rows::tr("Why"), {.text = line.verdict.sentence}, line.gate));
    for (const auto &warning : line.verdict.warnings)
        rows.append(
            evidenceRow(name, number++, Rows::tr("Warning"), {.text = warning, .mark = Mark::Warning}, std::nullopt));
    QString last;
    for (const auto &one : line.verdict.evidence) {
        const auto subject = one.subject == Subject() ? std::nullopt : std::optional(one.subject);
        const auto label = one.label == last ? QString() : one.label;
        last = one.label;
        rows.append(evidenceRow(name, number++, label,
            {.text = one.text,
                .tip = one.source.toDisplayString(),
                .mark = one.state ? markOf(*one.state) : Mark::None},
            subject));
    }
    const auto &channel = line.channel;
    rows.append(evidenceRow(name, number++, Rows::tr("Gate job"),
        {.text = channel.gate.jobset.text() + u':' + channel.gate.job},
        Subject::ofJob(line.gate.server, channel.gate)));
}

QString stateOf(const watch::EvalUnderWay &one, qint64 now)
{
    if (one.times.evaluating)
        return Rows::tr("Evaluating %1").arg(age(now - *one.times.evaluating));
    if (const auto since = one.times.pendingSince(); since && one.left == 0)
        return Rows::tr("Waits to evaluate, %1").arg(age(now - *since));
    return Rows::tr("Building");
}

Mark markOfEval(const watch::EvalUnderWay &one)
{
    return one.left == 0 && !one.times.evaluating ? Mark::Queued : Mark::Running;
}

QList<double> drawn(QList<double> values)
{
    std::ranges::transform(values, values.begin(), [](double value) { return std::isnan(value) ? -1.0 : value; });
    return values;
}

struct Change {
    Mark mark;
    QString what;
};

std::optional<hydra::BuildState> stateNamed(const QString &key)
{
    for (int i = 0; i <= int(hydra::BuildState::Resolved); ++i) {
        if (hydra::key(static_cast<hydra::BuildState>(i)) == key)
            return static_cast<hydra::BuildState>(i);
    }
    return {};
}

/// Nothing for what is no news: a build that goes on as it did.
std::optional<Change> changeOf(const history::Event &event)
{
    if (event.kind == history::Event::Kind::Channel)
        return event.before.isEmpty() ? std::nullopt : std::optional(Change{Mark::Succeeded, Rows::tr("Moved")});
    if (event.kind == history::Event::Kind::Evaluation)
        return Change{Mark::Queued, Rows::tr("Evaluated")};
    const auto before = stateNamed(event.before);
    const auto after = stateNamed(event.after);
    if (!after || !hydra::isFinished(*after) || before == after)
        return {};
    if (hydra::isFailing(*after))
        return Change{markOf(*after), Rows::tr("Broke: %1").arg(hydra::word(*after))};
    return before && hydra::isFailing(*before) ? std::optional(Change{Mark::Succeeded, Rows::tr("Fixed")})
                                               : std::nullopt;
}

} // namespace

Mark markOf(watch::Severity severity)
{
    switch (severity) {
    case watch::Severity::Good:
        return Mark::Succeeded;
    case watch::Severity::Busy:
        return Mark::Running;
    case watch::Severity::Unknown:
        return Mark::Unknown;
    case watch::Severity::Trouble:
        return Mark::DependencyFailed;
    }
    return Mark::Unknown;
}

Mark markOf(const watch::ChannelVerdict &verdict)
{
    const bool failsItself
        = verdict.severity == watch::Severity::Trouble && verdict.kind != watch::ChannelVerdictKind::Blocked;
    return failsItself ? Mark::Failed : markOf(verdict.severity);
}

QStringList channelHeaders()
{
    return {Rows::tr("Channel"), Rows::tr("State"), Rows::tr("Release"), Rows::tr("Moved"),
        Rows::tr("Gate failed, 30 days")};
}

QString seenState(const watch::ChannelLine &line)
{
    return key(line.verdict.kind) + u' ' + (line.release.isEmpty() ? line.revision : line.release);
}

bool isEvidence(const FactRow &row)
{
    return row.key.contains(u'/');
}

FactRows channelRows(
    const watch::ChannelBoard &board, const QSet<QString> &unfolded, const QSet<QString> &unseen, qint64 now)
{
    FactRows rows;
    for (const auto &line : board.channels) {
        const bool isUnfolded = unfolded.contains(line.channel.name);
        rows.append(channelRow(line, isUnfolded, unseen.contains(line.channel.name), now));
        if (isUnfolded)
            addEvidence(rows, line);
    }
    return rows;
}

QStringList underWayHeaders()
{
    return {Rows::tr("Jobset"), Rows::tr("Evaluation"), Rows::tr("State"), Rows::tr("Done"), Rows::tr("Left"),
        Rows::tr("Failing"), Rows::tr("Ready in"), Rows::tr("Gates")};
}

FactRows underWayRows(const watch::ChannelBoard &board, qint64 now)
{
    FactRows rows;
    for (const auto &one : board.underWay) {
        const bool isBuilding = one.left > 0;
        const auto subject = one.eval.value != 0 ? Subject::ofEvaluation(board.server, one.eval)
                                                 : Subject::ofJobset(board.server, one.jobset);
        rows.append({.key = one.jobset.text(),
            .cells = {{.text = one.jobset.text(), .mark = markOfEval(one)},
                {.text = one.eval.value != 0 ? one.eval.text() : QString(), .right = true}, {.text = stateOf(one, now)},
                {.meter
                    = isBuilding && one.total > 0 ? std::optional(1.0 - double(one.left) / one.total) : std::nullopt},
                {.text = isBuilding ? formatCount(one.left) : QString(), .right = true, .order = one.left},
                {.text = isBuilding ? formatCount(one.failed) : QString(), .right = true, .order = one.failed},
                {.text = one.clear ? wordsOf(*one.clear) : QString(), .right = true},
                {.text = one.gates.isEmpty() ? Rows::tr("no channel") : one.gates.join(u", "_s),
                    .quiet = one.gates.isEmpty()}},
            .subject = subject,
            .copy = one.jobset.text()});
    }
    return rows;
}

QStringList queueGlanceHeaders()
{
    return {Rows::tr("System"), Rows::tr("Waiting"), Rows::tr("24 h"), Rows::tr("Clear in")};
}

FactRows queueGlanceRows(const watch::FarmSummary &farm)
{
    FactRows rows;
    for (const auto &line : farm.systems) {
        rows.append({.key = line.system,
            .cells
            = {{.text = line.system}, {.text = formatCount(line.waiting), .right = true, .order = double(line.waiting)},
                {.graph = drawn(line.trend)}, {.text = line.clear ? wordsOf(*line.clear) : QString(), .right = true}},
            .copy = u"%1: %2"_s.arg(line.system).arg(line.waiting)});
    }
    return rows;
}

QStringList builderGlanceHeaders()
{
    return {Rows::tr("Builder"), Rows::tr("What stands out")};
}

FactRows builderGlanceRows(const watch::FarmSummary &farm, const QString &server)
{
    constexpr qsizetype most = 6;
    FactRows rows;
    for (const auto &trouble : farm.troubles) {
        const auto name = trouble.builder.isEmpty() ? trouble.system : shortBuilder(trouble.builder);
        rows.append({.key = u"%1 %2"_s.arg(name).arg(rows.size()),
            .cells = {{.text = name, .tip = trouble.builder, .mark = markOf(trouble.kind)}, {.text = wordsOf(trouble)}},
            .subject
            = trouble.builder.isEmpty() ? std::nullopt : std::optional(Subject::ofBuilder(server, trouble.builder)),
            .copy = u"%1: %2"_s.arg(name, wordsOf(trouble))});
        if (rows.size() == most && farm.troubles.size() > most) {
            rows.append({.key = u"more"_s,
                .cells = {{.text = Rows::tr("and %1 more").arg(farm.troubles.size() - most), .quiet = true}, {}}});
            break;
        }
    }
    return rows;
}

QStringList changeHeaders()
{
    return {Rows::tr("Subject"), Rows::tr("What"), Rows::tr("Ago")};
}

FactRows changeRows(const QList<history::Event> &events, qint64 now)
{
    FactRows rows;
    for (const auto &event : events) {
        const auto change = changeOf(event);
        if (!change)
            continue;
        rows.append({.key = u"%1 %2"_s.arg(history::subjectKey(event.subject)).arg(event.time),
            .cells = {{.text = event.subject.text(), .mark = change->mark}, {.text = change->what},
                {.text = age(now - event.time), .tip = formatExactTime(event.time), .quiet = true, .right = true}},
            .subject = event.subject,
            .copy = event.subject.text()});
    }
    return rows;
}

} // namespace narscope::ui
