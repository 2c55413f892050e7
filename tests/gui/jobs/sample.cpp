// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/jobs/sample.h"

using namespace Qt::StringLiterals;

namespace narscope::test {

using namespace hydra;

namespace {

constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;

JobsetOverview overview(
    const QString &project, const QString &name, int succeeded, int failed, int scheduled, qint64 checked)
{
    JobsetOverview jobset;
    jobset.name = {project, name};
    jobset.succeeded = succeeded;
    jobset.failed = failed;
    jobset.scheduled = scheduled;
    jobset.total = succeeded + failed + scheduled;
    jobset.times.lastChecked = checked;
    return jobset;
}

BuildRow row(qint64 id, const QString &job, const QString &name, const QString &system, BuildState state,
    EvalCategory category, qint64 finished)
{
    BuildRow build;
    build.id = BuildId(id);
    build.job = job + u'.' + system;
    build.nixName = name;
    build.system = system;
    build.state = state;
    build.category = category;
    if (isFinished(state))
        build.finished = finished;
    return build;
}

} // namespace

QList<Project> sampleProjects()
{
    QList<Project> projects;
    const auto add = [&projects](const QString &name, const QString &description, QStringList jobsets) {
        Project project;
        project.name = name;
        project.description = description;
        project.jobsets = std::move(jobsets);
        projects << project;
    };
    add(u"nixpkgs"_s, u"Nix Packages collection"_s,
        {u"cross"_s, u"nixpkgs-26.05-darwin"_s, u"old"_s, u"staging-next"_s, u"unstable"_s});
    add(u"nixos"_s, u"NixOS, the purely functional Linux distribution"_s,
        {u"release-26.05"_s, u"unstable"_s, u"unstable-small"_s});
    add(u"nix"_s, u"The purely functional package manager"_s, {u"master"_s, u"maintenance-2.31"_s});
    add(u"patchelf"_s, u"Modifies ELF executables"_s, {u"master"_s});
    return projects;
}

QList<JobsetOverview> sampleJobsets(const QString &project, qint64 now)
{
    if (project == "nixos"_L1) {
        auto blocked = overview(project, u"unstable-small"_s, 7'912, 6, 148, now - 41 * 60);
        auto evaluating = overview(project, u"release-26.05"_s, 6'901, 0, 1'204, now - 3 * hour);
        evaluating.times.evaluating = now - 300;
        return {blocked, evaluating, overview(project, u"unstable"_s, 8'110, 3, 0, now - 10 * hour)};
    }
    auto broken = overview(project, u"cross"_s, 300, 12, 0, now - 2 * day);
    broken.fetchError
        = u"error fetching latest change from git repo at `https://github.com/NixOS/nixpkgs.git':\nfatal: unable to access"_s;
    return {overview(project, u"unstable"_s, 241'880, 7'314, 919, now - 11 * hour),
        overview(project, u"staging-next"_s, 180'000, 1'930, 22'460, now - day),
        overview(project, u"nixpkgs-26.05-darwin"_s, 90'120, 0, 0, now - 6 * hour), broken,
        overview(project, u"old"_s, 100, 0, 0, now - 90 * day)};
}

watch::EvalList sampleEvals(qint64 now)
{
    watch::EvalList list;
    const auto add = [&](qint64 id, qint64 age, int succeeded, int failed, int scheduled, int delta) {
        EvalSummary eval;
        eval.id = EvalId(id);
        eval.time = now - age;
        eval.succeeded = succeeded;
        eval.failed = failed;
        eval.scheduled = scheduled;
        eval.delta = delta;
        eval.changes = {{u"nixpkgs"_s, u"65179426c83b1d2e3f40516273849aa0b1c2d3e4"_s, u"65179426c83b"_s}};
        list.evals << eval;
    };
    add(1825001, 5 * hour, 205'000, 6'701, 38'412, 0);
    add(1824991, 11 * hour, 241'880, 7'314, 919, 38);
    add(1824802, day, 241'842, 7'352, 0, -12);
    add(1824655, 2 * day, 241'854, 7'340, 0, 207);
    for (int i = 0; i < 16; ++i)
        add(1824510 - 120 * i, (2 + i) * day, 241'000 + i, 8'000 + i, 0, 5 - i);
    list.total = 65;
    list.pages = 1;
    list.hasOlder = true;
    return list;
}

EvalHeader sampleHeader(qint64 now)
{
    EvalHeader header;
    header.id = sampleEval;
    header.jobset = unstable;
    header.time = now - 11 * hour;
    header.checkoutSeconds = 12;
    header.evalSeconds = 551;
    header.comparedWith = EvalId(1824802);
    header.inputs = {{u"nixpkgs"_s, u"Git checkout"_s, {}, u"https://github.com/NixOS/nixpkgs.git"_s,
                         u"65179426c83b1d2e3f40516273849aa0b1c2d3e4"_s, {}},
        {u"officialRelease"_s, u"Boolean"_s, u"false"_s, {}, {}, {}}};
    header.changes = {{u"nixpkgs"_s, u"04b4e759e843 to 65179426c83b"_s, u"04b4e759e843"_s, u"65179426c83b"_s, {}}};
    header.hasErrors = true;
    return header;
}

EvalJobs sampleJobs(qint64 now)
{
    EvalJobs jobs;
    jobs.header = sampleHeader(now);
    const auto set = [&jobs](EvalCategory category, int count) { jobs.header.counts[int(category)] = count; };
    set(EvalCategory::NowFail, 14);
    set(EvalCategory::NowSucceed, 23);
    set(EvalCategory::StillFail, 7'253);
    set(EvalCategory::StillSucceed, 241'857);
    set(EvalCategory::Unfinished, 919);
    set(EvalCategory::New, 4);
    set(EvalCategory::Removed, 2);
    const QStringList systems{u"x86_64-linux"_s, u"aarch64-linux"_s, u"aarch64-darwin"_s, u"x86_64-darwin"_s};
    using enum BuildState;
    const QList<std::tuple<QString, QString, BuildState>> broken{{u"openssh"_s, u"openssh-10.3p1"_s, Failed},
        {u"autossh"_s, u"autossh-1.4g"_s, DependencyFailed}, {u"cockpit"_s, u"cockpit-345"_s, DependencyFailed},
        {u"chromium"_s, u"chromium-149.0.7790.56"_s, TimedOut}, {u"hello"_s, u"hello-2.12.2"_s, FailedWithOutput},
        {u"libreoffice"_s, u"libreoffice-26.2.1"_s, LogLimit}, {u"mesa"_s, u"mesa-26.2.3"_s, Aborted}};
    qint64 id = sampleBuild.value;
    for (const auto &[job, name, state] : broken) {
        for (int s = 0; s < 2; ++s)
            jobs.rows << row(id++, job, name, systems[s], state, EvalCategory::NowFail, now - 9 * hour);
    }
    for (int i = 0; i < 23; ++i)
        jobs.rows << row(id++, u"python3Packages.fixed%1"_s.arg(i), u"python3.13-fixed-%1"_s.arg(i), systems[i % 4],
            Succeeded, EvalCategory::NowSucceed, now - 8 * hour);
    for (int i = 0; i < 250; ++i)
        jobs.rows << row(id++, u"haskellPackages.broken%1"_s.arg(i), u"broken-%1"_s.arg(i), systems[i % 4],
            i % 3 ? DependencyFailed : Failed, EvalCategory::StillFail, now - 30 * day);
    for (int i = 0; i < 250; ++i)
        jobs.rows << row(id++, u"perlPackages.well%1"_s.arg(i), u"perl5.42-well-%1"_s.arg(i), systems[i % 4], Succeeded,
            EvalCategory::StillSucceed, now - 3 * day);
    for (int i = 0; i < 250; ++i)
        jobs.rows << row(id++, u"kdePackages.waiting%1"_s.arg(i), u"waiting-%1"_s.arg(i), systems[i % 4], Queued,
            EvalCategory::Unfinished, 0);
    for (int i = 0; i < 4; ++i)
        jobs.rows << row(
            id++, u"fresh%1"_s.arg(i), u"fresh-%1"_s.arg(i), systems[i], Succeeded, EvalCategory::New, now - 2 * hour);
    for (int i = 0; i < 2; ++i)
        jobs.rows << row(0, u"gone%1"_s.arg(i), u"gone-%1"_s.arg(i), systems[i], Unknown, EvalCategory::Removed, 0);
    jobs.omitted[int(EvalCategory::StillFail)] = 7'003;
    jobs.omitted[int(EvalCategory::StillSucceed)] = 241'607;
    jobs.omitted[int(EvalCategory::Unfinished)] = 669;
    return jobs;
}

Build sampleBuildJson(qint64 now)
{
    Build build;
    build.id = sampleBuild;
    build.job = {unstable, u"openssh.x86_64-linux"_s};
    build.nixName = u"openssh-10.3p1"_s;
    build.system = u"x86_64-linux"_s;
    build.finished = true;
    build.status = BuildStatus::Failed;
    build.queuedAt = now - 9 * hour - 6 - 41 * 60;
    build.startedAt = now - 9 * hour - 6;
    build.stoppedAt = now - 9 * hour;
    build.drvPath = u"/nix/store/k8v2m1qd5x7n3z9w4c6b8r2y1f0g5h7j-openssh-10.3p1.drv"_s;
    build.evals = {EvalId(1824986), sampleEval};
    build.outputs = {{u"dev"_s, u"/nix/store/1a2xk5vb5x7n3z9w4c6b8r2y1f0g5h7j-openssh-10.3p1-dev"_s},
        {u"out"_s, u"/nix/store/9q2xk5vb5x7n3z9w4c6b8r2y1f0g5h7j-openssh-10.3p1"_s}};
    build.metrics = {{u"openssh.tests"_s, 412, u"tests"_s}};
    BuildProduct product;
    product.number = 1;
    product.type = u"file"_s;
    product.subtype = u"tarball"_s;
    product.name = u"openssh.tar.gz"_s;
    product.size = 1'234'567;
    product.sha256 = QString(64, u'a');
    build.products = {product};
    return build;
}

BuildDetails sampleDetails(qint64 now)
{
    BuildDetails details;
    details.id = sampleBuild;
    details.job = {unstable, u"openssh.x86_64-linux"_s};
    details.state = BuildState::Failed;
    details.status = u"Build returned a non-zero exit code"_s;
    details.eval = sampleEval;
    details.nixName = u"openssh-10.3p1"_s;
    details.system = u"x86_64-linux"_s;
    details.description = u"Implementation of the SSH protocol"_s;
    details.license = u"BSD-2-Clause"_s;
    details.queuedAt = now - 10 * hour;
    details.inputs = sampleHeader(now).inputs;
    details.changes = {{u"nixpkgs"_s, u"04b4e759e843 to 65179426c83b"_s, {}, {}, {}}};
    StepRow step;
    step.number = StepNr(2);
    step.paths = {u"/nix/store/k8v2m1qd5x7n3z9w4c6b8r2y1f0g5h7j-openssh-10.3p1.drv"_s};
    step.durationSeconds = 6;
    step.machine = u"elated-minsky"_s;
    step.state = BuildState::Failed;
    step.status = u"Failed: builder failed with exit code 1"_s;
    details.steps << step;
    step.number = StepNr(1);
    step.paths = {u"/nix/store/x0c71zw95x7n3z9w4c6b8r2y1f0g5h7j-openssh-10.3p1.tar.gz.drv"_s};
    step.durationSeconds = 11;
    step.state = BuildState::Succeeded;
    step.status = u"Succeeded"_s;
    details.steps << step;
    return details;
}

Jobset sampleJobset(qint64 now)
{
    Jobset jobset;
    jobset.name = unstable;
    jobset.description = u"Main development branch"_s;
    jobset.nixExprInput = u"nixpkgs"_s;
    jobset.nixExprPath = u"pkgs/top-level/release.nix"_s;
    jobset.times.lastChecked = now - 20 * 60;
    jobset.checkInterval = 86'400;
    jobset.schedulingShares = 5'000;
    jobset.keepEvaluations = 1;
    jobset.inputs = {{u"nixpkgs"_s, u"git"_s, u"https://github.com/NixOS/nixpkgs.git nixpkgs-unstable"_s},
        {u"officialRelease"_s, u"boolean"_s, u"false"_s}};
    jobset.errorMessage
        = u"in job ‘foo.x86_64-linux’:\nerror: attribute 'bar' missing\n       at pkgs/foo/default.nix:12:3"_s;
    return jobset;
}

} // namespace narscope::test
