// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/flow.h"
#include "watch/channelstore.h"
#include "watch/costrecorder.h"
#include "watch/hydrastore.h"

#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::watch;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr auto base = "https://h.example"_L1;

/// A store with its history, begun anew as often as a test likes.
struct Fixture {
    test::FakeClock clock;
    test::FakeHttp http;
    Pools pools;
    QTemporaryDir folder;
    std::unique_ptr<history::History> history;
    std::unique_ptr<HydraStore> store;
    std::vector<Change> changes;

    void start()
    {
        store.reset();
        if (history)
            QVERIFY(test::waitFor(history->flush()).has_value());
        changes.clear();
        history = std::make_unique<history::History>(folder.path(), clock, pools);
        net::Server server;
        server.id = u"h"_s;
        server.url = QUrl(QString(base));
        store = std::make_unique<HydraStore>(
            http, server, pools, clock, 1, [this](const Change &change) { changes.push_back(change); });
        store->remember(*history);
        store->setInterest({.projects = {u"nixpkgs"_s}, .build = BuildId(7)});
        for (int i = 0; i < 20; ++i) {
            pools.waitForDone();
            QCoreApplication::processEvents();
        }
    }
    ~Fixture()
    {
        store.reset();
        history.reset();
        pools.waitForDone();
    }
    template <typename T> [[nodiscard]] T last() const
    {
        T found{};
        for (const auto &change : changes) {
            if (const auto *one = std::get_if<T>(&change))
                found = *one;
        }
        return found;
    }
};

QByteArray build()
{
    return "{\"id\":7,\"project\":\"nixpkgs\",\"jobset\":\"unstable\",\"job\":\"hello\",\"nixname\":\"hello-"
           "2.12\",\"system\":\"x86_64-linux\",\"priority\":100,\"timestamp\":1763690000,"
           "\"finished\":1,\"buildstatus\":0,\"starttime\":1763690100,\"stoptime\":1763690200,"
           "\"releasename\":null,"
           "\"drvpath\":\"/nix/store/"
           "00000000000000000000000000000000-hello-2.12.drv\",\"jobsetevals\":[5],\"buildoutputs\":{},"
           "\"buildproducts\":{},\"buildmetrics\":{}}";
}

} // namespace

class RecorderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStoreBeginsWithWhatWasLastKnownAlsoOffline()
    {
        Fixture f;
        f.http.answer(base + u"/"_s,
            "[{\"name\":\"nixpkgs\",\"displayname\":\"Nixpkgs\",\"description\":\"\",\"homepage\":\"\","
            "\"owner\":\"root\",\"enabled\":true,\"hidden\":false,\"jobsets\":[\"unstable\"]}]");
        f.http.answer(base + u"/build/7"_s, build());
        f.start();
        const auto seenAt = f.clock.nowSeconds();
        QCOMPARE(f.last<ProjectsSeen>().seen.seenAt, seenAt);
        QCOMPARE(f.last<BuildSeen>().seen.seenAt, seenAt);

        f.clock.advance(48h);
        for (const auto *path : {"/", "/build/7"})
            f.http.fail(base + QString::fromLatin1(path),
                {.kind = ProblemKind::Network,
                    .sentence = u"No connection."_s,
                    .where = {},
                    .detail = {},
                    .advice = {},
                    .retryHelps = true,
                    .retryAfter = {}});
        f.start();
        const auto projects = f.last<ProjectsSeen>().seen;
        QVERIFY(projects.value);
        QCOMPARE(projects.value->front().displayName, u"Nixpkgs"_s);
        QCOMPARE(projects.seenAt, seenAt); // marked with its age
        const auto shown = f.last<BuildSeen>().seen;
        QVERIFY(shown.value);
        QCOMPARE(shown.value->drvPath, u"/nix/store/00000000000000000000000000000000-hello-2.12.drv"_s);
        QCOMPARE(shown.seenAt, seenAt);
    }

    void whatIsStillFreshIsNotAskedForAgain()
    {
        Fixture f;
        f.http.answer(base + u"/"_s, "[]");
        f.http.answer(base + u"/build/7"_s, build());
        f.start();
        const auto before = f.http.urls();
        QVERIFY(before.contains(base + u"/"_s));
        f.clock.advance(1h);
        f.start();
        const auto after = f.http.urls().sliced(before.size());
        QVERIFY(!after.contains(base + u"/"_s)); // daily
        QVERIFY(f.last<ProjectsSeen>().seen.value.has_value());
    }

    void buildsAreRememberedByTheirMeaning()
    {
        Fixture f;
        f.http.answer(base + u"/build/7"_s, build());
        f.start();
        QVERIFY(test::waitFor(f.history->flush()).has_value());
        const auto past = test::waitFor(f.history->build(u"h"_s, BuildId(7))).value();
        QVERIFY(past);
        QCOMPARE(past->job, (JobName{{u"nixpkgs"_s, u"unstable"_s}, u"hello"_s}));
        QCOMPARE(past->last().state, hydra::BuildState::Succeeded);
    }

    void requestsAreCountedOnceWhenTheyHaveEnded()
    {
        net::LedgerEntry entry{.number = 1,
            .server = u"h"_s,
            .url = QUrl(base + u"/"_s),
            .state = net::RequestState::Running,
            .asked = Milliseconds(1763700000000)};
        entry.took = Milliseconds(20);
        QCOMPARE(costOf(entry), std::nullopt);
        entry.state = net::RequestState::Done;
        entry.status = 200;
        entry.bytes = 100;
        entry.redirects = 1;
        const history::RequestCount cost{
            .server = u"h"_s, .host = u"h.example"_s, .hour = 489916, .requests = 2, .failures = 0, .bytes = 100};
        QCOMPARE(costOf(entry), std::optional(cost));
        entry.fromRecord = true;
        QCOMPARE(costOf(entry), std::nullopt);

        Fixture f;
        f.start();
        net::Ledger ledger(f.clock);
        CostRecorder recorder(*f.history, ledger);
        entry.fromRecord = false;
        const auto number = ledger.open(entry);
        ledger.flush();
        ledger.change(number)->bytes = 100; // said again
        ledger.flush();
        QVERIFY(test::waitFor(f.history->flush()).has_value());
        QCOMPARE(test::waitFor(f.history->requests(0)).value().size(), 1);
        QCOMPARE(test::waitFor(f.history->requests(0)).value().front().requests, 2);
    }

    void channelsAreKnownAtTheNextStartBeforeAnybodyAnswers()
    {
        test::FakeClock clock;
        test::FakeHttp http;
        Pools pools;
        const QTemporaryDir folder;
        history::History history(folder.path(), clock, pools);
        const auto then = clock.nowSeconds() - 7200;
        ChannelFacts facts;
        facts.view(PointerView::Cdn)
            = {.value = Pointing{.release = u"nixos-26.11pre1.abcdef012345"_s, .revision = QString(40, u'a')},
                .seenAt = then};
        facts.evals = {.value = EvalList{.evals = {{.id = EvalId(9), .changes = {}}}}, .seenAt = then};
        facts.gates = {{.eval = EvalId(9), .build = BuildId(4), .state = hydra::BuildState::Failed}};
        facts.trouble
            = GateTrouble{.eval = EvalId(9), .blockers = {{.job = u"j"_s, .cause = GateCause{.name = u"c"_s}}}};
        facts.days = {{.begins = 86400, .failed = 3, .known = 24}};
        const auto back = unpackedFacts(packedFacts(facts));
        QVERIFY(back);
        QCOMPARE(back->view(PointerView::Cdn).value, facts.view(PointerView::Cdn).value);
        QCOMPARE(back->gates, facts.gates);
        QCOMPARE(back->trouble, facts.trouble);
        QCOMPARE(back->days, facts.days);
        QVERIFY(!unpackedFacts(packedFacts(facts).chopped(9)));
        history.putDocument({.server = {},
            .kind = u"channel"_s,
            .key = u"nixos-unstable"_s,
            .body = packedFacts(facts),
            .seenAt = then});
        QVERIFY(test::waitFor(history.flush()).has_value());
        {
            ChannelBoard board;
            ChannelStore store(http, {}, pools, clock, 1, [&board](const ChannelBoard &told) { board = told; });
            store.remember(history);
            QTRY_VERIFY(board.find(u"nixos-unstable"_s) && !board.find(u"nixos-unstable"_s)->revision.isEmpty());
            QCOMPARE(board.find(u"nixos-unstable"_s)->revision, QString(40, u'a'));
            QCOMPARE(board.find(u"nixos-unstable"_s)->seenAt, then);
        }
        pools.waitForDone();
    }

    void whatNoChannelWaitsForHasItsNewestEvaluationToo()
    {
        test::FakeHttp http;
        test::FakeClock clock;
        Pools pools;
        ChannelBoard board;
        ChannelStore store(http, {}, pools, clock, 1, [&board](const ChannelBoard &told) { board = told; });
        store.setLook(u"test"_s, ChannelLook::Open);
        const JobsetName jobset{u"nixpkgs"_s, u"staging-next"_s};
        const auto number = [&board] { return board.underWay.size() == 1 ? board.underWay.first().eval : EvalId(); };
        store.take(JobsetsSeen{.project = jobset.project,
            .seen = {.value = QList{hydra::JobsetOverview{.name = jobset, .scheduled = 3, .total = 9}}, .seenAt = 7}});
        store.take(LatestEvalsSeen{
            .evals = {{.id = EvalId(12), .jobset = jobset}, {.id = EvalId(11), .jobset = jobset}}, .seenAt = 8});
        QCOMPARE(number(), EvalId(12));
        store.take(EvalsSeen{.jobset = jobset, .seen = {.value = EvalList{.evals = {{.id = EvalId(13)}}}}});
        store.take(EvalsSeen{.jobset = jobset, .seen = {.value = EvalList{.evals = {{.id = EvalId(10)}}}}}); // late
        QCOMPARE(number(), EvalId(13));
    }
};

QTEST_GUILESS_MAIN(RecorderTest)
#include "recorder_test.moc"
