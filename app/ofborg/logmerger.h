// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <map>
#include <set>

namespace narscope::ofborg {

/// Lines that follow one another.
struct LineRun {
    qint64 first = 1; ///< number of the first
    QList<QByteArray> lines;

    bool operator==(const LineRun &) const = default;
};

/// One log put together from its file and from single lines of the bus, which may come early, late or twice.
/// Each line is given once, in order. A line that is still missing in the file stands there empty (the
/// collector pads); when its text comes later it is given as a repair.
class LogMerger {
public:
    void addLine(qint64 number, QByteArray text);
    /// The whole file as it is now. When it is `complete`, an empty line is one, and a last line needs no
    /// line end.
    void addFile(const QByteArray &file, bool complete);

    /// The lines that can be given now, after those given before.
    [[nodiscard]] LineRun take();
    /// Texts of lines that were given empty.
    [[nodiscard]] QList<LineRun> takeRepairs();
    /// Lines came beyond one that is missing: only the file can help.
    [[nodiscard]] bool hasGap() const { return m_hasLost || !m_early.empty(); }
    [[nodiscard]] qint64 next() const { return m_next + m_ready.size(); } ///< number of the first that is missing

private:
    void advance();

    qint64 m_next = 1; ///< of the first line not given yet
    QList<QByteArray> m_ready;
    std::map<qint64, QByteArray> m_early;
    std::set<qint64> m_blank; ///< given, or ready, but empty
    std::map<qint64, QByteArray> m_repairs;
    bool m_hasLost = false; ///< lines came too early to be held, and no file since
};

} // namespace narscope::ofborg
