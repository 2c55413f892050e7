// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/source.h"
#include "sim/worldtypes.h"

#include <map>
#include <queue>
#include <set>

// What people do to the sources: pull requests are opened, reviewed, merged; staging goes its rounds.

namespace narscope::sim {

/// The revisions of all packages at one commit.
struct SourceState {
    bool old = false; ///< on a release branch: packages begin at revision 0, elsewhere some at 1
    std::map<quint32, quint16> changed; ///< by attr: only those that a pull request has changed

    bool operator==(const SourceState &) const = default;
};

/// Does what is due, one event at a time in the order of time. The same seed and start do the same.
class SourceLife {
public:
    /// `historyStart`: when the events begin; `start`: the moment that the stories are told around.
    SourceLife(const Universe &universe, quint64 seed, qint64 historyStart, qint64 start);

    [[nodiscard]] const Source &source() const { return m_source; }
    [[nodiscard]] qint64 next() const { return m_events.top().time; } ///< there is always one
    void step();
    /// Channels move their branches from outside.
    void moveBranch(const QByteArray &branch, CommitIndex commit) { m_source.moveBranch(branch, commit); }

    [[nodiscard]] const SourceState &state(CommitIndex commit) const { return m_states[size_t(commit)]; }
    [[nodiscard]] quint16 revision(const SourceState &state, Attr attr) const;
    /// "26.11pre812345.abcdef012345" or "26.05.4193.abcdef012345".
    [[nodiscard]] QByteArray version(CommitIndex commit) const;
    [[nodiscard]] const std::vector<Story> &stories() const { return m_stories; }
    /// Whether this revision of the package cannot be evaluated.
    [[nodiscard]] bool isBroken(Attr attr, quint16 revision) const;
    /// The test that this revision of the package breaks.
    [[nodiscard]] std::optional<Attr> breaks(Attr attr, quint16 revision) const;
    /// Told of in a story or wrong in the cache: nothing may happen to it by chance.
    [[nodiscard]] bool isSpared(Attr attr) const { return m_spared.contains(attr); }

private:
    enum class What { Open, Review, Merge, Close, Backport, Revert, Periodic, StagingCycle, StagingDone, Story };
    struct Event {
        qint64 time = 0;
        quint64 order = 0;
        What what = What::Open;
        qint64 subject = 0; ///< pull request, or story
        bool operator>(const Event &other) const { return std::tie(time, order) > std::tie(other.time, other.order); }
    };
    struct Plan; // what is told about a pull request before it exists

    void later(qint64 time, What what, qint64 subject = 0);
    void mergeLater(qint64 time, PullRequest &request);
    void begin(qint64 historyStart, qint64 start);
    CommitIndex commit(Commit commit, SourceState state);
    CommitIndex merge(const QByteArray &into, CommitIndex other, Commit commit);
    [[nodiscard]] SourceState merged(CommitIndex a, CommitIndex b) const;
    [[nodiscard]] std::optional<Attr> choose(quint64 chance) const;
    [[nodiscard]] bool isMassRebuild(Attr attr) const;

    void openAny(qint64 time);
    PullRequest &open(qint64 time, const Plan &plan);
    void review(qint64 time, PullRequestNr number);
    void mergeRequest(qint64 time, PullRequestNr number);
    void close(qint64 time, PullRequestNr number);
    void backport(qint64 time, PullRequestNr number);
    void revert(qint64 time, PullRequestNr number);
    void mergePeriodically(qint64 time);
    void startStagingCycle(qint64 time);
    void tell(qint64 time, size_t story);
    [[nodiscard]] QList<QByteArray> labels(Attr attr) const;
    [[nodiscard]] QByteArray person(quint64 chance) const;

    const Universe &m_universe;
    quint64 m_seed;
    Source m_source;
    std::vector<SourceState> m_states; ///< by commit
    std::vector<Story> m_stories;
    std::map<Attr, quint16> m_lastRevision;
    std::set<Attr> m_busy; ///< a pull request is open
    std::set<Attr> m_spared;
    std::set<std::pair<Attr, quint16>> m_broken;
    std::map<std::pair<Attr, quint16>, Attr> m_breaks;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;
    quint64 m_order = 0;
    qint64 m_nextNumber = 460'001;
    qint64 m_forkCount = 0; ///< commits up to where the release branch left
};

} // namespace narscope::sim
