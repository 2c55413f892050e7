// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QNetworkProxyFactory>

namespace narscope::net {

/// Proxies as the system has them; none to this computer.
class SystemProxies final : public QNetworkProxyFactory {
public:
    [[nodiscard]] QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override;
};

} // namespace narscope::net
