// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/farm.h"
#include "sim/world.h"
#include "sim/worldplan.h"

#include <map>
#include <queue>
#include <set>
#include <unordered_map>

// The inside of World, for its own .cpp files only.

namespace narscope::sim {

inline constexpr qint64 firstBuildId = 310'000'000;
inline constexpr qint64 firstEvalId = 1'830'000;

struct Job {
    Attr attr{};
    System system = System::X86Linux;
    bool aggregate = false;
};

/// A build: a job of an evaluation, and the making that serves it. A new one comes only for a new derivation.
struct BuildRow {
    MakingIndex making = MakingIndex::None;
    quint32 queued = 0; ///< in the farm's seconds
    quint32 job = 0;
    quint16 jobset = 0;
};

/// What the making means for one build: a second build of the same derivation does not run again.
struct BuildCourse {
    quint32 start = 0;
    quint32 stop = 0;
    quint32 cachedFrom = 0; ///< number of the build that did it
};

struct JobsetState {
    JobsetPlan plan;
    std::vector<Job> jobs;
    std::vector<std::array<quint32, systemCount>> places; ///< by attr and system: place in jobs, plus 1
    std::vector<quint8> needed; ///< by attr: systems on which a job needs it, or is it
    quint32 neededEnd = 0; ///< nothing is needed from this attr on
    std::optional<Attr> one; ///< of Selection::One
    std::vector<JobIndex> constituents; ///< of the aggregate, which is the last job
    std::vector<EvalId> evals;
    JobsetTimes times;
    CommitIndex lastCommit = CommitIndex::None;
    CommitIndex nextCommit = CommitIndex::None; ///< being evaluated
    QByteArray lastRevision;
    QByteArray evalFault; ///< why its latest evaluation came to nothing; empty: it did not
    qint64 lastTrigger = 0;
    qint64 secondsUsed = 0;
};

/// A stretch of time in which a channel's publishing unit was not idle.
struct UnitSpell {
    quint32 channel = 0;
    bool failed = false; ///< else it publishes
    qint64 from = 0;
    qint64 until = 0;
};

/// A build that failed although the same derivation was built later, for another jobset.
struct FirstTry {
    quint32 start = 0; ///< in the farm's seconds
    quint32 stop = 0;
    quint16 machine = 0; ///< plus 1
};

struct EvalRow {
    Evaluation eval;
    qint64 finishedAt = 0; ///< when its last build ends
};

struct World::Private {
    explicit Private(WorldConfig config);

    enum class What { Trigger, Start, End, Advance };
    struct Event {
        qint64 time = 0;
        quint64 order = 0;
        What what = What::Trigger;
        quint32 subject = 0; ///< jobset, or channel
        EvalId eval; ///< of Advance
        bool operator>(const Event &other) const { return std::tie(time, order) > std::tie(other.time, other.order); }
    };

    // worldevents.cpp
    void makeJobsets();
    void addJobs(JobsetState &state);
    [[nodiscard]] quint8 wantedSystems(const JobsetState &state, Attr attr, const std::set<Attr> &small) const;
    void addConstituents(JobsetState &state);
    void markNeeds(JobsetState &state);
    void markGates();
    void makeChannels();
    void later(qint64 time, What what, quint32 subject, EvalId eval = {});
    void advance(qint64 until);
    void happen(const Event &event);
    void trigger(qint64 time, quint32 jobset);
    void startEvaluation(qint64 time, quint32 jobset);
    void endEvaluation(qint64 time, quint32 jobset);
    void advanceChannel(const Event &event);
    void planPublishing(quint32 channel, EvalId eval, qint64 time);
    /// Until when attempts to publish fail that are made at this time; 0: they do not.
    [[nodiscard]] qint64 failsUntil(quint32 channel, qint64 time) const;
    [[nodiscard]] bool cannotEvaluate(quint32 jobset, qint64 time) const;
    void settle();
    void countMaking(const Making &making);

    // worldevals.cpp
    const EvalRow &evaluate(quint32 jobset, CommitIndex commit, qint64 time, bool settled);
    [[nodiscard]] std::vector<Instance> instances(const JobsetState &state, CommitIndex commit, qint64 time);
    [[nodiscard]] quint32 buildFor(
        quint32 jobset, quint32 job, MakingIndex making, qint64 time, const Evaluation *before);
    void own(MakingIndex making, quint32 build);
    // worldstories.cpp
    /// Whether this new build is to fail, so that another jobset's build of the same derivation makes its output.
    [[nodiscard]] bool isToFailFirst(quint32 jobset, quint32 job, MakingIndex making, qint64 time) const;
    void failFirst(quint32 build);
    void addStories();
    [[nodiscard]] PullRequestNr pullThatWaits(quint32 channel) const;
    [[nodiscard]] int status(quint32 number) const; ///< Hydra's code, once the build has ended
    [[nodiscard]] quint32 aggregateFor(quint32 jobset, const Evaluation &eval, qint64 time, bool settled);
    [[nodiscard]] QByteArray ownRevision(const JobsetState &state, qint64 time) const;

    [[nodiscard]] const BuildRow &row(quint32 number) const { return builds[number]; }
    [[nodiscard]] BuildCourse course(quint32 number) const;
    [[nodiscard]] BuildFacts facts(quint32 number) const;
    [[nodiscard]] quint32 numberOf(const BuildFacts &build) const { return quint32(build.id.value - firstBuildId); }
    [[nodiscard]] const EvalRow *evalRow(EvalId id) const;
    [[nodiscard]] Drv drvOf(quint32 number) const { return farm.at(builds[number].making).drv(); }
    [[nodiscard]] quint64 chance(quint64 a, quint64 b) const { return mix(mix(config.seed, a), b); }
    // checks.cpp
    struct Attempt {
        enum Outcome { Success, Failure, TimedOut, Skipped };
        qint64 start = 0;
        qint64 stop = 0;
        Outcome outcome = Success;
    };
    [[nodiscard]] std::optional<Attempt> attempt(const PullRequest &request, System system) const;
    [[nodiscard]] std::optional<QByteArray> attemptLog(const PullRequest &request, System system);
    // worldsteps.cpp
    [[nodiscard]] std::vector<MakingIndex> ownMakings(quint32 number) const;
    void addSteps(std::vector<StepFacts> &steps, const Making &making, BuildId build) const;
    [[nodiscard]] Busy phase(const Making &making) const;
    // worldbuilds.cpp
    [[nodiscard]] qint64 narSize(Drv drv);
    // worldfarm.cpp
    void add(QueuedFacts &facts, quint32 number) const;
    /// When all that it needs was there; later than now when something is not.
    [[nodiscard]] quint32 readyAt(const Making &making) const;
    [[nodiscard]] qint64 waited(const Making &making) const;

    WorldConfig config;
    qint64 historyStart;
    qint64 now;
    Universe universe;
    Recipes recipes;
    Contents contents;
    SourceLife life;
    Farm farm;
    std::vector<ProjectFacts> projects;
    std::vector<JobsetFacts> jobsetFacts;
    std::vector<JobsetState> jobsets;
    std::vector<quint8> gates; ///< by attr: systems on which a channel waits for it
    std::vector<ChannelFacts> channels;
    std::vector<std::vector<Release>> releases;
    std::vector<UnitSpell> unitSpells; ///< by their beginning
    std::map<quint32, EvalId> refused; ///< by channel: the newest that could not be published when it was its turn
    std::map<EvalId, EvalRow> evals;
    std::vector<EvalId> evalOrder;
    std::vector<BuildRow> builds{1}; ///< by number; 0 is none
    std::unordered_map<quint64, quint32> byMaking; ///< build of a jobset (16 bits) for a making
    std::map<quint32, FirstTry> firstTries; ///< by build's number
    MakingIndex triedOnce = MakingIndex::None; ///< what one of them tried
    std::vector<Story> stories;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
    quint64 order = 0;
    qint64 nextEval = firstEvalId;

    std::vector<quint32> open; ///< builds, ascending
    std::vector<quint32> done; ///< builds by the time they ended
    std::vector<MakingIndex> openMakings;
    std::vector<MakingIndex> doneMakings; ///< those that ran, by the time they ended
    size_t seenMakings = 1; ///< how far openMakings has taken them
    size_t indexedMakings = 1; ///< how far find() has computed paths
    std::unordered_map<quint64, qint64> narSizes; ///< by Drv::key(), all outputs
    std::unordered_map<quint64, qint64> closureSizes;
    RunnerFacts runner;
    std::array<WaitFacts, systemCount> waits; ///< of steps that ended
    std::vector<MachineLoadFacts> machineTotals;
};

} // namespace narscope::sim
