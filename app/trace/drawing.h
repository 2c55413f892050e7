// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/known.h"

#include <algorithm>

// What the parts of picture.h share: making stops, hops and excuses with ids that stay. A part of app/trace's
// sources.

namespace narscope::trace {

class Drawing {
public:
    /// `hydra`: id of the server that subjects live on.
    Drawing(Trace &trace, TrackId track, QString hydra, qint64 now)
        : m_trace(trace)
        , m_track(std::move(track))
        , m_hydra(std::move(hydra))
        , m_now(now)
    {
    }

    [[nodiscard]] qint64 now() const { return m_now; }
    [[nodiscard]] const QString &hydra() const { return m_hydra; }
    [[nodiscard]] Trace &trace() { return m_trace; }

    /// The id follows from kind, name, attribute, system and output. Returns it.
    StopId add(Stop stop);
    /// Its excuse; `what` is for people.
    void excuse(Excuse excuse) { m_trace.excuses.append(std::move(excuse)); }
    /// From one stop to another; the id follows from both.
    void add(Hop hop);
    void finding(Finding finding);
    void problem(const std::optional<Problem> &problem);

private:
    Trace &m_trace;
    TrackId m_track;
    QString m_hydra;
    qint64 m_now;
};

/// A hop whose evidence is one look.
template <typename T> void restOn(Hop &hop, const Look<T> &look)
{
    hop.answers += look.answers;
    if (hop.source.isEmpty())
        hop.source = look.source;
    hop.at = std::max(hop.at, look.at);
}

/// The excuse of a stop that was not looked at or could not be found out; nothing when the look is good.
template <typename T> std::optional<Excuse> unlooked(const StopId &stop, const QString &what, const Look<T> &look);

[[nodiscard]] Excuse tooDear(const StopId &stop, const QString &what);
[[nodiscard]] Excuse notFoundOut(const StopId &stop, const QString &what, const std::optional<Problem> &problem);

template <typename T> std::optional<Excuse> unlooked(const StopId &stop, const QString &what, const Look<T> &look)
{
    if (look.value)
        return {};
    return look.tooDear ? tooDear(stop, what) : notFoundOut(stop, what, look.problem);
}

/// When something that began then should end, by our own history.
[[nodiscard]] std::optional<Band> likelyEnd(const std::optional<UsualTime> &usual, qint64 began);

/// «f3c91be04d27»
[[nodiscard]] inline QString shortSha(const QString &sha)
{
    return sha.first(std::min<qsizetype>(12, sha.size()));
}

/// Where one lane of a pull request's track begins for the next.
struct Places {
    StopId merged; ///< empty: not merged
    QMap<QString, StopId> branches; ///< those that have the commit
    QMap<QString, StopId> allBranches;
    QMap<QString, StopId> evals; ///< by jobset; found or not
    std::optional<Excuse> blocked; ///< why nothing beyond can be reached yet
};

void drawPull(Drawing &drawing, const KnownPull &pull, const KnownForward &known, Places &places);
void drawBranches(Drawing &drawing, const KnownPull &pull, Places &places);
void drawEvals(Drawing &drawing, const KnownPull &pull, Places &places);
void drawBuilds(Drawing &drawing, const KnownPull &pull, const Places &places);
void drawPath(Drawing &drawing, const KnownBuild &build, const KnownPath &path, const StopId &built);
void drawChannels(Drawing &drawing, const KnownPull &pull, const KnownForward &known, const Places &places);
/// A build that failed, and whose output the cache has.
void findFailedInCache(
    Drawing &drawing, const StopId &built, BuildId build, hydra::BuildState state, const QList<QByteArray> &answers);
/// Hops and findings of one verified path; both ways use it.
void drawReport(Drawing &drawing, const nix::PathReport &report, const Look<nix::PathReport> &look, const StopId &from,
    Stop signedStop, const QString &what);

} // namespace narscope::trace
