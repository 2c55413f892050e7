// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"
#include "settings/settings.h"

#include <QWidget>

class QGridLayout;

namespace narscope::ui {

/// Settings of the servers: how a person is reached, what is shown, how often is asked at most.
class ServersPage : public QWidget {
    Q_OBJECT
public:
    ServersPage(settings::Settings &settings, const net::Servers &servers, QWidget *parent = nullptr);

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] QWidget *contactField();
    [[nodiscard]] QWidget *cloneField();
    void addServer(QGridLayout &grid, const net::Server &server);

    settings::Settings &m_settings;
};

/// Background requests an hour that the policy allows.
[[nodiscard]] int hourlyLimitOf(const net::Policy &policy);
/// The policies with a person's budgets, which only lower them.
[[nodiscard]] net::Servers withBudgets(net::Servers servers, const QMap<QString, int> &budgets);

} // namespace narscope::ui
