// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/graphql.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::net {

Result<void> checkQuery(const QUrl &url, const QByteArray &body, const Server &server)
{
    const auto refused
        = [&](const QString &why) { return problem(ProblemKind::NotAllowed, url.toDisplayString(), why); };
    if (server.kind != ServerKind::GitHub || url.path() != server.url.path() + u"/graphql"_s || url.hasQuery())
        return refused(u"only GitHub's /graphql is ever sent a POST"_s);
    const auto members = QJsonDocument::fromJson(body).object();
    for (auto it = members.begin(); it != members.end(); ++it) {
        if (it.key() != "query"_L1 && it.key() != "variables"_L1)
            return refused(u"a query has no “%1”"_s.arg(it.key()));
    }
    static const QRegularExpression reads(u"^\\s*query\\b"_s);
    static const QRegularExpression changes(u"\\b(mutation|subscription)\\b"_s);
    const auto query = members.value("query"_L1).toString();
    if (!reads.match(query).hasMatch() || changes.match(query).hasMatch())
        return refused(u"only queries are ever sent, nothing that changes something"_s);
    return {};
}

} // namespace narscope::net
