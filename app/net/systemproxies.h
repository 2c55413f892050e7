// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDeadlineTimer>
#include <QHash>
#include <QNetworkProxyFactory>

namespace narscope::net {

/// Proxies as the system has them; none to this computer. The system is asked once in a while for each host: that may
/// take it long, and happens before every request. One thread.
class SystemProxies final : public QNetworkProxyFactory {
public:
    [[nodiscard]] QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override;

private:
    struct Known {
        QList<QNetworkProxy> proxies;
        QDeadlineTimer until;
    };
    QHash<QString, Known> m_known; ///< by scheme, host and port
};

} // namespace narscope::net
