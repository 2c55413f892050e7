// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/busproperty.h"
#include "watch/circumstances.h"

#include <QElapsedTimer>
#include <QTimer>

namespace narscope::ui {

/// Who tells of the machine on the system's bus.
struct MachineServices {
    QString power = QStringLiteral("org.freedesktop.UPower");
    QString network = QStringLiteral("org.freedesktop.NetworkManager");
};

/// Follows what is a reason to ask less often: whether a window is to be seen and used, what the machine runs on
/// (UPower) and what its network costs (NetworkManager). Where nobody tells, there is no reason. GUI thread, one for
/// the whole program; real time, since it is about a person.
class Surroundings : public QObject {
    Q_OBJECT
public:
    /// Tests give a connection of their own and no services.
    explicit Surroundings(const QDBusConnection &bus, const MachineServices &services = {}, QObject *parent = nullptr);

    [[nodiscard]] const watch::Circumstances &now() const { return m_now; }
    /// Without a key or a movement for so long the window is not used.
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }
    /// At windows and idleness; otherwise once a minute.
    void look();
    bool eventFilter(QObject *object, QEvent *event) override;

Q_SIGNALS:
    void changed();

private:
    void take(const watch::Circumstances &now);
    void noteUse();

    watch::Circumstances m_now;
    std::chrono::milliseconds m_patience = std::chrono::minutes(15);
    QElapsedTimer m_sinceUse;
    QTimer m_tick;
};

} // namespace narscope::ui
