// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/cacheclient.h"
#include "nix/decoder.h"
#include "nix/desk.h"
#include "nix/pathcompute.h"
#include "nix/reporttext.h"
#include "nix/resume.h"
#include "support/fakeclock.h"
#include "unit/verify/verifyhelp.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;
using nix::Depth;
using nix::NarTree;
using nix::RungName;
using nix::Verdict;

namespace {

const auto keyA = nix::secretKeyFromSeed("a-1", QByteArray(32, 'a')).value();
const auto keyB = nix::secretKeyFromSeed("b-1", QByteArray(32, 'b')).value();
const QString base = u"https://cache.test"_s;

/// Large, and no compressor makes it smaller: it is streamed.
QByteArray noise()
{
    QByteArray bytes(600000, Qt::Uninitialized);
    quint32 state = 1;
    for (auto &byte : bytes)
        byte = char((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

nix::StorePath path(char letter, const QByteArray &name)
{
    return nix::StorePath::fromBaseName(QByteArray(32, letter) + '-' + name).value();
}

/// A cache in a table: paths whose contents mention their references.
class MadeCache {
public:
    explicit MadeCache(QString address = base)
        : m_address(std::move(address))
    {
    }

    /// Signed, consistent; change it and put() it again to tamper.
    nix::NarInfo add(TableHttp &http, const nix::StorePath &path, const std::vector<nix::StorePath> &references,
        const QByteArray &contents = "contents")
    {
        auto text = contents;
        for (const auto &reference : references)
            text += '\n' + reference.text();
        const auto nar = nix::writeNar(NarTree::directory({{"file", NarTree::file(text)}}));
        return addNar(http, path, references, nar);
    }
    nix::NarInfo addNar(TableHttp &http, const nix::StorePath &path, const std::vector<nix::StorePath> &references,
        const QByteArray &nar)
    {
        const auto file = nix::compress(nar, nix::Compression::Xz).value();
        nix::NarInfo info{.path = path};
        info.url = "nar/" + hashOf(file).nix32() + ".nar.xz";
        info.compression = "xz";
        info.fileHash = hashOf(file);
        info.fileSize = quint64(file.size());
        info.narHash = hashOf(nar);
        info.narSize = quint64(nar.size());
        info.references = references;
        std::ranges::sort(info.references);
        http.bodies.insert(m_address + u'/' + QString::fromUtf8(info.url), file);
        put(http, signedBy(info, keyA));
        return signedBy(info, keyA);
    }
    static nix::NarInfo signedBy(nix::NarInfo info, const nix::SecretKey &key)
    {
        info.signatures << nix::sign(nix::fingerprint(info), key).text();
        return info;
    }
    static nix::NarInfo signedAnew(nix::NarInfo info)
    {
        info.signatures.clear();
        return signedBy(std::move(info), keyA);
    }
    void put(TableHttp &http, const nix::NarInfo &info)
    {
        http.bodies.insert(m_address + u'/' + QString::fromLatin1(info.path.hashPart().toByteArray()) + u".narinfo"_s,
            nix::writeNarInfo(info));
    }

private:
    QString m_address;
};

QString text(const nix::StorePath &path)
{
    return QString::fromUtf8(path.text());
}

const auto lib = path('1', "lib-1.0");
const auto app = path('2', "app-2.0");
const auto tool = path('3', "tool");

} // namespace

class LadderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRungOfAGoodPathHolds()
    {
        VerifyBench bench;
        MadeCache().add(bench.http, app, {lib, app});
        const auto report = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(printed(report),
            u"narinfo=holds signature=holds content-address=unavailable url=holds file-hash=holds nar-hash=holds nar-form=holds references=holds"_s);
        QCOMPARE(report.verdict, Verdict::Holds);
        QCOMPARE(report.keys, QList<QByteArray>{"a-1"});
        QVERIFY(nix::summary(report).contains(
            u"Not checked: other caches, closure. Nothing to check: content address, deriver."_s));
        QCOMPARE(report.evidence.size(), size_t(2));
        QCOMPARE(report.evidence[1].sha256, *report.info->fileHash);
        QVERIFY(report.rung(RungName::Signature).bytes.startsWith("1;/nix/store/222"));
    }

    void eachTamperingFailsItsOwnRung_data()
    {
        using Change = std::function<nix::NarInfo(nix::NarInfo)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("printedRungs");
        const auto row
            = [](const char *name, Change change, const QString &rungs) { QTest::newRow(name) << change << rungs; };
        const auto other = hashOf("other");
        row(
            "hash changed",
            [=](auto info) {
                info.narHash = other;
                return info;
            },
            u"narinfo=holds signature=fails content-address=unavailable url=holds file-hash=holds nar-hash=fails nar-form=holds references=holds"_s);
        row(
            "hash changed and signed",
            [=](auto info) {
                info.narHash = other;
                return MadeCache::signedAnew(info);
            },
            u"narinfo=holds signature=holds content-address=unavailable url=holds file-hash=holds nar-hash=fails nar-form=holds references=holds"_s);
        row(
            "size changed and signed",
            [](auto info) {
                info.narSize += 8;
                return MadeCache::signedAnew(info);
            },
            u"narinfo=holds signature=holds content-address=unavailable url=holds file-hash=holds nar-hash=fails nar-form=holds references=holds"_s);
        row(
            "reference added and signed",
            [](auto info) {
                info.references.push_back(tool);
                return MadeCache::signedAnew(info);
            },
            u"narinfo=holds signature=holds content-address=unavailable url=holds file-hash=holds nar-hash=holds nar-form=holds references=fails"_s);
        row(
            "reference left out and signed",
            [](auto info) {
                info.references = {};
                return MadeCache::signedAnew(info);
            },
            u"narinfo=holds signature=holds content-address=unavailable url=holds file-hash=holds nar-hash=holds nar-form=holds references=fails"_s);
        row(
            "no signature",
            [](auto info) {
                info.signatures = {};
                return info;
            },
            u"narinfo=holds signature=fails content-address=unavailable url=holds file-hash=holds nar-hash=holds nar-form=holds references=holds"_s);
        row(
            "signed by a stranger",
            [](auto info) {
                info.signatures = {};
                return MadeCache::signedBy(info, keyB);
            },
            u"narinfo=holds signature=fails content-address=unavailable url=holds file-hash=holds nar-hash=holds nar-form=holds references=holds"_s);
        row(
            "file size changed",
            [](auto info) {
                *info.fileSize += 1;
                return info;
            },
            u"narinfo=holds signature=holds content-address=unavailable url=holds file-hash=fails nar-hash=holds nar-form=holds references=holds"_s);
        row(
            "another cache's file",
            [](auto info) {
                info.url = "https://elsewhere.test/x.nar.xz";
                return info;
            },
            u"narinfo=holds signature=holds content-address=unavailable url=fails file-hash=unchecked nar-hash=unchecked nar-form=unchecked references=unchecked"_s);
        row(
            "another NAR's name",
            [=](auto info) {
                info.url = "nar/" + other.nix32() + ".nar.xz";
                return info;
            },
            u"narinfo=holds signature=holds content-address=unavailable url=fails file-hash=unchecked nar-hash=unchecked nar-form=unchecked references=unchecked"_s);
        row(
            "a file that is not there",
            [](auto info) {
                info.url = "nar/gone.nar.xz";
                return info;
            },
            u"narinfo=holds signature=holds content-address=unavailable url=unavailable file-hash=unchecked nar-hash=unchecked nar-form=unchecked references=unchecked"_s);
        row(
            "content address added",
            [=](auto info) {
                info.contentAddress
                    = nix::ContentAddress{.method = nix::ContentMethod::Recursive, .hash = info.narHash};
                return info;
            },
            u"narinfo=holds signature=holds content-address=fails url=holds file-hash=holds nar-hash=holds nar-form=holds references=holds"_s);
    }
    void eachTamperingFailsItsOwnRung()
    {
        using Change = std::function<nix::NarInfo(nix::NarInfo)>;
        QFETCH(Change, change);
        QFETCH(QString, printedRungs);
        VerifyBench bench;
        MadeCache cache;
        cache.put(bench.http, change(cache.add(bench.http, app, {lib})));
        const auto report = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(printed(report), printedRungs);
        const bool canTell = printedRungs.contains("fails"_L1);
        QCOMPARE(report.verdict, canTell ? Verdict::Fails : Verdict::Unchecked);
    }

    void aNarThatIsNoArchiveFailsItsForm()
    {
        VerifyBench bench;
        MadeCache().addNar(bench.http, app, {}, "not an archive");
        const auto report = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(report.rung(RungName::NarHash).verdict, Verdict::Holds);
        QCOMPARE(report.rung(RungName::NarForm).verdict, Verdict::Fails);
    }

    void contentAddressedPathsNeedNoSignatureButTheRightContents()
    {
        VerifyBench bench;
        MadeCache cache;
        const auto nar = nix::writeNar(NarTree::file("plain"));
        const nix::ContentAddress address{.method = nix::ContentMethod::Flat, .hash = hashOf("plain")};
        const auto made = nix::contentAddressedPath(address, {}, false, "fixed").value();
        auto info = cache.addNar(bench.http, made, {}, nar);
        info.signatures = {};
        info.contentAddress = address;
        cache.put(bench.http, info);
        const auto good = bench.runOne({base}, text(made), optionsWith({keyA.publicKey()}));
        QCOMPARE(good.verdict, Verdict::Holds);
        QCOMPARE(good.rung(RungName::Signature).verdict, Verdict::Unavailable);

        // Other contents with a NarHash to match: Nix's own verify accepts this.
        auto forged = cache.addNar(bench.http, made, {}, nix::writeNar(NarTree::file("forged")));
        forged.signatures = {};
        forged.contentAddress = address;
        cache.put(bench.http, forged);
        const auto bad = bench.runOne({base}, text(made), optionsWith({keyA.publicKey()}));
        QCOMPARE(bad.rung(RungName::NarHash).verdict, Verdict::Holds);
        QCOMPARE(bad.rung(RungName::ContentAddress).verdict, Verdict::Fails);
        QCOMPARE(bad.verdict, Verdict::Fails);
    }

    /// As each derivation names its outputs.
    void aContentAddressedTextMayNameWhatItDoesNotReferTo()
    {
        VerifyBench bench;
        MadeCache cache;
        const QByteArray words = "see " + text(app).toUtf8();
        const nix::ContentAddress address{.method = nix::ContentMethod::Text, .hash = hashOf(words)};
        const auto made = nix::contentAddressedPath(address, {}, false, "x.drv").value();
        auto info = cache.addNar(bench.http, made, {}, nix::writeNar(NarTree::file(words)));
        const auto plain = bench.runOne({base}, text(made), optionsWith({keyA.publicKey()}));
        QCOMPARE(plain.rung(RungName::References).verdict, Verdict::Fails);
        info.contentAddress = address;
        cache.put(bench.http, info);
        const auto report = bench.runOne({base}, text(made), optionsWith({keyA.publicKey()}));
        QCOMPARE(report.rung(RungName::References).verdict, Verdict::Holds);
        QVERIFY(report.rung(RungName::References).detail.contains(u"not declared"_s));
        QCOMPARE(report.verdict, Verdict::Holds);
    }

    void theThresholdCountsKeysAndNotSignatures()
    {
        VerifyBench bench;
        MadeCache cache;
        auto info = cache.add(bench.http, app, {});
        auto options
            = optionsWith({keyA.publicKey(), keyB.publicKey(), {.name = "a-again", .bytes = keyA.publicKey().bytes}},
                Depth::Signature);
        options.trust.policy.threshold = 2;
        QCOMPARE(bench.runOne({base}, text(app), options).rung(RungName::Signature).verdict, Verdict::Fails);
        auto renamed = nix::sign(nix::fingerprint(info), keyA);
        renamed.name = "a-again";
        info.signatures << renamed.text();
        cache.put(bench.http, info);
        QCOMPARE(bench.runOne({base}, text(app), options).rung(RungName::Signature).verdict, Verdict::Fails);
        cache.put(bench.http, MadeCache::signedBy(info, keyB));
        const auto report = bench.runOne({base}, text(app), options);
        QCOMPARE(report.rung(RungName::Signature).verdict, Verdict::Holds);
        QCOMPARE(report.keys.size(), 2);
    }

    void depthSaysHowMuchIsFetched()
    {
        const auto askedAt = [](Depth depth) {
            VerifyBench bench;
            MadeCache().add(bench.http, app, {});
            const auto report = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}, depth));
            return std::pair(bench.http.asked.size(), printed(report).section(u' ', 4));
        };
        QCOMPARE(askedAt(Depth::Signature), std::pair(qsizetype(2), u""_s));
        QCOMPARE(askedAt(Depth::File), std::pair(qsizetype(3), u"file-hash=holds"_s));
        QCOMPARE(askedAt(Depth::Nar), std::pair(qsizetype(3), u"file-hash=holds nar-hash=holds nar-form=holds"_s));
    }

    void theNextCacheIsAskedWhenOneHasNotThePath()
    {
        VerifyBench bench;
        const QString second = u"https://second.test"_s;
        MadeCache(second).add(bench.http, app, {});
        const auto report = bench.runOne({base, second}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(report.verdict, Verdict::Holds);
        QCOMPARE(report.cache, second);
        const auto missing = bench.runOne({base, second}, text(lib), optionsWith({keyA.publicKey()}));
        QCOMPARE(missing.rung(RungName::NarInfo).verdict, Verdict::Unavailable);
        QCOMPARE(missing.verdict, Verdict::Unchecked);
        QCOMPARE(nix::summary(missing), u"No cache asked has this path. Nothing was checked."_s);
    }

    void aCacheForAnotherStoreIsRefused()
    {
        VerifyBench bench;
        MadeCache().add(bench.http, app, {});
        bench.http.bodies.insert(base + u"/nix-cache-info"_s, "StoreDir: /gnu/store\n");
        QCOMPARE(bench.runOne({base}, text(app), optionsWith({keyA.publicKey()})).rung(RungName::NarInfo).verdict,
            Verdict::Fails);
    }

    void aChallengeComparesTheContentsOfOtherCaches()
    {
        VerifyBench bench;
        const QString second = u"https://second.test"_s;
        MadeCache().add(bench.http, app, {});
        auto options = optionsWith({keyA.publicKey()}, Depth::Signature);
        options.asked.challenge = true;
        const auto verdict
            = [&] { return bench.runOne({base}, text(app), options, {second}).rung(RungName::Challenge).verdict; };
        QCOMPARE(verdict(), Verdict::Unavailable);
        MadeCache(second).add(bench.http, app, {});
        QCOMPARE(verdict(), Verdict::Holds);
        MadeCache(second).add(bench.http, app, {}, "built elsewhere");
        QCOMPARE(verdict(), Verdict::Fails);
    }

    void aClosureIsWalkedOnceAndSaysWhatIsMissing()
    {
        VerifyBench bench;
        MadeCache cache;
        cache.add(bench.http, lib, {});
        cache.add(bench.http, app, {lib, app, tool});
        cache.add(bench.http, tool, {lib});
        auto options = optionsWith({keyA.publicKey()});
        options.asked.closure = true;
        auto reports = bench.run({base}, {targetOf(text(app)), targetOf(text(tool))}, options);
        QCOMPARE(reports.size(), size_t(3));
        QVERIFY(std::ranges::all_of(reports, [](const auto &report) { return report.verdict == Verdict::Holds; }));
        QCOMPARE(bench.last.end.pathsDone, 3);
        QCOMPARE(bench.last.closure.entries().size(), size_t(3));

        bench.http.bodies.remove(base + u"/11111111111111111111111111111111.narinfo"_s);
        reports = bench.run({base}, {targetOf(text(app))}, options);
        const auto root = std::ranges::find(reports, text(app), &nix::PathReport::asked);
        QCOMPARE(root->rung(RungName::Closure).verdict, Verdict::Fails);
        QCOMPARE(root->rung(RungName::Closure).detail,
            u"Of 2 other paths it needs 1 are missing, 0 fail, 0 could not be checked."_s);
        QCOMPARE(bench.last.closure.missing(), std::vector<nix::StorePath>{lib});
        QCOMPARE(bench.last.end.missing, 1);
    }

    void aStoppedWalkGoesOnWithoutWhatItHadWalked()
    {
        VerifyBench bench;
        MadeCache cache;
        cache.add(bench.http, lib, {});
        cache.add(bench.http, app, {lib, app, tool});
        cache.add(bench.http, tool, {lib});
        auto options = optionsWith({keyA.publicKey()}, Depth::Signature);
        options.asked.closure = true;
        const auto walked = std::make_shared<nix::Closure>();
        for (const auto &path : {app, lib}) {
            const auto index = walked->add(path);
            walked->enter(index, bench.runOne({base}, text(path), optionsWith({keyA.publicKey()}, Depth::Signature)));
        }
        bench.http.asked.clear();
        QStringList finished;
        nix::VerifyObserver observer;
        observer.finished = [&finished](const nix::PathReport &report) { finished << report.asked; };
        nix::Verifier verifier(bench.open({base}), {}, bench.doors(), options);
        const auto result = waitFor(verifier.run({targetOf(text(app))}, observer, walked));
        QVERIFY(!bench.http.asked.contains(QUrl(base + u'/' + QString::fromLatin1(lib.hashPart()) + u".narinfo"_s)));
        QCOMPARE(finished, (QStringList{text(tool), text(app)}));
        QCOMPARE(result.end.pathsDone, 3);
        QCOMPARE(result.end.pathsKnown, 3);
        QCOMPARE(result.closure.worstReachable(), std::vector<Verdict>(3, Verdict::Holds));
    }

    void aStoppedRunSaysWhatWasFinishedAndGoesOnWithTheRest()
    {
        VerifyBench bench;
        MadeCache cache;
        cache.add(bench.http, app, {lib});
        cache.add(bench.http, lib, {tool});
        cache.add(bench.http, tool, {});
        const auto narInfo = [](const nix::StorePath &path) {
            return base + u'/' + QString::fromLatin1(path.hashPart()) + u".narinfo"_s;
        };
        FakeClock stands; // so that nothing is said because time passes
        nix::Desk desk({base}, {}, optionsWith({keyA.publicKey()}).trust.policy, bench.http, bench.pools, stands);
        QStringList finished;
        connect(&desk, &nix::Desk::reported, this, [&finished](quint64, const QList<nix::PathReport> &reports) {
            for (const auto &report : reports)
                finished << report.pathText();
        });
        nix::DeskOrder order{
            .run = 1, .text = text(app).toUtf8(), .asked = {.depth = Depth::Signature, .closure = true}};
        bench.http.silent = narInfo(tool);
        desk.start(order);
        QTRY_VERIFY(bench.http.asked.contains(QUrl(narInfo(tool))));
        QCOMPARE(finished, QStringList());
        desk.cancel();
        QCOMPARE(finished, QStringList(text(lib)));

        bench.http.silent.clear();
        bench.http.asked.clear();
        order.run = 2;
        order.goOn = true;
        QSignalSpy ended(&desk, &nix::Desk::ended);
        desk.start(order);
        QVERIFY(ended.wait());
        QCOMPARE(finished, (QStringList{text(lib), text(tool), text(app)}));
        QVERIFY(!bench.http.asked.contains(QUrl(narInfo(lib))));
    }

    void aPastedNarInfoMayHaveLostItsLastLinesEnd()
    {
        VerifyBench bench;
        MadeCache().add(bench.http, app, {lib});
        const auto narInfo = bench.http.bodies.value(base + u'/' + QString::fromLatin1(app.hashPart()) + u".narinfo"_s);
        nix::Desk desk({base}, {}, optionsWith({keyA.publicKey()}).trust.policy, bench.http, bench.pools, bench.clock);
        QSignalSpy reported(&desk, &nix::Desk::reported);
        QSignalSpy ended(&desk, &nix::Desk::ended);
        desk.start({.run = 1, .text = narInfo.chopped(1), .asked = {.depth = Depth::Signature}});
        QVERIFY(ended.wait());
        const auto report = reported.first().at(1).value<QList<nix::PathReport>>().first();
        QCOMPARE(report.pathText(), text(app));
        QCOMPARE(report.rung(RungName::Signature).verdict, Verdict::Holds);
    }

    void aBrokenDownloadGoesOnWhereItWasWhenTheServerCan()
    {
        VerifyBench bench;
        MadeCache().add(bench.http, app, {lib}, noise());
        bench.http.ranges = TableHttp::Ranges::Taken;
        bench.http.breakAfter = 3;
        const auto report = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(report.verdict, Verdict::Holds);
        const auto size = *report.info->fileSize;
        const auto half = size / 2;
        const auto threeQuarters = half + (size - half) / 2;
        const auto last = threeQuarters + (size - threeQuarters) / 2;
        QCOMPARE(report.evidence[1].note, u"The connection broke; it went on from byte %1."_s.arg(last));
        QCOMPARE(bench.last.end.bytesDone, size);

        bench.http.ranges = TableHttp::Ranges::Forgotten;
        bench.http.breakAfter = 1;
        const auto second = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(second.verdict, Verdict::Holds);
        QCOMPARE(second.evidence[1].note, u"The connection broke; it was fetched again from the start."_s);
        QCOMPARE(bench.last.end.bytesDone, size);
    }

    void theRestOfAFileIsAskedForOnlyWithAStrongValidator_data()
    {
        using Headers = nix::Resume::Headers;
        QTest::addColumn<Headers>("head");
        QTest::addColumn<QByteArray>("validator"); // empty: not at all
        const std::pair ranges("accept-ranges"_ba, "bytes"_ba);
        const std::pair tag("etag"_ba, "\"a-1\""_ba);
        const std::pair changed("last-modified"_ba, "Wed, 25 Nov 2026 10:00:00 GMT"_ba);
        QTest::newRow("tag") << Headers{ranges, tag} << "\"a-1\""_ba;
        QTest::newRow("weak tag") << Headers{ranges, {"etag", "W/\"a-1\""}} << ""_ba;
        QTest::newRow("no ranges") << Headers{tag} << ""_ba;
        QTest::newRow("encoded") << Headers{ranges, tag, {"content-encoding", "gzip"}} << ""_ba;
        QTest::newRow("old date") << Headers{ranges, changed, {"date", "Wed, 25 Nov 2026 10:01:00 GMT"}}
                                  << changed.second;
        QTest::newRow("fresh date") << Headers{ranges, changed, {"date", "Wed, 25 Nov 2026 10:00:59 GMT"}} << ""_ba;
        QTest::newRow("no clock") << Headers{ranges, changed} << ""_ba;
    }

    void theRestOfAFileIsAskedForOnlyWithAStrongValidator()
    {
        QFETCH(nix::Resume::Headers, head);
        QFETCH(QByteArray, validator);
        nix::Resume resume;
        QVERIFY(resume.begin(200, head));
        QVERIFY(!resume.goOn()); // nothing has come yet
        resume.add(10);
        QCOMPARE(resume.goOn(), !validator.isEmpty());
        if (validator.isEmpty())
            return;
        QVERIFY(resume.headers().contains(std::pair("Range"_ba, "bytes=10-"_ba)));
        QVERIFY(resume.headers().contains(std::pair("If-Range"_ba, validator)));
        QVERIFY(!resume.begin(200, head));
        QVERIFY(!resume.begin(206, {{"content-range", "bytes 0-19/20"}}));
        QVERIFY(resume.begin(206, {{"content-range", "bytes 10-19/20"}}));
        QVERIFY(!resume.goOn()); // this connection brought nothing
    }

    void aBrokenDownloadIsFetchedAgainOnceAndSaidSo()
    {
        VerifyBench bench;
        MadeCache().add(bench.http, app, {lib}, noise());
        bench.http.breakAfter = 1;
        const auto report = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(report.verdict, Verdict::Holds);
        QCOMPARE(report.evidence[1].note, u"The connection broke; it was fetched again from the start."_s);
        QCOMPARE(bench.last.end.bytesDone, *report.info->fileSize);
        bench.http.breakAfter = 2;
        const auto second = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(second.verdict, Verdict::Unchecked);
        QCOMPARE(second.rung(RungName::NarHash).verdict, Verdict::Unchecked);
    }

    void aFileTooLargeForItsNarSizeIsNotReadToItsEnd()
    {
        VerifyBench bench;
        MadeCache cache;
        auto info = cache.add(bench.http, app, {});
        info.compression = "none";
        info.fileSize.reset();
        cache.put(bench.http, info);
        bench.http.bodies.insert(base + u'/' + QString::fromUtf8(info.url), QByteArray(16 * 1024 * 1024, 'x'));
        const auto report = bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}));
        QCOMPARE(report.rung(RungName::NarHash).verdict, Verdict::Fails);
        QVERIFY(bench.last.end.bytesDone < 8 * 1024 * 1024);
    }

    void jsonHasTheKeysThatScriptsRelyOn()
    {
        VerifyBench bench;
        MadeCache().add(bench.http, app, {});
        const auto json
            = nix::reportJson(bench.runOne({base}, text(app), optionsWith({keyA.publicKey()}, Depth::Signature)));
        QCOMPARE(json["path"_L1].toString(), text(app));
        QCOMPARE(json["cache"_L1].toString(), base);
        QCOMPARE(json["verdict"_L1].toString(), u"holds"_s);
        QCOMPARE(json["keys"_L1].toArray(), QJsonArray{u"a-1"_s});
        QStringList names;
        for (const auto &rung : json["rungs"_L1].toArray())
            names << rung.toObject()["name"_L1].toString();
        QCOMPARE(names.join(u' '),
            u"narinfo signature content-address url file-hash nar-hash nar-form references challenge deriver closure"_s);
        QCOMPARE(json["rungs"_L1][1].toObject().keys(), (QStringList{u"detail"_s, u"name"_s, u"verdict"_s}));
        QVERIFY(json["notChecked"_L1].toArray().contains(u"nar-hash"_s));
    }

    void destroyingARunStopsIt()
    {
        VerifyBench bench;
        MadeCache().add(bench.http, app, {lib}, QByteArray(100'000, 'x'));
        nix::Verifier verifier(
            {nix::openCache(base, bench.doors()).value()}, {}, bench.doors(), optionsWith({keyA.publicKey()}));
        bool finished = false;
        {
            Scope scope;
            nix::VerifyObserver observer;
            observer.finished = [&finished](const auto &) { finished = true; };
            scope.start([](nix::Verifier *v, nix::VerifyObserver o) -> Task<void> {
                std::vector<nix::VerifyTarget> targets{targetOf(text(app))};
                co_await v->run(std::move(targets), std::move(o));
            }(&verifier, observer));
        }
        bench.pools.waitForDone();
        QCoreApplication::processEvents();
        QVERIFY(!finished);
    }
};

QTEST_GUILESS_MAIN(LadderTest)
#include "ladder_test.moc"
