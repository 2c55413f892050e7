// SPDX-License-Identifier: GPL-3.0-or-later
// What of a trace a person is told about: the pull request itself, and each stop that can still be reached.
#include "ui/trace/pullpage.h"
#include "ui/trace/stopwatch.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/traceplace.h"

#include <QMenu>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

void TracePlace::setWatchList(const watch::WatchList &list)
{
    m_watchList = list;
    QSet<qint64> pulls;
    for (const auto &rule : list.rules) {
        if (rule.target.kind == watch::WatchKind::PullRequest)
            pulls.insert(rule.target.number);
    }
    m_model.setWatched(pulls);
    m_list->sayCounts();
    sayWatched();
}

void TracePlace::sayWatched()
{
    const auto *shown = shownTrace();
    int watched = 0;
    if (shown && m_watchList) {
        for (const auto &choice : watchChoices(*shown))
            watched += m_watchList->find(choice.target) != nullptr;
    }
    m_watch->setText(watched == 0 ? tr("Watch") : tr("Watched %1").arg(watched));
    m_watch->setEnabled(m_watchList && shown && !shown->stops.isEmpty());
    m_checks->setEnabled(shownPull().has_value());
}

void TracePlace::fillWatchMenu()
{
    m_watchMenu->clear();
    const auto *shown = shownTrace();
    if (!shown || !m_watchList)
        return;
    const auto choices = watchChoices(*shown);
    bool hasStops = false;
    for (const auto &choice : choices) {
        if (choice.isStop && !std::exchange(hasStops, true))
            m_watchMenu->addSection(tr("Tell me when it gets there"));
        auto *action = m_watchMenu->addAction(choice.words);
        action->setCheckable(true);
        action->setChecked(m_watchList->find(choice.target) != nullptr);
        connect(action, &QAction::triggered, this, [this, target = choice.target] { toggleWatch(target); });
    }
    if (choices.isEmpty())
        m_watchMenu->addAction(tr("Everything has arrived: there is nothing to wait for."))->setEnabled(false);
}

void TracePlace::toggleWatch(const watch::WatchTarget &target)
{
    auto list = *m_watchList;
    if (list.find(target))
        list.rules.removeIf([&target](const watch::WatchRule &rule) { return rule.target == target; });
    else
        list.rules << stopRule(target);
    setWatchList(list);
    Q_EMIT watchListChosen(list);
}

} // namespace narscope::ui
