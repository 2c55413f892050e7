// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmwatch.h"

namespace narscope::watch {

FarmWatch::FarmWatch(net::Http &http, FarmServers servers, Pools &pools, Clock &clock, quint32 seed)
    : m_store(http, std::move(servers), pools, clock, seed, [this](const FarmState &state) { Q_EMIT changed(state); })
{
    qRegisterMetaType<FarmState>();
}

FarmWatch::~FarmWatch() = default;

void FarmWatch::setView(const QString &viewer, FarmView view)
{
    QMetaObject::invokeMethod(this, [this, viewer, view] { m_store.setView(viewer, view); }, Qt::QueuedConnection);
}

void FarmWatch::refresh()
{
    QMetaObject::invokeMethod(this, [this] { m_store.refresh(); }, Qt::QueuedConnection);
}

} // namespace narscope::watch
