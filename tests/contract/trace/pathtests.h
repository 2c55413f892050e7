// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tracedpipeline.h"

#include <QObject>

#include <memory>

// Three test classes share one program.

namespace narscope::test {

[[nodiscard]] std::unique_ptr<QObject> makeFindingsTest();
[[nodiscard]] std::unique_ptr<QObject> makePathsTest();
[[nodiscard]] std::unique_ptr<QObject> makeJobDeskTest();

/// Whether the address ends in this path, below a server of that kind.
[[nodiscard]] inline bool isAbout(const net::Request &request, const QString &path)
{
    return request.url.path().contains(path);
}

[[nodiscard]] inline QList<trace::Stop> stopsOf(const trace::Trace &trace, trace::StopKind kind)
{
    QList<trace::Stop> found;
    std::ranges::copy_if(
        trace.stops, std::back_inserter(found), [kind](const trace::Stop &stop) { return stop.kind == kind; });
    return found;
}

[[nodiscard]] inline const trace::Stop *stopOf(const trace::Trace &trace, trace::StopKind kind, const QString &name)
{
    const auto found = std::ranges::find_if(
        trace.stops, [&](const trace::Stop &stop) { return stop.kind == kind && stop.name == name; });
    return found == trace.stops.end() ? nullptr : &*found;
}

} // namespace narscope::test
