// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/cacheinfo.h"
#include "nix/narinfo.h"
#include "nix/trust.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

const QString vectors = QStringLiteral(NARSCOPE_SHARED_DIR "/vectors/");
const QDate today(2026, 11, 25);

QByteArray contents(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QList<QByteArrayList> table(const QString &name)
{
    QList<QByteArrayList> rows;
    const auto lines = contents(vectors + name).split('\n');
    for (const auto &line : lines.sliced(1)) {
        if (!line.isEmpty())
            rows.append(line.split('\t'));
    }
    return rows;
}

QByteArray key(const QString &name)
{
    return contents(vectors + u"caches/keys/"_s + name);
}

TrustPolicy policyOf(const QByteArray &keys, int threshold = 1)
{
    return {.keys = keysFromText(keys, u"test"_s).keys, .threshold = threshold};
}

/// The one narinfo in a tampered cache's folder.
QByteArray narInfoIn(const QString &variant)
{
    const QDir dir(vectors + u"caches/tampered/"_s + variant);
    const auto files = dir.entryList({u"*.narinfo"_s});
    return files.isEmpty() ? QByteArray() : contents(dir.filePath(files.first()));
}

} // namespace

class NarInfoVectorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(vectors + u"narinfo/index.tsv"_s))
            QSKIP("The shared vectors are not here: nothing was checked.");
    }

    void realNarInfosHaveTheRecordedVerdicts_data()
    {
        QTest::addColumn<QByteArrayList>("row");
        for (const auto &row : table(u"narinfo/index.tsv"_s))
            QTest::newRow(row[0].constData()) << row;
    }
    void realNarInfosHaveTheRecordedVerdicts()
    {
        QFETCH(QByteArrayList, row);
        const auto reading = readNarInfo(contents(vectors + u"narinfo/"_s + QString::fromUtf8(row[0])));
        // Real Nix refuses one of them for its CA; the verdicts on signatures were made without parsing it.
        if (row[5].startsWith("rc 1")) {
            QVERIFY(!reading);
            return;
        }
        QVERIFY2(reading, qPrintable(reading ? QString() : describe(reading.error())));
        const auto trust
            = checkTrust(*reading, policyOf(contents(vectors + u"narinfo/trusted-public-keys.txt"_s)), today);
        QByteArrayList verdicts;
        for (const auto &check : trust.signatures)
            verdicts.append(check.keyName + '=' + word(check.verdict).toUtf8());
        QCOMPARE(verdicts.isEmpty() ? "unsigned"_ba : verdicts.join("; "), row[3]);
        QCOMPARE(trust.enough, row[4] == "valid");
        QCOMPARE(trust.signedOverListedOrder(), row[6].contains("References not sorted"));
        if (reading->info.contentAddress)
            QCOMPARE(checkContentAddress(reading->info).verdict, ContentAddressCheck::Verdict::Holds);
        QCOMPARE(readNarInfo(writeNarInfo(reading->info))->info, reading->info);
    }

    void fingerprintsAreByteForByte()
    {
        int compared = 0;
        for (const auto &row : table(u"narinfo/fingerprints.tsv"_s)) {
            const auto reading = readNarInfo(contents(vectors + u"narinfo/"_s + QString::fromUtf8(row[0])));
            QVERIFY2(reading || row[0].startsWith("045"), row[0].constData());
            if (!reading)
                continue;
            QCOMPARE(fingerprint(reading->info), row[1]);
            ++compared;
        }
        QVERIFY(compared > 40);
    }

    void tamperedNarInfosHaveTheSuggestedVerdicts_data()
    {
        QTest::addColumn<QByteArrayList>("row");
        for (const auto &row : table(u"caches/verdicts-tampered.tsv"_s))
            QTest::newRow(row[0].constData()) << row;
    }
    void tamperedNarInfosHaveTheSuggestedVerdicts()
    {
        QFETCH(QByteArrayList, row);
        const auto variant = QString::fromUtf8(row[0]);
        const auto verdict = row[10];
        const auto reading = readNarInfo(narInfoIn(variant));
        if (verdict == "malformed narinfo") {
            QVERIFY(!reading);
            QVERIFY(row[5] != "0");
            return;
        }
        QVERIFY2(reading, qPrintable(reading ? QString() : describe(reading.error())));
        const auto trust = checkTrust(*reading, policyOf(key(u"test-a-1.pub"_s)), today);
        const auto address = checkContentAddress(reading->info).verdict;
        if (verdict.startsWith("signature valid"))
            QVERIFY(trust.enough);
        if (verdict.startsWith("signature INVALID") || verdict.startsWith("no signature")
            || verdict.contains("unsigned"))
            QVERIFY(!trust.enough);
        if (verdict.contains("CA does not match"))
            QCOMPARE(address, ContentAddressCheck::Verdict::Fails);
        if (verdict.startsWith("content-addressed"))
            QCOMPARE(address, ContentAddressCheck::Verdict::Holds);
        if (verdict.startsWith("wrong narinfo"))
            QVERIFY(reading->info.path.baseName() != row[2]);
        else
            QCOMPARE(reading->info.path.baseName(), row[2]);
        if (verdict.startsWith("cache is for another store"))
            QVERIFY(
                !readCacheInfo(contents(vectors + u"caches/tampered/"_s + variant + u"/nix-cache-info"_s))->isFor());
        else if (row[5] == "0") // what the real `nix store verify --no-contents` let pass
            QVERIFY(trust.enough || address == ContentAddressCheck::Verdict::Holds);
        else if (!verdict.startsWith("wrong narinfo") && row[0] != "19-sig-not-base64")
            QVERIFY(!trust.enough);
    }

    // verdicts-sigs-needed.tsv, row by row. Nix 2.8 passes the first: it counts spellings; we count keys.
    void thresholdsCountDistinctKeys()
    {
        const auto a = key(u"test-a-1.pub"_s);
        const auto wrong = "test-a-1:" + key(u"evil-1.pub"_s).split(':').last();
        const auto enough = [](const QString &variant, const TrustPolicy &policy) {
            return checkTrust(*readNarInfo(narInfoIn(variant)), policy, today).enough;
        };
        QVERIFY(!enough(u"24-sig-malleable"_s, policyOf(a, 2)));
        QVERIFY(enough(u"24-sig-malleable"_s, policyOf(a, 1)));
        QVERIFY(!enough(u"00-good-none"_s, policyOf(a, 2)));
        QVERIFY(!enough(u"88-ca-unsigned"_s, policyOf(a, 1)));
        QVERIFY(!enough(u"00-good-none"_s, policyOf(a + "\nother-1:" + a.split(':').last(), 2)));
        QVERIFY(!enough(u"00-good-none"_s, policyOf(wrong + '\n' + a)));
        QVERIFY(enough(u"00-good-none"_s, policyOf(a + '\n' + wrong)));
        const auto import = keysFromNixConf("trusted-public-keys = " + a + " test-b-1:AAAA\n");
        QCOMPARE(import.keys.size(), 1u);
        QCOMPARE(import.problems.size(), 1u);
    }

    void everyPathOfTheMadeCachesIsTrusted()
    {
        const auto policy = policyOf(key(u"test-a-1.pub"_s));
        int seen = 0, addressed = 0;
        const QDir caches(vectors + u"caches"_s);
        for (const auto &cache : caches.entryList({u"cache-*"_s})) {
            const QDir dir(caches.filePath(cache));
            for (const auto &file : dir.entryList({u"*.narinfo"_s})) {
                const auto reading = readNarInfo(contents(dir.filePath(file)));
                QVERIFY2(reading, qPrintable(file));
                QVERIFY2(reading->notes.empty(), qPrintable(file));
                const auto address = checkContentAddress(reading->info).verdict;
                QVERIFY2(address != ContentAddressCheck::Verdict::Fails, qPrintable(file));
                // Derivations are there unsigned: their path is their content address.
                QVERIFY2(
                    checkTrust(*reading, policy, today).enough || reading->info.path.isDerivation(), qPrintable(file));
                addressed += address == ContentAddressCheck::Verdict::Holds;
                ++seen;
            }
        }
        QVERIFY(seen >= 8 * 15);
        QVERIFY(addressed >= 8);
    }
};

QTEST_APPLESS_MAIN(NarInfoVectorsTest)
#include "narinfo_vectors_test.moc"
