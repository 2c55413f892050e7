// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/simulator.h"
#include "sim/world.h"
#include "support/fakeclock.h"
#include "ui/shell/core.h"

#include <QRegularExpression>
#include <QTemporaryDir>

#include <map>

namespace narscope::test {

/// Seconds within which a question with this pause is asked again: a fifth by which copies of the program are spread,
/// and a minute in our own queue.
constexpr qint64 atMost(qint64 minutes)
{
    return minutes * 60 * 6 / 5 + 60;
}

/// When something new was seen, and how much later than it happened.
struct Noticing {
    int happened = 0;
    int noticed = 0;
    qint64 latest = 0; ///< seconds
    qint64 sum = 0; ///< seconds, of all noticed
    QStringList missed;

    void add(const QString &what, std::optional<qint64> seconds);
    [[nodiscard]] double mean() const { return noticed == 0 ? 0 : double(sum) / double(noticed); }
};

/// A question of the polling plan (hydra.md §13), by the path that asks it, and how often it may be asked.
struct PlannedQuestion {
    QString what;
    QRegularExpression path; ///< over host id and path: «demo-hydra/api/jobsets?project=nixos»
    int perHour = 0; ///< of one address; 0: never
};
[[nodiscard]] const QList<PlannedQuestion> &plannedQuestions();

/// The core that the window uses, against the simulator with the shipped policies, all on one thread. Time moves
/// on to the next thing due whenever there is nothing left to do, so that a day takes seconds and each run is the
/// same. Everything that a window could show is open all the time: the upper bound of what is asked.
class DayRig {
public:
    explicit DayRig(int jobs = 600);
    ~DayRig();

    /// Six channels, the jobsets that evaluate, and as many jobs.
    void watch(int jobs);
    /// One job and nothing else.
    void watchOnly(const JobName &job);
    /// Every place as a window would: the overview, the jobsets with an evaluation and a build, the farm, and once a
    /// trace, a log and a verification.
    void openEverything();
    void run(Milliseconds span);

    [[nodiscard]] int hours() const; ///< begun since the start
    /// Requests sent by server and hour since the start, redirects counted too.
    [[nodiscard]] const std::map<QString, std::vector<int>> &requests() const { return m_requests; }
    [[nodiscard]] QString table() const;
    /// What breaks the plan or a server's policy, one sentence each.
    [[nodiscard]] QStringList breaches() const;
    [[nodiscard]] int sent() const { return m_sent; }

    /// By the list of all jobsets' evaluations; those that ended at least `grace` seconds before the end.
    [[nodiscard]] Noticing evaluationsNoticed(qint64 grace) const;
    /// By the lists of the jobsets that are shown, which are asked for when the jobsets' counts changed.
    [[nodiscard]] Noticing evaluationsListed(qint64 grace) const;
    /// By the board.
    [[nodiscard]] Noticing releasesNoticed(qint64 grace) const;
    [[nodiscard]] const QList<watch::Notice> &notices() const { return m_notices; }
    [[nodiscard]] sim::World &world() { return m_simulator.world(); }
    [[nodiscard]] ui::Core &core() { return *m_core; }
    [[nodiscard]] FakeClock &clock() { return m_clock; }

private:
    using Times = std::map<qint64, qint64>; ///< by evaluation: when it was first told, seconds

    void settle();
    [[nodiscard]] bool isBusy();
    void take(const QList<net::LedgerEntry> &entries);
    void take(const watch::Change &change);
    void take(const watch::ChannelBoard &board);
    [[nodiscard]] Noticing noticed(const Times &times, const std::vector<JobsetName> &among, qint64 grace) const;
    [[nodiscard]] std::vector<JobsetName> jobsets() const;

    QTemporaryDir m_profile;
    FakeClock m_clock;
    qint64 m_start;
    Pools m_pools;
    sim::Simulator m_simulator;
    net::Servers m_servers;
    std::unique_ptr<ui::Core> m_core;
    int m_sent = 0;
    std::map<QString, std::vector<int>> m_requests;
    std::map<std::pair<QString, qint64>, std::map<QString, int>> m_questions; ///< by address and hour; by plan
    std::map<QString, QString> m_strange; ///< paths that no plan has, and refusals, with a reason
    std::set<quint64> m_counted;
    Times m_latest;
    Times m_listed;
    std::map<QString, qint64> m_revisions; ///< when the board first told of it
    QList<watch::Notice> m_notices;
};

} // namespace narscope::test
