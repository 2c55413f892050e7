// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/changetable.h"
#include "watch/circumstances.h"
#include "watch/pullreport.h"

#include <QObject>

#include <functional>
#include <map>

namespace narscope::watch {

/// When a question was answered, what it cost, and when it is asked again by itself.
struct AskState {
    bool isRunning = false;
    qint64 at = 0; ///< of the last answer; 0: none yet
    qint64 nextAt = 0; ///< 0: only when a person wants it
    bool hasToken = false;
    std::optional<github::Quota> quota; ///< GitHub's, as it told last

    bool operator==(const AskState &) const = default;
};

/// A pull request as it is known now: the last good report, and beside it why there is no newer one.
struct PullNews {
    PullRequestNr number;
    std::optional<PullReport> report;
    ChangeTablePtr changes; ///< of its comparison; null: there is none
    std::optional<Problem> problem;
    AskState asked;

    bool operator==(const PullNews &) const = default;
};

struct WorkflowNews {
    QList<WorkflowReport> reports; ///< grows while it runs
    std::optional<Problem> problem;
    AskState asked;

    bool operator==(const WorkflowNews &) const = default;
};

struct PullDoors {
    net::Http &http;
    net::Servers servers;
    Pools &pools;
    Clock &clock;
    std::function<github::Token()> gitHubToken; ///< empty, or gives an empty one: without
};

/// Asks GitHub and OfBorg about the one pull request and the workflows that the window shows, and again while they
/// are shown: as often as the quota bears (pull-requests.md F.6). What was learnt stays for the next time. Lives on
/// the core thread; everything given must outlive it.
class PullDesk : public QObject {
    Q_OBJECT
public:
    explicit PullDesk(PullDoors doors);

    /// For pauses that begin from now on.
    void setCircumstances(const Circumstances &circumstances) { m_circumstances = circumstances; }

    /// Between two questions by itself; nothing: what is told is final, or asking again would use up the quota.
    [[nodiscard]] static std::optional<Milliseconds> pauseAfter(const PullNews &news, int failures);

public Q_SLOTS:
    /// This one is looked at from now on; 0: none is. What was learnt a short while ago is told without asking.
    void show(qint64 number);
    void showWorkflows(bool shown);
    /// Asks for what is shown, now.
    void refresh();

Q_SIGNALS:
    void pullTold(const narscope::watch::PullNews &news);
    void workflowsTold(const narscope::watch::WorkflowNews &news);

private:
    void begin(qint64 number, bool asksNow);
    Task<void> followPull(qint64 number, bool asksNow);
    Task<void> askPull(PullNews *news, int *failures);
    /// Until GitHub is asked again; meanwhile OfBorg tells of builds that are not over, which costs no quota.
    Task<void> rest(PullNews *news, Milliseconds pause);
    Task<void> followWorkflows(bool asksNow);
    Task<void> askWorkflows();
    /// How long until something asked at that time is asked again.
    [[nodiscard]] Milliseconds left(qint64 askedAt, Milliseconds pause) const;
    Task<void> take(PullNews *news, Result<PullReport> report);
    [[nodiscard]] std::unique_ptr<github::Client> newClient() const;
    [[nodiscard]] std::unique_ptr<ofborg::Client> newOfBorg() const;
    PullNews &newsOf(qint64 number);

    PullDoors m_doors;
    std::map<qint64, PullNews> m_known;
    std::map<qint64, qint64> m_shownAt; ///< by number: the longest unseen is forgotten first
    WorkflowNews m_workflows;
    qint64 m_shown = 0;
    Circumstances m_circumstances;
    bool m_showsWorkflows = false;
    Scope m_workflowScope;
    Scope m_pullScope; ///< last, so that flows end before what they use
};

} // namespace narscope::watch
