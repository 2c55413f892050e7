// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/watchrule.h"

// What became of a watched thing, against what was last told of it. Pure.

namespace narscope::watch {

/// One look at a watched thing.
struct Sight {
    QString item{}; ///< stable name, «job:hydra.nixos.org:nixpkgs:unstable:hello.x86_64-linux»
    Subject subject{}; ///< what a notice opens
    QString name{};
    std::optional<bool> isGood{}; ///< of the last run that ended well or badly; nothing: there is none
    QString run{}; ///< which run that was; changes when it is run again
    QString running{}; ///< which run is under way; empty: none
    Subject begun{}; ///< what a notice of that one opens; of kind Server: `subject`
    QString cause{}; ///< of a bad one: stable name of what failed, the same for all that depend on it
    QString text{}; ///< why, in words
    std::optional<BuildId> failed{}; ///< of a bad one: the build whose log says more

    bool operator==(const Sight &) const = default;
};

/// What was last told of it: the level that a new look is compared with, also after a restart.
struct Told {
    std::optional<bool> isGood{};
    QString run{};
    QString running{};
    QString cause{};
    qint64 since = 0; ///< since when isGood is as it is

    bool operator==(const Told &) const = default;
};
/// How it is kept on disk, and back; nothing for what is no such text.
[[nodiscard]] QString toText(const Told &told);
[[nodiscard]] std::optional<Told> toldOf(const QString &text);

/// At most two, in order: a run ended, and another began. The first look tells nothing: pass null.
[[nodiscard]] QList<Transition> transitionsBetween(const Told *before, const Sight &now);
[[nodiscard]] Told toldAfter(const Told *before, const Sight &now, qint64 time);

} // namespace narscope::watch
