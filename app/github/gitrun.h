// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/task.h"

#include <QByteArray>
#include <QStringList>

namespace narscope::github {

struct GitAnswer {
    int exitCode = 0;
    QByteArray out;
    QString error; ///< the last line it complained with
};

/// Runs git over a folder: reads only, no hooks, no fetching (not even what a partial clone lacks), no
/// terminal, and no configuration but the folder's own. Io when it cannot run, Timeout after a minute,
/// TooLarge over 32 MiB. Destroying the Task kills it.
[[nodiscard]] Task<Result<GitAnswer>> runGit(QString folder, QStringList arguments);

} // namespace narscope::github
