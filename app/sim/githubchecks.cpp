// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubjson.h"
#include "sim/hydrahtml.h"

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

// Check runs, commit statuses, the run of the workflow and its jobs, the timeline.

namespace narscope::sim {

namespace {

constexpr QByteArrayView site = "https://github.com/NixOS/nixpkgs";
constexpr qint64 firstRun = 19'000'000'000;

const QByteArray &headSha(const World &world, const PullRequest &pull)
{
    return world.source().commit(pull.head).sha;
}

bool isCompleted(const Check &check)
{
    return check.state == Check::State::Completed;
}

QByteArray stateWord(Check::State state)
{
    switch (state) {
    case Check::State::Queued:
        return "queued";
    case Check::State::InProgress:
        return "in_progress";
    case Check::State::Completed:
        break;
    }
    return "completed";
}

std::vector<Check> actionsChecks(const World &world, const PullRequest &pull, QByteArrayView prefix = {})
{
    std::vector<Check> checks = world.checks(pull);
    std::erase_if(checks, [prefix](const Check &c) {
        return c.app != Check::App::Actions || !QByteArrayView(c.name).startsWith(prefix);
    });
    return checks;
}

// When the last of them ended; nothing while one has not, or when there are none.
std::optional<qint64> allCompletedAt(const std::vector<Check> &checks)
{
    qint64 last = 0;
    for (const Check &check : checks) {
        if (!isCompleted(check))
            return {};
        last = qMax(last, check.completedAt);
    }
    return checks.empty() ? std::nullopt : std::optional(last);
}

bool anyFailed(const std::vector<Check> &checks)
{
    return std::ranges::any_of(checks, [](const Check &c) { return c.conclusion == "failure"; });
}

// "a, b" of "a, b on x86_64-linux".
QByteArray attributesOf(const Check &check)
{
    const qsizetype on = check.name.lastIndexOf(" on ");
    return check.name.first(on < 0 ? check.name.size() : on);
}

QByteArray partialLog(const QByteArray &log)
{
    constexpr qsizetype lines = 10;
    QList<QByteArray> all = log.split('\n');
    if (!all.isEmpty() && all.last().isEmpty())
        all.removeLast();
    return "## Partial log\n\n```\n" + all.sliced(qMax<qsizetype>(0, all.size() - lines)).join('\n') + "\n```";
}

void writeOutput(JsonWriter &json, const Stage &stage, const CheckRun &run)
{
    const Check &check = run.check;
    const bool hasResult = check.app == Check::App::OfBorg && isCompleted(check) && !run.asQueued;
    json.key("output");
    json.beginObject();
    json.field("title", hasResult ? std::optional<QByteArray>(check.title) : std::nullopt);
    json.field(
        "summary", hasResult ? std::optional<QByteArray>("Attempted: " + attributesOf(check) + '\n') : std::nullopt);
    const auto log = hasResult ? stage.world.ofborgLog(check.externalId) : std::nullopt;
    json.field("text", log ? std::optional<QByteArray>(partialLog(*log)) : std::nullopt);
    json.field("annotations_count", 0);
    json.endObject();
}

QByteArray detailsUrl(const Stage &stage, const CheckRun &run)
{
    if (run.check.app == Check::App::Actions)
        return cat(site, "/actions/runs/", runId(*run.pull), "/job/", run.id);
    const QByteArray key = cat(
        stage.addresses.ofborg.toEncoded(QUrl::StripTrailingSlash), "/?key=nixos/nixpkgs.", run.pull->number.value);
    return run.asQueued || !isCompleted(run.check) ? key : cat(key, "&attempt_id=", run.check.externalId);
}

void writeApp(JsonWriter &json, Check::App app)
{
    const bool actions = app == Check::App::Actions;
    json.key("app");
    json.beginObject();
    json.field("id", actions ? actionsApp : ofborgApp);
    json.field("slug", actions ? "github-actions"_ba : "ofborg"_ba);
    json.field("name", actions ? "GitHub Actions"_ba : "OfBorg"_ba);
    json.endObject();
}

QByteArray summaryText(const World &world, const PullRequest &pull)
{
    const auto rebuilds = [&](System a, System b) { return qMax(world.rebuilds(pull, a), world.rebuilds(pull, b)); };
    const int onLinux = rebuilds(System::X86Linux, System::ArmLinux);
    const int onDarwin = rebuilds(System::X86Darwin, System::ArmDarwin);
    return cat("Package: added 0, removed 0, changed ", qMax(onLinux, onDarwin), " — Rebuild: linux ", onLinux,
        ", darwin ", onDarwin);
}

void beginEvent(JsonWriter &json, QByteArrayView event, QByteArrayView timeKey, qint64 time)
{
    json.beginObject();
    json.field("event", event);
    json.field(timeKey, isoTime(time));
}

QByteArray labeled(const QByteArray &label, qint64 time)
{
    JsonWriter json;
    beginEvent(json, "labeled", "created_at", time);
    writeUser(json, "actor", "nixpkgs-ci[bot]");
    json.key("label");
    json.beginObject();
    json.field("name", label);
    json.endObject();
    json.endObject();
    return json.take();
}

QByteArray reviewed(const Review &review, const QByteArray &sha)
{
    JsonWriter json;
    beginEvent(json, "reviewed", "submitted_at", review.time);
    json.field("state", review.state.toLower());
    writeUser(json, "user", review.user);
    json.field("commit_id", sha);
    json.field("author_association", "MEMBER");
    json.endObject();
    return json.take();
}

QByteArray ended(const World &world, const PullRequest &pull)
{
    const bool merged = pull.state == PullRequestState::Merged;
    JsonWriter json;
    beginEvent(json, merged ? "merged" : "closed", "created_at", pull.closedAt);
    writeUser(json, "actor", merged ? pull.mergedBy : pull.author);
    json.field("commit_id",
        merged ? std::optional<QByteArray>(world.source().commit(pull.merge).sha) : std::optional<QByteArray>());
    json.endObject();
    return json.take();
}

QByteArray enqueued(qint64 time)
{
    JsonWriter json;
    beginEvent(json, "added_to_merge_queue", "created_at", time);
    writeUser(json, "actor", "nixpkgs-ci[bot]");
    json.endObject();
    return json.take();
}

QByteArray crossReferenced(const PullRequest &from)
{
    JsonWriter json;
    beginEvent(json, "cross-referenced", "created_at", from.openedAt);
    json.key("source");
    json.beginObject();
    json.field("type", "issue");
    json.key("issue");
    json.beginObject();
    json.field("number", from.number.value);
    json.field("title", from.title);
    json.key("pull_request");
    json.beginObject();
    writeIsoTime(json, "merged_at", from.state == PullRequestState::Merged ? from.closedAt : 0);
    json.endObject();
    json.endObject();
    json.endObject();
    json.endObject();
    return json.take();
}

} // namespace

std::vector<CheckRun> checkRuns(const World &world, const PullRequest &pull, bool latest)
{
    constexpr qint64 firstJob = 50'000'000'000;
    std::vector<CheckRun> runs;
    qint64 id = firstJob + pull.number.value * 1000;
    for (const Check &check : world.checks(pull)) {
        const bool twice = check.app == Check::App::OfBorg && isCompleted(check);
        if (twice)
            runs.push_back({.pull = &pull, .check = check, .id = id++, .asQueued = true});
        runs.push_back(
            {.pull = &pull, .check = check, .id = id++, .asQueued = check.app == Check::App::OfBorg && !twice});
    }
    std::ranges::reverse(runs); // newest first
    if (!latest)
        return runs;
    std::set<std::pair<Check::App, QByteArray>> seen;
    std::erase_if(runs, [&](const CheckRun &run) { return !seen.emplace(run.check.app, run.check.name).second; });
    return runs;
}

void writeCheckRun(JsonWriter &json, const Stage &stage, const CheckRun &run)
{
    const Check &check = run.check;
    const bool done = isCompleted(check) && !run.asQueued;
    const bool hasAttempt = check.app == Check::App::OfBorg && done;
    json.beginObject();
    json.field("id", run.id);
    json.field("head_sha", headSha(stage.world, *run.pull));
    json.field("external_id", hasAttempt ? check.externalId : QByteArray());
    json.field("html_url", cat(site, "/runs/", run.id));
    json.field("details_url", detailsUrl(stage, run));
    json.field("status", run.asQueued ? "queued"_ba : stateWord(check.state));
    json.field("conclusion", done ? std::optional<QByteArray>(check.conclusion) : std::nullopt);
    writeIsoTime(json, "started_at", run.asQueued || check.startedAt == 0 ? check.queuedAt : check.startedAt);
    writeIsoTime(json, "completed_at", done ? check.completedAt : 0);
    writeOutput(json, stage, run);
    json.field("name", check.name);
    json.key("check_suite");
    json.beginObject();
    json.field("id", 20'000'000'000 + run.pull->number.value);
    json.endObject();
    writeApp(json, check.app);
    json.key("pull_requests");
    json.raw("[]"); // always so for pull requests from forks
    json.endObject();
}

std::vector<CommitStatus> commitStatuses(const World &world, const PullRequest &pull)
{
    constexpr qint64 evalSeconds = 240; ///< that OfBorg needs to find out what to build
    const QByteArray run = cat(site, "/actions/runs/", runId(pull), "?pr=", pull.number.value);
    std::vector<CommitStatus> all;
    const auto add = [&](QByteArrayView context, QByteArrayView state, const QByteArray &description,
                         const QByteArray &target, QByteArrayView creator, qint64 time) {
        if (time <= world.now())
            all.push_back({.context = piece(context),
                .state = piece(state),
                .description = description,
                .target = target,
                .creator = piece(creator),
                .time = time});
    };
    add("ofborg-eval", "pending", "Starting", {}, "ofborg[bot]", pull.openedAt);
    add("ofborg-eval", "success", "^.^!", {}, "ofborg[bot]", pull.openedAt + evalSeconds);
    if (const auto time = allCompletedAt(actionsChecks(world, pull, "Eval / ")))
        add("Eval Summary", "success", summaryText(world, pull), run, "github-actions[bot]", *time);
    const std::vector<Check> actions = actionsChecks(world, pull);
    if (const auto time = allCompletedAt(actions))
        add("no PR failures", anyFailed(actions) ? "error" : "success", {}, run, "github-actions[bot]", *time);
    std::ranges::stable_sort(all, {}, &CommitStatus::time);
    std::ranges::reverse(all);
    return all;
}

void writeStatus(JsonWriter &json, const CommitStatus &status, qint64 id)
{
    json.beginObject();
    json.field("id", id);
    json.field("state", status.state);
    json.field("description", status.description.isEmpty() ? std::optional<QByteArray>() : status.description);
    json.field("target_url", status.target);
    json.field("context", status.context);
    json.field("created_at", isoTime(status.time));
    json.field("updated_at", isoTime(status.time));
    json.key("creator");
    json.beginObject();
    json.field("login", status.creator);
    json.field("type", "Bot");
    json.endObject();
    json.endObject();
}

qint64 runId(const PullRequest &pull)
{
    return firstRun + pull.number.value;
}

const PullRequest *pullOfRun(const World &world, qint64 runId)
{
    return world.source().pullRequest(PullRequestNr(runId - firstRun));
}

void writeRun(JsonWriter &json, const World &world, const PullRequest &pull)
{
    const std::vector<Check> checks = actionsChecks(world, pull);
    const auto ended = allCompletedAt(checks);
    const QByteArray api = cat("https://api.github.com/repos/NixOS/nixpkgs/actions/runs/", runId(pull));
    json.beginObject();
    json.field("id", runId(pull));
    json.field("name", "PR");
    json.field("head_branch", pull.headBranch);
    json.field("head_sha", headSha(world, pull));
    json.field("path", ".github/workflows/pull-request-target.yml");
    json.field("display_title", pull.title);
    json.field("run_number", pull.number.value % 100'000);
    json.field("event", "pull_request_target");
    json.field("status", ended ? "completed"_ba : "in_progress"_ba);
    json.field("conclusion",
        ended ? std::optional<QByteArray>(anyFailed(checks) ? "failure" : "success") : std::optional<QByteArray>());
    json.field("workflow_id", 129'044'089);
    json.field("check_suite_id", 20'000'000'000 + pull.number.value);
    json.field("html_url", cat(site, "/actions/runs/", runId(pull)));
    json.key("pull_requests");
    json.raw("[]");
    json.field("created_at", isoTime(pull.openedAt));
    json.field("updated_at", isoTime(ended.value_or(world.now())));
    writeUser(json, "actor", pull.author);
    json.field("run_attempt", 1);
    json.field("run_started_at", isoTime(pull.openedAt));
    json.field("jobs_url", api + "/jobs");
    json.field("artifacts_url", api + "/artifacts");
    json.endObject();
}

void writeJob(JsonWriter &json, const World &world, const CheckRun &run)
{
    const Check &check = run.check;
    json.beginObject();
    json.field("id", run.id);
    json.field("run_id", runId(*run.pull));
    json.field("workflow_name", "PR");
    json.field("head_branch", run.pull->headBranch);
    json.field("head_sha", headSha(world, *run.pull));
    json.field("run_attempt", 1);
    json.field("html_url", cat(site, "/actions/runs/", runId(*run.pull), "/job/", run.id));
    json.field("status", stateWord(check.state));
    json.field("conclusion", isCompleted(check) ? std::optional<QByteArray>(check.conclusion) : std::nullopt);
    writeIsoTime(json, "started_at", check.startedAt == 0 ? check.queuedAt : check.startedAt);
    writeIsoTime(json, "completed_at", check.completedAt);
    json.field("name", check.name);
    json.key("steps");
    json.raw("[]");
    json.key("labels");
    json.raw("[\"ubuntu-24.04-arm\"]");
    json.field("runner_name", nullptr);
    json.endObject();
}

std::vector<QByteArray> timeline(const World &world, const PullRequest &pull)
{
    constexpr qint64 labelling = 330; ///< seconds until the bot has labelled it
    std::vector<std::pair<qint64, QByteArray>> events;
    if (pull.openedAt + labelling <= world.now()) {
        for (const QByteArray &label : pull.labels)
            events.emplace_back(pull.openedAt + labelling, labeled(label, pull.openedAt + labelling));
    }
    for (const Review &review : pull.reviews)
        events.emplace_back(review.time, reviewed(review, headSha(world, pull)));
    if (pull.enqueuedAt() != 0 && pull.enqueuedAt() <= world.now())
        events.emplace_back(pull.enqueuedAt(), enqueued(pull.enqueuedAt()));
    if (pull.closedAt != 0)
        events.emplace_back(pull.closedAt, ended(world, pull));
    if (const PullRequest *backport = world.source().pullRequest(pull.backportedAs))
        events.emplace_back(backport->openedAt, crossReferenced(*backport));
    for (const auto &[number, other] : world.source().pullRequests()) {
        if (other.revertOf == pull.number) // its text says «Reverts NixOS/nixpkgs#N»
            events.emplace_back(other.openedAt, crossReferenced(other));
    }
    std::ranges::stable_sort(events, {}, &std::pair<qint64, QByteArray>::first);
    std::vector<QByteArray> texts;
    for (auto &[time, text] : events)
        texts.push_back(std::move(text));
    return texts;
}

} // namespace narscope::sim
