// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>
#include <QStringList>

namespace narscope::test {

/// Where an answer's keys and types differ from a recorded one's, as JSON paths with a reason; empty when they
/// agree. null on either side agrees with everything; every element of a list is held to all elements of the
/// recorded list taken together; keys must be the same both ways, except in objects named in `maps` (JSON paths
/// with [] for list elements, like ".attempts"), whose keys are data and whose values are compared like a list's.
[[nodiscard]] QStringList shapeDifferences(
    const QJsonValue &recorded, const QJsonValue &answer, const QStringList &maps = {});

/// The "body" of a sample file of samples/github: an object with _sample, request, status, headers, body.
[[nodiscard]] QJsonValue sampleBody(const QString &file);

} // namespace narscope::test
