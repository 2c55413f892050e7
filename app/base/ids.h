// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QString>

#include <compare>
#include <functional>

namespace narscope {

/// An integer that cannot be mixed up with another kind of integer.
template <typename Tag> struct Id {
    qint64 value = 0;

    constexpr Id() = default;
    constexpr explicit Id(qint64 v)
        : value(v)
    {
    }
    constexpr auto operator<=>(const Id &) const = default;
    friend size_t qHash(Id id, size_t seed = 0) noexcept { return ::qHash(id.value, seed); }
    [[nodiscard]] QString text() const { return QString::number(value); }
};

using BuildId = Id<struct BuildTag>;
using EvalId = Id<struct EvalTag>; ///< global on a Hydra server, not per jobset
using StepNr = Id<struct StepTag>; ///< within one build
using PullRequestNr = Id<struct PullRequestTag>;

struct JobsetName {
    QString project;
    QString jobset;

    auto operator<=>(const JobsetName &) const = default;
    friend size_t qHash(const JobsetName &n, size_t seed = 0) noexcept { return qHashMulti(seed, n.project, n.jobset); }
    [[nodiscard]] QString text() const { return project + QLatin1Char(':') + jobset; }
};

struct JobName {
    JobsetName jobset;
    QString job;

    auto operator<=>(const JobName &) const = default;
    friend size_t qHash(const JobName &n, size_t seed = 0) noexcept { return qHashMulti(seed, n.jobset, n.job); }
};

} // namespace narscope

template <typename Tag> struct std::hash<narscope::Id<Tag>> {
    size_t operator()(narscope::Id<Tag> id) const noexcept { return std::hash<qint64>{}(id.value); }
};
