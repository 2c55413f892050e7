// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/answermemory.h"
#include "trace/evalsearch.h"
#include "trace/forwardask.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// The first evaluation of each jobset that has the commit.

namespace narscope::trace {

namespace {

QString foundKey(const QString &hydra, const QString &sha, const JobsetName &jobset)
{
    return hydra + u' ' + jobset.text() + u' ' + sha;
}

} // namespace

Task<void> Forward::askEvals(KnownPull *pull, KnownJobset *jobset)
{
    const auto merged = pull->pull->mergedAt;
    const auto url = m_sources.hydra.jobsetUrl(jobset->name);
    const auto reason = why(*pull, u"evaluations of %1"_s.arg(jobset->name.text()));
    Look<hydra::EvalPage> page;
    auto asking = m_sources.hydra.evals(jobset->name, 1, hydraAsk(reason));
    auto looking = look(&page, m_budget.allowsHydra(), std::move(asking), reason, url);
    co_await std::move(looking);
    jobset->evals.tooDear = page.tooDear;
    jobset->evals.problem = page.problem;
    jobset->round = m_round;
    if (!page)
        co_return;
    // Once the first is found, the newest are what counts.
    const auto older = jobset->found ? 1 : olderPage(*page, merged);
    if (older > 1 && m_budget.allowsHydra()) {
        Look<hydra::EvalPage> back;
        auto askingBack = m_sources.hydra.evals(jobset->name, older, hydraAsk(reason));
        auto lookingBack = look(&back, true, std::move(askingBack), reason, url);
        co_await std::move(lookingBack);
        if (back && !back->evals.isEmpty() && back->evals.first().time > merged)
            page = back;
    }
    jobset->evals.value = withRevisions(*page);
    jobset->evals.at = page.at;
    jobset->evals.answers = page.answers;
    jobset->evals.source = page.source;
    for (const auto &eval : *jobset->evals) {
        if (jobset->found && jobset->found->eval.id == eval.id)
            jobset->found->eval.scheduled = eval.scheduled;
    }
    if (m_sources.history)
        m_sources.history->addEvals(m_sources.hydra.server().id, jobset->name, page->evals);
}

QHash<QString, bool> Forward::knownOf(const KnownPull &pull, const KnownJobset &jobset) const
{
    QHash<QString, bool> known = jobset.answered;
    for (const auto &other : pull.jobsets) {
        if (other.branch != jobset.branch || other.name == jobset.name || !other.evals)
            continue;
        const auto told = toldByOthers(*jobset.evals, *other.evals, other.answered);
        for (const auto &[revision, has] : told.asKeyValueRange())
            if (!known.contains(revision))
                known.insert(revision, has);
    }
    return known;
}

Task<void> Forward::searchEval(KnownPull *pull, KnownJobset *jobset)
{
    jobset->searched = false;
    const auto merged = pull->pull->mergedAt;
    const bool isDirect = jobset->branch == pull->pull->base;
    for (;;) {
        const auto question = nextQuestion(*jobset->evals, merged, isDirect, knownOf(*pull, *jobset));
        if (!question.ask && !question.found)
            break;
        const auto eval = question.ask ? *question.ask : *question.found;
        // The one that was concluded is asked about as well, to have somebody's word for it, if that is
        // affordable.
        auto asking = askEval(pull, jobset, eval.revision);
        const bool isKnown = co_await std::move(asking);
        if (!isKnown && question.ask)
            co_return;
        if (question.ask || (isKnown && !jobset->answered.value(eval.revision)))
            continue;
        const auto proof = m_contained.value(eval.revision + u' ' + pull->commitSha());
        jobset->found = FoundEval{.eval = eval,
            .isFirst = question.isFirst,
            .answers = jobset->evals.answers + proof.answers,
            .source = m_sources.hydra.evalUrl(eval.id),
            .how = proof.containing.how,
            .byHashes = proof.byHashes,
            .byOrder = !isKnown,
            .at = jobset->evals.at};
        rememberFound(*pull, *jobset);
        break;
    }
    jobset->searched = true;
}

// Hydra does not tell when an evaluation's last build ended: what counts is when it was first seen so, in this
// trace or before.
Task<void> Forward::noteFinished(KnownJobset *jobset)
{
    const auto *eval = finishedWith(*jobset);
    if (!eval || jobset->finishedSince.contains(eval->id.value))
        co_return;
    const auto id = eval->id.value;
    auto since = m_sources.clock.nowSeconds();
    if (m_sources.history) {
        const auto subject = u"evaluation %1 of %2"_s.arg(id).arg(m_known.hydra);
        auto asking = m_sources.history->facts(subject, u"finished"_s);
        const auto facts = co_await std::move(asking);
        if (facts && !facts->isEmpty())
            since = facts->first().time;
        else
            m_sources.history->addFacts({{.subject = subject,
                .claim = u"finished"_s,
                .object = {},
                .source = jobset->evals.source.toString(),
                .time = since,
                .digest = {}}});
    }
    jobset->finishedSince.insert(id, since);
}

Task<void> Forward::recallFound(KnownPull *pull, KnownJobset *jobset)
{
    if (!m_sources.history || jobset->found)
        co_return;
    auto asking = m_sources.history->document(
        memoryServer, foundKind, foundKey(m_known.hydra, pull->commitSha(), jobset->name));
    const auto kept = co_await std::move(asking);
    auto found = kept && *kept ? readFound((*kept)->body) : std::nullopt;
    if (!found)
        co_return;
    auto recalling = m_sources.http.recallEvidence(found->answers);
    found->answers = co_await std::move(recalling);
    if (found->answers.isEmpty() && !found->byHashes)
        co_return; // nothing is left that shows it
    found->source = m_sources.hydra.evalUrl(found->eval.id);
    jobset->found = std::move(found);
    jobset->searched = true;
}

void Forward::rememberFound(const KnownPull &pull, const KnownJobset &jobset)
{
    const auto &found = *jobset.found;
    if (!m_sources.history || !found.isFirst || found.byOrder)
        return;
    m_sources.http.keepAsEvidence(found.answers);
    m_sources.history->putDocument({.server = memoryServer,
        .kind = foundKind,
        .key = foundKey(m_known.hydra, pull.commitSha(), jobset.name),
        .body = writeFound(found),
        .seenAt = m_sources.clock.nowSeconds()});
}

Task<bool> Forward::askEval(KnownPull *pull, KnownJobset *jobset, QString revision)
{
    if (jobset->answered.contains(revision))
        co_return true;
    const auto reason = why(*pull, u"whether %1 has it"_s.arg(revision.first(qMin<qsizetype>(12, revision.size()))));
    auto asking = contains(revision, pull->commitSha(), reason);
    const auto answered = co_await std::move(asking);
    jobset->evals.tooDear = !answered && answered.error().kind == ProblemKind::NotAllowed;
    if (!answered) {
        if (!jobset->evals.tooDear)
            jobset->evals.problem = answered.error();
        co_return false;
    }
    jobset->answered.insert(revision, answered->containing.contained == github::Contained::Yes);
    co_return true;
}

} // namespace narscope::trace
