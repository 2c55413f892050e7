// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/drawing.h"
#include "trace/evalsearch.h"

#include "base/format.h"

#include <ranges>

using namespace Qt::StringLiterals;

// The lanes of evaluations and builds.

namespace narscope::trace {

namespace {

const KnownChannel *servedChannel(const KnownPull &pull, const KnownJobset &jobset)
{
    for (const auto &channel : pull.channels) {
        if (channel.channel.job.jobset == jobset.name && channel.index && channel.contained
            && channel.contained->contained == github::Contained::Yes)
            return &channel;
    }
    return nullptr;
}

/// The branch that a change is last in: what comes before it was only passed through.
QString lastBranch(const KnownPull &pull, const Places &places)
{
    for (const auto &branch : pull.branches | std::views::reverse) {
        if (places.branches.contains(branch.name))
            return branch.name;
    }
    return {};
}

void drawFound(Drawing &drawing, const KnownPull &pull, const KnownJobset &jobset, Places &places)
{
    const auto &found = *jobset.found;
    Stop stop{.lane = Lane::Evaluation,
        .kind = StopKind::Evaluated,
        .state = StopState::Reached,
        .name = jobset.name.text(),
        .text = found.eval.id.text(),
        .subject = Subject::ofEvaluation(drawing.hydra(), found.eval.id),
        .at = found.eval.time};
    Hop hop{.from = places.branches.value(jobset.branch), .claim = Claim::EvaluatedIn};
    hop.to = drawing.add(stop);
    places.evals[jobset.name.text()] = hop.to;
    hop.subject = pull.commitSha();
    hop.object = u"evaluation %1 of %2"_s.arg(found.eval.id.text(), jobset.name.text());
    hop.grade = found.byOrder ? Grade::Local : Grade::AssertedOverTls;
    hop.sentence = u"Hydra says that evaluation %1 is of revision %2, %3."_s.arg(found.eval.id.text(),
        shortSha(found.eval.revision),
        found.byHashes      ? u"which has the commit among its ancestors"_s
            : found.byOrder ? u"which is later on the branch than one that has the commit"_s
                            : u"which GitHub says has the commit"_s);
    hop.caveat = found.isFirst
        ? u"Nobody signs which revision was evaluated."_s
        : u"An earlier evaluation may have it too; Hydra's list was not followed further back."_s;
    hop.claimed = {{u"Revision"_s, found.eval.revision}, {u"Evaluation"_s, found.eval.id.text()}};
    hop.answers = found.answers;
    hop.source = found.source;
    hop.at = found.at;
    hop.stronger = u"evaluating that revision again gives the same derivations"_s;
    drawing.add(hop);
}

/// A jobset that was not looked at, and whose channel serves the change: its release names an evaluation.
void drawByRelease(
    Drawing &drawing, const KnownPull &pull, const KnownJobset &jobset, const KnownChannel &channel, Places &places)
{
    const auto &index = *channel.index;
    Stop stop{.lane = Lane::Evaluation,
        .kind = StopKind::Evaluated,
        .state = StopState::Reached,
        .name = jobset.name.text(),
        .text = index.eval.text(),
        .subject = Subject::ofEvaluation(drawing.hydra(), index.eval)};
    Hop hop{.from = places.branches.value(jobset.branch), .claim = Claim::EvaluatedIn};
    hop.to = drawing.add(stop);
    places.evals[jobset.name.text()] = hop.to;
    hop.subject = pull.commitSha();
    hop.object = u"evaluation %1 of %2"_s.arg(index.eval.text(), jobset.name.text());
    hop.grade = Grade::AssertedOverTls;
    hop.sentence
        = u"The release of %1 says that it comes from evaluation %2 of revision %3, which has the commit."_s.arg(
            channel.channel.name, index.eval.text(), shortSha(index.revision));
    hop.caveat = u"It need not be the first evaluation that has it."_s;
    restOn(hop, channel.index);
    drawing.add(hop);
}

std::optional<Band> nextEval(const KnownJobset &jobset)
{
    const auto gap = jobset.evals ? rhythm(*jobset.evals) : std::nullopt;
    if (!gap)
        return {};
    const auto last = jobset.evals->first().time;
    return Band{.from = last + *gap, .to = last + 2 * *gap, .fromHistory = true};
}

void drawWaiting(Drawing &drawing, const KnownPull &pull, const KnownJobset &jobset, Places &places)
{
    Stop stop{.lane = Lane::Evaluation, .kind = StopKind::Evaluated, .name = jobset.name.text()};
    const bool isThere = places.branches.contains(jobset.branch);
    stop.state = !isThere || jobset.searched ? StopState::Waiting
        : jobset.evals.problem               ? StopState::Unknown
                                             : StopState::NotTried;
    if (pull.pull->state == github::PullState::Closed)
        stop.state = StopState::NotNeeded;
    stop.subject = Subject::ofJobset(drawing.hydra(), jobset.name);
    const auto id = drawing.add(stop);
    places.evals[jobset.name.text()] = id;
    drawing.add(Hop{.from = places.allBranches.value(jobset.branch), .to = id, .claim = Claim::EvaluatedIn});
    Excuse excuse{.stop = id, .kind = ExcuseKind::NotEvaluatedYet, .what = jobset.name.text()};
    if (!isThere) {
        excuse.kind = ExcuseKind::BranchNotMergedYet;
        excuse.waitsFor = places.blocked ? u"#%1 is not merged"_s.arg(pull.number.value)
                                         : u"%1 does not have it"_s.arg(jobset.branch);
    } else if (jobset.searched) {
        excuse.waitsFor = u"an evaluation of a revision that has it"_s;
        excuse.since = pull.pull->mergedAt;
        excuse.likely = nextEval(jobset);
    } else {
        excuse = jobset.evals.problem ? notFoundOut(id, excuse.what, jobset.evals.problem) : tooDear(id, excuse.what);
    }
    drawing.excuse(excuse);
}

QString failureOf(const KnownBuild &build)
{
    if (!build.details)
        return hydra::word(build.row.state).toLower();
    for (const auto &step : build.details->steps) {
        if (!hydra::isFailing(step.state))
            continue;
        const auto path = step.paths.isEmpty() ? QString() : step.paths.first().section(u'/', -1);
        const auto what = path.section(u'-', 1);
        return what.isEmpty() ? step.status : u"%1: %2"_s.arg(what, step.status);
    }
    return build.details->status.isEmpty() ? hydra::word(build.row.state).toLower() : build.details->status;
}

QString titleOf(const KnownBuild &build)
{
    return build.attr + u" on "_s + build.system;
}

Excuse failed(const KnownBuild &build, const StopId &stop)
{
    Excuse excuse{.stop = stop, .kind = ExcuseKind::BuildFailed, .what = titleOf(build)};
    if (build.row.state == hydra::BuildState::DependencyFailed)
        excuse.kind = ExcuseKind::DependencyFailed;
    excuse.waitsFor = failureOf(build);
    excuse.since = build.row.finished;
    excuse.advice = u"Read the log of build %1."_s.arg(build.row.id.text());
    return excuse;
}

QString lastError(const QString &text)
{
    constexpr qsizetype longest = 200;
    QString last;
    for (const auto &line : QStringView(text).split(u'\n')) {
        if (line.contains("error:"_L1))
            last = line.trimmed().toString();
    }
    return last.first(std::min(last.size(), longest));
}

Excuse missing(const KnownJobset &jobset, const QString &attr, const QString &what, const StopId &stop)
{
    Excuse excuse{.stop = stop, .kind = ExcuseKind::JobMissing, .what = what};
    excuse.waitsFor = u"evaluation %1 has no such job"_s.arg(jobset.found->eval.id.text());
    for (const auto &block : jobset.errors ? jobset.errors->blocks : QList<hydra::EvalError>()) {
        if (!block.job.startsWith(jobset.prefix + attr + u'.') && block.job != jobset.prefix + attr)
            continue;
        excuse.blockers << Blocker{.name = u"it does not evaluate"_s, .cause = lastError(block.text)};
        break;
    }
    excuse.advice = u"Hydra leaves out what is broken, unfree or not for its systems: look at meta of the package."_s;
    return excuse;
}

const KnownJobset *jobsetOf(const KnownPull &pull, const KnownBuild &build)
{
    for (const auto &jobset : pull.jobsets) {
        const auto found = jobset.jobs.constFind(build.attr);
        if (found != jobset.jobs.cend() && *found
            && std::ranges::any_of(found->value->rows,
                [&](const hydra::BuildRow &row) { return row.job == build.row.job && row.id == build.row.id; }))
            return &jobset;
    }
    return nullptr;
}

StopState stateOf(const KnownBuild &build)
{
    if (build.row.id.value == 0)
        return StopState::Failed;
    if (build.row.state == hydra::BuildState::Running)
        return StopState::Running;
    if (!hydra::isFinished(build.row.state))
        return StopState::Waiting;
    return hydra::isFailing(build.row.state) ? StopState::Failed : StopState::Reached;
}

StopId drawBuild(Drawing &drawing, const KnownBuild &build, const KnownJobset &jobset, const Places &places)
{
    Stop stop{.lane = Lane::Build, .kind = StopKind::Built, .state = stateOf(build), .name = build.system};
    stop.attr = build.attr;
    stop.system = build.system;
    stop.at = build.row.finished;
    const bool isMissing = build.row.id.value == 0;
    stop.text = isMissing ? u"no such job"_s : build.row.id.text();
    if (!isMissing)
        stop.subject = Subject::ofBuild(drawing.hydra(), build.row.id);
    if (build.build)
        stop.seconds = build.build->durationSeconds();
    const auto eval = places.evals.value(jobset.name.text());
    Hop hop{.from = eval, .claim = Claim::BuiltAs, .subject = build.row.job};
    hop.to = drawing.add(stop);
    hop.object = u"build "_s + build.row.id.text();
    if (isMissing) {
        drawing.excuse(missing(jobset, build.attr, titleOf(build), hop.to));
    } else {
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"Hydra says that %1 of evaluation %2 is build %3: %4."_s.arg(
            build.row.job, jobset.found->eval.id.text(), build.row.id.text(), hydra::word(build.row.state).toLower());
        hop.caveat = u"Nobody signs which derivation belongs to a revision; evaluating it again would show it."_s;
        const auto jobs = jobset.jobs.value(build.attr);
        restOn(hop, jobs);
        if (build.build) {
            hop.claimed << Field{u"Derivation"_s, build.build->drvPath};
            restOn(hop, build.build);
        }
        hop.command = u"nix-instantiate pkgs/top-level/release.nix -A %1.%2"_s.arg(build.attr, build.system);
    }
    if (stop.state == StopState::Failed && !isMissing)
        drawing.excuse(failed(build, hop.to));
    if (stop.state == StopState::Waiting || stop.state == StopState::Running)
        drawing.excuse({.stop = hop.to,
            .kind = stop.state == StopState::Running ? ExcuseKind::Building : ExcuseKind::Queued,
            .what = titleOf(build),
            .since = jobset.found->eval.time,
            .likely = likelyEnd(build.usual, jobset.found->eval.time),
            .remaining = stop.state == StopState::Waiting ? build.waiting.value_or(0) : 0});
    drawing.add(hop);
    if (build.ofFailed.report && build.ofFailed.report->info)
        findFailedInCache(
            drawing, hop.to, build.row.id, build.row.state, build.details.answers + build.ofFailed.report.answers);
    if (!build.formerDrv.isEmpty() && build.build)
        drawing.finding({.kind = FindingKind::DerivationRepointed,
            .stop = hop.to,
            .sentence = u"Hydra has given build %1 another derivation (%2 before, %3 now)."_s.arg(
                build.row.id.text(), build.formerDrv.section(u'/', -1), build.build->drvPath.section(u'/', -1)),
            .answers = build.build.answers});
    return hop.to;
}

void drawNothing(Drawing &drawing, const KnownPull &pull, const KnownJobset &jobset, const Places &places)
{
    for (const auto &attr : pull.attrs) {
        const bool any = std::ranges::any_of(pull.builds, [&](const KnownBuild &build) { return build.attr == attr; });
        const auto jobs = jobset.jobs.value(attr);
        if (any)
            continue;
        Stop stop{.lane = Lane::Build, .kind = StopKind::Built, .attr = attr};
        stop.state = jobs ? StopState::Failed : jobs.problem ? StopState::Unknown : StopState::NotTried;
        stop.text = jobs ? u"no such job"_s : QString();
        const auto id = drawing.add(stop);
        drawing.add(Hop{.from = places.evals.value(jobset.name.text()), .to = id, .claim = Claim::BuiltAs});
        const auto unseen = unlooked(id, attr, jobs);
        drawing.excuse(unseen ? *unseen : missing(jobset, attr, attr, id));
    }
}

void drawNameless(Drawing &drawing, const StopId &eval)
{
    const auto id = drawing.add({.lane = Lane::Build, .kind = StopKind::Built, .state = StopState::Unknown});
    drawing.add(Hop{.from = eval, .to = id, .claim = Claim::BuiltAs});
    drawing.excuse({.stop = id,
        .kind = ExcuseKind::NotFoundOut,
        .what = u"What it builds"_s,
        .waitsFor = u"neither the title nor a check names an attribute"_s,
        .advice = u"Name the attributes."_s});
}

void drawOutputs(Drawing &drawing, const KnownBuild &build, const StopId &built)
{
    for (const auto &path : build.paths)
        drawPath(drawing, build, path, built);
    if (!build.paths.isEmpty())
        return;
    Stop stop{.lane = Lane::Cache, .kind = StopKind::Signed, .name = build.system};
    stop.attr = build.attr;
    stop.system = build.system;
    const auto state = stateOf(build);
    const bool isBuilt = state == StopState::Reached;
    stop.state = isBuilt ? StopState::NotTried : state == StopState::Failed ? StopState::NotNeeded : StopState::Waiting;
    const auto id = drawing.add(stop);
    drawing.add(Hop{.from = built, .to = id, .claim = Claim::SignedAs});
    if (isBuilt) {
        const auto unseen = unlooked(id, u"the output of "_s + titleOf(build), build.build);
        drawing.excuse(unseen.value_or(tooDear(id, titleOf(build))));
        return;
    }
    drawing.excuse({.stop = id,
        .kind = ExcuseKind::NotBuilt,
        .what = titleOf(build),
        .waitsFor = state == StopState::Failed ? u"it was not built"_s : u"its build is not finished"_s});
}

} // namespace

void drawEvals(Drawing &drawing, const KnownPull &pull, Places &places)
{
    const auto last = lastBranch(pull, places);
    for (const auto &jobset : pull.jobsets) {
        // What has gone further is followed there.
        if (places.branches.contains(jobset.branch) && jobset.branch != last)
            continue;
        const auto *channel = servedChannel(pull, jobset);
        if (jobset.found)
            drawFound(drawing, pull, jobset, places);
        else if (channel)
            drawByRelease(drawing, pull, jobset, *channel, places);
        else
            drawWaiting(drawing, pull, jobset, places);
    }
}

void drawBuilds(Drawing &drawing, const KnownPull &pull, const Places &places)
{
    for (const auto &build : pull.builds) {
        const auto *jobset = jobsetOf(pull, build);
        if (!jobset || !jobset->found)
            continue;
        const auto built = drawBuild(drawing, build, *jobset, places);
        drawOutputs(drawing, build, built);
    }
    bool isFirst = true;
    for (const auto &jobset : pull.jobsets) {
        if (!jobset.builds || !jobset.found || !std::exchange(isFirst, false))
            continue;
        if (pull.attrs.isEmpty())
            drawNameless(drawing, places.evals.value(jobset.name.text()));
        else
            drawNothing(drawing, pull, jobset, places);
    }
}

} // namespace narscope::trace
