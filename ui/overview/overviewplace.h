// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/values.h"
#include "net/ledger.h"
#include "ui/overview/gatenews.h"
#include "ui/overview/glancelist.h"
#include "ui/overview/wallview.h"
#include "ui/overview/watchnews.h"
#include "ui/widgets/place.h"
#include "watch/channelfeed.h"
#include "watch/farmfeed.h"

#include <QPointer>
#include <QSet>
#include <QTimer>

class QBoxLayout;
class QScrollArea;

namespace narscope::ui {

class LinkLabel;
class ProblemBanner;
class SentenceRow;
class TextLabel;

/// The first place: which channels move and why others do not, the farm in a few lines, what changed since a
/// person looked, how the servers fare. F11 shows the same on a wall.
class OverviewPlace : public Place {
    Q_OBJECT
public:
    /// The farm may be null: then its parts stay away. `server` is the id of the Hydra that the farm is of.
    OverviewPlace(
        watch::ChannelFeed &channels, watch::FarmFeed *farm, QString server, Clock &clock, QWidget *parent = nullptr);
    ~OverviewPlace() override;

    [[nodiscard]] QString id() const override { return QStringLiteral("overview"); }
    [[nodiscard]] QString title() const override { return tr("Overview"); }
    [[nodiscard]] bool shows(const Subject &subject) const override;
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] QList<Subject> alsoPointedAt() const override;
    [[nodiscard]] bool isSettled() const override { return m_board.isWhole; }
    [[nodiscard]] QString keyHint() const override
    {
        return tr("n next trouble · Space why · Enter open · l log · F11 wall");
    }
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;

    [[nodiscard]] ChannelList *channelList() const { return m_channels; }
    [[nodiscard]] GlanceList *serverList() const { return m_servers; }
    [[nodiscard]] GlanceList *changeList() const { return m_changes; }
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] WallView *wall() const { return m_wall; } ///< null while it is not shown

public Q_SLOTS:
    void takeChannels(const narscope::watch::ChannelBoard &board);
    void takeFarm(const narscope::watch::FarmState &state);
    void takeChanges(const QList<narscope::history::Event> &events);
    void takeNotice(const narscope::watch::Notice &notice);
    void takeMeters(const QList<narscope::net::ServerMeter> &meters);
    void takeEntries(const QList<narscope::net::LedgerEntry> &entries);
    void toggleWall();
    void markSeen();

Q_SIGNALS:
    /// What happened since then (seconds since 1970) is wanted; takeChanges() takes it.
    void changesWanted(qint64 since);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void makeLists();
    void makeParts();
    QWidget *makePage();
    [[nodiscard]] QWidget *section(const QString &title, QWidget *list, QWidget *beside = nullptr);
    void listen(GlanceList *list);
    void makeKeys();
    void arrange();
    void step(int by);
    void fold();
    void showChannels();
    void showChanges();
    void showFarm();
    void showServers();
    void saySentence();
    [[nodiscard]] GlanceList *focusedList() const;

    watch::ChannelFeed &m_feed;
    watch::FarmFeed *m_farmFeed;
    QString m_server;
    Clock &m_clock;
    watch::ChannelBoard m_board;
    watch::FarmSummary m_farm;
    QList<net::ServerMeter> m_meters;
    QList<net::LedgerEntry> m_entries;
    QSet<QString> m_unfolded;
    bool m_hasUnfolded = false; ///< the worst channel unfolds by itself once
    QHash<QString, QString> m_seen; ///< what each channel was when a person last looked
    QSet<QString> m_unseen;
    GateNews m_gateNews;
    WatchNews m_watchNews;
    QList<history::Event> m_events; ///< since then
    qint64 m_lookedAt = 0; ///< when the marks were last taken away
    std::optional<QString> m_wanted; ///< a channel that was asked for before it was known

    ProblemBanner *m_banner;
    SentenceRow *m_sentence;
    QScrollArea *m_scroll;
    ChannelList *m_channels;
    GlanceList *m_changes;
    GlanceList *m_queue;
    GlanceList *m_builders;
    GlanceList *m_underWay;
    GlanceList *m_servers;
    TextLabel *m_sinceText;
    TextLabel *m_queueText;
    TextLabel *m_builderText;
    TextLabel *m_noChanges;
    LinkLabel *m_markSeen;
    QWidget *m_changePart;
    QWidget *m_queuePart;
    QWidget *m_builderPart;
    QWidget *m_underWayPart;
    QWidget *m_serverPart;
    QBoxLayout *m_left;
    QBoxLayout *m_middle; ///< three sections side by side when narrow
    QBoxLayout *m_right; ///< the column at the right when wide
    QWidget *m_rightPart;
    bool m_isWide = false;
    QTimer m_tick; ///< ages; only while shown
    int m_ticks = 0;
    QPointer<WallView> m_wall;
};

} // namespace narscope::ui
