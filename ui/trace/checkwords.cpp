// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a pull request's checks, and one of them told in full.
#include "ui/trace/pullwords.h"

#include "base/format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

using github::Verdict;

namespace {

constexpr qsizetype longestText = 64 * 1024; ///< of a check's own words
const auto required = u"no PR failures"_s; ///< the status that every merge needs

QString say(const char *words)
{
    return QCoreApplication::translate("Checks", words);
}

QString address(const QUrl &url)
{
    return url.toString(QUrl::FullyEncoded);
}

/// Text of a server on several lines, without what could play with the view.
QString plain(QString text)
{
    text.truncate(longestText);
    for (auto &c : text) {
        if (c < u' ' && c != u'\n' && c != u'\t')
            c = QChar(char16_t(0x2400 + c.unicode()));
    }
    return text;
}

FactCell took(qint64 from, qint64 to)
{
    if (from <= 0 || to < from)
        return {.right = true};
    return {.text = formatDuration(std::chrono::seconds(to - from)), .right = true, .order = double(to - from)};
}

FactCell at(qint64 time, qint64 now)
{
    return time > 0
        ? FactCell{.text = formatTime(time, now), .tip = formatExactTime(time), .quiet = true, .order = double(time)}
        : FactCell{};
}

FactRow groupRow(const QString &key, const QString &name, Mark mark, const QString &state)
{
    return {.key = u"group/"_s + key,
        .cells = {{.text = name, .mark = mark, .bold = true}, {.text = state, .quiet = true}, {.right = true}}};
}

Mark worst(Mark a, Mark b)
{
    const auto weight = [](Mark mark) {
        switch (mark) {
        case Mark::Failed:
            return 0;
        case Mark::TimedOut:
            return 1;
        case Mark::Warning:
            return 2;
        case Mark::Running:
            return 3;
        case Mark::Queued:
            return 4;
        case Mark::Unknown:
            return 5;
        case Mark::Succeeded:
            return 6;
        default:
            return 7;
        }
    };
    return weight(b) < weight(a) ? b : a;
}

FactRow rowOf(const github::CheckRun &check, qint64 now)
{
    return {.key = u"check/"_s + QString::number(check.id) + check.name,
        .cells = {{.text = check.name.simplified(), .mark = markOf(check.verdict)},
            {.text = wordFor(check), .tip = check.title}, took(check.startedAt, check.completedAt),
            at(check.completedAt > 0 ? check.completedAt : check.startedAt, now), {.text = check.app, .quiet = true}},
        .copy = address(check.details.isEmpty() ? check.page : check.details)};
}

FactRow rowOf(const github::CommitStatus &status, qint64 now)
{
    return {.key = u"status/"_s + status.context,
        .cells = {{.text = status.context.simplified(), .mark = markOf(status.verdict)},
            {.text = status.description.isEmpty() ? wordFor(status.verdict) : status.description.simplified(),
                .tip = status.description},
            {}, at(status.createdAt, now), {.text = status.creator, .quiet = true}},
        .copy = address(status.target)};
}

FactRow rowOf(const github::WorkflowRun &run, qint64 now)
{
    const bool isOver = github::isFinal(run.verdict);
    auto words = wordFor(run.verdict);
    if (run.attempt > 1)
        words += say(", attempt %1").arg(run.attempt);
    return {.key = u"run/"_s + run.id.text(),
        .cells = {{.text = u"%1 #%2"_s.arg(run.name.simplified()).arg(run.number),
                      .tip = run.path,
                      .mark = markOf(run.verdict)},
            {.text = words}, isOver ? took(run.startedAt, run.updatedAt) : FactCell{.right = true},
            at(run.createdAt, now), {.text = run.event, .quiet = true}},
        .copy = address(run.page)};
}

Mark markOf(ofborg::BuildStatus status)
{
    return ofborg::isFailure(status)             ? Mark::Failed
        : status == ofborg::BuildStatus::Success ? Mark::Succeeded
        : status == ofborg::BuildStatus::Running ? Mark::Running
                                                 : Mark::NotChecked;
}

FactRow rowOf(const ofborg::Attempt &attempt)
{
    const auto attributes = attempt.attempted() + attempt.skipped();
    const auto names = attributes.isEmpty() ? say("attributes not told yet") : attributes.join(u", "_s).left(400);
    return {.key = u"attempt/"_s + attempt.id,
        .cells = {{.text = say("%1 on %2").arg(names, attempt.system()), .mark = markOf(attempt.status())},
            {.text = ofborg::word(attempt.status())}, {}, {},
            {.text = attempt.start ? attempt.start->machine : QString(), .quiet = true}},
        .copy = address(attempt.log)};
}

/// Appends a group with its rows; nothing when there are none.
void addGroup(FactRows &all, const QString &key, const QString &name, const FactRows &rows, Mark mark = Mark::None)
{
    if (rows.isEmpty())
        return;
    int bad = 0;
    int open = 0;
    for (const auto &row : rows) {
        const auto its = row.cells.front().mark;
        mark = mark == Mark::None ? its : worst(mark, its);
        bad += its == Mark::Failed || its == Mark::TimedOut || its == Mark::Warning;
        open += its == Mark::Running || its == Mark::Queued;
    }
    QStringList state{rows.size() == 1 ? say("1 check") : say("%1 checks").arg(rows.size())};
    if (bad > 0)
        state << say("%1 failed").arg(bad);
    if (open > 0)
        state << say("%1 not over").arg(open);
    all << groupRow(key, name, mark, state.join(u", "_s)) << rows;
}

FactRows requiredRows(const watch::PullReport &report, qint64 now)
{
    for (const auto &status : report.statuses) {
        if (status.context == required)
            return {rowOf(status, now)};
    }
    return {FactRow{.key = u"status/"_s + required,
        .cells = {{.text = required, .mark = Mark::Queued}, {.text = say("not posted yet: what it waits for is below")},
            {}, {}, {}}}};
}

/// Attempts that no check run tells of: they run, or GitHub was not told.
FactRows attemptRows(const watch::PullReport &report)
{
    FactRows rows;
    for (const auto &attempt : report.attempts) {
        if (!std::ranges::contains(report.checks, attempt.id, &github::CheckRun::externalId))
            rows << rowOf(attempt);
    }
    return rows;
}

/// The lines that OfBorg put between fences.
QString logIn(const QString &text)
{
    const auto first = text.indexOf(u"```"_s);
    const auto begin = first < 0 ? -1 : text.indexOf(u'\n', first);
    if (begin < 0)
        return plain(text);
    const auto end = text.indexOf(u"\n```"_s, begin);
    return plain(text.mid(begin + 1, end < 0 ? -1 : end - begin - 1));
}

CheckDetail detailOf(const github::CheckRun &check, const watch::PullReport &report, qint64 now)
{
    CheckDetail detail{.name = check.name.simplified(), .mark = narscope::ui::markOf(check.verdict)};
    detail.page = check.details.isEmpty() ? check.page : check.details;
    if (check.isDisguised())
        detail.rows << DetailRow{.label = say("Verdict"),
            .text = say("failed: «%1». GitHub shows it grey (neutral), and its suite as a success.")
                .arg(check.title.simplified()),
            .mark = Mark::Failed};
    else if (!check.title.isEmpty())
        detail.rows << DetailRow{.label = say("Verdict"), .text = check.title.simplified()};
    if (!check.summary.isEmpty())
        detail.rows << DetailRow{
            .label = say("Says"), .text = check.summary.left(400).simplified(), .whole = plain(check.summary)};
    if (check.startedAt > 0)
        detail.rows << DetailRow{
            .label = check.completedAt > 0 || check.verdict == Verdict::Running ? say("Started") : say("Queued"),
            .text = formatTime(check.startedAt, now),
            .whole = formatExactTime(check.startedAt)};
    if (!github::isFinal(check.verdict) && check.startedAt > 0)
        detail.rows << DetailRow{.label = {},
            .text = check.isOfBorg()
                ? say("for %1: OfBorg tells no queue and drops builds of former pushes without a word")
                      .arg(formatDuration(std::chrono::seconds(now - check.startedAt)))
                : say("for %1").arg(formatDuration(std::chrono::seconds(now - check.startedAt))),
            .quiet = true};
    if (check.completedAt > 0)
        detail.rows << DetailRow{.label = say("Ended"),
            .text = formatTime(check.completedAt, now),
            .whole = formatExactTime(check.completedAt)};
    const auto attempt = std::ranges::find(report.attempts, check.externalId, &ofborg::Attempt::id);
    if (check.isOfBorg() && attempt != report.attempts.end() && !check.externalId.isEmpty()) {
        detail.log = attempt->log;
        if (attempt->start)
            detail.rows << DetailRow{.label = say("Machine"), .text = attempt->start->machine};
        if (!attempt->skipped().isEmpty())
            detail.rows << DetailRow{.label = say("Skipped"),
                .text = say("do not evaluate there: %1").arg(attempt->skipped().join(u", "_s).left(400))};
    }
    detail.text = check.isOfBorg() ? logIn(check.text) : plain(check.text);
    return detail;
}

CheckDetail detailOf(const ofborg::Attempt &attempt)
{
    const auto row = rowOf(attempt);
    CheckDetail detail{.name = row.cells.front().text, .mark = row.cells.front().mark};
    detail.log = attempt.log;
    detail.rows << DetailRow{.label = say("Verdict"), .text = row.cells[1].text};
    if (attempt.result && !attempt.result->error.isEmpty())
        detail.rows << DetailRow{.label = say("Error"), .text = attempt.result->error.left(400).simplified()};
    if (attempt.start)
        detail.rows << DetailRow{.label = say("Machine"), .text = attempt.start->machine};
    if (!attempt.result)
        detail.rows << DetailRow{.label = say("Push"),
            .text = say("OfBorg does not say of which push it is before it is over"),
            .quiet = true};
    if (attempt.result)
        detail.text = plain(attempt.result->lastLines.join(u'\n'));
    return detail;
}

QList<DetailRow> rowsOf(const github::CommitStatus &status, qint64 now)
{
    QList<DetailRow> rows;
    if (!status.description.isEmpty())
        rows << DetailRow{
            .label = say("Says"), .text = status.description.simplified(), .whole = plain(status.description)};
    rows << DetailRow{
        .label = say("Posted"), .text = formatTime(status.createdAt, now), .whole = formatExactTime(status.createdAt)};
    return rows;
}

} // namespace

QStringList checkHeaders()
{
    return {say("Check"), say("Result"), say("Took"), say("When"), say("By")};
}

FactRows checkRows(const watch::PullReport &report, qint64 now)
{
    FactRows rows;
    addGroup(rows, u"required"_s, say("Required for the merge"), requiredRows(report, now));
    for (const auto &group : report.groups) {
        FactRows of;
        for (const auto &check : report.checks) {
            if (!check.isOfBorg() && github::groupOf(check.name) == group.name)
                of << rowOf(check, now);
        }
        addGroup(rows, u"actions/"_s + group.name, group.name.isEmpty() ? say("Other checks") : group.name, of);
    }
    FactRows builds;
    for (const auto &check : report.checks) {
        if (check.isOfBorg())
            builds << rowOf(check, now);
    }
    addGroup(rows, u"ofborg"_s, say("Builds by OfBorg"), builds + attemptRows(report));
    FactRows statuses;
    for (const auto &status : report.statuses) {
        if (status.context != required)
            statuses << rowOf(status, now);
    }
    addGroup(rows, u"statuses"_s, say("Other statuses of the commit"), statuses);
    FactRows runs;
    for (const auto &run : report.runs)
        runs << rowOf(run, now);
    addGroup(rows, u"runs"_s, say("Workflow runs of this push"), runs);
    return rows;
}

CheckDetail checkDetail(const watch::PullReport &report, const QString &key, qint64 now)
{
    for (const auto &check : report.checks) {
        if (rowOf(check, now).key == key)
            return detailOf(check, report, now);
    }
    for (const auto &attempt : report.attempts) {
        if (rowOf(attempt).key == key)
            return detailOf(attempt);
    }
    for (const auto &status : report.statuses) {
        if (rowOf(status, now).key == key)
            return {.name = status.context.simplified(),
                .mark = narscope::ui::markOf(status.verdict),
                .rows = rowsOf(status, now),
                .page = status.target};
    }
    for (const auto &run : report.runs) {
        if (rowOf(run, now).key == key)
            return {.name = run.name.simplified(),
                .mark = narscope::ui::markOf(run.verdict),
                .rows = {{.label = say("File"), .text = run.path, .mono = true},
                    {.label = say("Title"), .text = run.title.simplified()},
                    {.label = say("Started"),
                        .text = formatTime(run.startedAt, now),
                        .whole = formatExactTime(run.startedAt)}},
                .page = run.page};
    }
    return {};
}

} // namespace narscope::ui
