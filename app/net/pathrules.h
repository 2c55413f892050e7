// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"

#include <QRegularExpression>

#include <optional>

namespace narscope::net {

/// A URL's path as a server may come to understand it: percent-decoded until nothing changes, backslashes as
/// slashes, no empty segments, no slash at the end. Nothing: it cannot be trusted to mean one thing (`.` and
/// `..` segments, control characters, endless encoding).
[[nodiscard]] std::optional<QString> plainPath(const QUrl &url);

/// Which paths of a server may be fetched.
class PathRules {
public:
    explicit PathRules(const Server &server);

    /// Whether the URL lies below the server's base address.
    [[nodiscard]] bool covers(const QUrl &url) const;
    /// NotAllowed with the reason, or nothing to say.
    [[nodiscard]] Result<void> check(const QUrl &url) const;

private:
    QString m_base; ///< plain path of the base address, without a slash at the end
    std::optional<QRegularExpression> m_allowed;
    std::optional<QRegularExpression> m_forbidden;
};

/// Whether an answer of a server with this policy may send us from one URL to the other: the same host, or
/// one that the policy names (host, host:port, or *.domain for every host in it); never from https to http.
[[nodiscard]] Result<void> checkRedirect(const QUrl &from, const QUrl &to, const Policy &policy);

} // namespace narscope::net
