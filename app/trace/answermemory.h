// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"
#include "trace/known.h"

#include <optional>

// Answers that later starts need not ask for again, as documents of the history. A part of app/trace's
// sources. Pure.

namespace narscope::trace {

inline const QString memoryServer = QStringLiteral("trace"); ///< answers of all hosts; their questions tell which
inline const QString finalKind = QStringLiteral("final-answer"); ///< by question
inline const QString evidenceKind = QStringLiteral("evidence"); ///< by digest
inline const QString foundKind = QStringLiteral("first-evaluation"); ///< by commit and jobset
inline constexpr qint64 maxRemembered = 1024 * 1024; ///< bytes of a body

struct KeptAnswer {
    Answer answer;
    qint64 until = 0; ///< 0: always

    bool operator==(const KeptAnswer &) const = default;
};

/// What makes two requests the same: address and type wanted. Empty for those that are never kept.
[[nodiscard]] QString questionOf(const net::Request &request);
[[nodiscard]] net::Response responseOf(const Answer &answer);
[[nodiscard]] QByteArray writeKept(const KeptAnswer &kept);
/// Nothing for bytes that are none, or whose body has not the digest that they say.
[[nodiscard]] std::optional<KeptAnswer> readKept(const QByteArray &bytes);

/// The evaluation, how it was found and the digests that show it; its address is not kept.
[[nodiscard]] QByteArray writeFound(const FoundEval &found);
[[nodiscard]] std::optional<FoundEval> readFound(const QByteArray &bytes);

} // namespace narscope::trace
