// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/systemproxies.h"

#include "net/servers.h"

namespace narscope::net {

namespace {

constexpr qint64 askedAgainAfter = 5 * 60 * 1000; ///< ms

} // namespace

QList<QNetworkProxy> SystemProxies::queryProxy(const QNetworkProxyQuery &query)
{
    if (!isLoopback(query.url())) {
        const auto key
            = query.url()
                  .adjusted(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment)
                  .toString();
        auto &known = m_known[key];
        if (known.until.hasExpired())
            known = {systemProxyForQuery(query), QDeadlineTimer(askedAgainAfter)};
        return known.proxies;
    }
    // «As the application has it», which is none. Said as NoProxy, Qt 6.8 would open a plain connection without a
    // buffer and read the head of every answer one byte a system call.
    return {QNetworkProxy(QNetworkProxy::DefaultProxy)};
}

} // namespace narscope::net
