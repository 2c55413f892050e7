// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/follow.h"

#include "support/fakeclock.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

/// A Hydra with one log that grows by a random piece at each request, and a wire that breaks often.
class GrowingLog final : public net::Http {
public:
    explicit GrowingLog(QByteArray all)
        : log(std::move(all))
    {
    }

    Task<Result<net::Response>> fetch(net::Request request) override
    {
        ++requests;
        if (size < log.size())
            size = qMin(log.size(), size + random.bounded(900));
        const auto now = QByteArrayView(log).first(size);
        net::Response response{.status = 200, .url = request.url};
        const auto tail = QUrlQuery(request.url).queryItemValue(u"tail"_s);
        if (request.method == "HEAD") {
            response.headers.append({"content-length", QByteArray::number(now.size())});
            co_return response;
        }
        auto begin = tail.isEmpty() ? 0 : now.size();
        for (int lines = tail.toInt(); begin > 0 && lines > 0; --lines)
            begin = now.first(begin - 1).lastIndexOf('\n') + 1;
        auto body = now.sliced(begin);
        if (breaks > 0 && random.bounded(2) == 0) {
            --breaks;
            if (request.sink)
                co_await writeTo(request.sink, body.first(random.bounded(int(body.size() + 1))).toByteArray());
            co_return problem(ProblemKind::Network, {});
        }
        if (request.sink)
            co_await writeTo(request.sink, body.toByteArray());
        else
            response.body = body.toByteArray();
        co_return response;
    }
    [[nodiscard]] bool isOver() const { return size == log.size(); }

    QByteArray log;
    qsizetype size = 0;
    int breaks = 0;
    int requests = 0;

private:
    static Task<void> writeTo(std::shared_ptr<net::BodySink> sink, QByteArray body)
    {
        for (qsizetype at = 0; at < body.size(); at += 1000) [[maybe_unused]]
            const auto written = sink->write(body.mid(at, 1000));
        co_return;
    }
    QRandomGenerator random{4};
};

QByteArray buildLog()
{
    QByteArray log;
    for (int i = 0; i < 20'000; ++i)
        log += i % 3 ? "again and again\n"_ba : "[" + QByteArray::number(i) + "] done\n";
    return log;
}

} // namespace

class FollowTest : public QObject {
    Q_OBJECT

    test::FakeClock m_clock;
    QTemporaryDir m_folder;

    struct Outcome {
        std::optional<Result<FollowEnd>> end;
        int problems = 0;
    };

    static Task<void> run(net::Http &http, Clock &clock, LogFollow follow, Outcome &outcome)
    {
        auto count = [&outcome](const Problem &) { ++outcome.problems; };
        outcome.end = co_await followLog(http, clock, std::move(follow), count);
    }
    Outcome follow(
        GrowingLog &server, const std::shared_ptr<Spool> &spool, const std::function<void(int)> &eachLook = {})
    {
        Outcome outcome;
        Scope scope;
        LogFollow what{.url = QUrl(u"http://127.0.0.1/log/x.drv"_s), .spool = spool};
        what.isFinished = [&server]() -> Task<Result<bool>> { return finished(server); };
        scope.start(run(server, m_clock, what, outcome));
        for (int i = 0; i < 20'000 && !outcome.end; ++i) {
            if (eachLook)
                eachLook(i);
            m_clock.advance(Milliseconds(10'000));
        }
        return outcome;
    }
    static Task<Result<bool>> finished(GrowingLog &server) { co_return server.isOver(); }

private Q_SLOTS:
    void hundredBrokenConnectionsLoseAndDoubleNothing()
    {
        GrowingLog server(buildLog());
        server.breaks = 100;
        const auto spool = *Spool::create(m_folder.path(), maxLogSize);
        const auto outcome = follow(server, spool);
        QVERIFY(outcome.end && *outcome.end);
        QCOMPARE(**outcome.end, FollowEnd::Complete);
        QCOMPARE(server.breaks, 0);
        QCOMPARE(outcome.problems, 100);
        QVERIFY(*spool->read(Offset(0), maxLogSize) == server.log);
    }

    void aRetryThatReplacesTheLogIsToldAndTheOldOneStays()
    {
        GrowingLog server(buildLog());
        const auto spool = *Spool::create(m_folder.path(), maxLogSize);
        const auto outcome = follow(server, spool, [&server](int look) {
            if (look == 20) {
                server.log = "attempt two\n"_ba.repeated(50'000);
                server.size = 30;
            }
        });
        QVERIFY(outcome.end && *outcome.end);
        QCOMPARE(**outcome.end, FollowEnd::Replaced);
        QVERIFY(buildLog().startsWith(*spool->read(Offset(0), maxLogSize)));
        QVERIFY(spool->size() > 0);
    }

    void aQuietLogCostsOneSmallLookEachTime()
    {
        GrowingLog server(buildLog());
        server.size = server.log.size();
        const auto spool = *Spool::create(m_folder.path(), maxLogSize);
        QVERIFY(spool->append(server.log));
        const auto outcome = follow(server, spool);
        QVERIFY(outcome.end && *outcome.end);
        QCOMPARE(server.requests, 2); // one HEAD, and the complete look at the end
    }
};

QTEST_GUILESS_MAIN(FollowTest)
#include "follow_test.moc"
