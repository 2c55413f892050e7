// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"
#include "net/servers.h"

#include <QList>
#include <QObject>
#include <QTimer>

#include <deque>
#include <vector>

namespace narscope::net {

enum class RequestState {
    Waiting, ///< in our own queue
    Running,
    Done,
    Failed, ///< LedgerEntry::problem says why
    Withdrawn, ///< nobody waited for it any more
};

/// One request, from the asking to its end.
struct LedgerEntry {
    quint64 number = 0; ///< running, from 1
    QString server; ///< Server::id; empty: of no server that we know
    QString why;
    QUrl url; ///< as asked; without user information
    QByteArray method;
    Priority priority = Priority::Background;
    RequestState state = RequestState::Waiting;
    Milliseconds asked{}; ///< since 1970
    Milliseconds waited{}; ///< in our own queue, all hops together
    Milliseconds took{}; ///< the server and the wire, all hops together
    int status = 0; ///< HTTP status of the last answer; 0: none came
    qint64 bytes = 0; ///< of the body, after decoding
    int joined = 0; ///< identical requests that share this one
    int redirects = 0;
    bool fromRecord = false; ///< replayed, nothing was sent
    bool notModified = false; ///< the server said 304
    std::optional<Problem> problem;

    bool operator==(const LedgerEntry &) const = default;
};

/// How one server is being asked, and how it fares.
struct ServerMeter {
    QString server; ///< Server::id
    QString name;
    QUrl url;
    int lastMinute = 0; ///< requests sent
    int lastHour = 0;
    double perSecond = 0; ///< over the last minute
    double allowedPerSecond = 0; ///< 0: no limit
    int inFlight = 0;
    int waiting = 0;
    quint64 sent = 0; ///< since the start
    std::optional<Milliseconds> backOffUntil; ///< since 1970; nothing is sent before
    std::optional<Milliseconds> lastGood; ///< since 1970: when it last answered as it should
    std::optional<Milliseconds> lastProblemAt;
    std::optional<Problem> lastProblem; ///< kept after good answers; compare the times
    std::optional<qint64> certificateEnds; ///< seconds since 1970, as the last answer over TLS showed

    bool operator==(const ServerMeter &) const = default;
};

/// Requests sent in the last minute and hour, in seconds' resolution.
class RateCounter {
public:
    void add(Milliseconds at);
    /// In the `seconds` (at most 3600) up to now.
    [[nodiscard]] int count(Milliseconds now, qint64 seconds) const;

private:
    struct Second {
        qint64 second;
        int sent;
    };
    std::deque<Second> m_seconds;
};

/// Every request that was made, the newest `capacity` of them, and a meter per server. Belongs to the client's
/// thread; other threads take the signals queued, which carry values.
class Ledger : public QObject {
    Q_OBJECT
public:
    explicit Ledger(Clock &clock, qsizetype capacity = 5000);

    [[nodiscard]] QList<LedgerEntry> entries() const; ///< oldest first
    [[nodiscard]] QList<ServerMeter> meters() const;
    [[nodiscard]] qsizetype capacity() const { return m_capacity; }

    /// Says the changes that wait for the next signal at once.
    void flush();
    /// Sends everything held through the signals: for a view that opens late. Invoke it queued from other threads.
    Q_INVOKABLE void sendAll();

    // For the client.
    quint64 open(LedgerEntry entry);
    /// The entry, to change; null when it has left the ledger.
    [[nodiscard]] LedgerEntry *change(quint64 number);
    void addServer(const Server &server);
    [[nodiscard]] ServerMeter &changeMeter(const QString &server);
    void countSent(const QString &server);

Q_SIGNALS:
    /// Entries that are new or changed, in the order of their numbers, each as it is now. At most a few times a second.
    void changed(const QList<narscope::net::LedgerEntry> &entries);
    /// All meters; follows requests, and time once a second while a rate falls or a back-off runs.
    void metersChanged(const QList<narscope::net::ServerMeter> &meters);

private:
    struct Held {
        LedgerEntry entry;
        bool isDirty = false;
    };
    struct Counted {
        ServerMeter meter;
        RateCounter sent;
    };
    void touch();
    void sayMeters();
    [[nodiscard]] Held *find(quint64 number);
    [[nodiscard]] Counted &counted(const QString &server);
    [[nodiscard]] ServerMeter current(const Counted &counted) const;

    Clock &m_clock;
    qsizetype m_capacity;
    quint64 m_next = 1;
    std::deque<Held> m_held;
    std::vector<quint64> m_dirty;
    std::vector<Counted> m_servers; ///< in the order of the servers
    QList<ServerMeter> m_said; ///< by the last metersChanged
    QTimer m_soon; ///< real time: it only gathers changes
    QTimer m_ageing;
};

} // namespace narscope::net
