// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "sim/packages.h"

#include <QByteArray>
#include <QHash>
#include <QList>

#include <map>
#include <optional>
#include <vector>

// The simulated nixpkgs repository: commits, branches, pull requests. Only World changes it.

namespace narscope::sim {

/// A place in Source::commits().
enum class CommitIndex : qint32 { None = -1 };

struct Commit {
    QByteArray sha{}; ///< 40 hex digits
    qint64 time = 0; ///< epoch seconds
    QByteArray author{}; ///< GitHub name
    QByteArray subject{};
    std::vector<CommitIndex> parents{}; ///< the first is the branch's own; none: the beginning
    PullRequestNr pullRequest{}; ///< 0: none
    qint64 count = 0; ///< commits up to here, as in release names
};

/// One check of a pull request's head, as GitHub shows it.
struct Check {
    enum class App { Actions, OfBorg };
    enum class State { Queued, InProgress, Completed };
    App app = App::Actions;
    QByteArray name{}; ///< "Eval / x86_64-linux", "hello on aarch64-linux"
    QByteArray externalId{}; ///< OfBorg: the attempt's UUID
    State state = State::Queued;
    QByteArray conclusion{}; ///< "success", "failure", "neutral", "skipped"; empty until completed
    QByteArray title{}; ///< of the output: "Success", "Failure", ...
    qint64 queuedAt = 0;
    qint64 startedAt = 0;
    qint64 completedAt = 0; ///< 0: not yet
    std::optional<System> system{}; ///< OfBorg
};

struct Review {
    QByteArray user{};
    QByteArray state{}; ///< "APPROVED", "CHANGES_REQUESTED", "COMMENTED"
    qint64 time = 0;
};

enum class PullRequestState { Open, Merged, Closed };

struct PullRequest {
    PullRequestNr number{};
    QByteArray title{};
    QByteArray body{};
    QByteArray author{};
    QByteArray base{}; ///< branch
    QByteArray headBranch{};
    CommitIndex head = CommitIndex::None; ///< its own last commit
    CommitIndex baseCommit = CommitIndex::None; ///< the base's head when it was opened
    CommitIndex merge = CommitIndex::None; ///< once merged
    bool branchMerge = false; ///< staging-next into master: brings what has gathered there, and no change of its own
    Attr attr{}; ///< what it changes
    quint16 revision = 0; ///< the package's revision with it
    bool security = false;
    bool draft = false;
    PullRequestState state = PullRequestState::Open;
    QByteArray mergedBy{};
    QList<QByteArray> labels{};
    QList<Review> reviews{};
    qint64 openedAt = 0;
    qint64 updatedAt = 0;
    qint64 closedAt = 0; ///< merged or closed; 0: open
    qint64 mergeAt = 0; ///< when the merge queue will be through with it; 0: nobody has decided to merge it
    PullRequestNr backportOf{}; ///< 0: none
    PullRequestNr backportedAs{};
    PullRequestNr revertOf{}; ///< 0: none

    /// When it is put into its branch's merge queue; 0: nobody has decided that.
    [[nodiscard]] qint64 enqueuedAt() const { return mergeAt == 0 || branchMerge ? 0 : mergeAt - 25 * 60; }
    [[nodiscard]] bool isQueued(qint64 now) const
    {
        return state == PullRequestState::Open && enqueuedAt() != 0 && enqueuedAt() <= now;
    }
};

class Source {
public:
    [[nodiscard]] const std::vector<Commit> &commits() const { return m_commits; }
    [[nodiscard]] const Commit &commit(CommitIndex index) const { return m_commits[static_cast<size_t>(index)]; }
    /// A whole SHA, or a prefix of at least seven digits when only one commit has it.
    [[nodiscard]] std::optional<CommitIndex> find(QByteArrayView sha) const;
    /// Branches by name, the channels' among them.
    [[nodiscard]] const std::map<QByteArray, CommitIndex> &branches() const { return m_branches; }
    [[nodiscard]] CommitIndex head(const QByteArray &branch) const;
    /// Whether `commit` is `tip` or one of its ancestors.
    [[nodiscard]] bool contains(CommitIndex tip, CommitIndex commit) const;
    /// Commits reachable from `tip` and not from `base`, newest first.
    [[nodiscard]] std::vector<CommitIndex> between(CommitIndex base, CommitIndex tip) const;
    [[nodiscard]] CommitIndex mergeBase(CommitIndex a, CommitIndex b) const;

    [[nodiscard]] const std::map<PullRequestNr, PullRequest> &pullRequests() const { return m_pullRequests; }
    [[nodiscard]] const PullRequest *pullRequest(PullRequestNr number) const;

    /// The SHA and the count are made here; the parents must be known.
    CommitIndex add(Commit commit);
    void moveBranch(const QByteArray &branch, CommitIndex commit) { m_branches[branch] = commit; }
    /// Marks `tip` and all its ancestors by their place.
    [[nodiscard]] std::vector<bool> ancestors(CommitIndex tip) const;
    PullRequest &add(PullRequest pullRequest);
    [[nodiscard]] PullRequest *change(PullRequestNr number);

private:
    std::vector<Commit> m_commits;
    QHash<QByteArray, CommitIndex> m_bySha;
    std::map<QByteArray, CommitIndex> m_branches;
    std::map<PullRequestNr, PullRequest> m_pullRequests;
};

} // namespace narscope::sim
