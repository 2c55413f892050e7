// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/names.h"
#include "history/schema.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

// The file, its one writer and its readers. Private to app/history.

namespace narscope::history {

/// What a writing step works with; on the writer's thread, inside a transaction.
struct Writing {
    Database &database;
    Names &names;
};

/// Thread-safe. The writer's thread runs from the constructor to close().
class Store {
public:
    using Step = std::function<void(Writing &)>;
    using Ended = std::function<void(Result<void>)>; ///< called on the writer's thread
    using Tell = std::function<void(const Problem &)>; ///< the same

    Store(QString file, Tell tell);
    ~Store();
    /// Writes what is queued, then ends the thread. Readers go on.
    void close();

    [[nodiscard]] const QString &file() const { return m_file; }
    /// Written within a second, together with others. A step that fails by itself is left out alone.
    void post(Step step);
    /// Called when all that was posted before is committed, or could not be.
    void flush(Ended ended);

    /// Runs the work with a connection for reading, on the caller's thread; waits until the file is open.
    template <typename Work> auto read(Work work) -> Result<std::invoke_result_t<Work, Database &>>
    {
        auto database = takeReader();
        if (!database)
            return std::unexpected(database.error());
        auto value = work(**database);
        if (auto fault = giveReader(std::move(*database)))
            return std::unexpected(std::move(*fault));
        return value;
    }

private:
    struct Job {
        Step step;
        Ended ended; ///< set: a mark in the queue, not a step
    };
    using Jobs = std::deque<Job>;

    [[nodiscard]] Result<std::unique_ptr<Database>> takeReader();
    /// The problem that its work met.
    [[nodiscard]] std::optional<Problem> giveReader(std::unique_ptr<Database> database);

    // On the writer's thread.
    void run();
    [[nodiscard]] bool waitForJobs();
    [[nodiscard]] bool openFile();
    void writeAll();
    /// Commits some of the queue's first jobs; false when it could not.
    bool writeSome();
    [[nodiscard]] size_t runSteps(Writing &writing);
    void leaveOut(size_t count, const Problem &problem);
    void endJobs(size_t count);
    void failAll(const Problem &problem);
    void moveAside();
    void takeIncoming();
    void say(const Problem &problem);

    const QString m_file;
    const Tell m_tell;

    std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_changed;
    Jobs m_incoming;
    bool m_isUrgent = false;
    bool m_isEnding = false;
    bool m_isOpen = false;
    bool m_wasTried = false;
    bool m_looksDamaged = false;
    std::optional<Problem> m_openProblem;
    int m_generation = 0;
    std::vector<std::pair<int, std::unique_ptr<Database>>> m_idleReaders;

    // Of the writer's thread alone.
    Database m_database;
    Names m_names{m_database};
    Jobs m_queue;
    std::optional<Problem> m_said; ///< told and not well again
    size_t m_dropped = 0;
    size_t m_oneByOne = 0; ///< so many of the queue's first jobs get a transaction each

    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace narscope::history
