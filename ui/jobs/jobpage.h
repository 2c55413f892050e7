// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/jobcourse.h"
#include "ui/jobs/page.h"

namespace narscope::ui {

class CoursePart;
class FactsView;
class LinkLabel;

/// One job from evaluation to evaluation: whether it succeeds, since when it does not, its builds, the same on other
/// systems.
class JobPage : public Page {
    Q_OBJECT
public:
    explicit JobPage(Clock &clock, QWidget *parent = nullptr);

    void setJob(const QString &server, const JobName &job);
    [[nodiscard]] std::optional<BuildId> newestBuild() const;
    void refresh();
    void take(const trace::JobCourse &course);
    void takeFailure(const trace::JobOrder &order, const Problem &problem);

    void tick() override;
    void setActions(const SubjectActions *actions) override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] bool isSettled() const override { return m_seen.value ? m_seen.value->isWhole : !!m_seen.problem; }

Q_SIGNALS:
    /// `anew`: not from what was told a short while ago.
    void ordered(const narscope::trace::JobOrder &order, bool anew);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void order(bool anew);
    void askOlder();
    void update();
    void updateTables();

    trace::JobOrder m_order;
    qint64 m_orderedAt = 0; ///< 0: not yet; as soon as it is seen
    watch::Seen<trace::JobCourse> m_seen;
    CoursePart *m_course;
    Section *m_courseSection;
    FactsView *m_siblings;
    Section *m_siblingsSection;
    FactsView *m_builds;
    Section *m_buildsSection;
    LinkLabel *m_older;
};

} // namespace narscope::ui
