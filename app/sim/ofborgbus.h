// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/services.h"

#include <QObject>
#include <QWebSocketServer>

#include <map>
#include <set>

class QWebSocket;

namespace narscope::sim {

/// messages.ofborg.org: RabbitMQ's web-STOMP as far as the public log viewer uses it (pull-requests.md A.6).
/// Who subscribes to a pull request hears of its builds from then on. Lives on the simulator's thread.
class OfBorgBus : public QObject {
    Q_OBJECT
public:
    OfBorgBus(const Stage &stage, QObject *parent);
    ~OfBorgBus() override;
    /// On this machine's own address; port 0: any.
    [[nodiscard]] Result<QUrl> listen(quint16 port);
    /// Breaks all conversations, as a restart of the broker does.
    void dropAll();

private:
    struct Followed {
        qsizetype told = 0; ///< lines
        bool isOver = false;
    };
    struct Subscription {
        QByteArray id;
        QByteArray destination; ///< as it was sent
        QByteArray key;
        std::map<QByteArray, Followed> attempts;
    };
    struct Viewer {
        bool isIn = false; ///< has said who it is
        std::vector<Subscription> subscriptions;
        qint64 sent = 0; ///< messages
    };
    void accept();
    void take(QWebSocket *socket, const QByteArray &frame);
    void connectViewer(QWebSocket *socket, const std::map<QByteArray, QByteArray> &headers);
    void subscribe(QWebSocket *socket, const std::map<QByteArray, QByteArray> &headers);
    void refuse(QWebSocket *socket, const QByteArray &message);
    void beat();
    void tell();
    void tell(QWebSocket *socket, Viewer &viewer, Subscription &subscription);
    void send(QWebSocket *socket, Viewer &viewer, const Subscription &subscription, const QByteArray &json);

    const Stage &m_stage;
    QWebSocketServer m_server;
    std::map<QWebSocket *, Viewer> m_viewers;
};

} // namespace narscope::sim
