// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/narcheck.h"
#include "nix/narinfo.h"
#include "nix/narlisting.h"
#include "nix/realisation.h"
#include "nix/refscan.h"

#include <QDir>
#include <QJsonDocument>
#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

const QString caches = QStringLiteral(NARSCOPE_SHARED_DIR "/vectors/caches/");

QByteArray contents(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QList<QByteArray> narInfosIn(const QString &folder)
{
    QList<QByteArray> texts;
    const QDir dir(folder);
    for (const auto &name : dir.entryList({u"*.narinfo"_s}))
        texts.append(contents(dir.filePath(name)));
    return texts;
}

NarCheckRequest requestFor(const NarInfo &info, Compression compression)
{
    return {.compression = compression,
        .limits = {.output = info.narSize},
        .wanted = hashParts(info.references),
        .contentAddress = info.contentAddress,
        .selfHashPart = info.refersToItself() ? info.path.hashPart().toByteArray() : QByteArray()};
}

NarFacts factsOf(const QByteArray &file, NarCheckRequest request, qsizetype step)
{
    NarCheck check(std::move(request));
    for (qsizetype at = 0; at < file.size(); at += step)
        check.feed(QByteArrayView(file).sliced(at, qMin(step, file.size() - at)));
    return check.finish();
}

/// The words of the table of suggested verdicts, as far as they are about contents.
QByteArray verdictOn(const NarFacts &facts, const NarInfo &info)
{
    if (facts.decoderFault && facts.decoderFault != DecoderFault::OutputLimit)
        return "UNREADABLE";
    if (facts.decoderFault || facts.narHash != info.narHash)
        return "MISMATCH";
    if (facts.narSize != info.narSize)
        return "NarSize WRONG";
    return facts.brokenRule ? "NOT A WELL-FORMED NAR" : "match";
}

} // namespace

class CacheVectorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(caches + u"paths.txt"_s))
            QSKIP("The shared vectors are not here: nothing was checked.");
    }

    void everyFileHoldsWhatItsNarInfoSays_data()
    {
        QTest::addColumn<QString>("cache");
        for (const auto &cache : QDir(caches).entryList({u"cache-*"_s}))
            QTest::newRow(qPrintable(cache)) << cache;
    }
    void everyFileHoldsWhatItsNarInfoSays();
    void listingsAreThoseThatNixWrote();
    void tamperedContentsHaveTheSuggestedVerdicts_data();
    void tamperedContentsHaveTheSuggestedVerdicts();
    void aBombIsCutOffAtTheDeclaredSize();
    void theRealisationThatNixMadeIsRead();
};

void CacheVectorsTest::everyFileHoldsWhatItsNarInfoSays()
{
    QFETCH(QString, cache);
    const auto folder = caches + cache + u'/';
    int seen = 0, addressed = 0, referring = 0;
    for (const auto &text : narInfosIn(folder)) {
        const auto info = readNarInfo(text)->info;
        const auto compression = compressionNamed(info.compression);
        QVERIFY(compression);
        const auto file = contents(folder + QString::fromUtf8(info.url));
        for (const qsizetype step : {qsizetype(13), file.size()}) {
            const auto facts = factsOf(file, requestFor(info, *compression), step);
            QVERIFY2(!facts.decoding && !facts.form, info.url.constData());
            QCOMPARE(facts.narHash, info.narHash);
            QCOMPARE(facts.narSize, info.narSize);
            QCOMPARE(facts.fileHash, info.fileHash);
            QCOMPARE(facts.fileSize, info.fileSize);
            // What Nix found by its own scan after the build.
            QCOMPARE(facts.found, hashParts(info.references));
            if (info.contentAddress)
                QCOMPARE(facts.contentHash, info.contentAddress->hash);
        }
        ++seen;
        addressed += info.contentAddress.has_value();
        referring += !info.references.empty();
    }
    QVERIFY(seen >= 14 && addressed >= 4 && referring >= 4);
}

void CacheVectorsTest::listingsAreThoseThatNixWrote()
{
    const auto folder = caches + u"cache-none/"_s;
    int seen = 0;
    for (const auto &text : narInfosIn(folder)) {
        const auto info = readNarInfo(text)->info;
        const auto claimed = contents(folder + QString::fromUtf8(info.path.hashPart().toByteArray()) + u".ls"_s);
        if (claimed.isEmpty())
            continue;
        const auto listing = listNar(contents(folder + QString::fromUtf8(info.url)));
        QVERIFY(listing);
        const auto read = readListing(claimed);
        QVERIFY(read);
        QVERIFY2(*read == *listing, info.url.constData());
        QCOMPARE(*writeListing(*listing), claimed);
        ++seen;
    }
    QVERIFY(seen >= 14);
}

void CacheVectorsTest::tamperedContentsHaveTheSuggestedVerdicts_data()
{
    QTest::addColumn<QString>("variant");
    QTest::addColumn<QByteArray>("verdict");
    const auto lines = contents(caches + u"verdicts-tampered.tsv"_s).split('\n');
    for (const auto &line : lines.sliced(1)) {
        const auto fields = line.split('\t');
        if (fields.size() < 11 || fields[10] == "malformed narinfo" || fields[10].contains("URL")
            || fields[10].contains("unknown compression"))
            continue;
        QTest::newRow(fields[0].constData()) << QString::fromUtf8(fields[0]) << fields[10];
    }
}

void CacheVectorsTest::tamperedContentsHaveTheSuggestedVerdicts()
{
    QFETCH(QString, variant);
    QFETCH(QByteArray, verdict);
    const auto folder = caches + u"tampered/"_s + variant + u'/';
    const auto info = readNarInfo(narInfosIn(folder).value(0))->info;
    const auto url = info.url.split('?').front(); // one variant has a query
    const auto file = contents(folder + QString::fromUtf8(url));
    const auto facts = factsOf(file, requestFor(info, *compressionNamed(info.compression)), 64);
    const auto ours = verdictOn(facts, info);
    for (const QByteArray words : {"UNREADABLE", "MISMATCH", "NarSize WRONG", "NOT A WELL-FORMED NAR"})
        QCOMPARE(ours == words, verdict.contains(words) || (variant == u"05-narhash"_s && words == "MISMATCH"));
    if (verdict.contains("content matches") || verdict.contains("content; matches"))
        QCOMPARE(ours, "match");
    if (verdict.startsWith("content-addressed"))
        QCOMPARE(facts.contentHash, info.contentAddress->hash);
}

void CacheVectorsTest::aBombIsCutOffAtTheDeclaredSize()
{
    const auto folder = caches + u"tampered/39-bomb-zstd/"_s;
    const auto info = readNarInfo(narInfosIn(folder).value(0))->info;
    const auto facts
        = factsOf(contents(folder + QString::fromUtf8(info.url)), requestFor(info, Compression::Zstd), 1 << 20);
    QCOMPARE(facts.decoderFault, DecoderFault::OutputLimit);
    QCOMPARE(facts.narSize, info.narSize);
}

void CacheVectorsTest::theRealisationThatNixMadeIsRead()
{
    const QDir dir(caches + u"cache-xz/realisations"_s);
    const auto files = dir.entryList({u"*.doi"_s});
    QCOMPARE(files.size(), 1);
    const auto realisation = readRealisation(contents(dir.filePath(files.front())));
    QVERIFY(realisation);
    QCOMPARE(QString::fromUtf8(realisation->id()) + u".doi"_s, files.front());
    QCOMPARE(realisation->outPath.baseName(), "8qmm4zkfs03js9prrq8164zzy2fgymis-floating-ca");
    QVERIFY(realisation->signatures.isEmpty());
}

QTEST_APPLESS_MAIN(CacheVectorsTest)
#include "cache_vectors_test.moc"
