// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/traceui/sampletraces.h"

using namespace Qt::StringLiterals;

namespace narscope::test {

using namespace trace;

namespace {

constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;

struct Maker {
    Trace trace;
    TrackId track;

    explicit Maker(qint64 number, const QString &title, const QString &base)
        : track(u"pr/"_s + QString::number(number))
    {
        trace.run = 1;
        trace.asked = u'#' + QString::number(number);
        trace.startedAt = trace.changedAt = sampleNow;
        addTrack(number, TrackKind::PullRequest, title, base);
    }
    void addTrack(qint64 number, TrackKind kind, const QString &title, const QString &base)
    {
        track = u"pr/"_s + QString::number(number);
        trace.tracks << Track{.id = track,
            .kind = kind,
            .pullRequest = number,
            .repository = u"NixOS/nixpkgs"_s,
            .title = title,
            .base = base,
            .openedAt = sampleNow - 10 * day};
    }
    Stop &stop(Lane lane, StopKind kind, StopState state, const QString &name, std::optional<qint64> ago = {})
    {
        Stop made{.id = track + u'/' + word(kind) + u'/' + name,
            .track = track,
            .lane = lane,
            .kind = kind,
            .state = state,
            .name = name};
        if (ago)
            made.at = sampleNow - *ago;
        trace.stops << made;
        return trace.stops.last();
    }
    void hop(const StopId &from, const StopId &to, std::optional<Grade> grade, Claim claim = Claim::ContainedIn)
    {
        trace.hops << Hop{.id = from + u'>' + to,
            .from = from,
            .to = to,
            .claim = claim,
            .grade = grade,
            .sentence = u"Somebody says so."_s,
            .at = sampleNow};
    }
    void excuse(const StopId &stop, ExcuseKind kind, const QString &what, const QString &waitsFor)
    {
        trace.excuses << Excuse{.stop = stop, .kind = kind, .what = what, .waitsFor = waitsFor};
    }
    StopId pull(bool isMerged)
    {
        StopId last;
        const auto add = [&](StopKind kind, const QString &text, qint64 ago, Grade grade) {
            auto &made = stop(Lane::PullRequest, kind, StopState::Reached, {}, ago);
            made.text = text;
            made.subject = Subject::ofPullRequest(PullRequestNr(trace.tracks.last().pullRequest));
            const auto id = made.id;
            if (!last.isEmpty())
                hop(last, id, grade);
            last = id;
        };
        add(StopKind::Opened, {}, 10 * day, Grade::AssertedOverTls);
        add(StopKind::Checks, u"41 of 41"_s, 9 * day, Grade::AssertedOverTls);
        if (isMerged) {
            add(StopKind::Approved, u"by 2"_s, 8 * day, Grade::AssertedOverTls);
            add(StopKind::Merged, {}, 2 * day, Grade::Signed);
            return last;
        }
        const auto approved = stop(Lane::PullRequest, StopKind::Approved, StopState::Waiting, {}).id;
        hop(last, approved, {});
        excuse(approved, ExcuseKind::NeedsReview, trace.asked, {});
        const auto merged = stop(Lane::PullRequest, StopKind::Merged, StopState::Waiting, {}).id;
        hop(last, merged, {});
        excuse(merged, ExcuseKind::NotMerged, trace.asked, {});
        return merged;
    }
    StopId branch(const StopId &from, const QString &name, StopState state = StopState::Reached)
    {
        auto &made = stop(Lane::Branch, StopKind::InBranch, state, name,
            state == StopState::Reached ? std::optional(2 * day) : std::nullopt);
        if (state == StopState::Reached)
            made.text = u"as f3c91be04d27"_s;
        const auto id = made.id;
        hop(from, id, state == StopState::Reached ? std::optional(Grade::HashLinked) : std::nullopt);
        return id;
    }
    StopId eval(const StopId &from, const QString &name, qint64 number, qint64 ago)
    {
        auto &made = stop(Lane::Evaluation, StopKind::Evaluated, StopState::Reached, name, ago);
        made.text = QString::number(number);
        made.subject = Subject::ofEvaluation(u"hydra"_s, EvalId(number));
        const auto id = made.id;
        hop(from, id, Grade::AssertedOverTls);
        return id;
    }
    StopId build(const StopId &from, const QString &attr, const QString &system, qint64 number, StopState state)
    {
        auto &made = stop(Lane::Build, StopKind::Built, state, attr + u'.' + system, 43 * hour);
        made.attr = attr;
        made.system = system;
        made.subject = Subject::ofBuild(u"hydra"_s, BuildId(number));
        made.seconds = 252;
        const auto id = made.id;
        hop(from, id, Grade::AssertedOverTls);
        if (state == StopState::Failed)
            excuse(id, ExcuseKind::BuildFailed, attr + u" on "_s + system, u"test_chat fails in checkPhase"_s);
        return id;
    }
    StopId path(const StopId &from, const QString &attr, const QString &system, StopState state)
    {
        auto &made = stop(Lane::Cache, StopKind::Signed, state, attr + u'.' + system,
            state == StopState::Reached ? std::optional(42 * hour) : std::nullopt);
        made.attr = attr;
        made.system = system;
        made.output = u"out"_s;
        if (state == StopState::Reached)
            made.subject = Subject::ofStorePath(u"/nix/store/zi6ypq21zi6ypq21zi6ypq21zi6ypq21-"_s + attr);
        const auto id = made.id;
        hop(from, id, state == StopState::Reached ? std::optional(Grade::Signed) : std::nullopt);
        if (state != StopState::Reached)
            excuse(id, ExcuseKind::NotBuilt, attr + u" on "_s + system, u"the build failed"_s);
        auto &contents = stop(Lane::Cache, StopKind::Contents, StopState::NotTried, attr + u'.' + system);
        contents.attr = attr;
        contents.system = system;
        contents.output = u"out"_s;
        return id;
    }
    StopId gate(const StopId &from, const QString &channel, StopState state)
    {
        const auto id = stop(Lane::Channel, StopKind::Gate, state, channel, 20 * hour).id;
        hop(from, id, Grade::AssertedOverTls, Claim::GatedBy);
        return id;
    }
    void served(const StopId &gate, const QString &channel, bool isReached)
    {
        const auto state = isReached ? StopState::Reached : StopState::Waiting;
        const auto when = isReached ? std::optional(19 * hour) : std::nullopt;
        const auto branch = stop(Lane::Channel, StopKind::ChannelBranch, state, channel, when).id;
        hop(gate, branch, isReached ? std::optional(Grade::HashLinked) : std::nullopt);
        auto &last = stop(Lane::Channel, StopKind::Served, state, channel, when);
        last.text = isReached ? u"nixpkgs-26.11pre1027151.04b4e759e843"_s : QString();
        const auto id = last.id;
        hop(branch, id, isReached ? std::optional(Grade::AssertedOverTls) : std::nullopt, Claim::ServedAs);
        if (!isReached) {
            trace.excuses << Excuse{
                .stop = branch, .kind = ExcuseKind::GateFailed, .what = channel, .waitsFor = u"tested"_s};
            trace.excuses << Excuse{.stop = id,
                .kind = ExcuseKind::GateFailed,
                .what = channel,
                .waitsFor = u"tested"_s,
                .since = sampleNow - 11 * hour,
                .blockers = {{.name = u"nixos.tests.openssh"_s}}};
        }
    }
};

const QStringList systems{u"x86_64-linux"_s, u"aarch64-linux"_s, u"x86_64-darwin"_s, u"aarch64-darwin"_s};

/// Branch master with its evaluations and channels; returns the evaluation of the packages.
StopId master(Maker &maker, const StopId &merged)
{
    const auto branch = maker.branch(merged, u"master"_s);
    // In the order in which a tracer may find them: the picture has to sort them.
    const auto packages = maker.eval(branch, u"nixpkgs:unstable"_s, 1824750, 44 * hour);
    const auto small = maker.eval(branch, u"nixos:unstable-small"_s, 1824755, 43 * hour);
    const auto nixos = maker.eval(branch, u"nixos:unstable"_s, 1824761, 42 * hour);
    maker.served(maker.gate(packages, u"nixpkgs-unstable"_s, StopState::Reached), u"nixpkgs-unstable"_s, true);
    maker.served(maker.gate(nixos, u"nixos-unstable"_s, StopState::Failed), u"nixos-unstable"_s, false);
    maker.served(maker.gate(small, u"nixos-unstable-small"_s, StopState::Running), u"nixos-unstable-small"_s, false);
    return packages;
}

/// Lane by lane, as the tracer promises.
Trace sorted(Trace trace)
{
    std::ranges::stable_sort(trace.stops, {}, &Stop::lane);
    return trace;
}

} // namespace

Trace landedTrace()
{
    Maker maker(429664, u"python3Packages.llm-ollama: 0.12 → 0.13"_s, u"master"_s);
    maker.trace.tracks.last().mergedAt = sampleNow - 2 * day;
    const auto packages = master(maker, maker.pull(true));
    qint64 number = 309998812;
    for (const auto &system : systems) {
        const bool fails = system == u"x86_64-darwin"_s;
        const auto build = maker.build(packages, u"python3Packages.llm-ollama"_s, system, number++,
            fails ? StopState::Failed : StopState::Reached);
        maker.path(build, u"python3Packages.llm-ollama"_s, system, fails ? StopState::Waiting : StopState::Reached);
    }
    return sorted(maker.trace);
}

Trace largeTrace(int attributes)
{
    Maker maker(500000, u"many: at once"_s, u"master"_s);
    const auto packages = master(maker, maker.pull(true));
    for (int i = 0; i < attributes; ++i) {
        const auto attr = u"python3Packages.package-%1"_s.arg(i);
        for (const auto &system : systems)
            maker.path(maker.build(packages, attr, system, 310000000 + i, StopState::Reached), attr, system,
                StopState::Reached);
    }
    return sorted(maker.trace);
}

Trace openTrace()
{
    Maker maker(530877, u"mautrix-signal: 25.10 → 25.11"_s, u"master"_s);
    const auto merged = maker.pull(false);
    const auto branch = maker.branch(merged, u"master"_s, StopState::Waiting);
    maker.excuse(branch, ExcuseKind::NotMerged, u"master"_s, {});
    return sorted(maker.trace);
}

Trace backportTrace()
{
    Maker maker(429664, u"openssh: 10.2p1 → 10.3p1"_s, u"master"_s);
    const auto packages = master(maker, maker.pull(true));
    maker.path(maker.build(packages, u"openssh"_s, systems[0], 309998812, StopState::Reached), u"openssh"_s, systems[0],
        StopState::Reached);
    maker.addTrack(429700, TrackKind::Backport, u"[Backport release-26.05] openssh"_s, u"release-26.05"_s);
    const auto branch = maker.branch(maker.pull(true), u"release-26.05"_s);
    const auto nixos = maker.eval(branch, u"nixos:release-26.05"_s, 1824800, 40 * hour);
    maker.path(maker.build(nixos, u"openssh"_s, systems[0], 309998900, StopState::Reached), u"openssh"_s, systems[0],
        StopState::Reached);
    maker.served(maker.gate(nixos, u"nixos-26.05"_s, StopState::Reached), u"nixos-26.05"_s, true);
    return sorted(maker.trace);
}

Trace stagingTrace()
{
    Maker maker(532518, u"systemd: 258.1 → 258.2"_s, u"staging"_s);
    const auto staging = maker.branch(maker.pull(true), u"staging"_s);
    const auto next = maker.branch(staging, u"staging-next"_s);
    const auto master = maker.branch(next, u"master"_s, StopState::Waiting);
    maker.excuse(master, ExcuseKind::BranchNotMergedYet, u"master"_s, u"staging-next has not been merged"_s);
    maker.eval(next, u"nixpkgs:staging-next"_s, 1824700, 30 * hour);
    return sorted(maker.trace);
}

} // namespace narscope::test
