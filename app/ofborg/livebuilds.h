// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ofborg/bus.h"
#include "ofborg/client.h"
#include "ofborg/logmerger.h"

#include <QObject>
#include <QRandomGenerator>

#include <functional>
#include <map>
#include <set>
#include <variant>

namespace narscope::ofborg {

/// Lines of one log, each once and in order; a repair tells the text of a line that was given empty.
struct LinesAdded {
    QString attempt;
    LineRun run;
    bool isRepair = false;

    bool operator==(const LinesAdded &) const = default;
};

/// Whether lines come as they are written.
struct LiveState {
    bool isLive = false;
    std::optional<Problem> problem; ///< why not; its retryAfter says when it is tried again

    bool operator==(const LiveState &) const = default;
};

using LiveEvent = std::variant<LiveState, BuildStart, LinesAdded, BuildResult, HydraUpdate>;

/// Follows the builds of one pull request as they run: what the bus says, over what the log API already has,
/// and again after every break, without losing a line or giving one twice. Belongs to its thread; the owner
/// may destroy it from anywhere but the sink.
class LiveBuilds {
public:
    struct Plan {
        PullKey key;
        QString only; ///< one attempt: its log from the first line, also when it is over; empty: all that run
        Ask ask;
    };
    using Sink = std::function<void(LiveEvent)>;

    /// `bus` is the base address of the bus. All must outlive it.
    LiveBuilds(Client &client, net::WebSockets &sockets, Clock &clock, QUrl bus, Plan plan, Sink sink);

    void start();
    /// The one attempt asked for is over and told whole.
    [[nodiscard]] bool isDone() const { return m_isDone; }

private:
    struct Tracked {
        LogMerger log;
        bool isTold = false; ///< its start
        bool isOver = false;
        std::optional<Milliseconds> fetched; ///< its file, monotonic
    };

    Task<void> run();
    /// One conversation to its end.
    Task<Problem> converse();
    /// What the log API has of it all.
    Task<Result<void>> catchUp();
    Task<void> take(Message message);
    Task<void> takeLine(BuildLine line);
    Task<void> finish(BuildResult result);
    Task<void> readFile(QString attempt);
    void tellStart(const BuildStart &start);
    void give(const QString &attempt);
    [[nodiscard]] bool isWanted(const QString &attempt) const
    {
        return m_plan.only.isEmpty() || attempt == m_plan.only;
    }
    [[nodiscard]] Milliseconds pause(int failures);

    Client &m_client;
    net::WebSockets &m_sockets;
    Clock &m_clock;
    QUrl m_bus;
    Plan m_plan;
    Sink m_sink;
    std::map<QString, Tracked> m_tracked;
    QRandomGenerator m_random;
    bool m_isDone = false;
    Scope m_scope; ///< last: it uses all the others
};

} // namespace narscope::ofborg
