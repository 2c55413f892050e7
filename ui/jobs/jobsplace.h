// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "log/excerpt.h"
#include "trace/jobdesk.h"
#include "ui/models/hydratree.h"
#include "ui/widgets/place.h"
#include "watch/channelboard.h"
#include "watch/hydrafeed.h"

#include <QTimer>

class QSplitter;
class QStackedWidget;

namespace narscope::ui {

class BuildPage;
class EvalPage;
class JobPage;
class JobsetPage;
class ListPage;
class Page;
class TreePane;

/// One Hydra that the place shows; the feed outlives the place.
struct JobsServer {
    QString id;
    QString name;
    watch::HydraFeed *feed;
};

/// Jobs: the tree stays at the left, the detail of what is chosen changes at the right; in a wide window the
/// list of an evaluation and one of its builds stand beside each other.
class JobsPlace : public Place {
    Q_OBJECT
public:
    JobsPlace(const QList<JobsServer> &servers, QThreadPool &pool, Clock &clock, QWidget *parent = nullptr);
    ~JobsPlace() override;

    [[nodiscard]] QString id() const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] bool shows(const Subject &subject) const override;
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] QList<Subject> alsoPointedAt() const override;
    bool goBack() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] QString keyHint() const override;
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;

    void takeExcerpt(quint64 run, const std::optional<narscope::log::LogExcerpt> &excerpt);
    void takeExcerptFailure(quint64 run, const narscope::Problem &problem);
    // jobsplacecourse.cpp
    void takeCourse(const narscope::trace::JobCourse &course);
    void takeCourseFailure(const narscope::trace::JobOrder &order, const narscope::Problem &problem);
    void takeSuspects(const narscope::trace::Suspects &suspects);
    void takeSuspectsFailure(const narscope::trace::SuspectOrder &order, const narscope::Problem &problem);
    void takeRaw(const narscope::trace::RawAnswer &answer);
    void takeRawFailure(const narscope::trace::RawOrder &order, const narscope::Problem &problem);
    /// What is known of the channels: those that a failed build holds up stand beside it.
    void takeChannels(const narscope::watch::ChannelBoard &board);

    // For tests and pictures.
    [[nodiscard]] HydraTree &tree() { return m_tree; }
    [[nodiscard]] TreePane &treePane() { return *m_treePane; }
    [[nodiscard]] EvalPage &evalPage() { return *m_evalPage; }
    [[nodiscard]] BuildPage &buildPage() { return *m_buildPage; }
    [[nodiscard]] JobPage &jobPage() { return *m_jobPage; }
    [[nodiscard]] Page *currentPage() const;

Q_SIGNALS:
    /// Why the failed build in view failed.
    void excerptOrdered(const narscope::log::ExcerptOrder &order);
    /// How a job fared; `anew`: not from what was told a short while ago.
    void courseOrdered(const narscope::trace::JobOrder &order, bool anew);
    void suspectsOrdered(const narscope::trace::SuspectOrder &order);
    void rawOrdered(const narscope::trace::RawOrder &order);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    // jobsplace.cpp
    void takeChange(const QString &server, const watch::Change &change);
    void display(const Subject &subject, bool preview = false);
    void showEvaluation(const Subject &subject);
    void showBuild(const Subject &subject, bool preview);
    void rememberSummary();
    void updateInterest();
    void openFirst();
    void tick();
    void followRename(const QString &server, const watch::JobsetRenamed &renamed);
    [[nodiscard]] watch::HydraFeed *feed(const QString &server) const;
    [[nodiscard]] QString nameOf(const QString &server) const;
    [[nodiscard]] QList<Page *> pages() const;
    // jobsplacecourse.cpp
    void connectCourse();
    void refreshCourse();
    // jobsplacekeys.cpp
    void build();
    void connectPages();
    void makeKeys();
    void addKey(const QKeySequence &key, void (JobsPlace::*slot)());
    void nextFailure() { stepToFailure(1); }
    void previousFailure() { stepToFailure(-1); }
    void stepToFailure(int direction);
    void focusFilter();
    void arrange();
    [[nodiscard]] bool isWide() const;

    QList<JobsServer> m_servers;
    Clock &m_clock;
    HydraTree m_tree;
    TreePane *m_treePane;
    QSplitter *m_splitter;
    QStackedWidget *m_middle;
    QStackedWidget *m_right;
    ListPage *m_listPage;
    JobsetPage *m_jobsetPage;
    EvalPage *m_evalPage;
    JobPage *m_jobPage;
    BuildPage *m_buildPage;
    std::optional<Subject> m_subject;
    std::optional<Subject> m_evaluation; ///< whose list the build shown was chosen from
    bool m_selectionWaits = false; ///< the tree has no row yet for what is shown
    bool m_showsBuild = false; ///< one of this evaluation was chosen: shown beside the list where there is room
    QHash<QString, watch::Interest> m_interests; ///< last told, by server
    QTimer m_ticker;
    QTimer m_interestPause;
    bool m_expansionIsOurs = true; ///< nothing was restored or opened by a person yet
};

} // namespace narscope::ui
