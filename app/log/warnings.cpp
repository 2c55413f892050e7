// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/warnings.h"

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

const Result<std::shared_ptr<const Search>> &compiled()
{
    static const auto search = Search::compile(Query::of({.text
        = uR"((?:^|[ \t:(])warning(?:\[[a-z0-9:_-]+\]|[ ]\[[a-z0-9 :_-]+\])?:|\[warn(?:ing)?\]|^cmake (?:deprecation )?warning)"_s,
        .isRegex = true}));
    return search;
}

} // namespace

bool isWarning(QByteArrayView visibleLine)
{
    return compiled() && !(*compiled())->ranges(visibleLine).empty();
}

Result<Findings> findWarnings(
    const Bytes &bytes, const LineIndex &index, QThreadPool *pool, const std::atomic<bool> *cancelled)
{
    if (!compiled())
        return std::unexpected(compiled().error());
    Findings findings;
    const auto searched = searchAll(
        **compiled(), bytes, index, searchOrder(index, Line(0)), pool,
        [&findings](BlockFinding finding) {
            findings.add(std::move(finding));
            return true;
        },
        cancelled);
    if (!searched)
        return std::unexpected(searched.error());
    return findings;
}

} // namespace narscope::log
