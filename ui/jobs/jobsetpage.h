// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/page.h"

namespace narscope::ui {

class DetailRows;
class FactsView;

/// One jobset: its newest evaluation in a sentence, its evaluations, how it is configured, its errors.
class JobsetPage : public Page {
    Q_OBJECT
public:
    explicit JobsetPage(Clock &clock, QWidget *parent = nullptr);

    void setJobset(const QString &server, const JobsetName &jobset);
    void apply(const watch::Change &change);

    void tick() override;
    void setActions(const SubjectActions *actions) override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] bool isSettled() const override { return m_evals.value || m_evals.problem; }

private:
    void update();
    void updateConfiguration(const hydra::Jobset &jobset);

    QString m_server;
    JobsetName m_name;
    watch::Seen<watch::EvalList> m_evals;
    watch::Seen<hydra::Jobset> m_jobset;
    FactsView *m_table;
    Section *m_tableSection;
    DetailRows *m_facts;
    Section *m_factsSection;
    FactsView *m_inputs;
    Section *m_inputsSection;
    FactsView *m_errors;
    Section *m_errorsSection;
};

} // namespace narscope::ui
