// SPDX-License-Identifier: GPL-3.0-or-later
#include "contract/sim/pipeline.h"
#include "contract/watch/courses.h"
#include "support/flow.h"
#include "watch/watchdesk.h"

#include <QFile>
#include <QSaveFile>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace narscope;
using namespace narscope::watch;
using test::Course;
using test::expected;
using test::told;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 hour = 3600;
constexpr auto base = "http://hydra.sim"_L1;
const JobsetName unstable{u"nixpkgs"_s, u"unstable"_s};

/// Hands requests to the simulated Hydra, at the clock's time.
class PipelineHttp final : public net::Http {
public:
    explicit PipelineHttp(test::Pipeline &pipeline)
        : m_pipeline(pipeline)
    {
    }
    Task<Result<net::Response>> fetch(net::Request request) override
    {
        ++asked;
        m_pipeline.world.advance(m_pipeline.clock.nowSeconds());
        const auto target
            = request.url.toString(QUrl::FullyEncoded | QUrl::RemoveScheme | QUrl::RemoveAuthority).toUtf8();
        const auto answer
            = m_pipeline.hydra(target, request.expect == net::Expect::Html ? "text/html" : "application/json");
        if (answer.status == 404)
            co_return problem(ProblemKind::NotFound, request.url.toString());
        if (answer.status != 200)
            co_return problem(ProblemKind::ServerError, request.url.toString(), QString::number(answer.status));
        net::Response response;
        response.status = answer.status;
        response.url = request.url;
        response.body = answer.drained();
        co_return response;
    }
    int asked = 0;

private:
    test::Pipeline &m_pipeline;
};

struct Desk {
    test::Pipeline pipeline;
    PipelineHttp http{pipeline};
    Pools pools;
    QTemporaryDir folder;
    std::unique_ptr<history::History> history;
    std::unique_ptr<WatchDesk> desk;
    QList<Notice> notices;
    QList<Problem> problems;
    WatchList list;

    void open()
    {
        net::Server server;
        server.id = u"hydra.sim"_s;
        server.url = QUrl(QString(base));
        history = std::make_unique<history::History>(folder.path(), pipeline.clock, pools);
        desk = std::make_unique<WatchDesk>(
            WatchDoors{.http = http, .servers = {server}, .pools = pools, .clock = pipeline.clock}, WatchFeeds{},
            *history, folder.path());
        QObject::connect(
            desk.get(), &NoticeSource::noticed, desk.get(), [this](const Notice &notice) { notices << notice; });
        QObject::connect(
            desk.get(), &NoticeSource::troubled, desk.get(), [this](const Problem &problem) { problems << problem; });
        bool isReady = false;
        QObject::connect(desk.get(), &WatchDesk::started, desk.get(), [&isReady] { isReady = true; });
        desk->start();
        QVERIFY(QTest::qWaitFor([&] { return isReady; }));
        settle();
    }
    void close()
    {
        settle();
        QVERIFY(test::waitFor(history->flush()).has_value());
        desk.reset();
        history.reset();
        pools.waitForDone();
    }
    ~Desk()
    {
        desk.reset();
        history.reset();
        pools.waitForDone();
    }
    /// Lets readers on the pools come back, until nothing more is asked.
    void settle()
    {
        for (int idle = 0, last = -1; idle < 3; idle = http.asked == last ? idle + 1 : 0) {
            last = http.asked;
            pools.waitForDone();
            QCoreApplication::processEvents();
        }
    }
    void pass(Milliseconds time)
    {
        for (const auto end = pipeline.clock.now() + time; pipeline.clock.now() < end;) {
            pipeline.clock.advance(std::clamp<Milliseconds>(
                pipeline.clock.nextDue() - pipeline.clock.now(), 1s, end - pipeline.clock.now() + 1s));
            settle();
        }
    }
};

WatchList watchAll(const std::vector<Course> &courses, const QList<Transition> &on)
{
    WatchList list;
    for (const auto &course : courses)
        list.rules << WatchRule{.target = {.kind = WatchKind::Job, .jobset = unstable, .name = course.job}, .on = on};
    return list;
}

} // namespace

class WatchListTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachTransitionOfAJobIsToldOnce()
    {
        Desk d;
        const auto from = d.pipeline.clock.nowSeconds() + hour;
        const auto until = from + 48 * hour;
        const auto watched = test::courses(d.pipeline.clock.nowSeconds(), from, until, 14);
        QVERIFY(watched.size() >= 5);
        d.open();
        d.desk->setList(
            watchAll(watched, {Transition::Succeeded, Transition::Failed, Transition::Broke, Transition::Fixed}));
        d.pass(std::chrono::seconds(until - d.pipeline.clock.nowSeconds()));
        QCOMPARE(d.problems, QList<Problem>());
        QStringList all;
        for (const auto &course : watched) {
            const auto happened = expected(course, from);
            QVERIFY2(told(d.notices, course.job) == happened,
                qPrintable(u"%1: told %2; happened %3"_s.arg(
                    course.job, told(d.notices, course.job).join(u' '), happened.join(u' '))));
            all += happened;
        }
        all.sort();
        qInfo("%lld transitions of %zu jobs, %d requests: %s", qlonglong(all.size()), watched.size(), d.http.asked,
            qPrintable(all.join(u' ')));
        for (const auto *kind : {"broke", "fixed", "succeeded"})
            QVERIFY2(all.contains(QString::fromLatin1(kind)), kind);
    }

    void aFileWithARefusedRuleIsToldOnceKeptAndFollowedWhenItIsCorrected()
    {
        Desk d;
        const auto file = d.folder.filePath(u"watch.json"_s);
        const auto write = [&file](const QByteArray &text) {
            QSaveFile saving(file);
            QVERIFY(saving.open(QIODevice::WriteOnly) && saving.write(text) == text.size() && saving.commit());
        };
        const QByteArray refused = R"({"rules":[{"watch":"pr:NixOS/nix#12","on":["broke"]}]})";
        write(refused);
        d.open();
        QCOMPARE(d.problems.size(), 1);
        QVERIFY2(d.problems.first().detail.contains("NixOS/nix#12"_L1), qPrintable(d.problems.first().detail));
        const auto chosen = WatchList{.rules = {{.target = {.kind = WatchKind::Channel, .name = u"nixos-unstable"_s}}}};
        d.desk->setList(chosen);
        d.settle();
        QFile kept(file);
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), refused);
        QObject::connect(
            d.desk.get(), &NoticeSource::listChanged, d.desk.get(), [&d](const WatchList &list) { d.list = list; });
        write(R"({"rules":[{"watch":"channel:nixos-26.05","on":["broke"]}]})");
        QTRY_COMPARE(d.list.rules.size(), 1);
        QTRY_COMPARE(d.list.rules.first().target.name, u"nixos-26.05"_s);
        QCOMPARE(d.problems.size(), 1);
    }

    void aRunThatBeginsIsToldOnce()
    {
        Desk d;
        d.open();
        const auto from = d.pipeline.clock.nowSeconds() + hour;
        auto watched = test::courses(d.pipeline.clock.nowSeconds(), from, from + 24 * hour, 400);
        std::erase_if(watched, [from](const Course &course) {
            // One that waits and runs long enough to be met by a look at it each half hour.
            const auto late
                = std::ranges::find_if(course.builds, [from](const auto &build) { return build.stoppedAt > from; });
            return late->queuedAt < from || late->stoppedAt - late->queuedAt < 2 * hour
                || std::next(late) != course.builds.end();
        });
        watched.resize(std::min<size_t>(watched.size(), 6));
        QVERIFY(!watched.empty());
        d.desk->setList(watchAll(watched, {Transition::Started}));
        d.pass(25h);
        for (const auto &course : watched)
            QCOMPARE(told(d.notices, course.job), QStringList{u"started"_s});
    }

    void afterARestartTheLevelIsToldNotEachEdge()
    {
        Desk d;
        const auto from = d.pipeline.clock.nowSeconds() + hour;
        const auto until = from + 72 * hour;
        const auto watched = test::courses(d.pipeline.clock.nowSeconds(), from, until, 12);
        QVERIFY(!watched.empty());
        d.open();
        d.desk->setList(watchAll(watched, {Transition::Broke, Transition::Fixed}));
        d.pass(1h);
        d.close();
        QVERIFY(d.notices.isEmpty());
        d.pipeline.clock.advance(std::chrono::seconds(until - d.pipeline.clock.nowSeconds())); // nobody looks
        d.open();
        d.pass(40min);
        int changed = 0;
        for (const auto &course : watched) {
            const auto last
                = std::ranges::find_if(course.builds, [from](const auto &build) { return build.stoppedAt > from; });
            const bool wasGood = std::prev(last)->status == 0;
            const bool isGood = course.builds.back().status == 0;
            const auto level = wasGood == isGood ? QStringList() : QStringList{isGood ? u"fixed"_s : u"broke"_s};
            QVERIFY2(told(d.notices, course.job) == level,
                qPrintable(course.job + u": "_s + told(d.notices, course.job).join(u' ')));
            changed += wasGood != isGood ? 1 : 0;
        }
        QVERIFY(changed > 0);
        const auto before = d.notices.size();
        d.close();
        d.open();
        d.pass(40min);
        QCOMPARE(d.notices.size(), before); // told once, also over another restart
    }

    void aHundredWatchedJobsCostTwoHundredRequestsAnHour()
    {
        Desk d;
        auto watched = test::courses(d.pipeline.clock.nowSeconds(), d.pipeline.clock.nowSeconds() + hour,
            d.pipeline.clock.nowSeconds() + 40 * hour, 100);
        QCOMPARE(watched.size(), size_t(100));
        d.open();
        d.desk->setList(watchAll(watched, {Transition::Broke, Transition::Fixed}));
        d.pass(35min); // the first looks
        const auto before = d.http.asked;
        d.pass(4h);
        const auto anHour = (d.http.asked - before) / 4;
        qInfo("%d requests an hour", anHour);
        QVERIFY(anHour <= 230); // 200 looks, and a page or two for what changed
    }
};

QTEST_GUILESS_MAIN(WatchListTest)
#include "watchlist_test.moc"
