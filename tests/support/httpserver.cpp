// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/httpserver.h"

using namespace Qt::StringLiterals;

namespace narscope::test {

QByteArray HttpServer::Asked::header(QByteArrayView lowerCaseName) const
{
    for (const auto &[name, value] : headers) {
        if (name == lowerCaseName)
            return value;
    }
    return {};
}

HttpServer::HttpServer()
{
    if (!listen(QHostAddress::LocalHost))
        qFatal("no port on loopback is free");
}

QUrl HttpServer::url(const QString &path) const
{
    return QUrl(u"http://127.0.0.1:%1"_s.arg(serverPort()) + path);
}

void HttpServer::on(const QByteArray &target, Handler handler)
{
    m_handlers.insert(target, std::move(handler));
}

void HttpServer::on(const QByteArray &target, const QByteArray &bytes)
{
    on(target, [bytes](const Asked &, QTcpSocket *connection) { connection->write(bytes); });
}

QByteArrayList HttpServer::targets() const
{
    QByteArrayList targets;
    for (const auto &asked : m_asked)
        targets << asked.target;
    return targets;
}

QByteArray HttpServer::answer(int status, const QByteArray &type, const QByteArray &body, const QByteArrayList &headers)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(status)
        + " Status\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    if (!type.isEmpty())
        bytes += "Content-Type: " + type + "\r\n";
    for (const auto &header : headers)
        bytes += header + "\r\n";
    return bytes + "\r\n" + body;
}

void HttpServer::incomingConnection(qintptr handle)
{
    ++m_connections;
    auto *connection = new QTcpSocket(this);
    connection->setSocketDescriptor(handle);
    connection->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(connection, &QTcpSocket::readyRead, this, [this, connection] { read(connection); });
    connect(connection, &QTcpSocket::disconnected, connection, &QObject::deleteLater);
}

void HttpServer::read(QTcpSocket *connection)
{
    for (;;) {
        const auto waiting = connection->peek(64 * 1024);
        const auto end = waiting.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        connection->skip(end + 4);
        const auto lines = waiting.first(end).split('\n');
        const auto words = lines.first().trimmed().split(' ');
        Asked asked{.method = words.value(0), .target = words.value(1), .headers = {}};
        for (const auto &line : lines.sliced(1)) {
            const auto colon = line.indexOf(':');
            asked.headers.emplaceBack(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
        }
        serve(asked, connection);
    }
}

void HttpServer::serve(const Asked &asked, QTcpSocket *connection)
{
    m_asked.append(asked);
    const auto handler = m_handlers.value(asked.target, m_others);
    if (handler)
        handler(asked, connection);
    else
        connection->write(answer(404, "text/plain", "there is no such thing"));
}

} // namespace narscope::test
