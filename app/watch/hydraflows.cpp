// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/hydrastore.h"

#include <algorithm>

namespace narscope::watch {

using namespace std::chrono_literals;

namespace {

template <typename T> std::optional<Problem> problemOf(const Result<T> &answer)
{
    return answer ? std::nullopt : std::optional(answer.error());
}

bool sameCounts(const hydra::EvalSummary &a, const hydra::EvalSummary &b)
{
    return a.succeeded == b.succeeded && a.failed == b.failed && a.scheduled == b.scheduled;
}

/// Both newest first; where both have an evaluation, the newer answer wins.
QList<hydra::EvalSummary> merged(const QList<hydra::EvalSummary> &newer, const QList<hydra::EvalSummary> &older)
{
    QList<hydra::EvalSummary> all = newer;
    std::set<EvalId> have;
    for (const auto &eval : newer)
        have.insert(eval.id);
    std::ranges::copy_if(older, std::back_inserter(all), [&](const auto &eval) { return !have.contains(eval.id); });
    std::ranges::stable_sort(all, std::greater{}, &hydra::EvalSummary::id);
    return all;
}

} // namespace

template <typename T> void HydraStore::take(const Key &key, Seen<T> &seen, const Result<T> &answer)
{
    seen.loading = false;
    seen.problem = problemOf(answer);
    if (answer) {
        seen.value = *answer;
        seen.seenAt = m_clock.nowSeconds();
        if (m_recorder)
            m_recorder->take(key, *answer);
    }
    settle(key, seen.problem);
    publish(key);
    replan();
}

Task<void> HydraStore::run(Key key, hydra::Ask ask)
{
    if (m_recorder && !m_tracks[key].wasRecalled) {
        m_tracks[key].wasRecalled = true;
        auto recalling = recall(key);
        const bool isFresh = co_await std::move(recalling);
        if (isFresh)
            co_return;
    }
    auto asking = askFor(key, ask);
    co_await std::move(asking);
}

Task<void> HydraStore::askFor(Key key, hydra::Ask ask)
{
    switch (key.what) {
    case What::Projects:
        return askProjects(key, ask);
    case What::LatestEvals:
        return askLatestEvals(key, ask);
    case What::Jobsets:
        return askJobsets(key, ask);
    case What::Evals:
        return askEvals(key, ask);
    case What::Jobset:
        return askJobset(key, ask);
    case What::EvalHeader:
        return askEvalHeader(key, ask);
    case What::EvalJobs:
        return askEvalJobs(key, ask);
    case What::EvalErrors:
        return askEvalErrors(key, ask);
    case What::Build:
        return askBuild(key, ask);
    case What::BuildDetails:
        return askBuildDetails(key, ask);
    }
    Q_UNREACHABLE();
}

void HydraStore::setLoading(const Key &key, bool loading)
{
    switch (key.what) {
    case What::Projects:
        m_projects.loading = loading;
        break;
    case What::LatestEvals:
        return;
    case What::Jobsets:
        m_jobsets[key.jobset.project].loading = loading;
        break;
    case What::Evals:
        m_evals[key.jobset].loading = loading;
        break;
    case What::Jobset:
        m_jobset[key.jobset].loading = loading;
        break;
    case What::EvalHeader:
        m_headers[EvalId(key.number)].loading = loading;
        break;
    case What::EvalJobs:
        m_evalJobs[EvalId(key.number)].loading = loading;
        break;
    case What::EvalErrors:
        m_errors[EvalId(key.number)].loading = loading;
        break;
    case What::Build:
        m_builds[BuildId(key.number)].loading = loading;
        break;
    case What::BuildDetails:
        m_details[BuildId(key.number)].loading = loading;
        break;
    }
    publish(key);
}

void HydraStore::publish(const Key &key)
{
    const EvalId eval(key.number);
    const BuildId build(key.number);
    switch (key.what) {
    case What::Projects:
        return m_publish(ProjectsSeen{m_projects});
    case What::LatestEvals:
        return;
    case What::Jobsets:
        return m_publish(JobsetsSeen{key.jobset.project, m_jobsets[key.jobset.project]});
    case What::Evals:
        return m_publish(EvalsSeen{key.jobset, m_evals[key.jobset]});
    case What::Jobset:
        return m_publish(JobsetSeen{key.jobset, m_jobset[key.jobset]});
    case What::EvalHeader:
        return m_publish(EvalHeaderSeen{eval, m_headers[eval]});
    case What::EvalJobs:
        return m_publish(EvalJobsSeen{eval, {}, m_evalJobs[eval]});
    case What::EvalErrors:
        return m_publish(EvalErrorsSeen{eval, m_errors[eval]});
    case What::Build:
        return m_publish(BuildSeen{build, m_builds[build]});
    case What::BuildDetails:
        return m_publish(BuildDetailsSeen{build, m_details[build]});
    }
}

Task<void> HydraStore::askProjects(Key key, hydra::Ask ask)
{
    auto question = m_client.projects(ask);
    const auto answer = co_await std::move(question);
    take(key, m_projects, answer);
}

Task<void> HydraStore::askLatestEvals(Key key, hydra::Ask ask)
{
    auto question = m_client.latestEvals(1, ask);
    const auto answer = co_await std::move(question);
    if (answer) {
        noticeEvals(answer->evals);
        m_publish(LatestEvalsSeen{answer->evals, m_clock.nowSeconds()});
        if (m_recorder)
            m_recorder->takeEvals({}, answer->evals);
    }
    auto problem = problemOf(answer);
    settle(key, problem);
    replan();
}

Task<void> HydraStore::askJobsets(Key key, hydra::Ask ask)
{
    auto question = m_client.jobsetOverviews(key.jobset.project, ask);
    const auto answer = co_await std::move(question);
    auto &seen = m_jobsets[key.jobset.project];
    if (answer && seen.value)
        noticeJobsets(*seen.value, *answer);
    take(key, seen, answer);
}

Task<void> HydraStore::askEvals(Key key, hydra::Ask ask)
{
    auto question = m_client.evals(key.jobset, 1, ask);
    const auto answer = co_await std::move(question);
    auto &seen = m_evals[key.jobset];
    seen.loading = false;
    seen.problem = problemOf(answer);
    if (answer)
        takeEvalPage(key.jobset, *answer, 1);
    settle(key, seen.problem);
    publish(key);
    replan();
}

void HydraStore::takeEvalPage(const JobsetName &asked, const hydra::EvalPage &page, int number)
{
    auto &seen = m_evals[asked];
    auto list = seen.value.value_or(EvalList{});
    const auto isKnown = [&list](const hydra::EvalSummary &eval) {
        return std::ranges::contains(list.evals, eval.id, &hydra::EvalSummary::id);
    };
    if (number == 1 && page.paging.hasNext && std::ranges::none_of(page.evals, isKnown))
        list = {}; // long away: between the page and what is known others may lie
    for (const auto &eval : page.evals) {
        const auto old = std::ranges::find(list.evals, eval.id, &hydra::EvalSummary::id);
        if (old != list.evals.end() && !sameCounts(*old, eval))
            markChanged({.what = What::EvalJobs, .number = eval.id.value});
    }
    list.evals = merged(page.evals, list.evals);
    if (number >= list.pages) {
        list.pages = number;
        list.hasOlder = page.paging.hasNext;
    }
    list.total = page.paging.total;
    seen.value = list;
    seen.seenAt = m_clock.nowSeconds();
    if (m_recorder)
        m_recorder->take({.what = What::Evals, .jobset = asked}, list);
    if (page.jobset && *page.jobset != asked)
        rename(asked, *page.jobset);
}

Task<void> HydraStore::askOlder(JobsetName jobset, int page)
{
    const hydra::Ask ask{.why = QStringLiteral("Jobs: older evaluations"), .priority = net::Priority::Interactive};
    auto question = m_client.evals(jobset, page, ask);
    const auto answer = co_await std::move(question);
    m_evals[jobset].problem = problemOf(answer);
    if (answer)
        takeEvalPage(jobset, *answer, page);
    publish({.what = What::Evals, .jobset = jobset});
}

Task<void> HydraStore::askJobset(Key key, hydra::Ask ask)
{
    // The same object as the jobset's own page, with the text of its errors, and cheaper.
    auto question = m_client.jobsetErrors(key.jobset, ask);
    const auto answer = co_await std::move(question);
    if (answer && answer->name != key.jobset)
        rename(key.jobset, answer->name);
    take(key, m_jobset[key.jobset], answer);
}

Task<void> HydraStore::askEvalHeader(Key key, hydra::Ask ask)
{
    auto question = m_client.evalHeader(EvalId(key.number), ask);
    const auto answer = co_await std::move(question);
    take(key, m_headers[EvalId(key.number)], answer);
}

Task<void> HydraStore::askEvalJobs(Key key, hydra::Ask ask)
{
    const hydra::EvalJobsQuery query;
    auto question = m_client.evalJobs(EvalId(key.number), query, ask);
    const auto answer = co_await std::move(question);
    take(key, m_evalJobs[EvalId(key.number)], answer);
}

Task<void> HydraStore::askSearch(EvalId eval, QString text)
{
    EvalJobsSeen found{.eval = eval, .filter = text};
    found.seen.loading = true;
    m_publish(found);
    const hydra::Ask ask{.why = QStringLiteral("Jobs: filter"), .priority = net::Priority::Interactive};
    hydra::EvalJobsQuery query;
    query.filter = text;
    auto question = m_client.evalJobs(eval, query, ask);
    auto answer = co_await std::move(question);
    found.seen = {.seenAt = m_clock.nowSeconds(), .problem = problemOf(answer)};
    if (answer)
        found.seen.value = std::move(*answer);
    if (answer && m_recorder)
        m_recorder->takeJobs(*found.seen.value);
    m_publish(found);
}

Task<void> HydraStore::askEvalErrors(Key key, hydra::Ask ask)
{
    auto question = m_client.evalErrors(EvalId(key.number), ask);
    const auto answer = co_await std::move(question);
    take(key, m_errors[EvalId(key.number)], answer);
}

Task<void> HydraStore::askBuild(Key key, hydra::Ask ask)
{
    auto question = m_client.build(BuildId(key.number), ask);
    const auto answer = co_await std::move(question);
    take(key, m_builds[BuildId(key.number)], answer);
}

Task<void> HydraStore::askBuildDetails(Key key, hydra::Ask ask)
{
    auto question = m_client.buildDetails(BuildId(key.number), ask);
    const auto answer = co_await std::move(question);
    auto &seen = m_details[BuildId(key.number)];
    // Only the page tells that a build runs, so it sets the pace; the JSON follows when the state changed.
    if (answer && seen.value && answer->state != seen.value->state)
        markChanged({.what = What::Build, .number = key.number});
    take(key, seen, answer);
}

Task<void> HydraStore::askAll(EvalId eval)
{
    const hydra::Ask ask{.why = QStringLiteral("Jobs: all builds of evaluation %1").arg(eval.value),
        .priority = net::Priority::Interactive};
    auto question = m_client.evalBuilds(eval, ask);
    auto answer = co_await std::move(question);
    m_all.seen = {.seenAt = m_clock.nowSeconds(), .problem = problemOf(answer)};
    if (answer)
        m_all.seen.value = std::move(*answer);
    if (answer && m_recorder)
        m_recorder->takeAll(*m_all.seen.value);
    m_publish(m_all);
    m_all = {};
}

void HydraStore::reportProgress(qint64 bytes)
{
    m_all.bytes = bytes;
    if (m_clock.monotonic() - m_allReported < 100ms || !m_all.seen.loading)
        return;
    m_allReported = m_clock.monotonic();
    m_publish(m_all);
}

void HydraStore::noticeJobsets(const QList<hydra::JobsetOverview> &before, const QList<hydra::JobsetOverview> &now)
{
    for (const auto &jobset : now) {
        const auto old = std::ranges::find(before, jobset.name, &hydra::JobsetOverview::name);
        if (old == before.end() || *old == jobset)
            continue;
        markChanged({.what = What::Evals, .jobset = jobset.name});
        if (old->times.errorTime != jobset.times.errorTime || old->fetchError != jobset.fetchError)
            markChanged({.what = What::Jobset, .jobset = jobset.name});
    }
}

void HydraStore::noticeEvals(const QList<hydra::EvalSummary> &newest)
{
    for (const auto &eval : newest) {
        const auto it = eval.jobset ? m_evals.find(*eval.jobset) : m_evals.end();
        if (it == m_evals.end() || !it->second.value)
            continue;
        const auto &known = it->second.value->evals;
        const auto old = std::ranges::find(known, eval.id, &hydra::EvalSummary::id);
        if (old == known.end() || !sameCounts(*old, eval))
            markChanged({.what = What::Evals, .jobset = *eval.jobset});
    }
}

void HydraStore::rename(const JobsetName &from, const JobsetName &to)
{
    m_publish(JobsetRenamed{from, to});
    if (const auto list = m_evals.find(from); list != m_evals.end() && list->second.value) {
        m_evals[to] = list->second;
        publish({.what = What::Evals, .jobset = to});
        m_tracks[{.what = What::Evals, .jobset = to}].dueAt = m_clock.monotonic() + interval(What::Evals);
    }
}

} // namespace narscope::watch
