// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/hydrawatch.h"

namespace narscope::watch {

HydraWatch::HydraWatch(net::Http &http, net::Server server, Pools &pools, Clock &clock, quint32 seed)
    : m_store(http, std::move(server), pools, clock, seed, [this](const Change &change) { Q_EMIT changed(change); })
{
    qRegisterMetaType<Change>();
}

HydraWatch::~HydraWatch() = default;

void HydraWatch::setInterest(const Interest &interest)
{
    QMetaObject::invokeMethod(this, [this, interest] { m_store.setInterest(interest); }, Qt::QueuedConnection);
}

void HydraWatch::refresh(const Subject &subject)
{
    QMetaObject::invokeMethod(this, [this, subject] { m_store.refresh(subject); }, Qt::QueuedConnection);
}

void HydraWatch::loadOlder(const JobsetName &jobset)
{
    QMetaObject::invokeMethod(this, [this, jobset] { m_store.loadOlder(jobset); }, Qt::QueuedConnection);
}

void HydraWatch::search(EvalId eval, const QString &text)
{
    QMetaObject::invokeMethod(this, [this, eval, text] { m_store.search(eval, text); }, Qt::QueuedConnection);
}

void HydraWatch::loadAll(EvalId eval)
{
    QMetaObject::invokeMethod(this, [this, eval] { m_store.loadAll(eval); }, Qt::QueuedConnection);
}

void HydraWatch::cancelLoadAll()
{
    QMetaObject::invokeMethod(this, [this] { m_store.cancelLoadAll(); }, Qt::QueuedConnection);
}

} // namespace narscope::watch
