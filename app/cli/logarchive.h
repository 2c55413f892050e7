// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/command.h"
#include "log/archivesearch.h"

#include <memory>

// What `narscope-cli log archive:` tells of the logs that this computer has kept.

namespace narscope::cli {

/// Newest first; Failing when there are none.
[[nodiscard]] int printArchived(const QList<log::ArchivedLog> &logs, bool asJson);
/// Line by line as it is found, newest log first, or how many lines in each.
[[nodiscard]] Task<Result<int>> findInArchive(
    Context &context, std::shared_ptr<log::Archive> archive, log::Query query, bool countOnly);

} // namespace narscope::cli
