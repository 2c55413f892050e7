// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/watchdesk.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

using namespace std::chrono_literals;

const QString viewer = u"watch list"_s;
/// Names of what the history keeps for the notices.
const QStringList kept{u"told"_s, u"snoozed"_s, u"acknowledged"_s};

bool watches(const WatchList &list, WatchKind kind)
{
    return std::ranges::contains(list.rules, kind, [](const WatchRule &rule) { return rule.target.kind; });
}

} // namespace

WatchDesk::WatchDesk(WatchDoors doors, WatchFeeds feeds, history::History &history, QString folder)
    : m_doors(doors)
    , m_feeds(feeds)
    , m_history(history)
    , m_folder(std::move(folder))
    , m_book([this](const QString &name, const QString &what, const QString &value) {
        m_history.setMark({.subject = what, .name = name, .value = value, .time = m_doors.clock.nowSeconds()});
    })
    , m_polls(
          doors, [this](const WatchRule &rule, const Sight &sight) { take(rule, sight); },
          [this](const QString &item) { return m_book.told(item); },
          [this](const Problem &problem) { Q_EMIT troubled(problem); })
{
    qRegisterMetaType<Notice>();
    qRegisterMetaType<WatchList>();
    qRegisterMetaType<QList<Standing>>();
    qRegisterMetaType<Problem>();
    if (m_feeds.channels)
        connect(m_feeds.channels, &ChannelFeed::changed, this, &WatchDesk::takeChannels);
    if (m_feeds.farm)
        connect(m_feeds.farm, &FarmFeed::changed, this, &WatchDesk::takeFarm);
}

WatchDesk::~WatchDesk() = default;

void WatchDesk::start()
{
    m_scope.start(begin());
}

Task<void> WatchDesk::begin()
{
    for (const auto &name : kept) {
        auto restoring = restore(name);
        co_await std::move(restoring);
    }
    if (!m_folder.isEmpty()) {
        auto reading = runOn(m_doors.pools.store, [folder = m_folder] { return loadWatchList(folder); });
        auto list = co_await std::move(reading);
        if (list)
            m_list = std::move(*list);
        else
            Q_EMIT troubled(list.error());
        m_isUnreadable = !list;
    }
    followFile();
    m_isRunning = true;
    applyList();
    Q_EMIT started();
    auto time = keepTime();
    co_await std::move(time);
}

Task<void> WatchDesk::restore(QString name)
{
    auto question = m_history.marks(name);
    const auto marks = co_await std::move(question);
    if (!marks)
        co_return; // the history itself has said so; then the first look is the level
    for (const auto &mark : *marks)
        m_book.restore(name, mark.subject, mark.value);
}

Task<void> WatchDesk::keepTime()
{
    for (;;) {
        co_await m_doors.clock.sleep(1min);
        say(m_book.tick(m_doors.clock.nowSeconds()));
    }
}

Task<void> WatchDesk::save(WatchList list)
{
    auto writing = runOn(m_doors.pools.store, [folder = m_folder, list] { return saveWatchList(folder, list); });
    const auto saved = co_await std::move(writing);
    if (!saved)
        Q_EMIT troubled(saved.error());
}

void WatchDesk::followFile()
{
    if (m_folder.isEmpty())
        return;
    // A file that is written anew is another file: its folder is watched.
    m_fileWatch = std::make_unique<QFileSystemWatcher>(QStringList{m_folder});
    connect(
        m_fileWatch.get(), &QFileSystemWatcher::directoryChanged, this, [this] { m_reading.start(reread(m_list)); });
}

Task<void> WatchDesk::reread(WatchList before)
{
    auto reading = runOn(m_doors.pools.store, [folder = m_folder] { return loadWatchList(folder); });
    auto list = co_await std::move(reading);
    if (!list && !std::exchange(m_isUnreadable, true))
        Q_EMIT troubled(list.error());
    m_isUnreadable = !list;
    if (!list || *list == m_list || m_list != before) // what was chosen here meanwhile counts
        co_return;
    m_list = std::move(*list);
    applyList();
}

void WatchDesk::setList(const WatchList &list)
{
    m_list = list;
    if (!m_folder.isEmpty() && !m_isUnreadable)
        m_saving.start(save(list));
    if (m_isRunning)
        applyList();
}

void WatchDesk::applyList()
{
    m_book.setQuiet(m_list.quiet);
    m_book.keepOnly([this](const WatchTarget &target) { return m_list.find(target) != nullptr; });
    m_polls.setRules(m_list.rules);
    if (m_feeds.channels)
        m_feeds.channels->setLook(
            viewer, watches(m_list, WatchKind::Channel) ? ChannelLook::Glance : ChannelLook::Hidden);
    if (m_feeds.farm)
        m_feeds.farm->setView(viewer, watches(m_list, WatchKind::Builder) ? FarmView::Glance : FarmView::Hidden);
    sendAll();
}

void WatchDesk::sendAll()
{
    Q_EMIT listChanged(m_list);
    Q_EMIT standingsChanged(m_book.standings());
}

void WatchDesk::snooze(const WatchTarget &target, qint64 until)
{
    m_book.snooze(target, until);
    Q_EMIT standingsChanged(m_book.standings());
}

void WatchDesk::acknowledge(const QString &noticeId, qint64 until)
{
    m_book.acknowledge(noticeId, until);
    Q_EMIT standingsChanged(m_book.standings());
}

void WatchDesk::take(const WatchRule &rule, const Sight &sight)
{
    noteFailure(sight);
    const auto before = m_book.standings();
    const auto notices = m_book.take(sight, rule, m_doors.clock.nowSeconds());
    if (const auto now = m_book.standings(); now != before)
        Q_EMIT standingsChanged(now);
    say(notices);
}

/// What was told before this start was noted then; what is snoozed or waits for the end of quiet hours is noted too.
void WatchDesk::noteFailure(const Sight &sight)
{
    const auto *told = m_book.told(sight.item);
    if (sight.isGood != false || !sight.failed || (told && told->run == sight.run))
        return;
    if (std::exchange(m_failedRuns[sight.item], sight.run) != sight.run)
        Q_EMIT buildFailed(sight.subject.server, *sight.failed);
}

void WatchDesk::say(const QList<Notice> &notices)
{
    for (const auto &notice : notices)
        Q_EMIT noticed(notice);
}

void WatchDesk::takeChannels(const ChannelBoard &board)
{
    for (const auto &rule : m_list.rules) {
        if (rule.target.kind != WatchKind::Channel)
            continue;
        const auto *line = board.find(rule.target.name);
        if (!line || !m_isRunning)
            continue;
        // What is not known yet is no state of the channel: the next answer would look like a change.
        if (const auto sight = sightOf(*line, board); sight.isGood)
            take(rule, sight);
    }
}

void WatchDesk::takeFarm(const FarmState &state)
{
    const auto *hydra = net::findServer(m_doors.servers, net::ServerKind::Hydra);
    for (const auto &rule : m_list.rules) {
        if (rule.target.kind != WatchKind::Builder || !m_isRunning || !hydra || state.seenAt() <= 0)
            continue;
        if (const auto sight = sightOf(rule.target.name, state, hydra->id); sight.isGood) // as for channels
            take(rule, sight);
    }
}

} // namespace narscope::watch
