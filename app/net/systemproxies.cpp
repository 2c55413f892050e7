// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/systemproxies.h"

#include "net/servers.h"

namespace narscope::net {

QList<QNetworkProxy> SystemProxies::queryProxy(const QNetworkProxyQuery &query)
{
    if (!isLoopback(query.url()))
        return systemProxyForQuery(query);
    // «As the application has it», which is none. Said as NoProxy, Qt 6.8 would open a plain connection without a
    // buffer and read the head of every answer one byte a system call.
    return {QNetworkProxy(QNetworkProxy::DefaultProxy)};
}

} // namespace narscope::net
