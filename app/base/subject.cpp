// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/subject.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope {

namespace {

constexpr qsizetype longestText = 4096;

QRegularExpression whole(const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern));
}

std::optional<qint64> idNumber(const QString &text)
{
    bool good = false;
    const qint64 number = text.toLongLong(&good);
    if (!good || number <= 0 || !text.front().isDigit())
        return {};
    return number;
}

std::optional<Subject> storePath(const QString &text)
{
    static const auto form
        = whole(u"(/nix/store/[0-9abcdfghijklmnpqrsvwxyz]{32}-[0-9A-Za-z+\\-._?=]{1,211})(?:[/!^].*)?"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return {};
    return Subject::ofStorePath(match.captured(1));
}

bool isName(const QString &text)
{
    static const auto form = whole(u"[A-Za-z_][A-Za-z0-9-_.]*"_s);
    return form.match(text).hasMatch();
}

std::optional<Subject> named(const QString &server, const QStringList &names)
{
    if (names.isEmpty() || !isName(names[0]) || (names.size() > 1 && !isName(names[1])))
        return {};
    if (names.size() == 1)
        return Subject::ofProject(server, names[0]);
    const JobsetName jobset{names[0], names[1]};
    const auto job = names.mid(2).join(u'/');
    if (names.size() == 2)
        return Subject::ofJobset(server, jobset);
    return job.isEmpty() ? std::optional<Subject>{} : Subject::ofJob(server, {jobset, job});
}

/// The path below a Hydra's base: build/N, eval/N, project/P, jobset/P/J, job/P/J/NAME, each with anything after.
std::optional<Subject> pageOfHydra(const QString &server, const QStringList &parts)
{
    if (parts.isEmpty())
        return Subject::ofServer(server);
    const auto &kind = parts[0];
    const auto number = parts.size() > 1 ? idNumber(parts[1]) : std::nullopt;
    if (kind == "build"_L1 && number)
        return Subject::ofBuild(server, BuildId(*number));
    if (kind == "eval"_L1 && number)
        return Subject::ofEvaluation(server, EvalId(*number));
    if (kind == "project"_L1 && parts.size() > 1)
        return named(server, {parts[1]});
    if (kind == "jobset"_L1 && parts.size() > 2)
        return named(server, parts.mid(1, 2));
    if (kind == "job"_L1 && parts.size() > 3)
        return named(server, parts.mid(1, 3));
    return {};
}

bool isCommit(const QString &text)
{
    static const auto form = whole(u"[0-9a-f]{40}"_s);
    return form.match(text).hasMatch();
}

/// As the infrastructure names its channels: nixos-unstable(-small), nixos-26.05(-small), nixpkgs-unstable,
/// nixpkgs-26.05-darwin.
bool isChannel(const QString &text)
{
    static const auto form = whole(u"nix(os|pkgs)-(unstable|[0-9]{2}\\.[0-9]{2})(-[a-z0-9_]{1,32})?"_s);
    return form.match(text).hasMatch();
}

std::optional<Subject> pageOfGitHub(const QStringList &parts)
{
    if (parts.size() < 4)
        return {};
    const auto number = idNumber(parts[3]);
    if (parts[2] == "pull"_L1 && number)
        return Subject::ofPullRequest(PullRequestNr(*number), parts[0] + u'/' + parts[1]);
    if (parts[2] == "commit"_L1 && isCommit(parts[3]))
        return Subject::ofCommit(parts[3]);
    return {};
}

std::optional<Subject> pageOfChannel(const QStringList &parts)
{
    return parts.isEmpty() || !isChannel(parts[0]) ? std::optional<Subject>{} : Subject::ofChannel(parts[0]);
}

/// Pages that belong to no Hydra.
std::optional<Subject> knownPage(const QUrl &url)
{
    const auto parts = url.path().split(u'/', Qt::SkipEmptyParts);
    if (url.host() == "github.com"_L1)
        return pageOfGitHub(parts);
    if (url.host() == "channels.nixos.org"_L1)
        return pageOfChannel(parts);
    if (url.host() == "nixos.org"_L1 && parts.value(0) == "channels"_L1)
        return pageOfChannel(parts.mid(1));
    return {};
}

QString withoutSlash(QString path)
{
    while (path.endsWith(u'/'))
        path.chop(1);
    return path;
}

std::optional<Subject> address(const QUrl &url, const QList<HydraAddress> &hydras)
{
    for (const auto &[id, base] : hydras) {
        const auto root = withoutSlash(base.path());
        const bool here
            = url.host() == base.host() && url.port(-1) == base.port(-1) && (url.path() + u'/').startsWith(root + u'/');
        if (here)
            return pageOfHydra(id, url.path().mid(root.size()).split(u'/', Qt::SkipEmptyParts));
    }
    return knownPage(url);
}

/// «#533911», «PR 533911», «owner/repository#12», «build 5», «eval 5».
std::optional<Subject> numbered(const QString &text)
{
    static const auto pull = whole(u"(?:([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})?#|PR[ #]*)(\\d+)"_s);
    if (const auto match = pull.match(text); match.hasMatch()) {
        const auto number = idNumber(match.captured(2));
        const auto repository = match.captured(1).isEmpty() ? Subject::nixpkgs() : match.captured(1);
        return number ? std::optional(Subject::ofPullRequest(PullRequestNr(*number), repository)) : std::nullopt;
    }
    static const auto kind = whole(u"(build|eval|evaluation)[ /#]*(\\d+)"_s);
    if (const auto match = kind.match(text); match.hasMatch())
        return pageOfHydra({}, {match.captured(1).first(4) == "eval"_L1 ? u"eval"_s : u"build"_s, match.captured(2)});
    return {};
}

QList<Subject> listOf(const std::optional<Subject> &subject)
{
    return subject ? QList<Subject>{*subject} : QList<Subject>{};
}

QString unquoted(const QString &text)
{
    static const QRegularExpression around(u"^[\\s\"'<«`]+|[\\s\"'>»`,;]+$"_s);
    return text.first(qMin(text.size(), longestText)).remove(around);
}

} // namespace

Subject Subject::ofServer(QString server)
{
    return {.kind = SubjectKind::Server, .server = std::move(server), .jobset = {}, .name = {}};
}

Subject Subject::ofProject(QString server, QString project)
{
    return {.kind = SubjectKind::Project, .server = std::move(server), .jobset = {std::move(project), {}}, .name = {}};
}

Subject Subject::ofJobset(QString server, JobsetName jobset)
{
    return {.kind = SubjectKind::Jobset, .server = std::move(server), .jobset = std::move(jobset), .name = {}};
}

Subject Subject::ofEvaluation(QString server, EvalId id)
{
    return {.kind = SubjectKind::Evaluation, .server = std::move(server), .jobset = {}, .name = {}, .number = id.value};
}

Subject Subject::ofJob(QString server, JobName job)
{
    return {.kind = SubjectKind::Job,
        .server = std::move(server),
        .jobset = std::move(job.jobset),
        .name = std::move(job.job)};
}

Subject Subject::ofBuild(QString server, BuildId id)
{
    return {.kind = SubjectKind::Build, .server = std::move(server), .jobset = {}, .name = {}, .number = id.value};
}

Subject Subject::ofStorePath(QString path)
{
    const auto kind = path.endsWith(".drv"_L1) ? SubjectKind::Derivation : SubjectKind::StorePath;
    return {.kind = kind, .server = {}, .jobset = {}, .name = std::move(path)};
}

Subject Subject::ofPullRequest(PullRequestNr number, QString repository)
{
    return {.kind = SubjectKind::PullRequest,
        .server = {},
        .jobset = {},
        .name = std::move(repository),
        .number = number.value};
}

Subject Subject::ofCommit(QString hash)
{
    return {.kind = SubjectKind::Commit, .server = {}, .jobset = {}, .name = std::move(hash)};
}

Subject Subject::ofChannel(QString name)
{
    return {.kind = SubjectKind::Channel, .server = {}, .jobset = {}, .name = std::move(name)};
}

Subject Subject::ofBuilder(QString server, QString name)
{
    return {.kind = SubjectKind::Builder, .server = std::move(server), .jobset = {}, .name = std::move(name)};
}

QString Subject::nixpkgs()
{
    return u"NixOS/nixpkgs"_s;
}

bool Subject::livesOnHydra() const
{
    switch (kind) {
    case SubjectKind::Server:
    case SubjectKind::Project:
    case SubjectKind::Jobset:
    case SubjectKind::Evaluation:
    case SubjectKind::Job:
    case SubjectKind::Build:
    case SubjectKind::Builder:
        return true;
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
    case SubjectKind::PullRequest:
    case SubjectKind::Commit:
    case SubjectKind::Channel:
        return false;
    }
    Q_UNREACHABLE_RETURN(false);
}

QString Subject::text() const
{
    switch (kind) {
    case SubjectKind::Server:
        return server;
    case SubjectKind::Project:
        return jobset.project;
    case SubjectKind::Jobset:
        return jobset.text();
    case SubjectKind::Evaluation:
        return u"evaluation "_s + QString::number(number);
    case SubjectKind::Job:
        return jobset.text() + u':' + name;
    case SubjectKind::Build:
        return u"build "_s + QString::number(number);
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
        return name.section(u'-', 1);
    case SubjectKind::PullRequest:
        return (name == nixpkgs() ? QString() : name) + u'#' + QString::number(number);
    case SubjectKind::Commit:
        return name.first(qMin<qsizetype>(12, name.size()));
    case SubjectKind::Channel:
    case SubjectKind::Builder:
        return name;
    }
    Q_UNREACHABLE_RETURN({});
}

QString Subject::kindWord() const
{
    switch (kind) {
    case SubjectKind::Server:
        return u"server"_s;
    case SubjectKind::Project:
        return u"project"_s;
    case SubjectKind::Jobset:
        return u"jobset"_s;
    case SubjectKind::Evaluation:
        return u"evaluation"_s;
    case SubjectKind::Job:
        return u"job"_s;
    case SubjectKind::Build:
        return u"build"_s;
    case SubjectKind::StorePath:
        return u"store path"_s;
    case SubjectKind::Derivation:
        return u"derivation"_s;
    case SubjectKind::PullRequest:
        return u"pull request"_s;
    case SubjectKind::Commit:
        return u"commit"_s;
    case SubjectKind::Channel:
        return u"channel"_s;
    case SubjectKind::Builder:
        return u"builder"_s;
    }
    Q_UNREACHABLE_RETURN({});
}

QUrl Subject::page(const QUrl &hydra) const
{
    const auto below = [&hydra](const QStringList &parts) {
        QUrl url = hydra;
        url.setPath(withoutSlash(hydra.path()) + u'/' + parts.join(u'/'), QUrl::DecodedMode);
        return url;
    };
    switch (kind) {
    case SubjectKind::Server:
        return below({});
    case SubjectKind::Project:
        return below({u"project"_s, jobset.project});
    case SubjectKind::Jobset:
        return below({u"jobset"_s, jobset.project, jobset.jobset});
    case SubjectKind::Evaluation:
        return below({u"eval"_s, QString::number(number)});
    case SubjectKind::Job:
        return below({u"job"_s, jobset.project, jobset.jobset, name});
    case SubjectKind::Build:
        return below({u"build"_s, QString::number(number)});
    case SubjectKind::PullRequest:
        return QUrl(u"https://github.com/"_s + name + u"/pull/"_s + QString::number(number));
    case SubjectKind::Commit:
        return QUrl(u"https://github.com/"_s + nixpkgs() + u"/commit/"_s + name);
    case SubjectKind::Channel:
        return QUrl(u"https://channels.nixos.org/"_s + name);
    case SubjectKind::Builder:
        return below({u"machines"_s});
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
        return {};
    }
    Q_UNREACHABLE_RETURN({});
}

QList<Subject> recognise(const QString &typed, const QList<HydraAddress> &hydras)
{
    const auto text = unquoted(typed);
    if (text.isEmpty())
        return {};
    if (text.contains("://"_L1))
        return listOf(address(QUrl(text), hydras));
    if (auto path = storePath(text))
        return {*path};
    if (const auto number = idNumber(text))
        return {Subject::ofBuild({}, BuildId(*number)), Subject::ofEvaluation({}, EvalId(*number)),
            Subject::ofPullRequest(PullRequestNr(*number))};
    if (auto subject = numbered(text))
        return {*subject};
    if (isCommit(text))
        return {Subject::ofCommit(text)};
    if (isChannel(text))
        return {Subject::ofChannel(text), Subject::ofProject({}, text)};
    static const QRegularExpression separator(u"[:/]"_s);
    return listOf(named({}, text.split(separator)));
}

} // namespace narscope
