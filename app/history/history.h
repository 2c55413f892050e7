// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "base/result.h"
#include "history/values.h"
#include "hydra/buildtable.h"

#include <QObject>

#include <functional>
#include <memory>

namespace narscope::history {

class Store;

/// Everything once seen, by its meaning, in one SQLite file of a folder. Lives on the core thread, never
/// blocks it: what is recorded is queued and written within a second by a thread of its own; questions run on
/// Pools::store with connections of their own. What was recorded can be asked for after the commit (flush()).
///
/// A file that is damaged or of a newer version is set aside under another name. A folder that cannot be
/// written and a full disk are told by troubled(); the program goes on, and questions answer what there is or
/// with the problem.
class History : public QObject {
    Q_OBJECT
public:
    /// Opens in the background. Several programs may share a folder.
    History(const QString &folder, Clock &clock, Pools &pools);
    /// Writes what is queued, then closes.
    ~History() override;

    [[nodiscard]] QString file() const;
    /// Ends when all that was recorded before is committed; the problem if it could not be.
    Task<Result<void>> flush();

    // What is recorded is taken as seen now, unless it says when. All calls return at once.
    void addBuilds(const QString &server, const QList<BuildSight> &builds);
    void addBuildTable(const QString &server, const hydra::BuildTable &table);
    void addEvals(const QString &server, const JobsetName &jobset, const QList<hydra::EvalSummary> &evals);
    void addEvalHeader(const QString &server, const hydra::EvalHeader &header); ///< inputs; its counts are left alone
    void addEvalJobs(const QString &server, const hydra::EvalJobs &jobs); ///< header, rows as builds, membership
    void addSteps(const QString &server, const QList<StepPast> &steps); ///< their seenFrom and seenUntil do not count
    void addMachines(const QString &server, const QList<hydra::Machine> &machines);
    void addChannels(const QList<ChannelSpell> &pointers); ///< their seenFrom and seenUntil do not count
    void addSamples(const QString &server, const QList<Sample> &samples); ///< at most one a series and second
    void addLogOpened(const LogOpened &log);
    void addVerifications(const QList<Verification> &verifications);
    void addFacts(const QList<Fact> &facts); ///< one known already stays as it was first told
    void addRequests(const QList<RequestCount> &counts); ///< added to what is there
    void setMark(const Mark &mark); ///< an empty value removes it
    void putDocument(const Document &document);
    /// The same with a body that is made on the writer's thread.
    void putDocument(const Document &document, std::function<QByteArray()> body);

    // Builds and evaluations.
    Task<Result<std::optional<BuildPast>>> build(QString server, BuildId id);
    /// Newest first.
    Task<Result<QList<BuildPast>>> buildsOfJob(QString server, JobName job, int limit = 20);
    /// Builds with this output or derivation, on any server, newest first.
    Task<Result<QList<BuildPast>>> buildsOfPath(QString storePath);
    Task<Result<std::optional<EvalPast>>> eval(QString server, EvalId id);
    /// Newest first; of all jobsets when the name is empty.
    Task<Result<QList<EvalPast>>> evals(
        QString server, JobsetName jobset, int limit = 50, std::optional<EvalId> before = {});
    /// Evaluations with an input at this revision (a full sha, or 7 digits and more of one), oldest first.
    Task<Result<QList<EvalPast>>> evalsOfRevision(QString server, QString revision);
    Task<Result<QList<EvalMember>>> members(QString server, EvalId eval);
    Task<Result<QList<StepPast>>> steps(QString server, BuildId build);
    /// What happened since, newest first.
    Task<Result<QList<Event>>> events(qint64 since, int limit = 200);

    // Farm.
    Task<Result<QList<MachinePast>>> machines(QString server);
    Task<Result<QList<StepPast>>> stepsOnMachine(QString server, QString machine, qint64 since, int limit = 200);
    Task<Result<QList<MachineTally>>> tallies(QString server, qint64 since);
    /// Seconds of the steps that ended since, sorted: for percentiles.
    Task<Result<QList<qint64>>> stepDurations(QString server, qint64 since, int limit = 20000);
    Task<Result<QStringList>> seriesNames(QString server, QString prefix);
    /// Joined to at most `most` points.
    Task<Result<QList<SamplePoint>>> samples(
        QString server, QString series, qint64 from, qint64 until, int most = 1000);

    Task<Result<Moment>> moment(QString server, qint64 time);

    // Channels, people, evidence.
    Task<Result<QList<ChannelSpell>>> channel(QString name, int limit = 200); ///< newest first
    Task<Result<QList<ChannelSpell>>> channelsNow(); ///< the last spell of each channel and view
    Task<Result<QList<LogOpened>>> logsOpened(int limit = 100); ///< newest first
    Task<Result<QList<Verification>>> verifications(QString path, int limit = 20); ///< empty path: of all; newest first
    Task<Result<QList<Fact>>> facts(QString subject, QString claim = {}); ///< empty claim: all
    Task<Result<QList<RequestCount>>> requests(qint64 sinceHour); ///< by hour, then host
    Task<Result<QList<Mark>>> marks(QString name);
    Task<Result<std::optional<Mark>>> mark(QString subject, QString name);
    Task<Result<QList<Document>>> documents(QString server, QStringList kinds);
    Task<Result<std::optional<Document>>> document(QString server, QString kind, QString key);

    Task<Result<HistorySize>> sizeOf();
    /// Removes what is older and gives the room back. Ends when it is done; the rows removed.
    Task<Result<qint64>> prune(Retention policy);

Q_SIGNALS:
    /// Something a person should know: set aside, not writable, disk full. Each thing once until it is well
    /// again.
    void troubled(const narscope::Problem &problem);

private:
    Clock &m_clock;
    Pools &m_pools;
    std::shared_ptr<Store> m_store; ///< shared with the readers under way
};

} // namespace narscope::history
