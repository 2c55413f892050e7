// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

// Attribute names as titles of pull requests, check runs and Hydra's jobs have them. Pure.

namespace narscope::trace {

/// The attributes before the colon of a title or commit message, as nixpkgs' contributing guide wants them:
/// «hello: 2.12 -> 2.13», «foo, bar: fix», «python3Packages.{a,b}: …», «[Backport release-26.05] git: …»,
/// «Revert "fish: …"». Empty for what names none («nixos/foo: …», «treewide: …»). At most 20.
[[nodiscard]] QStringList attributesInTitle(const QString &title);

/// «nixpkgs.hello.x86_64-linux» in its parts.
struct JobParts {
    QString attr;
    QString system;

    bool operator==(const JobParts &) const = default;
};
/// Nothing for a job that is no package on a system, or does not begin with the prefix.
[[nodiscard]] std::optional<JobParts> jobParts(const QString &job, const QString &prefix);
/// «nixpkgs.» for jobs of the project nixos that are packages, else nothing.
[[nodiscard]] QString packagePrefix(const QString &project);

/// The number in «… (#533911)» or «Merge pull request #533911 from …»; 0: none.
[[nodiscard]] qint64 pullRequestInMessage(const QString &message);

} // namespace narscope::trace
