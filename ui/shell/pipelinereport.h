// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/client.h"

namespace narscope::ui {

/// The state of a pipeline in a few lines, for where there is no display.
struct PipelineState {
    struct ProjectState {
        hydra::Project project;
        QList<hydra::JobsetOverview> jobsets;
    };
    QString server;
    QList<ProjectState> projects;
    QList<hydra::EvalSummary> newest; ///< evaluations of all jobsets, newest first
    std::optional<hydra::QueueSummary> queue;
    QList<hydra::MachineActivity> machines;
    QList<Problem> problems; ///< what could not be had

    /// Something to show in pictures: an evaluation with failures when there is one.
    [[nodiscard]] std::optional<EvalId> worthShowing() const;
};

/// Asks at most two hundred questions, within the server's policy.
[[nodiscard]] Task<PipelineState> askPipeline(hydra::Client &client, QString server);
/// Plain text; control characters of a server are left out.
[[nodiscard]] QString describe(const PipelineState &state, qint64 nowSeconds);

} // namespace narscope::ui
