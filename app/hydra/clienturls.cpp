// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/subject.h"
#include "hydra/client.h"

using namespace Qt::StringLiterals;

namespace narscope::hydra {

QUrl Client::logUrl(const QString &drvPath, std::optional<int> tail) const
{
    // Wholly encoded: Hydra takes + and = for what they mean in a query.
    const auto name = QString::fromLatin1(QUrl::toPercentEncoding(drvPath.sliced(drvPath.lastIndexOf(u'/') + 1)));
    auto url = m_server.url;
    url.setPath(url.path(QUrl::FullyEncoded) + u"/log/"_s + name, QUrl::TolerantMode);
    if (tail)
        url.setQuery(u"tail=%1"_s.arg(*tail));
    return url;
}

QUrl Client::buildUrl(BuildId build) const
{
    return Subject::ofBuild(m_server.id, build).page(m_server.url);
}

QUrl Client::evalUrl(EvalId eval) const
{
    return Subject::ofEvaluation(m_server.id, eval).page(m_server.url);
}

QUrl Client::jobsetUrl(const JobsetName &jobset) const
{
    return Subject::ofJobset(m_server.id, jobset).page(m_server.url);
}

QUrl Client::projectUrl(const QString &project) const
{
    return Subject::ofProject(m_server.id, project).page(m_server.url);
}

QUrl Client::jobUrl(const JobName &job) const
{
    return Subject::ofJob(m_server.id, job).page(m_server.url);
}

} // namespace narscope::hydra
