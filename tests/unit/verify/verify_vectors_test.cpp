// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/verify/verifyhelp.h"

#include <QDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;
using nix::RungName;
using nix::Verdict;

namespace {

const QString caches = QStringLiteral(NARSCOPE_SHARED_DIR) + u"/vectors/caches/"_s;

QByteArray fileText(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

nix::PublicKey key(const QString &name)
{
    return nix::parsePublicKey(fileText(caches + u"keys/"_s + name + u".pub"_s).trimmed()).value();
}

std::vector<QList<QByteArray>> table(const QString &name, qsizetype width)
{
    std::vector<QList<QByteArray>> rows;
    for (const auto &line : fileText(caches + name).split('\n').mid(1)) {
        if (auto columns = line.split('\t'); columns.size() >= width)
            rows.push_back(std::move(columns));
    }
    return rows;
}

/// What the words of the table's suggested verdicts say about one rung.
struct Sign {
    QLatin1StringView words;
    RungName rung;
    Verdict verdict;
};
const Sign signs[] = {
    {"signature valid"_L1, RungName::Signature, Verdict::Holds},
    {"content matches"_L1, RungName::NarHash, Verdict::Holds},
    {"content hash matches, but NOT"_L1, RungName::NarHash, Verdict::Holds},
    {"signature INVALID"_L1, RungName::Signature, Verdict::Fails},
    {"no signature by a trusted key"_L1, RungName::Signature, Verdict::Fails},
    {"wrong narinfo"_L1, RungName::NarInfo, Verdict::Fails},
    {"malformed narinfo"_L1, RungName::NarInfo, Verdict::Fails},
    {"another store dir"_L1, RungName::NarInfo, Verdict::Fails},
    {"content MISMATCH"_L1, RungName::NarHash, Verdict::Fails},
    {"content UNREADABLE"_L1, RungName::NarHash, Verdict::Fails},
    {"NarSize WRONG"_L1, RungName::NarHash, Verdict::Fails},
    {"NOT A WELL-FORMED NAR"_L1, RungName::NarForm, Verdict::Fails},
    {"refuse the URL"_L1, RungName::Url, Verdict::Fails},
    {"second URL does not exist"_L1, RungName::NarHash, Verdict::Unchecked},
    {"cannot check content"_L1, RungName::NarHash, Verdict::Unchecked},
    {"content-addressed, unsigned"_L1, RungName::ContentAddress, Verdict::Holds},
    {"CA does not match the path"_L1, RungName::ContentAddress, Verdict::Fails},
    {"never call it verified"_L1, RungName::Deriver, Verdict::Unchecked},
};

bool hasFault(const QString &suggested)
{
    return std::ranges::any_of(signs, [&](const Sign &sign) {
        return suggested.contains(sign.words) && sign.verdict != Verdict::Holds && sign.rung != RungName::Deriver;
    });
}

} // namespace

/// The caches that the real Nix made, and the verdicts noted beside them.
class VerifyVectorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QDir(caches).exists())
            QSKIP("the vectors are not here: ../shared/vectors/caches");
    }

    void tamperedCachesGetACarefulClientsVerdict_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("suggested");
        for (const auto &columns : table(u"verdicts-tampered.tsv"_s, 11))
            QTest::newRow(columns[0].constData())
                << u"/nix/store/"_s + QString::fromUtf8(columns[2]) << QString::fromUtf8(columns[10]);
    }
    void tamperedCachesGetACarefulClientsVerdict()
    {
        QFETCH(QString, path);
        QFETCH(QString, suggested);
        const auto variant = QString::fromUtf8(QTest::currentDataTag());
        VerifyBench bench;
        const auto report = bench.runOne({caches + u"tampered/"_s + variant}, path, optionsWith({key(u"test-a-1"_s)}));
        int told = 0;
        for (const auto &sign : signs) {
            if (!suggested.contains(sign.words))
                continue;
            ++told;
            QVERIFY2(
                report.rung(sign.rung).verdict == sign.verdict, qPrintable(suggested + u" -- "_s + printed(report)));
        }
        QVERIFY2(told > 0, qPrintable(u"no rung is told by: "_s + suggested));
        // The table's author looked at the contents only; FileSize is a rung of its own here.
        const bool isFine = !hasFault(suggested) && variant != "36-filesize-wrong"_L1;
        QVERIFY2((report.verdict == Verdict::Holds) == isFine, qPrintable(suggested + u" -- "_s + printed(report)));
    }

    void goodCachesHoldUnderTheKeysUnderWhichNixAcceptsThem_data()
    {
        QTest::addColumn<QString>("cache");
        QTest::addColumn<QString>("asked");
        QTest::addColumn<int>("nix");
        for (const auto &columns : table(u"verdicts-good.tsv"_s, 3))
            QTest::newRow((columns[0] + ' ' + columns[1]).constData())
                << QString::fromUtf8(columns[0]) << QString::fromUtf8(columns[1]) << columns[2].toInt();
    }
    void goodCachesHoldUnderTheKeysUnderWhichNixAcceptsThem()
    {
        QFETCH(QString, cache);
        QFETCH(QString, asked);
        QFETCH(int, nix);
        QList<nix::PublicKey> keys;
        for (const auto &letter : asked.section(u',', 0, 0).section(u"keys: "_s, 1).split(u' ')) {
            if (letter != "none"_L1)
                keys << key(u"test-%1-1"_s.arg(letter));
        }
        auto options = optionsWith(keys);
        options.trust.policy.threshold = asked.contains("-n 2"_L1) ? 2 : 1;
        VerifyBench bench;
        auto targets = nix::readVerifyInput(fileText(caches + u"paths.txt"_s)).targets;
        QCOMPARE(targets.size(), size_t(14));
        const auto reports = bench.run({caches + cache}, targets, options);
        QCOMPARE(reports.size(), size_t(14));
        bool all = true;
        for (const auto &report : reports) {
            all = all && report.verdict == Verdict::Holds;
            QCOMPARE(report.rung(RungName::NarHash).verdict, Verdict::Holds);
            QCOMPARE(report.rung(RungName::References).verdict, Verdict::Holds);
        }
        QCOMPARE(all, nix == 0);
    }

    void theRealNarInfoThatNamesAnotherNarIsCaughtWithoutADownload()
    {
        const auto text = fileText(QStringLiteral(NARSCOPE_SHARED_DIR)
            + u"/samples/distribution/crypto/openapv-2026-06-wrong-nar-url.narinfo"_s);
        QVERIFY(!text.isEmpty());
        VerifyBench bench;
        bench.http.bodies = {{u"https://cache.test/nix-cache-info"_s, "StoreDir: /nix/store\n"},
            {u"https://cache.test/0mg3mag909yg8pk14cjsppxs2px7iqfv.narinfo"_s, text}};
        auto options = optionsWith({});
        options.trust.policy = nix::defaultPolicy();
        const auto report = bench.runOne(
            {u"https://cache.test"_s}, u"/nix/store/0mg3mag909yg8pk14cjsppxs2px7iqfv-openapv-0.2.1.2"_s, options);
        QCOMPARE(report.verdict, Verdict::Fails);
        QCOMPARE(report.rung(RungName::Signature).verdict, Verdict::Holds);
        QCOMPARE(report.keys, QList<QByteArray>{"cache.nixos.org-1"});
        QCOMPARE(report.rung(RungName::Url).verdict, Verdict::Fails);
        QCOMPARE(report.rung(RungName::NarHash).verdict, Verdict::Unchecked);
        QCOMPARE(bench.http.asked.size(), 2);
    }
};

QTEST_GUILESS_MAIN(VerifyVectorsTest)
#include "verify_vectors_test.moc"
