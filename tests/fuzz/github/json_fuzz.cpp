// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/branchgraph.h"
#include "github/parsers.h"

#include <cstdlib>

using namespace narscope;
using namespace narscope::github;

/// Every reader of GitHub's JSON, and what follows from its values.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView body(data, qsizetype(size));
    if (const auto pull = parsePull(body); pull && pull->state != PullState::Merged && !pull->mergeCommit.isEmpty())
        std::abort(); // a trial merge is no merge
    (void)parsePulls(body);
    if (const auto reviews = parseReviews(body))
        (void)approvals(*reviews, QString());
    if (const auto timeline = parseTimeline(body))
        (void)backportsIn(*timeline);
    if (const auto checks = parseCheckRuns(body)) {
        if (newestChecks(*checks).size() > checks->size())
            std::abort();
        for (const auto &check : *checks)
            (void)buildName(check.name);
    }
    (void)parseCheckSuites(body);
    if (const auto statuses = parseStatuses(body))
        (void)evaluationCounts(*statuses);
    if (const auto runs = parseRuns(body))
        (void)pullRequestRun(*runs);
    (void)parseJobs(body);
    (void)parseArtifacts(body);
    (void)parseEvaluationComparison(body);
    (void)parseCommit(body);
    (void)parseComparison(body);
    (void)parseBranches(body);
    (void)parseOverview(body);
    (void)parseReach(body);
    if (const auto graph = BranchGraph::parse(body)) {
        for (const auto &edge : graph->edges())
            (void)graph->downstream(edge.from);
    }
    return 0;
}
