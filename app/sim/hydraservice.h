// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/hydrapages.h"
#include "sim/service.h"
#include "sim/services.h"

namespace narscope::sim {

/// Hydra as its web server of August 2026 answers, JSON and HTML. Nobody is signed in, but for the GETs that
/// change something: they answer as if they had, change nothing, and are counted, so that a test can prove
/// that nobody calls them. `GET /.sim/changes` tells their paths as a JSON list.
class HydraService final : public HttpService {
public:
    explicit HydraService(const Stage &stage);
    [[nodiscard]] HttpAnswer answer(const HttpRequest &request) override;

private:
    [[nodiscard]] HttpAnswer routed(const HttpRequest &request);
    [[nodiscard]] QByteArray sessionCookie();

    const Stage &m_stage;
    JobOrder m_order;
    QList<QByteArray> m_changes; ///< paths of state-changing GETs, in their order
    quint64 m_sessions = 0;
};

} // namespace narscope::sim
