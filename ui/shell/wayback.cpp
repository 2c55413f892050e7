// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/wayback.h"

namespace narscope::ui {

namespace {

constexpr qsizetype longestWay = 200;

} // namespace

void WayBack::visit(const Stop &stop)
{
    if (m_now >= 0 && m_stops[m_now] == stop)
        return;
    if (m_now >= 0 && m_stops[m_now].place == stop.place && !m_stops[m_now].subject) {
        m_stops[m_now] = stop;
        return;
    }
    m_stops.resize(m_now + 1);
    m_stops << stop;
    if (m_stops.size() > longestWay)
        m_stops.removeFirst();
    m_now = m_stops.size() - 1;
}

} // namespace narscope::ui
