// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"

#include <optional>

namespace narscope::ui {

/// Where a person has been: a place and what it showed.
struct Stop {
    QString place;
    std::optional<Subject> subject;

    bool operator==(const Stop &) const = default;
};

/// Back and forward, as in a browser. The newest 200 stops are kept.
class WayBack {
public:
    /// A new stop ends the way forward; the same one again is nothing new. A place shown without a subject gains
    /// the subject instead of a second stop.
    void visit(const Stop &stop);
    [[nodiscard]] bool canGoBack() const { return m_now > 0; }
    [[nodiscard]] bool canGoForward() const { return m_now + 1 < m_stops.size(); }
    Stop back() { return m_stops[--m_now]; } ///< only when canGoBack()
    Stop forward() { return m_stops[++m_now]; } ///< only when canGoForward()

private:
    QList<Stop> m_stops;
    qsizetype m_now = -1;
};

} // namespace narscope::ui
