// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>

namespace narscope::test {

/// An HTTP/1.1 server on loopback that sends exactly the bytes it is told to, right or wrong. Answers on the
/// thread that made it.
class HttpServer : public QTcpServer {
    Q_OBJECT
public:
    struct Asked {
        QByteArray method;
        QByteArray target; ///< path and query, as sent
        QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case

        [[nodiscard]] QByteArray header(QByteArrayView lowerCaseName) const;
    };
    /// Writes whatever it likes to the connection, now or later, or nothing.
    using Handler = std::function<void(const Asked &asked, QTcpSocket *connection)>;

    HttpServer();

    [[nodiscard]] QUrl url(const QString &path = {}) const;
    void on(const QByteArray &target, Handler handler);
    /// Always the same bytes.
    void on(const QByteArray &target, const QByteArray &bytes);
    /// For targets that nothing else is there for; without it they are answered with 404.
    void onAll(Handler handler) { m_others = std::move(handler); }

    [[nodiscard]] const QList<Asked> &asked() const { return m_asked; }
    [[nodiscard]] QByteArrayList targets() const;
    [[nodiscard]] int connections() const { return m_connections; }

    /// A right answer with a Content-Length.
    [[nodiscard]] static QByteArray answer(
        int status, const QByteArray &type, const QByteArray &body, const QByteArrayList &headers = {});
    [[nodiscard]] static QByteArray json(const QByteArray &body) { return answer(200, "application/json", body); }

protected:
    void incomingConnection(qintptr handle) override;

private:
    void read(QTcpSocket *connection);
    void serve(const Asked &asked, QTcpSocket *connection);

    QHash<QByteArray, Handler> m_handlers;
    Handler m_others;
    QList<Asked> m_asked;
    int m_connections = 0;
};

} // namespace narscope::test
