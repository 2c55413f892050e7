// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels/endpoint.h"

#include <QObject>

namespace narscope::channels {

/// What to look at.
struct EndpointOrder {
    quint64 run = 0; ///< chosen by who asks; answers carry it
    QString host; ///< one that is no server of ours, by its name alone; empty: every host of the pipeline
    QString channel; ///< whose redirects are followed; empty: none
    QString file; ///< of its release

    bool operator==(const EndpointOrder &) const = default;
};

/// Looks at the pipeline's hosts for a window, one after the other, when a person wants it. Lives on the core
/// thread; everything given must outlive it.
class EndpointDesk : public QObject {
    Q_OBJECT
public:
    EndpointDesk(net::Http &http, net::Servers servers, Clock &clock, net::Probe &probe);

    /// Each authority once, in the servers' order; those that this order looks at.
    [[nodiscard]] static net::Servers hostsOf(const net::Servers &servers);

public Q_SLOTS:
    /// Ends what runs.
    void start(const narscope::channels::EndpointOrder &order);
    void cancel();

Q_SIGNALS:
    void began(quint64 run, const QStringList &hosts);
    void inspected(quint64 run, const narscope::channels::Endpoint &endpoint);
    void followed(quint64 run, const QList<narscope::channels::HttpHop> &way);
    /// Everything was looked at; not said after cancel().
    void ended(quint64 run);

private:
    Task<void> run(EndpointOrder order);
    [[nodiscard]] QUrl startOf(const EndpointOrder &order) const;

    net::Servers m_servers;
    EndpointInspector m_inspector;
    Scope m_scope; ///< last, so that flows end before what they use
};

} // namespace narscope::channels
