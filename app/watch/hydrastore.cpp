// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/hydrastore.h"

#include <algorithm>

namespace narscope::watch {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Evaluations and builds kept beside the visible one; each holds up to some 2,000 rows.
constexpr size_t kept = 30;

Key keyOf(What what, const JobsetName &jobset)
{
    return {.what = what, .jobset = jobset};
}

Key keyOf(What what, qint64 number)
{
    return {.what = what, .number = number};
}

template <typename K, typename T> void forgetAllBut(std::map<K, Seen<T>> &shelf, const std::optional<K> &shown)
{
    while (shelf.size() > kept) {
        const auto oldest = std::ranges::min_element(shelf, {}, [&](const auto &entry) {
            return shown && entry.first == *shown ? std::numeric_limits<qint64>::max() : entry.second.seenAt;
        });
        shelf.erase(oldest);
    }
}

} // namespace

HydraStore::HydraStore(net::Http &http, net::Server server, Pools &pools, Clock &clock, quint32 seed, Publish publish)
    : m_clock(clock)
    , m_pools(pools)
    , m_publish(std::move(publish))
    , m_http(http, [this](const QUrl &, qint64 bytes) { reportProgress(bytes); })
    , m_client(m_http, std::move(server), pools)
    , m_jitter(seed)
{
    m_interest.active = false; // until the window says what it shows
}

void HydraStore::setInterest(const Interest &interest)
{
    const auto before = wanted();
    m_interest = interest;
    wantedChanged(before);
    if (m_interest.eval != m_all.eval)
        cancelLoadAll();
    forgetOld();
    replan();
}

void HydraStore::keepFresh(const QStringList &projects)
{
    const auto before = wanted();
    m_keptFresh = projects;
    wantedChanged(before);
    replan();
}

void HydraStore::setCircumstances(const Circumstances &circumstances)
{
    const auto before = std::exchange(m_circumstances, circumstances);
    const auto now = m_clock.monotonic();
    for (auto &[key, track] : m_tracks) {
        if (track.dueAt > now)
            track.dueAt = now + restretched(track.dueAt - now, before, circumstances);
    }
    replan();
}

void HydraStore::wantedChanged(const Keys &before)
{
    const auto now = wanted();
    withdraw(now);
    for (const auto &key : now) {
        if (!before.contains(key))
            publish(key);
    }
}

HydraStore::Keys HydraStore::wanted() const
{
    Keys keys;
    for (const auto &project : m_keptFresh)
        keys.insert({keyOf(What::Jobsets, {project, {}}), {.what = What::LatestEvals}});
    if (!m_interest.active)
        return keys;
    keys.insert({{.what = What::Projects}, {.what = What::LatestEvals}});
    for (const auto &project : m_interest.projects)
        keys.insert(keyOf(What::Jobsets, {project, {}}));
    for (const auto &jobset : m_interest.jobsets)
        keys.insert(keyOf(What::Evals, jobset));
    if (m_interest.jobset)
        keys.insert(keyOf(What::Jobset, *m_interest.jobset));
    if (const auto eval = m_interest.eval) {
        keys.insert(keyOf(What::EvalHeader, eval->value));
        // The cheap page comes first; the costly one is never asked for an evaluation that was only passed.
        if (const auto header = m_headers.find(*eval); header != m_headers.end() && header->second.value) {
            keys.insert(keyOf(What::EvalJobs, eval->value));
            if (header->second.value->hasErrors)
                keys.insert(keyOf(What::EvalErrors, eval->value));
        }
    }
    if (m_interest.build) {
        keys.insert(keyOf(What::Build, m_interest.build->value));
        keys.insert(keyOf(What::BuildDetails, m_interest.build->value));
    }
    return keys;
}

HydraStore::Keys HydraStore::keysOf(const Subject &subject) const
{
    switch (subject.kind) {
    case SubjectKind::Server:
        return {{.what = What::Projects}, {.what = What::LatestEvals}};
    case SubjectKind::Project:
        return {keyOf(What::Jobsets, {subject.jobset.project, {}})};
    case SubjectKind::Jobset:
        return {keyOf(What::Evals, subject.jobset), keyOf(What::Jobset, subject.jobset)};
    case SubjectKind::Evaluation:
        return {keyOf(What::EvalHeader, subject.number), keyOf(What::EvalJobs, subject.number),
            keyOf(What::EvalErrors, subject.number)};
    case SubjectKind::Build:
        return {keyOf(What::Build, subject.number), keyOf(What::BuildDetails, subject.number)};
    case SubjectKind::Job:
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
    case SubjectKind::PullRequest:
    case SubjectKind::Commit:
    case SubjectKind::Channel:
    case SubjectKind::Builder:
        return {};
    }
    return {};
}

void HydraStore::refresh(const Subject &subject)
{
    const auto visible = wanted();
    for (const auto &key : keysOf(subject)) {
        const bool immutable = key.what == What::EvalHeader && m_headers[EvalId(key.number)].value;
        if (visible.contains(key) && !immutable && !m_tracks[key].inFlight)
            start(key, net::Priority::Interactive);
    }
}

void HydraStore::replan()
{
    if (m_inLoop) // an answer came at once; the loop reckons with it when it goes on
        return;
    m_loopFlow.cancelAll();
    m_loopFlow.start(loop());
}

Task<void> HydraStore::loop()
{
    for (;;) {
        m_inLoop = true;
        startDue(wanted(), net::Priority::Background);
        m_inLoop = false;
        auto next = m_clock.monotonic() + 1h;
        for (const auto &key : wanted()) {
            if (const auto &track = m_tracks[key]; !track.inFlight)
                next = std::min(next, track.dueAt);
        }
        const auto pause = std::max<Milliseconds>(next - m_clock.monotonic(), 1s);
        co_await m_clock.sleep(pause);
    }
}

void HydraStore::startDue(const Keys &keys, net::Priority priority)
{
    for (const auto &key : keys) {
        const auto &track = m_tracks[key];
        const bool somebodyWaits = track.askedAt < 0ms && key.what != What::LatestEvals;
        if (!track.inFlight && track.dueAt <= m_clock.monotonic())
            start(key, somebodyWaits ? net::Priority::Interactive : priority);
    }
}

void HydraStore::start(const Key &key, net::Priority priority)
{
    auto &track = m_tracks[key];
    track.inFlight = true;
    track.askedAt = m_clock.monotonic();
    if (priority == net::Priority::Interactive)
        setLoading(key, true);
    const hydra::Ask ask{.why = u"Jobs"_s, .priority = priority};
    track.scope->start(run(key, ask));
}

void HydraStore::withdraw(const Keys &stillWanted)
{
    for (auto &[key, track] : m_tracks) {
        if (!track.inFlight || stillWanted.contains(key))
            continue;
        track.scope->cancelAll();
        track.inFlight = false;
        track.wasRecalled = false;
        track.askedAt = Milliseconds(-1);
        track.dueAt = 0ms;
        setLoading(key, false);
    }
}

void HydraStore::markChanged(const Key &key)
{
    auto &track = m_tracks[key];
    if (track.askedAt >= 0ms && track.failures == 0)
        track.dueAt = std::min(track.dueAt, std::max(m_clock.monotonic(), track.askedAt + shortestPause(key.what)));
}

void HydraStore::settle(const Key &key, std::optional<Problem> &problem)
{
    auto &track = m_tracks[key];
    track.inFlight = false;
    track.failures = problem ? track.failures + 1 : 0;
    auto pause = problem ? retryPause(track.failures, problem->retryAfter) : pauseAfter(key);
    pause = stretched(pause, m_circumstances);
    // Up to a fifth later, never sooner: the plan's figures stay upper bounds.
    pause += pause / 1000 * std::uniform_int_distribution<int>(0, 200)(m_jitter);
    if (problem && problem->retryHelps)
        problem->retryAfter = pause;
    else if (problem)
        pause = std::max<Milliseconds>(pauseAfter(key), 15min);
    track.dueAt = m_clock.monotonic() + pause;
}

Milliseconds HydraStore::pauseAfter(const Key &key) const
{
    return key.what == What::Build || key.what == What::BuildDetails ? buildPause(BuildId(key.number))
                                                                     : interval(key.what);
}

Milliseconds HydraStore::buildPause(BuildId build) const
{
    const auto since = [this](qint64 epoch) { return m_clock.now() - std::chrono::seconds(epoch); };
    if (const auto it = m_details.find(build); it != m_details.end() && it->second.value) {
        const auto &details = *it->second.value;
        const bool started = details.state == hydra::BuildState::Running && details.startedAt;
        return buildInterval(details.state, since(started ? *details.startedAt : details.queuedAt.value_or(0)));
    }
    if (const auto it = m_builds.find(build); it != m_builds.end() && it->second.value)
        return buildInterval(it->second.value->state(), since(it->second.value->queuedAt));
    return 5min;
}

void HydraStore::forgetOld()
{
    forgetAllBut(m_headers, m_interest.eval);
    forgetAllBut(m_evalJobs, m_interest.eval);
    forgetAllBut(m_errors, m_interest.eval);
    forgetAllBut(m_builds, m_interest.build);
    forgetAllBut(m_details, m_interest.build);
    std::erase_if(m_tracks, [this](const auto &entry) {
        const auto &[key, track] = entry;
        switch (key.what) {
        case What::EvalHeader:
            return !m_headers.contains(EvalId(key.number));
        case What::EvalJobs:
            return !m_evalJobs.contains(EvalId(key.number));
        case What::EvalErrors:
            return !m_errors.contains(EvalId(key.number));
        case What::Build:
            return !m_builds.contains(BuildId(key.number));
        case What::BuildDetails:
            return !m_details.contains(BuildId(key.number));
        default:
            return false;
        }
    });
}

void HydraStore::loadOlder(const JobsetName &jobset)
{
    const auto &list = m_evals[jobset].value;
    if (m_olderFlow.isEmpty() && list && list->hasOlder)
        m_olderFlow.start(askOlder(jobset, list->pages + 1));
}

void HydraStore::search(EvalId eval, QString text)
{
    m_searchFlow.cancelAll();
    if (text.size() >= 3) // shorter ones let everything through: as costly as the whole page
        m_searchFlow.start(askSearch(eval, std::move(text)));
}

void HydraStore::loadAll(EvalId eval)
{
    m_allFlow.cancelAll();
    m_all = {.eval = eval};
    m_all.seen.loading = true;
    m_publish(m_all);
    m_allFlow.start(askAll(eval));
}

void HydraStore::cancelLoadAll()
{
    m_allFlow.cancelAll();
    if (m_all.eval.value == 0)
        return;
    const bool wasLoading = m_all.seen.loading;
    m_all.seen.loading = false;
    if (wasLoading)
        m_publish(m_all);
    m_all = {}; // the window holds its copy as long as it shows it
}

} // namespace narscope::watch
