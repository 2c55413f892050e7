// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "net/http.h"
#include "net/servers.h"
#include "trace/types.h"

#include <QHash>

namespace narscope::trace {

/// Passes requests on, counts them by server, and keeps every answer by its digest: what a trace costs, and
/// what it rests on. Bodies that go into a sink are counted and not kept. Used on the core thread.
class Recorder final : public net::Http {
public:
    /// Everything must outlive it.
    Recorder(net::Http &http, const net::Servers &servers, Clock &clock);

    [[nodiscard]] Task<Result<net::Response>> fetch(net::Request request) override;

    /// Requests of the rounds before count no longer for Spent::lastRound.
    void beginRound();
    [[nodiscard]] QList<Spent> spent() const;
    /// Requests to servers of a kind since the beginning.
    [[nodiscard]] int count(net::ServerKind kind) const { return m_kinds.value(static_cast<int>(kind)); }
    /// Digests of the answers to requests with this `why`, since it was last asked; oldest first.
    [[nodiscard]] QList<QByteArray> take(const QString &why) { return m_byWhy.take(why); }
    [[nodiscard]] const QList<Answer> &answers() const { return m_answers; }
    /// Keeps what was read from this machine; gives its digest.
    QByteArray keepLocal(const QUrl &file, const QByteArray &bytes);

private:
    void countRequest(const QUrl &url);
    void keep(const net::Request &request, const net::Response &response);
    [[nodiscard]] const net::Server *serverOf(const QUrl &url) const;

    net::Http &m_http;
    const net::Servers &m_servers;
    Clock &m_clock;
    QList<Spent> m_spent;
    QHash<int, int> m_kinds;
    QHash<QString, QList<QByteArray>> m_byWhy;
    QList<Answer> m_answers;
};

} // namespace narscope::trace
