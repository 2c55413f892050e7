// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "base/subject.h"

#include <QList>
#include <QTime>

#include <optional>

// What a person watches, as values, and the file that holds it: watch.json in the profile's folder, to be
// read, edited and copied by people (resources/manual/cli.md).

namespace narscope::watch {

enum class WatchKind { Channel, Jobset, Job, Build, Package, Maintainer, Builder, PullRequest, StorePath };

struct WatchTarget {
    WatchKind kind = WatchKind::Channel;
    QString server{}; ///< id of a Hydra; empty: the first
    JobsetName jobset{};
    QString name{}; ///< channel, job, attribute, GitHub name, builder, «owner/repository», store path
    qint64 number = 0; ///< build or pull request
    QString branch{}; ///< of a pull request: whether it has come into this branch or channel; empty: the request itself

    auto operator<=>(const WatchTarget &) const = default;

    /// «channel:nixos-unstable», «job:nixpkgs:unstable:hello.x86_64-linux»: what readTarget() reads.
    [[nodiscard]] QString text() const;
    /// What a person opens to see it; of kind Server for packages and maintainers.
    [[nodiscard]] Subject subject() const;
};

/// How a subject is watched; nothing when it cannot be.
[[nodiscard]] std::optional<WatchTarget> targetOf(const Subject &subject);
/// What is to be watched: text() of a target, or what the field on top recognises. Usage.
[[nodiscard]] Result<WatchTarget> readTarget(const QString &text, const QList<HydraAddress> &hydras);

enum class Transition {
    Started, ///< a new run is under way
    Succeeded, ///< good again, and was before
    Failed, ///< bad again, and was before, or never was good
    Broke, ///< was good, is bad
    Fixed, ///< was bad, is good
};
inline constexpr int transitions = 5;
[[nodiscard]] QString key(Transition transition); ///< "started", "broke"
[[nodiscard]] std::optional<Transition> transitionNamed(const QString &key);

struct WatchRule {
    WatchTarget target{};
    QList<Transition> on{Transition::Broke, Transition::Fixed};
    bool sound = false;

    [[nodiscard]] bool wants(Transition transition) const { return on.contains(transition); }
    bool operator==(const WatchRule &) const = default;
};

/// What a person wants to be told who said no more than «watch this»: a pull request is merged, a build ends, other
/// things break or are fixed.
[[nodiscard]] WatchRule usualRule(const WatchTarget &target);
/// That, as a sentence: «You are told when #12 has a new head, is merged or is closed.»
[[nodiscard]] QString promise(const WatchTarget &target);

/// Notices wait till the end of these hours, local time; may go over midnight.
struct QuietHours {
    QTime from{};
    QTime until{};

    [[nodiscard]] bool contains(QTime time) const;
    bool operator==(const QuietHours &) const = default;
};

struct WatchList {
    QList<WatchRule> rules{};
    std::optional<QuietHours> quiet{};

    [[nodiscard]] const WatchRule *find(const WatchTarget &target) const;
    bool operator==(const WatchList &) const = default;
};

[[nodiscard]] Result<WatchList> parseWatchList(QByteArrayView json);
[[nodiscard]] QByteArray writeWatchList(const WatchList &list);
/// An empty list when there is no file. Reads and writes the disk: not on the GUI thread.
[[nodiscard]] Result<WatchList> loadWatchList(const QString &folder);
[[nodiscard]] Result<void> saveWatchList(const QString &folder, const WatchList &list);

} // namespace narscope::watch
