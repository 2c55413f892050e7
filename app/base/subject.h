// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <QList>
#include <QUrl>

// What a person can point at: what the field on top recognises, a menu acts on and a link opens.

namespace narscope {

enum class SubjectKind {
    Server,
    Project,
    Jobset,
    Evaluation,
    Job,
    Build,
    StorePath,
    Derivation,
    PullRequest,
    Commit,
    Channel,
    Builder
};

struct Subject {
    SubjectKind kind = SubjectKind::Server;
    QString server; ///< id of the Hydra it lives on; empty when it lives on none (a store path) or on any
    JobsetName jobset; ///< of a project only the project's name
    QString name; ///< job, whole store path or .drv path, «owner/repository», commit hash, channel, builder
    qint64 number = 0; ///< evaluation, build or pull request

    bool operator==(const Subject &) const = default;

    [[nodiscard]] static Subject ofServer(QString server);
    [[nodiscard]] static Subject ofProject(QString server, QString project);
    [[nodiscard]] static Subject ofJobset(QString server, JobsetName jobset);
    [[nodiscard]] static Subject ofEvaluation(QString server, EvalId id);
    [[nodiscard]] static Subject ofJob(QString server, JobName job);
    [[nodiscard]] static Subject ofBuild(QString server, BuildId id);
    [[nodiscard]] static Subject ofStorePath(QString path); ///< a Derivation when it ends in .drv
    [[nodiscard]] static Subject ofPullRequest(PullRequestNr number, QString repository = nixpkgs());
    [[nodiscard]] static Subject ofCommit(QString hash); ///< 40 hexadecimal digits, of nixpkgs
    [[nodiscard]] static Subject ofChannel(QString name);
    [[nodiscard]] static Subject ofBuilder(QString server, QString name); ///< a machine of that Hydra's farm
    /// The repository that a bare number or hash is of.
    [[nodiscard]] static QString nixpkgs();

    /// Whether it means nothing without a Hydra: builds, not store paths.
    [[nodiscard]] bool livesOnHydra() const;
    /// «build 309998812», «nixpkgs:unstable», «hello-2.12.2».
    [[nodiscard]] QString text() const;
    /// One word for a list of candidates: «build», «jobset».
    [[nodiscard]] QString kindWord() const;
    /// Its page below a Hydra's base URL, of pull requests and commits GitHub's, of channels theirs; empty for
    /// what has no page.
    [[nodiscard]] QUrl page(const QUrl &hydra) const;
};

/// A Hydra whose addresses are recognised.
struct HydraAddress {
    QString id;
    QUrl url; ///< base
};

/// What a text may mean, likeliest first: addresses of the Hydras given, numbers, `project:jobset`,
/// `project/jobset/job`, store paths (also a file inside one), pull requests («#533911», «PR 533911», their page),
/// commits, channels. Empty when it means nothing that we know. Addresses of other servers mean nothing.
[[nodiscard]] QList<Subject> recognise(const QString &text, const QList<HydraAddress> &hydras);

} // namespace narscope
