// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/client.h"
#include "hydra/client.h"
#include "hydra/jsonlayout.h"
#include "trace/jobcourse.h"
#include "trace/tracer.h"

#include <QObject>

namespace narscope::trace {

struct RawOrder {
    QString server;
    BuildId build;

    bool operator==(const RawOrder &) const = default;
};

/// A build's JSON as Hydra answered.
struct RawAnswer {
    RawOrder order;
    QByteArray body; ///< byte for byte
    hydra::LaidOut shown;
    QUrl url;
    qint64 seenAt = 0;

    bool operator==(const RawAnswer &) const = default;
};

/// What the Jobs place asks when a person looks closer: how a job fared, which commits may have broken it, a build's
/// JSON. Nothing is asked by itself, and what was told a short while ago is told again. A new order takes the place
/// of the one before of its kind. Lives on the core thread; everything given must outlive it.
class JobDesk : public QObject {
    Q_OBJECT
public:
    JobDesk(QList<hydra::Client *> hydras, net::Servers servers, TracerDoors doors);

    /// `anew`: also when it was told a short while ago.
    void ask(const narscope::trace::JobOrder &order, bool anew);
    /// Up to three of GitHub's requests: only on a person's word.
    void askSuspects(const narscope::trace::SuspectOrder &order);
    void askRaw(const narscope::trace::RawOrder &order);

Q_SIGNALS:
    /// As it grows; the last one is whole.
    void told(const narscope::trace::JobCourse &course);
    void failed(const narscope::trace::JobOrder &order, const narscope::Problem &problem);
    void suspectsTold(const narscope::trace::Suspects &suspects);
    void suspectsFailed(const narscope::trace::SuspectOrder &order, const narscope::Problem &problem);
    void rawTold(const narscope::trace::RawAnswer &answer);
    void rawFailed(const narscope::trace::RawOrder &order, const narscope::Problem &problem);

private:
    [[nodiscard]] Result<hydra::Client *> hydraOf(const QString &server) const;
    [[nodiscard]] const JobCourse *known(const JobOrder &order) const;
    void keep(const JobCourse &course);
    void remember(const JobCourse &course) const; ///< in the history
    Task<void> follow(JobOrder order);
    Task<Result<JobCourse>> askPage(hydra::Client *hydra, JobOrder order);
    Task<void> askOlder(hydra::Client *hydra, JobCourse *course);
    Task<void> askTurn(hydra::Client *hydra, JobCourse *course);
    Task<void> askLastGood(hydra::Client *hydra, JobCourse *course);
    /// Its evaluations, oldest first; empty when it cannot be had.
    Task<QList<EvalId>> evalsOf(hydra::Client *hydra, BuildId build, JobCourse *course);
    Task<void> askSiblings(hydra::Client *hydra, JobCourse *course);
    Task<void> findSuspects(SuspectOrder order);
    Task<Result<Suspects>> suspectsOf(SuspectOrder order);
    Task<void> fetchRaw(RawOrder order);

    QList<hydra::Client *> m_hydras;
    net::Servers m_servers;
    TracerDoors m_doors;
    QList<JobCourse> m_known; ///< whole ones, newest first
    Scope m_courseScope;
    Scope m_suspectScope;
    Scope m_rawScope; ///< these last, so that flows end before what they use
};

} // namespace narscope::trace
