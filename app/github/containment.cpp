// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/containment.h"

#include "github/names.h"

using namespace Qt::StringLiterals;

namespace narscope::github {

Task<Result<Containing>> CompareContainment::contains(QString branch, QString sha, Ask ask)
{
    if (auto ok = checkNames(branch, sha); !ok)
        co_return std::unexpected(ok.error());
    auto asking = m_client.compare(branch, sha, ask);
    const auto compared = co_await std::move(asking);
    const auto how = u"%1/repos/%2/compare/%3...%4?per_page=1&page=2"_s.arg(
        m_client.server().url.toDisplayString(), m_client.repository().text(), branch, sha);
    // Unknown to GitHub is not «no»: old branches go, and some old merge commits never were.
    if (!compared && compared.error().kind == ProblemKind::NotFound)
        co_return Containing{.contained = Contained::Unknown, .head = {}, .how = how};
    if (!compared)
        co_return std::unexpected(compared.error());
    const bool isIn = compared->status == CompareStatus::Behind || compared->status == CompareStatus::Identical;
    co_return Containing{.contained = isIn ? Contained::Yes : Contained::No, .head = compared->base, .how = how};
}

} // namespace narscope::github
