// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/page.h"

namespace narscope::ui {

class FactsView;

/// A server's projects or a project's jobsets.
class ListPage : public Page {
    Q_OBJECT
public:
    explicit ListPage(Clock &clock, QWidget *parent = nullptr);

    /// A project, or a server when `project` is empty.
    void setList(const QString &server, const QString &serverName, const QString &project);
    void apply(const watch::Change &change);

    void tick() override;
    void setActions(const SubjectActions *actions) override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] bool isSettled() const override;

private:
    void update();

    QString m_server;
    QString m_serverName;
    QString m_project;
    watch::Seen<QList<hydra::Project>> m_projects;
    watch::Seen<QList<hydra::JobsetOverview>> m_jobsets;
    FactsView *m_projectTable;
    Section *m_projectSection;
    FactsView *m_jobsetTable;
    Section *m_jobsetSection;
};

} // namespace narscope::ui
