// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/htmltree.h"
#include "hydra/types.h"

#include <QStringList>

// What several of Hydra's pages have in common.

namespace narscope::hydra {

/// Parses, and refuses what is not one of Hydra's pages (hydra.md §1.2: garbage with 200).
[[nodiscard]] Result<HtmlTree> parsePage(QByteArrayView body);
[[nodiscard]] PageFacts pageFacts(HtmlNode root);
[[nodiscard]] Paging pagingOf(HtmlNode root);
[[nodiscard]] std::unexpected<Problem> malformedPage(const QString &missing, HtmlNode root);

// What a link leads to, whatever base path the server has.
[[nodiscard]] std::optional<BuildId> buildOf(const QString &href);
[[nodiscard]] std::optional<EvalId> evalOf(const QString &href);
[[nodiscard]] std::optional<StepNr> stepOf(const QString &href);
[[nodiscard]] std::optional<JobsetName> jobsetOf(const QString &href);
[[nodiscard]] std::optional<JobName> jobOf(const QString &href);
/// The first link below that leads to such a thing.
template <typename T> std::optional<T> firstLink(HtmlNode below, std::optional<T> (*reads)(const QString &))
{
    for (const auto &link : below.all(GUMBO_TAG_A)) {
        if (auto found = reads(link.attribute("href")))
            return found;
    }
    return {};
}

/// The 40 or 64 hex digits of a whole revision inside a text; empty when there is none.
[[nodiscard]] QString fullRevision(const QString &text);
/// The moment in the first <time> below.
[[nodiscard]] Epoch timeIn(HtmlNode below);
/// The state of the first status icon or queue badge below.
[[nodiscard]] std::optional<BuildState> stateIn(HtmlNode below);

/// Texts of a table's first row.
[[nodiscard]] QStringList headings(HtmlNode table);
/// The first table below whose headings begin with these.
[[nodiscard]] HtmlNode tableWith(HtmlNode below, const QStringList &starts);
/// A table of th and td: what stands beside «Name:».
[[nodiscard]] HtmlNode beside(HtmlNode table, QLatin1StringView name);

/// Rows of a list of builds, by its headings.
[[nodiscard]] QList<BuildRow> buildRows(HtmlNode table);
[[nodiscard]] QList<EvalInput> inputRows(HtmlNode table);
[[nodiscard]] QList<InputDiff> diffRows(HtmlNode table);

} // namespace narscope::hydra
