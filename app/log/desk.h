// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/archive.h"
#include "log/archivesearch.h"
#include "log/bell.h"
#include "log/place.h"
#include "log/relate.h"
#include "ofborg/client.h"

#include <QObject>

#include <map>

namespace narscope::log {

/// A log that a window asks for.
struct LogOrder {
    quint64 run = 0; ///< chosen by who asks; answers carry it
    QString text; ///< see readLogPlace
    QString server; ///< id of the Hydra meant; empty: the first
    LogRelation relation = LogRelation::Itself; ///< to the build that `text` names
    QString system; ///< of OtherSystem

    bool operator==(const LogOrder &) const = default;
};

/// What is known of a log before its end.
struct LogAbout {
    LogPlace place;
    QString title; ///< «hello-2.12.2», or the name of the file
    QString system;
    hydra::BuildState state = hydra::BuildState::Unknown; ///< of builds
    QString source; ///< who is asked or has answered
    QUrl page; ///< where a person sees it in a browser; empty: nowhere
    qint64 stoppedAt = 0; ///< seconds since 1970, of finished builds: which attempt it is
    bool isLive = false; ///< the build still runs: more comes
    bool isKept = false; ///< the archive has it

    bool operator==(const LogAbout &) const = default;
};

/// A log of OfBorg: of which pull request, and which attempt.
struct OfBorgLog {
    ofborg::PullKey key;
    QString attempt;

    bool operator==(const OfBorgLog &) const = default;
};
/// From an address as OfBorg's pages have it: «…/?key=nixos/nixpkgs.451386&attempt_id=…»,
/// «…/logfile/nixos/nixpkgs.451386/…».
[[nodiscard]] std::optional<OfBorgLog> readOfBorgLog(const QString &text);

/// Gets logs for who asks, a window or a command, several at once. The bytes are shared, and safe to read anywhere; the
/// signals say when they grew. Lives on the thread of the doors.
class LogDesk : public QObject {
    Q_OBJECT
public:
    /// The clients, the doors and the clock must outlive it; `folder` is for what arrives. Without an archive nothing
    /// is kept.
    LogDesk(QList<hydra::Client *> hydras, net::Servers servers, net::Http &http, Pools &pools, Clock &clock,
        QString folder, std::shared_ptr<Archive> archive = nullptr);
    ~LogDesk() override;

    /// Running builds' logs are followed by the WebSocket service of their Hydra, where `servers` names one on its
    /// host. Before the first order; must outlive the desk.
    void listenThrough(net::WebSockets &sockets) { m_sockets = &sockets; }
    void open(const LogOrder &order);
    /// Ends the run; what it has stays readable as long as somebody holds it.
    void close(quint64 run);
    /// Gets the log of a failed build into the archive, unless it is there; of one whose dependency failed, the
    /// dependency's. In turn with others, at most twelve an hour. Nobody waits for it, and no failure is told.
    void keepLog(const QString &server, narscope::BuildId build);
    /// What the archive holds, by archiveListed().
    void listArchive(quint64 search);
    /// Looks through all archived logs, newest first, after ending the search before. An empty query only ends it.
    void searchArchive(quint64 search, const narscope::log::Query &query);

Q_SIGNALS:
    void opened(
        quint64 run, const std::shared_ptr<const narscope::log::Bytes> &bytes, const narscope::log::LogAbout &about);
    void grew(quint64 run);
    /// A problem that is tried again, or the file is no longer what is shown.
    void troubled(quint64 run, const narscope::Problem &problem);
    /// Nothing more comes. `about` has who answered and how the build ended.
    void completed(quint64 run, const narscope::log::LogAbout &about);
    /// Ended without a whole log; what came stays.
    void failed(quint64 run, const narscope::Problem &problem);
    /// The log of the run is in the archive now; `same` are those that broke for the same reason.
    void kept(quint64 run, const narscope::log::ArchivedLog &log, const QList<narscope::log::ArchivedLog> &same);
    /// Newest first; no more than can be shown. `all`: how many there are.
    void archiveListed(quint64 search, const QList<narscope::log::ArchivedLog> &logs, qsizetype all);
    /// Some of what an archive's search found; logs that could not be read are counted.
    void archiveSearched(quint64 search, const narscope::log::FoundLogs &found);

private:
    struct KeepOrder {
        QString server;
        BuildId build;
        int attempts = 0;

        bool operator==(const KeepOrder &other) const { return server == other.server && build == other.build; }
    };
    Task<void> run(LogOrder order);
    Task<Result<LogPlace>> previousAttempt(LogPlace place, QString server, hydra::Client *hydra);
    Task<Result<LogPlace>> relate(LogPlace place, LogOrder order, hydra::Client *hydra);
    Task<Result<void>> runFile(quint64 run, LogAbout about, QString name);
    Task<Result<void>> runRemote(quint64 run, LogAbout about, hydra::Client *hydra);
    Task<Result<LogAbout>> fetchRemote(quint64 run, LogAbout about, hydra::Client *hydra, std::shared_ptr<Spool> spool);
    [[nodiscard]] static hydra::Ask asking();
    Task<Result<QList<LogSource>>> sourcesOf(LogAbout about, hydra::Client *hydra, hydra::Ask ask);
    Task<Result<LogAbout>> describe(LogAbout about, hydra::Client *hydra, hydra::Ask ask);
    [[nodiscard]] std::unique_ptr<LogBell> bellFor(const LogPlace &place, const hydra::Client &hydra);
    Task<Result<LogAbout>> follow(
        quint64 run, LogAbout about, QUrl url, std::shared_ptr<Spool> spool, hydra::Client *hydra);
    Task<Result<void>> runOfBorg(quint64 run, LogAbout about, OfBorgLog of);
    Task<Result<void>> listenToOfBorg(
        quint64 run, ofborg::Client *client, QUrl bus, OfBorgLog of, std::shared_ptr<Spool> spool);
    Task<Result<void>> finishOfBorg(
        quint64 run, LogAbout about, ofborg::Client *client, OfBorgLog of, std::shared_ptr<Spool> live);
    [[nodiscard]] std::optional<OfBorgLog> ofborgLog(const LogPlace &place) const;
    Task<Result<bool>> runArchived(quint64 run, LogAbout about, std::optional<QByteArray> digest);
    Task<void> keep(quint64 run, LogAbout about, QString server, std::shared_ptr<const Bytes> bytes);
    Task<void> keepInTurn();
    Task<Result<void>> keepFailure(hydra::Client *hydra, BuildId build);
    Task<void> runList(quint64 search);
    Task<void> runSearch(quint64 search, Query query);
    Task<void> watchFile(quint64 run, std::shared_ptr<FileBytes> file);
    [[nodiscard]] hydra::Client *hydraOf(const QString &server) const;
    [[nodiscard]] hydra::Client *hydraOfAddress(const QString &text) const;

    QList<hydra::Client *> m_hydras;
    net::Servers m_servers;
    net::Http &m_http;
    net::WebSockets *m_sockets = nullptr;
    Pools &m_pools;
    Clock &m_clock;
    QString m_folder;
    std::shared_ptr<Archive> m_archive;
    std::shared_ptr<std::atomic<bool>> m_searchCancelled;
    std::map<quint64, QString> m_runServers; ///< the Hydra that each run asks
    QList<KeepOrder> m_toKeep;
    bool m_isKeeping = false; ///< keepInTurn() is at work
    Scope m_keeping;
    Scope m_searching;
    std::map<quint64, std::unique_ptr<Scope>> m_runs; ///< last, so that flows end before what they use
};

} // namespace narscope::log
