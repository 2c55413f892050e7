// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/hydrastore.h"

namespace narscope::watch {

void HydraStore::remember(history::History &history)
{
    m_recorder = std::make_unique<Recorder>(history, m_client.server().id, m_pools, m_clock);
}

void HydraStore::settleRecalled(const Key &key, Milliseconds age)
{
    auto &track = m_tracks[key];
    track.inFlight = false;
    // As if it had been asked then: what changes is noticed against it.
    track.askedAt = std::max<Milliseconds>(m_clock.monotonic() - age, Milliseconds(0));
    track.dueAt = m_clock.monotonic() + pauseAfter(key) - age;
}

/// `seen` is a shelf's place; the flow ends with the store that has it.
template <typename T> Task<bool> HydraStore::recallInto(Key key, Seen<T> *seen)
{
    auto question = m_recorder->kept<T>(key);
    auto kept = co_await std::move(question);
    if (!kept || kept->seenAt <= seen->seenAt)
        co_return false;
    seen->value = std::move(kept->value);
    seen->seenAt = kept->seenAt;
    const auto age = std::max<Milliseconds>(m_clock.now() - std::chrono::seconds(kept->seenAt), Milliseconds(0));
    const bool isFresh = age < pauseAfter(key);
    if (isFresh) {
        seen->loading = false;
        settleRecalled(key, age);
    }
    publish(key);
    if (isFresh)
        replan();
    co_return isFresh;
}

Task<bool> HydraStore::recall(Key key)
{
    const EvalId eval(key.number);
    const BuildId build(key.number);
    switch (key.what) {
    case What::Projects:
        return recallInto(key, &m_projects);
    case What::LatestEvals:
        return [] -> Task<bool> { co_return false; }(); // a change detector: only news count
    case What::Jobsets:
        return recallInto(key, &m_jobsets[key.jobset.project]);
    case What::Evals:
        return recallInto(key, &m_evals[key.jobset]);
    case What::Jobset:
        return recallInto(key, &m_jobset[key.jobset]);
    case What::EvalHeader:
        return recallInto(key, &m_headers[eval]);
    case What::EvalJobs:
        return recallInto(key, &m_evalJobs[eval]);
    case What::EvalErrors:
        return recallInto(key, &m_errors[eval]);
    case What::Build:
        return recallInto(key, &m_builds[build]);
    case What::BuildDetails:
        return recallInto(key, &m_details[build]);
    }
    Q_UNREACHABLE();
}

} // namespace narscope::watch
