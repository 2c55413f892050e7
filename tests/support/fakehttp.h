// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"

#include <QHash>
#include <QList>

namespace narscope::test {

/// Answers from a table and remembers what was asked. What is not in the table is NotFound, as a 404 would be.
class FakeHttp final : public net::Http {
public:
    /// For every request of this URL.
    void answer(const QString &url, QByteArray body);
    /// For requests of this URL that expect this: /machines is a page or JSON. Goes before the other.
    void answer(const QString &url, net::Expect expect, QByteArray body);
    void redirect(const QString &url, const QString &location, int status = 302);
    void fail(const QString &url, Problem problem);

    /// While held, requests wait until `release`.
    void hold() { m_isHeld = true; }
    void release();
    [[nodiscard]] qsizetype waiting() const { return m_waiting.size(); }

    [[nodiscard]] const QList<net::Request> &requests() const { return m_requests; }
    /// Their URLs, encoded, in order.
    [[nodiscard]] QStringList urls() const;

    [[nodiscard]] Task<Result<net::Response>> fetch(net::Request request) override;

private:
    [[nodiscard]] Result<net::Response> answerTo(const net::Request &request) const;

    QHash<QString, Result<net::Response>> m_answers;
    QList<net::Request> m_requests;
    QList<Completion<bool>> m_waiting;
    bool m_isHeld = false;
};

} // namespace narscope::test
