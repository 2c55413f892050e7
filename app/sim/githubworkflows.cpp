// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubroutes.h"

#include "base/hash.h"
#include "sim/hydrahtml.h"

#include <zlib.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

// Workflows that run by the clock, and what a pull request's evaluation leaves behind.

namespace narscope::sim {

namespace {

constexpr QByteArrayView site = "https://github.com/NixOS/nixpkgs";

/// A workflow that runs by the clock, and the jobs of its runs.
struct Periodic {
    QByteArrayView file;
    QByteArrayView name;
    qint64 every; ///< seconds
    qint64 takes;
    std::array<QByteArrayView, 3> jobs;
};
constexpr std::array<Periodic, 3> periodic{{
    {"periodic-merge-6h.yml", "Periodic Merges (6h)", 6 * 3600, 150,
        {"master → staging-next", "staging-next → staging", "master → staging-nixos"}},
    {"periodic-merge-24h.yml", "Periodic Merges (24h)", 24 * 3600, 210,
        {"release-26.05 → staging-next-26.05", "staging-next-26.05 → staging-26.05", "master → haskell-updates"}},
    {"bot.yml", "Bot", 600, 40, {"run", {}, {}}},
}};

/// Ids tell the workflow and which of its runs it is.
constexpr qint64 firstPeriodicRun = 18'000'000'000;
constexpr qint64 idsOfEach = 100'000'000;

qint64 periodicId(size_t which, qint64 nth)
{
    return firstPeriodicRun + static_cast<qint64>(which) * idsOfEach + nth;
}

// A merge has a conflict now and then.
bool hasFailed(size_t which, qint64 nth)
{
    constexpr quint64 once = 13;
    return which < 2 && mix(which + 1, static_cast<quint64>(nth)) % once == 0;
}

void writePeriodicRun(JsonWriter &json, const World &world, size_t which, qint64 nth)
{
    const Periodic &flow = periodic.at(which);
    const qint64 created = nth * flow.every + 20;
    const bool ended = created + flow.takes <= world.now();
    const qint64 id = periodicId(which, nth);
    json.beginObject();
    json.field("id", id);
    json.field("name", flow.name);
    json.field("head_branch", "master");
    json.field("head_sha", world.source().commit(world.source().head("master")).sha);
    json.field("path", cat(".github/workflows/", flow.file));
    json.field("display_title", flow.name);
    json.field("run_number", nth);
    json.field("event", "schedule");
    json.field("status", ended ? "completed"_ba : "in_progress"_ba);
    json.field(
        "conclusion", ended ? std::optional<QByteArray>(hasFailed(which, nth) ? "failure" : "success") : std::nullopt);
    json.field("workflow_id", 129'044'100 + static_cast<qint64>(which));
    json.field("check_suite_id", 21'000'000'000 + nth);
    json.field("html_url", cat(site, "/actions/runs/", id));
    json.key("pull_requests");
    json.raw("[]");
    json.field("created_at", isoTime(created));
    json.field("updated_at", isoTime(ended ? created + flow.takes : world.now()));
    writeUser(json, "actor", "nixpkgs-ci[bot]");
    json.field("run_attempt", 1);
    json.field("run_started_at", isoTime(created));
    json.endObject();
}

void writePeriodicJob(JsonWriter &json, const World &world, size_t which, qint64 nth, size_t place)
{
    const Periodic &flow = periodic.at(which);
    const qint64 started = nth * flow.every + 30;
    const bool ended = started + flow.takes <= world.now();
    const bool failed = hasFailed(which, nth) && place == 0;
    json.beginObject();
    json.field("id", 51'000'000'000 + nth * 3 + static_cast<qint64>(place));
    json.field("run_id", periodicId(which, nth));
    json.field("workflow_name", flow.name);
    json.field("head_branch", "master");
    json.field("status", ended ? "completed"_ba : "in_progress"_ba);
    json.field("conclusion", ended ? std::optional<QByteArray>(failed ? "failure" : "success") : std::nullopt);
    json.field("started_at", isoTime(started));
    writeIsoTime(json, "completed_at", ended ? started + flow.takes : 0);
    json.field("name", flow.jobs.at(place));
    json.key("steps");
    json.raw("[]");
    json.key("labels");
    json.raw("[\"ubuntu-24.04-arm\"]");
    json.field("runner_name", nullptr);
    json.endObject();
}

/// When the evaluation's comparison was uploaded; nothing while it is not.
std::optional<qint64> comparedAt(const World &world, const PullRequest &pull)
{
    for (const Check &check : world.checks(pull)) {
        if (check.name == "Eval / compare" && check.state == Check::State::Completed)
            return check.completedAt;
    }
    return {};
}

/// One stored file in a zip archive (APPNOTE 6.3).
QByteArray zipOf(const QByteArray &name, const QByteArray &content)
{
    const auto little = [](quint64 number, int bytes) {
        QByteArray out;
        for (int i = 0; i < bytes; ++i)
            out += static_cast<char>(number >> (8 * i) & 0xff);
        return out;
    };
    const quint64 crc
        = crc32(0, reinterpret_cast<const Bytef *>(content.constData()), static_cast<uInt>(content.size()));
    const auto size = static_cast<quint64>(content.size());
    const QByteArray facts = little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(crc, 4)
        + little(size, 4) + little(size, 4) + little(static_cast<quint64>(name.size()), 2) + little(0, 2);
    const QByteArray local = little(0x04034b50, 4) + facts + name + content;
    const QByteArray entry = little(0x02014b50, 4) + little(20, 2) + facts + little(0, 2) + little(0, 2) + little(0, 2)
        + little(0, 4) + little(0, 4) + name;
    return local + entry + little(0x06054b50, 4) + little(0, 2) + little(0, 2) + little(1, 2) + little(1, 2)
        + little(static_cast<quint64>(entry.size()), 4) + little(static_cast<quint64>(local.size()), 4) + little(0, 2);
}

void writeNames(JsonWriter &json, QByteArrayView key, const QList<QByteArray> &names)
{
    json.key(key);
    json.beginArray();
    for (const QByteArray &one : names)
        json.value(one);
    json.endArray();
}

void writeChange(JsonWriter &json, QByteArrayView key, const QList<QByteArray> &changed)
{
    json.key(key);
    json.beginObject();
    writeNames(json, "added", {});
    writeNames(json, "changed", changed);
    writeNames(json, "removed", {});
    json.endObject();
}

constexpr std::array<System, 3> evaluated{{System::X86Linux, System::ArmLinux, System::ArmDarwin}};

QList<QByteArray> together(const QList<QByteArray> &a, const QList<QByteArray> &b)
{
    QList<QByteArray> all = a;
    for (const QByteArray &one : b) {
        if (!all.contains(one))
            all += one;
    }
    return all;
}

QByteArray changedPaths(const World &world, const PullRequest &pull)
{
    const auto on = [&](System system) { return rebuiltAttributes(world, pull, system); };
    const QList<QByteArray> linux = together(on(System::X86Linux), on(System::ArmLinux));
    const QList<QByteArray> darwin = on(System::ArmDarwin);
    JsonWriter json;
    json.beginObject();
    writeChange(json, "attrdiff", together(linux, darwin));
    json.key("attrdiffByKernel");
    json.beginObject();
    writeChange(json, "linux", linux);
    writeChange(json, "darwin", darwin);
    json.endObject();
    json.key("attrdiffByPlatform");
    json.beginObject();
    for (const System system : evaluated)
        writeChange(json, name(system), on(system));
    json.endObject();
    json.key("labels");
    json.beginObject();
    for (const QByteArray &label : pull.labels) {
        if (label.startsWith("10.rebuild"))
            json.field(label, true);
    }
    json.endObject();
    json.key("rebuildsByPlatform");
    json.beginObject();
    for (const System system : evaluated) {
        if (const QList<QByteArray> names = on(system); !names.isEmpty())
            writeNames(json, name(system), names);
    }
    json.endObject();
    json.key("rebuildsByKernel");
    json.beginObject();
    writeNames(json, "linux", linux);
    writeNames(json, "darwin", darwin);
    json.endObject();
    json.key("rebuildCountByKernel");
    json.beginObject();
    json.field("linux", linux.size());
    json.field("darwin", darwin.size());
    json.endObject();
    json.endObject();
    return json.take();
}

qint64 artifactId(const PullRequest &pull)
{
    return 4'100'000'000 + pull.number.value;
}

QByteArray artifactZip(const World &world, const PullRequest &pull)
{
    return zipOf("changed-paths.json", changedPaths(world, pull));
}

HttpAnswer needsScope()
{
    return gitHubError(401, "You must have the actions scope to download artifacts.");
}

} // namespace

QList<QByteArray> rebuiltAttributes(const World &world, const PullRequest &pull, System system)
{
    QList<QByteArray> names;
    if (pull.branchMerge)
        return names;
    const Universe &universe = world.universe();
    std::vector<bool> needs(universe.size());
    needs[index(pull.attr)] = true;
    for (quint32 i = index(pull.attr); i < needs.size(); ++i) {
        const auto dependencies = universe.dependencies(Attr{i});
        needs[i] = needs[i] || std::ranges::any_of(dependencies, [&needs](Attr attr) { return needs[index(attr)]; });
        if (needs[i] && (universe.platforms(Attr{i}) & bit(system)) != 0)
            names += universe.attrName(Attr{i});
    }
    return names;
}

HttpAnswer workflowRuns(const GitHubAsk &ask)
{
    const auto flow = std::ranges::find(periodic, ask.at(2), [](const Periodic &p) { return piece(p.file); });
    if (flow == periodic.end())
        return gitHubNotFound();
    const auto which = static_cast<size_t>(flow - periodic.begin());
    const qint64 last = (ask.world.now() - 20) / flow->every;
    return countedList(ask, "workflow_runs", 400,
        [&](JsonWriter &json, size_t i) { writePeriodicRun(json, ask.world, which, last - static_cast<qint64>(i)); });
}

std::optional<HttpAnswer> periodicRun(const GitHubAsk &ask)
{
    const qint64 id = ask.at(2).toLongLong() - firstPeriodicRun;
    if (id < 0 || id >= static_cast<qint64>(periodic.size()) * idsOfEach)
        return {};
    const auto which = static_cast<size_t>(id / idsOfEach);
    const qint64 nth = id % idsOfEach;
    if (ask.at(3) == "jobs") {
        const auto count = static_cast<size_t>(
            std::ranges::count_if(periodic.at(which).jobs, [](QByteArrayView job) { return !job.isEmpty(); }));
        return countedList(
            ask, "jobs", count, [&](JsonWriter &json, size_t i) { writePeriodicJob(json, ask.world, which, nth, i); });
    }
    JsonWriter json;
    writePeriodicRun(json, ask.world, which, nth);
    return gitHubJson(json);
}

HttpAnswer artifactsOf(const GitHubAsk &ask, const PullRequest &pull)
{
    const auto uploaded = comparedAt(ask.world, pull);
    const QByteArray wanted = ask.http.parameter("name").value_or("comparison");
    const size_t count = uploaded && wanted == "comparison" ? 1 : 0;
    return countedList(ask, "artifacts", count, [&](JsonWriter &json, size_t) {
        constexpr qint64 kept = 90 * 24 * 3600;
        const QByteArray zip = artifactZip(ask.world, pull);
        json.beginObject();
        json.field("id", artifactId(pull));
        json.field("name", "comparison");
        json.field("size_in_bytes", zip.size());
        json.field("archive_download_url",
            cat("https://api.github.com/repos/NixOS/nixpkgs/actions/artifacts/", artifactId(pull), "/zip"));
        json.field("expired", ask.world.now() > *uploaded + kept);
        json.field("digest", "sha256:" + hashOf(zip).base16());
        json.field("created_at", isoTime(*uploaded));
        json.field("updated_at", isoTime(*uploaded));
        json.field("expires_at", isoTime(*uploaded + kept));
        json.key("workflow_run");
        json.beginObject();
        json.field("id", runId(pull));
        json.field("repository_id", nixpkgsId);
        json.field("head_branch", pull.headBranch);
        json.field("head_sha", ask.source().commit(pull.head).sha);
        json.endObject();
        json.endObject();
    });
}

// The real one sends people on to an address at a storage service that holds for some minutes.
HttpAnswer artifact(const GitHubAsk &ask)
{
    const PullRequest *pull
        = ask.source().pullRequest(PullRequestNr(ask.at(2).toLongLong() - artifactId(PullRequest())));
    if (pull == nullptr || !comparedAt(ask.world, *pull))
        return gitHubNotFound();
    if (ask.at(3) == "zip" && ask.http.header("authorization").isEmpty())
        return needsScope();
    if (ask.at(3) == "zip") {
        HttpAnswer moved{.status = 302, .type = "text/html;charset=utf-8", .body = {}};
        moved.headers.emplace_back(
            "Location", cat(ask.http.base(), "/repositories/", nixpkgsId, "/stored/", ask.at(2), ".zip"));
        return moved;
    }
    return gitHubNotFound();
}

HttpAnswer storedArtifact(const HttpRequest &request, World &world)
{
    const QByteArray number = request.segments.value(3).chopped(4);
    const PullRequest *pull
        = world.source().pullRequest(PullRequestNr(number.toLongLong() - artifactId(PullRequest())));
    if (pull == nullptr)
        return gitHubNotFound();
    return {.type = "application/zip", .body = artifactZip(world, *pull)};
}

// The words of a search are looked for in titles and texts, as far as backports need it.
HttpAnswer searchIssues(const GitHubAsk &ask)
{
    const QByteArray query = ask.http.parameter("q").value_or(QByteArray());
    std::vector<const PullRequest *> found;
    for (const auto &[number, pull] : ask.source().pullRequests()) {
        const bool isIt
            = pull.backportOf.value != 0 && query.contains("\"#" + QByteArray::number(pull.backportOf.value) + '"');
        if (isIt)
            found.push_back(&pull);
    }
    JsonWriter json;
    json.beginObject();
    json.field("total_count", found.size());
    json.field("incomplete_results", false);
    json.key("items");
    json.beginArray();
    for (const PullRequest *pull : found) {
        json.beginObject();
        json.field("number", pull->number.value);
        json.field("title", pull->title);
        json.field("state", pull->state == PullRequestState::Open ? "open"_ba : "closed"_ba);
        json.key("labels");
        json.raw("[]");
        json.key("pull_request");
        json.beginObject();
        writeIsoTime(json, "merged_at", pull->state == PullRequestState::Merged ? pull->closedAt : 0);
        json.endObject();
        json.field("html_url", cat(site, "/pull/", pull->number.value));
        json.endObject();
    }
    json.endArray();
    json.endObject();
    return gitHubJson(json);
}

} // namespace narscope::sim
