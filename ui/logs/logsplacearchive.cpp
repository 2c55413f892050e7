// SPDX-License-Identifier: GPL-3.0-or-later
// What other logs say: the same failure, and a search over all of them.
#include "ui/logs/logsplace.h"

#include "log/share.h"

#include "base/format.h"
#include "ui/logs/causebar.h"
#include "ui/logs/findallpane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/logview.h"

#include <QMenu>
#include <QStackedWidget>
#include <QTabBar>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype menuLogs = 40;

} // namespace

void LogsPlace::takeKept(quint64 run, const log::ArchivedLog &kept, const QList<log::ArchivedLog> &same)
{
    auto *log = logOf(run);
    if (!log)
        return eachWindow([&](LogsPlace &window) { window.takeKept(run, kept, same); });
    log->keep(kept, same);
    if (log == currentLog())
        m_cause->setSame(same.size());
}

void LogsPlace::offerSame()
{
    const auto *log = currentLog();
    if (!log || log->same().isEmpty())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const auto &other : log->same().first(qMin(log->same().size(), menuLogs)))
        menu->addAction(archiveTitle(other).replace(u'&', u"&&"_s), this, [this, other] {
            openLogAt(archiveReference(other), other.server, log::Line(qMax<qint64>(0, other.causeLine)));
        });
    if (log->same().size() > menuLogs)
        menu->addAction(tr("and %1 more").arg(formatCount(log->same().size() - menuLogs)))->setEnabled(false);
    menu->popup(m_cause->mapToGlobal(QPoint(m_cause->width() / 2, 0)));
}

void LogsPlace::findInAll()
{
    m_findsAll = true;
    m_stack->setCurrentWidget(m_findAll);
    m_findAll->begin(m_find->query());
    m_openRow->hide();
    sayState();
    if (m_findAll->query().anyOf.empty())
        searchAllLogs();
}

void LogsPlace::leaveFindAll()
{
    m_findsAll = false;
    Q_EMIT archiveSearchOrdered(++m_search, {});
    m_openScope.cancelAll();
    sayState();
    m_openRow->setVisible(!currentLog());
    m_view->setFocus();
}

void LogsPlace::searchAllLogs()
{
    const auto query = m_findAll->query();
    m_findAll->clear();
    m_openScope.cancelAll();
    Q_EMIT archiveSearchOrdered(++m_search, query);
    if (query.anyOf.empty()) { // nothing to look for: what there is
        Q_EMIT archiveListOrdered(m_search);
        return;
    }
    m_openScope.start(searchOpenLogs(m_search, query));
}

/// Those that the archive has are found there.
Task<void> LogsPlace::searchOpenLogs(quint64 search, log::Query query)
{
    struct Open {
        std::shared_ptr<const log::Bytes> bytes;
        std::shared_ptr<const log::DocumentState> state;
        QString title;
        QString reference;
        QString server;
    };
    std::vector<Open> open;
    for (const auto &log : m_logs) {
        if (log->document() && !log->about().isKept && !log->isKept())
            open.push_back({log->document()->bytes(), log->document()->state(), log->about().title, log->order().text,
                log->order().server});
    }
    for (const auto &log : open) {
        auto work = [bytes = log.bytes, state = log.state, query] {
            log::standBack();
            return log::searchBytes(*bytes, state->index, query, nullptr);
        };
        auto found = co_await runOn(m_pools.log, std::move(work));
        if (search != m_search)
            co_return;
        found.log.server = log.server;
        m_findAll->add(found, log.title, log.reference);
    }
}

void LogsPlace::takeArchiveFound(quint64 search, const log::FoundLogs &found)
{
    if (search != m_search)
        return eachWindow([&](LogsPlace &window) { window.takeArchiveFound(search, found); });
    if (found.all > 0)
        m_findAll->add(found, archiveTitle(found.log), archiveReference(found.log));
    if (found.searched == found.all || (found.problem && found.problem->kind == ProblemKind::Usage))
        m_findAll->setDone(true);
}

void LogsPlace::takeArchiveList(quint64 search, const QList<log::ArchivedLog> &logs, qsizetype all)
{
    if (search != m_search)
        return eachWindow([&](LogsPlace &window) { window.takeArchiveList(search, logs, all); });
    m_findAll->showKept(logs, all);
}

} // namespace narscope::ui
