// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "net/http.h"
#include "net/servers.h"
#include "trace/types.h"

#include <QHash>

#include <optional>

namespace narscope::history {
class History;
}

namespace narscope::trace {

/// Passes requests on, counts them by server, and keeps every answer by its digest: what a trace costs, and
/// what it rests on. Bodies that go into a sink are counted and not kept. What was kept for later starts is
/// answered from there, costs nothing and keeps the time when it was said. Used on the core thread.
class Recorder final : public net::Http {
public:
    /// Everything must outlive it; `memory` may be null.
    Recorder(net::Http &http, const net::Servers &servers, Clock &clock, history::History *memory = nullptr);

    [[nodiscard]] Task<Result<net::Response>> fetch(net::Request request) override;

    /// Requests of the rounds before count no longer for Spent::lastRound.
    void beginRound();
    [[nodiscard]] QList<Spent> spent() const;
    /// Requests to servers of a kind since the beginning.
    [[nodiscard]] int count(net::ServerKind kind) const { return m_kinds.value(static_cast<int>(kind)); }
    /// Digests of the answers to requests with this `why`, since it was last asked; oldest first.
    [[nodiscard]] QList<QByteArray> take(const QString &why) { return m_byWhy.take(why); }
    [[nodiscard]] const QList<Answer> &answers() const { return m_answers; }
    /// Keeps what was read from this machine; gives its digest.
    QByteArray keepLocal(const QUrl &file, const QByteArray &bytes);
    /// When the newest of these answers was given; 0: none is kept.
    [[nodiscard]] qint64 seenAt(const QList<QByteArray> &digests) const;

    // Memory, for the next start. Nothing without a history.
    /// These answers stay as they are: the same questions are answered by them from now on, for so many
    /// seconds (0: always).
    void keepForGood(const QList<QByteArray> &digests, qint64 seconds = 0);
    /// These answers are needed as evidence only; the same questions may have other answers.
    void keepAsEvidence(const QList<QByteArray> &digests);
    /// Brings kept evidence back; those that are there.
    [[nodiscard]] Task<QList<QByteArray>> recallEvidence(QList<QByteArray> digests);

private:
    void countRequest(const QUrl &url);
    void keep(const net::Request &request, const net::Response &response);
    void keep(const QString &why, const Answer &answer);
    [[nodiscard]] Task<std::optional<Answer>> remembered(QString question);
    [[nodiscard]] const net::Server *serverOf(const QUrl &url) const;

    net::Http &m_http;
    const net::Servers &m_servers;
    Clock &m_clock;
    QList<Spent> m_spent;
    QHash<int, int> m_kinds;
    history::History *m_memory;
    QHash<QString, QList<QByteArray>> m_byWhy;
    QHash<QByteArray, QString> m_questions; ///< by digest of the answer: what it is kept under
    QList<Answer> m_answers;
};

} // namespace narscope::trace
