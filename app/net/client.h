// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"
#include "net/ledger.h"
#include "net/servers.h"
#include "net/websocket.h"

#include <memory>

namespace narscope::net {

/// The only way out: asks the servers given, each as its policy says, and nobody else.
///
/// Made, used and destroyed on one thread with an event loop, by whoever composes the program; must outlive
/// the tasks it gave. The clock must outlive it. Identical GETs under way are one. A request whose Task is
/// destroyed is withdrawn. While a server is backed off, background requests wait and interactive ones end at
/// once with a problem that says for how long.
class Client final : public Http, public WebSockets {
public:
    /// The contact (mail address or URL) goes into the User-Agent, so that a server's people can reach us.
    Client(Clock &clock, Servers servers, QString contact = {});
    ~Client() override;

    [[nodiscard]] Task<Result<Response>> fetch(Request request) override;
    [[nodiscard]] std::unique_ptr<WebSocket> converse(SocketRequest request) override;

    /// Another server, or another policy for one with the same id; waiting requests of that one stay.
    void addServer(Server server);
    [[nodiscard]] const Servers &servers() const;

    /// Every later exchange is written to the folder too (cassette.h), but no conversation. Io when that
    /// cannot be.
    [[nodiscard]] Result<void> recordTo(const QString &folder);
    /// From now on the folder answers, and nothing is sent. Policies of paths still hold, rates do not.
    [[nodiscard]] Result<void> replayFrom(const QString &folder);

    /// Its signals may be taken queued on other threads.
    [[nodiscard]] Ledger &ledger();
    [[nodiscard]] QByteArray userAgent() const;

private:
    struct Private;
    struct Ticket;
    std::unique_ptr<Private> d;
};

} // namespace narscope::net
