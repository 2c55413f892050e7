// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/challenge.h"
#include "nix/contents.h"
#include "nix/nar.h"
#include "nix/reporttext.h"
#include "nix/rungs.h"
#include "nix/verifyinput.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;

namespace {

const QString base = u"https://cache.test"_s;
const QString lib = u"/nix/store/11111111111111111111111111111111-lib-1"_s;
const QString app = u"/nix/store/22222222222222222222222222222222-app-1"_s;

nix::NarInfo infoOf(const QByteArray &nar)
{
    nix::NarInfo info{.path = nix::StorePath::fromText(lib.toUtf8()).value()};
    info.url = "x.nar";
    info.compression = "none";
    info.narHash = hashOf(nar);
    info.narSize = quint64(nar.size());
    return info;
}

} // namespace

class VerifyInputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void placesOutsideACacheAreRefused_data()
    {
        QTest::addColumn<QByteArray>("place");
        QTest::addColumn<bool>("inCache");
        QTest::addColumn<bool>("inFolder");
        QTest::newRow("plain") << "nar/x.nar.xz"_ba << true << true;
        QTest::newRow("query") << "nar/x.nar?hash=1"_ba << true << true;
        QTest::newRow("up") << "../x.nar"_ba << true << false;
        QTest::newRow("hidden up") << "nar/../../x"_ba << true << false;
        QTest::newRow("same cache in full") << "https://cache.test/c/nar/x"_ba << true << false;
        QTest::newRow("other host") << "https://evil.test/nar/x"_ba << false << false;
        QTest::newRow("other host without scheme") << "//evil.test/nar/x"_ba << false << false;
        QTest::newRow("other port") << "https://cache.test:444/x"_ba << false << false;
        QTest::newRow("no TLS") << "http://cache.test/nar/x"_ba << false << false;
        QTest::newRow("file") << "file:///etc/passwd"_ba << false << false;
        QTest::newRow("absolute") << "/etc/passwd"_ba << true << false;
        QTest::newRow("password") << "https://a:b@cache.test/x"_ba << false << false;
        QTest::newRow("long") << QByteArray(5000, 'x') << false << false;
        QTest::newRow("empty") << QByteArray() << false << false;
    }
    void placesOutsideACacheAreRefused()
    {
        QFETCH(QByteArray, place);
        QTEST(nix::resolveInCache(QUrl(u"https://cache.test/c"_s), place).has_value(), "inCache");
        QTEST(nix::resolveInFolder(place).has_value(), "inFolder");
    }

    void pastedTextsBecomeTargets()
    {
        const auto texts = [](QByteArrayView input) {
            QStringList list;
            for (const auto &target : nix::readVerifyInput(input).targets)
                list << target.text;
            return list;
        };
        const QStringList both{lib, app};
        QCOMPARE(texts((lib + u"\n\n  "_s + app + u"/bin/app\n"_s).toUtf8()), both);
        QCOMPARE(texts((u"[{\"path\":\"%1\"},{\"path\":\"%2\"}]"_s.arg(both[0], both[1])).toUtf8()), both);
        QCOMPARE(
            texts((u"[{\"drvPath\":\"%1.drv\",\"outputs\":{\"bin\":\"%1\",\"out\":\"%2\"}}]"_s.arg(both[0], both[1]))
                    .toUtf8()),
            both);
        QCOMPARE(texts((u"{\"%1\":{\"narSize\":1},\"%2\":null}"_s.arg(both[0], both[1])).toUtf8()), both);
        const auto url = nix::verifyTarget(base + u"/11111111111111111111111111111111.narinfo"_s).value();
        QCOMPARE(url.cache, base);
        QCOMPARE(url.question.hashPart, QByteArray(32, '1'));
        for (const auto &nothing : {"nonsense"_ba, "https://cache.test/nar/x.nar.xz"_ba}) {
            const auto read = nix::readVerifyInput(nothing);
            QVERIFY(read.problems.size() == 1 && read.images.isEmpty());
        }
        // nix-instantiate --eval -E '(fetchTree ...).outPath' gives sourcePath(narHash, "source").
        const auto lock = nix::readVerifyInput(
            R"({"nodes":{"n":{"locked":{"narHash":"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}},"root":{}},"version":7})");
        QCOMPARE(lock.targets.size(), size_t(1));
        QVERIFY(lock.targets[0].text.endsWith("-source"_L1));
        // One that pins nothing says so, and nothing else.
        const auto bare = nix::readVerifyInput(R"({"nodes":{"root":{}},"root":"root","version":7})");
        QVERIFY(bare.targets.empty());
        QCOMPARE(bare.problems.size(), size_t(1));
    }

    void linesMayHoldMoreThanAPath()
    {
        const auto texts = [](const QString &input) {
            const auto read = nix::readVerifyInput(input.toUtf8());
            QStringList list;
            for (const auto &target : read.targets)
                list << target.text;
            for (const auto &problem : read.problems)
                list << u"problem: "_s + problem.where;
            return list;
        };
        const QStringList both{lib, app};
        QCOMPARE(texts(lib + u' ' + app), both);
        // As `nix path-info -S --sigs` aligns them.
        QCOMPARE(texts(lib + u"    \t     120\tultimate k-1:AAAA==\r\n# not this\n"_s + app + u"\t 4096\n"_s), both);
        QCOMPARE(texts(u"two words\n"_s), QStringList{u"problem: two words"_s});
        // `nix path-info --json --json-format 2` names paths by their base names.
        QCOMPARE(texts(u"{\"version\":2,\"storeDir\":\"/nix/store\",\"info\":{\"%1\":{}}}"_s.arg(lib.sliced(11))),
            QStringList{lib});
    }

    void linksIntoTheStoreAreFollowedAndFilesAreKnownByWhatTheyAre()
    {
        QTemporaryDir folder;
        const auto at = [&](const QString &name) { return folder.filePath(name); };
        QVERIFY(QFile::link(lib, at(u"profile-1-link"_s)) && QFile::link(at(u"profile-1-link"_s), at(u"profile"_s)));
        QVERIFY(QFile::link(at(u"round"_s), at(u"round"_s)));
        for (const auto &name : {u"profile"_s, u"profile/"_s, u"profile/bin/lib"_s})
            QCOMPARE(nix::readVerifyFile(at(name)).targets.at(0).text, lib);
        for (const auto &name : {u"round"_s, u"."_s, u"missing"_s})
            QCOMPARE(nix::readVerifyFile(at(name)).problems.size(), size_t(1));
        QFile list(at(u"x.nar-list.txt"_s)); // no archive, whatever its name holds
        QVERIFY(list.open(QIODevice::WriteOnly) && list.write(lib.toUtf8()) > 0);
        list.close();
        QCOMPARE(nix::readVerifyFile(list.fileName()).targets.at(0).text, lib);
    }

    void aFileHashOfAnyAlgorithmIsCompared()
    {
        const auto nar = nix::writeNar(nix::NarTree::file("x"));
        auto info = infoOf(nar);
        info.url = "nar/" + hashOf(nar).nix32() + ".nar"; // which no SHA-512 can be
        const auto verdicts = [&] {
            auto report = nix::newReport({}, {});
            nix::climbNarInfo(report, nix::writeNarInfo(info), {}, {}, {});
            nix::ContentCheck check(info, nix::Depth::File, std::make_shared<std::atomic<quint64>>(0), {});
            [[maybe_unused]] const auto taken = check.take(nar);
            check.climb(report, nix::Stream{}, {});
            return std::pair(report.rung(nix::RungName::Url).verdict, report.rung(nix::RungName::FileHash).verdict);
        };
        info.fileHash = hashOf(nar, HashAlgorithm::Sha512);
        QVERIFY(verdicts() == std::pair(nix::Verdict::Holds, nix::Verdict::Holds));
        info.fileHash = hashOf("another file", HashAlgorithm::Sha512);
        QCOMPARE(verdicts().second, nix::Verdict::Fails);
    }

    void aCacheThatDoesNotAnswerLeavesAChallengeOpen()
    {
        const auto info = infoOf(nix::writeNar(nix::NarTree::file("x")));
        nix::ChallengeTally tally;
        nix::Rung rung;
        nix::CacheAnswer same;
        same.body = nix::writeNarInfo(info);
        tally.add(u"second"_s, same, info, nix::defaultStoreDir());
        tally.climb(rung);
        QCOMPARE(rung.verdict, nix::Verdict::Holds);
        tally.add(u"third"_s, problem(ProblemKind::Network, {}), info, nix::defaultStoreDir());
        tally.climb(rung);
        QCOMPARE(rung.verdict, nix::Verdict::Unchecked); // it may be the one that differs
    }

    void theCommandForNixNamesAStoreOnlyWhereThereIsOne()
    {
        const auto asked = [](const QString &from) {
            auto report = nix::newReport(app, {});
            report.cache = from;
            return nix::nixCommand(std::array{report}, {});
        };
        QVERIFY(asked(base).contains(u"--store '"_s + base + u'\''));
        QVERIFY(!asked(u"/home/a/x.narinfo"_s).contains(u"--store"_s));
        QVERIFY(asked({}).endsWith(u'\'' + app + u'\''));
        QVERIFY(nix::nixCommand({}, {}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(VerifyInputTest)
#include "verifyinput_test.moc"
