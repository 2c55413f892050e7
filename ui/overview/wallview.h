// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"
#include "ui/widgets/look.h"
#include "watch/channelboard.h"

#include <QTimer>
#include <QWidget>

namespace narscope::ui {

/// The Overview for a screen on a wall: full screen, large, worst first, nothing smaller than 32 px at a
/// height of 1080. Esc or F11 ends it. A window of its own.
class WallView : public QWidget {
    Q_OBJECT
public:
    WallView(Clock &clock, QWidget *parent);

    void take(const watch::ChannelBoard &board, const watch::FarmSummary &farm);
    void takeMeters(const QList<net::ServerMeter> &meters);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Sheet; ///< painter, look and scale of one painting
    void paintHead(Sheet &sheet) const;
    void paintChannels(Sheet &sheet) const;
    void paintQueue(Sheet &sheet) const;
    void paintBuilders(Sheet &sheet) const;
    void paintFoot(Sheet &sheet) const;

    Clock &m_clock;
    watch::ChannelBoard m_board;
    watch::FarmSummary m_farm;
    QList<net::ServerMeter> m_meters;
    QTimer m_tick;
};

} // namespace narscope::ui
