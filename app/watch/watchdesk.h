// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/history.h"
#include "watch/channelfeed.h"
#include "watch/farmfeed.h"
#include "watch/noticebook.h"
#include "watch/watchpolls.h"

#include <QFileSystemWatcher>

namespace narscope::watch {

/// Who a desk asks besides the servers; null: what only it knows is not watched.
struct WatchFeeds {
    ChannelFeed *channels = nullptr;
    FarmFeed *farm = nullptr; ///< of the first Hydra
};

/// The watch list at work: polls what is watched by cheap calls, takes channels and builders from their
/// feeds, compares with what was last told, which the history keeps, and says what a person asked for. Core
/// thread; all that it is given must outlive it.
class WatchDesk final : public NoticeSource {
    Q_OBJECT
public:
    /// `folder` holds watch.json; when it is empty, the list is not kept.
    WatchDesk(WatchDoors doors, WatchFeeds feeds, history::History &history, QString folder);
    ~WatchDesk() override;

    /// Reads list and levels, then begins.
    void start();

    void setCircumstances(const Circumstances &circumstances) { m_polls.setCircumstances(circumstances); }

    void setList(const WatchList &list) override;
    void snooze(const WatchTarget &target, qint64 until) override;
    void acknowledge(const QString &noticeId, qint64 until) override;
    void sendAll() override;

Q_SIGNALS:
    /// List and levels are read, and the polls begin.
    void started();
    /// A run of something watched ended badly, whether it is told of or not; once a run. Its log may be kept. `server`
    /// is a Hydra's id; empty: the first.
    void buildFailed(const QString &server, narscope::BuildId build);

private:
    Task<void> begin();
    Task<void> restore(QString name);
    Task<void> keepTime();
    Task<void> save(WatchList list);
    void followFile();
    Task<void> reread(WatchList before);
    void applyList();
    void take(const WatchRule &rule, const Sight &sight);
    void takeChannels(const ChannelBoard &board);
    void takeFarm(const FarmState &state);
    void say(const QList<Notice> &notices);
    void noteFailure(const Sight &sight);

    WatchDoors m_doors;
    WatchFeeds m_feeds;
    history::History &m_history;
    QString m_folder;
    WatchList m_list;
    NoticeBook m_book;
    WatchPolls m_polls;
    std::map<QString, QString> m_failedRuns; ///< by item, the last one noted
    bool m_isRunning = false;
    std::unique_ptr<QFileSystemWatcher> m_fileWatch; ///< others may write the list: a terminal, a person
    bool m_isUnreadable = false; ///< a file that a person may still correct: not written over
    Scope m_reading;
    Scope m_saving;
    Scope m_scope; ///< last, so that flows end before what they use
};

/// A channel as its verdict has it, a builder as the farm has it. Pure.
[[nodiscard]] Sight sightOf(const ChannelLine &line, const ChannelBoard &board);
[[nodiscard]] Sight sightOf(const QString &builder, const FarmState &state, const QString &server);

} // namespace narscope::watch
