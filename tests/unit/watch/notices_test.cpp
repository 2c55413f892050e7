// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/noticebook.h"
#include "watch/watchpolls.h"

#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::watch;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 start = 1763700000; // 2025-11-21 04:40 UTC; the tests run in UTC
constexpr qint64 hour = 3600;

WatchRule ruleOf(const QString &job,
    const QList<Transition> &on
    = {Transition::Started, Transition::Succeeded, Transition::Failed, Transition::Broke, Transition::Fixed})
{
    return {.target = {.kind = WatchKind::Job, .jobset = {u"nixpkgs"_s, u"unstable"_s}, .name = job},
        .on = on,
        .sound = true};
}

Sight sightOf(const QString &job, bool isGood, int run, const QString &cause = {})
{
    return {.item = u"job:"_s + job,
        .subject = {},
        .name = job,
        .isGood = isGood,
        .run = QString::number(run),
        .running = {},
        .cause = cause,
        .text = isGood ? QString() : u"It failed."_s};
}

/// A book and the disk below it.
struct Shelf {
    std::map<std::pair<QString, QString>, QString> disk;
    std::unique_ptr<NoticeBook> book = fresh();

    std::unique_ptr<NoticeBook> fresh()
    {
        return std::make_unique<NoticeBook>([this](const QString &name, const QString &what, const QString &value) {
            if (value.isEmpty())
                disk.erase({name, what});
            else
                disk[{name, what}] = value;
        });
    }
    void restart()
    {
        book = fresh();
        for (const auto &[key, value] : disk)
            book->restore(key.first, key.second, value);
    }
};

QStringList wordsOf(const QList<Notice> &notices)
{
    QStringList words;
    for (const auto &notice : notices)
        words << (notice.isDigest ? u"digest"_s : key(notice.transition)) + (notice.isUpdate ? u"+"_s : QString());
    return words;
}

} // namespace

class NoticesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFiveTransitionsAreToldApart_data()
    {
        QTest::addColumn<QVariantList>("before"); // good?, or empty for never
        QTest::addColumn<bool>("now");
        QTest::addColumn<QString>("told");
        QTest::newRow("good, good") << QVariantList{true} << true << u"succeeded"_s;
        QTest::newRow("good, bad") << QVariantList{true} << false << u"broke"_s;
        QTest::newRow("bad, bad") << QVariantList{false} << false << u"failed"_s;
        QTest::newRow("bad, good") << QVariantList{false} << true << u"fixed"_s;
        QTest::newRow("never, good") << QVariantList{} << true << u"succeeded"_s;
        QTest::newRow("never, bad") << QVariantList{} << false << u"failed"_s;
    }

    void theFiveTransitionsAreToldApart()
    {
        QFETCH(QVariantList, before);
        QFETCH(bool, now);
        QFETCH(QString, told);
        Shelf s;
        Sight first{.item = u"job:a"_s, .name = u"a"_s, .running = u"1"_s};
        if (!before.isEmpty())
            first = sightOf(u"a"_s, before.front().toBool(), 1);
        QCOMPARE(s.book->take(first, ruleOf(u"a"_s), start), QList<Notice>()); // the first look is the level
        QCOMPARE(wordsOf(s.book->take(sightOf(u"a"_s, now, 2), ruleOf(u"a"_s), start + 1)), QStringList{told});
        QCOMPARE(s.book->take(sightOf(u"a"_s, now, 2), ruleOf(u"a"_s), start + 2), QList<Notice>()); // once
    }

    void aRunUnderWayIsToldOnceAndOnlyToWhoWantsIt()
    {
        Shelf s;
        const auto rule = ruleOf(u"a"_s);
        (void)s.book->take(sightOf(u"a"_s, true, 1), rule, start);
        auto running = sightOf(u"a"_s, true, 1);
        running.running = u"2"_s;
        QCOMPARE(wordsOf(s.book->take(running, rule, start)), QStringList{u"started"_s});
        s.restart();
        QCOMPARE(s.book->take(running, rule, start), QList<Notice>());
        QCOMPARE(s.book->take(sightOf(u"a"_s, true, 2), ruleOf(u"a"_s, {Transition::Broke}), start), QList<Notice>());
    }

    void whatDependsOnOneCauseIsOneNoticeThatGrows()
    {
        Shelf s;
        for (const auto *job : {"a", "b", "c"})
            (void)s.book->take(sightOf(QString::fromLatin1(job), true, 1), ruleOf(QString::fromLatin1(job)), start);
        const auto first = s.book->take(sightOf(u"a"_s, false, 2, u"openssl"_s), ruleOf(u"a"_s), start + 1);
        const auto second = s.book->take(sightOf(u"b"_s, false, 2, u"openssl"_s), ruleOf(u"b"_s), start + 600);
        const auto other = s.book->take(sightOf(u"c"_s, false, 2, u"zlib"_s), ruleOf(u"c"_s), start + 700);
        QCOMPARE(wordsOf(first), QStringList{u"broke"_s});
        QCOMPARE(wordsOf(second), QStringList{u"broke+"_s});
        QCOMPARE(second.front().id, first.front().id);
        QCOMPARE(second.front().others, QStringList{u"b"_s});
        QVERIFY(first.front().sound && !second.front().sound);
        QCOMPARE(wordsOf(other), QStringList{u"broke"_s});
        // The cause is fixed: again one notice.
        const auto fixed = s.book->take(sightOf(u"a"_s, true, 3), ruleOf(u"a"_s), start + hour);
        const auto fixedToo = s.book->take(sightOf(u"b"_s, true, 3), ruleOf(u"b"_s), start + hour + 60);
        QCOMPARE(wordsOf(fixed), QStringList{u"fixed"_s});
        QCOMPARE(wordsOf(fixedToo), QStringList{u"fixed+"_s});
        QCOMPARE(fixedToo.front().id, fixed.front().id);
    }

    void whatGoesBackAndForthIsOneDigest()
    {
        Shelf s;
        const auto rule = ruleOf(u"a"_s, {Transition::Broke, Transition::Fixed});
        (void)s.book->take(sightOf(u"a"_s, true, 0), rule, start);
        QStringList words;
        QStringList digests;
        for (int run = 1; run <= 20; ++run) {
            const auto told = s.book->take(sightOf(u"a"_s, run % 2 == 0, run), rule, start + run * 1800);
            words += wordsOf(told);
            for (const auto &notice : told) {
                if (notice.isDigest)
                    digests << notice.id;
            }
        }
        QCOMPARE(words.first(3), (QStringList{u"broke"_s, u"fixed"_s, u"digest"_s}));
        QCOMPARE(words.sliced(3), QStringList(17, u"digest+"_s)); // it only grows
        QCOMPARE(QSet<QString>(digests.begin(), digests.end()).size(), 1);
        // Steady for six hours: single notices again.
        (void)s.book->tick(start + 20 * 1800 + 7 * hour);
        QCOMPARE(wordsOf(s.book->take(sightOf(u"a"_s, false, 21), rule, start + 20 * 1800 + 7 * hour)),
            QStringList{u"broke"_s});
    }

    void quietHoursHoldNoticesAndEndInOneDigest()
    {
        Shelf s;
        s.book->setQuiet(QuietHours{.from = QTime(22, 0), .until = QTime(7, 0)}); // it is 04:40
        for (const auto *job : {"a", "b"})
            (void)s.book->take(sightOf(QString::fromLatin1(job), true, 1), ruleOf(QString::fromLatin1(job)), start);
        QCOMPARE(s.book->take(sightOf(u"a"_s, false, 2), ruleOf(u"a"_s), start + 60), QList<Notice>());
        QCOMPARE(s.book->take(sightOf(u"b"_s, false, 2), ruleOf(u"b"_s), start + 120), QList<Notice>());
        QCOMPARE(s.book->tick(start + hour), QList<Notice>());
        // The program ends before they are told: they are not lost.
        s.restart();
        s.book->setQuiet(QuietHours{.from = QTime(22, 0), .until = QTime(7, 0)});
        for (const auto *job : {"a", "b"})
            QCOMPARE(s.book->take(
                         sightOf(QString::fromLatin1(job), false, 2), ruleOf(QString::fromLatin1(job)), start + hour),
                QList<Notice>());
        const auto morning = s.book->tick(start + 3 * hour);
        QCOMPARE(wordsOf(morning), QStringList{u"digest"_s});
        QCOMPARE(morning.front().others, (QStringList{u"a broke"_s, u"b broke"_s}));
        QCOMPARE(s.book->tick(start + 4 * hour), QList<Notice>());
        s.restart();
        QCOMPARE(s.book->take(sightOf(u"a"_s, false, 2), ruleOf(u"a"_s), start + 5 * hour), QList<Notice>());
    }

    void whatIsSnoozedIsComparedAfterwards()
    {
        Shelf s;
        const auto rule = ruleOf(u"a"_s);
        (void)s.book->take(sightOf(u"a"_s, true, 1), rule, start);
        s.book->snooze(rule.target, start + hour);
        s.restart();
        QCOMPARE(s.book->take(sightOf(u"a"_s, false, 2), rule, start + 60), QList<Notice>());
        QCOMPARE(s.book->take(sightOf(u"a"_s, true, 3), rule, start + 120), QList<Notice>());
        QCOMPARE(s.book->take(sightOf(u"a"_s, false, 4), rule, start + 180), QList<Notice>());
        QCOMPARE(wordsOf(s.book->take(sightOf(u"a"_s, false, 4), rule, start + hour + 1)), QStringList{u"broke"_s});
    }

    void whatIsAcknowledgedIsSilentUntilItIsFixedOrTimeIsUp()
    {
        Shelf s;
        const auto rule = ruleOf(u"a"_s);
        (void)s.book->take(sightOf(u"a"_s, true, 1), rule, start);
        const auto broke = s.book->take(sightOf(u"a"_s, false, 2, u"zlib"_s), rule, start + 1);
        s.book->acknowledge(broke.front().id, start + 10 * hour);
        QCOMPARE(s.book->standings().front().acknowledgedUntil, start + 10 * hour);
        s.restart();
        QCOMPARE(s.book->take(sightOf(u"a"_s, false, 3, u"zlib"_s), rule, start + hour), QList<Notice>());
        QCOMPARE(s.book->tick(start + 9 * hour), QList<Notice>());
        const auto reminder = s.book->tick(start + 10 * hour);
        QCOMPARE(reminder.size(), 1);
        QCOMPARE(reminder.front().title, u"a still fails"_s);
        QCOMPARE(s.book->tick(start + 11 * hour), QList<Notice>());
        QCOMPARE(wordsOf(s.book->take(sightOf(u"a"_s, true, 4), rule, start + 12 * hour)), QStringList{u"fixed"_s});
    }

    void targetsAreReadAsTheyAreWritten_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("meaning");
        QTest::newRow("channel") << u"nixos-unstable"_s << u"channel:nixos-unstable"_s;
        QTest::newRow("jobset") << u"nixpkgs:unstable"_s << u"jobset:nixpkgs:unstable"_s;
        QTest::newRow("job") << u"nixpkgs/unstable/hello.x86_64-linux"_s
                             << u"job:nixpkgs:unstable:hello.x86_64-linux"_s;
        QTest::newRow("package") << u"package:python3Packages.requests"_s << u"package:python3Packages.requests"_s;
        QTest::newRow("maintainer") << u"maintainer:alice"_s << u"maintainer:alice"_s;
        QTest::newRow("builder") << u"builder:elated-minsky"_s << u"builder:elated-minsky"_s;
        QTest::newRow("pull request") << u"#412345"_s << u"pr:NixOS/nixpkgs#412345"_s;
        QTest::newRow("another spelling") << u"pr:nixos/Nixpkgs#412345"_s << u"pr:NixOS/nixpkgs#412345"_s;
        QTest::newRow("path") << u"/nix/store/10s5j3mfdg22k1597x580qrhprnzcjwb-hello-2.12.1"_s
                              << u"path:/nix/store/10s5j3mfdg22k1597x580qrhprnzcjwb-hello-2.12.1"_s;
        QTest::newRow("build") << u"build:309998812"_s << u"build:309998812"_s;
        QTest::newRow("nothing") << u"job:nixpkgs"_s << QString();
    }

    void targetsAreReadAsTheyAreWritten()
    {
        QFETCH(QString, text);
        QFETCH(QString, meaning);
        const auto target = readTarget(text, {});
        QCOMPARE(target.has_value(), !meaning.isEmpty());
        if (!target)
            return;
        QCOMPARE(target->text(), meaning);
        QCOMPARE(readTarget(target->text(), {}), target);
    }

    void aPullRequestOfAnotherRepositoryIsRefusedAtOnce()
    {
        for (const auto &text : {u"pr:NixOS/nix#12"_s, u"https://github.com/NixOS/nix/pull/12"_s}) {
            const auto target = readTarget(text, {});
            QVERIFY2(!target, qPrintable(text));
            QVERIFY2(target.error().sentence.startsWith(u"Only pull requests of NixOS/nixpkgs can be watched"_s),
                qPrintable(target.error().sentence));
        }
    }

    void whoOnlySaysWatchItIsToldOfAMergeAndOfABuildsEnd()
    {
        const WatchTarget pull{.kind = WatchKind::PullRequest, .name = u"NixOS/nixpkgs"_s, .number = 12};
        QVERIFY(usualRule(pull).wants(Transition::Succeeded)); // merged
        QVERIFY(usualRule(pull).wants(Transition::Failed)); // closed
        const WatchTarget build{.kind = WatchKind::Build, .number = 7};
        QVERIFY(usualRule(build).wants(Transition::Succeeded));
        QVERIFY(usualRule(build).wants(Transition::Failed));
        const WatchTarget channel{.kind = WatchKind::Channel, .name = u"nixos-unstable"_s};
        QCOMPARE(usualRule(channel).on, (QList{Transition::Broke, Transition::Fixed}));
    }

    void whatIsAReasonToAskLessOftenIsSaid()
    {
        QCOMPARE(stretchOf({}), 1);
        QCOMPARE(sentence(Circumstances{}), QString());
        QCOMPARE(stretchOf({.isHidden = true, .isIdle = true}), 1); // what is watched goes on as ever
        QCOMPARE(stretchOf({.isIdle = true, .onBattery = true, .isMetered = true}), 6);
        QCOMPARE(sentence({.onBattery = true}), u"On battery: everything is asked half as often."_s);
        QCOMPARE(sentence({.isIdle = true, .isMetered = true}),
            u"Over a metered network, while nobody uses the window: everything is asked a sixth as often."_s);
        QCOMPARE(restretched(12min, {.onBattery = true}, {.isMetered = true}), 18min);
    }

    void theListComesBackFromItsFile()
    {
        const QTemporaryDir folder;
        QCOMPARE(loadWatchList(folder.path()), WatchList{});
        WatchList list{.rules = {ruleOf(u"hello.x86_64-linux"_s, {Transition::Broke})},
            .quiet = QuietHours{.from = QTime(22, 30), .until = QTime(7, 0)}};
        list.rules.front().target.server = u"hydra.nixos.org"_s;
        QVERIFY(saveWatchList(folder.path(), list).has_value());
        QCOMPARE(loadWatchList(folder.path()), list);
        QVERIFY(!parseWatchList("[]"));
        QVERIFY(!parseWatchList("{\"rules\":[{\"watch\":\"nothing:x\"}]}"));
        QVERIFY(!parseWatchList("{\"rules\":[{\"watch\":\"channel:nixos-unstable\",\"on\":[\"sometimes\"]}]}"));
        const auto other = parseWatchList("{\"rules\":[{\"watch\":\"pr:NixOS/nix#12\"}]}");
        QVERIFY(!other);
        QVERIFY2(other.error().detail.startsWith("Only pull requests of NixOS/nixpkgs can be watched"_L1),
            qPrintable(other.error().detail));
        QVERIFY(!parseWatchList("{\"rules\":[],\"quiet\":{\"from\":\"late\",\"until\":\"07:00\"}}"));
    }

    void theCauseIsTheDependencyThatFailed()
    {
        hydra::BuildDetails details;
        details.state = hydra::BuildState::DependencyFailed;
        details.steps = {{.number = StepNr(2),
                             .paths = {u"/nix/store/10s5j3mfdg22k1597x580qrhprnzcjwb-zlib-1.3"_s},
                             .machine = u"elated-minsky"_s,
                             .state = hydra::BuildState::Failed},
            {.number = StepNr(1),
                .paths = {u"/nix/store/00s5j3mfdg22k1597x580qrhprnzcjwb-bash-5"_s},
                .state = hydra::BuildState::Succeeded}};
        auto sight = ::sightOf(u"hello"_s, false, 1);
        explain(sight, details);
        QCOMPARE(sight.cause, u"10s5j3mfdg22k1597x580qrhprnzcjwb-zlib-1.3"_s);
        QCOMPARE(sight.text, u"Its dependency zlib-1.3 failed on elated-minsky."_s);
    }
};

QTEST_GUILESS_MAIN(NoticesTest)
#include "notices_test.moc"
