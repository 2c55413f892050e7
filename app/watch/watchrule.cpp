// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/watchrule.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 largestFile = 4 * 1024 * 1024;
constexpr qsizetype mostRules = 10'000;
constexpr qsizetype longestName = 1000;

struct KindWord {
    WatchKind kind;
    QLatin1StringView word;
};
constexpr std::array kindWords{
    KindWord{WatchKind::Channel, "channel"_L1},
    KindWord{WatchKind::Jobset, "jobset"_L1},
    KindWord{WatchKind::Job, "job"_L1},
    KindWord{WatchKind::Build, "build"_L1},
    KindWord{WatchKind::Package, "package"_L1},
    KindWord{WatchKind::Maintainer, "maintainer"_L1},
    KindWord{WatchKind::Builder, "builder"_L1},
    KindWord{WatchKind::PullRequest, "pr"_L1},
    KindWord{WatchKind::StorePath, "path"_L1},
};
constexpr std::array transitionWords{"started"_L1, "succeeded"_L1, "failed"_L1, "broke"_L1, "fixed"_L1};
static_assert(transitionWords.size() == transitions);

QLatin1StringView word(WatchKind kind)
{
    return std::ranges::find(kindWords, kind, &KindWord::kind)->word;
}

std::optional<WatchKind> kindNamed(QStringView text)
{
    const auto it = std::ranges::find_if(kindWords, [text](const KindWord &known) { return text == known.word; });
    return it == kindWords.end() ? std::nullopt : std::optional(it->kind);
}

/// What follows the kind's word; nothing when it makes no sense.
std::optional<WatchTarget> targetOf(WatchKind kind, const QString &rest)
{
    WatchTarget target{.kind = kind};
    bool isGood = !rest.isEmpty() && rest.size() <= longestName;
    switch (kind) {
    case WatchKind::Jobset:
        target.jobset = {rest.section(u':', 0, 0), rest.section(u':', 1)};
        isGood = isGood && !target.jobset.project.isEmpty() && !target.jobset.jobset.isEmpty();
        break;
    case WatchKind::Job:
        target.jobset = {rest.section(u':', 0, 0), rest.section(u':', 1, 1)};
        target.name = rest.section(u':', 2);
        isGood = isGood && !target.name.isEmpty();
        break;
    case WatchKind::Build:
        target.number = rest.toLongLong(&isGood);
        break;
    case WatchKind::PullRequest:
        target.name = rest.contains(u'#') ? rest.section(u'#', 0, 0) : Subject::nixpkgs();
        if (target.name.compare(Subject::nixpkgs(), Qt::CaseInsensitive) == 0)
            target.name = Subject::nixpkgs();
        target.branch = rest.section(u'@', 1);
        target.number = rest.section(u'@', 0, 0).section(u'#', -1).toLongLong(&isGood);
        isGood = isGood && target.branch.size() <= longestName && rest.contains(u'@') == !target.branch.isEmpty();
        break;
    default:
        target.name = rest;
    }
    return isGood && target.number >= 0 ? std::optional(target) : std::nullopt;
}

/// Everything that is told of pull requests is asked of nixpkgs.
bool isOfAnotherRepository(const Subject &subject)
{
    return subject.kind == SubjectKind::PullRequest
        && subject.name.compare(Subject::nixpkgs(), Qt::CaseInsensitive) != 0; // as GitHub reads names
}

QString otherRepositorySentence(const Subject &subject)
{
    return u"Only pull requests of %1 can be watched; %2 is of another repository."_s.arg(
        Subject::nixpkgs(), subject.text());
}

/// «job:…» and so on, with nothing else around it.
std::optional<WatchTarget> readExact(const QString &text)
{
    const auto kind = kindNamed(QStringView(text).left(text.indexOf(u':')));
    return kind ? targetOf(*kind, text.section(u':', 1)) : std::nullopt;
}

std::unexpected<Problem> badFile(const QString &where, const QString &detail)
{
    auto found = problemSaying(ProblemKind::Malformed, u"The watch list cannot be understood."_s, where, detail);
    found.error().advice = u"Correct the file or move it away; it is not followed until then."_s;
    return found;
}

Result<WatchRule> ruleOf(const QJsonObject &object, const QString &where)
{
    const auto target = readExact(object["watch"_L1].toString());
    if (!target)
        return badFile(where, u"“watch” is no target: “%1”"_s.arg(object["watch"_L1].toString()));
    if (const auto subject = target->subject(); isOfAnotherRepository(subject))
        return badFile(where, otherRepositorySentence(subject));
    WatchRule rule{.target = *target, .on = {}};
    rule.target.server = object["server"_L1].toString();
    const auto words = object["on"_L1].toArray();
    for (const auto &word : words) {
        const auto transition = transitionNamed(word.toString());
        if (!transition)
            return badFile(where, u"“on” has “%1”"_s.arg(word.toString()));
        if (!rule.wants(*transition))
            rule.on << *transition;
    }
    rule.sound = object["sound"_L1].toBool();
    return rule;
}

QJsonObject jsonOf(const WatchRule &rule)
{
    QJsonArray on;
    for (const auto transition : rule.on)
        on.append(key(transition));
    QJsonObject object{{u"watch"_s, rule.target.text()}, {u"on"_s, on}, {u"sound"_s, rule.sound}};
    if (!rule.target.server.isEmpty())
        object[u"server"_s] = rule.target.server;
    return object;
}

constexpr auto timeForm = "HH:mm"_L1;

QString fileIn(const QString &folder)
{
    return QDir(folder).filePath(u"watch.json"_s);
}

} // namespace

QString WatchTarget::text() const
{
    const auto start = word(kind) + u':';
    switch (kind) {
    case WatchKind::Jobset:
        return start + jobset.text();
    case WatchKind::Job:
        return start + jobset.text() + u':' + name;
    case WatchKind::Build:
        return start + QString::number(number);
    case WatchKind::PullRequest:
        return start + name + u'#' + QString::number(number) + (branch.isEmpty() ? QString() : u'@' + branch);
    default:
        return start + name;
    }
}

std::optional<WatchTarget> targetOf(const Subject &subject)
{
    switch (subject.kind) {
    case SubjectKind::Channel:
        return WatchTarget{.kind = WatchKind::Channel, .name = subject.name};
    case SubjectKind::Jobset:
        return WatchTarget{.kind = WatchKind::Jobset, .server = subject.server, .jobset = subject.jobset};
    case SubjectKind::Job:
        return WatchTarget{
            .kind = WatchKind::Job, .server = subject.server, .jobset = subject.jobset, .name = subject.name};
    case SubjectKind::Build:
        return WatchTarget{.kind = WatchKind::Build, .server = subject.server, .number = subject.number};
    case SubjectKind::Builder:
        return WatchTarget{.kind = WatchKind::Builder, .server = subject.server, .name = subject.name};
    case SubjectKind::PullRequest:
        if (isOfAnotherRepository(subject))
            return std::nullopt;
        return WatchTarget{.kind = WatchKind::PullRequest, .name = Subject::nixpkgs(), .number = subject.number};
    case SubjectKind::StorePath:
        return WatchTarget{.kind = WatchKind::StorePath, .name = subject.name};
    default:
        return std::nullopt;
    }
}

Subject WatchTarget::subject() const
{
    switch (kind) {
    case WatchKind::Channel:
        return Subject::ofChannel(name);
    case WatchKind::Jobset:
        return Subject::ofJobset(server, jobset);
    case WatchKind::Job:
        return Subject::ofJob(server, {jobset, name});
    case WatchKind::Build:
        return Subject::ofBuild(server, BuildId(number));
    case WatchKind::Builder:
        return Subject::ofBuilder(server, name);
    case WatchKind::PullRequest:
        return Subject::ofPullRequest(PullRequestNr(number), name);
    case WatchKind::StorePath:
        return Subject::ofStorePath(name);
    case WatchKind::Package:
    case WatchKind::Maintainer:
        break;
    }
    return Subject::ofServer(server);
}

Result<WatchTarget> readTarget(const QString &text, const QList<HydraAddress> &hydras)
{
    const auto exact = readExact(text);
    const bool namesKind = kindNamed(QStringView(text).left(text.indexOf(u':'))).has_value();
    const auto meanings = exact ? QList{exact->subject()} : namesKind ? QList<Subject>() : recognise(text, hydras);
    for (const auto &meaning : meanings) {
        if (isOfAnotherRepository(meaning))
            return problemSaying(ProblemKind::Unsupported, otherRepositorySentence(meaning));
        if (const auto target = exact ? exact : targetOf(meaning))
            return *target;
    }
    auto found = problemSaying(ProblemKind::Usage, u"“%1” cannot be watched."_s.arg(text));
    found.error().advice
        = u"A channel, jobset, job, build, builder, pull request or store path; or package:NAME, maintainer:NAME, builder:NAME."_s;
    return found;
}

QString key(Transition transition)
{
    return transitionWords.at(size_t(transition));
}

std::optional<Transition> transitionNamed(const QString &key)
{
    const auto it = std::ranges::find_if(transitionWords, [&key](QLatin1StringView word) { return key == word; });
    return it == transitionWords.end() ? std::nullopt : std::optional(Transition(it - transitionWords.begin()));
}

WatchRule usualRule(const WatchTarget &target)
{
    using enum Transition;
    WatchRule rule{.target = target};
    if (target.kind == WatchKind::PullRequest && target.branch.isEmpty())
        rule.on = {Started, Succeeded, Failed, Broke, Fixed};
    else if (target.kind == WatchKind::Build)
        rule.on = {Succeeded, Failed, Broke, Fixed};
    return rule;
}

QString promise(const WatchTarget &target)
{
    const auto what = target.text();
    switch (target.kind) {
    case WatchKind::PullRequest:
        return target.branch.isEmpty() ? u"You are told when %1 has a new head, is merged or is closed."_s.arg(what)
                                       : u"You are told when %1 has arrived."_s.arg(what);
    case WatchKind::Build:
        return u"You are told when %1 ends."_s.arg(what);
    case WatchKind::StorePath:
        return u"You are told when %1 comes into the cache or leaves it."_s.arg(what);
    case WatchKind::Builder:
        return u"You are told when %1 is gone or back."_s.arg(what);
    default:
        return u"You are told when %1 breaks or is fixed."_s.arg(what);
    }
}

bool QuietHours::contains(QTime time) const
{
    return from <= until ? time >= from && time < until : time >= from || time < until;
}

const WatchRule *WatchList::find(const WatchTarget &target) const
{
    const auto it = std::ranges::find(rules, target, &WatchRule::target);
    return it == rules.end() ? nullptr : &*it;
}

Result<WatchList> parseWatchList(QByteArrayView json)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(QByteArray(json.data(), json.size()), &error);
    if (!document.isObject())
        return badFile({}, error.errorString());
    const auto rules = document["rules"_L1].toArray();
    if (rules.size() > mostRules)
        return badFile(u"rules"_s, u"more than %1"_s.arg(mostRules));
    WatchList list;
    for (qsizetype i = 0; i < rules.size(); ++i) {
        auto rule = ruleOf(rules[i].toObject(), u"rules[%1]"_s.arg(i));
        if (!rule)
            return std::unexpected(rule.error());
        if (!list.find(rule->target))
            list.rules << *rule;
    }
    if (const auto quiet = document["quiet"_L1].toObject(); !quiet.isEmpty()) {
        list.quiet = QuietHours{.from = QTime::fromString(quiet["from"_L1].toString(), timeForm),
            .until = QTime::fromString(quiet["until"_L1].toString(), timeForm)};
        if (!list.quiet->from.isValid() || !list.quiet->until.isValid())
            return badFile(u"quiet"_s, u"times are written 22:00"_s);
    }
    return list;
}

QByteArray writeWatchList(const WatchList &list)
{
    QJsonArray rules;
    for (const auto &rule : list.rules)
        rules.append(jsonOf(rule));
    QJsonObject object{{u"rules"_s, rules}};
    if (list.quiet)
        object[u"quiet"_s] = QJsonObject{
            {u"from"_s, list.quiet->from.toString(timeForm)}, {u"until"_s, list.quiet->until.toString(timeForm)}};
    return QJsonDocument(object).toJson();
}

Result<WatchList> loadWatchList(const QString &folder)
{
    QFile file(fileIn(folder));
    if (!file.exists())
        return WatchList{};
    if (!file.open(QIODevice::ReadOnly))
        return problemSaying(ProblemKind::Io, u"The watch list cannot be read."_s, file.fileName(), file.errorString());
    if (file.size() > largestFile)
        return problem(ProblemKind::TooLarge, file.fileName());
    auto list = parseWatchList(file.readAll());
    if (!list)
        list.error().where = (file.fileName() + u' ' + list.error().where).trimmed();
    return list;
}

Result<void> saveWatchList(const QString &folder, const WatchList &list)
{
    QDir().mkpath(folder);
    QSaveFile file(fileIn(folder));
    if (!file.open(QIODevice::WriteOnly) || file.write(writeWatchList(list)) < 0 || !file.commit())
        return problemSaying(ProblemKind::Io, u"The watch list cannot be kept."_s, fileIn(folder), file.errorString());
    return {};
}

} // namespace narscope::watch
