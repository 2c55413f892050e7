// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/types.h"
#include "json/jsonread.h"

// Readers of one thing inside a larger answer; `path` is its JSON path. A part of the parsers' own sources.

namespace narscope::github {

using json::JsonObject;

/// «2026-10-09T10:05:00Z», with or without fractions of a second; 0 for anything else.
[[nodiscard]] qint64 timeOf(const JsonObject &object, std::string_view key);
/// A web address; empty for anything else.
[[nodiscard]] QUrl addressOf(const JsonObject &object, std::string_view key);
/// The login of the account under `key`; empty when it is gone.
[[nodiscard]] QString loginOf(const JsonObject &object, std::string_view key);
/// A commit's name in lower case: 40 hex digits; empty for anything else.
[[nodiscard]] QString shaOf(const JsonObject &object, std::string_view key);

[[nodiscard]] Result<PullRequest> readPull(simdjson::dom::element item, const QString &path);
[[nodiscard]] Result<Review> readReview(simdjson::dom::element item, const QString &path);
[[nodiscard]] Result<Commit> readCommit(simdjson::dom::element item, const QString &path);
[[nodiscard]] ReviewState reviewState(const QString &word);
[[nodiscard]] std::optional<CompareStatus> compareStatus(const QString &word);
[[nodiscard]] MergeState mergeState(const QString &word);

/// The list under `key` of an object; Malformed without it.
template <typename T>
Result<QList<T>> readListUnder(
    simdjson::dom::element top, std::string_view key, Result<T> (*read)(simdjson::dom::element, const QString &))
{
    const auto list = JsonObject(top).find(key);
    if (!list)
        return json::malformedJson(QStringLiteral("$.") + json::utf8Text(key), QStringLiteral("missing"));
    return json::readList(*list, read);
}

} // namespace narscope::github
