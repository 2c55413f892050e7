// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/isocheck.h"
#include "nix/ladder.h"
#include "nix/trust.h"

#include <QJsonObject>

#include <span>

namespace narscope::nix {

/// {path, cache, verdict, keys[], notChecked[], rungs[{name, verdict, detail}], summary, notSigned[],
/// signatures[], notes[], evidence[]}: the first six are a contract with scripts.
[[nodiscard]] QJsonObject reportJson(const PathReport &report);
/// A report as reportJson() wrote it, without the narinfo and the bytes behind the rungs: those are not kept.
[[nodiscard]] Result<PathReport> reportFromJson(const QByteArray &json);
/// An image's report as reportJson() wrote it. Malformed: it is that of a path.
[[nodiscard]] Result<IsoReport> isoReportFromJson(const QByteArray &json);
/// reportJson() for an image: the path is its file or address, the rungs are those of the store path that holds
/// it, and steps[{name, verdict, detail}] leads there.
[[nodiscard]] QJsonObject reportJson(const IsoReport &report);
[[nodiscard]] QString reportPlain(const IsoReport &report);
/// For a terminal or a file: the path, the summary, a line for each rung, what is not signed, the evidence.
[[nodiscard]] QString reportPlain(const PathReport &report);
/// For an issue or a wiki.
[[nodiscard]] QString reportMarkdown(std::span<const PathReport> reports);
/// What to type to ask Nix the same about these paths, as far as Nix can answer it. Empty for none.
[[nodiscard]] QString nixCommand(std::span<const PathReport> reports, const TrustPolicy &policy);

} // namespace narscope::nix
