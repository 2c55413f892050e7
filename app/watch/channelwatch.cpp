// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelwatch.h"

namespace narscope::watch {

ChannelWatch::ChannelWatch(net::Http &http, const net::Servers &servers, Pools &pools, Clock &clock, quint32 seed)
    : m_store(http, servers, pools, clock, seed, [this](const ChannelBoard &board) { Q_EMIT changed(board); })
{
    qRegisterMetaType<ChannelBoard>();
}

ChannelWatch::~ChannelWatch() = default;

void ChannelWatch::follow(HydraWatch &hydra)
{
    m_store.takeJobsetsFrom({.keepFresh = [&hydra](const QStringList &projects) { hydra.keepFresh(projects); },
        .refresh
        = [&hydra, id = hydra.server()](const QString &project) { hydra.refresh(Subject::ofProject(id, project)); }});
    connect(&hydra, &HydraFeed::changed, this, [this](const Change &change) {
        if (const auto *jobsets = std::get_if<JobsetsSeen>(&change))
            m_store.take(*jobsets);
        else if (const auto *latest = std::get_if<LatestEvalsSeen>(&change))
            m_store.take(*latest);
        else if (const auto *evals = std::get_if<EvalsSeen>(&change))
            m_store.take(*evals);
    });
}

void ChannelWatch::setLook(const QString &viewer, ChannelLook look)
{
    QMetaObject::invokeMethod(this, [this, viewer, look] { m_store.setLook(viewer, look); }, Qt::QueuedConnection);
}

void ChannelWatch::refresh()
{
    QMetaObject::invokeMethod(this, [this] { m_store.refresh(); }, Qt::QueuedConnection);
}

} // namespace narscope::watch
