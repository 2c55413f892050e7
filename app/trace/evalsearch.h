// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/known.h"

#include <QHash>

// Which evaluation is the first that has a commit, with as few questions as can be. A branch only ever grows,
// so once an evaluation has a commit all later ones have it.

namespace narscope::trace {

/// The evaluations of a list (newest first) with the revision of each: a row that tells no change of nixpkgs
/// has that of the row below it.
[[nodiscard]] QList<EvalAt> withRevisions(const hydra::EvalPage &page);

struct EvalQuestion {
    std::optional<EvalAt> ask; ///< whether this one has the commit
    std::optional<EvalAt> found; ///< no question left: this is the first
    bool isFirst = true; ///< of `found`; false: the list does not reach back far enough to know
};

/// What to ask next. `known` says of revisions whether they have the commit. `merged`: the commit was nowhere
/// before that time. `isDirect`: it was merged into the very branch that is evaluated, so that the first or
/// second evaluation after that has it; else the list is halved. Neither `ask` nor `found`: no evaluation in
/// the list has it.
[[nodiscard]] EvalQuestion nextQuestion(
    const QList<EvalAt> &evals, qint64 merged, bool isDirect, const QHash<QString, bool> &known);

/// What other jobsets of the same branch tell about a list: an evaluation made well after one that has the
/// commit has it too, one made well before one that lacks it lacks it. `known` says it of revisions in
/// `others`. By revision.
[[nodiscard]] QHash<QString, bool> toldByOthers(
    const QList<EvalAt> &evals, const QList<EvalAt> &others, const QHash<QString, bool> &known);

/// The page of the list that reaches back to the merge, guessed from how often the jobset is evaluated; 1:
/// this one does, or there is no other.
[[nodiscard]] int olderPage(const hydra::EvalPage &page, qint64 merged);

/// The usual seconds between two evaluations of the list; nothing for less than three.
[[nodiscard]] std::optional<qint64> rhythm(const QList<EvalAt> &evals);

/// The oldest evaluation with the commit that has nothing unfinished; null: none, or the commit was not
/// found.
[[nodiscard]] const EvalAt *finishedWith(const KnownJobset &jobset);

} // namespace narscope::trace
