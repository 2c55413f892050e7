// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "cli/historyjson.h"
#include "cli/hydracommands.h"
#include "cli/profile.h"

#include <QCommandLineParser>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

using history::History;

constexpr qint64 day = 86400;
constexpr int mostRows = 100;

/// What is remembered of one subject.
struct Found {
    QList<history::BuildPast> builds{};
    QList<history::EvalPast> evals{};
    QList<history::StepPast> steps{};
    QList<history::ChannelSpell> channels{};
    QList<history::Verification> verifications{};
    QList<history::Fact> facts{};
    QList<history::LogOpened> logs{};
    QList<history::Event> events{};

    [[nodiscard]] bool isEmpty() const
    {
        return builds.isEmpty() && evals.isEmpty() && steps.isEmpty() && channels.isEmpty() && verifications.isEmpty()
            && facts.isEmpty() && logs.isEmpty() && events.isEmpty();
    }
};

/// Takes an answer into its place; the problem is kept.
template <typename T> void put(Result<QList<T>> answer, QList<T> &place, std::optional<Problem> &problem)
{
    if (answer)
        place += *answer;
    else
        problem = answer.error();
}

template <typename T> Result<QList<T>> asList(Result<std::optional<T>> answer)
{
    if (!answer)
        return std::unexpected(answer.error());
    return *answer ? QList<T>{**answer} : QList<T>{};
}

Task<Result<Found>> lookUpBuild(History *memory, QString server, BuildId id)
{
    Found found;
    std::optional<Problem> problem;
    auto build = memory->build(server, id);
    put(asList(co_await std::move(build)), found.builds, problem);
    auto steps = memory->steps(server, id);
    put(co_await std::move(steps), found.steps, problem);
    co_return problem ? Result<Found>(std::unexpected(*problem)) : found;
}

Task<Result<Found>> lookUpPath(History *memory, QString path)
{
    Found found;
    std::optional<Problem> problem;
    auto builds = memory->buildsOfPath(path);
    put(co_await std::move(builds), found.builds, problem);
    auto checks = memory->verifications(path, mostRows);
    put(co_await std::move(checks), found.verifications, problem);
    co_return problem ? Result<Found>(std::unexpected(*problem)) : found;
}

Task<Result<Found>> lookUpCommit(History *memory, QString server, QString sha)
{
    Found found;
    std::optional<Problem> problem;
    auto facts = memory->facts(sha);
    put(co_await std::move(facts), found.facts, problem);
    auto evals = memory->evalsOfRevision(server, sha);
    put(co_await std::move(evals), found.evals, problem);
    co_return problem ? Result<Found>(std::unexpected(*problem)) : found;
}

Task<Result<Found>> lookUp(History *memory, Subject subject, QString server)
{
    Found found;
    std::optional<Problem> problem;
    const JobName job{subject.jobset, subject.name};
    switch (subject.kind) {
    case SubjectKind::Build: {
        auto looking = lookUpBuild(memory, server, BuildId(subject.number));
        co_return co_await std::move(looking);
    }
    case SubjectKind::Evaluation: {
        auto eval = memory->eval(server, EvalId(subject.number));
        put(asList(co_await std::move(eval)), found.evals, problem);
        break;
    }
    case SubjectKind::Jobset: {
        auto evals = memory->evals(server, subject.jobset, mostRows);
        put(co_await std::move(evals), found.evals, problem);
        break;
    }
    case SubjectKind::Job: {
        auto builds = memory->buildsOfJob(server, job, mostRows);
        put(co_await std::move(builds), found.builds, problem);
        break;
    }
    case SubjectKind::StorePath:
    case SubjectKind::Derivation: {
        auto looking = lookUpPath(memory, subject.name);
        co_return co_await std::move(looking);
    }
    case SubjectKind::Channel: {
        auto spells = memory->channel(subject.name, mostRows);
        put(co_await std::move(spells), found.channels, problem);
        break;
    }
    case SubjectKind::Builder: {
        auto steps = memory->stepsOnMachine(server, subject.name, 0, mostRows);
        put(co_await std::move(steps), found.steps, problem);
        break;
    }
    case SubjectKind::PullRequest: {
        auto facts = memory->facts(u"%1#%2"_s.arg(subject.name).arg(subject.number));
        put(co_await std::move(facts), found.facts, problem);
        break;
    }
    case SubjectKind::Commit: {
        auto looking = lookUpCommit(memory, server, subject.name);
        co_return co_await std::move(looking);
    }
    case SubjectKind::Server:
    case SubjectKind::Project:
        break;
    }
    if (problem)
        co_return std::unexpected(*problem);
    co_return found;
}

Task<Result<Found>> lookAtAll(History *memory, qint64 since)
{
    Found found;
    std::optional<Problem> problem;
    auto events = memory->events(since, mostRows);
    put(co_await std::move(events), found.events, problem);
    auto logs = memory->logsOpened(mostRows);
    put(co_await std::move(logs), found.logs, problem);
    auto checks = memory->verifications({}, mostRows);
    put(co_await std::move(checks), found.verifications, problem);
    if (problem)
        co_return std::unexpected(*problem);
    co_return found;
}

void leaveOutBefore(Found &found, qint64 since)
{
    found.builds.removeIf([since](const auto &build) { return build.last().seenUntil < since; });
    found.evals.removeIf([since](const auto &eval) { return eval.seenUntil < since; });
    found.steps.removeIf([since](const auto &step) { return step.seenUntil < since; });
    found.channels.removeIf([since](const auto &spell) { return spell.seenUntil < since; });
    found.verifications.removeIf([since](const auto &check) { return check.time < since; });
    found.facts.removeIf([since](const auto &fact) { return fact.time < since; });
    found.logs.removeIf([since](const auto &log) { return log.time < since; });
}

/// As it was known then: of each build the state that it was in.
void leaveOutAfter(Found &found, qint64 at)
{
    for (auto &build : found.builds) {
        build.spells.removeIf([at](const auto &spell) { return spell.seenFrom > at; });
        if (build.spells.size() > 1)
            build.spells = {build.spells.last()};
    }
    found.builds.removeIf([](const auto &build) { return build.spells.isEmpty(); });
    found.evals.removeIf(
        [at](const auto &eval) { return (eval.summary.time > 0 ? eval.summary.time : eval.seenFrom) > at; });
    found.steps.removeIf([at](const auto &step) { return step.startedAt.value_or(step.seenFrom) > at; });
    QList<history::ChannelSpell> then; // they come newest first
    for (const auto &spell : std::as_const(found.channels)) {
        if (spell.seenFrom <= at && !std::ranges::contains(then, spell.view, &history::ChannelSpell::view))
            then << spell;
    }
    found.channels = then;
    found.verifications.removeIf([at](const auto &check) { return check.time > at; });
    found.facts.removeIf([at](const auto &fact) { return fact.time > at; });
    found.logs.removeIf([at](const auto &log) { return log.time > at; });
}

QJsonObject jsonOf(const Found &found)
{
    QJsonObject object;
    const auto add = [&object](const QString &name, const auto &list) {
        QJsonArray array;
        for (const auto &one : list)
            array.append(toJson(one));
        object[name] = array;
    };
    add(u"builds"_s, found.builds);
    add(u"evaluations"_s, found.evals);
    add(u"steps"_s, found.steps);
    add(u"channels"_s, found.channels);
    add(u"verifications"_s, found.verifications);
    add(u"facts"_s, found.facts);
    add(u"logs"_s, found.logs);
    add(u"events"_s, found.events);
    return object;
}

class Report {
public:
    explicit Report(qint64 now)
        : m_now(now)
    {
    }

    void print(const history::Moment &moment)
    {
        print(Found{.evals = moment.evals, .channels = moment.channels});
        table({u"WHAT"_s, u">VALUE"_s, u"SEEN"_s}, moment.values, [this](const history::SeriesValue &value) {
            return QStringList{value.series, QString::number(value.value, 'g', 6), time(value.time)};
        });
    }
    void print(const Found &found)
    {
        builds(found.builds);
        table({u"EVALUATION"_s, u"JOBSET"_s, u"TIME"_s, u"REVISION"_s, u">OK"_s, u">FAILED"_s, u">LEFT"_s,
                  u"LAST SEEN"_s},
            found.evals, [this](const history::EvalPast &eval) {
                return QStringList{eval.summary.id.text(), eval.jobset.text(), time(eval.summary.time),
                    eval.revision().left(12), formatCount(eval.summary.succeeded), formatCount(eval.summary.failed),
                    formatCount(eval.summary.scheduled), time(eval.seenUntil)};
            });
        table({u">STEP"_s, u"BUILD"_s, u"MACHINE"_s, u"STATE"_s, u">TOOK"_s, u"DERIVATION"_s, u"LAST SEEN"_s},
            found.steps, [this](const history::StepPast &step) {
                return QStringList{step.number.text(), step.build.text(), step.machine, hydra::word(step.state),
                    seconds(step.durationSeconds), step.drvName, time(step.seenUntil)};
            });
        table({u"CHANNEL"_s, u"BY"_s, u"REVISION"_s, u"SEEN FROM"_s, u"UNTIL"_s, u"RELEASE"_s}, found.channels,
            [this](const history::ChannelSpell &spell) {
                return QStringList{spell.channel, spell.view, spell.revision.left(12), time(spell.seenFrom),
                    time(spell.seenUntil), spell.release};
            });
        table(
            {u"VERIFIED"_s, u"VERDICT"_s, u"PATH"_s}, found.verifications, [this](const history::Verification &check) {
                return QStringList{time(check.time), check.verdict, check.path};
            });
        table({u"TOLD"_s, u"CLAIM"_s, u"OBJECT"_s, u"BY"_s}, found.facts, [this](const history::Fact &fact) {
            return QStringList{time(fact.time), fact.claim, fact.object, fact.source};
        });
        table({u"LOG OPENED"_s, u"STATE"_s, u"BUILD"_s, u"TITLE"_s, u"FROM"_s}, found.logs,
            [this](const history::LogOpened &log) {
                return QStringList{time(log.time), hydra::word(log.state),
                    log.build.value > 0 ? log.build.text() : u"-"_s, log.title, log.source};
            });
        table({u"SEEN"_s, u"WHAT"_s, u"BEFORE"_s, u"AFTER"_s}, found.events, [this](const history::Event &event) {
            return QStringList{time(event.time), event.subject.text(), event.before, event.after};
        });
    }

private:
    [[nodiscard]] QString time(qint64 epoch) const { return epoch > 0 ? formatTime(epoch, m_now) : u"-"_s; }
    template <typename T, typename Row> void table(const QStringList &headings, const QList<T> &list, Row row)
    {
        if (list.isEmpty())
            return;
        if (m_hasPrinted)
            cli::print({});
        m_hasPrinted = true;
        TextTable table(headings);
        for (const auto &one : list)
            table.add(row(one));
        table.print();
    }
    /// A line for each state of each build, newest first.
    void builds(const QList<history::BuildPast> &builds)
    {
        QList<std::pair<const history::BuildPast *, const history::BuildSpell *>> lines;
        for (const auto &build : builds) {
            for (auto spell = build.spells.crbegin(); spell != build.spells.crend(); ++spell)
                lines.append({&build, &*spell});
        }
        table({u"BUILD"_s, u"STATE"_s, u"SEEN FROM"_s, u"UNTIL"_s, u"FINISHED"_s, u"JOB"_s, u"NAME"_s}, lines,
            [this](const auto &line) {
                const auto &[build, spell] = line;
                return QStringList{build->id.text(), hydra::word(spell->state), time(spell->seenFrom),
                    time(spell->seenUntil), time(spell->stoppedAt.value_or(0)),
                    build->job.jobset.text() + u':' + build->job.job, build->nixName};
            });
    }

    qint64 m_now;
    bool m_hasPrinted = false;
};

Task<int> showStats(Context *context, History *memory)
{
    auto asking = memory->sizeOf();
    const auto size = co_await std::move(asking);
    if (!size)
        co_return fail(size.error());
    if (context->json) {
        printJson(toJson(*size));
        co_return Fine;
    }
    print(u"%1: %2"_s.arg(size->file, formatSize(size->bytes)));
    TextTable table({u"KIND"_s, u">ROWS"_s, u">SIZE"_s, u"OLDEST"_s});
    for (const auto &kind : size->kinds)
        table.add({kind.kind, formatCount(kind.rows), kind.bytes >= 0 ? formatSize(kind.bytes) : u"-"_s,
            kind.oldest ? formatTime(*kind.oldest, context->clock.nowSeconds()) : u"-"_s});
    table.print();
    co_return Fine;
}

Task<int> showMoment(Context *context, History *memory, qint64 at)
{
    const auto *hydra = net::findServer(context->servers, net::ServerKind::Hydra);
    auto asking = memory->moment(hydra ? hydra->id : QString(), at);
    const auto moment = co_await std::move(asking);
    if (!moment)
        co_return fail(moment.error());
    if (context->json)
        printJson(toJson(*moment));
    else if (moment->isEmpty())
        print(u"Nothing was seen before then."_s);
    else
        Report(context->clock.nowSeconds()).print(*moment);
    co_return moment->isEmpty() ? NotFoundOut : Fine;
}

/// The meanings of a text, likeliest first; of all that have something remembered, the first counts.
Task<Result<Found>> lookUpText(History *memory, QString text, QList<HydraAddress> hydras)
{
    const auto meanings = recognise(text, hydras);
    if (meanings.isEmpty())
        co_return problemSaying(ProblemKind::Usage,
            u"“%1” is no build, evaluation, job, jobset, path, channel, pull request or commit."_s.arg(text));
    Found found;
    for (const auto &meaning : meanings) {
        const auto server = !meaning.server.isEmpty() || hydras.isEmpty() ? meaning.server : hydras.front().id;
        auto looking = lookUp(memory, meaning, server);
        auto answer = co_await std::move(looking);
        if (!answer || !answer->isEmpty())
            co_return answer;
    }
    co_return found;
}

Task<int> runHistory(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    auto memory = openHistory(context, parser);
    const auto since = momentOf(parser.value(u"since"_s), context.clock);
    const auto at = momentOf(parser.value(u"at"_s), context.clock);
    if (!memory || !since || !at)
        co_return fail(!memory ? memory.error() : !since ? since.error() : at.error());
    if (*at && arguments.isEmpty()) {
        auto showing = showMoment(&context, memory->get(), **at);
        co_return co_await std::move(showing);
    }
    if (parser.isSet(u"stats"_s)) {
        auto stats = showStats(&context, memory->get());
        co_return co_await std::move(stats);
    }
    const bool asksAll = arguments.isEmpty();
    const auto from = since->value_or(asksAll ? context.clock.nowSeconds() - day : 0);
    auto looking = asksAll ? lookAtAll(memory->get(), from)
                           : lookUpText(memory->get(), arguments.join(u' '), hydraAddresses(context.servers));
    auto found = co_await std::move(looking);
    if (!found)
        co_return fail(found.error());
    leaveOutBefore(*found, from);
    if (*at)
        leaveOutAfter(*found, **at);
    if (context.json)
        printJson(jsonOf(*found));
    else if (found->isEmpty())
        print(
            asksAll ? u"Nothing has changed since then, as far as it was seen."_s : u"Nothing is remembered of it."_s);
    else
        Report(context.clock.nowSeconds()).print(*found);
    co_return found->isEmpty() && !asksAll ? NotFoundOut : Fine;
}

/// Requests an hour that the program makes by itself at most; 0: no limit.
int budgetOf(const net::Servers &servers, const QString &id)
{
    constexpr double secondsAnHour = 3600;
    const auto it = std::ranges::find(servers, id, &net::Server::id);
    return it == servers.end() ? 0 : int(it->policy.backgroundPerSecond * secondsAnHour);
}

Task<int> runCost(Context &context, const QCommandLineParser &parser, QStringList)
{
    auto memory = openHistory(context, parser);
    const auto since = momentOf(parser.value(u"since"_s), context.clock);
    if (!memory || !since)
        co_return fail(!memory ? memory.error() : since.error());
    constexpr qint64 hour = 3600;
    auto asking = (*memory)->requests(since->value_or(context.clock.nowSeconds() - day) / hour);
    const auto counts = co_await std::move(asking);
    if (!counts)
        co_return fail(counts.error());
    QJsonArray rows;
    TextTable table({u"HOUR"_s, u"HOST"_s, u">REQUESTS"_s, u">BUDGET"_s, u">FAILED"_s, u">RECEIVED"_s});
    for (const auto &count : *counts) {
        const auto budget = budgetOf(context.servers, count.server);
        rows.append(QJsonObject{{u"hour"_s, count.hour * hour}, {u"server"_s, count.server}, {u"host"_s, count.host},
            {u"requests"_s, count.requests}, {u"budget"_s, budget > 0 ? QJsonValue(budget) : QJsonValue()},
            {u"failed"_s, count.failures}, {u"bytes"_s, count.bytes}});
        table.add({formatTime(count.hour * hour, context.clock.nowSeconds()), count.host, formatCount(count.requests),
            budget > 0 ? formatCount(budget) : u"-"_s, formatCount(count.failures), formatSize(count.bytes)});
    }
    if (context.json)
        printJson(QJsonObject{{u"hours"_s, rows}});
    else if (counts->isEmpty())
        print(u"No request was counted since then."_s);
    else
        table.print();
    co_return Fine;
}

void declareSince(QCommandLineParser &parser)
{
    declareProfile(parser);
    parser.addOption({u"since"_s, u"Only what was seen since then: 90m, 12h, 3d, 2w, or a date."_s, u"time"_s});
}

void declareHistory(QCommandLineParser &parser)
{
    declareSince(parser);
    parser.addOption(
        {u"at"_s, u"As it was known then: a span of time before now, or a date with a time (UTC)."_s, u"time"_s});
    parser.addOption({u"stats"_s, u"Tells what the history holds and how much room it takes."_s});
}

} // namespace

std::vector<Command> historyCommands()
{
    return {{.name = u"history"_s,
                .arguments = u"[SUBJECT]"_s,
                .summary = u"What was seen of a build, job, channel, path, evaluation; without one, of late."_s,
                .declare = declareHistory,
                .run = runHistory},
        {.name = u"cost"_s,
            .arguments = {},
            .summary = u"How many requests each host got, by hour, against the budget."_s,
            .declare = declareSince,
            .run = runCost}};
}

} // namespace narscope::cli
