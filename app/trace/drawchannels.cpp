// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/drawing.h"
#include "trace/evalsearch.h"

#include "base/format.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

// The lane of the channels: gate, branch, served, image.

namespace narscope::trace {

namespace {

constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;
constexpr qint64 updaterTakes = 3 * hour; ///< one round of all channels with images (distribution.md §1.2)
constexpr qint64 branchLeads = hour; ///< the branch moves before the pointer
constexpr qsizetype mostBlockers = 5;
constexpr qint64 channelTimeout = 3 * day; ///< from there on NixOS's status page warns

bool hasCommit(const KnownChannel &channel)
{
    return channel.contained && channel.contained->contained == github::Contained::Yes;
}

const KnownJobset *gateJobset(const KnownPull &pull, const KnownChannel &channel)
{
    for (const auto &jobset : pull.jobsets) {
        if (jobset.name == channel.channel.job.jobset && jobset.branch == channel.channel.source)
            return &jobset;
    }
    return nullptr;
}

QString gateName(const KnownChannel &channel)
{
    return channel.channel.job.jobset.text() + u'/' + channel.channel.job.job;
}

void addFailing(Excuse &excuse, const KnownChannel &channel, const QString &hydra)
{
    if (!channel.gateBuild)
        return;
    QList<hydra::BuildRow> failing;
    std::ranges::copy_if(channel.gateBuild->constituents, std::back_inserter(failing),
        [](const hydra::BuildRow &row) { return hydra::isFailing(row.state); });
    // What failed by itself before what only needed it.
    std::ranges::stable_sort(failing, {},
        [](const hydra::BuildRow &row) { return row.state == hydra::BuildState::DependencyFailed ? 1 : 0; });
    excuse.blocking = failing.size();
    for (const auto &row : failing.first(std::min<qsizetype>(failing.size(), mostBlockers)))
        excuse.blockers << Blocker{
            .name = row.job, .cause = hydra::word(row.state).toLower(), .subject = Subject::ofBuild(hydra, row.id)};
    if (excuse.blockers.isEmpty() && hydra::isFailing(channel.gateBuild->state)) {
        excuse.blocking = 1;
        excuse.blockers << Blocker{.name = channel.gateBuild->job.job,
            .cause = channel.gateBuild->status,
            .subject = Subject::ofBuild(hydra, channel.gateBuild->id)};
    }
}

/// The gate's newest finished build, when it is of an evaluation with the commit.
const hydra::BuildRow *gateWith(const KnownJobset &jobset, const KnownChannel &channel)
{
    if (!channel.gatePage || channel.gatePage->latest.isEmpty())
        return nullptr;
    const auto &row = channel.gatePage->latest.first();
    const auto &found = jobset.found->eval;
    const bool isSame = channel.gateBuild && channel.gateBuild->id == row.id && channel.gateBuild->eval;
    const bool hasIt = isSame ? *channel.gateBuild->eval >= found.id : row.finished && *row.finished >= found.time;
    return hasIt ? &row : nullptr;
}

/// When the first green build of the gate after an evaluation ended.
qint64 greenSince(const KnownChannel &channel, qint64 evaluated)
{
    qint64 since = 0; // the page has the newest first
    for (const auto &row : channel.gatePage->latest) {
        if (row.finished && *row.finished >= evaluated && !hydra::isFailing(row.state))
            since = *row.finished;
    }
    return since;
}

/// Why a channel that could have the commit has it not (distribution.md §1.1: four answers).
Excuse gateExcuse(const KnownPull &pull, const KnownChannel &channel, const QString &hydra)
{
    const auto *jobset = gateJobset(pull, channel);
    Excuse excuse{.kind = ExcuseKind::NotEvaluatedYet, .what = channel.channel.name};
    if (!jobset || (!jobset->found && !jobset->searched)) {
        const auto problem = jobset ? jobset->evals.problem : std::nullopt;
        return problem ? notFoundOut({}, excuse.what, problem) : tooDear({}, excuse.what);
    }
    if (!jobset->found) {
        excuse.waitsFor = u"an evaluation of %1 that has it"_s.arg(jobset->name.text());
        excuse.since = pull.pull->mergedAt;
        return excuse;
    }
    excuse.since = jobset->found->eval.time;
    const auto *gate = gateWith(*jobset, channel);
    if (gate && hydra::isFailing(gate->state)) {
        excuse.kind = ExcuseKind::GateFailed;
        excuse.waitsFor = gateName(channel);
        addFailing(excuse, channel, hydra);
        excuse.advice = u"Look at the failing jobs; somebody may have a fix under way."_s;
        return excuse;
    }
    if (!gate && channel.gatePage.tooDear)
        return tooDear({}, excuse.what);
    if (const auto *finished = finishedWith(*jobset); gate && finished) {
        excuse.kind = ExcuseKind::UpdateDue;
        // The gate alone is not enough: what else the evaluation builds may have ended later.
        excuse.since = std::max(greenSince(channel, finished->time),
            jobset->finishedSince.value(finished->id.value, gate->finished.value_or(0)));
        excuse.waitsFor = u"the updater has not published it yet"_s;
        excuse.likely = Band{.from = *excuse.since, .to = *excuse.since + updaterTakes};
        return excuse;
    }
    excuse.remaining = jobset->found->eval.scheduled;
    excuse.likely = likelyEnd(channel.usual, jobset->found->eval.time);
    excuse.kind = gate ? ExcuseKind::EvaluationUnfinished : ExcuseKind::GateUnfinished;
    excuse.waitsFor = gate ? u"the other builds of evaluation %1"_s.arg(jobset->found->eval.id.text())
                           : u"the gate %1 of evaluation %2"_s.arg(gateName(channel), jobset->found->eval.id.text());
    return excuse;
}

Excuse channelExcuse(const KnownPull &pull, const KnownChannel &channel, const Places &places, const QString &hydra)
{
    if (places.blocked || !places.branches.contains(channel.channel.source)) {
        Excuse excuse{.kind = ExcuseKind::BranchNotMergedYet, .what = channel.channel.name};
        excuse.waitsFor = places.blocked ? u"#%1 is not merged"_s.arg(pull.number.value)
                                         : u"%1 does not have it"_s.arg(channel.channel.source);
        return excuse;
    }
    if (!channel.contained && !channel.olderThanChange) {
        return channel.contained.problem ? notFoundOut({}, channel.channel.name, channel.contained.problem)
                                         : tooDear({}, channel.channel.name);
    }
    return gateExcuse(pull, channel, hydra);
}

StopState waitingState(const KnownPull &pull, const Excuse &excuse)
{
    if (pull.pull->state == github::PullState::Closed)
        return StopState::NotNeeded;
    switch (excuse.kind) {
    case ExcuseKind::NotAsked:
        return StopState::NotTried;
    case ExcuseKind::NotFoundOut:
        return StopState::Unknown;
    default:
        return StopState::Waiting;
    }
}

void contradictions(Drawing &drawing, const KnownChannel &channel, const Excuse &excuse, const StopId &served)
{
    const auto now = drawing.now();
    if (excuse.kind == ExcuseKind::UpdateDue && excuse.since && *excuse.since + updaterTakes < now)
        drawing.finding({.kind = FindingKind::GateGreenChannelStill,
            .stop = served,
            .sentence
            = u"The gate of %1 has been green for %2 with nothing unfinished, and the channel does not move."_s.arg(
                channel.channel.name, formatAge(std::chrono::seconds(now - *excuse.since))),
            .advice = u"The unit that publishes it may have failed: see the Overview."_s});
    const auto updated = channel.state ? channel.state->updatedAt : std::nullopt;
    if (updated && now - *updated > channelTimeout)
        drawing.finding({.kind = FindingKind::ChannelBeyondTimeout,
            .stop = served,
            .sentence
            = u"%1 has not moved for %2."_s.arg(channel.channel.name, formatAge(std::chrono::seconds(now - *updated))),
            .advice = u"Look at what its gate fails on."_s});
}

void drawStanding(
    Drawing &drawing, const KnownPull &pull, const KnownChannel &channel, const StopId &eval, const Places &places)
{
    const auto excuse = channelExcuse(pull, channel, places, drawing.hydra());
    const auto state = waitingState(pull, excuse);
    StopId from = eval;
    const std::array<std::pair<StopKind, Claim>, 3> chain{{{StopKind::Gate, Claim::GatedBy},
        {StopKind::ChannelBranch, Claim::ReleasedAs}, {StopKind::Served, Claim::ServedAs}}};
    for (const auto &[kind, claim] : chain) {
        Stop stop{.lane = Lane::Channel, .kind = kind, .state = state, .name = channel.channel.name};
        stop.subject = Subject::ofChannel(channel.channel.name);
        if (kind == StopKind::Gate && excuse.kind == ExcuseKind::GateFailed) {
            stop.state = StopState::Failed;
            stop.text = u"fails"_s;
            if (channel.gateBuild)
                stop.subject = Subject::ofBuild(drawing.hydra(), channel.gateBuild->id);
        } else if (kind == StopKind::Gate && excuse.kind == ExcuseKind::GateUnfinished) {
            stop.state = StopState::Running;
        } else if (kind == StopKind::Gate
            && (excuse.kind == ExcuseKind::UpdateDue || excuse.kind == ExcuseKind::EvaluationUnfinished)) {
            stop.state = StopState::Reached;
            stop.at = channel.gatePage->latest.first().finished;
        }
        Hop hop{.from = from, .claim = claim, .subject = gateName(channel), .object = channel.channel.name};
        hop.to = drawing.add(stop);
        if (stop.state == StopState::Reached) {
            hop.grade = Grade::AssertedOverTls;
            restOn(hop, channel.gatePage);
            hop.sentence = u"Hydra says that the newest finished build of %1 succeeded."_s.arg(gateName(channel));
        } else {
            auto own = excuse;
            own.stop = hop.to;
            drawing.excuse(own);
        }
        from = hop.to;
        drawing.add(hop);
    }
    contradictions(drawing, channel, excuse, from);
}

const github::Branch *headOf(const KnownForward &known, const QString &channel)
{
    if (!known.heads)
        return nullptr;
    const auto found = std::ranges::find(*known.heads, channel, &github::Branch::name);
    return found == known.heads->end() ? nullptr : &*found;
}

StopId drawChannelBranch(Drawing &drawing, const KnownChannel &channel, const KnownForward &known, const StopId &gate)
{
    const auto *head = headOf(known, channel.channel.name);
    const bool agrees = head && head->sha == channel.askedFor;
    Stop stop{.lane = Lane::Channel, .kind = StopKind::ChannelBranch, .name = channel.channel.name};
    stop.state = agrees ? StopState::Reached : head ? StopState::Unknown : StopState::NotTried;
    stop.text = head ? shortSha(head->sha) : QString();
    stop.subject = head ? Subject::ofCommit(head->sha) : Subject::ofChannel(channel.channel.name);
    Hop hop{.from = gate, .claim = Claim::ReleasedAs, .subject = channel.askedFor, .object = channel.channel.name};
    hop.to = drawing.add(stop);
    if (agrees) {
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"GitHub's branch %1 is at the revision that the channel serves."_s.arg(channel.channel.name);
        hop.command = u"git ls-remote https://github.com/NixOS/nixpkgs refs/heads/%1"_s.arg(channel.channel.name);
        restOn(hop, known.heads);
    } else if (head) {
        auto excuse = notFoundOut(hop.to, u"the branch of "_s + channel.channel.name, {});
        excuse.waitsFor = u"it is at %1, and the channel at %2"_s.arg(shortSha(head->sha), shortSha(channel.askedFor));
        drawing.excuse(excuse);
    } else {
        auto excuse = tooDear(hop.to, u"the branch of "_s + channel.channel.name);
        drawing.excuse(known.heads.problem ? notFoundOut(hop.to, excuse.what, known.heads.problem) : excuse);
    }
    const auto id = hop.to;
    drawing.add(hop);
    return id;
}

/// Prometheus, the release's own page and GitHub's branch say where the channel is.
void findDisagreement(Drawing &drawing, const KnownChannel &channel, const KnownForward &known, const StopId &served)
{
    if (!channel.index)
        return;
    const auto now = drawing.now();
    const auto &index = *channel.index;
    QStringList others;
    if (channel.state && channel.state->revision != index.revision)
        others << u"Prometheus %1"_s.arg(shortSha(channel.state->revision));
    if (const auto *head = headOf(known, channel.channel.name); head && head->sha != index.revision)
        others << u"the branch %1"_s.arg(shortSha(head->sha));
    const auto updated = channel.state ? channel.state->updatedAt.value_or(0) : 0;
    const bool isMoving = now - std::max(updated, index.releasedAt) < branchLeads;
    if (others.isEmpty() || isMoving)
        return;
    drawing.finding({.kind = FindingKind::PointersDisagree,
        .stop = served,
        .sentence
        = u"%1 serves revision %2, and %3."_s.arg(channel.channel.name, shortSha(index.revision), others.join(u", "_s)),
        .advice = u"A release may be half published; if it lasts, ask in the infrastructure's channel."_s,
        .answers = channel.index.answers + channel.pointer.answers + known.states.answers + known.heads.answers});
}

void drawImages(Drawing &drawing, const KnownChannel &channel, const StopId &served)
{
    static const QRegularExpression image(u"^nixos-(minimal|graphical)-.*-(x86_64|aarch64)-linux\\.iso$"_s);
    for (const auto &file : channel.index->files) {
        const auto match = image.match(file.name);
        if (!match.hasMatch() || !channel.channel.name.startsWith("nixos-"_L1))
            continue;
        Stop stop{.lane = Lane::Channel, .kind = StopKind::Image, .state = StopState::Reached};
        stop.name = channel.channel.name;
        stop.system = match.captured(2) + u"-linux"_s;
        stop.output = match.captured(1);
        stop.text = file.name;
        stop.at = channel.index->releasedAt;
        Hop hop{.from = served, .claim = Claim::ImageOf, .subject = file.name, .object = channel.index->release};
        hop.to = drawing.add(stop);
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"The release's page lists the image with this hash."_s;
        hop.caveat
            = u"Nobody signs the page. The image is also a file inside a signed path: Verify can follow it there."_s;
        hop.claimed = {{u"SHA-256"_s, file.sha256}, {u"Size"_s, formatSize(file.size)}};
        hop.stronger = u"verify the image against its signed store path"_s;
        hop.command = u"sha256sum %1"_s.arg(file.name);
        restOn(hop, channel.index);
        drawing.add(hop);
    }
}

void drawServed(Drawing &drawing, const KnownChannel &channel, const KnownForward &known, const StopId &eval)
{
    Stop gate{.lane = Lane::Channel, .kind = StopKind::Gate, .state = StopState::Reached, .name = channel.channel.name};
    gate.subject = Subject::ofJob(drawing.hydra(), channel.channel.job);
    Hop gated{.from = eval, .claim = Claim::GatedBy, .subject = gateName(channel), .object = channel.channel.name};
    gated.to = drawing.add(gate);
    gated.grade = Grade::AssertedOverTls;
    gated.sentence = u"The channel moves only when %1 succeeds and its evaluation is finished, and it has moved."_s.arg(
        gateName(channel));
    gated.caveat = u"The channel's word; the build of the gate was not looked at."_s;
    restOn(gated, channel.contained);
    const auto from = drawChannelBranch(drawing, channel, known, gated.to);
    drawing.add(gated);
    Stop served{.lane = Lane::Channel, .kind = StopKind::Served, .name = channel.channel.name};
    served.state = channel.index ? StopState::Reached : StopState::Unknown;
    served.subject = Subject::ofChannel(channel.channel.name);
    Hop hop{.from = from, .claim = Claim::ServedAs, .subject = channel.askedFor, .object = channel.channel.name};
    if (channel.index) {
        served.at = channel.index->releasedAt;
        served.text = channel.index->release;
        hop.object = channel.index->release;
        hop.grade = Grade::AssertedOverTls;
        hop.sentence = u"%1 leads to %2, whose page names revision %3 and evaluation %4."_s.arg(channel.channel.name,
            channel.index->release, shortSha(channel.index->revision), channel.index->eval.text());
        hop.caveat = u"The pointer of a channel is not signed."_s;
        hop.claimed = {{u"Revision"_s, channel.index->revision}, {u"Evaluation"_s, channel.index->eval.text()}};
        hop.stronger = u"GitHub's branch and Prometheus are other parties' words"_s;
        hop.command = u"curl -sI https://channels.nixos.org/%1"_s.arg(channel.channel.name);
        restOn(hop, channel.index);
        restOn(hop, channel.pointer);
    }
    hop.to = drawing.add(served);
    if (!channel.index)
        drawing.excuse(notFoundOut(
            hop.to, channel.channel.name, channel.index.problem ? channel.index.problem : channel.pointer.problem));
    const auto id = hop.to;
    drawing.add(hop);
    if (channel.index)
        drawImages(drawing, channel, id);
    findDisagreement(drawing, channel, known, id);
}

} // namespace

void drawChannels(Drawing &drawing, const KnownPull &pull, const KnownForward &known, const Places &places)
{
    for (const auto &channel : pull.channels) {
        const auto eval = places.evals.value(channel.channel.job.jobset.text());
        if (hasCommit(channel) && places.branches.contains(channel.channel.source))
            drawServed(drawing, channel, known, eval);
        else
            drawStanding(drawing, pull, channel, eval, places);
    }
}

} // namespace narscope::trace
