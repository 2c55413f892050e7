// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/result.h"

#include <QByteArrayView>
#include <QList>
#include <QStringList>

#include <optional>

// How a commit travels through the branches of nixpkgs: data in resources/branches.json, the releases by
// version. Source: pull-requests.md B.8 and C.1. Only edges downstream of a pull request's base may be
// followed: periodic merges also carry master back into staging.

namespace narscope::github {

enum class BranchKind { Primary, Secondary, Channel, Other };

struct BranchEdge {
    QString from;
    QString to;

    bool operator==(const BranchEdge &) const = default;
};

/// A channel, which is a branch too. It moves when its job succeeds.
struct ChannelBranch {
    QString name;
    QString source; ///< branch its jobset evaluates
    JobName job;

    bool operator==(const ChannelBranch &) const = default;
};

/// Merges that a workflow makes by itself, against the stream.
struct PeriodicMerge {
    QString workflow; ///< file name below .github/workflows
    QStringList chain; ///< from, over, to

    bool operator==(const PeriodicMerge &) const = default;
};

/// A workflow that runs by the clock.
struct PeriodicWorkflow {
    QString file; ///< below .github/workflows
    QString what; ///< what it does, for people
    qint64 everySeconds = 0;

    bool operator==(const PeriodicWorkflow &) const = default;
};

class BranchGraph {
public:
    /// The graph shipped with the program, with its releases.
    [[nodiscard]] static BranchGraph shipped();
    [[nodiscard]] static Result<BranchGraph> parse(QByteArrayView json);

    /// The same rules for these releases («26.05»), say those that releasesIn() found.
    [[nodiscard]] BranchGraph withReleases(QStringList versions) const;
    [[nodiscard]] const QStringList &releases() const { return m_releases; }

    [[nodiscard]] const QList<BranchEdge> &edges() const { return m_edges; }
    [[nodiscard]] const QList<ChannelBranch> &channels() const { return m_channels; }
    [[nodiscard]] const QList<PeriodicMerge> &periodicMerges() const { return m_periodic; }
    [[nodiscard]] const QList<PeriodicWorkflow> &workflows() const { return m_workflows; }
    /// Where its commits go next, channels too.
    [[nodiscard]] QStringList next(const QString &branch) const;
    /// Everything downstream of a base, each after what it gets its commits from; without the base. Empty for
    /// a branch that is no development branch.
    [[nodiscard]] QStringList downstream(const QString &base) const;
    [[nodiscard]] std::optional<ChannelBranch> channel(const QString &name) const;

    bool operator==(const BranchGraph &) const = default;

private:
    void expand();

    QList<BranchEdge> m_templates; ///< {v} stands for a release
    QList<ChannelBranch> m_channelTemplates;
    QList<PeriodicMerge> m_periodicTemplates;
    QList<PeriodicWorkflow> m_workflows;
    QStringList m_releases;
    QList<BranchEdge> m_edges;
    QList<ChannelBranch> m_channels;
    QList<PeriodicMerge> m_periodic;
};

/// By name alone: supportedBranches.ts of nixpkgs.
[[nodiscard]] BranchKind branchKind(const QString &name);
/// The releases that branch names tell of, newest first: those with a channel nixos-VERSION.
[[nodiscard]] QStringList releasesIn(const QStringList &branchNames);

} // namespace narscope::github
