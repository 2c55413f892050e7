// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

#include <atomic>
#include <functional>
#include <memory>
#include <span>
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

/// What goes into a scan besides the text, and comes out of it besides the lines.
struct ScanNotes {
    qint64 limitHit = 0; ///< lines on which the pattern ran away and was stopped: whether they match is not known
    const std::atomic<bool> *cancelled = nullptr; ///< looked at between lines; then what was found is not all

    [[nodiscard]] bool isCancelled() const { return cancelled && cancelled->load(std::memory_order_relaxed); }
};

/// A compiled pattern: immutable, shared between threads. PCRE2 with its JIT, and Vectorscan before it where the
/// pattern means the same to both.
class Matcher {
public:
    /// May take long for hard patterns; not for the GUI thread. Usage: the pattern is wrong, `detail` says how.
    [[nodiscard]] static Result<std::shared_ptr<const Matcher>> compile(const Pattern &pattern);
    ~Matcher();

    /// Calls `onLine(begin)` once for each matching line of the block, ascending, but those that begin at one of
    /// `passedOver` (ascending). The last line may lack its end; the block is smaller than 4 GiB. Thread-safe.
    void scan(QByteArrayView block, std::span<const quint32> passedOver, const std::function<void(quint32)> &onLine,
        ScanNotes &notes) const;
    [[nodiscard]] bool matches(QByteArrayView line) const;
    /// At most `most` ranges, left to right.
    [[nodiscard]] std::vector<MatchRange> ranges(QByteArrayView line, qsizetype most = 1000) const;
    /// A few bytes that are in each line that matches, the rarer ones first. The line has them also before escapes are
    /// taken out, which removes bytes and adds none.
    [[nodiscard]] QByteArrayView neededBytes() const;

private:
    struct Private;
    explicit Matcher(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

/// Steps that PCRE2 may take on one line.
inline constexpr quint32 matchLimit = 100'000;

} // namespace narscope::log
