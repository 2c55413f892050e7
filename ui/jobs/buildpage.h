// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/excerpt.h"
#include "trace/jobdesk.h"
#include "ui/jobs/page.h"
#include "watch/channelboard.h"

#include <QTimer>

namespace narscope::ui {

class CoursePart;
class DetailRows;
class ExcerptView;
class FoldBar;
class FactsView;
class PathRow;
class RawView;
class SuspectsPart;
class TextLabel;

/// One build: what became of it, where and when, what it gave, its steps and whatever else Hydra knows.
class BuildPage : public Page {
    Q_OBJECT
public:
    explicit BuildPage(Clock &clock, QWidget *parent = nullptr);

    void setBuild(const QString &server, BuildId build);
    /// The evaluation whose list it was opened from, and where in it: «30 of 61».
    void setFrom(std::optional<EvalId> eval, const QString &position);
    void apply(const watch::Change &change);

    void tick() override;
    void setActions(const SubjectActions *actions) override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] bool isSettled() const override;
    /// What the build gives, for «copy path»: the output «out», else another one, else its derivation.
    [[nodiscard]] QString mainPath() const;
    [[nodiscard]] BuildId build() const { return m_build; }

    void takeExcerpt(quint64 run, const std::optional<log::LogExcerpt> &excerpt);
    void takeExcerptFailure(quint64 run, const Problem &problem);

    // buildpagecourse.cpp
    /// What was told of its job, and its JSON when that is open, once more.
    void refresh();
    void take(const trace::JobCourse &course);
    void takeFailure(const trace::JobOrder &order, const Problem &problem);
    void take(const trace::RawAnswer &answer);
    void takeFailure(const trace::RawOrder &order, const Problem &problem);
    void take(const watch::ChannelBoard &board);
    [[nodiscard]] CoursePart *course() const { return m_course; }
    [[nodiscard]] SuspectsPart *suspects() const { return m_suspects; }
    [[nodiscard]] RawView *raw() const { return m_raw; }
    [[nodiscard]] DetailRows *holds() const { return m_holds; }
    [[nodiscard]] FoldBar *folds() const { return m_folds; }

Q_SIGNALS:
    /// Of a failed build that stays in view: why.
    void excerptOrdered(const narscope::log::ExcerptOrder &order);
    /// Of a failed build that stays in view: since when.
    void courseOrdered(const narscope::trace::JobOrder &order, bool anew);
    void suspectsOrdered(const narscope::trace::SuspectOrder &order);
    void rawOrdered(const narscope::trace::RawOrder &order);

protected:
    void showEvent(QShowEvent *event) override;

private:
    enum Fold { EvalsFold, InputsFold, ConstituentsFold, ProductsFold, MetricsFold, AboutFold, RawFold };
    void addFolds();
    void update();
    void updateCrumbs();
    void updateOutputs();
    void updateTimes();
    void updateSteps();
    void updateFolds();
    [[nodiscard]] std::optional<log::ExcerptOrder> excerptWanted() const;
    void updateExcerpt();
    void orderExcerpt();
    void openLog();
    void showFold(int fold);
    FactsView *addFold(const QStringList &headers, int stretch);
    [[nodiscard]] QList<FactsView *> tables() const;
    // buildpagecourse.cpp
    void addCourse();
    void forgetCourse();
    void updateCourse();
    void orderCourse(bool anew);
    void updateHolds();
    void askRaw();
    [[nodiscard]] std::optional<trace::JobOrder> courseWanted() const;

    QString m_server;
    BuildId m_build;
    std::optional<EvalId> m_from;
    QString m_position;
    watch::Seen<hydra::Build> m_json;
    watch::Seen<hydra::BuildDetails> m_details;

    log::ExcerptOrder m_excerptOrder; ///< the latest one; what it tells is of this build and attempt
    std::optional<log::LogExcerpt> m_excerptTold;
    QTimer m_excerptPause;
    QTimer m_coursePause;
    ExcerptView *m_excerpt;
    TextLabel *m_excerptNote; ///< why there are no lines
    Section *m_excerptSection;

    std::optional<trace::JobOrder> m_courseOrder; ///< the latest one
    std::optional<trace::JobCourse> m_courseTold;
    watch::ChannelBoard m_board;
    CoursePart *m_course;
    TextLabel *m_courseNote; ///< why it is not known
    Section *m_courseSection = nullptr;
    DetailRows *m_holds;
    Section *m_holdsSection = nullptr;
    SuspectsPart *m_suspects;
    Section *m_suspectsSection = nullptr;

    DetailRows *m_times;
    FactsView *m_changes;
    Section *m_changesSection;
    FactsView *m_steps;
    Section *m_stepsSection;
    QWidget *m_outputs;
    Section *m_outputsSection;
    QList<QWidget *> m_outputRows;
    QStringList m_outputsShown;
    FoldBar *m_folds;
    QList<FactsView *> m_tables; ///< by fold, without the last two
    DetailRows *m_about;
    RawView *m_raw;
    bool m_rawIsAsked = false;
};

} // namespace narscope::ui
