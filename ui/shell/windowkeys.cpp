// SPDX-License-Identifier: GPL-3.0-or-later
// The keys and the menu of the main window, and the dialogs that they open.
#include "ui/shell/mainwindow.h"

#include "ui/shell/appearance.h"
#include "ui/shell/keysdialog.h"
#include "ui/shell/settingsdialog.h"

#include <QApplication>
#include <QMenu>
#include <QMessageBox>
#include <QShortcut>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int mostPlaceKeys = 8;

} // namespace

void MainWindow::addKey(const QKeySequence &key, void (MainWindow::*slot)())
{
    auto *shortcut = new QShortcut(key, this);
    connect(shortcut, &QShortcut::activated, this, slot);
}

void MainWindow::makeKeys()
{
    addKey(Qt::CTRL | Qt::Key_K, &MainWindow::focusField);
    addKey(Qt::Key_F5, &MainWindow::refresh);
    addKey(Qt::Key_Escape, &MainWindow::escape);
    addKey(Qt::Key_BracketLeft, &MainWindow::goBack);
    addKey(Qt::Key_BracketRight, &MainWindow::goForward);
    addKey(Qt::ALT | Qt::Key_Left, &MainWindow::goBack);
    addKey(Qt::ALT | Qt::Key_Right, &MainWindow::goForward);
    addKey(QKeySequence(u"?"_s), &MainWindow::showKeys);
    addKey(Qt::CTRL | Qt::Key_Comma, &MainWindow::showSettings);
    for (int i = 0; i < mostPlaceKeys; ++i) {
        auto *shortcut = new QShortcut(QKeySequence(u"Alt+%1"_s.arg(i + 1)), this);
        connect(shortcut, &QShortcut::activated, this, [this, i] {
            if (i < m_places.size())
                showPlace(m_places[i]->id());
        });
    }
    for (const auto &action : std::as_const(m_actions))
        makeActionKey(action);
}

void MainWindow::makeActionKey(const SubjectAction &action)
{
    if (action.key.isEmpty())
        return;
    auto *shortcut = new QShortcut(action.key, this);
    connect(shortcut, &QShortcut::activated, this, [this, action] {
        const auto *place = currentPlace();
        if (!place)
            return;
        // What stands in view is meant when the keyboard is on something that the action cannot work with: a tree
        // beside it.
        QList<Subject> candidates;
        if (const auto subject = place->pointedAt())
            candidates << *subject << place->alsoPointedAt();
        if (const auto subject = place->current())
            candidates << *subject;
        for (const auto &candidate : std::as_const(candidates)) {
            if (action.fits(candidate))
                return action.run(candidate);
        }
    });
}

void MainWindow::makeMenu(QMenu &menu)
{
    menu.addAction(tr("Ask again now\tF5"), this, &MainWindow::refresh);
    menu.addSeparator();
    menu.addAction(tr("The past …"), this, &MainWindow::pastWanted);
    menu.addAction(tr("Settings …\tCtrl+,"), this, &MainWindow::showSettings);
    menu.addAction(tr("All keys\t?"), this, &MainWindow::showKeys);
    menu.addAction(tr("About Narscope"), this, &MainWindow::showAbout);
    menu.addSeparator();
    auto *quit = menu.addAction(tr("Quit"), this, &MainWindow::quit);
    quit->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q));
    addAction(quit);
}

void MainWindow::focusField()
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void MainWindow::refresh()
{
    if (auto *place = currentPlace())
        place->refresh();
}

void MainWindow::escape()
{
    if (m_field->hasFocus())
        return m_field->leave();
    auto *place = currentPlace();
    if (place && !place->goBack())
        place->setFocus();
}

void MainWindow::showKeys()
{
    QStringList titles;
    for (const auto *place : std::as_const(m_places))
        titles << place->title();
    const auto *place = currentPlace();
    auto *dialog = new KeysDialog(titles, m_actions, place ? place->keyHint() : QString(), this);
    dialog->open();
}

void MainWindow::showSettings()
{
    if (auto *open = findChild<SettingsDialog *>())
        return open->raise();
    auto *dialog = new SettingsDialog(m_settings, m_servers, m_secrets, this);
    connect(dialog, &SettingsDialog::changed, this, &MainWindow::applySettings);
    connect(dialog, &SettingsDialog::useServersWanted, this, &MainWindow::useServersWanted);
    if (m_watchList) {
        dialog->addWatchPage(*m_watchList, m_standings, m_hydras);
        connect(dialog, &SettingsDialog::watchListChosen, this, &MainWindow::watchListChosen);
        connect(dialog, &SettingsDialog::snoozeChosen, this, &MainWindow::snoozeChosen);
        connect(dialog, &SettingsDialog::acknowledgeChosen, this, &MainWindow::acknowledgeChosen);
    }
    dialog->open();
    Q_EMIT settingsShown();
}

void MainWindow::setWatchList(const watch::WatchList &list)
{
    m_watchList = list;
    if (auto *dialog = findChild<SettingsDialog *>())
        dialog->setWatchList(list);
}

void MainWindow::setStandings(const QList<watch::Standing> &standings)
{
    m_standings = standings;
    if (auto *dialog = findChild<SettingsDialog *>())
        dialog->setStandings(standings);
}

void MainWindow::toggleWatch(const Subject &subject)
{
    const auto target = watch::targetOf(subject);
    if (!target || !m_watchList)
        return;
    auto list = *m_watchList;
    const bool was = list.find(*target);
    if (was)
        list.rules.removeIf([&target](const watch::WatchRule &rule) { return rule.target == *target; });
    else
        list.rules << watch::usualRule(*target);
    m_status->tell(was ? tr("%1 is not watched any more.").arg(subject.text()) : watch::promise(*target));
    Q_EMIT watchListChosen(list);
}

void MainWindow::setHistorySize(const QString &text)
{
    if (auto *dialog = findChild<SettingsDialog *>())
        dialog->setHistorySize(text);
}

void MainWindow::bringUp()
{
    if (isMinimized())
        showNormal();
    else
        show();
    raise();
    activateWindow();
}

void MainWindow::quit()
{
    m_hidesOnClose = false;
    close();
    Q_EMIT quitWanted();
}

void MainWindow::applySettings()
{
    m_appearance.apply();
    m_status->setHiddenServers(m_settings.hiddenServers());
    Q_EMIT settingsChanged();
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About Narscope"),
        tr("Narscope %1").arg(QStringLiteral(NARSCOPE_VERSION)), QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Watches how NixOS is built, signed and shipped. GPL-3.0-or-later."));
    box->open();
}

} // namespace narscope::ui
