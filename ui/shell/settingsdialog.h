// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"
#include "settings/settings.h"

#include <QDialog>

class QComboBox;
class QGridLayout;
class QLineEdit;

namespace narscope::ui {

/// What a person can choose. Each change is kept and takes effect at once; the contact address with the next start.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(settings::Settings &settings, const net::Servers &servers, QWidget *parent);

Q_SIGNALS:
    void changed();

private:
    QComboBox *choice(const QStringList &words, int current, const std::function<void(int)> &take);
    QWidget *lookPart();
    QWidget *serversPart(const net::Servers &servers);
    void addServer(QGridLayout &grid, const net::Server &server);

    settings::Settings &m_settings;
};

/// «1 a second» or «no limit»: how often a server is asked at most.
[[nodiscard]] QString limitOf(const net::Policy &policy);
/// What each kind of server is asked for, in a person's words.
[[nodiscard]] QString purposeOf(net::ServerKind kind);

} // namespace narscope::ui
