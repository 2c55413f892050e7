// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing the log shown with another one.
#include "ui/logs/logsplace.h"

#include "ui/logs/comparepane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/logview.h"
#include "ui/logs/minimap.h"

#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QPushButton>
#include <QTabBar>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// What Hydra's jobs are built for, as their names' endings say.
const QStringList &systems()
{
    static const QStringList all{u"x86_64-linux"_s, u"aarch64-linux"_s, u"x86_64-darwin"_s, u"aarch64-darwin"_s};
    return all;
}

} // namespace

void LogsPlace::compareWith(const log::LogOrder &asked, const QString &role)
{
    auto *log = currentLog();
    if (!log || !log->document())
        return;
    endComparison();
    m_view->setFollowing(false);
    m_find->wrap()->setChecked(false);
    m_find->onlyMatches()->setChecked(false);
    auto order = asked;
    order.run = ++*m_lastRun;
    m_compare->begin(log, std::make_unique<OpenLog>(order, m_pools, m_clock), role);
    Q_EMIT ordered(order);
    sayState();
}

void LogsPlace::compareWithTab(int index)
{
    auto *log = currentLog();
    auto *tab = m_logs[size_t(index)].get();
    if (!log || !log->document() || !tab->document() || tab == log)
        return;
    endComparison();
    m_view->setFollowing(false);
    m_find->wrap()->setChecked(false);
    auto order = tab->order();
    order.run = ++*m_lastRun; // nobody is asked: its bytes are here
    auto other = std::make_unique<OpenLog>(order, m_pools, m_clock);
    other->begin(tab->document()->bytes(), tab->about());
    other->complete(tab->about());
    m_compare->begin(log, std::move(other), m_tabs->tabText(index));
    sayState();
}

void LogsPlace::endComparison()
{
    if (!m_compare->isActive())
        return;
    const auto run = m_compare->other()->order().run;
    m_compare->end();
    m_map->setDifferences({});
    Q_EMIT dropped(run);
    sayState();
}

void LogsPlace::toggleComparison()
{
    const auto *log = currentLog();
    if (m_compare->isActive())
        endComparison();
    else if (log && log->about().place.build.value > 0)
        compareWith({.text = log->about().place.build.text(),
                        .server = log->order().server,
                        .relation = log::LogRelation::LastGood},
            tr("Last good"));
    else
        m_find->compare()->click();
}

void LogsPlace::sayComparison()
{
    if (m_compare->isActive() && m_compare->plan())
        m_map->setDifferences(m_compare->differentLines());
    sayState();
}

void LogsPlace::fillCompareMenu(QMenu &menu)
{
    const auto *log = currentLog();
    if (!log)
        return;
    if (m_compare->isActive()) {
        menu.addAction(tr("End the comparison"), QKeySequence(Qt::Key_D), this, &LogsPlace::endComparison);
        menu.addSeparator();
    }
    const auto &about = log->about();
    const auto build = about.place.build;
    if (build.value > 0) {
        const log::LogOrder order{
            .text = build.text(), .server = log->order().server, .relation = log::LogRelation::LastGood};
        menu.addAction(tr("Last good build of this job"),
            m_compare->isActive() ? QKeySequence() : QKeySequence(Qt::Key_D), this,
            [this, order] { compareWith(order, tr("Last good")); });
        auto earlier = order;
        earlier.relation = log::LogRelation::PreviousAttempt;
        if (about.place.step.value > 0)
            earlier.text += u'/' + about.place.step.text();
        menu.addAction(tr("The attempt before, as it was kept here"), this,
            [this, earlier] { compareWith(earlier, tr("Attempt before")); });
        for (const auto &system : systems()) {
            if (about.system.isEmpty() || system == about.system)
                continue;
            auto other = order;
            other.relation = log::LogRelation::OtherSystem;
            other.system = system;
            menu.addAction(
                tr("The same job on %1").arg(system), this, [this, other] { compareWith(other, other.system); });
        }
        menu.addSeparator();
    }
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (i != m_tabs->currentIndex() && m_logs[size_t(i)]->document())
            menu.addAction(tr("Tab %1").arg(QString(m_tabs->tabText(i)).replace(u'&', u"&&"_s)), this,
                [this, i] { compareWithTab(i); });
    }
    menu.addAction(tr("Another build, derivation or address …"), this, &LogsPlace::askCompareText);
    menu.addAction(tr("A file …"), this, &LogsPlace::askCompareFile);
}

void LogsPlace::askCompareFile()
{
    auto *dialog = new QFileDialog(this, tr("Compare with a log"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
        [this](const QString &name) { compareWith({.text = name}, name.section(u'/', -1)); });
    dialog->open();
}

void LogsPlace::askCompareText()
{
    auto *dialog = textDialog(tr("Compare"), tr("Build, step (309998812/3), derivation, address or file:"));
    const auto server = currentLog() ? currentLog()->order().server : QString();
    connect(dialog, &QInputDialog::textValueSelected, this, [this, server](const QString &text) {
        if (!text.trimmed().isEmpty())
            compareWith({.text = text.trimmed(), .server = server}, text.trimmed().section(u'/', -1));
    });
    dialog->open();
}

} // namespace narscope::ui
