// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/frontdoor.h"

#include <QHostAddress>
#include <QTimer>

#include <chrono>
#include <limits>

namespace narscope::sim {

namespace {

constexpr qsizetype maxHead = 64 * 1024;
constexpr qint64 fullSocket = 1024 * 1024;
constexpr std::chrono::milliseconds slowness{3000};

// The value of a header, found without regard to case; empty when there is none.
QByteArray headerValue(const QByteArray &head, const QByteArray &lowerCaseName)
{
    const qsizetype start = head.toLower().indexOf("\r\n" + lowerCaseName + ':');
    if (start < 0)
        return {};
    const qsizetype from = start + lowerCaseName.size() + 3;
    return head.mid(from, head.indexOf("\r\n", from) - from).trimmed();
}

// Takes «/.fault/WORD» out of the request line and says which fault it named.
Fault namedFault(QByteArray &head)
{
    static const QByteArray mark = " /.fault/";
    const qsizetype start = head.indexOf(mark);
    if (start < 0 || start > head.indexOf("\r\n"))
        return Fault::None;
    const qsizetype from = start + mark.size();
    const qsizetype end = head.indexOf('/', from);
    const auto fault = parseFault(QByteArrayView(head).sliced(from, qMax<qsizetype>(0, end - from)));
    if (end < 0 || !fault)
        return Fault::None;
    head.remove(start + 1, end - start - 1);
    return *fault;
}

bool spoilsTheAnswer(Fault fault)
{
    return fault == Fault::Cut || fault == Fault::WrongTypes;
}

} // namespace

FrontDoor::FrontDoor(FaultPlan plan, quint16 serverPort, QObject *parent)
    : QTcpServer(parent)
    , m_plan(std::move(plan))
    , m_serverPort(serverPort)
{
}

void FrontDoor::incomingConnection(qintptr handle)
{
    new DoorConnection(this, handle);
}

DoorConnection::DoorConnection(FrontDoor *door, qintptr handle)
    : QObject(door)
    , m_door(door)
    , m_client(this)
    , m_server(this)
{
    m_client.setSocketDescriptor(handle);
    m_client.setReadBufferSize(fullSocket);
    m_server.setReadBufferSize(fullSocket);
    connect(&m_client, &QTcpSocket::readyRead, this, &DoorConnection::readClient);
    connect(&m_client, &QTcpSocket::bytesWritten, this, &DoorConnection::sendMore);
    connect(&m_client, &QTcpSocket::disconnected, this, &DoorConnection::deleteLater);
    connect(&m_server, &QTcpSocket::readyRead, this, &DoorConnection::readServer);
    connect(&m_server, &QTcpSocket::disconnected, this, &DoorConnection::finish);
    connect(&m_server, &QTcpSocket::errorOccurred, this, &DoorConnection::finish);
}

void DoorConnection::readClient()
{
    m_in += m_client.readAll();
    while (!m_in.isEmpty() && !m_over) {
        if (m_bodyLeft > 0) {
            const QByteArray part = m_in.first(qMin<qint64>(m_in.size(), m_bodyLeft));
            m_in.remove(0, part.size());
            m_bodyLeft -= part.size();
            forward(part);
        } else if (!takeRequest()) {
            break;
        }
    }
}

// One request's head. A client asks for the next thing only when it has its answer, so the fault of the last
// request is over by now.
bool DoorConnection::takeRequest()
{
    const qsizetype end = m_in.indexOf("\r\n\r\n");
    if (end < 0 || m_fault == Fault::Endless) {
        if (m_in.size() > maxHead)
            m_client.abort();
        return false;
    }
    QByteArray head = m_in.first(end + 4);
    m_in.remove(0, head.size());
    const Fault named = namedFault(head);
    m_isHead = head.startsWith("HEAD ");
    m_fault = named != Fault::None ? named : m_door->plan().next();
    m_answer.clear();
    // After an upgrade (live logs by WebSocket) the rest of the connection is not HTTP any more.
    m_bodyLeft = headerValue(head, "upgrade").isEmpty() ? headerValue(head, "content-length").toLongLong()
                                                        : std::numeric_limits<qint64>::max();
    if (const QByteArray whole = faultAnswer(m_fault); !whole.isEmpty()) {
        m_client.write(whole);
        finish();
        return false;
    }
    if (m_fault == Fault::Endless)
        m_client.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[0");
    else if (m_fault == Fault::Slow)
        QTimer::singleShot(slowness, this, [this, head] { forward(head); });
    else
        forward(head);
    return true;
}

void DoorConnection::forward(const QByteArray &bytes)
{
    if (m_server.state() == QAbstractSocket::UnconnectedState)
        m_server.connectToHost(QHostAddress::LocalHost, m_door->behind());
    m_server.write(bytes);
}

void DoorConnection::readServer()
{
    if (m_client.bytesToWrite() >= fullSocket)
        return;
    const QByteArray bytes = m_server.readAll();
    if (spoilsTheAnswer(m_fault))
        spoil(bytes);
    else if (m_isHead)
        passHead(bytes);
    else
        m_client.write(bytes);
}

// QHttpServer adds the length of the body that it sends, which for HEAD is none, to the one that a GET would have.
void DoorConnection::passHead(const QByteArray &bytes)
{
    m_answer += bytes;
    if (!m_answer.contains("\r\n\r\n"))
        return;
    static const QByteArray noLength = "\r\ncontent-length: 0";
    const QByteArray lower = m_answer.toLower();
    const qsizetype last = lower.lastIndexOf(noLength);
    if (last >= 0 && lower.indexOf("\r\ncontent-length:") < last)
        m_answer.remove(last, noLength.size());
    m_client.write(m_answer);
    m_answer.clear();
    m_isHead = false;
}

void DoorConnection::spoil(const QByteArray &bytes)
{
    m_answer += bytes;
    const qsizetype headSize = m_answer.indexOf("\r\n\r\n") + 4;
    if (headSize < 4)
        return;
    const qsizetype bodySize = headerValue(m_answer.first(headSize), "content-length").toLongLong();
    if (m_answer.size() >= headSize + (m_fault == Fault::Cut ? bodySize / 2 : bodySize))
        sendSpoiled(headSize, bodySize);
}

void DoorConnection::sendSpoiled(qsizetype headSize, qsizetype bodySize)
{
    if (m_fault == Fault::Cut) {
        m_client.write(m_answer.first(headSize + bodySize / 2));
        finish();
        return;
    }
    const QByteArray body = withWrongTypes(m_answer.mid(headSize, bodySize));
    QByteArray head = m_answer.first(headSize);
    const qsizetype length = head.toLower().indexOf("\r\ncontent-length:");
    if (length >= 0)
        head.remove(length, head.indexOf("\r\n", length + 2) - length);
    head.insert(head.size() - 2, "Content-Length: " + QByteArray::number(body.size()) + "\r\n");
    m_client.write(head + body);
    m_fault = Fault::None;
}

void DoorConnection::sendMore()
{
    static const QByteArray noise = QByteArray(",0").repeated(32 * 1024);
    if (m_client.bytesToWrite() >= fullSocket)
        return;
    if (m_fault == Fault::Endless)
        m_client.write(noise);
    else if (m_server.bytesAvailable() > 0)
        readServer();
}

// What is written still goes out, then the connection ends.
void DoorConnection::finish()
{
    m_over = true;
    if (m_server.bytesAvailable() > 0 && m_fault != Fault::Cut)
        m_client.write(m_server.readAll());
    m_server.disconnect(this);
    m_server.abort();
    m_client.disconnectFromHost();
    if (m_client.state() == QAbstractSocket::UnconnectedState)
        deleteLater();
}

} // namespace narscope::sim
