// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/settingsdialog.h"

#include "ui/shell/desktoppage.h"
#include "ui/shell/historypage.h"
#include "ui/shell/serverlistpage.h"
#include "ui/shell/serverspage.h"
#include "ui/shell/settingsparts.h"
#include "ui/shell/tokenpage.h"
#include "ui/shell/watchpage.h"
#include "ui/widgets/look.h"

#include <QComboBox>
#include <QFormLayout>
#include <QTabWidget>

using namespace Qt::StringLiterals;

namespace narscope::ui {

QString limitOf(const net::Policy &policy)
{
    if (policy.perSecond <= 0)
        return SettingsDialog::tr("%1 at once").arg(policy.inFlight);
    if (policy.perSecond >= 1)
        return SettingsDialog::tr("%1 a second").arg(policy.perSecond);
    return SettingsDialog::tr("1 every %1 s").arg(qRound(1 / policy.perSecond));
}

QString purposeOf(net::ServerKind kind)
{
    using enum net::ServerKind;
    switch (kind) {
    case Hydra:
        return SettingsDialog::tr("evaluations, builds");
    case QueueRunner:
        return SettingsDialog::tr("what the builders do");
    case Cache:
        return SettingsDialog::tr("signatures, contents, logs");
    case GitHub:
        return SettingsDialog::tr("pull requests, commits");
    case OfBorg:
        return SettingsDialog::tr("checks of pull requests");
    case OfBorgBus:
        return SettingsDialog::tr("lines of checks as they run");
    case HydraSocket:
        return SettingsDialog::tr("lines of builds as they run");
    case Channels:
        return SettingsDialog::tr("where the channels are");
    case Releases:
        return SettingsDialog::tr("what was released");
    case ChannelsBucket:
        return SettingsDialog::tr("where the channels are, without the CDN");
    case ReleasesBucket:
        return SettingsDialog::tr("which releases there were");
    case Prometheus:
        return SettingsDialog::tr("delays, machines");
    }
    return {};
}

SettingsDialog::SettingsDialog(
    settings::Settings &settings, const net::Servers &servers, settings::Secrets *secrets, QWidget *parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_history(new HistoryPage(settings))
{
    setWindowTitle(tr("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, metric::cellPadding, 0, 0);
    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    column->addWidget(m_tabs);
    m_tabs->addTab(lookPage(), tr("Look"));
    auto *serversPage = new ServersPage(settings, servers);
    auto *listPage = new ServerListPage(settings.folder());
    m_tabs->addTab(listPage, tr("Servers"));
    m_tabs->addTab(serversPage, tr("Requests"));
    connect(listPage, &ServerListPage::useWanted, this, &SettingsDialog::useServersWanted);
    if (secrets)
        m_tabs->addTab(new TokenPage(*secrets), tr("Keys"));
    auto *desktop = new DesktopPage(settings, autostartOf(settings.folder()));
    m_tabs->addTab(desktop, tr("Desktop"));
    m_tabs->addTab(m_history, tr("History"));
    connect(serversPage, &ServersPage::changed, this, &SettingsDialog::changed);
    connect(desktop, &DesktopPage::changed, this, &SettingsDialog::changed);
    connect(m_history, &HistoryPage::changed, this, &SettingsDialog::changed);
}

void SettingsDialog::addWatchPage(
    const watch::WatchList &list, const QList<watch::Standing> &standings, const QList<HydraAddress> &hydras)
{
    m_watch = new WatchPage(list, hydras);
    m_watch->setStandings(standings);
    m_tabs->addTab(m_watch, tr("Watched"));
    connect(m_watch, &WatchPage::chosen, this, &SettingsDialog::watchListChosen);
    connect(m_watch, &WatchPage::snoozeChosen, this, &SettingsDialog::snoozeChosen);
    connect(m_watch, &WatchPage::acknowledgeChosen, this, &SettingsDialog::acknowledgeChosen);
}

void SettingsDialog::setWatchList(const watch::WatchList &list)
{
    if (m_watch)
        m_watch->setList(list);
}

void SettingsDialog::setStandings(const QList<watch::Standing> &standings)
{
    if (m_watch)
        m_watch->setStandings(standings);
}

void SettingsDialog::setHistorySize(const QString &text)
{
    m_history->setSize(text);
}

QComboBox *SettingsDialog::choice(const QStringList &words, int current, const std::function<void(int)> &take)
{
    auto *box = new QComboBox;
    box->addItems(words);
    box->setCurrentIndex(current);
    box->setFixedWidth(settingsFieldWidth);
    connect(box, &QComboBox::activated, this, [this, take](int index) {
        take(index);
        Q_EMIT changed();
    });
    return box;
}

QWidget *SettingsDialog::lookPage()
{
    using namespace settings;
    auto *part = new QWidget;
    auto *form = new QFormLayout(part);
    form->setContentsMargins(metric::margin, metric::margin, metric::margin, metric::margin);
    form->setHorizontalSpacing(metric::margin);
    form->addRow(tr("Theme"),
        choice({tr("As the desktop"), tr("Light"), tr("Dark")}, int(m_settings.theme()),
            [this](int i) { m_settings.setTheme(Theme(i)); }));
    form->addRow(tr("Colours of states"),
        choice({tr("Standard"), tr("Colour-blind safe (Okabe-Ito)"), tr("High contrast")}, int(m_settings.colours()),
            [this](int i) { m_settings.setColours(Colours(i)); }));
    form->addRow(tr("Rows"),
        choice({tr("Comfortable in wide windows"), tr("Compact"), tr("Comfortable")}, int(m_settings.rows()),
            [this](int i) { m_settings.setRows(Rows(i)); }));
    return part;
}

} // namespace narscope::ui
