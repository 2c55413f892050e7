// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/faults.h"

#include <QTcpServer>
#include <QTcpSocket>

namespace narscope::sim {

/// The port of one simulated server: a plain TCP proxy before its QHttpServer, which can only send correct
/// HTTP. Requests that the plan names get broken HTTP from here. A path that begins with `/.fault/WORD/` gets
/// that fault whatever the plan says, and the server behind sees the rest of the path.
class FrontDoor : public QTcpServer {
    Q_OBJECT
public:
    FrontDoor(FaultPlan plan, quint16 serverPort, QObject *parent);

    [[nodiscard]] FaultPlan &plan() { return m_plan; }
    [[nodiscard]] quint16 behind() const { return m_serverPort; }

protected:
    void incomingConnection(qintptr handle) override;

private:
    FaultPlan m_plan;
    quint16 m_serverPort;
};

/// One client's connection. Deletes itself when either side has gone and all is written.
class DoorConnection : public QObject {
    Q_OBJECT
public:
    DoorConnection(FrontDoor *door, qintptr handle);

private:
    void readClient();
    [[nodiscard]] bool takeRequest();
    void forward(const QByteArray &bytes);
    void readServer();
    void passHead(const QByteArray &bytes);
    void spoil(const QByteArray &bytes);
    void sendSpoiled(qsizetype headSize, qsizetype bodySize);
    void sendMore();
    void finish();

    FrontDoor *m_door;
    QTcpSocket m_client;
    QTcpSocket m_server;
    QByteArray m_in; ///< from the client, not yet understood
    qint64 m_bodyLeft = 0; ///< of the request that is being passed on
    Fault m_fault = Fault::None; ///< of the request under way
    QByteArray m_answer; ///< gathered when it must be changed
    bool m_isHead = false; ///< the request under way is HEAD, and nothing of its answer is sent yet
    bool m_over = false; ///< nothing more is answered here
};

} // namespace narscope::sim
