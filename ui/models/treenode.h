// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "net/servers.h"
#include "ui/models/mark.h"
#include "watch/change.h"

#include <memory>
#include <vector>

// The rows of the Jobs tree as values, and the plain functions that make them from what Hydra said.

namespace narscope::ui {

enum class TreeKind {
    Server,
    Project,
    Jobset,
    Evaluation,
    Older, ///< «20 older …»: more of the list above when activated
    Idle, ///< «7 not evaluated for 30 d»: folds jobsets
    Note, ///< loading, nothing there, or why not
};

/// Who a row is among its siblings.
struct TreeKey {
    TreeKind kind = TreeKind::Note;
    QString text{};
    qint64 number = 0;

    bool operator==(const TreeKey &) const = default;
    friend size_t qHash(const TreeKey &k, size_t seed = 0) noexcept
    {
        return qHashMulti(seed, int(k.kind), k.text, k.number);
    }
};

struct TreeValue {
    TreeKey key{};
    QString text{};
    QString hint{}; ///< the mark's word, or how many
    Mark mark = Mark::None;
    std::optional<int> failed{};
    std::optional<int> left{}; ///< not built yet
    std::optional<qint64> time{}; ///< seconds since 1970
    std::optional<Subject> subject{};
    QString problem{}; ///< why the latest refresh failed
    bool loading = false;
    bool stale = false; ///< what is below is older than the latest try
    bool unseen = false;

    bool operator==(const TreeValue &) const = default;
};
using TreeValues = std::vector<TreeValue>;

struct TreeNode {
    TreeValue value;
    TreeNode *parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<TreeNode>> children{};
};

/// What the tree holds of one server.
struct TreeServer {
    QString id{};
    QString name{};
    watch::Seen<QList<hydra::Project>> projects{};
    QHash<QString, watch::Seen<QList<hydra::JobsetOverview>>> jobsets{}; ///< by project
    QHash<JobsetName, watch::Seen<watch::EvalList>> evals{};
    QHash<JobsetName, int> shownEvals{}; ///< how many a person asked to see; fewEvals at first
};

inline constexpr int fewEvals = 5;
inline constexpr int moreEvals = 20;

[[nodiscard]] TreeValue serverValue(const TreeServer &server);
[[nodiscard]] TreeValues projectValues(const TreeServer &server);
/// The jobsets of a project that were looked at within 30 days, and the fold for the others.
[[nodiscard]] TreeValues jobsetValues(const TreeServer &server, const QString &project, qint64 now);
/// The others.
[[nodiscard]] TreeValues idleValues(const TreeServer &server, const QString &project, qint64 now);
[[nodiscard]] TreeValues evalValues(const TreeServer &server, const JobsetName &jobset);

[[nodiscard]] Mark markOf(const hydra::EvalSummary &eval);
[[nodiscard]] QString wordOf(const hydra::EvalSummary &eval);
[[nodiscard]] Mark markOf(const hydra::JobsetOverview &jobset);
[[nodiscard]] QString wordOf(const hydra::JobsetOverview &jobset);

} // namespace narscope::ui
