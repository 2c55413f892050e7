// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logs/openlog.h"
#include "ui/widgets/place.h"

#include <QMutex>
#include <QPointer>

class QInputDialog;
class QLineEdit;
class QMenu;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTabBar;

namespace narscope::ui {

class CauseBar;
class ComparePane;
class EmptyState;
class FindAllPane;
class FindBar;
class LogView;
class Minimap;
class OutlinePane;
class ProblemBanner;
class SentenceRow;

/// Logs of builds, steps, derivations, addresses and files, each opened at the line that broke it. Builds are shown by
/// another place; their logs are opened here by an action.
class LogsPlace : public Place {
    Q_OBJECT
public:
    /// Pools and clock must outlive it; bookmarks are kept in `folder`.
    LogsPlace(Pools &pools, const Clock &clock, QString folder, QWidget *parent = nullptr);
    ~LogsPlace() override;

    [[nodiscard]] QString id() const override { return QStringLiteral("logs"); }
    [[nodiscard]] QString title() const override { return tr("Logs"); }
    [[nodiscard]] bool shows(const Subject &) const override { return false; }
    /// For the way back: the log of a build or derivation.
    void open(const Subject &subject) override;
    [[nodiscard]] QString meaningOf(const QString &text) const override
    {
        return meansLog(text) ? tr("log") : QString();
    }
    void openText(const QString &text) override { openLog(text); }
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    bool goBack() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] QString keyHint() const override
    {
        return tr("/ find · n next · N previous · e first error · g go to · d compare · z wrap · f follow · Space fold "
                  "· b bookmark");
    }
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;

    [[nodiscard]] static bool hasLog(const Subject &subject);
    [[nodiscard]] OpenLog *currentLog() const;
    [[nodiscard]] LogView *view() const { return m_view; }
    [[nodiscard]] FindBar *findBar() const { return m_find; }
    [[nodiscard]] CauseBar *causeBar() const { return m_cause; }
    [[nodiscard]] OutlinePane *outline() const { return m_outline; }
    [[nodiscard]] FindAllPane *findAll() const { return m_findAll; }
    [[nodiscard]] ComparePane *comparison() const { return m_compare; }
    [[nodiscard]] const QList<QPointer<LogsPlace>> &windows() const { return m_windows; }
    /// Whether a text is surely meant as a log: the name of a file, an address of a log.
    [[nodiscard]] static bool meansLog(const QString &text);
    [[nodiscard]] QString sentence() const;

public Q_SLOTS:
    /// Build, step («309998812/3»), derivation, address or file; see log::readLogPlace.
    void openLog(const QString &text, const QString &server = {});
    /// Goes to the line when the log is there; for what was found elsewhere.
    void openLogAt(const QString &text, const QString &server, narscope::log::Line line);
    /// Beside the log shown.
    void compareWith(const narscope::log::LogOrder &order, const QString &role);
    void compareWithTab(int index);
    void endComparison();
    /// The log shown, in a window of its own.
    void detach();
    /// A line number, «@» and a byte's offset, or a phase's name.
    void goToText(const QString &text);
    void setNote(narscope::log::Line line, const std::optional<QString> &note);
    void takeOpened(
        quint64 run, const std::shared_ptr<const narscope::log::Bytes> &bytes, const narscope::log::LogAbout &about);
    void takeGrowth(quint64 run);
    void takeTrouble(quint64 run, const narscope::Problem &problem);
    void takeCompleted(quint64 run, const narscope::log::LogAbout &about);
    void takeFailed(quint64 run, const narscope::Problem &problem);
    void takeKept(quint64 run, const narscope::log::ArchivedLog &kept, const QList<narscope::log::ArchivedLog> &same);
    void takeArchiveFound(quint64 search, const narscope::log::FoundLogs &found);
    void takeArchiveList(quint64 search, const QList<narscope::log::ArchivedLog> &logs, qsizetype all);
    /// All logs that are open or archived.
    void findInAll();
    /// Which others broke for the same reason.
    void offerSame();

Q_SIGNALS:
    void ordered(const narscope::log::LogOrder &order);
    void dropped(quint64 run);
    void archiveSearchOrdered(quint64 search, const narscope::log::Query &query);
    void archiveListOrdered(quint64 search);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    QWidget *openRow();
    QWidget *logPart();
    void connectParts();
    void connectFindBar();
    void connectComparison();
    void connectView();
    void offerMenu(QPushButton *button, void (LogsPlace::*fill)(QMenu &));
    void makeKeys();
    void addKey(const QKeySequence &key, void (LogsPlace::*slot)());
    [[nodiscard]] OpenLog *logOf(quint64 run) const;
    void addLog(log::LogOrder order);
    OpenLog *takeOver(std::unique_ptr<OpenLog> log);
    std::unique_ptr<OpenLog> release(int index);
    template <typename Call> void eachWindow(Call call) const
    {
        for (const auto &window : m_windows) {
            if (window)
                call(*window);
        }
    }
    void showNotes(OpenLog *log);
    void toggleComparison();
    void sayComparison();
    void fillCompareMenu(QMenu &menu);
    void fillMoreMenu(QMenu &menu);
    void fillDefinitions(QMenu &menu);
    void highlightAs(const QString &definition);
    void askDefinition();
    void fillBookmarks(QMenu &menu);
    void askNote(log::Line line);
    void toggleBookmark(log::Line line);
    /// A line of text to type; who asks listens and opens it. Deletes itself.
    [[nodiscard]] QInputDialog *textDialog(const QString &title, const QString &label);
    void askCompareFile();
    void askCompareText();
    Task<void> readNotes(OpenLog *log);
    Task<void> goToOffset(log::Offset offset);
    void writeNotes(OpenLog &log);
    void followLink(const QString &target);
    void toggleWrap();
    void takeStudy(OpenLog *log);
    void searchAllLogs();
    void leaveFindAll();
    Task<void> searchOpenLogs(quint64 search, log::Query query);
    void closeTab(int index);
    void showCurrent();
    void showDocument(OpenLog *log);
    void sayState();
    void sayCount();
    void takeErrors(OpenLog *log);
    void takeFindings(OpenLog *log);
    void sayBadPattern(OpenLog *log, const Problem &problem);
    void startSearch();
    void step(int by);
    void stepMatch(int by);
    void stepError(int by);
    void goToFirstError();
    void toggleFollow();
    void copyCause();
    void askLine();
    void askWhere(const QString &missed);
    void askFile();
    void askOther();
    void askSaveName();
    Task<void> saveTo(QString name);
    void stop();

    Pools &m_pools;
    const Clock &m_clock;
    QString m_folder;
    /// Which changes of notes were written: shared with those under way.
    struct NoteWrites {
        QMutex mutex;
        QHash<QString, quint64> done; ///< by a log's identity, the newest
        quint64 asked = 0; ///< GUI thread
    };
    std::shared_ptr<NoteWrites> m_noteWrites = std::make_shared<NoteWrites>();
    std::vector<std::unique_ptr<OpenLog>> m_logs; ///< in the order of the tabs
    std::shared_ptr<quint64> m_lastRun = std::make_shared<quint64>(0); ///< with its windows
    QList<QPointer<LogsPlace>> m_windows; ///< of logs that were detached; owned
    std::map<quint64, log::Line> m_goTo; ///< by run: where to go when it is there
    bool m_jumpsToMatch = false; ///< a search began: its first match comes into view
    std::optional<Problem> m_badPattern; ///< of the last search
    bool m_isSwitching = false;
    SentenceRow *m_sentence;
    QTabBar *m_tabs;
    QWidget *m_openRow;
    QLineEdit *m_openField;
    ProblemBanner *m_banner;
    FindBar *m_find;
    FindAllPane *m_findAll;
    QSplitter *m_splitter;
    OutlinePane *m_outline;
    LogView *m_view;
    Minimap *m_map;
    ComparePane *m_compare;
    quint64 m_search = 0; ///< the last one over all logs
    bool m_findsAll = false; ///< what it found is shown
    CauseBar *m_cause;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
    Scope m_scope;
    Scope m_openScope; ///< the search over the open logs
};

} // namespace narscope::ui
