// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "base/task.h"
#include "net/http.h"
#include "net/servers.h"
#include "ofborg/types.h"

namespace narscope::ofborg {

/// For whom something is asked.
struct Ask {
    QString why; ///< which view, watch or command; shown in the ledger
    net::Priority priority = net::Priority::Background;
};

/// Asks OfBorg's log API. Belongs to the thread of its Http; must outlive its tasks. One request a call.
class Client {
public:
    Client(net::Http &http, net::Server server, Pools &pools);

    [[nodiscard]] const net::Server &server() const { return m_server; }

    /// All attempts of all pushes; empty when nothing was ever built for it (most pull requests).
    Task<Result<QList<Attempt>>> attempts(PullKey key, Ask ask);
    /// The raw log as it is now; NotFound: there is none (yet).
    Task<Result<QByteArray>> log(PullKey key, QString attempt, Ask ask);

    [[nodiscard]] QUrl logUrl(const PullKey &key, const QString &attempt) const;
    /// The page for people.
    [[nodiscard]] QUrl viewerUrl(const PullKey &key, const QString &attempt = {}) const;

private:
    net::Http &m_http;
    net::Server m_server;
    Pools &m_pools;
};

} // namespace narscope::ofborg
