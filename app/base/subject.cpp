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
    static const auto form = whole(u"(/nix/store/[0-9abcdfghijklmnpqrsvwxyz]{32}-[0-9A-Za-z+\\-._?=]{1,211})(?:[/!^].*)?"_s);
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
    const JobsetName jobset {names[0], names[1]};
    const auto job = names.mid(2).join(u'/');
    if (names.size() == 2)
        return Subject::ofJobset(server, jobset);
    return job.isEmpty() ? std::optional<Subject> {} : Subject::ofJob(server, {jobset, job});
}

/// The path below a Hydra's base: build/N, eval/N, project/P, jobset/P/J, job/P/J/NAME, each with anything after.
std::optional<Subject> pageOfHydra(const QString &server, const QStringList &parts)
{
    if (parts.isEmpty())
        return Subject::ofServer(server);
    const auto kind = parts[0];
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
        const bool here = url.host() == base.host() && url.port(-1) == base.port(-1)
            && (url.path() + u'/').startsWith(root + u'/');
        if (here)
            return pageOfHydra(id, url.path().mid(root.size()).split(u'/', Qt::SkipEmptyParts));
    }
    return {};
}

QList<Subject> listOf(const std::optional<Subject> &subject)
{
    return subject ? QList<Subject> {*subject} : QList<Subject> {};
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
    return {.kind = SubjectKind::Job, .server = std::move(server), .jobset = std::move(job.jobset), .name = std::move(job.job)};
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

QString Subject::text() const
{
    switch (kind) {
    case SubjectKind::Server: return server;
    case SubjectKind::Project: return jobset.project;
    case SubjectKind::Jobset: return jobset.text();
    case SubjectKind::Evaluation: return u"evaluation "_s + QString::number(number);
    case SubjectKind::Job: return jobset.text() + u':' + name;
    case SubjectKind::Build: return u"build "_s + QString::number(number);
    case SubjectKind::StorePath:
    case SubjectKind::Derivation: return name.section(u'-', 1);
    }
    Q_UNREACHABLE_RETURN({});
}

QString Subject::kindWord() const
{
    switch (kind) {
    case SubjectKind::Server: return u"server"_s;
    case SubjectKind::Project: return u"project"_s;
    case SubjectKind::Jobset: return u"jobset"_s;
    case SubjectKind::Evaluation: return u"evaluation"_s;
    case SubjectKind::Job: return u"job"_s;
    case SubjectKind::Build: return u"build"_s;
    case SubjectKind::StorePath: return u"store path"_s;
    case SubjectKind::Derivation: return u"derivation"_s;
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
    case SubjectKind::Server: return below({});
    case SubjectKind::Project: return below({u"project"_s, jobset.project});
    case SubjectKind::Jobset: return below({u"jobset"_s, jobset.project, jobset.jobset});
    case SubjectKind::Evaluation: return below({u"eval"_s, QString::number(number)});
    case SubjectKind::Job: return below({u"job"_s, jobset.project, jobset.jobset, name});
    case SubjectKind::Build: return below({u"build"_s, QString::number(number)});
    case SubjectKind::StorePath:
    case SubjectKind::Derivation: return {};
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
        return {Subject::ofBuild({}, BuildId(*number)), Subject::ofEvaluation({}, EvalId(*number))};
    static const auto numbered = whole(u"(build|eval|evaluation)[ /#]*(\\d+)"_s);
    if (const auto match = numbered.match(text); match.hasMatch())
        return listOf(pageOfHydra({}, {match.captured(1).first(4) == "eval"_L1 ? u"eval"_s : u"build"_s, match.captured(2)}));
    static const QRegularExpression separator(u"[:/]"_s);
    return listOf(named({}, text.split(separator)));
}

} // namespace narscope
