// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/socketservice.h"

#include <map>

namespace narscope::sim {

/// messages.ofborg.org: RabbitMQ's web-STOMP as far as the public log viewer uses it (pull-requests.md A.6).
/// Who subscribes to a pull request hears of its builds from then on. Lives on the simulator's thread.
class OfBorgBus final : public SocketService {
    Q_OBJECT
public:
    OfBorgBus(const Stage &stage, QObject *parent);
    ~OfBorgBus() override;

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
    void came(QWebSocket *socket) override { m_viewers.emplace(socket, Viewer()); }
    void take(QWebSocket *socket, const QByteArray &frame) override;
    void went(QWebSocket *socket) override { m_viewers.erase(socket); }
    void connectViewer(QWebSocket *socket, const std::map<QByteArray, QByteArray> &headers);
    void subscribe(QWebSocket *socket, const std::map<QByteArray, QByteArray> &headers);
    void refuse(QWebSocket *socket, const QByteArray &message);
    void beat();
    void tell();
    void tell(QWebSocket *socket, Viewer &viewer, Subscription &subscription);
    void send(QWebSocket *socket, Viewer &viewer, const Subscription &subscription, const QByteArray &json);

    std::map<QWebSocket *, Viewer> m_viewers;
};

} // namespace narscope::sim
