// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/buildlog.h"
#include "sim/worlddata.h"

#include <QUuid>

#include <algorithm>
#include <array>

// What Actions and OfBorg say about a pull request (pull-requests.md, A.7 and B.2).

namespace narscope::sim {

namespace {

constexpr qint64 minute = 60;

/// A job of nixpkgs' own workflow: when it begins and how long it takes, in seconds after the pull request.
struct WorkflowJob {
    const char *name;
    qint64 after;
    qint64 takes;
};
constexpr std::array<WorkflowJob, 16> workflow{{
    {"prepare", 10, 25},
    {"Check / commits", 40, 40},
    {"Check / owners", 40, 30},
    {"Lint / treefmt", 40, 70},
    {"Lint / parse", 40, 60},
    {"Lint / nixpkgs-vet", 40, 150},
    {"Eval / versions", 40, 0},
    {"Eval / x86_64-linux", 50, 420},
    {"Eval / aarch64-linux", 50, 430},
    {"Eval / aarch64-darwin", 50, 460},
    {"Eval / compare", 520, 60},
    {"Build / x86_64-linux: shell, docs, lib, tarball", 50, 700},
    {"Build / aarch64-linux: shell, docs", 50, 520},
    {"Build / darwin: shell", 50, 300},
    {"Bot / run", 590, 40},
    {"unlock", 800, 8},
}};

QByteArray attemptId(PullRequestNr number, System system)
{
    const QUuid space(0x6e617273, 0x636f, 0x7065, 0x80, 0, 0x6f, 0x66, 0x62, 0x6f, 0x72, 0x67);
    return QUuid::createUuidV5(
        space, QString::number(number.value) + QLatin1Char('/') + QString::fromLatin1(name(system)))
        .toString(QUuid::WithoutBraces)
        .toLatin1();
}

void setTimes(Check &check, qint64 queued, qint64 start, qint64 stop, qint64 now)
{
    check.queuedAt = queued;
    check.startedAt = start <= now ? start : 0;
    check.completedAt = stop <= now ? stop : 0;
    check.state = stop <= now ? Check::State::Completed
        : start <= now        ? Check::State::InProgress
                              : Check::State::Queued;
    if (check.state == Check::State::Completed)
        return;
    check.conclusion.clear();
    check.title.clear();
}

} // namespace

// OfBorg builds what the title names, on the systems that it has.
std::optional<World::Private::Attempt> World::Private::attempt(const PullRequest &request, System system) const
{
    if (request.branchMerge || (universe.platforms(request.attr) & bit(system)) == 0 || system == System::X86Darwin)
        return std::nullopt;
    const quint64 roll = chance(quint64(request.number.value), 200 + quint64(system));
    const qint64 start = request.openedAt + (9 + qint64(roll % 40)) * minute;
    const qint64 takes = qMin<qint64>(3600, universe.buildSeconds(request.attr));
    // A build longer than an hour is given up.
    const bool tooLong = universe.buildSeconds(request.attr) > 3600;
    return Attempt{.start = start,
        .stop = start + takes + 30,
        .outcome = tooLong                                   ? Attempt::TimedOut
            : roll % 17 == 0 && !life.isSpared(request.attr) ? Attempt::Failure
            : roll % 29 == 3                                 ? Attempt::Skipped
                                                             : Attempt::Success};
}

std::vector<Check> World::checks(const PullRequest &request) const
{
    std::vector<Check> list;
    for (const WorkflowJob &job : workflow) {
        Check check{.app = Check::App::Actions, .name = job.name, .conclusion = job.takes == 0 ? "skipped" : "success"};
        const bool isUnlock = check.name == "unlock";
        if (check.name == "Lint / treefmt" && d->chance(quint64(request.number.value), 210) % 30 == 0)
            check.conclusion = "failure";
        if (isUnlock && std::ranges::any_of(list, [](const Check &c) { return c.conclusion == "failure"; }))
            check.conclusion = "failure";
        setTimes(check, request.openedAt + 5, request.openedAt + job.after, request.openedAt + job.after + job.takes,
            d->now);
        list.push_back(std::move(check));
    }
    for (const System system : allSystems) {
        const auto attempt = d->attempt(request, system);
        if (!attempt)
            continue;
        constexpr std::array<std::pair<const char *, const char *>, 4> verdicts{{{"success", "Success"},
            {"neutral", "Failure"}, {"neutral", "Timed out, unknown build status"}, {"skipped", "No attempt"}}};
        const auto &[conclusion, title] = verdicts.at(size_t(attempt->outcome));
        Check check{.app = Check::App::OfBorg,
            .name = d->universe.attrName(request.attr) + " on " + name(system),
            .externalId = attemptId(request.number, system),
            .conclusion = conclusion,
            .title = title,
            .system = system};
        setTimes(check, request.openedAt + 8 * minute, attempt->start, attempt->stop, d->now);
        // Nobody is told that it runs: it is queued until it is over, and only then has an attempt.
        if (check.state != Check::State::Completed) {
            check.state = Check::State::Queued;
            check.externalId.clear();
        }
        list.push_back(std::move(check));
    }
    return list;
}

std::optional<QByteArray> World::ofborgLog(const QByteArray &attempt)
{
    for (const auto &[number, request] : source().pullRequests()) {
        for (const System system : allSystems) {
            if (attemptId(number, system) == attempt)
                return d->attemptLog(request, system);
        }
    }
    return std::nullopt;
}

std::vector<OfBorgAttempt> World::attempts(const PullRequest &request) const
{
    std::vector<OfBorgAttempt> list;
    for (const System system : allSystems) {
        const auto attempt = d->attempt(request, system);
        if (!attempt || attempt->start > d->now || attempt->outcome == Private::Attempt::Skipped)
            continue;
        list.push_back({.id = attemptId(request.number, system),
            .system = system,
            .startedAt = attempt->start,
            .completedAt = attempt->stop <= d->now ? attempt->stop : 0});
    }
    return list;
}

std::optional<QByteArray> World::Private::attemptLog(const PullRequest &request, System system)
{
    const auto run = attempt(request, system);
    if (!run || run->start > now || run->outcome == Attempt::Skipped)
        return std::nullopt;
    // It builds the package as the pull request's commit has it.
    std::vector<Instance> list(universe.size());
    std::vector<Instance> needs;
    const SourceState &sources = life.state(request.head);
    for (quint32 i = 0; i <= index(request.attr); ++i) {
        needs.clear();
        for (const Attr dependency : universe.dependencies(Attr{i}))
            needs.push_back(list[index(dependency)]);
        if (!isReleased(universe.kind(Attr{i})))
            list[i] = recipes.intern(Attr{i}, life.revision(sources, Attr{i}), needs);
    }
    constexpr std::array<int, 4> codes{0, 1, 7, 0};
    const double part = run->stop <= now ? 1 : double(now - run->start) / double(run->stop - run->start);
    return buildLog(recipes, {.instance = list[index(request.attr)], .system = system}, codes.at(size_t(run->outcome)),
        quint32(run->stop - run->start), part);
}

QList<QByteArray> World::changedFiles(const PullRequest &request) const
{
    if (request.branchMerge)
        return {};
    return {sourceFile(request.attr)};
}

QByteArray World::sourceFile(Attr package) const
{
    const QByteArray attr = d->universe.attrName(package);
    const qsizetype dot = attr.indexOf('.');
    if (dot < 0)
        return "pkgs/by-name/" + attr.first(qMin<qsizetype>(2, attr.size())).toLower() + '/' + attr + "/package.nix";
    const QByteArray member = attr.mid(dot + 1);
    if (attr.startsWith("python3Packages."))
        return "pkgs/development/python-modules/" + member + "/default.nix";
    if (attr.startsWith("haskellPackages."))
        return "pkgs/development/haskell-modules/hackage-packages.nix";
    return "pkgs/development/" + attr.first(dot).replace("Packages", "-modules") + '/' + member + "/default.nix";
}

int World::rebuilds(const PullRequest &request, System system) const
{
    if (request.branchMerge)
        return int(d->universe.size());
    std::vector<bool> needs(d->universe.size());
    needs[index(request.attr)] = true;
    int count = 0;
    for (quint32 i = index(request.attr); i < needs.size(); ++i) {
        const auto dependencies = d->universe.dependencies(Attr{i});
        needs[i] = needs[i] || std::ranges::any_of(dependencies, [&needs](Attr attr) { return needs[index(attr)]; });
        count += needs[i] && (d->universe.platforms(Attr{i}) & bit(system)) != 0 ? 1 : 0;
    }
    return count;
}

} // namespace narscope::sim
