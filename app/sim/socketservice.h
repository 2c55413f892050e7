// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/services.h"

#include <QObject>
#include <QWebSocketServer>

#include <set>

class QWebSocket;

namespace narscope::sim {

/// A simulated server that converses over WebSockets. Lives on the simulator's thread.
class SocketService : public QObject {
    Q_OBJECT
public:
    /// On this machine's own address; port 0: any. The address as a server's base: http.
    [[nodiscard]] Result<QUrl> listen(quint16 port);
    /// Breaks all conversations, as a restart of the service does.
    void dropAll();

protected:
    /// Whoever is derived calls dropAll() at its end: sockets would speak to what is gone.
    SocketService(const Stage &stage, const QString &name, QObject *parent);

    [[nodiscard]] const Stage &stage() const { return m_stage; }
    [[nodiscard]] QWebSocketServer &server() { return m_server; }
    virtual void came(QWebSocket *socket) = 0;
    virtual void take(QWebSocket *socket, const QByteArray &message) = 0;
    virtual void went(QWebSocket *socket) = 0;

private:
    void accept();

    const Stage &m_stage;
    QWebSocketServer m_server;
    std::set<QWebSocket *> m_sockets;
};

} // namespace narscope::sim
