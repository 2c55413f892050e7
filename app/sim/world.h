// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/contents.h"
#include "sim/worldtypes.h"

#include <memory>
#include <span>

// The pipeline as it is now: what every simulated service reads. It has no threads and no timers.

namespace narscope::sim {

struct WorldConfig {
    quint64 seed = 1;
    int jobs = 600; ///< of nixpkgs:unstable; the other jobsets follow from it
    qint64 start = 0; ///< epoch seconds; some days of history before it are made at once
};

/// Deterministic: the same seed, number of jobs and start give the same answers at the same now(), however often
/// and in which steps advance() was called. All on one thread (the simulator's): call advance() at the beginning
/// of a request, then ask; references stay valid until the next advance(). Paths are computed when asked for,
/// which is why many questions are not const.
///
/// A build's whole course is decided when its evaluation ends, in the order of the jobs (dependencies first), and
/// only looked at later: queued until startedAt, running until stoppedAt, then finished. It never goes back.
/// Builds are kept small (about 40 bytes); an evaluation is a flat array of their numbers.
class World {
public:
    explicit World(WorldConfig config);
    ~World();

    /// Lets everything happen up to this time, in order. Earlier times do nothing.
    void advance(qint64 now);
    [[nodiscard]] qint64 now() const;
    [[nodiscard]] qint64 historyStart() const;

    [[nodiscard]] const Universe &universe() const;
    [[nodiscard]] Recipes &recipes();
    [[nodiscard]] Contents &contents();
    /// Commits, branches and pull requests up to now.
    [[nodiscard]] const Source &source() const;

    // Projects and jobsets: fixed from the beginning.
    [[nodiscard]] const std::vector<ProjectFacts> &projects() const;
    [[nodiscard]] const std::vector<JobsetFacts> &jobsets() const;
    [[nodiscard]] const JobsetFacts &jobset(JobsetIndex jobset) const;
    /// By the current name only; see JobsetFacts::formerName.
    [[nodiscard]] std::optional<JobsetIndex> findJobset(QByteArrayView project, QByteArrayView name) const;
    [[nodiscard]] JobsetTimes times(JobsetIndex jobset) const;
    [[nodiscard]] quint32 jobCount(JobsetIndex jobset) const;
    /// "nixpkgs.hello.x86_64-linux", "tested".
    [[nodiscard]] QByteArray jobName(JobsetIndex jobset, JobIndex job) const;
    [[nodiscard]] std::optional<JobIndex> findJob(JobsetIndex jobset, QByteArrayView name) const;
    /// The package of a job; none for an aggregate.
    [[nodiscard]] std::optional<Attr> jobAttr(JobsetIndex jobset, JobIndex job) const;
    [[nodiscard]] System jobSystem(JobsetIndex jobset, JobIndex job) const;

    // Evaluations that have ended, oldest first.
    [[nodiscard]] std::span<const EvalId> evaluations(JobsetIndex jobset) const;
    [[nodiscard]] std::span<const EvalId> allEvaluations() const;
    /// Null: there is none (yet).
    [[nodiscard]] const Evaluation *evaluation(EvalId id) const;
    /// The one before it in its jobset; null for the first.
    [[nodiscard]] const Evaluation *previous(const Evaluation &evaluation) const;
    [[nodiscard]] QList<EvaluationInput> inputs(const Evaluation &evaluation) const;
    /// Hydra's text, with one «in job ‘…’:» block for each missing job; empty: no errors.
    [[nodiscard]] QByteArray errors(const Evaluation &evaluation) const;
    /// Of a jobset's latest evaluation, also of one that came to nothing.
    [[nodiscard]] QByteArray errors(JobsetIndex jobset) const;
    [[nodiscard]] Counts counts(const Evaluation &evaluation) const;
    /// The newest without unfinished builds; null: none.
    [[nodiscard]] const Evaluation *latestFinished(JobsetIndex jobset) const;

    // Builds. `number` is what Evaluation::builds holds; BuildId is the one told to the outside.
    [[nodiscard]] BuildFacts buildAt(quint32 number) const;
    [[nodiscard]] std::optional<BuildFacts> build(BuildId id) const;
    [[nodiscard]] BuildId newestBuild() const;
    /// Of a job in an evaluation; none when it is missing there.
    [[nodiscard]] std::optional<BuildFacts> build(const Evaluation &evaluation, JobIndex job) const;
    /// Every evaluation that has it, ascending.
    [[nodiscard]] std::vector<EvalId> evaluationsWith(const BuildFacts &build) const;
    /// Its job's builds, newest first, each once.
    [[nodiscard]] std::vector<BuildFacts> history(JobsetIndex jobset, JobIndex job) const;
    /// Queued or running ones, oldest first.
    [[nodiscard]] std::span<const quint32> unfinished() const;
    /// Finished ones by stoppedAt, newest first, at most `limit`.
    [[nodiscard]] std::vector<BuildFacts> latestFinishedBuilds(int offset, int limit) const;
    [[nodiscard]] qint64 finishedBuilds() const;
    [[nodiscard]] QByteArray nixName(const BuildFacts &build) const;
    [[nodiscard]] std::vector<ProductFacts> products(const BuildFacts &build);
    [[nodiscard]] std::vector<MetricFacts> metrics(const BuildFacts &build) const;
    /// Ascending by number.
    [[nodiscard]] std::vector<StepFacts> steps(const BuildFacts &build) const;
    /// Of an aggregate; empty for others.
    [[nodiscard]] std::vector<BuildFacts> constituents(const BuildFacts &build) const;
    /// NAR bytes of the outputs, and of all that they refer to; 0 while not succeeded.
    [[nodiscard]] qint64 outputSize(const BuildFacts &build) const;
    [[nodiscard]] qint64 closureSize(const BuildFacts &build) const;
    /// "nixos-26.11pre812345.abcdef012345" for images and tarballs, else empty.
    [[nodiscard]] QByteArray releaseName(const BuildFacts &build) const;

    // The farm.
    [[nodiscard]] const std::vector<MachineFacts> &machines() const;
    [[nodiscard]] const MachineFacts &machine(MachineIndex machine) const;
    [[nodiscard]] MachineLoadFacts load(MachineIndex machine) const;
    /// Busy steps now, oldest first.
    [[nodiscard]] std::vector<StepFacts> runningSteps() const;
    /// By stoppedAt, newest first.
    [[nodiscard]] std::vector<StepFacts> latestSteps(int offset, int limit) const;
    [[nodiscard]] QueuedFacts queued(JobsetIndex jobset) const;
    [[nodiscard]] QueuedFacts queued(System system) const;
    [[nodiscard]] RunnerFacts runner() const;
    [[nodiscard]] WaitFacts waits(System system) const;
    [[nodiscard]] LeftMachine leftMachine() const;
    /// From the runner's start or `from` on, every `step` seconds, up to `until` or now.
    [[nodiscard]] std::vector<FarmMoment> farmMoments(qint64 from, qint64 until, qint64 step) const;
    [[nodiscard]] SystemSteps systemSteps(System system) const;
    /// Build seconds of a jobset so far: its use of the farm.
    [[nodiscard]] qint64 secondsUsed(JobsetIndex jobset) const;

    // Store paths and derivations: those that anybody was told of, and each failed question makes known some
    // more of those that belong to builds.
    [[nodiscard]] std::optional<Recipes::Found> find(QByteArrayView hashPart);
    /// The builds that have this derivation, oldest first.
    [[nodiscard]] std::vector<BuildFacts> buildsOf(Drv drv) const;
    /// Whether the cache has what this derivation makes: its build succeeded (or failed with output) by now.
    [[nodiscard]] bool isBuilt(Drv drv) const;
    /// When its making ended, well or not; 0: not yet.
    [[nodiscard]] qint64 builtAt(Drv drv) const;
    /// The log of its last attempt as far as it has come; nothing when it did not start.
    [[nodiscard]] std::optional<QByteArray> log(Drv drv);

    // Channels.
    [[nodiscard]] const std::vector<ChannelFacts> &channels() const;
    [[nodiscard]] std::optional<ChannelIndex> findChannel(QByteArrayView name) const;
    /// Oldest first; the last is where the channel points now.
    [[nodiscard]] std::span<const Release> releases(ChannelIndex channel) const;

    /// Of the systemd unit that publishes the channel: "inactive", "active" while it publishes, "failed" from an
    /// attempt that failed until the next one that does not.
    [[nodiscard]] QByteArray unitState(ChannelIndex channel, qint64 time) const;

    // Pull requests beyond Source.
    [[nodiscard]] const std::vector<Story> &stories() const;
    /// What is wrong in the cache, each at its newest path.
    [[nodiscard]] std::vector<Incident> incidents();
    /// Of the head commit, as far as they have come: Actions' and OfBorg's.
    [[nodiscard]] std::vector<Check> checks(const PullRequest &pullRequest) const;
    /// OfBorg's builds of a pull request so far, running ones too.
    [[nodiscard]] std::vector<OfBorgAttempt> attempts(const PullRequest &pullRequest) const;
    /// OfBorg's log of an attempt (Check::externalId), as far as it has come.
    [[nodiscard]] std::optional<QByteArray> ofborgLog(const QByteArray &attempt);
    /// Paths that a pull request touches: "pkgs/by-name/he/hello/package.nix".
    [[nodiscard]] QList<QByteArray> changedFiles(const PullRequest &pullRequest) const;
    /// Where nixpkgs defines a package: "pkgs/by-name/he/hello/package.nix".
    [[nodiscard]] QByteArray sourceFile(Attr attr) const;
    /// Rebuilds that it causes on a system: the package and all that need it.
    [[nodiscard]] int rebuilds(const PullRequest &pullRequest, System system) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace narscope::sim
