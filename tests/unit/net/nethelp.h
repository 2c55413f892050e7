// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/client.h"
#include "support/flow.h"
#include "support/httpserver.h"

namespace narscope::test {

using Outcome = Result<net::Response>;

/// The test server, asked without limit unless the policy says so.
inline net::Server serverOf(const HttpServer &http,
    net::Policy policy = {.perSecond = 0, .backgroundPerSecond = 0, .inFlight = 6},
    net::ServerKind kind = net::ServerKind::Cache)
{
    return {.id = QStringLiteral("test"),
        .kind = kind,
        .name = QStringLiteral("Test"),
        .url = http.url(),
        .policy = std::move(policy)};
}

inline net::Request get(
    const QUrl &url, net::Expect expect = net::Expect::Anything, net::Priority priority = net::Priority::Background)
{
    return {.url = url, .expect = expect, .priority = priority};
}

/// For QCOMPARE: "ok", or the problem's word.
inline QString wordOf(const Outcome &outcome)
{
    return outcome ? QStringLiteral("ok") : word(outcome.error().kind);
}

/// For QCOMPARE: the body, or what went wrong.
inline QByteArray bodyOf(const Outcome &outcome)
{
    return outcome ? outcome->body : describe(outcome.error()).toUtf8();
}

} // namespace narscope::test
