// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <QByteArray>
#include <QList>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <variant>

// What OfBorg tells of its builds: the log API and the messages of its bus (pull-requests.md A.3 to A.6,
// A.11). It gives no times anywhere.

namespace narscope::ofborg {

/// Running is not OfBorg's word: there is an attempt and no result yet, or the result was lost.
enum class BuildStatus { Running, Success, Failure, TimedOut, HashMismatch, UnexpectedError, Skipped };

[[nodiscard]] QString word(BuildStatus status);
/// All but Running, Success and Skipped.
[[nodiscard]] bool isFailure(BuildStatus status);

/// Of which pull request, and of which push to it.
struct PullKey {
    QString owner = QStringLiteral("NixOS");
    QString repository = QStringLiteral("nixpkgs");
    PullRequestNr number;

    bool operator==(const PullKey &) const = default;
    /// «nixos/nixpkgs.451386», as addresses and routing keys have it.
    [[nodiscard]] QString text() const;
    [[nodiscard]] static std::optional<PullKey> parse(const QString &text);
};

/// An attempt began. «skipped» do not evaluate on this system.
struct BuildStart {
    QString attempt;
    QString system;
    QString machine;
    QStringList attempted;
    QStringList skipped;

    bool operator==(const BuildStart &) const = default;
};

struct BuildLine {
    QString attempt;
    QString system;
    QString machine;
    qint64 number = 0; ///< from 1: the line of the log file
    QByteArray text; ///< UTF-8, escapes of the terminal possible

    bool operator==(const BuildLine &) const = default;
};

struct BuildResult {
    QString attempt; ///< empty only in an excerpt that was cut
    QString request;
    QString system;
    BuildStatus status = BuildStatus::Skipped;
    QString error; ///< of UnexpectedError
    QStringList lastLines; ///< at most ten
    std::optional<QStringList> attempted; ///< nothing: none got as far (a failed merge, nothing evaluates)
    std::optional<QStringList> skipped;
    PullKey pull;
    QString headSha; ///< the push that was built
    QString targetBranch;

    bool operator==(const BuildResult &) const = default;
};

/// Of the successor that builds on a Hydra (A.11): one attribute each.
struct HydraUpdate {
    PullKey pull;
    QString headSha;
    QString attribute;
    QString system;
    BuildId build;
    QString machine;
    QUrl hydra;
    BuildStatus status = BuildStatus::Running;
    bool queued = false;
    QString step; ///< while it runs
    QString error;

    bool operator==(const HydraUpdate &) const = default;
};

using Message = std::variant<BuildStart, BuildLine, BuildResult, HydraUpdate>;

/// One build request on one system, as the log API has it.
struct Attempt {
    QString id;
    std::optional<BuildStart> start; ///< nothing: only the result reached the collector
    std::optional<BuildResult> result;
    QUrl log; ///< empty: there is none

    bool operator==(const Attempt &) const = default;
    [[nodiscard]] BuildStatus status() const { return result ? result->status : BuildStatus::Running; }
    [[nodiscard]] QString system() const { return result ? result->system : start ? start->system : QString(); }
    [[nodiscard]] QStringList attempted() const;
    [[nodiscard]] QStringList skipped() const;
};

} // namespace narscope::ofborg
