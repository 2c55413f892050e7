// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "hydra/buildstate.h"
#include "hydra/farmtypes.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

// What Hydra says, as values. Times are seconds since 1970 (UTC). Text is decoded UTF-8 and hostile: show it
// as plain text. Empty text means that Hydra gave none. Fields and their sources: hydra.md §3 and §5.

namespace narscope::hydra {

using Epoch = std::optional<qint64>;

/// What every full HTML page tells besides its subject.
struct PageFacts {
    QString title; ///< without «Hydra - »
    QString version; ///< footer: «<devel> (using <devel> and <devel>)»; empty on pages without a footer
    std::optional<qint64> running; ///< steps running on the whole server (the menu's «Queue (running/queued)»)
    std::optional<qint64> queued; ///< builds unfinished on the whole server

    bool operator==(const PageFacts &) const = default;
};

/// «Showing 21 - 40 out of 65».
struct Paging {
    int page = 1;
    std::optional<int> total; ///< things on all pages, where the page says so
    bool hasNext = false;

    bool operator==(const Paging &) const = default;
};

struct Project {
    QString name;
    QString displayName;
    QString description;
    QString homepage; ///< any text; check before opening
    QString owner;
    bool enabled = true;
    bool hidden = false;
    QStringList jobsets; ///< all of them, also hidden and disabled ones; no order

    bool operator==(const Project &) const = default;
};

struct JobsetInput {
    QString name;
    QString type; ///< "git", "boolean", "string", "nix", ...
    QString value;

    bool operator==(const JobsetInput &) const = default;
};

enum class JobsetEnabled : int { Disabled = 0, Enabled = 1, OneShot = 2, OneAtATime = 3 };

/// When an evaluation of a jobset ran, runs or will run.
struct JobsetTimes {
    Epoch lastChecked;
    Epoch evaluating; ///< set: an evaluation runs since then
    Epoch triggered; ///< set and not evaluating: an evaluation is pending since then
    Epoch errorTime; ///< set at every evaluation, good ones too: says nothing about errors

    /// Since when an evaluation is due. A trigger from before the last check is a left-over.
    [[nodiscard]] Epoch pendingSince() const
    {
        return evaluating || (lastChecked && triggered <= lastChecked) ? Epoch() : triggered;
    }
    bool operator==(const JobsetTimes &) const = default;
};

struct Jobset {
    JobsetName name; ///< the current one, also when the asked name was an old one
    QString description;
    JobsetEnabled enabled = JobsetEnabled::Enabled;
    bool visible = true;
    bool isFlake = false;
    QString flake; ///< flake reference as configured
    QString nixExprInput;
    QString nixExprPath;
    QString errorMessage; ///< only from Client::jobsetErrors; else always empty, even after a failed evaluation
    QString fetchError;
    JobsetTimes times;
    int checkInterval = 0; ///< seconds
    int schedulingShares = 0;
    int keepEvaluations = 0;
    QList<JobsetInput> inputs; ///< by name

    bool operator==(const Jobset &) const = default;
};

/// A row of /api/jobsets: the counts are over the builds of the latest evaluation.
struct JobsetOverview {
    JobsetName name;
    int scheduled = 0;
    int succeeded = 0;
    int failed = 0;
    int total = 0;
    JobsetTimes times;
    int checkInterval = 0;
    QString fetchError;
    bool hasErrors = false; ///< always false on newer servers

    bool operator==(const JobsetOverview &) const = default;
};

/// A changed input in an evaluation list.
struct InputChange {
    QString name;
    QString revision; ///< full when the server tells it, else as short as shown
    QString shown; ///< as written on the page

    bool operator==(const InputChange &) const = default;
};

/// A row of an evaluation list (HTML).
struct EvalSummary {
    EvalId id;
    std::optional<JobsetName> jobset; ///< in lists over all jobsets only
    qint64 time = 0;
    QList<InputChange> changes; ///< empty: the same inputs as the evaluation before
    bool hasErrors = false;
    int succeeded = 0;
    int failed = 0; ///< all finished and not succeeded, cancelled and aborted ones too
    int scheduled = 0;
    std::optional<int> delta; ///< change of `succeeded` against the one before, when the page gives one

    bool operator==(const EvalSummary &) const = default;
};

struct EvalPage {
    std::optional<JobsetName> jobset; ///< the current name; nothing for the list of all jobsets
    QList<EvalSummary> evals; ///< newest first
    Paging paging;
    PageFacts page;

    bool operator==(const EvalPage &) const = default;
};

/// An input of one evaluation, as its page tells it.
struct EvalInput {
    QString name;
    QString type; ///< in words: «Git checkout»
    QString value; ///< for non-source inputs; the URI of a source stands here too and `uri` repeats it
    QString uri;
    QString revision;
    QString storePath;

    bool operator==(const EvalInput &) const = default;
};

/// «Changes» on an evaluation or build page.
struct InputDiff {
    QString name;
    QString text; ///< «6f733d329c0d to 31be1dce9d15»
    QString fromRevision; ///< full when a compare link tells it
    QString toRevision;
    QString link;

    bool operator==(const InputDiff &) const = default;
};

enum class EvalCategory { Aborted, NowFail, NowSucceed, New, Removed, StillFail, StillSucceed, Unfinished };
inline constexpr int evalCategories = 8;
/// «Newly failing», ... and a stable key for JSON: "now-fail", which is also Hydra's.
[[nodiscard]] QString word(EvalCategory category);
[[nodiscard]] QString key(EvalCategory category);

/// The head of an evaluation page. The counts are over the jobs that the filter lets through.
struct EvalHeader {
    EvalId id;
    JobsetName jobset;
    Epoch time; ///< not on the page of every version
    std::optional<qint64> checkoutSeconds;
    std::optional<qint64> evalSeconds;
    std::optional<EvalId> comparedWith;
    std::optional<JobsetName> comparedJobset;
    QString flake;
    bool hasErrors = false;
    QList<EvalInput> inputs;
    QList<InputDiff> changes;
    int counts[evalCategories] = {}; ///< by EvalCategory, from the tab titles: exact also where rows are cut
    PageFacts page;

    [[nodiscard]] int count(EvalCategory c) const { return counts[static_cast<int>(c)]; }
    [[nodiscard]] int total() const; ///< jobs of this evaluation: all categories but Removed
    /// The revision of the input called nixpkgs, or of the only one with a revision.
    [[nodiscard]] QString nixpkgsRevision() const;
    bool operator==(const EvalHeader &) const = default;
};

/// A row in any HTML list of builds.
struct BuildRow {
    BuildId id; ///< 0 for removed jobs
    QString job; ///< on lists over several jobsets: only the job's own name, see `jobset`
    std::optional<JobsetName> jobset;
    BuildState state = BuildState::Unknown;
    Epoch finished;
    QString nixName;
    QString system;
    EvalCategory category = EvalCategory::Unfinished; ///< on evaluation pages

    bool operator==(const BuildRow &) const = default;
};

struct EvalJobs {
    EvalHeader header;
    QList<BuildRow> rows; ///< category by category in the page's order
    int omitted[evalCategories] = {}; ///< rows the server left out («N more builds omitted»)

    [[nodiscard]] int omittedRows() const;
    bool operator==(const EvalJobs &) const = default;
};

struct EvalError {
    QString job; ///< empty: top level
    QString text;

    bool operator==(const EvalError &) const = default;
};

struct EvalErrors {
    Epoch time;
    QString text; ///< all of it
    QList<EvalError> blocks; ///< split by job

    bool operator==(const EvalErrors &) const = default;
};

struct BuildOutput {
    QString name;
    QString path; ///< empty while unknown (content-addressed, not built)

    bool operator==(const BuildOutput &) const = default;
};

struct BuildProduct {
    int number = 0;
    QString type;
    QString subtype;
    QString name;
    QString path;
    QString defaultPath;
    std::optional<qint64> size; ///< bytes
    QString sha256; ///< base 16

    bool operator==(const BuildProduct &) const = default;
};

struct BuildMetric {
    QString name;
    double value = 0;
    QString unit;

    bool operator==(const BuildMetric &) const = default;
};

/// A build as JSON.
struct Build {
    BuildId id;
    JobName job;
    QString nixName;
    QString system;
    bool finished = false;
    std::optional<BuildStatus> status; ///< meaningless while not finished: use state()
    std::optional<int> priority;
    qint64 queuedAt = 0;
    Epoch startedAt;
    Epoch stoppedAt;
    QString releaseName;
    QString drvPath; ///< empty in /queue and /status
    QList<EvalId> evals; ///< every evaluation with it, ascending
    QList<BuildOutput> outputs; ///< by name
    QList<BuildProduct> products; ///< by number
    QList<BuildMetric> metrics; ///< by name

    [[nodiscard]] BuildState state() const { return stateOf(finished, status); }
    /// Seconds between queueing and start; nothing while queued and for a start before the queueing.
    [[nodiscard]] std::optional<qint64> waitSeconds() const;
    [[nodiscard]] std::optional<qint64> durationSeconds() const;
    bool operator==(const Build &) const = default;
};

/// /build/N/api/get-info, the cheapest look at derivation and main output.
struct BuildInfo {
    BuildId id;
    QString drvPath;
    QString outPath;

    bool operator==(const BuildInfo &) const = default;
};

/// A step in a build page's table.
struct StepRow {
    enum class Kind { Build, Substitution, Resolution, Other };

    StepNr number;
    Kind kind = Kind::Build;
    QStringList paths; ///< outputs or derivation
    std::optional<qint64> durationSeconds; ///< of a running step: until the page was made
    QString durationText; ///< as written
    QString machine; ///< first label of the host name, «localhost», or empty
    BuildState state = BuildState::Unknown;
    QString status; ///< as written: «Failed: …», «Building»
    std::optional<BuildId> propagatedFrom;
    bool hasLog = false;

    bool operator==(const StepRow &) const = default;
};

struct Constituents {
    int total = 0;
    int failed = 0;
    int pending = 0;

    bool operator==(const Constituents &) const = default;
};

/// What only a build's HTML page tells.
struct BuildDetails {
    BuildId id;
    JobName job;
    BuildState state = BuildState::Unknown;
    QString status; ///< as written: «Build returned a non-zero exit code»
    std::optional<BuildId> cachedFrom; ///< the build that really ran it
    std::optional<EvalId> eval; ///< the one named on the page
    int otherEvals = 0;
    Epoch queuedAt;
    Epoch startedAt;
    Epoch finishedAt;
    QString description;
    QString license;
    QString homepage;
    QString maintainers;
    QString nixName;
    QString system;
    QString drvPath;
    QList<BuildOutput> outputs;
    std::optional<qint64> closureSize; ///< bytes, rounded as shown on the page (MiB with two digits)
    std::optional<qint64> outputSize;
    QList<EvalInput> inputs;
    QList<InputDiff> changes; ///< against the last good build, on failed builds
    QList<StepRow> steps; ///< newest first
    QList<BuildRow> constituents;
    std::optional<Constituents> constituentCounts;
    PageFacts page;

    bool operator==(const BuildDetails &) const = default;
    /// The step that failed, the last one when several did: where the dependency failed, the dependency's. Null: none
    /// that ran here.
    [[nodiscard]] const StepRow *failedStep() const;
};

/// /build/N/step/M as JSON; it has no status.
struct StepInfo {
    BuildId build;
    StepNr number;
    QString machine;
    QString system;
    QString drvPath;
    QString resolvedDrvPath;
    Epoch startedAt;

    bool operator==(const StepInfo &) const = default;
};

struct JobPage {
    JobName job; ///< under the jobset's current name
    bool exists = true; ///< a job nobody knows also answers 200: then there are no builds at all
    bool inLatestEval = true;
    QList<BuildRow> latest; ///< newest finished ones, at most 10
    QList<BuildRow> queued;
    PageFacts page;

    bool operator==(const JobPage &) const = default;
};

/// The state of one job as its badge tells.
struct Shield {
    enum class Colour { Green, Yellow, Red, Other };
    Colour colour = Colour::Other;
    QString message; ///< «passing», «cancelled», «failing»

    bool operator==(const Shield &) const = default;
};

/// A row of /api/latestbuilds and /api/queue.
struct LatestBuild {
    BuildId id;
    JobName job;
    QString nixName;
    QString system;
    bool finished = false;
    std::optional<BuildStatus> status;
    std::optional<int> priority;
    qint64 queuedAt = 0;

    [[nodiscard]] BuildState state() const { return stateOf(finished, status); }
    bool operator==(const LatestBuild &) const = default;
};

struct SearchResult {
    QList<Project> projects;
    QList<Jobset> jobsets;
    QList<Build> byOutput;
    QList<Build> byDerivation;

    bool operator==(const SearchResult &) const = default;
};

} // namespace narscope::hydra
