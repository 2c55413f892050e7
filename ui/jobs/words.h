// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/sentence.h"
#include "watch/change.h"

// The one sentence that each page of the place begins with, made from what is known; plain functions.

namespace narscope::ui {

/// What is known of an evaluation, from the cheap to the costly.
struct EvalFacts {
    EvalId id;
    std::optional<hydra::EvalSummary> summary; ///< from the jobset's list
    std::optional<hydra::EvalHeader> header; ///< inputs and timings
    std::optional<hydra::EvalHeader> counts; ///< with the counts of its categories
};

[[nodiscard]] Sentence sentenceOf(const EvalFacts &facts, qint64 now);
[[nodiscard]] Sentence sentenceOf(BuildId id, const std::optional<hydra::Build> &build,
    const std::optional<hydra::BuildDetails> &details, qint64 now);
[[nodiscard]] Sentence sentenceOf(const JobsetName &name, const std::optional<hydra::Jobset> &jobset,
    const std::optional<watch::EvalList> &evals, qint64 now);
[[nodiscard]] Sentence sentenceOf(const QString &project, const std::optional<QList<hydra::JobsetOverview>> &jobsets);
[[nodiscard]] Sentence sentenceOf(const std::optional<QList<hydra::Project>> &projects, const QString &server);

/// «9 h ago», «now».
[[nodiscard]] QString ago(qint64 time, qint64 now);
/// The first 12 digits of a revision; shorter ones whole.
[[nodiscard]] QString shortRevision(const QString &revision);
/// The build's state: the page's, which alone knows that it runs, before the JSON's.
[[nodiscard]] hydra::BuildState stateOf(
    const std::optional<hydra::Build> &build, const std::optional<hydra::BuildDetails> &details);

} // namespace narscope::ui
