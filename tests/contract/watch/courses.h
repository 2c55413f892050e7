// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/world.h"
#include "watch/noticesource.h"

// What really happens to things that are watched, from a copy of the simulated world that is further on.

namespace narscope::test {

/// What really happens to a job: its builds in the order in which they end.
struct Course {
    QString job;
    std::vector<sim::BuildFacts> builds;
};

/// A copy of the world that began at `start`, advanced to `until`.
[[nodiscard]] std::unique_ptr<sim::World> worldAt(qint64 start, qint64 until);

/// Jobs of nixpkgs:unstable whose builds end at least two hours apart between these times, those that change most
/// first.
[[nodiscard]] std::vector<Course> courses(qint64 start, qint64 from, qint64 until, size_t count);

/// The transitions of builds that end after `from`, as the definition of the five has them.
[[nodiscard]] QStringList expected(const Course &course, qint64 from);

/// What was told of the job, alone or together with others of the same cause.
[[nodiscard]] QStringList told(const QList<watch::Notice> &notices, const QString &job);

} // namespace narscope::test
