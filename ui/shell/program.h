// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "settings/secrets.h"
#include "ui/shell/appearance.h"
#include "ui/shell/desktop.h"
#include "ui/shell/instance.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/options.h"
#include "ui/shell/pipelinereport.h"
#include "ui/shell/surroundings.h"

class QTemporaryDir;

namespace narscope::ui {

class Screenshots;
class LogsPlace;
class TracePlace;

/// What the pictures show: the pipeline's state, and a build that failed in the evaluation worth showing.
struct Found {
    PipelineState state;
    std::optional<BuildId> build;
    QString path; ///< an output of a build that succeeded; empty: none was seen
};

/// The whole program but its event loop: settings, session, window, and what happens from start to end. main()
/// makes one; so do the tests of the window.
class Program : public QObject {
    Q_OBJECT
public:
    explicit Program(Options options);
    ~Program() override;

    /// Shows the window at once; places fill when the core is there.
    void start();
    [[nodiscard]] MainWindow &window() { return *m_window; }
    [[nodiscard]] Session &session() { return *m_session; }
    [[nodiscard]] settings::Settings &settings() { return *m_settings; }
    [[nodiscard]] Desktop &desktop() { return *m_desktop; }
    /// What a second start wants.
    void take(const HandOver &wish);

Q_SIGNALS:
    /// Every place is there.
    void ready();
    /// With --screenshots: all is drawn. 0, or 1 when nothing could be had.
    void ended(int exitCode);

private:
    void readServers();
    void makeWindow();
    void beginAnew(); ///< with the list of servers as it is kept now
    void greet();
    void turnIntoDemo();
    void startSession();
    void makeDesktop();
    void readSecrets();
    void applySettings();
    void applyCircumstances();
    void tellHistorySize();
    void showPast();
    void showProblem(const Problem &problem);
    void askWhatToDraw();
    void drawViews(const Found &found);
    // programplaces.cpp
    void makePlaces();
    void addActions(LogsPlace *logs, TracePlace *traces);
    void wireTracePages(TracePlace &place);
    void watchFromAnywhere(watch::NoticeSource &notices);
    [[nodiscard]] class OverviewPlace *makeOverviewPlace();
    [[nodiscard]] class JobsPlace *makeJobsPlace();
    [[nodiscard]] class FarmPlace *makeFarmPlace();
    [[nodiscard]] class ActivityPlace *makeActivityPlace();
    [[nodiscard]] class VerifyPlace *makeVerifyPlace();
    [[nodiscard]] LogsPlace *makeLogsPlace();
    [[nodiscard]] TracePlace *makeTracePlace();

    Options m_options;
    std::optional<Problem> m_serversTrouble; ///< why the shipped list is in force
    std::unique_ptr<QTemporaryDir> m_throwAway; ///< profile of --screenshots
    std::unique_ptr<settings::Settings> m_settings;
    std::unique_ptr<Appearance> m_appearance;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<settings::Secrets> m_secrets; ///< null where nothing real is asked
    std::unique_ptr<MainWindow> m_window; ///< after the session, so that it goes first
    std::unique_ptr<Desktop> m_desktop;
    std::unique_ptr<Surroundings> m_surroundings; ///< null: pictures are drawn
};

} // namespace narscope::ui
