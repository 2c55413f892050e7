// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelwatch.h"

namespace narscope::watch {

ChannelWatch::ChannelWatch(net::Http &http, const net::Servers &servers, Pools &pools, Clock &clock, quint32 seed)
    : m_store(http, servers, pools, clock, seed, [this](const ChannelBoard &board) { Q_EMIT changed(board); })
{
    qRegisterMetaType<ChannelBoard>();
}

ChannelWatch::~ChannelWatch() = default;

void ChannelWatch::setLook(const QString &viewer, ChannelLook look)
{
    QMetaObject::invokeMethod(this, [this, viewer, look] { m_store.setLook(viewer, look); }, Qt::QueuedConnection);
}

void ChannelWatch::refresh()
{
    QMetaObject::invokeMethod(this, [this] { m_store.refresh(); }, Qt::QueuedConnection);
}

} // namespace narscope::watch
