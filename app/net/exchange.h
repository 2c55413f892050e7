// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/answercheck.h"
#include "net/http.h"

#include <QFile>

#include <list>
#include <memory>
#include <vector>

namespace narscope::net {

class Lane;
class Transfer;
struct Exchange;

/// Destroys a transfer from whatever is running, its own callback too.
struct DeleteTransfer {
    void operator()(Transfer *transfer) const;
};

/// One Task that waits for an exchange.
struct Waiter {
    std::shared_ptr<Exchange> exchange; ///< null once answered
    Completion<Result<Response>> done;
};

/// One request on its way, with all who asked for the same.
struct Exchange : std::enable_shared_from_this<Exchange> {
    Request request;
    QByteArray key; ///< what identical requests share; empty: never joined
    quint64 number = 0; ///< in the ledger
    std::vector<Waiter *> waiters;

    QUrl url; ///< of this hop
    int redirects = 0;
    std::shared_ptr<Lane> lane; ///< of this hop's server
    bool isQueued = false;
    std::list<Exchange *>::iterator place; ///< in the lane's queue while queued
    Milliseconds since{}; ///< monotonic: queued, or sent
    Milliseconds waited{};
    Milliseconds took{};
    std::unique_ptr<Transfer, DeleteTransfer> transfer; ///< while on the wire
    std::unique_ptr<QFile> copy; ///< a sink's body, for the recorder

    [[nodiscard]] bool isInteractive() const { return request.priority == Priority::Interactive; }
};

} // namespace narscope::net
