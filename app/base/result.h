// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <chrono>
#include <expected>
#include <optional>

namespace narscope {

/// What went wrong, coarse enough to act on. A new kind needs a default sentence in result.cpp.
enum class ProblemKind {
    Network, ///< no connection, or it broke
    Timeout,
    Cancelled,
    NotFound,
    Forbidden, ///< 401, 403
    RateLimited, ///< 429: the server asked us to slow down
    ServerError, ///< 5xx, or another status we did not expect
    CrawlerGuard, ///< a 200 page meant for crawlers instead of the answer
    NotAllowed, ///< our own policy refuses the request
    TooLarge, ///< a size limit of ours, before or while reading
    Malformed, ///< the answer breaks its format
    Unsupported, ///< well-formed, but something we do not handle
    Tls,
    Redirect, ///< to a place the policy does not name, or too many
    Io, ///< local file or disk
    Usage, ///< the caller's or the person's own input
    NoRecord, ///< replaying, and there is no such exchange
};

/// Why something could not be done. A value; never a string alone.
struct Problem {
    ProblemKind kind = ProblemKind::Malformed;
    QString sentence; ///< what happened, one plain sentence
    QString where; ///< URL, file, line, JSON path: whatever locates it
    QString detail; ///< for the log and the details fold; may hold text of a server, show as plain text
    QString advice; ///< what a person can do; empty when there is nothing
    bool retryHelps = false;
    std::optional<std::chrono::milliseconds> retryAfter;

    bool operator==(const Problem &) const = default;
};

template <typename T> using Result = std::expected<T, Problem>;

/// A problem with the kind's default sentence, ready for std::expected.
[[nodiscard]] std::unexpected<Problem> problem(ProblemKind kind, QString where, QString detail = {});
/// The same with a sentence of its own.
[[nodiscard]] std::unexpected<Problem> problemSaying(
    ProblemKind kind, QString sentence, QString where = {}, QString detail = {});

/// A stable word for JSON output and logs: "not-found", "crawler-guard", ...
[[nodiscard]] QString word(ProblemKind kind);
[[nodiscard]] QString defaultSentence(ProblemKind kind);
/// Sentence, place and advice as one or more lines of plain text, for a terminal.
[[nodiscard]] QString describe(const Problem &problem);

} // namespace narscope
