// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/ledger.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;

namespace narscope::ui {

class MarkLabel;
class TextLabel;

/// What the window shows: the world, a demonstration, or a recording.
enum class Source { Live, Demo, Replay };

/// Servers with their rates, the age of what is shown, the keys of the place, DEMO or OFFLINE.
class StatusBar : public QWidget {
    Q_OBJECT
public:
    explicit StatusBar(Clock &clock, QWidget *parent = nullptr);

    void setMeters(const QList<net::ServerMeter> &meters);
    void setHiddenServers(const QStringList &ids);
    void setHint(const QString &keys);
    /// In place of the keys, for a moment: what was just done.
    void tell(const QString &sentence);
    void setSource(Source source);
    [[nodiscard]] const QList<net::ServerMeter> &meters() const { return m_meters; }
    [[nodiscard]] QString text() const; ///< all words of the bar, for tests and screen readers

Q_SIGNALS:
    void serverChosen(const QString &id);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Entry {
        QString id;
        QString name{};
        QWidget *box;
        MarkLabel *mark;
        TextLabel *text;
        bool wasAsked = false;
        bool isWell = false;
        bool isShown = true;
    };
    void say();
    /// Many servers do not fit: those not asked yet go first, then those that are well become one count.
    void fit();
    [[nodiscard]] int chooseAsked(); ///< the width that they take
    void sayKeys(); ///< as many of them as there is room for, whole ones
    void sayMode();
    Entry makeEntry(const QString &id);

    Clock &m_clock;
    QList<net::ServerMeter> m_meters;
    QStringList m_hidden;
    Source m_source = Source::Live;
    QList<Entry> m_entries;
    Entry m_others; ///< «6 others answer»
    QHBoxLayout *m_row;
    QHBoxLayout *m_servers;
    TextLabel *m_age;
    TextLabel *m_hint;
    TextLabel *m_mode;
    QString m_keys; ///< all keys of the place: «n next · / filter · ? all keys»
    int m_hintRoom = 0; ///< px
    QTimer m_told;
    QTimer m_tick; ///< ages and count-downs; nothing is asked by it
};

} // namespace narscope::ui
