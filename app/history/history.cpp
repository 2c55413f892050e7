// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/history.h"

#include "history/readbuilds.h"
#include "history/readothers.h"
#include "history/retention.h"
#include "history/writebuilds.h"
#include "history/writeothers.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

/// Rows of a table written in one step, so that others get their turn.
constexpr qsizetype tablePortion = 2000;

QString fileIn(const QString &folder)
{
    return QDir(folder).filePath(u"history.sqlite"_s);
}

/// Asks on a pool's thread and comes back with the answer.
template <typename Work>
Task<Result<std::invoke_result_t<Work, Database &>>> ask(std::shared_ptr<Store> store, QThreadPool &pool, Work work)
{
    auto question = runOn(pool, [store, work = std::move(work)] { return store->read(work); });
    co_return co_await std::move(question);
}

} // namespace

History::History(const QString &folder, Clock &clock, Pools &pools)
    : m_clock(clock)
    , m_pools(pools)
{
    qRegisterMetaType<Problem>();
    QDir().mkpath(folder); // a folder that cannot be made is told when the file cannot
    m_store = std::make_shared<Store>(fileIn(folder), [this](const Problem &problem) {
        QMetaObject::invokeMethod(this, [this, problem] { Q_EMIT troubled(problem); }, Qt::QueuedConnection);
    });
}

History::~History()
{
    m_store->close(); // its thread calls this object
}

QString History::file() const
{
    return m_store->file();
}

Task<Result<void>> History::flush()
{
    Completion<Result<void>> done;
    auto *home = QAbstractEventDispatcher::instance();
    m_store->flush([done, home](Result<void> result) {
        QMetaObject::invokeMethod(home, [done, result] { done.set(result); }, Qt::QueuedConnection);
    });
    co_return co_await done;
}

void History::addBuilds(const QString &server, const QList<BuildSight> &builds)
{
    m_store->post([server, builds, now = m_clock.nowSeconds()](Writing &writing) {
        for (const auto &build : builds)
            writeBuild(writing, server, build, now);
    });
}

void History::addBuildTable(const QString &server, const hydra::BuildTable &table)
{
    for (qsizetype from = 0; from < table.size(); from += tablePortion) {
        m_store->post([server, table, from, now = m_clock.nowSeconds()](
                          Writing &writing) { writeTable(writing, server, table, from, from + tablePortion, now); });
    }
}

void History::addEvals(const QString &server, const JobsetName &jobset, const QList<hydra::EvalSummary> &evals)
{
    m_store->post([server, jobset, evals, now = m_clock.nowSeconds()](
                      Writing &writing) { writeEvals(writing, server, jobset, evals, now); });
}

void History::addEvalHeader(const QString &server, const hydra::EvalHeader &header)
{
    m_store->post(
        [server, header, now = m_clock.nowSeconds()](Writing &writing) { writeHeader(writing, server, header, now); });
}

void History::addEvalJobs(const QString &server, const hydra::EvalJobs &jobs)
{
    m_store->post(
        [server, jobs, now = m_clock.nowSeconds()](Writing &writing) { writeEvalJobs(writing, server, jobs, now); });
}

void History::addSteps(const QString &server, const QList<StepPast> &steps)
{
    m_store->post(
        [server, steps, now = m_clock.nowSeconds()](Writing &writing) { writeSteps(writing, server, steps, now); });
}

void History::addMachines(const QString &server, const QList<hydra::Machine> &machines)
{
    m_store->post([server, machines, now = m_clock.nowSeconds()](
                      Writing &writing) { writeMachines(writing, server, machines, now); });
}

void History::addChannels(const QList<ChannelSpell> &pointers)
{
    m_store->post([pointers, now = m_clock.nowSeconds()](Writing &writing) {
        for (const auto &pointer : pointers)
            writeChannel(writing, pointer, now);
    });
}

void History::addSamples(const QString &server, const QList<Sample> &samples)
{
    m_store->post([server, samples, now = m_clock.nowSeconds()](
                      Writing &writing) { writeSamples(writing, server, samples, now); });
}

void History::addLogOpened(const LogOpened &log)
{
    m_store->post([log](Writing &writing) { writeLogOpened(writing, log); });
}

void History::addVerifications(const QList<Verification> &verifications)
{
    m_store->post([verifications](Writing &writing) {
        for (const auto &verification : verifications)
            writeVerification(writing, verification);
    });
}

void History::addFacts(const QList<Fact> &facts)
{
    m_store->post([facts](Writing &writing) {
        for (const auto &fact : facts)
            writeFact(writing, fact);
    });
}

void History::addRequests(const QList<RequestCount> &counts)
{
    m_store->post([counts](Writing &writing) {
        for (const auto &count : counts)
            writeRequests(writing, count);
    });
}

void History::setMark(const Mark &mark)
{
    m_store->post([mark](Writing &writing) { writeMark(writing, mark); });
}

void History::putDocument(const Document &document)
{
    m_store->post([document](Writing &writing) { writeDocument(writing, document); });
}

void History::putDocument(const Document &document, std::function<QByteArray()> body)
{
    m_store->post([document, body = std::move(body)](Writing &writing) {
        auto whole = document;
        whole.body = body();
        writeDocument(writing, whole);
    });
}

Task<Result<std::optional<BuildPast>>> History::build(QString server, BuildId id)
{
    return ask(m_store, m_pools.store, [server, id](Database &database) { return readBuild(database, server, id); });
}

Task<Result<QList<BuildPast>>> History::buildsOfJob(QString server, JobName job, int limit)
{
    return ask(m_store, m_pools.store,
        [server, job, limit](Database &database) { return readBuildsOfJob(database, server, job, limit); });
}

Task<Result<QList<BuildPast>>> History::buildsOfPath(QString storePath)
{
    return ask(
        m_store, m_pools.store, [storePath](Database &database) { return readBuildsOfPath(database, storePath); });
}

Task<Result<std::optional<EvalPast>>> History::eval(QString server, EvalId id)
{
    return ask(m_store, m_pools.store, [server, id](Database &database) { return readEval(database, server, id); });
}

Task<Result<QList<EvalPast>>> History::evals(QString server, JobsetName jobset, int limit, std::optional<EvalId> before)
{
    return ask(m_store, m_pools.store, [server, jobset, limit, before](Database &database) {
        return readEvals(database, server, jobset, limit, before);
    });
}

Task<Result<QList<EvalPast>>> History::evalsOfRevision(QString server, QString revision)
{
    return ask(m_store, m_pools.store,
        [server, revision](Database &database) { return readEvalsOfRevision(database, server, revision); });
}

Task<Result<QList<EvalMember>>> History::members(QString server, EvalId eval)
{
    return ask(
        m_store, m_pools.store, [server, eval](Database &database) { return readMembers(database, server, eval); });
}

Task<Result<QList<StepPast>>> History::steps(QString server, BuildId build)
{
    return ask(
        m_store, m_pools.store, [server, build](Database &database) { return readSteps(database, server, build); });
}

Task<Result<QList<Event>>> History::events(qint64 since, int limit)
{
    return ask(
        m_store, m_pools.store, [since, limit](Database &database) { return readEvents(database, since, limit); });
}

Task<Result<QList<MachinePast>>> History::machines(QString server)
{
    return ask(m_store, m_pools.store, [server](Database &database) { return readMachines(database, server); });
}

Task<Result<QList<StepPast>>> History::stepsOnMachine(QString server, QString machine, qint64 since, int limit)
{
    return ask(m_store, m_pools.store, [server, machine, since, limit](Database &database) {
        return readStepsOnMachine(database, server, machine, since, limit);
    });
}

Task<Result<QList<MachineTally>>> History::tallies(QString server, qint64 since)
{
    return ask(
        m_store, m_pools.store, [server, since](Database &database) { return readTallies(database, server, since); });
}

Task<Result<QList<qint64>>> History::stepDurations(QString server, qint64 since, int limit)
{
    return ask(m_store, m_pools.store,
        [server, since, limit](Database &database) { return readStepDurations(database, server, since, limit); });
}

Task<Result<QStringList>> History::seriesNames(QString server, QString prefix)
{
    return ask(m_store, m_pools.store,
        [server, prefix](Database &database) { return readSeriesNames(database, server, prefix); });
}

Task<Result<QList<SamplePoint>>> History::samples(QString server, QString series, qint64 from, qint64 until, int most)
{
    return ask(m_store, m_pools.store, [server, series, from, until, most](Database &database) {
        return readSamples(database, server, series, from, until, most);
    });
}

Task<Result<Moment>> History::moment(QString server, qint64 time)
{
    return ask(m_store, m_pools.store, [server, time](Database &database) {
        return Moment{.time = time,
            .channels = readChannelsAt(database, time),
            .evals = readEvalsAt(database, server, time),
            .values = readValuesAt(database, server, time)};
    });
}

Task<Result<QList<ChannelSpell>>> History::channel(QString name, int limit)
{
    return ask(
        m_store, m_pools.store, [name, limit](Database &database) { return readChannel(database, name, limit); });
}

Task<Result<QList<ChannelSpell>>> History::channelsNow()
{
    return ask(m_store, m_pools.store, [](Database &database) { return readChannelsNow(database); });
}

Task<Result<QList<LogOpened>>> History::logsOpened(int limit)
{
    return ask(m_store, m_pools.store, [limit](Database &database) { return readLogsOpened(database, limit); });
}

Task<Result<QList<Verification>>> History::verifications(QString path, int limit)
{
    return ask(
        m_store, m_pools.store, [path, limit](Database &database) { return readVerifications(database, path, limit); });
}

Task<Result<QList<Fact>>> History::facts(QString subject, QString claim)
{
    return ask(
        m_store, m_pools.store, [subject, claim](Database &database) { return readFacts(database, subject, claim); });
}

Task<Result<QList<RequestCount>>> History::requests(qint64 sinceHour)
{
    return ask(m_store, m_pools.store, [sinceHour](Database &database) { return readRequests(database, sinceHour); });
}

Task<Result<QList<Mark>>> History::marks(QString name)
{
    return ask(m_store, m_pools.store, [name](Database &database) { return readMarks(database, name); });
}

Task<Result<std::optional<Mark>>> History::mark(QString subject, QString name)
{
    return ask(
        m_store, m_pools.store, [subject, name](Database &database) { return readMark(database, subject, name); });
}

Task<Result<QList<Document>>> History::documents(QString server, QStringList kinds)
{
    return ask(
        m_store, m_pools.store, [server, kinds](Database &database) { return readDocuments(database, server, kinds); });
}

Task<Result<std::optional<Document>>> History::document(QString server, QString kind, QString key)
{
    return ask(m_store, m_pools.store,
        [server, kind, key](Database &database) { return readDocument(database, server, kind, key); });
}

Task<Result<HistorySize>> History::sizeOf()
{
    return ask(m_store, m_pools.store, [file = file()](Database &database) { return readSize(database, file); });
}

Task<Result<qint64>> History::prune(Retention policy)
{
    qint64 rows = 0;
    for (;;) {
        auto pruned = std::make_shared<Pruned>(Pruned{.rows = 0, .isDone = true});
        m_store->post([pruned, policy, now = m_clock.nowSeconds()](
                          Writing &writing) { *pruned = pruneSome(writing, policy, now); });
        auto written = flush();
        const auto result = co_await std::move(written);
        if (!result)
            co_return std::unexpected(result.error());
        rows += pruned->rows;
        if (pruned->isDone)
            co_return rows;
    }
}

} // namespace narscope::history
