// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/overviewplace.h"

#include "base/format.h"
#include "ui/models/channelrows.h"
#include "ui/overview/serverrows.h"
#include "ui/widgets/health.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/textlabel.h"

#include <QDataStream>
#include <QScreen>
#include <QScrollArea>
#include <QShortcut>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int tickMs = 10'000; ///< ages are told to the minute and coarser
constexpr int ticksAsked = 6; ///< the history is asked once a minute for what is new
const QString viewer = u"overview"_s;

} // namespace

OverviewPlace::OverviewPlace(
    watch::ChannelFeed &channels, watch::FarmFeed *farm, QString server, Clock &clock, QWidget *parent)
    : Place(parent)
    , m_feed(channels)
    , m_farmFeed(farm)
    , m_server(std::move(server))
    , m_clock(clock)
    , m_lookedAt(clock.nowSeconds())
{
    build();
    makeKeys();
    connect(&m_feed, &watch::ChannelFeed::changed, this, &OverviewPlace::takeChannels);
    if (m_farmFeed)
        connect(m_farmFeed, &watch::FarmFeed::changed, this, &OverviewPlace::takeFarm);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        showChannels();
        showServers();
        if (++m_ticks % ticksAsked == 0)
            Q_EMIT changesWanted(m_lookedAt);
    });
    saySentence();
    showFarm();
    showServers();
    takeChanges({});
}

OverviewPlace::~OverviewPlace()
{
    delete m_wall;
}

bool OverviewPlace::shows(const Subject &subject) const
{
    return subject.kind == SubjectKind::Channel;
}

void OverviewPlace::open(const Subject &subject)
{
    m_wanted = subject.name;
    m_unfolded.insert(subject.name);
    showChannels();
    Q_EMIT currentChanged();
}

void OverviewPlace::refresh()
{
    m_feed.refresh();
    if (m_farmFeed)
        m_farmFeed->refresh();
    Q_EMIT changesWanted(m_lookedAt);
}

GlanceList *OverviewPlace::focusedList() const
{
    for (auto *list : {static_cast<GlanceList *>(m_channels), m_changes, m_queue, m_builders, m_underWay, m_servers}) {
        if (list->hasFocus())
            return list;
    }
    return m_channels;
}

std::optional<Subject> OverviewPlace::current() const
{
    const auto *row = m_channels->currentRow();
    return row ? std::optional(Subject::ofChannel(row->key.section(u'/', 0, 0))) : std::nullopt;
}

std::optional<Subject> OverviewPlace::pointedAt() const
{
    const auto *row = focusedList()->currentRow();
    // A channel's row is the channel, though Enter opens what decides about it.
    if (row && focusedList() == m_channels && !isEvidence(*row))
        return Subject::ofChannel(row->key);
    return row ? row->subject : std::nullopt;
}

QList<Subject> OverviewPlace::alsoPointedAt() const
{
    const auto *row = m_channels->currentRow();
    const auto *line = row ? m_board.find(row->key.section(u'/', 0, 0)) : nullptr;
    if (!line || focusedList() != m_channels)
        return {};
    QList<Subject> subjects{Subject::ofChannel(line->channel.name)};
    if (line->failedBuild)
        subjects << Subject::ofBuild(line->gate.server, *line->failedBuild);
    subjects << line->gate;
    if (!line->revision.isEmpty())
        subjects << Subject::ofCommit(line->revision);
    return subjects;
}

QString OverviewPlace::sentence() const
{
    return (m_sentence->sentence().what + u' ' + m_sentence->sentence().why).trimmed();
}

void OverviewPlace::takeChannels(const watch::ChannelBoard &board)
{
    const bool wasSettled = isSettled();
    m_board = board;
    // Before all is asked for, a verdict turns as answers come, which is no news.
    for (const auto &line : board.isWhole ? board.channels : QList<watch::ChannelLine>()) {
        const auto seen = m_seen.constFind(line.channel.name);
        if (seen == m_seen.constEnd())
            m_seen.insert(line.channel.name, seenState(line));
        else if (*seen != seenState(line))
            m_unseen.insert(line.channel.name);
    }
    if (board.isWhole)
        m_gateNews.take(board, m_clock.nowSeconds());
    const auto *worst = board.channels.isEmpty() ? nullptr : &board.channels.first();
    if (!m_hasUnfolded && worst && worst->verdict.kind == watch::ChannelVerdictKind::Blocked && worst->failedBuild) {
        m_hasUnfolded = true;
        m_unfolded.insert(worst->channel.name);
    }
    showChannels();
    showChanges();
    if (m_wall)
        m_wall->take(m_board, m_farm);
    Q_EMIT countChanged(int(board.count(watch::Severity::Trouble)));
    if (isSettled() && !wasSettled)
        Q_EMIT settledChanged();
}

void OverviewPlace::takeFarm(const watch::FarmState &state)
{
    m_farm = watch::summaryOf(state, m_clock.nowSeconds());
    showFarm();
    if (m_wall)
        m_wall->take(m_board, m_farm);
}

void OverviewPlace::takeChanges(const QList<history::Event> &events)
{
    m_events = events;
    showChanges();
}

void OverviewPlace::takeNotice(const watch::Notice &notice)
{
    m_watchNews.take(notice);
    showChanges();
}

void OverviewPlace::showChanges()
{
    constexpr qsizetype most = 8;
    const auto now = m_clock.nowSeconds();
    // What was asked for first, then what stands in the way of channels.
    auto rows = m_watchNews.rows(now) + m_gateNews.rows(m_board.server, now) + changeRows(m_events, now);
    const auto more = rows.size() - most;
    if (more > 0) {
        rows.resize(most);
        rows.append(
            {.key = u"more"_s, .cells = {{.text = tr("and %1 more").arg(formatCount(more)), .quiet = true}, {}, {}}});
    }
    m_changes->setRows(rows);
    m_changes->setVisible(!rows.isEmpty());
    m_noChanges->setVisible(rows.isEmpty());
    m_noChanges->setText(tr("No channel moved, nothing newly fails."));
    m_sinceText->setText(tr("since %1").arg(formatTime(m_lookedAt, m_clock.nowSeconds())));
}

void OverviewPlace::takeMeters(const QList<net::ServerMeter> &meters)
{
    m_meters = meters;
    showServers();
    saySentence();
    if (m_wall)
        m_wall->takeMeters(meters);
}

void OverviewPlace::takeEntries(const QList<net::LedgerEntry> &entries)
{
    constexpr qsizetype kept = 500;
    m_entries += entries;
    if (m_entries.size() > kept)
        m_entries.remove(0, m_entries.size() - kept);
    showServers();
}

void OverviewPlace::showChannels()
{
    const auto rows = channelRows(m_board, m_unfolded, m_unseen, m_clock.nowSeconds());
    m_channels->setChannelRows(rows);
    const auto under = underWayRows(m_board, m_clock.nowSeconds());
    m_underWay->setRows(under);
    m_underWayPart->setVisible(!under.isEmpty());
    saySentence();
    if (!m_wanted)
        return;
    const auto it = std::ranges::find(rows, *m_wanted, &FactRow::key);
    if (it == rows.end())
        return;
    m_channels->choose(int(it - rows.begin()));
    m_wanted.reset();
}

void OverviewPlace::showFarm()
{
    const auto queue = queueGlanceRows(m_farm);
    m_queue->setRows(queue);
    m_queuePart->setVisible(!queue.isEmpty());
    qint64 waiting = 0;
    for (const auto &line : m_farm.systems)
        waiting += line.waiting;
    m_queueText->setText(tr("%1 steps wait").arg(formatCount(waiting)));
    const auto builders = builderGlanceRows(m_farm, m_server);
    m_builders->setRows(builders);
    m_builders->setVisible(!builders.isEmpty());
    m_builderPart->setVisible(m_farm.seenAt != 0);
    auto text
        = m_farm.builders ? tr("%1 of %2 busy").arg(m_farm.buildersInUse.value_or(0)).arg(*m_farm.builders) : QString();
    if (builders.isEmpty() && !text.isEmpty())
        text += tr(", nothing stands out");
    m_builderText->setText(text);
}

void OverviewPlace::showServers()
{
    const auto rows = serverRows(m_meters, m_entries, m_clock.now());
    m_servers->setRows(rows);
    m_serverPart->setVisible(!rows.isEmpty());
}

void OverviewPlace::saySentence()
{
    const auto headline = watch::headlineOf(m_board);
    Sentence sentence{.mark = m_board.seenAt == 0 && !m_board.problem ? Mark::Queued : markOf(headline.severity),
        .what = headline.what,
        .why = headline.why,
        .quiet = headline.rest};
    m_sentence->setSentence(sentence);
    if (m_board.seenAt != 0 && isOffline(m_meters)) {
        const auto age = Milliseconds((m_clock.nowSeconds() - m_board.seenAt) * 1000);
        m_banner->setProblem(problem(ProblemKind::Network, {}).error(), age);
    } else if (m_board.problem) {
        m_banner->setProblem(*m_board.problem, std::nullopt);
    } else {
        m_banner->clear();
    }
}

void OverviewPlace::markSeen()
{
    m_lookedAt = m_clock.nowSeconds();
    m_unseen.clear();
    for (const auto &line : m_board.channels)
        m_seen.insert(line.channel.name, seenState(line));
    m_gateNews.markSeen();
    m_watchNews.markSeen();
    takeChanges({});
    showChannels();
    Q_EMIT changesWanted(m_lookedAt);
}

void OverviewPlace::step(int by)
{
    const auto &rows = m_channels->facts().rows();
    const auto *now = m_channels->currentRow();
    qsizetype row = now ? now - rows.constData() : (by > 0 ? -1 : rows.size());
    for (row += by; row >= 0 && row < rows.size(); row += by) {
        const auto *line = isEvidence(rows[row]) ? nullptr : m_board.find(rows[row].key);
        if (line && line->verdict.severity == watch::Severity::Trouble)
            return m_channels->choose(int(row));
    }
}

void OverviewPlace::fold()
{
    const auto *row = m_channels->currentRow();
    if (!row || !m_channels->hasFocus())
        return;
    const auto name = row->key.section(u'/', 0, 0);
    if (!m_unfolded.remove(name))
        m_unfolded.insert(name);
    m_hasUnfolded = true;
    m_wanted = name;
    showChannels();
}

void OverviewPlace::toggleWall()
{
    if (m_wall) {
        m_wall->close();
        return;
    }
    m_wall = new WallView(m_clock, window());
    m_wall->setAttribute(Qt::WA_DeleteOnClose);
    m_wall->take(m_board, m_farm);
    m_wall->takeMeters(m_meters);
    m_wall->setGeometry(screen()->geometry()); // where no window manager makes it as large
    m_wall->showFullScreen();
}

QByteArray OverviewPlace::saveState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out << qint32(2) << m_lookedAt << m_seen << m_gateNews.seen();
    m_watchNews.save(out);
    return state;
}

void OverviewPlace::restoreState(const QByteArray &state)
{
    QDataStream in(state);
    qint32 version = 0;
    qint64 lookedAt = 0;
    QHash<QString, QString> seen;
    GateNews::Seen blockers;
    in >> version >> lookedAt >> seen;
    if (version == 2)
        in >> blockers;
    WatchNews told;
    if (version == 2)
        told.restore(in);
    constexpr qsizetype most = 1000;
    if (in.status() != QDataStream::Ok || version < 1 || version > 2 || seen.size() > most || blockers.size() > most)
        return;
    m_lookedAt = lookedAt;
    m_seen = seen;
    m_gateNews.setSeen(blockers);
    m_watchNews = told;
    takeChanges({});
}

void OverviewPlace::showEvent(QShowEvent *event)
{
    m_feed.setLook(viewer, watch::ChannelLook::Open);
    if (m_farmFeed)
        m_farmFeed->setView(viewer, watch::FarmView::Glance);
    m_tick.start(tickMs);
    Q_EMIT changesWanted(m_lookedAt);
    Place::showEvent(event);
}

void OverviewPlace::hideEvent(QHideEvent *event)
{
    // The number in the rail lives on what costs Hydra nothing.
    m_feed.setLook(viewer, watch::ChannelLook::Glance);
    if (m_farmFeed)
        m_farmFeed->setView(viewer, watch::FarmView::Hidden);
    m_tick.stop();
    Place::hideEvent(event);
}

void OverviewPlace::resizeEvent(QResizeEvent *event)
{
    Place::resizeEvent(event);
    arrange();
}

} // namespace narscope::ui
