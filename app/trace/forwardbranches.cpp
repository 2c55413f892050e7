// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evalsearch.h"
#include "trace/forwardask.h"

#include <QRegularExpression>

#include <algorithm>
#include <ranges>

using namespace Qt::StringLiterals;

// Where the commit is: branches, and revisions that were evaluated or published.

namespace narscope::trace {

namespace {

bool isWholeSha(const QString &tip)
{
    static const QRegularExpression sha(u"^[0-9a-f]{40}$"_s);
    return sha.match(tip).hasMatch();
}

const QString containedClaim = u"contained-in"_s;
const QString notContainedClaim = u"not-contained-in"_s;

bool hasCommit(const KnownBranch &branch)
{
    return !branch.impliedBy.isEmpty() || (branch.contained && branch.contained->contained == github::Contained::Yes);
}

} // namespace

Task<Result<Answered>> Forward::contains(QString tip, QString sha, QString why)
{
    const auto key = tip + u' ' + sha;
    if (const auto known = m_contained.constFind(key); known != m_contained.cend())
        co_return *known;
    if (tip == sha)
        co_return Answered{.containing = {.contained = github::Contained::Yes, .how = tip}, .byHashes = true};
    auto remembering = remembered(tip, sha);
    if (const auto past = co_await std::move(remembering)) {
        m_contained.insert(key, *past);
        co_return *past;
    }
    Answered answered;
    if (m_sources.clone) {
        auto asking = m_sources.clone->contains(tip, sha, gitHubAsk(why));
        const auto found = co_await std::move(asking);
        // A clone is as old as its last fetch: its «no» may only be late.
        if (found && found->contained == github::Contained::Yes)
            answered = {.containing = *found, .byHashes = true};
    }
    if (!answered.byHashes) {
        if (!m_budget.allowsGitHub())
            co_return problemSaying(ProblemKind::NotAllowed, tooDearSentence(), tip);
        (void)m_sources.http.take(why);
        auto asking = m_compare.contains(tip, sha, gitHubAsk(why));
        auto found = co_await std::move(asking);
        if (!found)
            co_return std::unexpected(found.error());
        answered = {.containing = std::move(*found), .answers = m_sources.http.take(why)};
    }
    const bool isFinal = answered.containing.contained == github::Contained::Yes || isWholeSha(tip);
    if (isFinal && answered.containing.contained != github::Contained::Unknown) {
        m_contained.insert(key, answered);
        remember(tip, sha, answered);
    }
    co_return answered;
}

// What never changes is kept for good: a branch that has a commit, and how two revisions stand.
Task<std::optional<Answered>> Forward::remembered(QString tip, QString sha)
{
    if (!m_sources.history)
        co_return std::nullopt;
    auto asking = m_sources.history->facts(sha, {});
    const auto facts = co_await std::move(asking);
    for (const auto &fact : facts.value_or(QList<history::Fact>())) {
        if (fact.object != tip || (fact.claim != containedClaim && fact.claim != notContainedClaim))
            continue;
        co_return Answered{
            .containing = {.contained = fact.claim == containedClaim ? github::Contained::Yes : github::Contained::No,
                .how = fact.source}};
    }
    co_return std::nullopt;
}

void Forward::remember(const QString &tip, const QString &sha, const Answered &answered)
{
    if (!m_sources.history)
        return;
    const bool has = answered.containing.contained == github::Contained::Yes;
    const auto digest = answered.answers.isEmpty() ? QByteArray() : QByteArray::fromHex(answered.answers.last());
    m_sources.history->addFacts({{.subject = sha,
        .claim = has ? containedClaim : notContainedClaim,
        .object = tip,
        .source = answered.containing.how,
        .time = m_sources.clock.nowSeconds(),
        .digest = digest}});
}

Task<void> Forward::askBranches(KnownPull *pull)
{
    if (pull->branches.isEmpty())
        co_return;
    auto &base = pull->branches.first();
    if (!base.contained) { // GitHub's own word: merged into its base
        base.contained.value
            = github::Containing{.contained = github::Contained::Yes, .how = pull->pull.source.toString()};
        base.contained.at = pull->pull.at;
        base.contained.answers = pull->pull.answers;
        base.contained.source = pull->pull.source;
    }
    if (pull->commitSha().isEmpty())
        co_return;
    // From the far end: what has arrived there came through everything before, and costs no question.
    for (qsizetype i = pull->branches.size() - 1; i > 0; --i) {
        if (!hasCommit(pull->branches[i])) {
            auto asking = askBranch(pull, &pull->branches[i]);
            co_await std::move(asking);
        }
        if (!hasCommit(pull->branches[i]))
            continue;
        for (qsizetype k = 1; k < i; ++k) {
            if (!hasCommit(pull->branches[k]))
                pull->branches[k].impliedBy = pull->branches[i].name;
        }
        break;
    }
    m_publish();
}

Task<void> Forward::askBranch(KnownPull *pull, KnownBranch *branch)
{
    const auto reason = why(*pull, u"whether %1 has it"_s.arg(branch->name));
    auto asking = contains(branch->name, pull->commitSha(), reason);
    const auto answered = co_await std::move(asking);
    branch->contained.tooDear = !answered && answered.error().kind == ProblemKind::NotAllowed;
    if (!answered) {
        if (!branch->contained.tooDear)
            branch->contained.problem = answered.error();
        co_return;
    }
    branch->contained.value = answered->containing;
    branch->contained.problem.reset();
    branch->contained.at = m_sources.clock.nowSeconds();
    branch->contained.answers = answered->answers;
    branch->contained.source = comparePage(branch->name, pull->commitSha());
    branch->byHashes = answered->byHashes;
}

QUrl Forward::comparePage(const QString &tip, const QString &sha) const
{
    return QUrl(u"https://github.com/%1/compare/%2...%3"_s.arg(m_known.repository, tip, sha));
}

KnownBranch *Forward::furthest(KnownPull *pull) const
{
    for (auto &branch : std::views::reverse(pull->branches)) {
        if (hasCommit(branch))
            return &branch;
    }
    return nullptr;
}

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
            .byOrder = !isKnown};
        break;
    }
    jobset->searched = true;
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
