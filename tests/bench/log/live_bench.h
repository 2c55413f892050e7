// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/fetch.h"
#include "net/client.h"

#include <QThread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace narscope::bench {

/// A server on loopback that answers one request with a file, as fast as it is taken.
class FileServer {
public:
    explicit FileServer(const char *path)
        : m_file(::open(path, O_RDONLY | O_CLOEXEC))
        , m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
        socklen_t size = sizeof address;
        if (m_file < 0 || ::bind(m_socket, reinterpret_cast<sockaddr *>(&address), size) != 0
            || ::listen(m_socket, 1) != 0
            || ::getsockname(m_socket, reinterpret_cast<sockaddr *>(&address), &size) != 0)
            qFatal("no server on loopback");
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { serve(); });
    }
    ~FileServer()
    {
        ::shutdown(m_socket, SHUT_RDWR);
        m_thread.join();
        ::close(m_socket);
        ::close(m_file);
    }
    [[nodiscard]] QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_port)); }

private:
    void serve() const
    {
        const int connection = ::accept(m_socket, nullptr, nullptr);
        if (connection < 0)
            return;
        char asked[4096];
        [[maybe_unused]] const auto got = ::recv(connection, asked, sizeof asked, 0);
        const auto size = ::lseek(m_file, 0, SEEK_END);
        const auto head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
            + QByteArray::number(qint64(size)) + "\r\n\r\n";
        [[maybe_unused]] const auto sent = ::send(connection, head.constData(), size_t(head.size()), MSG_NOSIGNAL);
        for (off_t at = 0; at < size;) {
            if (::sendfile(connection, m_file, &at, size_t(size - at)) <= 0)
                break;
        }
        ::close(connection);
    }
    int m_file;
    int m_socket;
    quint16 m_port = 0;
    std::thread m_thread;
};

/// The program's own way from a server into a spool, on a thread of its own as in the program.
class Intake {
public:
    /// `grew` is called on the intake's thread.
    Intake(const QUrl &base, std::shared_ptr<log::Spool> spool, std::function<void()> grew)
    {
        m_thread.start();
        m_home.moveToThread(&m_thread);
        QMetaObject::invokeMethod(&m_home, [this, base, spool, grew] {
            m_client
                = std::make_unique<net::Client>(m_clock, net::Servers{net::serverAt(base, net::ServerKind::Hydra)});
            m_scope = std::make_unique<Scope>();
            m_scope->start(run(base, spool, grew));
        });
    }
    ~Intake()
    {
        QMetaObject::invokeMethod(
            &m_home,
            [this] {
                m_scope.reset();
                m_client.reset();
                m_home.moveToThread(nullptr);
            },
            Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }
    [[nodiscard]] bool isOver() const { return m_isOver; }
    [[nodiscard]] bool isGood() const { return m_isGood; }

private:
    Task<void> run(QUrl base, std::shared_ptr<log::Spool> spool, std::function<void()> grew)
    {
        log::LogFetch fetch{.sources = {{.name = QStringLiteral("loopback"),
                                .url = base.resolved(QUrl(QStringLiteral("/build/1/nixlog/1/raw")))}},
            .spool = spool,
            .why = QStringLiteral("bench"),
            .grew = grew};
        auto task = log::fetchLog(*m_client, std::move(fetch));
        const auto done = co_await std::move(task);
        if (!done)
            qWarning("%s", qPrintable(describe(done.error())));
        m_isGood = done.has_value();
        m_isOver = true;
    }

    QThread m_thread;
    QObject m_home;
    SystemClock m_clock;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<Scope> m_scope;
    std::atomic<bool> m_isOver = false;
    std::atomic<bool> m_isGood = false;
};

} // namespace narscope::bench
