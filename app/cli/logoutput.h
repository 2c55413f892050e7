// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/loginput.h"
#include "log/compare.h"
#include "log/extract.h"
#include "log/search.h"

#include <QJsonObject>

namespace narscope::cli {

struct LineRange {
    log::Line begin;
    log::Line end;
};

[[nodiscard]] qint64 countOf(const std::vector<LineRange> &ranges);
/// The matches that lie in the ranges, ascending.
[[nodiscard]] std::vector<log::Line> matchesIn(const log::Findings &findings, const std::vector<LineRange> &ranges);

/// Says one log on standard output, as text or as JSON. Each gives the exit code: Failing when there was nothing to
/// say. Lines are numbered from 1.
struct LogOutput {
    const ReadLog &log;
    bool json = false;
    bool coloured = false;

    [[nodiscard]] int printLines(const std::vector<LineRange> &ranges) const;
    [[nodiscard]] int printCount(qint64 count) const;
    [[nodiscard]] int printMatches(
        const std::vector<log::Line> &matches, const log::Findings &findings, qint64 context) const;
    [[nodiscard]] int printOutline() const;
    [[nodiscard]] int printErrors(const log::ErrorExtract &extract) const;
    [[nodiscard]] int printStats(const log::ErrorExtract &extract) const;
    [[nodiscard]] int printComparison(const log::Comparison &comparison, const ReadLog &other) const;

private:
    /// With why some of the log is missing.
    void printObject(QJsonObject object) const;
};

/// To standard error: of which lines it is not known whether they match.
void sayUnsure(const log::Findings &findings);

} // namespace narscope::cli
