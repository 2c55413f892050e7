// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <utility>

// The questions in GitHub's GraphQL (schema of 2026-07, pull-requests.md B.1). A part of the client's own
// sources.

namespace narscope::github {

/// The body of a POST: the query with its variables, which are texts or whole numbers.
struct GraphQlQuery {
    QByteArray text;
    QList<std::pair<QString, QString>> texts;
    QList<std::pair<QString, qint64>> numbers;

    [[nodiscard]] QByteArray body() const;
};

[[nodiscard]] GraphQlQuery overviewQuery(qint64 number);
/// The branches are aliased b0, b1, ... in their order.
[[nodiscard]] GraphQlQuery reachQuery(const QString &sha, const QList<QString> &branches);

} // namespace narscope::github
