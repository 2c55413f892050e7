// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/socketservice.h"

#include <map>

namespace narscope::sim {

/// hydra-ws, Hydra's service for the logs of running builds (hydra.md §7.2): a viewer names a build or a step, hears
/// its last fifty lines and then each new one, and when it is over.
class HydraSocket final : public SocketService {
    Q_OBJECT
public:
    HydraSocket(const Stage &stage, QObject *parent);
    ~HydraSocket() override;
    /// Logs that viewers follow now.
    [[nodiscard]] qsizetype followed() const;

private:
    /// A log that a viewer follows; nothing for the step: the build's own derivation.
    using Log = std::pair<BuildId, std::optional<StepNr>>;
    struct Followed {
        Drv drv;
        qsizetype told = 0; ///< lines
        std::set<StepNr> over; ///< steps that are known to have ended
    };
    using Viewer = std::map<Log, Followed>;

    void came(QWebSocket *socket) override { m_viewers.emplace(socket, Viewer()); }
    void take(QWebSocket *socket, const QByteArray &message) override;
    void went(QWebSocket *socket) override { m_viewers.erase(socket); }
    void begin(QWebSocket *socket, const Log &log);
    /// Why it cannot be followed, as the service says it; nothing: it can.
    [[nodiscard]] std::optional<QByteArray> obstacle(const Log &log, Drv *drv);
    void stop(QWebSocket *socket, const Log &log);
    void tell();
    /// Whether the build is over, and nothing more comes.
    [[nodiscard]] bool tell(QWebSocket *socket, const Log &log, Followed &followed);
    void keepAlive();

    std::map<QWebSocket *, Viewer> m_viewers;
};

} // namespace narscope::sim
