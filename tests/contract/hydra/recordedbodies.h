// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

// The answers of real Hydras recorded beside the checkout; read-only and absent elsewhere.

namespace narscope::test {

struct Recorded {
    QString slug;
    QString method;
    QString path; ///< with the query
    QString accept;
    int status = 0;
    QString contentType; ///< without parameters
};

/// Of "hydra" (git master of 2026-08) or "hydra-2025"; empty when there are none here.
[[nodiscard]] QList<Recorded> recordedAnswers(const QString &generation);
/// Unpacked where it is stored packed. Fails the running test when it cannot be read.
[[nodiscard]] QByteArray recordedBody(const QString &generation, const QString &slug);

} // namespace narscope::test
