// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/drawing.h"
#include "trace/picture.h"

using namespace Qt::StringLiterals;

// The way back: from what somebody has to the pull request that made it so.

namespace narscope::trace {

namespace {

const TrackId track = u"back"_s;

QString startText(const KnownBackward &known)
{
    if (known.noSystem)
        return u"this machine"_s;
    if (known.system)
        return known.system->path;
    if (!known.image.isEmpty())
        return known.image;
    if (!known.channel.isEmpty())
        return known.channel;
    return known.start.text();
}

StopId drawStart(Drawing &drawing, const KnownBackward &known)
{
    const bool isRelease = known.system || known.noSystem || !known.image.isEmpty() || !known.channel.isEmpty();
    Stop stop{.lane = isRelease ? Lane::Channel : Lane::Cache, .kind = StopKind::Start, .state = StopState::Reached};
    switch (known.start.kind) {
    case SubjectKind::Build:
        stop.lane = Lane::Build;
        break;
    case SubjectKind::Evaluation:
        stop.lane = Lane::Evaluation;
        break;
    default:
        break;
    }
    stop.text = startText(known);
    if (!isRelease || !known.channel.isEmpty())
        stop.subject = known.start;
    if (known.noSystem)
        stop.state = StopState::Unknown;
    const auto id = drawing.add(stop);
    if (known.noSystem)
        drawing.excuse(notFoundOut(id, u"the system"_s, known.noSystem));
    if (!known.system)
        return id;
    Hop hop{.to = id, .claim = Claim::FoundOn, .subject = known.system->path, .object = known.system->version};
    hop.grade = Grade::Local;
    hop.sentence = u"This machine runs %1 and calls it version %2."_s.arg(
        known.system->path, known.system->version.isEmpty() ? u"unknown"_s : known.system->version);
    if (!known.system->generation.isEmpty())
        hop.sentence += u" The profile %1 leads to it."_s.arg(known.system->generation);
    if (!known.system->revision.isEmpty())
        hop.claimed << Field{u"nixpkgsRevision"_s, known.system->revision};
    hop.caveat = u"A system that was built from a changed tree can call itself the same."_s;
    hop.answers = known.system->answers;
    hop.command = u"nixos-version --json"_s;
    drawing.add(hop);
    return id;
}

StopId drawPointed(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    const auto name = known.pointer ? known.pointer->release() : QString();
    Stop stop{.lane = Lane::Channel, .kind = StopKind::Served, .name = name.isEmpty() ? known.channel : name};
    stop.state = known.index ? StopState::Reached : StopState::Unknown;
    Hop hop{.from = from, .claim = Claim::ServedAs, .subject = known.channel, .object = name};
    if (known.index) {
        stop.at = known.index->releasedAt;
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"%1 leads to %2, whose page names revision %3 and evaluation %4."_s.arg(
            known.channel, name, shortSha(known.index->revision), known.index->eval.text());
        if (known.lastIndex)
            hop.sentence += u" The release before was %1."_s.arg(known.lastIndex->release);
        hop.caveat = u"The pointer of a channel is not signed."_s;
        hop.claimed = {{u"Revision"_s, known.index->revision}, {u"Evaluation"_s, known.index->eval.text()}};
        hop.command = u"curl -sI https://channels.nixos.org/%1"_s.arg(known.channel);
        restOn(hop, known.pointer);
        restOn(hop, known.index);
    }
    hop.to = drawing.add(stop);
    if (!known.index)
        drawing.excuse(notFoundOut(hop.to, known.channel, known.pointer ? known.index.problem : known.pointer.problem));
    const auto id = hop.to;
    drawing.add(hop);
    return id;
}

StopId drawGate(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    const auto &build = known.gateBuild;
    const auto name = known.gate->jobset.text() + u'/' + known.gate->job;
    Stop stop{.lane = Lane::Channel, .kind = StopKind::Gate, .name = known.channel};
    stop.state = !build                    ? (build.problem ? StopState::Unknown : StopState::NotTried)
        : !build->finished                 ? StopState::Running
        : hydra::isFailing(build->state()) ? StopState::Failed
                                           : StopState::Reached;
    Hop hop{.from = from, .claim = Claim::GatedBy, .subject = name, .object = known.channel};
    if (build) {
        stop.at = build->stoppedAt;
        stop.text = build->id.text();
        stop.subject = Subject::ofBuild(drawing.hydra(), build->id);
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"Hydra says that %1 of evaluation %2 is build %3: %4."_s.arg(
            name, known.eval.text(), build->id.text(), hydra::word(build->state()).toLower());
        hop.caveat = u"The channel moves when this job succeeds and nothing of its evaluation is unfinished."_s;
        restOn(hop, build);
    }
    hop.to = drawing.add(stop);
    if (const auto unseen = unlooked(hop.to, u"the gate "_s + name, build))
        drawing.excuse(*unseen);
    else if (stop.state != StopState::Reached)
        drawing.excuse({.stop = hop.to,
            .kind = stop.state == StopState::Failed ? ExcuseKind::GateFailed : ExcuseKind::GateUnfinished,
            .what = known.channel,
            .waitsFor = u"the gate "_s + name});
    // It serves what its own gate does not let through.
    if (build && stop.state == StopState::Failed)
        drawing.finding({.kind = FindingKind::PointersDisagree,
            .stop = hop.to,
            .sentence = u"%1 serves evaluation %2, in which its gate %3 did not succeed."_s.arg(
                known.channel, known.eval.text(), name),
            .advice = u"Somebody may have moved the channel by hand; ask in the infrastructure's channel."_s,
            .answers = build.answers + known.index.answers,
            .subject = stop.subject});
    const auto id = hop.to;
    drawing.add(hop);
    return id;
}

StopId drawRelease(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    Stop stop{.lane = Lane::Channel, .kind = StopKind::Served, .name = known.folder.section(u'/', -1)};
    stop.state = known.index ? StopState::Reached : StopState::Unknown;
    Hop hop{
        .from = from, .claim = known.image.isEmpty() ? Claim::ReleasedAs : Claim::ImageOf, .subject = startText(known)};
    if (known.index) {
        const auto &index = *known.index;
        stop.at = index.releasedAt;
        hop.object = index.release;
        const auto file = std::ranges::find(index.files, known.image, &channels::ReleaseFile::name);
        const bool isListed = file != index.files.end();
        hop.grade = known.image.isEmpty() ? Grade::Local : isListed ? Grade::AssertedOverTls : Grade::Gap;
        hop.sentence = known.image.isEmpty() ? u"There is a release of that version."_s
            : isListed                       ? u"The release's page lists the image, with hash %1."_s.arg(file->sha256)
                                             : u"The release of that name does not list the image."_s;
        hop.caveat = u"Nobody signs the page, and only the name was compared: Verify reads the image itself."_s;
        restOn(hop, known.index);
    }
    hop.to = drawing.add(stop);
    if (!known.index)
        drawing.excuse(notFoundOut(hop.to, u"the release "_s + stop.name, known.index.problem));
    const auto id = hop.to;
    drawing.add(hop);
    return id;
}

StopId drawSigned(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    const auto what = u"the path"_s;
    if (!known.report) {
        const auto id = drawing.add({.lane = Lane::Cache, .kind = StopKind::Signed, .state = StopState::Unknown});
        drawing.add(Hop{.from = from, .to = id, .claim = Claim::SignedAs});
        drawing.excuse(notFoundOut(id, what, known.report.problem));
        return id;
    }
    const auto count = drawing.trace().stops.size();
    drawReport(drawing, *known.report, known.report, from, {}, what);
    return drawing.trace().stops[count].id;
}

bool makes(const hydra::Build &build, const QString &path)
{
    return std::ranges::contains(build.outputs, path, &hydra::BuildOutput::path);
}

void excuseBuild(Drawing &drawing, const KnownBackward &known, const StopId &id)
{
    Excuse excuse
        = known.build.tooDear ? tooDear(id, u"its build"_s) : notFoundOut(id, u"its build"_s, known.build.problem);
    if (known.needsSearch && !known.build.problem) {
        excuse.kind = ExcuseKind::NotAsked;
        excuse.waitsFor = u"Narscope's own history does not know it, and a search is slow for Hydra"_s;
        excuse.advice = u"Let the trace search once."_s;
    }
    drawing.excuse(excuse);
}

void contradictions(Drawing &drawing, const KnownBackward &known, const StopId &built)
{
    if (!known.build || !known.report || !known.report->info)
        return;
    const auto &build = *known.build;
    findFailedInCache(drawing, built, build.id, build.state(), known.build.answers + known.report.answers);
    if (!known.path.isEmpty() && !makes(build, known.path))
        drawing.finding({.kind = FindingKind::OutputsDisagree,
            .stop = built,
            .sentence
            = u"Build %1 was found for this path, and does not list it among its outputs."_s.arg(build.id.text()),
            .advice = u"The build may have been given another derivation since."_s,
            .answers = known.build.answers,
            .subject = Subject::ofBuild(drawing.hydra(), build.id)});
}

StopId drawBuild(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    Stop stop{.lane = Lane::Build, .kind = StopKind::Built, .name = known.platform};
    stop.attr = known.attr;
    stop.system = known.platform;
    Hop hop{.from = from, .claim = Claim::OutputOf, .subject = known.path.isEmpty() ? startText(known) : known.path};
    if (known.build) {
        const auto &build = *known.build;
        stop.state = hydra::isFailing(build.state()) ? StopState::Failed
            : build.finished                         ? StopState::Reached
                                                     : StopState::Running;
        stop.text = build.id.text();
        stop.subject = Subject::ofBuild(drawing.hydra(), build.id);
        stop.at = build.stoppedAt;
        stop.seconds = build.durationSeconds();
        hop.object = u"build "_s + build.id.text();
        const bool isMaker = known.path.isEmpty() || makes(build, known.path);
        hop.grade = isMaker ? Grade::AssertedOverTls : Grade::Gap;
        hop.sentence = isMaker ? u"Hydra says that build %1 (%2) makes it."_s.arg(build.id.text(), build.job.job)
                               : u"Build %1 (%2) has the same derivation; Hydra does not list this output."_s.arg(
                                     build.id.text(), build.job.job);
        if (!known.foundBy.isEmpty())
            hop.sentence += u" Found by %1."_s.arg(known.foundBy);
        hop.caveat
            = u"That this derivation made these contents is what the builder said; only building it again proves it."_s;
        hop.claimed = {{u"Deriver"_s, known.drv}, {u"Job"_s, build.job.job}};
        hop.stronger = u"recompute the path from the derivation; Verify does it"_s;
        hop.command = u"nix-store --query --deriver %1"_s.arg(known.path);
        restOn(hop, known.build);
    } else {
        stop.state = known.build.problem ? StopState::Unknown : StopState::NotTried;
    }
    hop.to = drawing.add(stop);
    if (!known.build)
        excuseBuild(drawing, known, hop.to);
    else if (stop.state != StopState::Reached)
        drawing.excuse({.stop = hop.to,
            .kind = stop.state == StopState::Failed ? ExcuseKind::BuildFailed : ExcuseKind::Building,
            .what = known.attr + u" on "_s + known.platform,
            .waitsFor = hydra::word(known.build->state()).toLower()});
    contradictions(drawing, known, hop.to);
    const auto id = hop.to;
    drawing.add(hop);
    return id;
}

StopId drawEval(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    Stop stop{.lane = Lane::Evaluation, .kind = StopKind::Evaluated};
    stop.state = known.header ? StopState::Reached : known.header.problem ? StopState::Unknown : StopState::NotTried;
    stop.text = known.eval.text();
    stop.subject = Subject::ofEvaluation(drawing.hydra(), known.eval);
    Hop hop{.from = from,
        .claim = known.build ? Claim::BuiltAs : Claim::ReleasedAs,
        .object = u"evaluation "_s + known.eval.text()};
    hop.subject = known.build ? u"build "_s + known.build->id.text() : startText(known);
    if (known.header) {
        stop.name = known.header->jobset.text();
        stop.at = known.header->time;
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = known.build
            ? u"Evaluation %1 of %2 is the first that Hydra lists for the build."_s.arg(known.eval.text(), stop.name)
            : u"Evaluation %1 is of %2."_s.arg(known.eval.text(), stop.name);
        if (known.build)
            restOn(hop, known.build);
        restOn(hop, known.header);
        hop.source = known.header.source;
    }
    hop.to = drawing.add(stop);
    if (!known.header)
        drawing.excuse(*unlooked(hop.to, u"evaluation "_s + known.eval.text(), known.header));
    const auto id = hop.to;
    drawing.add(hop);
    return id;
}

StopId drawRevision(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    Stop stop{.lane = Lane::Branch, .kind = StopKind::InBranch, .state = StopState::Reached};
    stop.name = shortSha(known.revision);
    stop.subject = Subject::ofCommit(known.revision);
    Hop hop{.from = from,
        .claim = Claim::EvaluatedIn,
        .subject = u"evaluation "_s + known.eval.text(),
        .object = known.revision};
    hop.to = drawing.add(stop);
    const bool byHydra = known.header && known.header->nixpkgsRevision() == known.revision;
    const bool byRelease = known.index && known.index->revision == known.revision;
    hop.grade = byHydra || byRelease ? Grade::AssertedOverTls : Grade::Local;
    hop.sentence = byHydra ? u"Hydra says that it evaluated revision %1 of nixpkgs."_s.arg(shortSha(known.revision))
        : byRelease        ? u"The release says that it is revision %1 of nixpkgs."_s.arg(shortSha(known.revision))
                    : u"The system says that it was made from revision %1 of nixpkgs."_s.arg(shortSha(known.revision));
    if (byHydra && byRelease)
        hop.sentence += u" The release says the same."_s;
    hop.stronger = u"evaluating that revision again must give the same derivation"_s;
    hop.command = u"git -C nixpkgs show %1"_s.arg(known.revision);
    if (byHydra)
        restOn(hop, known.header);
    else if (byRelease)
        restOn(hop, known.index);
    else if (known.system)
        hop.answers = known.system->answers;
    // Three parties name the revision of a release; they must agree.
    const auto evaluated = known.header ? known.header->nixpkgsRevision() : QString();
    if (known.index && !evaluated.isEmpty() && evaluated != known.index->revision)
        drawing.finding({.kind = FindingKind::PointersDisagree,
            .stop = hop.to,
            .sentence = u"The release %1 says that it is of revision %2, and Hydra that evaluation %3 is of %4."_s.arg(
                known.index->release, shortSha(known.index->revision), known.eval.text(), shortSha(evaluated)),
            .advice = u"Use neither until somebody has explained it."_s,
            .answers = known.header.answers + known.index.answers});
    const auto id = hop.to;
    drawing.add(hop);
    return id;
}

QString unnamed(const KnownBackward &known)
{
    const auto before = known.channel.isEmpty() ? u"the evaluation before"_s : u"the release before"_s;
    if (!known.window)
        return u"the commits since %1 are not known"_s.arg(before);
    const auto count = known.window->commits.size();
    return known.window->totalCommits > count
        ? u"none of the first %1 of %2 commits since %3 names it"_s.arg(count)
              .arg(known.window->totalCommits)
              .arg(before)
        : u"none of the %1 commits since %2 names it: a dependency may have changed"_s.arg(count).arg(before);
}

void drawTouch(Drawing &drawing, const KnownBackward &known, const KnownTouch &touch, const StopId &from)
{
    const bool isNumbered = touch.number.value != 0;
    const auto name = isNumbered ? u'#' + touch.number.text() : shortSha(touch.sha);
    Stop stop{.lane = Lane::PullRequest, .kind = StopKind::Merged, .state = StopState::Reached, .name = name};
    stop.text = touch.headline;
    stop.subject = isNumbered ? Subject::ofPullRequest(touch.number, known.repository) : Subject::ofCommit(touch.sha);
    Hop hop{.from = from, .claim = Claim::TouchedBy, .subject = known.attr.isEmpty() ? known.revision : known.attr};
    hop.to = drawing.add(stop);
    hop.object = name;
    hop.grade = touch.pulls && isNumbered ? Grade::AssertedOverTls : Grade::Local;
    hop.sentence = u"Commit %1, new since the %4 before, says «%2»%3."_s.arg(shortSha(touch.sha), touch.headline,
        touch.pulls && isNumbered ? u"; GitHub says that it came with %1"_s.arg(name)
            : touch.byMessage     ? u"; its message names %1"_s.arg(name)
                                  : QString(),
        known.channel.isEmpty() ? u"evaluation"_s : u"release"_s);
    hop.caveat
        = u"That this commit changed the package is read from its message; evaluating both sides would prove it."_s;
    restOn(hop, touch.pulls);
    restOn(hop, known.window);
    hop.command = u"git log --oneline %1..%2"_s.arg(known.before, known.revision);
    drawing.add(hop);
}

void drawTouches(Drawing &drawing, const KnownBackward &known, const StopId &from)
{
    for (const auto &touch : known.touches)
        drawTouch(drawing, known, touch, from);
    if (!known.touches.isEmpty())
        return;
    Stop stop{.lane = Lane::PullRequest, .kind = StopKind::Merged};
    stop.state = known.window.tooDear ? StopState::NotTried : StopState::Unknown;
    const auto id = drawing.add(stop);
    drawing.add(Hop{.from = from, .to = id, .claim = Claim::TouchedBy});
    auto excuse
        = known.window.tooDear ? tooDear(id, u"the change"_s) : notFoundOut(id, u"the change"_s, known.window.problem);
    if (!known.window.tooDear)
        excuse.waitsFor = unnamed(known);
    drawing.excuse(excuse);
}

} // namespace

void picture(Trace &trace, const KnownBackward &known, qint64 now)
{
    Track line{.id = track, .kind = TrackKind::Backward, .repository = known.repository, .title = startText(known)};
    if (!known.attr.isEmpty())
        line.attrs << known.attr;
    if (!known.touches.isEmpty())
        line.pullRequest = known.touches.first().number.value;
    trace.tracks << line;
    Drawing drawing(trace, track, known.hydra, now);
    auto from = drawStart(drawing, known);
    if (!known.channel.isEmpty())
        from = drawPointed(drawing, known, from);
    else if (!known.folder.isEmpty())
        from = drawRelease(drawing, known, from);
    if (known.gate && known.eval.value != 0)
        from = drawGate(drawing, known, from);
    const bool isPath = !known.path.isEmpty() || !known.hashPart.isEmpty();
    if (isPath)
        from = drawSigned(drawing, known, from);
    if (isPath || known.build || !known.drv.isEmpty() || known.start.kind == SubjectKind::Build)
        from = drawBuild(drawing, known, from);
    if (known.eval.value != 0)
        from = drawEval(drawing, known, from);
    if (!known.revision.isEmpty()) {
        from = drawRevision(drawing, known, from);
        drawTouches(drawing, known, from);
    }
    for (const auto &problem : {known.noSystem, known.pointer.problem, known.report.problem, known.build.problem,
             known.header.problem, known.index.problem, known.gateBuild.problem, known.window.problem})
        drawing.problem(problem);
    std::ranges::stable_sort(trace.stops, {}, &Stop::lane);
}

} // namespace narscope::trace
