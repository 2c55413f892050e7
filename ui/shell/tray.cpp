// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tray.h"

#include "ui/widgets/paint.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int mostListed = 12;
constexpr int mostLetters = 90;

/// A menu takes an ampersand for a key.
QString menuText(const QString &text)
{
    auto line = text.simplified();
    if (line.size() > mostLetters)
        line = line.first(mostLetters) + u'…';
    return line.replace(u'&', u"&&"_s);
}

} // namespace

QIcon trayIconOf(Mark mark)
{
    QIcon icon;
    // Panels are light or dark, and nobody tells which: a shape with its own white inside stands on both.
    const auto look = makeLook(false, ColourSet::Standard);
    for (const int size : {16, 22, 24, 32, 48, 64}) {
        QPixmap picture(size, size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::Antialiasing);
        paintMark(painter, picture.rect(), size * 0.9, mark, look, Qt::white);
        painter.end();
        icon.addPixmap(picture);
    }
    return icon;
}

Tray::Tray(QObject *parent)
    : QObject(parent)
{
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT windowWanted();
    });
    setOutlook({});
}

void Tray::setShown(bool shown)
{
    m_icon.setVisible(shown);
}

void Tray::setOutlook(const Outlook &outlook)
{
    if (outlook == m_outlook && !m_menu.isEmpty())
        return;
    if (outlook.worst != m_outlook.worst || m_icon.icon().isNull())
        m_icon.setIcon(trayIconOf(outlook.worst));
    m_outlook = outlook;
    m_icon.setToolTip(tr("Narscope: %1").arg(outlook.sentence()));
    fillMenu();
}

void Tray::fillMenu()
{
    m_menu.clear();
    auto *title = m_menu.addAction(menuText(tr("Narscope: %1").arg(m_outlook.sentence())));
    title->setEnabled(false);
    for (const auto &trouble : m_outlook.troubles.first(std::min<qsizetype>(mostListed, m_outlook.troubles.size()))) {
        auto *action = m_menu.addAction(trayIconOf(trouble.mark), menuText(trouble.text));
        connect(action, &QAction::triggered, this, [this, trouble] { Q_EMIT troubleWanted(trouble); });
    }
    if (m_outlook.troubles.size() > mostListed)
        m_menu.addAction(tr("and %1 more").arg(m_outlook.troubles.size() - mostListed), this, &Tray::windowWanted);
    m_menu.addSeparator();
    m_menu.addAction(tr("Show Narscope"), this, &Tray::windowWanted);
    m_menu.addAction(tr("Settings …"), this, &Tray::settingsWanted);
    m_menu.addAction(tr("Quit"), this, &Tray::quitWanted);
}

} // namespace narscope::ui
