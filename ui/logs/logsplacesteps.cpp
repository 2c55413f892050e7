// SPDX-License-Identifier: GPL-3.0-or-later
// Walking matches and errors, copying, saving.
#include "ui/logs/logsplace.h"

#include "base/format.h"
#include "ui/logs/causebar.h"
#include "ui/logs/comparepane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/minimap.h"
#include "ui/logs/outlinepane.h"

#include <QFileDialog>
#include <QInputDialog>
#include <QLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr double openingHeight = 0.5; ///< of the view: where the first cause stands

std::vector<log::Line> errorLines(const OpenLog &log)
{
    std::vector<log::Line> lines;
    for (const auto &error : log.likelyErrors())
        lines.push_back(error.line);
    return lines;
}

/// Of which lines it is not known whether they match, and why; empty: of none.
QString unsureOf(const log::Findings &findings)
{
    QStringList parts;
    if (const auto lines = findings.limitHit(); lines > 0)
        parts << LogsPlace::tr("On %1 lines the pattern took too long; whether they match is not known.")
                     .arg(formatCount(lines));
    if (const auto lines = findings.tooLong(); lines > 0)
        parts << LogsPlace::tr("Lines longer than %1 were searched only so far: %2 of them.")
                     .arg(formatSize(log::maxSearchedLine), formatCount(lines));
    return parts.join(u' ');
}

Result<void> writeAll(const log::Bytes &bytes, const QString &name)
{
    constexpr qint64 step = 1 << 20;
    QSaveFile file(name);
    const auto failed
        = [&] { return problemSaying(ProblemKind::Io, u"The log could not be saved."_s, name, file.errorString()); };
    if (!file.open(QIODevice::WriteOnly))
        return failed();
    for (qint64 at = 0; at < bytes.size();) {
        const auto part = bytes.read(log::Offset(at), step);
        if (!part)
            return std::unexpected(part.error());
        if (part->isEmpty())
            break;
        if (file.write(*part) != part->size())
            return failed();
        at += part->size();
    }
    if (!file.commit())
        return failed();
    return {};
}

} // namespace

void LogsPlace::takeErrors(OpenLog *log)
{
    if (log != currentLog() || !log->document())
        return;
    m_view->setErrors(log->likelyErrors());
    m_map->setErrors(log->likelyErrors());
    const bool isCaused = log->about().state != hydra::BuildState::Succeeded; // else they broke nothing
    m_cause->setExtract(isCaused ? log->errors() : log::ErrorExtract{});
    m_cause->setSame(log->same().size());
    const bool isFirst = log->isJudged() && !std::exchange(log->wasShown, true);
    if (const auto wanted = m_goTo.find(log->order().run); wanted != m_goTo.end() && log->isJudged()) {
        m_view->setFollowing(false);
        m_view->goTo(wanted->second);
        m_goTo.erase(wanted);
        return sayState();
    }
    const bool isUntouched = m_view->isFollowing() || m_view->linesInView().first.value == 0;
    if (isFirst && isUntouched && isCaused && !log->errors().findings.empty()) {
        // What is said around takes room from the view; the line is put where it stays.
        sayState();
        layout()->activate();
        m_cause->parentWidget()->layout()->activate();
        m_view->setFollowing(false);
        m_view->goTo(log->errors().findings.front().line, openingHeight);
    }
    sayState();
}

void LogsPlace::startSearch()
{
    auto *log = currentLog();
    if (!log || !log->document())
        return;
    const auto query = m_find->query();
    m_badPattern.reset();
    m_jumpsToMatch = !query.anyOf.empty();
    if (query.anyOf.empty())
        m_find->onlyMatches()->setChecked(false);
    log->document()->search(query, m_view->cursorLine());
}

void LogsPlace::sayBadPattern(OpenLog *log, const Problem &problem)
{
    if (log != currentLog())
        return;
    m_badPattern = problem;
    sayCount();
}

void LogsPlace::takeFindings(OpenLog *log)
{
    if (log != currentLog())
        return;
    const auto &document = *log->document();
    if (m_jumpsToMatch && document.findings().size() > 0 && !document.isSearching()) {
        m_jumpsToMatch = false;
        if (!document.findings().contains(m_view->cursorLine()))
            stepMatch(1);
    }
    sayCount();
}

void LogsPlace::sayCount()
{
    const auto *log = currentLog();
    const bool hasQuery = log && log->document() && !m_find->query().anyOf.empty();
    m_find->onlyMatches()->setEnabled(hasQuery);
    if (!log || !log->document()) {
        m_find->setCount({});
        return;
    }
    if (m_badPattern) {
        m_find->setCount(m_badPattern->sentence, m_badPattern->detail);
        return;
    }
    const auto here = m_view->cursorLine();
    if (!hasQuery && m_compare->isActive()) {
        m_find->setCount(m_compare->count());
        return;
    }
    if (!hasQuery) {
        const auto lines = errorLines(*log);
        const auto at = std::ranges::find(lines, here);
        m_find->setCount(lines.empty() ? QString()
                : at == lines.end()    ? (lines.size() == 1 ? tr("1 error") : tr("%1 errors").arg(lines.size()))
                                       : tr("error %1 of %2").arg(at - lines.begin() + 1).arg(lines.size()));
        return;
    }
    const auto &findings = log->document()->findings();
    const auto all = formatCount(findings.size()) + (log->document()->isSearching() ? u" …"_s : QString());
    const auto tip = unsureOf(findings);
    const auto count = findings.contains(here) ? tr("%1 of %2").arg(formatCount(findings.rank(here) + 1), all)
                                               : tr("%1 found").arg(all);
    m_find->setCount(tip.isEmpty() ? count : count + u" ?"_s, tip);
}

void LogsPlace::step(int by)
{
    if (!m_find->query().anyOf.empty())
        stepMatch(by);
    else if (m_compare->isActive())
        m_compare->step(by);
    else
        stepError(by);
}

/// Round and round, as people expect from the end of a file.
void LogsPlace::stepMatch(int by)
{
    const auto *log = currentLog();
    if (!log || !log->document() || log->document()->findings().size() == 0)
        return;
    const auto &findings = log->document()->findings();
    const auto here = m_view->cursorLine();
    const auto found = by > 0 ? findings.next(here) : findings.previous(here);
    m_view->goTo(found.value_or(findings.at(by > 0 ? 0 : findings.size() - 1)));
}

void LogsPlace::stepError(int by)
{
    const auto *log = currentLog();
    const auto lines = log ? errorLines(*log) : std::vector<log::Line>{};
    if (lines.empty())
        return;
    const auto here = m_view->cursorLine();
    if (by > 0) {
        const auto next = std::ranges::upper_bound(lines, here);
        m_view->goTo(next == lines.end() ? lines.front() : *next);
    } else {
        const auto next = std::ranges::lower_bound(lines, here);
        m_view->goTo(next == lines.begin() ? lines.back() : *std::prev(next));
    }
}

void LogsPlace::goToFirstError()
{
    const auto *log = currentLog();
    if (!log || log->errors().findings.empty())
        return;
    m_view->goTo(log->errors().findings.front().line, openingHeight);
    m_view->setFocus();
}

void LogsPlace::toggleFollow()
{
    m_view->setFollowing(!m_view->isFollowing());
}

void LogsPlace::copyCause()
{
    const auto *log = currentLog();
    if (!log || log->errors().findings.empty())
        return;
    const auto &first = log->errors().findings.front();
    m_view->goTo(first.line, openingHeight);
    m_view->select({first.begin, 0},
        {log::Line(qMax(first.begin.value, first.end.value - 1)), std::numeric_limits<qint32>::max()});
    m_view->copy(CopyForm::Markdown);
}

void LogsPlace::askOther()
{
    m_openRow->setVisible(m_openRow->isHidden() || !currentLog());
    if (!m_openRow->isHidden())
        m_openField->setFocus();
}

void LogsPlace::askFile()
{
    auto *dialog = new QFileDialog(this, tr("Open a log"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &name) { openLog(name); });
    dialog->open();
}

void LogsPlace::askSaveName()
{
    const auto *log = currentLog();
    if (!log || !log->document())
        return;
    auto *dialog = new QFileDialog(this, tr("Save the log"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    const auto title = log->about().title.section(u'/', -1);
    dialog->selectFile(title.endsWith(u".log"_s) ? title : title + u".log"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &name) { m_scope.start(saveTo(name)); });
    dialog->open();
}

Task<void> LogsPlace::saveTo(QString name)
{
    auto *log = currentLog();
    if (!log || !log->document())
        co_return;
    const auto run = log->order().run;
    auto work = [bytes = log->document()->bytes(), name] { return writeAll(*bytes, name); };
    const auto saved = co_await runOn(m_pools.hash, std::move(work));
    if (!saved)
        takeTrouble(run, saved.error());
}

void LogsPlace::stop()
{
    auto *log = currentLog();
    if (!log || log->stage() == OpenLog::Stage::Complete)
        return;
    Q_EMIT dropped(log->order().run);
    log->fail(
        problemSaying(ProblemKind::Cancelled, tr("Stopped; the rest of the log was not fetched."), log->about().source)
            .error());
}

bool LogsPlace::goBack()
{
    if (m_findsAll) {
        leaveFindAll();
        return true;
    }
    if (m_compare->isActive() && m_find->query().anyOf.empty()) {
        endComparison();
        m_view->setFocus();
        return true;
    }
    if (!m_openRow->isHidden() && currentLog()) {
        m_openRow->hide();
        m_view->setFocus();
        return true;
    }
    if (!m_view->hasFocus()) { // from the field to its matches, which n and N walk
        m_view->setFocus();
        return true;
    }
    if (!m_find->query().anyOf.empty()) {
        m_find->clear();
        return true;
    }
    return false;
}

} // namespace narscope::ui
