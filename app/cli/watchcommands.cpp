// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "cli/hydracommands.h"
#include "cli/loginput.h"
#include "cli/profile.h"
#include "watch/channelwatch.h"
#include "watch/farmwatch.h"
#include "watch/watchdesk.h"

#include <QCommandLineParser>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

using watch::WatchList;
using watch::WatchRule;

QStringList wordsOf(const QList<watch::Transition> &transitions)
{
    QStringList words;
    for (const auto transition : transitions)
        words << watch::key(transition);
    return words;
}

Result<QList<watch::Transition>> transitionsOf(const QString &text)
{
    QList<watch::Transition> transitions;
    for (const auto &word : text.split(u',', Qt::SkipEmptyParts)) {
        const auto transition = watch::transitionNamed(word.trimmed());
        if (!transition)
            return problemSaying(
                ProblemKind::Usage, u"“%1” is none of started, succeeded, failed, broke, fixed."_s.arg(word));
        transitions << *transition;
    }
    return transitions;
}

QJsonObject toJson(const WatchRule &rule)
{
    return {{u"watch"_s, rule.target.text()},
        {u"server"_s, rule.target.server.isEmpty() ? QJsonValue() : QJsonValue(rule.target.server)},
        {u"on"_s, QJsonArray::fromStringList(wordsOf(rule.on))}, {u"sound"_s, rule.sound}};
}

QJsonObject toJson(const watch::Notice &notice)
{
    return {{u"time"_s, notice.time}, {u"id"_s, notice.id}, {u"watch"_s, notice.target.text()},
        {u"transition"_s, watch::key(notice.transition)}, {u"subject"_s, notice.subject.text()},
        {u"title"_s, notice.title}, {u"text"_s, notice.text},
        {u"cause"_s, notice.cause.isEmpty() ? QJsonValue() : QJsonValue(notice.cause)},
        {u"others"_s, QJsonArray::fromStringList(notice.others)}, {u"count"_s, notice.count},
        {u"update"_s, notice.isUpdate}, {u"digest"_s, notice.isDigest}};
}

/// The list of the profile, and what to do with it.
Result<std::pair<WatchList, watch::WatchTarget>> listAndTarget(
    const Context &context, const QCommandLineParser &parser, const QStringList &arguments)
{
    auto list = watch::loadWatchList(profileFolder(parser));
    if (!list)
        return std::unexpected(list.error());
    if (arguments.isEmpty())
        return problemSaying(ProblemKind::Usage,
            u"Say what: a channel, jobset, job, build, builder, pull request or store path; package:NAME, maintainer:NAME, builder:NAME."_s);
    auto target = watch::readTarget(arguments.join(u' '), hydraAddresses(context.servers));
    if (!target)
        return std::unexpected(target.error());
    return std::pair(std::move(*list), std::move(*target));
}

Task<int> runAdd(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    auto found = listAndTarget(context, parser, arguments);
    const auto on = transitionsOf(parser.value(u"on"_s));
    if (!found || !on)
        co_return fail(!found ? found.error() : on.error());
    auto &[list, target] = *found;
    list.rules.removeIf([&](const WatchRule &rule) { return rule.target == target; });
    auto rule = watch::usualRule(target);
    if (!on->isEmpty())
        rule.on = *on;
    rule.sound = parser.isSet(u"sound"_s);
    list.rules << rule;
    if (const auto saved = watch::saveWatchList(profileFolder(parser), list); !saved)
        co_return fail(saved.error());
    if (context.json)
        printJson(toJson(rule));
    else
        print(u"%1 is watched: %2."_s.arg(target.text(), wordsOf(rule.on).join(u", "_s)));
    co_return Fine;
}

Task<int> runRemove(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    auto found = listAndTarget(context, parser, arguments);
    if (!found)
        co_return fail(found.error());
    auto &[list, target] = *found;
    const auto removed = list.rules.removeIf([&](const WatchRule &rule) { return rule.target == target; });
    if (removed == 0)
        co_return fail(problemSaying(ProblemKind::NotFound, u"%1 is not watched."_s.arg(target.text())).error());
    if (const auto saved = watch::saveWatchList(profileFolder(parser), list); !saved)
        co_return fail(saved.error());
    if (!context.json)
        print(u"%1 is no longer watched."_s.arg(target.text()));
    co_return Fine;
}

Task<int> runList(Context &context, const QCommandLineParser &parser, QStringList)
{
    const auto list = watch::loadWatchList(profileFolder(parser));
    if (!list)
        co_return fail(list.error());
    QJsonArray rules;
    TextTable table({u"WATCH"_s, u"TELL WHEN"_s, u"SOUND"_s});
    for (const auto &rule : list->rules) {
        rules.append(toJson(rule));
        table.add({rule.target.text(), wordsOf(rule.on).join(u", "_s), rule.sound ? u"yes"_s : QString()});
    }
    if (context.json)
        printJson(QJsonObject{{u"rules"_s, rules}});
    else if (list->rules.isEmpty())
        print(u"Nothing is watched. Add something: narscope-cli watch add nixos-unstable"_s);
    else
        table.print();
    co_return Fine;
}

/// «22:00-07:00», or «off».
Task<int> runQuiet(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    auto list = watch::loadWatchList(profileFolder(parser));
    if (!list)
        co_return fail(list.error());
    const auto text = arguments.join(QString());
    const watch::QuietHours hours{.from = QTime::fromString(text.section(u'-', 0, 0), u"HH:mm"_s),
        .until = QTime::fromString(text.section(u'-', 1), u"HH:mm"_s)};
    const bool isOff = text == "off"_L1;
    if (!text.isEmpty() && !isOff && (!hours.from.isValid() || !hours.until.isValid()))
        co_return fail(problemSaying(ProblemKind::Usage, u"Say 22:00-07:00, or off."_s).error());
    if (!text.isEmpty()) {
        list->quiet = isOff ? std::nullopt : std::optional(hours);
        if (const auto saved = watch::saveWatchList(profileFolder(parser), *list); !saved)
            co_return fail(saved.error());
    }
    const auto said = list->quiet
        ? list->quiet->from.toString(u"HH:mm"_s) + u'-' + list->quiet->until.toString(u"HH:mm"_s)
        : QString();
    if (context.json)
        printJson(QJsonObject{{u"quiet"_s, said.isEmpty() ? QJsonValue() : QJsonValue(said)}});
    else
        print(said.isEmpty() ? u"There are no quiet hours."_s : u"No notices between %1."_s.arg(said));
    co_return Fine;
}

void printNotice(const watch::Notice &notice, bool asJson)
{
    if (asJson) {
        printJson(toJson(notice));
    } else {
        const auto others
            = notice.others.isEmpty() || notice.isDigest ? QString() : u" Also: %1."_s.arg(notice.others.join(u", "_s));
        print((formatExactTime(notice.time) + u"  "_s + notice.title + u". "_s + notice.text + others).trimmed());
    }
    flushOutput();
}

/// Waits for as long as the command may run; an interrupt ends it.
Task<void> forEver(Clock *clock)
{
    for (;;)
        co_await clock->sleep(std::chrono::hours(1));
}

Task<int> runFollow(Context &context, const QCommandLineParser &parser, QStringList)
{
    const auto folder = profileFolder(parser);
    const auto list = watch::loadWatchList(folder);
    if (!list)
        co_return fail(list.error());
    if (list->rules.isEmpty())
        co_return fail(problemSaying(ProblemKind::NotFound, u"Nothing is watched."_s).error());
    const auto *hydra = net::findServer(context.servers, net::ServerKind::Hydra);
    // What a demonstration or a recording tells is not what was told.
    const QTemporaryDir throwAway;
    const bool isReal = !parser.isSet(u"demo"_s) && !parser.isSet(u"replay"_s);
    history::History memory(isReal ? folder : throwAway.path(), context.clock, context.pools);
    watch::ChannelWatch channels(context.http, context.servers, context.pools, context.clock, 1);
    std::unique_ptr<watch::FarmWatch> farm;
    if (hydra)
        farm = std::make_unique<watch::FarmWatch>(
            context.http, watch::farmServersOf(*hydra, context.servers), context.pools, context.clock, 1);
    watch::WatchDesk desk(
        {.http = context.http, .servers = context.servers, .pools = context.pools, .clock = context.clock},
        {.channels = &channels, .farm = farm.get()}, memory, folder);
    QObject::connect(&memory, &history::History::troubled, &desk, [](const Problem &problem) { fail(problem); });
    QObject::connect(&desk, &watch::NoticeSource::troubled, &desk, [](const Problem &problem) { fail(problem); });
    QObject::connect(&desk, &watch::NoticeSource::noticed, &desk,
        [asJson = context.json](const watch::Notice &notice) { printNotice(notice, asJson); });
    LogReader logs(context, parser);
    QObject::connect(&desk, &watch::WatchDesk::buildFailed, &logs.desk(), &log::LogDesk::keepLog);
    desk.start();
    auto waiting = forEver(&context.clock);
    co_await std::move(waiting);
    co_return Fine;
}

Task<int> runWatch(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    auto running
        = parser.isSet(u"follow"_s) ? runFollow(context, parser, arguments) : runList(context, parser, arguments);
    co_return co_await std::move(running);
}

void declareAdd(QCommandLineParser &parser)
{
    declareProfile(parser);
    parser.addOptions(
        {{u"on"_s,
             u"What to tell: started, succeeded, failed, broke, fixed; with commas between. Broke and fixed unless given."_s,
             u"transitions"_s},
            {u"sound"_s, u"With a sound, in the window."_s}});
}

void declareWatch(QCommandLineParser &parser)
{
    declareProfile(parser);
    parser.addOption({u"follow"_s, u"Prints notices as they come, until it is interrupted."_s});
}

} // namespace

std::vector<Command> watchCommands()
{
    return {{.name = u"watch"_s,
                .arguments = {},
                .summary = u"What is watched; with --follow, notices as they come."_s,
                .declare = declareWatch,
                .run = runWatch},
        {.name = u"watch list"_s,
            .arguments = {},
            .summary = u"What is watched."_s,
            .declare = declareProfile,
            .run = runList},
        {.name = u"watch add"_s,
            .arguments = u"SUBJECT"_s,
            .summary = u"Watches a channel, jobset, job, package, maintainer, builder, …"_s,
            .declare = declareAdd,
            .run = runAdd},
        {.name = u"watch quiet"_s,
            .arguments = u"[22:00-07:00|off]"_s,
            .summary = u"Hours without notices: what happens meanwhile is told after, in one."_s,
            .declare = declareProfile,
            .run = runQuiet},
        {.name = u"watch remove"_s,
            .arguments = u"SUBJECT"_s,
            .summary = u"Watches it no longer."_s,
            .declare = declareProfile,
            .run = runRemove}};
}

} // namespace narscope::cli
