// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/clientask.h"
#include "github/parsers.h"

using namespace Qt::StringLiterals;

namespace narscope::github {

Task<Result<PullOverview>> Client::overview(PullRequestNr number, Ask ask)
{
    auto asking = query(overviewQuery(number.value), parseOverview, ask);
    auto read = co_await std::move(asking);
    if (!read && read.error().kind == ProblemKind::NotFound)
        read.error().sentence = u"%1 has no pull request %2."_s.arg(m_repository.text(), number.text());
    co_return read;
}

Task<Result<QList<BranchReach>>> Client::reach(QString sha, QStringList branches, Ask ask)
{
    auto asking = query(reachQuery(sha, branches), parseReach, ask);
    auto read = co_await std::move(asking);
    if (!read)
        co_return read;
    for (auto &reached : *read)
        reached.branch = branches.value(reached.branch.sliced(1).toInt());
    co_return read;
}

} // namespace narscope::github
