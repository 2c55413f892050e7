// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/evidence.h"

#include <map>
#include <vector>

namespace narscope::trace {

enum class EvidenceDifferenceKind {
    Different, ///< of what never changes (a release's revision, its page, a path's contents) two answers were
               ///< served
    OtherAtTheTime, ///< a channel pointed elsewhere for one log while for the other it stood still
    WentBack, ///< a channel pointed to a release again that it had left
};
[[nodiscard]] QString word(EvidenceDifferenceKind kind);

/// An entry as one side of a difference.
struct EvidenceSide {
    int log = 0; ///< 0 or 1
    qint64 number = 0;
    Milliseconds at{};
    QString value;
    QString host;
    QString node;

    bool operator==(const EvidenceSide &) const = default;
};

struct EvidenceDifference {
    EvidenceDifferenceKind kind = EvidenceDifferenceKind::Different;
    EvidenceKind about = EvidenceKind::NarInfo;
    QString subject;
    EvidenceSide left;
    EvidenceSide right;

    bool operator==(const EvidenceDifference &) const = default;
};

struct EvidenceComparison {
    std::vector<EvidenceDifference> differences;
    qint64 inBoth = 0; ///< subjects that both logs have
    qint64 onlyInOne = 0;
    qint64 sameStart
        = 0; ///< entries from the first on that are the same in both: one is a copy of the other's beginning

    bool operator==(const EvidenceComparison &) const = default;
};

/// Holds the entries of two logs against each other, and each against itself. Two people's clocks may differ
/// by up to `slack` before a pointer's time means anything.
class EvidenceComparer {
public:
    static constexpr Milliseconds slack{120'000};

    void add(int log, const EvidenceEntry &entry);
    [[nodiscard]] EvidenceComparison compare() const;

private:
    /// A pointer that stood still, as one log saw it.
    struct Run {
        EvidenceSide first;
        EvidenceSide last;
    };
    struct Subject {
        EvidenceKind kind;
        QString name;
        auto operator<=>(const Subject &) const = default;
    };
    struct Seen {
        std::vector<EvidenceSide> values; ///< of what never changes: each value once
        std::map<QString, std::vector<Run>> runs; ///< of a pointer: by host, in the log's order
        bool isIn[2]{};
    };
    static void addPointer(std::vector<Run> &runs, const EvidenceSide &side);
    static void compareValues(const Subject &subject, const Seen &seen, EvidenceComparison &result);
    static void comparePointers(
        const Subject &subject, const Seen &left, const Seen &right, EvidenceComparison &result);
    static void findReturns(const Subject &subject, const Seen &seen, EvidenceComparison &result);

    std::map<Subject, Seen> m_fixed;
    std::map<Subject, Seen> m_pointers[2];
    std::vector<QByteArray> m_hashes[2];
};

/// One sentence, with times, values and nodes.
[[nodiscard]] QString describe(const EvidenceDifference &difference);

} // namespace narscope::trace
