// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/recorder.h"

using namespace Qt::StringLiterals;

namespace narscope::watch {

Recorder::Recorder(history::History &history, QString server, Pools &pools, Clock &clock)
    : m_history(history)
    , m_server(std::move(server))
    , m_pools(pools)
    , m_clock(clock)
{
}

QString Recorder::documentKind(What what)
{
    switch (what) {
    case What::Projects:
        return u"projects"_s;
    case What::LatestEvals:
        return u"latest-evals"_s;
    case What::Jobsets:
        return u"jobsets"_s;
    case What::Evals:
        return u"evals"_s;
    case What::Jobset:
        return u"jobset"_s;
    case What::EvalHeader:
        return u"eval-header"_s;
    case What::EvalJobs:
        return u"eval-jobs"_s;
    case What::EvalErrors:
        return u"eval-errors"_s;
    case What::Build:
        return u"build"_s;
    case What::BuildDetails:
        return u"build-details"_s;
    }
    return {};
}

QString Recorder::documentKey(const Key &key)
{
    return key.number != 0 ? QString::number(key.number) : key.jobset.text();
}

template <typename T> void Recorder::keep(const Key &key, const T &value)
{
    m_history.putDocument({.server = m_server,
                              .kind = documentKind(key.what),
                              .key = documentKey(key),
                              .body = {},
                              .seenAt = m_clock.nowSeconds()},
        [value] { return history::pack(value); });
}

void Recorder::take(const Key &key, const QList<hydra::Project> &projects)
{
    keep(key, projects);
}

void Recorder::take(const Key &key, const QList<hydra::JobsetOverview> &jobsets)
{
    keep(key, jobsets);
}

void Recorder::take(const Key &key, const EvalList &list)
{
    m_history.addEvals(m_server, key.jobset, list.evals);
    keep(key, list);
}

void Recorder::take(const Key &key, const hydra::Jobset &jobset)
{
    keep(key, jobset);
}

void Recorder::take(const Key &key, const hydra::EvalHeader &header)
{
    m_history.addEvalHeader(m_server, header);
    keep(key, header);
}

void Recorder::take(const Key &key, const hydra::EvalJobs &jobs)
{
    m_history.addEvalJobs(m_server, jobs);
    keep(key, jobs);
}

void Recorder::take(const Key &key, const hydra::EvalErrors &errors)
{
    keep(key, errors);
}

void Recorder::take(const Key &key, const hydra::Build &build)
{
    m_history.addBuilds(m_server, {history::sightOf(build)});
    keep(key, build);
}

void Recorder::take(const Key &key, const hydra::BuildDetails &details)
{
    m_history.addBuilds(m_server, {history::sightOf(details)});
    m_history.addSteps(m_server, history::stepsOf(details));
    keep(key, details);
}

void Recorder::takeEvals(const JobsetName &jobset, const QList<hydra::EvalSummary> &evals)
{
    m_history.addEvals(m_server, jobset, evals);
}

void Recorder::takeJobs(const hydra::EvalJobs &jobs)
{
    m_history.addEvalJobs(m_server, jobs);
}

void Recorder::takeAll(const hydra::BuildTable &table)
{
    m_history.addBuildTable(m_server, table);
}

} // namespace narscope::watch
