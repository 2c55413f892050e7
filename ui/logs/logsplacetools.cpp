// SPDX-License-Identifier: GPL-3.0-or-later
// Going to places, bookmarks, links, windows of their own, the menu of the rest.
#include "ui/logs/logsplace.h"

#include "base/format.h"
#include "log/marks.h"
#include "ui/logs/comparepane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/logview.h"
#include "ui/logs/minimap.h"
#include "ui/logs/outlinepane.h"

#include <QActionGroup>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QInputDialog>
#include <QMenu>
#include <QMutex>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype longestNote = 2000; ///< characters
constexpr qsizetype menuBookmarks = 30;
/// Of KDE Syntax Highlighting: what stands in logs and files beside them.
const QStringList usualDefinitions{u"Log File (simplified)"_s, u"Log File (advanced)"_s, u"Diff"_s, u"GDB Backtrace"_s,
    u"CMake"_s, u"Makefile"_s, u"Nix"_s, u"C++"_s, u"Python"_s, u"Rust"_s, u"JSON"_s, u"XML"_s};

} // namespace

bool LogsPlace::meansLog(const QString &text)
{
    const auto trimmed = text.trimmed();
    if (trimmed.startsWith("https://"_L1) || trimmed.startsWith("http://"_L1)) {
        const QUrl url(trimmed, QUrl::StrictMode);
        const auto path = url.path();
        return url.isValid()
            && (path.contains("/log/"_L1) || path.contains("/nixlog/"_L1) || path.endsWith("/log"_L1)
                || path.endsWith(".log"_L1) || url.host().startsWith("logs."_L1));
    }
    if (trimmed.startsWith("/nix/store/"_L1))
        return false;
    return trimmed.startsWith(u'/') || trimmed.startsWith("./"_L1) || trimmed.startsWith("~/"_L1)
        || trimmed.startsWith("file:///"_L1);
}

void LogsPlace::openLogAt(const QString &text, const QString &server, log::Line line)
{
    openLog(text, server);
    auto *log = currentLog();
    if (!log)
        return;
    if (log->isJudged())
        m_view->goTo(line);
    else
        m_goTo[log->order().run] = line;
}

void LogsPlace::toggleWrap()
{
    m_find->wrap()->click();
}

QInputDialog *LogsPlace::textDialog(const QString &title, const QString &label)
{
    constexpr int width = 480; // an address or a note is long
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(label);
    dialog->resize(width, dialog->sizeHint().height());
    return dialog;
}

void LogsPlace::askLine()
{
    askWhere({});
}

/// `missed` was typed before and is no place of the log; empty: nothing was.
void LogsPlace::askWhere(const QString &missed)
{
    const auto *log = currentLog();
    if (!log || !log->document())
        return;
    const auto label = tr("Line (1 to %1), byte (@12345) or phase (buildPhase):")
                           .arg(formatCount(log->document()->state()->index.lineCount()));
    auto *dialog = textDialog(tr("Go to"), missed.isEmpty() ? label : tr("The log has no such phase.") + u'\n' + label);
    dialog->setTextValue(missed);
    connect(dialog, &QInputDialog::textValueSelected, this, &LogsPlace::goToText);
    dialog->open();
}

void LogsPlace::goToText(const QString &text)
{
    const auto *log = currentLog();
    auto wanted = text.trimmed();
    if (!log || !log->document() || wanted.isEmpty())
        return;
    if (wanted.startsWith(u'@')) {
        bool isNumber = false;
        const auto offset = wanted.sliced(1).toLongLong(&isNumber, 0);
        if (isNumber && offset >= 0)
            m_scope.start(goToOffset(log::Offset(offset)));
        return;
    }
    if (const auto number = QString(wanted).remove(u',').toLongLong(); number > 0) {
        m_view->goTo(log::Line(number - 1));
        return;
    }
    for (const auto &phase : log->document()->state()->phases) {
        if (phase.name.startsWith(wanted, Qt::CaseInsensitive)) {
            m_view->goTo(phase.begin, 0);
            return;
        }
    }
    askWhere(wanted);
}

Task<void> LogsPlace::goToOffset(log::Offset offset)
{
    const auto *log = currentLog();
    const auto run = log->order().run;
    auto work = [bytes = log->document()->bytes(), state = log->document()->state(), offset] {
        return state->index.lineAt(
            log::Offset(qMin(offset.value, qMax<qint64>(0, state->index.bytesIndexed() - 1))), *bytes);
    };
    const auto line = co_await runOn(m_pools.parse, std::move(work));
    if (!currentLog() || currentLog()->order().run != run)
        co_return;
    if (line)
        m_view->goTo(*line);
    else
        takeTrouble(run, line.error());
}

void LogsPlace::showNotes(OpenLog *log)
{
    const bool isWhole = log->stage() == OpenLog::Stage::Complete && log->document()->state()->isComplete;
    if (isWhole && !log->identity().isEmpty() && !std::exchange(log->hasNotes, true))
        m_scope.start(readNotes(log));
}

Task<void> LogsPlace::readNotes(OpenLog *log)
{
    const auto run = log->order().run;
    auto work = [folder = m_folder, name = log->identity(), bytes = log->document()->bytes(),
                    state = log->document()->state()] { return log::readMarks(folder, name, *bytes, state->index); };
    const auto marks = co_await runOn(m_pools.parse, std::move(work));
    auto *found = logOf(run);
    if (!found)
        co_return;
    if (!marks) {
        found->trouble(marks.error());
        co_return;
    }
    for (const auto &mark : *marks)
        found->notes.insert(mark.line.value, mark.note);
    if (found == currentLog())
        m_view->setNotes(found->notes);
}

void LogsPlace::setNote(log::Line line, const std::optional<QString> &note)
{
    auto *log = currentLog();
    if (!log || !log->document())
        return;
    if (note)
        log->notes.insert(line.value, note->simplified().left(longestNote));
    else
        log->notes.remove(line.value);
    m_view->setNotes(log->notes);
    writeNotes(*log);
}

void LogsPlace::toggleBookmark(log::Line line)
{
    const auto *log = currentLog();
    if (log)
        setNote(line, log->notes.contains(line.value) ? std::nullopt : std::optional(QString()));
}

void LogsPlace::writeNotes(OpenLog &log)
{
    if (log.identity().isEmpty())
        return;
    QList<log::LineMark> marks;
    for (const auto &[line, note] : log.notes.asKeyValueRange())
        marks << log::LineMark{.line = log::Line(line), .note = note, .text = {}};
    // Not awaited, for the window may close meanwhile. The pool may turn two writes round: an older one is left out.
    m_pools.parse.start([folder = m_folder, name = log.identity(), marks, bytes = log.document()->bytes(),
                            state = log.document()->state(), writes = m_noteWrites, number = ++m_noteWrites->asked] {
        const QMutexLocker lock(&writes->mutex);
        if (writes->done.value(name) > number)
            return;
        writes->done.insert(name, number);
        if (const auto kept = log::writeMarks(folder, name, marks, *bytes, state->index); !kept)
            qWarning("%s", qPrintable(describe(kept.error())));
    });
}

void LogsPlace::askNote(log::Line line)
{
    const auto *log = currentLog();
    if (!log)
        return;
    auto *dialog = textDialog(tr("Note"), tr("A note on line %1:").arg(formatCount(line.value + 1)));
    dialog->setTextValue(log->notes.value(line.value));
    connect(dialog, &QInputDialog::textValueSelected, this, [this, line](const QString &text) { setNote(line, text); });
    dialog->open();
}

void LogsPlace::takeStudy(OpenLog *log)
{
    if (log != currentLog() || !log->document())
        return;
    m_view->setRepeats(log->repeats());
    m_map->setWarnings(log->warnings());
    m_outline->show(log);
}

/// Store paths go through the window around; addresses to the browser. Neither is anything but what linksIn()
/// lets through.
void LogsPlace::followLink(const QString &target)
{
    if (target.startsWith("/nix/store/"_L1))
        Q_EMIT openRequested(Subject::ofStorePath(target));
    else
        QDesktopServices::openUrl(QUrl(target, QUrl::StrictMode));
}

void LogsPlace::detach()
{
    if (!currentLog())
        return;
    auto log = release(m_tabs->currentIndex());
    auto *window = new LogsPlace(m_pools, m_clock, m_folder);
    window->m_lastRun = m_lastRun;
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->setWindowTitle(log->about().title);
    window->setActions(actions());
    window->resize(size());
    connect(window, &LogsPlace::ordered, this, &LogsPlace::ordered);
    connect(window, &LogsPlace::dropped, this, &LogsPlace::dropped);
    connect(window, &LogsPlace::archiveSearchOrdered, this, &LogsPlace::archiveSearchOrdered);
    connect(window, &LogsPlace::archiveListOrdered, this, &LogsPlace::archiveListOrdered);
    connect(window, &Place::openRequested, this, &Place::openRequested);
    m_windows.removeAll(nullptr);
    m_windows << window;
    window->takeOver(std::move(log));
    window->showCurrent();
    window->show();
    window->view()->setFocus();
    showCurrent();
    Q_EMIT currentChanged();
}

void LogsPlace::closeEvent(QCloseEvent *event)
{
    for (const auto &log : m_logs)
        Q_EMIT dropped(log->order().run);
    endComparison();
    Place::closeEvent(event);
}

void LogsPlace::fillBookmarks(QMenu &menu)
{
    const auto *log = currentLog();
    auto *bookmarks = menu.addMenu(tr("Bookmarks"));
    bookmarks->setEnabled(log && !log->notes.isEmpty());
    if (!log)
        return;
    for (const auto &[line, note] : log->notes.asKeyValueRange()) {
        if (bookmarks->actions().size() >= menuBookmarks)
            break;
        const auto text
            = tr("Line %1").arg(formatCount(line + 1)) + u"  "_s + QString(note).left(80).replace(u'&', u"&&"_s);
        bookmarks->addAction(text, this, [this, at = log::Line(line)] { m_view->goTo(at); });
    }
}

void LogsPlace::fillDefinitions(QMenu &menu)
{
    auto *definitions = menu.addMenu(tr("Highlight as"));
    auto *group = new QActionGroup(definitions);
    const auto add = [&](const QString &text, const QString &name) {
        auto *action = definitions->addAction(text, this, [this, name] { highlightAs(name); });
        action->setCheckable(true);
        action->setChecked(name == m_view->definition());
        group->addAction(action);
    };
    add(tr("Nix build log"), {});
    definitions->addSeparator();
    auto names = usualDefinitions;
    if (!m_view->definition().isEmpty() && !names.contains(m_view->definition()))
        names << m_view->definition();
    for (const auto &name : std::as_const(names))
        add(QString(name).replace(u'&', u"&&"_s), name);
    definitions->addSeparator();
    definitions->addAction(tr("Another …"), this, &LogsPlace::askDefinition);
}

void LogsPlace::highlightAs(const QString &definition)
{
    m_view->setDefinition(definition);
    m_compare->leftView()->setDefinition(definition);
}

/// There are hundreds: a list to type into.
void LogsPlace::askDefinition()
{
    auto *dialog = textDialog(tr("Highlight as"), tr("What the log's text is:"));
    dialog->setOption(QInputDialog::UseListViewForComboBoxItems);
    dialog->setComboBoxItems(m_view->definitions());
    dialog->setTextValue(m_view->definition().isEmpty() ? usualDefinitions.front() : m_view->definition());
    connect(dialog, &QInputDialog::textValueSelected, this, &LogsPlace::highlightAs);
    dialog->open();
}

void LogsPlace::fillMoreMenu(QMenu &menu)
{
    const auto *log = currentLog();
    const bool hasLog = log && log->document();
    menu.addAction(tr("Save as …"), QKeySequence(Qt::CTRL | Qt::Key_S), this, &LogsPlace::askSaveName)
        ->setEnabled(hasLog);
    menu.addAction(
        tr("Find in all logs …"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), this, &LogsPlace::findInAll);
    menu.addAction(tr("A window of its own"), this, &LogsPlace::detach)->setEnabled(log);
    menu.addSeparator();
    menu.addAction(tr("Go to line, byte or phase …"), QKeySequence(Qt::Key_G), this, &LogsPlace::askLine)
        ->setEnabled(hasLog);
    menu.addAction(tr("Note on this line …"), QKeySequence(Qt::SHIFT | Qt::Key_B), this,
            [this] { askNote(m_view->cursorLine()); })
        ->setEnabled(hasLog);
    fillBookmarks(menu);
    menu.addSeparator();
    menu.addAction(
            tr("Fold the phase or repeated lines here"), QKeySequence(Qt::Key_Space), m_view, &LogView::toggleFold)
        ->setEnabled(hasLog);
    menu.addAction(tr("Fold the other phases"), m_view, &LogView::foldPhases)
        ->setEnabled(hasLog && !log->document()->state()->phases.empty());
    menu.addAction(tr("Fold repeated lines"), m_view, &LogView::foldRepeats)
        ->setEnabled(log && !log->repeats().empty());
    menu.addAction(tr("Unfold all"), m_view, &LogView::unfoldAll)->setEnabled(m_view->hasFolds());
    menu.addSeparator();
    auto *numbers = menu.addAction(tr("Line numbers"), m_view, &LogView::setNumbered);
    numbers->setCheckable(true);
    numbers->setChecked(m_view->isNumbered());
    auto *times = menu.addAction(tr("When lines came"), this, [this](bool shown) { m_view->setTimed(shown); });
    times->setCheckable(true);
    times->setChecked(m_view->isTimed());
    times->setEnabled(log && log->arrivals().size() > 1);
    fillDefinitions(menu);
}

} // namespace narscope::ui
