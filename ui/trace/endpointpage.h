// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "channels/endpointdesk.h"
#include "ui/trace/endpointwords.h"

#include <QWidget>

class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace narscope::ui {

class EmptyState;
class FactList;

/// What the hosts of the pipeline are, looked at when a person wants it: names, certificates, the CDN's nodes,
/// redirects, and where that differs from what is published. Asks nobody itself.
class EndpointPage : public QWidget {
    Q_OBJECT
public:
    explicit EndpointPage(Clock &clock, QWidget *parent = nullptr);

    /// How many hosts a look would ask.
    void setHostCount(int hosts);
    void tick();
    void look();
    void stop();
    void focusFilter();
    /// Stops nothing; clears the filter. False: there was none.
    bool leave();

    [[nodiscard]] const EndpointLook &seen() const { return m_look; }
    [[nodiscard]] FactList *list() const { return m_list; }
    [[nodiscard]] DetailRows *detail() const { return m_detail; }
    [[nodiscard]] SentenceRow *sentence() const { return m_sentence; }
    [[nodiscard]] QPushButton *lookButton() const { return m_start; }
    [[nodiscard]] QPushButton *stopButton() const { return m_stop; }

public Q_SLOTS:
    void takeBegin(quint64 run, const QStringList &hosts);
    void takeEndpoint(quint64 run, const narscope::channels::Endpoint &endpoint);
    void takeWay(quint64 run, const QList<narscope::channels::HttpHop> &way);
    void takeEnd(quint64 run);

Q_SIGNALS:
    void ordered(const narscope::channels::EndpointOrder &order);
    void cancelled();
    void settled();

private:
    QWidget *orderRow();
    void showLook();
    void showDetail();

    Clock &m_clock;
    quint64 m_run = 0;
    int m_hosts = 0;
    EndpointLook m_look;
    SentenceRow *m_sentence;
    QLineEdit *m_host;
    QLineEdit *m_channel;
    QLineEdit *m_file;
    QLineEdit *m_filter;
    QPushButton *m_start;
    QPushButton *m_stop;
    QPushButton *m_copy;
    QProgressBar *m_bar;
    FactList *m_list;
    DetailRows *m_detail;
    QWidget *m_detailPart;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
};

} // namespace narscope::ui
