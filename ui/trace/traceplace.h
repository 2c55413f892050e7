// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/trustchoices.h"
#include "trace/tracer.h"
#include "ui/trace/tracelistmodel.h"
#include "ui/widgets/place.h"
#include "watch/pulldesk.h"
#include "watch/watchrule.h"

#include <QHash>
#include <QSet>
#include <QTimer>

class QAction;
class QButtonGroup;
class QMenu;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace narscope::ui {

class BundlePage;
class EmptyState;
class EndpointPage;
class EvidencePage;
class HopPanel;
class PictureView;
class ProblemBanner;
class PullPage;
class TraceHead;
class TraceListPage;
class WorkflowPage;
struct Picture;

/// From a pull request to the channels and back: a list of traces, and of each a picture with the evidence of
/// every hop; beside it what these rest on: a pull request's checks, the workflows, the evidence log, the hosts,
/// bundles. Asks nobody itself: it orders and is given what was found.
class TracePlace : public Place {
    Q_OBJECT
public:
    /// `policy`: whose signatures a bundle's summary counts.
    TracePlace(nix::TrustPolicy policy, Clock &clock, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("trace"); }
    [[nodiscard]] QString title() const override { return tr("Trace"); }
    [[nodiscard]] bool shows(const Subject &subject) const override;
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] QString meaningOf(const QString &text) const override;
    void openText(const QString &text) override { trace(text); }
    bool goBack() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] QString keyHint() const override;
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;

    /// What a trace can begin at, from anywhere in the program.
    [[nodiscard]] static bool canTrace(const Subject &subject);
    /// As if pasted into the field.
    void trace(const QString &question);
    /// Puts pull requests into the list without asking about them, for a person who knows none.
    void offer(const QList<std::pair<PullRequestNr, QString>> &pulls);
    void setPolicy(const nix::TrustPolicy &policy);

    [[nodiscard]] TraceListModel &traces() { return m_model; }
    [[nodiscard]] TraceListPage *listPage() const { return m_list; }
    [[nodiscard]] PictureView *picture() const { return m_picture; }
    [[nodiscard]] HopPanel *panel() const { return m_panel; }
    [[nodiscard]] TraceHead *head() const { return m_head; }
    /// The trace in view; null: something else is.
    [[nodiscard]] const trace::Trace *shownTrace() const;

    enum class Page { List, Workflows, Evidence, Endpoints, Bundle, Trace, Pull };
    [[nodiscard]] Page page() const;
    void showPage(Page page);
    /// A pull request's checks, reviews and changes.
    void showPull(PullRequestNr number);
    /// As if dropped into the window.
    void takeFiles(const QStringList &files);
    [[nodiscard]] PullPage *pullPage() const { return m_pull; }
    [[nodiscard]] WorkflowPage *workflows() const { return m_workflows; }
    [[nodiscard]] EvidencePage *evidence() const { return m_evidence; }
    [[nodiscard]] EndpointPage *endpoints() const { return m_endpoints; }
    [[nodiscard]] BundlePage *bundle() const { return m_bundle; }

public Q_SLOTS:
    void takeTrace(const narscope::trace::Trace &trace);
    void takeEnd(quint64 run);
    void takePull(const narscope::watch::PullNews &news);
    void takeWorkflows(const narscope::watch::WorkflowNews &news);
    void setWatchList(const narscope::watch::WatchList &list);

Q_SIGNALS:
    /// Whose checks are in view, of those that PullDesk asks about; 0: none.
    void pullShown(qint64 number);
    void workflowsShown(bool shown);
    /// A person wants it asked again now.
    void pullsRefreshed();
    /// A person wants to be told of something else than before.
    void watchListChosen(const narscope::watch::WatchList &list);
    /// A log at a server that is no Hydra's.
    void logRequested(const QUrl &log);
    void ordered(const narscope::trace::Order &order);
    void refreshed(quint64 run);
    void cancelled(quint64 run);
    void forgotten(quint64 run);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    // traceplacepages.cpp
    QWidget *pageBar();
    void makePages();
    void connectPages();
    /// Tells who is asked for what is in view and nothing else.
    void tellShown();
    void tick();
    void showPullOfTrace();
    void leavePull();
    // traceplacewatch.cpp
    void fillWatchMenu();
    void toggleWatch(const watch::WatchTarget &target);
    void sayWatched();
    [[nodiscard]] std::optional<PullRequestNr> shownPull() const;

    QWidget *tracePart();
    void makeButtons();
    void makeKeys();
    void connectParts();
    void begin(const TraceSummary &question, bool shows);
    void order(TraceEntry entry);
    void orderMore(const std::function<void(trace::Order &)> &change);
    void fillMore(QMenu &menu);
    void fillSave(QMenu &menu);
    void showKey(const QString &key);
    // traceplacepicture.cpp
    enum Body { PictureBody, EmptyBody };
    void showTrace(bool isOther);
    void drawPicture(const trace::Trace &trace, bool isOther);
    void takePicture(const trace::Trace &trace, const Picture &picture, bool isOther);
    void showHop();
    void showProblems(const trace::Trace &trace);
    void selectTelling();
    [[nodiscard]] const trace::Stop *selectedStop() const;

    void askAll();
    void askNext();
    void stopAsking();
    void remove(const QString &key);
    void openSelected();
    void noteCount();
    // traceexport.cpp
    void copyMarkdown();
    void copyList();
    void savePicture();
    void saveBundle();
    void askForKey();
    void chooseBundleFile();
    /// Writes on a pool and says what came of it.
    void write(const QString &file, std::function<Result<void>()> work);
    void say(const QString &words);

    nix::TrustPolicy m_policy;
    QString m_keyFile; ///< signs bundles; made when there is none and a person wants one
    Clock &m_clock;
    TraceListModel m_model;
    QHash<quint64, trace::Trace> m_traces;
    QHash<quint64, trace::Order> m_orders; ///< as asked last
    quint64 m_lastRun = 0;
    quint64 m_run = 0; ///< shown, or under the checks of its pull request; 0: something else is
    QHash<quint64, QSet<QString>> m_toggled; ///< folds, by run
    trace::Trace m_drawn; ///< what the picture shows
    quint64 m_picturesAsked = 0;
    bool m_pictureWaits = false; ///< a newer one is being made
    QStringList m_toAsk; ///< keys, when all are asked again
    bool m_askingAll = false;

    TraceListPage *m_list;
    TraceHead *m_head;
    ProblemBanner *m_banner;
    PictureView *m_picture;
    HopPanel *m_panel;
    QSplitter *m_splitter;
    EmptyState *m_empty;
    QStackedWidget *m_body; ///< picture, or why there is none
    QStackedWidget *m_stack; ///< by Page
    QWidget *m_pageBar;
    QButtonGroup *m_pageButtons;
    PullPage *m_pull;
    WorkflowPage *m_workflows;
    EvidencePage *m_evidence;
    EndpointPage *m_endpoints;
    BundlePage *m_bundle;
    bool m_pullOfTrace = false; ///< the pull request's page was opened from its trace: back there
    std::optional<watch::WatchList> m_watchList; ///< nothing before it was told
    QMenu *m_watchMenu;
    QTimer m_tick; ///< ages; only while shown
    QPushButton *m_checks;
    QPushButton *m_watch;
    QPushButton *m_again;
    QPushButton *m_stop;
    QPushButton *m_more;
    QAction *m_search; ///< only of ways back
    QPushButton *m_copy;
    QPushButton *m_save;
};

} // namespace narscope::ui
