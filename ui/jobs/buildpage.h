// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/excerpt.h"
#include "ui/jobs/page.h"

#include <QTimer>

namespace narscope::ui {

class DetailRows;
class ExcerptView;
class FoldBar;
class FactsView;
class PathRow;
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

Q_SIGNALS:
    /// Of a failed build that stays in view: why.
    void excerptOrdered(const narscope::log::ExcerptOrder &order);

protected:
    void showEvent(QShowEvent *event) override;

private:
    enum Fold { EvalsFold, InputsFold, ConstituentsFold, ProductsFold, MetricsFold, AboutFold };
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

    QString m_server;
    BuildId m_build;
    std::optional<EvalId> m_from;
    QString m_position;
    watch::Seen<hydra::Build> m_json;
    watch::Seen<hydra::BuildDetails> m_details;

    log::ExcerptOrder m_excerptOrder; ///< the latest one; what it tells is of this build and attempt
    std::optional<log::LogExcerpt> m_excerptTold;
    QTimer m_excerptPause;
    ExcerptView *m_excerpt;
    TextLabel *m_excerptNote; ///< why there are no lines
    Section *m_excerptSection;

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
    QList<FactsView *> m_tables; ///< by fold, without About
    DetailRows *m_about;
};

} // namespace narscope::ui
