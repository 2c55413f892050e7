// SPDX-License-Identifier: GPL-3.0-or-later
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
    if (const auto fresh = m_fresh.constFind(key); fresh != m_fresh.cend())
        co_return *fresh;
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
        // A clone is as old as its last fetch: its «no» about a branch may only be late.
        const bool isFinal = found
            && (found->contained == github::Contained::Yes
                || (found->contained == github::Contained::No && isWholeSha(tip)));
        if (isFinal)
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

Task<void> Forward::askReach(KnownPull *pull)
{
    m_fresh.clear();
    const auto sha = pull->commitSha();
    if (!m_sources.gitHub.hasToken() || !m_hasGraphQl || sha.isEmpty())
        co_return;
    QStringList names;
    for (const auto &branch : pull->branches | std::views::drop(1)) {
        if (!hasCommit(branch))
            names << branch.name;
    }
    for (const auto &channel : pull->channels) {
        if (!channel.contained || channel.contained->contained != github::Contained::Yes)
            names << channel.channel.name;
    }
    if (names.isEmpty())
        co_return;
    const auto reason = why(*pull, u"which branches have it"_s);
    Look<QList<github::BranchReach>> reach;
    auto asking = m_sources.gitHub.reach(sha, names, gitHubAsk(reason));
    auto looking = look(&reach, m_budget.allowsGitHub(), std::move(asking), reason, {});
    const bool good = co_await std::move(looking);
    m_hasGraphQl = good || reach.tooDear;
    if (good)
        takeReach(reach, sha);
}

void Forward::takeReach(const Look<QList<github::BranchReach>> &reach, const QString &sha)
{
    QList<github::Branch> heads;
    for (const auto &branch : *reach) {
        using enum github::CompareStatus;
        const auto status = branch.comparison.status; // of the commit against the branch
        const bool has = status == Identical || status == Behind;
        const Answered answered{.containing = {.contained = has ? github::Contained::Yes : github::Contained::No,
                                    .head = branch.head,
                                    .how = comparePage(branch.branch, sha).toString()},
            .answers = reach.answers};
        m_fresh.insert(branch.branch + u' ' + sha, answered);
        m_contained.insert(branch.head + u' ' + sha, answered);
        remember(branch.head, sha, answered);
        if (m_sources.graph.channel(branch.branch))
            heads.append({.name = branch.branch, .sha = branch.head});
    }
    m_sources.http.keepAsEvidence(reach.answers);
    if (heads.isEmpty())
        return;
    m_known.heads.value = heads;
    m_known.heads.at = reach.at;
    m_known.heads.answers = reach.answers;
    m_known.heads.source = QUrl(u"https://github.com/%1/branches"_s.arg(m_known.repository));
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
        auto recalling = m_sources.http.recallEvidence({fact.digest.toHex()});
        const auto answers = co_await std::move(recalling);
        co_return Answered{
            .containing = {.contained = fact.claim == containedClaim ? github::Contained::Yes : github::Contained::No,
                .how = fact.source},
            .answers = answers,
            .byHashes = fact.source.startsWith("git "_L1)};
    }
    co_return std::nullopt;
}

void Forward::remember(const QString &tip, const QString &sha, const Answered &answered)
{
    if (!m_sources.history)
        return;
    m_sources.http.keepAsEvidence(answered.answers);
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
    auto carrying = askCarriers(pull);
    co_await std::move(carrying);
    m_publish();
}

Task<void> Forward::askCarriers(KnownPull *pull)
{
    if (!m_sources.clone)
        co_return;
    for (qsizetype i = 1; i < pull->branches.size(); ++i) {
        auto &branch = pull->branches[i];
        if (!hasCommit(branch) || !branch.carrier.isEmpty())
            continue;
        auto asking = m_sources.clone->carrier(branch.name, pull->commitSha());
        const auto carrier = co_await std::move(asking);
        // A clone that is behind, or shallow, says nothing of it.
        branch.carrier = carrier.value_or(std::nullopt).value_or(QString());
    }
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

} // namespace narscope::trace
