// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

// What is looked for in a log, and whether a piece of it holds that. Text as seen: no escapes, UTF-8.

namespace narscope::log {

struct Pattern {
    QString text;
    bool isRegex = false; ///< PCRE2's syntax; else literal
    bool matchCase = false;
    bool wholeWord = false;

    bool operator==(const Pattern &) const = default;
};

/// A pattern and whether a line must have it or must not.
struct Term {
    Pattern pattern;
    bool isExcluded = false;

    bool operator==(const Term &) const = default;
};

/// Lines that satisfy all terms of any of the groups. No groups: no lines.
struct Query {
    std::vector<std::vector<Term>> anyOf;

    bool operator==(const Query &) const = default;
    [[nodiscard]] static Query of(Pattern pattern) { return {.anyOf = {{Term{.pattern = std::move(pattern)}}}}; }
};

struct MatchRange {
    qsizetype begin = 0; ///< bytes
    qsizetype end = 0;

    bool operator==(const MatchRange &) const = default;
};

/// What a scan of a block found, besides the lines.
struct ScanNotes {
    qint64 limitHit = 0; ///< lines on which the pattern ran away and was stopped: whether they match is not known
};

/// A compiled pattern: immutable, shared between threads. PCRE2 with its JIT, and Vectorscan before it where the
/// pattern means the same to both.
class Matcher {
public:
    /// May take long for hard patterns; not for the GUI thread. Usage: the pattern is wrong, `detail` says how.
    [[nodiscard]] static Result<std::shared_ptr<const Matcher>> compile(const Pattern &pattern);
    ~Matcher();

    /// Calls `onLine(n)` once for each matching line of the block, ascending; n counts from 0. The last line may lack
    /// its end. Thread-safe.
    void scan(QByteArrayView block, const std::function<void(qint64)> &onLine, ScanNotes &notes) const;
    [[nodiscard]] bool matches(QByteArrayView line) const;
    /// At most `most` ranges, left to right.
    [[nodiscard]] std::vector<MatchRange> ranges(QByteArrayView line, qsizetype most = 1000) const;
    /// Whether Vectorscan does the first pass.
    [[nodiscard]] bool isVectorized() const;

private:
    struct Private;
    explicit Matcher(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

/// Steps that PCRE2 may take on one line.
inline constexpr quint32 matchLimit = 100'000;

} // namespace narscope::log
