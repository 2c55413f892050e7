// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/source.h"

#include "base/hash.h"

#include <algorithm>

namespace narscope::sim {

namespace {

constexpr qsizetype shaLength = 40;
constexpr qsizetype shortestPrefix = 7;

QByteArray shaOf(const Commit &commit, qsizetype place)
{
    QByteArray text = QByteArray::number(place) + ' ' + QByteArray::number(commit.time) + ' ' + commit.author + '\n'
        + commit.subject;
    for (const CommitIndex parent : commit.parents)
        text += ' ' + QByteArray::number(qint32(parent));
    return hashOf(text, HashAlgorithm::Sha1).base16();
}

} // namespace

std::optional<CommitIndex> Source::find(QByteArrayView sha) const
{
    if (sha.size() == shaLength) {
        const auto found = m_bySha.constFind(sha.toByteArray());
        return found == m_bySha.cend() ? std::nullopt : std::optional(*found);
    }
    std::optional<CommitIndex> only;
    if (sha.size() < shortestPrefix)
        return only;
    for (size_t i = 0; i < m_commits.size(); ++i) {
        if (!m_commits[i].sha.startsWith(sha))
            continue;
        if (only)
            return std::nullopt;
        only = CommitIndex{qint32(i)};
    }
    return only;
}

CommitIndex Source::head(const QByteArray &branch) const
{
    const auto found = m_branches.find(branch);
    return found == m_branches.end() ? CommitIndex::None : found->second;
}

// Parents always have smaller numbers, so one walk down finds all ancestors.
std::vector<bool> Source::ancestors(CommitIndex tip) const
{
    std::vector<bool> marked(m_commits.size());
    if (tip == CommitIndex::None)
        return marked;
    marked[size_t(tip)] = true;
    for (size_t i = size_t(tip) + 1; i-- > 0;) {
        if (!marked[i])
            continue;
        for (const CommitIndex parent : m_commits[i].parents)
            marked[size_t(parent)] = true;
    }
    return marked;
}

bool Source::contains(CommitIndex tip, CommitIndex commit) const
{
    if (commit == CommitIndex::None || tip == CommitIndex::None || commit > tip)
        return false;
    return ancestors(tip)[size_t(commit)];
}

std::vector<CommitIndex> Source::between(CommitIndex base, CommitIndex tip) const
{
    const std::vector<bool> known = ancestors(base);
    const std::vector<bool> reached = ancestors(tip);
    std::vector<CommitIndex> list;
    for (size_t i = m_commits.size(); i-- > 0;) {
        if (reached[i] && !known[i])
            list.push_back(CommitIndex{qint32(i)});
    }
    return list;
}

CommitIndex Source::mergeBase(CommitIndex a, CommitIndex b) const
{
    const std::vector<bool> ofA = ancestors(a);
    const std::vector<bool> ofB = ancestors(b);
    for (size_t i = m_commits.size(); i-- > 0;) {
        if (ofA[i] && ofB[i])
            return CommitIndex{qint32(i)};
    }
    return CommitIndex::None;
}

const PullRequest *Source::pullRequest(PullRequestNr number) const
{
    const auto found = m_pullRequests.find(number);
    return found == m_pullRequests.end() ? nullptr : &found->second;
}

CommitIndex Source::add(Commit commit)
{
    const CommitIndex place{qint32(m_commits.size())};
    commit.sha = shaOf(commit, qsizetype(place));
    if (!commit.parents.empty()) {
        // What a merge brings counts too, as in `git rev-list --count`.
        commit.count = this->commit(commit.parents.front()).count + 1;
        for (size_t i = 1; i < commit.parents.size(); ++i)
            commit.count += qint64(between(commit.parents.front(), commit.parents[i]).size());
    }
    m_bySha.insert(commit.sha, place);
    m_commits.push_back(std::move(commit));
    return place;
}

PullRequest &Source::add(PullRequest pullRequest)
{
    const PullRequestNr number = pullRequest.number;
    return m_pullRequests.insert_or_assign(number, std::move(pullRequest)).first->second;
}

PullRequest *Source::change(PullRequestNr number)
{
    const auto found = m_pullRequests.find(number);
    return found == m_pullRequests.end() ? nullptr : &found->second;
}

} // namespace narscope::sim
