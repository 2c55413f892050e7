// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "net/client.h"

#include <benchmark/benchmark.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <QHttp1Configuration>
#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <chrono>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace narscope;

// A thousand small answers from loopback through net::Client, beside a bare QNetworkAccessManager with as many
// connections, in turns within one run: the machine's mood falls on both.

namespace {

constexpr int requests = 1000;

/// Answers every request with the same narinfo, as cheaply as can be: what is measured is the client.
class QuickServer {
public:
    QuickServer()
    {
        m_listener = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(m_listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(m_listener, 128) != 0)
            std::abort();
        getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size);
        m_port = ntohs(address.sin_port);
        if (pipe(m_stop) != 0)
            std::abort();
        m_thread = std::thread([this] { run(); });
    }
    ~QuickServer()
    {
        close(m_stop[1]);
        m_thread.join();
        close(m_stop[0]);
        close(m_listener);
    }
    [[nodiscard]] QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(m_port)); }

private:
    void run()
    {
        std::vector<pollfd> waiting{{m_stop[0], POLLIN, 0}, {m_listener, POLLIN, 0}};
        while (poll(waiting.data(), waiting.size(), -1) > 0 && !waiting[0].revents) {
            for (size_t i = waiting.size(); i-- > 2;) {
                if (waiting[i].revents && !answer(waiting[i].fd)) {
                    close(waiting[i].fd);
                    waiting.erase(waiting.begin() + long(i));
                }
            }
            if (waiting[1].revents) {
                const int connection = accept(m_listener, nullptr, nullptr);
                const int on = 1;
                setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                waiting.push_back({connection, POLLIN, 0});
            }
        }
        for (size_t i = 2; i < waiting.size(); ++i)
            close(waiting[i].fd);
    }
    /// Qt sends a small request in one piece.
    static bool answer(int connection)
    {
        static const QByteArray body
            = "StorePath: /nix/store/0000000000000000000000000000000a-x\n" + QByteArray(500, 'x');
        static const QByteArray bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/x-nix-narinfo\r\nContent-Length: "
            + QByteArray::number(body.size()) + "\r\nCache-Control: max-age=3600\r\n\r\n" + body;
        char request[4096];
        return read(connection, request, sizeof request) > 0
            && write(connection, bytes.constData(), size_t(bytes.size())) == bytes.size();
    }

    int m_listener = -1;
    int m_stop[2]{-1, -1};
    quint16 m_port = 0;
    std::thread m_thread;
};

QUrl narInfoUrl(const QUrl &base, int i)
{
    return base.resolved(QUrl(u"/%1.narinfo"_s.arg(QString::number(i).rightJustified(32, u'0'))));
}

double secondsOf(auto work)
{
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void askBare(QNetworkAccessManager &manager, const QUrl &base, int connections)
{
    QEventLoop loop;
    int left = requests;
    QHttp1Configuration http1;
    http1.setNumberOfConnectionsPerHost(connections);
    for (int i = 0; i < requests; ++i) {
        QNetworkRequest request(narInfoUrl(base, i));
        request.setHttp1Configuration(http1);
        auto *reply = manager.get(request);
        QObject::connect(reply, &QNetworkReply::finished, &loop, [&, reply] {
            benchmark::DoNotOptimize(reply->readAll());
            reply->deleteLater();
            if (--left == 0)
                loop.quit();
        });
    }
    loop.exec();
}

Task<void> askOne(net::Client *client, QUrl url, int *left, QEventLoop *loop)
{
    net::Request request{.url = std::move(url), .expect = net::Expect::Text};
    auto task = client->fetch(std::move(request));
    const auto answer = co_await std::move(task);
    if (!answer)
        qFatal("%s", qPrintable(describe(answer.error())));
    if (--*left == 0)
        loop->quit();
}

void askClient(net::Client &client, const QUrl &base)
{
    QEventLoop loop;
    int left = requests;
    Scope scope;
    for (int i = 0; i < requests; ++i)
        scope.start(askOne(&client, narInfoUrl(base, i), &left, &loop));
    loop.exec();
}

void thousandSmallAnswers(benchmark::State &state)
{
    const QuickServer http;
    const int connections = int(state.range(0));
    QNetworkAccessManager manager;
    SystemClock clock;
    auto server = net::serverAt(http.url(), net::ServerKind::Cache);
    server.policy.inFlight = connections;
    net::Client client(clock, {server});
    askBare(manager, http.url(), connections);
    askClient(client, http.url());
    double bare = 0;
    double ours = 0;
    for (auto _ : state) {
        bare += secondsOf([&] { askBare(manager, http.url(), connections); });
        ours += secondsOf([&] { askClient(client, http.url()); });
    }
    const double asked = double(state.iterations()) * requests;
    state.counters["bare_per_s"] = asked / bare;
    state.counters["client_per_s"] = asked / ours;
    state.counters["client/bare"] = bare / ours;
}

} // namespace

BENCHMARK(thousandSmallAnswers)->Arg(6)->Arg(16)->Arg(32)->UseRealTime()->MinTime(2)->Unit(benchmark::kMillisecond);

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
