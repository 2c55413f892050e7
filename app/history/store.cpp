// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/store.h"

#include <QLoggingCategory>

#include <chrono>

using namespace Qt::StringLiterals;

namespace narscope::history {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(historyLog, "narscope.history")

/// Steps wait this long for others, to be committed together.
constexpr auto gathering = 500ms;
/// A transaction is committed after this long, however much is left.
constexpr auto longest = 300ms;
/// After the disk was full or the folder not writable.
constexpr auto retry = 10s;
/// Steps held while nothing can be written; the oldest go first.
constexpr size_t mostHeld = 20'000;

} // namespace

Store::Store(QString file, Tell tell)
    : m_file(std::move(file))
    , m_tell(std::move(tell))
    , m_thread([this] { run(); })
{
}

Store::~Store()
{
    close();
}

void Store::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
        m_changed.notify_all();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void Store::post(Step step)
{
    const std::lock_guard lock(m_mutex);
    m_incoming.push_back({.step = std::move(step), .ended = {}});
    if (m_incoming.size() == 1)
        m_changed.notify_all();
}

void Store::flush(Ended ended)
{
    const std::lock_guard lock(m_mutex);
    m_incoming.push_back({.step = {}, .ended = std::move(ended)});
    m_isUrgent = true;
    m_changed.notify_all();
}

Result<std::unique_ptr<Database>> Store::takeReader()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_wasTried; });
    if (!m_isOpen)
        return std::unexpected(*m_openProblem);
    while (!m_idleReaders.empty()) {
        auto [generation, database] = std::move(m_idleReaders.back());
        m_idleReaders.pop_back();
        if (generation == m_generation)
            return std::move(database);
    }
    auto database = std::make_unique<Database>();
    if (auto opened = database->open(m_file, Database::Access::Read); !opened)
        return std::unexpected(opened.error());
    return database;
}

std::optional<Problem> Store::giveReader(std::unique_ptr<Database> database)
{
    database->execute("PRAGMA shrink_memory"); // pages would pile up with each kind of question
    const std::lock_guard lock(m_mutex);
    if (!database->hasFailed()) {
        m_idleReaders.emplace_back(m_generation, std::move(database));
        return std::nullopt;
    }
    if (database->isDamaged()) {
        m_looksDamaged = true;
        m_changed.notify_all();
    }
    return database->problem();
}

void Store::run()
{
    (void)openFile();
    while (waitForJobs())
        writeAll();
    takeIncoming();
    writeAll();
    failAll(m_said.value_or(Problem{.kind = ProblemKind::Cancelled,
        .sentence = u"The history was closed."_s,
        .where = {},
        .detail = {},
        .advice = {},
        .retryHelps = false,
        .retryAfter = {}}));
    m_database.close();
}

bool Store::waitForJobs()
{
    std::unique_lock lock(m_mutex);
    const auto urgent = [this] { return m_isUrgent || m_isEnding || m_looksDamaged; };
    if (m_said && !m_queue.empty())
        m_changed.wait_for(lock, retry, urgent); // it is tried again then, or when somebody waits for it
    else
        m_changed.wait(lock, [&] { return urgent() || !m_incoming.empty(); });
    if (!urgent())
        m_changed.wait_for(lock, gathering, urgent);
    m_isUrgent = false;
    return !m_isEnding;
}

void Store::takeIncoming()
{
    const std::lock_guard lock(m_mutex);
    std::ranges::move(m_incoming, std::back_inserter(m_queue));
    m_incoming.clear();
}

bool Store::openFile()
{
    auto opened = openForWriting(m_database, m_file);
    m_names.forget();
    {
        const std::lock_guard lock(m_mutex);
        m_isOpen = opened.has_value();
        m_wasTried = true;
        m_openProblem = opened ? std::nullopt : std::optional(opened.error());
        ++m_generation;
        m_idleReaders.clear();
        m_changed.notify_all();
    }
    if (!opened)
        say(opened.error());
    else if (*opened)
        m_tell((*opened)->problem);
    return opened.has_value();
}

void Store::say(const Problem &problem)
{
    const bool isNew = !m_said || m_said->sentence != problem.sentence;
    m_said = problem;
    if (isNew)
        m_tell(problem);
}

void Store::moveAside()
{
    m_database.close();
    const auto moved = history::setAside(
        m_file, u"damaged"_s, u"The history turned out to be damaged. It is set aside, and a new one is begun."_s);
    if (moved)
        m_tell(moved->problem);
    else
        say(moved.error());
    (void)openFile();
}

void Store::writeAll()
{
    takeIncoming();
    bool isDamaged = false;
    {
        const std::lock_guard lock(m_mutex);
        isDamaged = std::exchange(m_looksDamaged, false);
    }
    if (isDamaged)
        moveAside();
    if (!m_isOpen && !openFile()) {
        failAll(*m_said);
        return;
    }
    while (!m_queue.empty() && writeSome())
        takeIncoming();
    // The same as of readers: what the next portion needs comes back from the system's own cache.
    m_database.execute("PRAGMA shrink_memory");
}

bool Store::writeSome()
{
    Writing writing{m_database, m_names};
    m_database.execute("BEGIN IMMEDIATE");
    const auto count = runSteps(writing);
    m_database.execute("COMMIT");
    if (!m_database.hasFailed()) {
        m_said.reset();
        m_dropped = 0;
        m_oneByOne -= std::min(m_oneByOne, count);
        endJobs(count);
        return true;
    }
    const auto problem = m_database.problem();
    const bool isDamaged = m_database.isDamaged();
    const bool isOwnMistake = !isDamaged && !m_database.cannotWrite();
    m_database.clearError();
    m_database.execute("ROLLBACK"); // fails when SQLite has rolled back already
    m_database.clearError();
    m_names.forget();
    if (isDamaged) {
        moveAside();
        return m_isOpen;
    }
    if (isOwnMistake && count > 0) {
        leaveOut(count, problem);
        return true;
    }
    say(problem);
    failAll(problem);
    return false;
}

/// A step's own mistake must not hold up the others: they are run again one by one, and it alone goes. (A
/// savepoint for each step would do the same, but makes SQLite walk a journal at every statement in it.)
void Store::leaveOut(size_t count, const Problem &problem)
{
    if (count > 1) {
        m_oneByOne = count;
        return;
    }
    qCWarning(historyLog) << "left out:" << problem.detail;
    m_oneByOne -= std::min<size_t>(m_oneByOne, 1);
    endJobs(1);
}

size_t Store::runSteps(Writing &writing)
{
    const auto began = std::chrono::steady_clock::now();
    size_t count = 0;
    while (count < m_queue.size() && !m_database.hasFailed()) {
        if (const auto &step = m_queue[count].step)
            step(writing);
        ++count;
        if (m_oneByOne > 0 || std::chrono::steady_clock::now() - began > longest)
            break;
    }
    return count;
}

void Store::endJobs(size_t count)
{
    for (; count > 0; --count) {
        const auto job = std::move(m_queue.front());
        m_queue.pop_front();
        if (job.ended)
            job.ended({});
    }
}

/// Whoever waits is told; the steps are kept for another time, as far as there is room.
void Store::failAll(const Problem &problem)
{
    Jobs steps;
    for (auto &job : m_queue) {
        if (job.ended)
            job.ended(std::unexpected(problem));
        else
            steps.push_back(std::move(job));
    }
    m_queue = std::move(steps);
    for (; m_queue.size() > mostHeld; m_queue.pop_front())
        ++m_dropped;
    if (m_dropped > 0)
        qCWarning(historyLog) << m_dropped << "sightings lost:" << problem.sentence;
}

} // namespace narscope::history
