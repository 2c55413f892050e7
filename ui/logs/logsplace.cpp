// SPDX-License-Identifier: GPL-3.0-or-later
// Logs that are open: asking for them, showing one, saying what is known.
#include "ui/logs/logsplace.h"

#include "base/format.h"
#include "ui/logs/causebar.h"
#include "ui/logs/comparepane.h"
#include "ui/logs/findallpane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/minimap.h"
#include "ui/logs/outlinepane.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/textlabel.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// Says no more than the log and the build's own state do.
Sentence sentenceOf(const OpenLog &log)
{
    using hydra::BuildState;
    const auto &about = log.about();
    const auto *cause = log.errors().findings.empty() ? nullptr : &log.errors().findings.front();
    Sentence sentence{.mark = Mark::None, .what = about.title, .why = {}, .quiet = {}};
    if (log.isLive()) {
        sentence.mark = Mark::Running;
        sentence.what = LogsPlace::tr("%1 is not finished;").arg(about.title);
        sentence.why = LogsPlace::tr("its log is followed.");
    } else if (about.state != BuildState::Unknown && about.state != BuildState::Succeeded) {
        sentence.mark = markOf(about.state);
        const auto word = hydra::word(about.state).toLower();
        const bool isPlainFailure = about.state == BuildState::Failed && cause && !cause->phase.isEmpty();
        sentence.what = isPlainFailure ? LogsPlace::tr("%1 failed in %2:").arg(about.title, cause->phase)
                                       : u"%1: %2;"_s.arg(about.title, word);
        sentence.why = cause ? cause->message
            : log.isJudged() ? LogsPlace::tr("no line of the log says why.")
                             : QString();
    } else if (about.state == BuildState::Succeeded) {
        sentence.mark = Mark::Succeeded;
        sentence.what = LogsPlace::tr("%1 succeeded.").arg(about.title);
        if (const auto lines = log.errors().errorLines; lines > 0)
            sentence.why = lines == 1 ? LogsPlace::tr("One line looks like an error.")
                                      : LogsPlace::tr("%1 lines look like errors.").arg(formatCount(lines));
    } else if (cause) {
        sentence.mark = Mark::Failed;
        sentence.what = cause->phase.isEmpty() ? LogsPlace::tr("%1 has an error:").arg(about.title)
                                               : LogsPlace::tr("%1 has an error in %2:").arg(about.title, cause->phase);
        sentence.why = cause->message;
    } else if (log.isJudged()) {
        sentence.what = LogsPlace::tr("%1:").arg(about.title);
        sentence.why = LogsPlace::tr("no line looks like an error.");
    }
    return sentence;
}

QString quietOf(const OpenLog &log, qint64 now)
{
    const auto &about = log.about();
    QStringList parts;
    if (about.place.build.value > 0)
        parts << LogsPlace::tr("build %1").arg(about.place.build.text());
    if (!about.system.isEmpty())
        parts << about.system;
    if (about.stoppedAt > 0 && about.stoppedAt <= now)
        parts << LogsPlace::tr("ended %1 ago").arg(formatDuration(Milliseconds((now - about.stoppedAt) * 1000)));
    parts << LogsPlace::tr("from %1").arg(about.source);
    if (log.isKept() && !about.isKept)
        parts << LogsPlace::tr("kept on this computer, %1").arg(formatSize(log.kept()->packed));
    const auto &state = *log.document()->state();
    parts << formatSize(state.index.bytesIndexed());
    const auto lines = LogsPlace::tr("%1 lines").arg(formatCount(state.index.lineCount()));
    using Stage = OpenLog::Stage;
    const bool isWhole = log.stage() == Stage::Complete && state.isComplete;
    parts << (isWhole                      ? LogsPlace::tr("%1, complete").arg(lines)
            : log.stage() == Stage::Failed ? LogsPlace::tr("%1, not complete").arg(lines)
                                           : LogsPlace::tr("%1 so far").arg(lines));
    return parts.join(u"    "_s);
}

} // namespace

bool LogsPlace::hasLog(const Subject &subject)
{
    return subject.kind == SubjectKind::Build || subject.kind == SubjectKind::Derivation;
}

void LogsPlace::open(const Subject &subject)
{
    openLog(subject.kind == SubjectKind::Build ? QString::number(subject.number) : subject.name, subject.server);
}

std::optional<Subject> LogsPlace::current() const
{
    const auto *log = currentLog();
    if (!log)
        return {};
    const auto &place = log->about().place;
    if (place.build.value > 0)
        return Subject::ofBuild(log->order().server, place.build);
    if (place.kind == log::LogPlace::Kind::Derivation && !place.text.isEmpty())
        return Subject::ofStorePath(u"/nix/store/"_s + place.text);
    // Nobody has answered yet: a number is a build.
    const BuildId asked(log->order().text.toLongLong());
    return asked.value > 0 ? std::optional(Subject::ofBuild(log->order().server, asked)) : std::nullopt;
}

OpenLog *LogsPlace::currentLog() const
{
    const auto index = m_tabs->currentIndex();
    return index >= 0 && size_t(index) < m_logs.size() ? m_logs[size_t(index)].get() : nullptr;
}

OpenLog *LogsPlace::logOf(quint64 run) const
{
    const auto found = std::ranges::find_if(m_logs, [run](const auto &log) { return log->order().run == run; });
    if (found != m_logs.end())
        return found->get();
    auto *other = m_compare->other();
    return other && other->order().run == run ? other : nullptr;
}

void LogsPlace::openLog(const QString &text, const QString &server)
{
    auto name = text.trimmed();
    if (name.isEmpty())
        return;
    if (name.startsWith("file://"_L1))
        name = QUrl(name).toLocalFile();
    else if (name.startsWith("~/"_L1))
        name.replace(0, 1, QDir::homePath());
    const auto same = std::ranges::find_if(
        m_logs, [&](const auto &log) { return log->order().text == name && log->order().server == server; });
    if (same != m_logs.end() && (*same)->stage() != OpenLog::Stage::Failed)
        m_tabs->setCurrentIndex(int(same - m_logs.begin()));
    else
        addLog({.run = ++*m_lastRun, .text = name, .server = server});
    m_openField->clear();
    m_view->setFocus();
}

void LogsPlace::addLog(log::LogOrder order)
{
    takeOver(std::make_unique<OpenLog>(order, m_pools, m_clock));
    Q_EMIT ordered(order);
    showCurrent();
    Q_EMIT currentChanged();
}

/// A new tab, which becomes the current one.
OpenLog *LogsPlace::takeOver(std::unique_ptr<OpenLog> log)
{
    auto *raw = log.get();
    const auto listen = [this, raw] {
        connect(raw->document(), &log::Document::found, this, [this, raw] { takeFindings(raw); });
        connect(raw->document(), &log::Document::searchFailed, this,
            [this, raw](const Problem &problem) { sayBadPattern(raw, problem); });
        if (raw == currentLog())
            showCurrent();
    };
    connect(raw, &OpenLog::began, this, listen);
    connect(raw, &OpenLog::changed, this, [this, raw] {
        if (raw == currentLog())
            sayState();
    });
    connect(raw, &OpenLog::judged, this, [this, raw] { takeErrors(raw); });
    connect(raw, &OpenLog::studied, this, [this, raw] { takeStudy(raw); });
    const auto &order = raw->order();
    m_isSwitching = true;
    m_logs.push_back(std::move(log));
    const auto index = m_tabs->addTab(order.text.section(u'/', -1));
    m_tabs->setTabToolTip(index, plainTip(order.text));
    m_tabs->setVisible(m_logs.size() > 1);
    m_tabs->setCurrentIndex(index);
    m_isSwitching = false;
    if (raw->document())
        listen();
    return raw;
}

std::unique_ptr<OpenLog> LogsPlace::release(int index)
{
    endComparison();
    m_isSwitching = true;
    m_view->setDocument(nullptr);
    m_map->setDocument(nullptr);
    auto log = std::move(m_logs[size_t(index)]);
    m_logs.erase(m_logs.begin() + index);
    m_tabs->removeTab(index);
    m_isSwitching = false;
    m_tabs->setVisible(m_logs.size() > 1);
    log->disconnect(this);
    if (log->document())
        log->document()->disconnect(this);
    return log;
}

void LogsPlace::closeTab(int index)
{
    const auto log = release(index);
    Q_EMIT dropped(log->order().run);
    showCurrent();
    Q_EMIT currentChanged();
}

/// Asks again for what is shown, in its place.
void LogsPlace::refresh()
{
    auto *old = currentLog();
    if (!old)
        return;
    auto order = old->order();
    order.run = ++*m_lastRun;
    closeTab(m_tabs->currentIndex());
    addLog(order);
}

void LogsPlace::showDocument(OpenLog *log)
{
    m_view->setDocument(log->document());
    m_map->setDocument(log->document());
    if (log->wasShown)
        m_view->goTo(log->cursor);
    if (log->isLive())
        m_view->setFollowing(true);
    m_view->setOrigin(log->about().title, log->about().page);
    m_view->setNotes(log->notes);
    takeStudy(log);
    takeErrors(log);
    startSearch();
}

void LogsPlace::showCurrent()
{
    if (m_isSwitching)
        return;
    auto *log = currentLog();
    endComparison();
    m_view->setFollowing(false);
    m_find->onlyMatches()->setChecked(false);
    if (log && log->document()) {
        showDocument(log);
    } else {
        m_view->setDocument(nullptr);
        m_map->setDocument(nullptr);
        m_cause->setExtract({});
    }
    m_openRow->setVisible(!log);
    sayState();
}

void LogsPlace::sayState()
{
    auto *log = currentLog();
    m_outline->show(log);
    m_banner->clear();
    const bool hasLines = log && log->document()
        && (log->document()->state()->index.lineCount() > 0 || log->stage() != OpenLog::Stage::Failed);
    if (!m_findsAll)
        m_stack->setCurrentIndex(hasLines ? 1 : 0);
    Sentence sentence{.mark = Mark::None,
        .what = tr("A log, opened at the line that broke the build."),
        .why = {},
        .quiet = tr("From a Hydra, a cache, this computer's store or a file.")};
    m_empty->setAction({});
    if (!log) {
        m_empty->setText(tr("No log is open."),
            tr("Press L on a build or derivation, type what to open above, or drop a file here."));
        m_empty->setAction(tr("Logs kept on this computer"));
    } else if (!hasLines) {
        const auto problem = log->problem().value_or(Problem{});
        const bool isLost = log->stage() == OpenLog::Stage::Failed;
        sentence = {.mark = isLost ? Mark::Warning : Mark::Running, .what = log->about().title, .why = {}, .quiet = {}};
        m_empty->setText(isLost ? problem.sentence : tr("Looking for the log …"),
            isLost ? (problem.where + u' ' + problem.detail + u' ' + problem.advice).simplified() : QString());
        m_empty->setAction(isLost ? tr("Try again") : tr("Stop"));
    } else {
        sentence = sentenceOf(*log);
        sentence.quiet = quietOf(*log, m_clock.nowSeconds());
        if (m_compare->isActive())
            sentence = m_compare->sentence();
        if (log->isLive())
            m_view->setArrivals(log->arrivals());
        showNotes(log);
        if (log->problem())
            m_banner->setProblem(*log->problem(), {});
    }
    if (m_findsAll)
        sentence = {.mark = Mark::None,
            .what = tr("Every log that is open or kept on this computer."),
            .why = {},
            .quiet = tr("Esc goes back.")};
    m_sentence->setSentence(sentence);
    m_find->stop()->setVisible(hasLines && log->stage() == OpenLog::Stage::Arriving);
    m_find->follow()->setEnabled(hasLines && !m_compare->isActive());
    m_find->wrap()->setEnabled(hasLines && !m_compare->isActive());
    for (auto *button : {m_find->onlyMatches(), m_find->wrap(), m_find->follow()})
        button->setVisible(!m_compare->isActive()); // of two logs side by side rows belong together
    m_find->compare()->setEnabled(hasLines);
    m_find->differences()->setVisible(m_compare->isActive());
    if (log && log->document() && !log->about().title.isEmpty())
        m_tabs->setTabText(m_tabs->currentIndex(), log->about().title);
    sayCount();
    Q_EMIT settledChanged();
}

QString LogsPlace::sentence() const
{
    return (m_sentence->sentence().what + u' ' + m_sentence->sentence().why).trimmed();
}

bool LogsPlace::isSettled() const
{
    const auto *log = currentLog();
    if (!log || log->stage() == OpenLog::Stage::Failed)
        return true;
    return log->document() && (m_view->isFilled() || log->problem())
        && (log->isLive() || (log->isJudged() && log->wasShown));
}

void LogsPlace::takeOpened(quint64 run, const std::shared_ptr<const log::Bytes> &bytes, const log::LogAbout &about)
{
    if (auto *log = logOf(run))
        log->begin(bytes, about);
    else
        eachWindow([&](LogsPlace &window) { window.takeOpened(run, bytes, about); });
}

void LogsPlace::takeGrowth(quint64 run)
{
    if (auto *log = logOf(run))
        log->grow();
    else
        eachWindow([&](LogsPlace &window) { window.takeGrowth(run); });
}

void LogsPlace::takeTrouble(quint64 run, const Problem &problem)
{
    if (auto *log = logOf(run))
        log->trouble(problem);
    else
        eachWindow([&](LogsPlace &window) { window.takeTrouble(run, problem); });
}

void LogsPlace::takeCompleted(quint64 run, const log::LogAbout &about)
{
    if (auto *log = logOf(run))
        log->complete(about);
    else
        eachWindow([&](LogsPlace &window) { window.takeCompleted(run, about); });
}

void LogsPlace::takeFailed(quint64 run, const Problem &problem)
{
    if (auto *log = logOf(run))
        log->fail(problem);
    else
        eachWindow([&](LogsPlace &window) { window.takeFailed(run, problem); });
}

void LogsPlace::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void LogsPlace::dropEvent(QDropEvent *event)
{
    const auto urls = event->mimeData()->urls();
    for (const auto &url : urls)
        openLog(url.isLocalFile() ? url.toLocalFile() : url.toString(QUrl::FullyEncoded));
    event->acceptProposedAction();
}

} // namespace narscope::ui
