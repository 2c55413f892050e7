// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logs/openlog.h"
#include "ui/widgets/place.h"

class QLineEdit;
class QSplitter;
class QStackedWidget;
class QTabBar;

namespace narscope::ui {

class CauseBar;
class EmptyState;
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
    explicit LogsPlace(Pools &pools, QWidget *parent = nullptr);
    ~LogsPlace() override;

    [[nodiscard]] QString id() const override { return QStringLiteral("logs"); }
    [[nodiscard]] QString title() const override { return tr("Logs"); }
    [[nodiscard]] bool shows(const Subject &) const override { return false; }
    /// For the way back: the log of a build or derivation.
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    bool goBack() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] QString keyHint() const override { return tr("/ find · n N next, previous · e first error · f follow · g go to line"); }
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;

    [[nodiscard]] static bool hasLog(const Subject &subject);
    [[nodiscard]] OpenLog *currentLog() const;
    [[nodiscard]] LogView *view() const { return m_view; }
    [[nodiscard]] FindBar *findBar() const { return m_find; }
    [[nodiscard]] CauseBar *causeBar() const { return m_cause; }
    [[nodiscard]] OutlinePane *outline() const { return m_outline; }
    [[nodiscard]] QString sentence() const;

public Q_SLOTS:
    /// Build, step («309998812/3»), derivation, address or file; see log::readLogPlace.
    void openLog(const QString &text, const QString &server = {});
    void takeOpened(quint64 run, const std::shared_ptr<const narscope::log::Bytes> &bytes, const narscope::log::LogAbout &about);
    void takeGrowth(quint64 run);
    void takeTrouble(quint64 run, const narscope::Problem &problem);
    void takeCompleted(quint64 run, const narscope::log::LogAbout &about);
    void takeFailed(quint64 run, const narscope::Problem &problem);

Q_SIGNALS:
    void ordered(const narscope::log::LogOrder &order);
    void dropped(quint64 run);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    QWidget *openRow();
    QWidget *logPart();
    void connectParts();
    void makeKeys();
    void addKey(const QKeySequence &key, void (LogsPlace::*slot)());
    [[nodiscard]] OpenLog *logOf(quint64 run) const;
    void addLog(log::LogOrder order);
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
    void askFile();
    void askOther();
    void askSaveName();
    Task<void> saveTo(QString name);
    void stop();

    Pools &m_pools;
    std::vector<std::unique_ptr<OpenLog>> m_logs; ///< in the order of the tabs
    quint64 m_lastRun = 0;
    bool m_jumpsToMatch = false; ///< a search began: its first match comes into view
    std::optional<Problem> m_badPattern; ///< of the last search
    bool m_isSwitching = false;
    SentenceRow *m_sentence;
    QTabBar *m_tabs;
    QWidget *m_openRow;
    QLineEdit *m_openField;
    ProblemBanner *m_banner;
    FindBar *m_find;
    QSplitter *m_splitter;
    OutlinePane *m_outline;
    LogView *m_view;
    Minimap *m_map;
    CauseBar *m_cause;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
    Scope m_scope;
};

} // namespace narscope::ui
