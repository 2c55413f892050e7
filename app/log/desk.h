// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/place.h"

#include <QObject>

#include <map>

namespace narscope::log {

/// A log that a window asks for.
struct LogOrder {
    quint64 run = 0; ///< chosen by who asks; answers carry it
    QString text; ///< see readLogPlace
    QString server; ///< id of the Hydra meant; empty: the first

    bool operator==(const LogOrder &) const = default;
};

/// What is known of a log before its end.
struct LogAbout {
    LogPlace place;
    QString title; ///< «hello-2.12.2», or the name of the file
    QString system;
    hydra::BuildState state = hydra::BuildState::Unknown; ///< of builds
    QString source; ///< who is asked or has answered
    bool isLive = false; ///< the build still runs: more comes

    bool operator==(const LogAbout &) const = default;
};

/// Gets logs for a window, several at once. The bytes are shared, and safe to read anywhere; the signals say when they
/// grew. Lives on the thread of the doors.
class LogDesk : public QObject {
    Q_OBJECT
public:
    /// The clients, the doors and the clock must outlive it; `folder` is for what arrives.
    LogDesk(QList<hydra::Client *> hydras, net::Servers servers, net::Http &http, Pools &pools, Clock &clock, QString folder);
    ~LogDesk() override;

    void open(const LogOrder &order);
    /// Ends the run; what it has stays readable as long as somebody holds it.
    void close(quint64 run);

Q_SIGNALS:
    void opened(quint64 run, const std::shared_ptr<const narscope::log::Bytes> &bytes, const narscope::log::LogAbout &about);
    void grew(quint64 run);
    /// A problem that is tried again, or the file is no longer what is shown.
    void troubled(quint64 run, const narscope::Problem &problem);
    /// Nothing more comes. `about` has who answered and how the build ended.
    void completed(quint64 run, const narscope::log::LogAbout &about);
    /// Ended without a whole log; what came stays.
    void failed(quint64 run, const narscope::Problem &problem);

private:
    Task<void> run(LogOrder order);
    Task<Result<void>> runFile(quint64 run, LogAbout about, QString name);
    Task<Result<void>> runRemote(quint64 run, LogAbout about, hydra::Client *hydra);
    Task<Result<LogAbout>> describe(LogAbout about, hydra::Client *hydra);
    Task<Result<LogAbout>> follow(quint64 run, LogAbout about, QUrl url, std::shared_ptr<Spool> spool, hydra::Client *hydra);
    Task<void> watchFile(quint64 run, std::shared_ptr<FileBytes> file);
    [[nodiscard]] hydra::Client *hydraOf(const QString &server) const;

    QList<hydra::Client *> m_hydras;
    net::Servers m_servers;
    net::Http &m_http;
    Pools &m_pools;
    Clock &m_clock;
    QString m_folder;
    std::map<quint64, std::unique_ptr<Scope>> m_runs; ///< last, so that flows end before what they use
};

} // namespace narscope::log
