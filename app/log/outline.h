// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/lineindex.h"

#include <QString>

#include <optional>
#include <vector>

// The phases of a Nix build log (logs.md §6): `@nix {"action":"setPhase","phase":"buildPhase"}` in raw logs,
// «Running phase: buildPhase» in stdenv's own words since 23.11, «building» and its like before.

namespace narscope::log {

struct Phase {
    QString name; ///< "buildPhase"; "" for what stands before the first one
    Line begin;
    Line end; ///< behind its last line
    std::optional<double> seconds; ///< from stdenv's «buildPhase completed in 1 minutes 3 seconds»
    bool isFailed = false; ///< nothing follows it and the log says that the builder failed; set by the error extract

    bool operator==(const Phase &) const = default;
};

/// What an `@nix {...}` line says. Other actions than those named are kept as Other and shown as they are.
struct NixEvent {
    enum class Kind { SetPhase, Message, Start, Stop, Result, Other };
    Kind kind = Kind::Other;
    QString text; ///< phase, or message

    bool operator==(const NixEvent &) const = default;
};

/// Nothing when the line (without escapes) is none. Bounded: longer than 64 KiB is Other.
[[nodiscard]] std::optional<NixEvent> readNixEvent(QByteArrayView line);

/// The phase that a visible line begins, if any: both spellings.
[[nodiscard]] std::optional<QString> phaseBegun(QByteArrayView visibleLine);
/// Seconds in «buildPhase completed in 1 hours 2 minutes 3 seconds».
[[nodiscard]] std::optional<double> phaseSeconds(QByteArrayView visibleLine);

/// Finds the phases in one pass over the bytes not looked at so far. One thread.
class OutlineScanner {
public:
    /// Looks at the lines that end in [position(), index.bytesIndexed()), the last open one when `isComplete`.
    [[nodiscard]] Result<void> extend(
        const Bytes &bytes, const LineIndex &index, bool isComplete, const std::atomic<bool> *cancelled = nullptr);
    [[nodiscard]] Offset position() const { return m_position; }
    /// Ends are those of the lines seen so far.
    [[nodiscard]] const std::vector<Phase> &phases() const { return m_phases; }

private:
    void look(QByteArrayView block, qint64 firstLine);
    void lookAtLine(QByteArrayView line, Line number);

    Offset m_position;
    qint64 m_lines = 0;
    std::vector<Phase> m_phases;
};

inline constexpr size_t maxPhases = 10'000;

} // namespace narscope::log
