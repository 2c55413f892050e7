// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/trust.h"
#include "trace/types.h"

#include <QJsonObject>

#include <vector>

// What a trace says, as in-toto Statements v1: for each build a SLSA provenance v1, and for all of it one
// verification summary v1 (in-toto/attestation spec/v1; slsa.dev/provenance/v1;
// slsa.dev/verification_summary/v1).

namespace narscope::trace {

inline const QByteArray inTotoPayloadType = "application/vnd.in-toto+json";
inline const QString provenanceType = QStringLiteral("https://slsa.dev/provenance/v1");
inline const QString summaryType = QStringLiteral("https://slsa.dev/verification_summary/v1");

struct StatementContext {
    const Trace &trace;
    const nix::TrustPolicy &policy; ///< whose signatures of narinfos count
    qint64 now = 0; ///< since 1970
    QString version; ///< of Narscope
};

/// One for each build of the trace that has an output in a cache.
[[nodiscard]] std::vector<QJsonObject> provenanceStatements(const StatementContext &context);
/// The summary, with every hop, who vouches for it, and the digest of every answer that it rests on. `inputs`
/// are the payloads of the provenance statements. Malformed when the trace has nothing that a statement could
/// be about: no path, no commit, no answer.
[[nodiscard]] Result<QJsonObject> summaryStatement(const StatementContext &context, const QList<QByteArray> &inputs);

/// Who vouches for a hop, in words: «cache.nixos.org-1, by its signature», «hydra.nixos.org, over TLS»,
/// «nobody».
[[nodiscard]] QString vouchedBy(const Trace &trace, const Hop &hop);

/// The one spelling of a statement.
[[nodiscard]] QByteArray canonicalJson(const QJsonObject &object);

} // namespace narscope::trace
