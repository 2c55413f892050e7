// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/ladder.h"

#include <unordered_map>
#include <vector>

namespace narscope::nix {

/// One path of a closure, small enough for tens of thousands.
struct ClosureEntry {
    StorePath path;
    Verdict verdict = Verdict::Unchecked;
    bool isMissing = false; ///< no cache asked has it
    bool isRoot = false;
    bool isDone = false; ///< its report was entered
    quint32 firstReference = 0; ///< in Closure::references
    quint32 referenceCount = 0;
    quint64 narSize = 0;
    quint64 fileSize = 0; ///< 0: not told
};

/// Paths and who refers to whom, flat: entries by index, references as indices. The order is that of
/// discovery.
class Closure {
public:
    [[nodiscard]] const std::vector<ClosureEntry> &entries() const { return m_entries; }
    [[nodiscard]] std::span<const quint32> references(const ClosureEntry &entry) const;
    [[nodiscard]] std::optional<quint32> find(const StorePath &path) const;
    [[nodiscard]] std::vector<StorePath> missing() const;
    /// Every entry reached from this one, itself included.
    [[nodiscard]] std::vector<quint32> reachable(quint32 root) const;
    /// For each entry the worst verdict of what it reaches, itself included; linear. Missing counts as Fails.
    [[nodiscard]] std::vector<Verdict> worstReachable() const;

    /// The entry's index; new ones are Unchecked.
    quint32 add(const StorePath &path);
    /// What the report says; references that are new get entries, whose indices are returned.
    std::vector<quint32> enter(quint32 index, const PathReport &report);
    void markRoot(quint32 index) { m_entries[index].isRoot = true; }

private:
    void spread(std::vector<Verdict> &worst, Verdict verdict, const std::vector<std::vector<quint32>> &referrers) const;

    std::vector<ClosureEntry> m_entries;
    std::vector<quint32> m_references;
    std::unordered_map<StorePath, quint32> m_index;
};

} // namespace narscope::nix
