// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/sentence.h"
#include "watch/pulldesk.h"

// What is said of a pull request's checks, reviews, backports, and of workflows: pure words, shown by pullpage.h and
// workflowpage.h.

namespace narscope::ui {

[[nodiscard]] Mark markOf(github::Verdict verdict);
/// «failed»; of OfBorg's failed builds with what GitHub shows instead.
[[nodiscard]] QString wordFor(github::Verdict verdict);
[[nodiscard]] QString wordFor(const github::CheckRun &check);

/// «open for 4 h, into master», «merged 2 d ago into master by …».
[[nodiscard]] QString stateOf(const github::PullRequest &pull, qint64 now);
/// The first thing that is missing, or how it stands.
[[nodiscard]] Sentence sentenceOf(const watch::PullNews &news, qint64 now);
/// What else is missing, and of what is told beside it.
[[nodiscard]] QList<DetailRow> missingOf(const watch::PullReport &report);
/// «Asked 12 s ago, again in 15 m. GitHub: 47 of 60 requests left until 14:00.»
[[nodiscard]] QString wordsOf(const watch::AskState &asked, qint64 now);

/// Required status, checks by group (Lint, Eval, Build, …), OfBorg's builds and running attempts, other statuses,
/// workflow runs; each with its page.
[[nodiscard]] FactRows checkRows(const watch::PullReport &report, qint64 now);
[[nodiscard]] QStringList checkHeaders();
[[nodiscard]] FactRows reviewRows(const watch::PullReport &report, qint64 now);
[[nodiscard]] QStringList reviewHeaders();
[[nodiscard]] FactRows backportRows(const watch::PullReport &report, qint64 now);
[[nodiscard]] QStringList backportHeaders();
/// Author, branches, merge commit and whose signature is on it, labels.
[[nodiscard]] QList<DetailRow> aboutRows(const watch::PullReport &report, qint64 now);

/// One row of checkRows() told in full.
struct CheckDetail {
    QString name;
    Mark mark = Mark::None;
    QList<DetailRow> rows;
    QString text; ///< the last lines of the log, as they came; empty: none
    QUrl page;
    QUrl log; ///< whole, of a build of OfBorg's; empty: there is none

    bool operator==(const CheckDetail &) const = default;
};
[[nodiscard]] CheckDetail checkDetail(const watch::PullReport &report, const QString &key, qint64 now);

/// A row for each platform: added, changed, removed, rebuilt; without a comparison what status and labels tell.
[[nodiscard]] FactRows rebuildRows(const watch::PullReport &report, const watch::ChangeTable *changes);
[[nodiscard]] QStringList rebuildHeaders();
/// Where these numbers come from, and what would tell more.
[[nodiscard]] QString rebuildSource(const watch::PullNews &news);

[[nodiscard]] Sentence sentenceOf(const watch::WorkflowNews &news, qint64 now);
[[nodiscard]] FactRows workflowRows(const watch::WorkflowNews &news, qint64 now);
[[nodiscard]] QStringList workflowHeaders();

} // namespace narscope::ui
