// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"

namespace narscope::net {

/// Whether this body may be posted there: to /graphql of a GitHub, and nothing in it but one query and its
/// variables. A document with a mutation or subscription anywhere is refused, even in a comment.
[[nodiscard]] Result<void> checkQuery(const QUrl &url, const QByteArray &body, const Server &server);

} // namespace narscope::net
