// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/sourcelife.h"

#include "sim/contents.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <array>

namespace narscope::sim {

namespace {

constexpr qint64 minute = 60;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;
constexpr qint64 stagingCycle = 2 * day;
constexpr qint64 stagingTakes = 40 * hour;
constexpr qint64 periodicMerges = 6 * hour;
const QByteArray releaseBranch = "release-26.05";
const QByteArray bot = "nixpkgs-ci[bot]";

constexpr std::array<const char *, 16> authors{"alyssais", "emilazy", "getchoo", "hexa", "jopejoe1", "mweinelt",
    "natsukium", "nickcao", "r-ryantm", "r-ryantm", "r-ryantm", "trofi", "vcunat", "wolfgangwalther", "xzfc", "zowoq"};

/// A pull request whose fate is known: hours before the start of the demonstration.
struct StoryPlan {
    const char *name;
    const char *attr;
    const char *base;
    int opened;
    int merged; ///< 0: never
};
constexpr std::array<StoryPlan, 9> storyPlans{{
    {"merged-to-staging", "pcre2", "staging", 70, 60},
    {"reverted", "fish", "master", 62, 50},
    {"wrong-nar", "openapv", "master", 58, 44},
    {"backport", "git", "master", 52, 40},
    {"merged-to-master", "hello", "master", 46, 30},
    {"release-branch", "nginx", "release-26.05", 44, 28},
    {"job-missing", "restic", "master", 40, 26},
    {"failed-constituent", "networkmanager", "master", 34, 22},
    {"unmerged", "htop", "master", 20, 0},
}};
constexpr qint64 fixComesAfter = 34 * hour; ///< of the failed constituent
constexpr qint64 revertComesAfter = 12 * hour;

} // namespace

struct SourceLife::Plan {
    QByteArray title;
    QByteArray author;
    QByteArray base;
    Attr attr{};
    quint16 revision = 0;
    bool branchMerge = false;
};

SourceLife::SourceLife(const Universe &universe, quint64 seed, qint64 historyStart, qint64 start)
    : m_universe(universe)
    , m_seed(seed)
{
    for (const StoryPlan &plan : storyPlans)
        m_spared.insert(*universe.find(plan.attr));
    for (const auto &[name, kind] : Contents::incidentPackages())
        m_spared.insert(*universe.find(name));
    begin(historyStart, start);
}

void SourceLife::begin(qint64 historyStart, qint64 start)
{
    const CommitIndex root = commit(
        {.time = historyStart - 90 * day, .author = "vcunat", .subject = "26.05 is \"Yarara\"", .count = 812'000},
        {.old = true, .changed = {}});
    m_forkCount = m_source.commit(root).count - 3'800;
    m_source.moveBranch(releaseBranch, root);
    const CommitIndex trunk = commit({.time = historyStart - 10 * day,
                                         .author = "vcunat",
                                         .subject = "Merge staging-next into master",
                                         .parents = {root}},
        {});
    for (const char *branch : {"master", "staging-next", "staging"})
        m_source.moveBranch(branch, trunk);
    later(historyStart + minute, What::Open);
    later(historyStart + 2 * hour, What::Periodic);
    for (qint64 cycle = start - 50 * hour;; cycle -= stagingCycle) {
        if (cycle - stagingCycle < historyStart) {
            later(cycle, What::StagingCycle);
            break;
        }
    }
    for (size_t i = 0; i < storyPlans.size(); ++i)
        later(qMax(historyStart + minute, start - storyPlans.at(i).opened * hour), What::Story, qint64(i));
}

void SourceLife::later(qint64 time, What what, qint64 subject)
{
    m_events.push({.time = time, .order = m_order++, .what = what, .subject = subject});
}

void SourceLife::mergeLater(qint64 time, PullRequest &request)
{
    request.mergeAt = time;
    later(time, What::Merge, request.number.value);
}

void SourceLife::step()
{
    const Event event = m_events.top();
    m_events.pop();
    const PullRequestNr number{event.subject};
    switch (event.what) {
    case What::Open:
        return openAny(event.time);
    case What::Review:
        return review(event.time, number);
    case What::Merge:
        return mergeRequest(event.time, number);
    case What::Close:
        return close(event.time, number);
    case What::Backport:
        return backport(event.time, number);
    case What::Revert:
        return revert(event.time, number);
    case What::Periodic:
        return mergePeriodically(event.time);
    case What::StagingCycle:
        return startStagingCycle(event.time);
    case What::StagingDone:
        return mergeRequest(event.time, number);
    case What::Story:
        return tell(event.time, size_t(event.subject));
    }
}

quint16 SourceLife::revision(const SourceState &state, Attr attr) const
{
    if (const auto found = state.changed.find(index(attr)); found != state.changed.end())
        return found->second;
    if (state.old)
        return 0;
    return m_universe.kind(attr) == Kind::Bootstrap || mix(mix(m_seed, index(attr)), 77) % 3 == 0 ? 1 : 0;
}

QByteArray SourceLife::version(CommitIndex commit) const
{
    const Commit &at = m_source.commit(commit);
    const QByteArray head = state(commit).old ? "26.05." + QByteArray::number(at.count - m_forkCount)
                                              : "26.11pre" + QByteArray::number(at.count);
    return head + '.' + at.sha.first(12);
}

bool SourceLife::isBroken(Attr attr, quint16 revision) const
{
    if (m_broken.contains({attr, revision}))
        return true;
    return m_universe.kind(attr) == Kind::Package && m_universe.dependents(attr) == 0 && !isSpared(attr)
        && mix(mix(m_seed, index(attr)), 5000 + revision) % 250 == 0;
}

std::optional<Attr> SourceLife::breaks(Attr attr, quint16 revision) const
{
    const auto found = m_breaks.find({attr, revision});
    return found == m_breaks.end() ? std::nullopt : std::optional(found->second);
}

CommitIndex SourceLife::commit(Commit commit, SourceState state)
{
    const CommitIndex made = m_source.add(std::move(commit));
    m_states.push_back(std::move(state));
    return made;
}

// As git merges: what only one side has changed since they parted is taken from that side.
SourceState SourceLife::merged(CommitIndex a, CommitIndex b) const
{
    const SourceState &base = state(m_source.mergeBase(a, b));
    SourceState result = state(a);
    const SourceState &other = state(b);
    for (const auto &[attr, revision] : other.changed) {
        const auto before = base.changed.find(attr);
        if (before == base.changed.end() || before->second != revision)
            result.changed[attr] = revision;
    }
    return result;
}

CommitIndex SourceLife::merge(const QByteArray &into, CommitIndex other, Commit made)
{
    const CommitIndex head = m_source.head(into);
    made.parents = {head, other};
    const CommitIndex result = commit(std::move(made), merged(head, other));
    m_source.moveBranch(into, result);
    return result;
}

bool SourceLife::isMassRebuild(Attr attr) const
{
    return m_universe.dependents(attr) > qMax(20U, m_universe.size() / 20);
}

std::optional<Attr> SourceLife::choose(quint64 chance) const
{
    for (quint64 i = 0; i < 20; ++i) {
        const Attr attr{quint32(mix(chance, i) % m_universe.size())};
        const Kind kind = m_universe.kind(attr);
        const bool open = kind == Kind::Package || (kind == Kind::Bootstrap && m_universe.attrName(attr) != "stdenv");
        if (open && !m_busy.contains(attr) && !isSpared(attr))
            return attr;
    }
    return std::nullopt;
}

QByteArray SourceLife::person(quint64 chance) const
{
    return authors.at(chance % authors.size());
}

QList<QByteArray> SourceLife::labels(Attr attr) const
{
    const quint32 count = m_universe.dependents(attr) + 1;
    const QByteArray range = count > 5000 ? "5001+"
        : count > 1000                    ? "1001-2500"
        : count > 500                     ? "501-1000"
        : count > 100                     ? "101-500"
        : count > 10                      ? "11-100"
                                          : "1-10";
    QList<QByteArray> list{"10.rebuild-linux: " + range};
    list.append("10.rebuild-darwin: "
        + ((m_universe.platforms(attr) >> unsigned(System::X86Darwin)) != 0 ? range : QByteArray("0")));
    return list;
}

void SourceLife::openAny(qint64 time)
{
    const quint64 chance = mix(m_seed, quint64(m_nextNumber));
    later(time + 8 * minute + qint64(mix(chance, 1) % 34) * minute, What::Open);
    const auto attr = choose(chance);
    if (!attr)
        return;
    const quint16 revision = ++m_lastRevision.try_emplace(*attr, quint16(1)).first->second;
    const QByteArray base = isMassRebuild(*attr) ? "staging"
        : mix(chance, 2) % 14 == 0               ? releaseBranch
                                                 : QByteArray("master");
    const QByteArray before = m_universe.version(*attr, this->revision(state(m_source.head(base)), *attr));
    const QByteArray after = m_universe.version(*attr, revision);
    const QByteArray name = m_universe.attrName(*attr);
    PullRequest &request = open(time,
        {.title = before == after ? name + ": rebuild with hardening" : name + ": " + before + " -> " + after,
            .author = person(mix(chance, 3)),
            .base = base,
            .attr = *attr,
            .revision = revision});
    request.security = mix(chance, 4) % 16 == 0;
    if (request.security)
        request.labels.append({"1.severity: security", "backport release-26.05"});
    request.draft = mix(chance, 5) % 25 == 0;
    const qint64 takes = hour + qint64(mix(chance, 6) % 28) * qint64(mix(chance, 7) % 50) * minute;
    const quint64 fate = mix(chance, 8) % 100;
    if (fate < 4 || request.draft)
        return; // stays open
    for (quint64 i = 0; i < mix(chance, 9) % 3; ++i)
        later(time + takes * qint64(i + 1) / 4, What::Review, request.number.value);
    if (fate < 14)
        later(time + takes, What::Close, request.number.value);
    else
        mergeLater(time + takes, request);
}

PullRequest &SourceLife::open(qint64 time, const Plan &plan)
{
    const PullRequestNr number{m_nextNumber++};
    const CommitIndex base = m_source.head(plan.base);
    SourceState state = m_states[size_t(base)];
    if (!plan.branchMerge)
        state.changed[index(plan.attr)] = plan.revision;
    const CommitIndex head = plan.branchMerge ? m_source.head("staging-next")
                                              : commit({.sha = {},
                                                           .time = time - 20 * minute,
                                                           .author = plan.author,
                                                           .subject = plan.title,
                                                           .parents = {base},
                                                           .pullRequest = number},
                                                    std::move(state));
    if (!plan.branchMerge)
        m_busy.insert(plan.attr);
    return m_source.add(PullRequest{.number = number,
        .title = plan.title,
        .body = plan.branchMerge ? "Please push fixes to staging-next."
                                 : "## Things done\n\n- [x] Built on platform: x86_64-linux\n",
        .author = plan.author,
        .base = plan.base,
        .headBranch = plan.branchMerge  ? QByteArray("staging-next")
            : plan.author == "r-ryantm" ? "auto-update/" + m_universe.attrName(plan.attr)
                                        : m_universe.attrName(plan.attr) + "-update",
        .head = head,
        .baseCommit = base,
        .branchMerge = plan.branchMerge,
        .attr = plan.attr,
        .revision = plan.revision,
        .labels = plan.branchMerge ? QList<QByteArray>{"1.severity: mass-rebuild"} : labels(plan.attr),
        .openedAt = time,
        .updatedAt = time});
}

void SourceLife::review(qint64 time, PullRequestNr number)
{
    PullRequest *request = m_source.change(number);
    if (request->state != PullRequestState::Open)
        return;
    const quint64 chance = mix(quint64(number.value), quint64(time));
    const QByteArray state = chance % 7 == 0 ? "CHANGES_REQUESTED" : chance % 5 == 0 ? "COMMENTED" : "APPROVED";
    request->reviews.append({.user = person(mix(chance, 1)), .state = state, .time = time});
    request->updatedAt = time;
}

void SourceLife::mergeRequest(qint64 time, PullRequestNr number)
{
    PullRequest *request = m_source.change(number);
    if (request->state != PullRequestState::Open)
        return;
    if (request->branchMerge)
        request->head = m_source.head("staging-next");
    const QByteArray merger = person(mix(quint64(number.value), 55));
    request->mergedBy = merger == "r-ryantm" ? QByteArray("vcunat") : merger;
    request->merge = merge(request->base, request->head,
        {.sha = {},
            .time = time,
            .author = request->mergedBy,
            .subject = request->title + " (#" + QByteArray::number(number.value) + ')',
            .parents = {},
            .pullRequest = number});
    request->state = PullRequestState::Merged;
    request->closedAt = request->updatedAt = time;
    if (!request->branchMerge)
        m_busy.erase(request->attr);
    if (request->labels.contains("backport release-26.05"))
        later(time + 12 * minute, What::Backport, number.value);
}

void SourceLife::close(qint64 time, PullRequestNr number)
{
    PullRequest *request = m_source.change(number);
    request->state = PullRequestState::Closed;
    request->closedAt = request->updatedAt = time;
    m_busy.erase(request->attr);
}

void SourceLife::backport(qint64 time, PullRequestNr number)
{
    const PullRequest original = *m_source.pullRequest(number);
    PullRequest &copy = open(time,
        {.title = "[Backport release-26.05] " + original.title,
            .author = bot,
            .base = releaseBranch,
            .attr = original.attr,
            .revision = original.revision});
    copy.backportOf = number;
    copy.headBranch = "backport-" + QByteArray::number(number.value) + "-to-" + releaseBranch;
    copy.body = "Bot-based backport to `" + releaseBranch + "`, triggered by a label in #"
        + QByteArray::number(number.value) + '.';
    later(time + 3 * hour, What::Review, copy.number.value);
    mergeLater(time + 5 * hour, copy);
    m_source.change(number)->backportedAs = copy.number;
}

void SourceLife::revert(qint64 time, PullRequestNr number)
{
    const PullRequest original = *m_source.pullRequest(number);
    const quint16 before = revision(state(original.baseCommit), original.attr);
    PullRequest &undo = open(time,
        {.title = "Revert \"" + original.title + '"',
            .author = original.mergedBy,
            .base = original.base,
            .attr = original.attr,
            .revision = before});
    undo.body = "Reverts NixOS/nixpkgs#" + QByteArray::number(number.value);
    undo.headBranch = "revert-" + QByteArray::number(number.value) + '-' + original.headBranch;
    undo.revertOf = number;
    later(time + 2 * hour, What::Review, undo.number.value);
    mergeLater(time + 3 * hour, undo);
}

void SourceLife::mergePeriodically(qint64 time)
{
    later(time + periodicMerges, What::Periodic);
    constexpr std::array<std::pair<const char *, const char *>, 2> ways{
        {{"master", "staging-next"}, {"staging-next", "staging"}}};
    for (const auto &[from, into] : ways) {
        const CommitIndex other = m_source.head(from);
        if (!m_source.contains(m_source.head(into), other))
            merge(into, other,
                {.sha = {},
                    .time = time,
                    .author = bot,
                    .subject = QByteArray("Merge ") + from + " into " + into,
                    .parents = {}});
    }
}

void SourceLife::startStagingCycle(qint64 time)
{
    later(time + stagingCycle, What::StagingCycle);
    merge("staging-next", m_source.head("staging"),
        {.sha = {},
            .time = time,
            .author = "vcunat",
            .subject = "Merge branch 'staging' into staging-next",
            .parents = {}});
    const QByteArray date = QDateTime::fromSecsSinceEpoch(time, QTimeZone::UTC).date().toString(Qt::ISODate).toLatin1();
    PullRequest &request = open(
        time + minute, {.title = "staging-next " + date, .author = "vcunat", .base = "master", .branchMerge = true});
    later(time + stagingTakes, What::StagingDone, request.number.value);
}

void SourceLife::tell(qint64 time, size_t story)
{
    const StoryPlan &plan = storyPlans.at(story);
    const Attr attr = *m_universe.find(plan.attr);
    const quint16 revision = ++m_lastRevision.try_emplace(attr, quint16(1)).first->second;
    const QByteArray before = m_universe.version(attr, this->revision(state(m_source.head(plan.base)), attr));
    const QByteArray after = m_universe.version(attr, revision);
    const QByteArray name = plan.name;
    PullRequest &request = open(time,
        {.title = QByteArray(plan.attr) + ": "
                + (before == after ? QByteArray("enable more features") : before + " -> " + after),
            .author = person(mix(m_seed, story)),
            .base = plan.base,
            .attr = attr,
            .revision = revision});
    m_stories.push_back({.name = name, .pullRequest = request.number, .attr = plan.attr});
    later(time + hour, What::Review, request.number.value);
    const qint64 mergeTime = time + (plan.opened - plan.merged) * hour;
    if (plan.merged != 0)
        mergeLater(mergeTime, request);
    if (name == "backport") {
        request.security = true;
        request.labels.append({"1.severity: security", "backport release-26.05"});
    } else if (name == "reverted") {
        later(mergeTime + revertComesAfter, What::Revert, request.number.value);
    } else if (name == "failed-constituent") {
        m_breaks[{attr, revision}] = *m_universe.find("nixos.tests.networking.networkmanager");
        later(mergeTime + fixComesAfter, What::Revert, request.number.value);
    } else if (name == "job-missing") {
        m_broken.insert({attr, revision});
    }
}

} // namespace narscope::sim
