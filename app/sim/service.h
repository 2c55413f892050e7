// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

class QHttpServer;

// What the simulated servers have in common: a request comes in as a value, an answer goes out as one.

namespace narscope::sim {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>;

struct HttpRequest {
    QByteArray method = "GET";
    QByteArray path; ///< as sent, without the query: "/build/12"
    QList<QByteArray> segments; ///< the path's parts, percent-decoded; empty for "/"
    HttpHeaders query; ///< in their order, decoded
    HttpHeaders headers; ///< names in lower case
    QByteArray body;

    [[nodiscard]] QByteArray header(QByteArrayView lowerCaseName) const;
    /// Nothing when the query has no such name.
    [[nodiscard]] std::optional<QByteArray> parameter(QByteArrayView name) const;
    /// "http://127.0.0.1:8080": what the client called this server.
    [[nodiscard]] QByteArray base() const { return "http://" + header("host"); }
};

/// Reads "/a/b%20c?d=e" into path, segments and query.
[[nodiscard]] HttpRequest httpRequest(QByteArrayView target);

struct HttpAnswer {
    int status = 200;
    QByteArray type = {}; ///< Content-Type
    QByteArray body = {};
    HttpHeaders headers = {}; ///< besides Content-Type and Content-Length
    /// For large bodies: called until it gives nothing; sent in chunks, without a length, between other work.
    std::function<QByteArray()> more = {};

    /// The whole body, for tests.
    [[nodiscard]] QByteArray drained() const;
};

/// One simulated server. Lives, like World, on the simulator's thread.
class HttpService {
public:
    HttpService() = default;
    HttpService(const HttpService &) = delete;
    HttpService &operator=(const HttpService &) = delete;
    virtual ~HttpService() = default;
    [[nodiscard]] virtual HttpAnswer answer(const HttpRequest &request) = 0;
};

/// All requests of the server go to the service, which goes with the server.
void serve(QHttpServer &server, std::shared_ptr<HttpService> service);

} // namespace narscope::sim
