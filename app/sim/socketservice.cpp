// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/socketservice.h"

#include <QHostAddress>
#include <QPointer>
#include <QWebSocket>

using namespace Qt::StringLiterals;

namespace narscope::sim {

SocketService::SocketService(const Stage &stage, const QString &name, QObject *parent)
    : QObject(parent)
    , m_stage(stage)
    , m_server(name, QWebSocketServer::NonSecureMode)
{
    connect(&m_server, &QWebSocketServer::newConnection, this, &SocketService::accept);
}

Result<QUrl> SocketService::listen(quint16 port)
{
    if (!m_server.listen(QHostAddress::LocalHost, port))
        return problemSaying(
            ProblemKind::Io, u"The port is taken."_s, u"127.0.0.1:%1"_s.arg(port), m_server.errorString());
    QUrl url(u"http://127.0.0.1"_s);
    url.setPort(m_server.serverPort());
    return url;
}

void SocketService::dropAll()
{
    for (auto *socket : std::exchange(m_sockets, {})) {
        socket->disconnect(this);
        went(socket);
        socket->abort();
        socket->deleteLater();
    }
}

void SocketService::accept()
{
    while (QWebSocket *socket = m_server.nextPendingConnection()) {
        socket->setParent(this);
        m_sockets.insert(socket);
        came(socket);
        connect(socket, &QWebSocket::textMessageReceived, this,
            [this, socket](const QString &text) { take(socket, text.toUtf8()); });
        // Queued: a message that cannot be sent may end the conversation while all are gone through.
        connect(
            socket, &QWebSocket::disconnected, this,
            [this, socket = QPointer(socket)] {
                if (!socket || m_sockets.erase(socket) == 0)
                    return;
                went(socket);
                socket->deleteLater();
            },
            Qt::QueuedConnection);
    }
}

} // namespace narscope::sim
