// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/answercheck.h"
#include "net/http.h"

#include <QNetworkReply>

#include <mutex>

namespace narscope::net {

/// Reads one answer from the wire (or from a cassette), within its limits, into memory or into a sink. Says its
/// end once. Owned through DeleteTransfer: it may be given up from its own callback.
class Transfer : public QObject {
public:
    struct Plan {
        QUrl url;
        QByteArray method;
        Expect expect = Expect::Anything;
        ServerKind kind = ServerKind::Hydra;
        qint64 maxBody = 0;
        std::shared_ptr<BodySink> sink;
        QIODevice *copy = nullptr; ///< gets what the sink gets
        Milliseconds deadline{}; ///< monotonic
        Milliseconds patience{}; ///< with a sink: how long it may stand still
        bool readsCertificate = true;
    };
    using Done = std::function<void(Result<Answer>)>;

    Transfer(Plan plan, const Clock &clock, Done done);
    ~Transfer() override;

    void start(QNetworkReply *reply); ///< takes the reply over
    void start(Result<Answer> recorded, QObject *parent);
    /// Breaks the connection if the end has not come, says nothing more, and deletes itself.
    void stop();
    /// When it will have taken too long, if nothing more comes.
    [[nodiscard]] Milliseconds deadline() const { return m_plan.deadline; }
    /// Ends it with a timeout when its time is over.
    void checkDeadline(Milliseconds now);
    void extendDeadline(Milliseconds deadline) { m_plan.deadline = std::max(m_plan.deadline, deadline); }

private:
    struct Drain;

    /// False: there is none yet, or it was the end.
    [[nodiscard]] bool readHead();
    [[nodiscard]] Result<void> checkHead();
    void read();
    void readToSink();
    void readToMemory();
    void finish();
    void complete();
    [[nodiscard]] Result<void> checkLength() const;
    void end(Result<Answer> result);
    [[nodiscard]] bool goesToSink() const { return m_plan.sink && m_answer.isGood(); }
    [[nodiscard]] qint64 limit() const;
    [[nodiscard]] Problem wireProblem() const;
    [[nodiscard]] std::unexpected<Problem> tooLarge(qint64 size) const;

    Plan m_plan;
    const Clock &m_clock;
    Done m_done;
    QIODevice *m_source = nullptr;
    QNetworkReply *m_reply = nullptr;
    Answer m_answer;
    std::shared_ptr<Drain> m_drain;
    bool m_headRead = false;
    bool m_finished = false; ///< nothing more will come
};

} // namespace narscope::net
