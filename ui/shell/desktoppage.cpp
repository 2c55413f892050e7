// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/desktoppage.h"

#include "ui/shell/options.h"
#include "ui/shell/settingsparts.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QDir>
#include <QSignalBlocker>
#include <QSystemTrayIcon>

using namespace Qt::StringLiterals;

namespace narscope::ui {

settings::Autostart autostartOf(const QString &profile)
{
    const bool isUsual = QDir(profile) == QDir(usualProfile());
    return settings::Autostart(settings::autostartFolder(), QCoreApplication::applicationFilePath(),
        isUsual ? QString() : QDir(profile).absolutePath());
}

DesktopPage::DesktopPage(settings::Settings &settings, settings::Autostart autostart, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_autostart(std::move(autostart))
    , m_trouble(textLabel({}, TextRole::Data))
{
    auto *column = settingsColumn(this);
    auto *tray = new QCheckBox(tr("Show the worst state in the tray, with a menu of what is wrong"));
    auto *hide = new QCheckBox(tr("Closing the window leaves Narscope in the tray"));
    auto *login = new QCheckBox(tr("Start with the desktop, without a window"));
    auto *notices = new QCheckBox(tr("Show notices of what is watched on the desktop"));
    tray->setObjectName(u"tray"_s);
    hide->setObjectName(u"close-to-tray"_s);
    login->setObjectName(u"login"_s);
    notices->setObjectName(u"notices"_s);
    tray->setChecked(m_settings.showsTray());
    hide->setChecked(m_settings.closesToTray());
    hide->setEnabled(m_settings.showsTray());
    login->setChecked(m_autostart.isOn());
    notices->setChecked(m_settings.showsNotices());
    for (auto *box : {tray, hide, login, notices})
        column->addWidget(box);
    column->addWidget(m_trouble);
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        column->addWidget(
            textLabel(tr("This desktop has no tray now: then closing the window ends Narscope."), TextRole::Quiet));
    column->addStretch();
    connect(tray, &QCheckBox::toggled, this, [this, hide](bool on) {
        m_settings.setShowsTray(on);
        hide->setEnabled(on);
        Q_EMIT changed();
    });
    connect(hide, &QCheckBox::toggled, this, [this](bool on) {
        m_settings.setClosesToTray(on);
        Q_EMIT changed();
    });
    connect(notices, &QCheckBox::toggled, this, [this](bool on) {
        m_settings.setShowsNotices(on);
        Q_EMIT changed();
    });
    connect(login, &QCheckBox::toggled, this, [this, login](bool on) { setStartsAtLogin(login, on); });
}

void DesktopPage::setStartsAtLogin(QCheckBox *box, bool on)
{
    const auto done = m_autostart.setOn(on);
    m_trouble->setText(done ? QString() : done.error().sentence + u' ' + done.error().detail);
    const QSignalBlocker quiet(box);
    box->setChecked(m_autostart.isOn());
}

} // namespace narscope::ui
