// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels/endpoint.h"
#include "ui/models/factsmodel.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/sentence.h"

// The hosts of the pipeline in words: pure, shown by endpointpage.h.

namespace narscope::ui {

/// One look at the hosts, as far as it has come.
struct EndpointLook {
    QStringList hosts; ///< «cache.nixos.org:443», in the order they are looked at
    QMap<QString, channels::Endpoint> seen; ///< by that name
    QList<channels::HttpHop> way; ///< of the redirects; empty: not followed (yet)
    QString wayName; ///< «nixos-unstable, nixexprs.tar.xz»; empty: not wanted
    bool isRunning = false;
    bool isStopped = false; ///< by a person
    qint64 at = 0; ///< when it began

    [[nodiscard]] int driftCount() const;
};

inline const QString wayKey = QStringLiteral("way"); ///< the row of the redirects

[[nodiscard]] QStringList endpointHeaders();
[[nodiscard]] FactRows endpointRows(const EndpointLook &look, qint64 now);
/// Everything about one row: names, certificate chain, CDN, what is behind it, drift; or the redirects step by step.
[[nodiscard]] QList<DetailRow> endpointDetail(const EndpointLook &look, const QString &key, qint64 now);
[[nodiscard]] Sentence sentenceOf(const EndpointLook &look, int hosts, qint64 now);
/// For a report: all of it as plain text.
[[nodiscard]] QString textOf(const EndpointLook &look, qint64 now);

} // namespace narscope::ui
