// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/channelmap.h"
#include "channels/client.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::channels;

namespace {

/// The heads of an exchange out of the recorded text: everything after «GET URL» up to an empty line, by
/// lower-case name.
QHash<QString, QString> headsAfter(const QString &text, const QString &request)
{
    QHash<QString, QString> heads;
    const auto from = text.indexOf(request);
    const auto lines = from < 0 ? QStringList() : text.sliced(from).split(u'\n').mid(1);
    for (const auto &line : lines) {
        if (line.trimmed().isEmpty())
            break;
        if (const auto colon = line.indexOf(": "_L1); colon > 0)
            heads.insert(line.first(colon).toLower(), line.sliced(colon + 2).trimmed());
    }
    return heads;
}

} // namespace

/// Recorded and reconstructed answers of the real servers, with the meaning that the reference gives them.
class ChannelSamplesTest : public QObject {
    Q_OBJECT

private:
    QByteArray sample(const QString &name)
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QDir m_folder{QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution")};

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_folder.exists())
            QSKIP("no samples of the distribution beside the checkout");
    }

    void aReleaseFollowsFromTheRedirectOfTheCdn()
    {
        const auto text = QString::fromUtf8(sample(u"http/redirect-chain-2026.RECONSTRUCTED.txt"_s));
        const auto bare = headsAfter(text, u"GET https://channels.nixos.org/nixos-26.05\n"_s);
        QCOMPARE(
            releaseFolder(QUrl(bare.value(u"location"_s))).value(), u"nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"_s);
        const auto tarball = headsAfter(text, u"GET https://channels.nixos.org/nixos-26.05/nixexprs.tar.xz"_s);
        QCOMPARE(
            releaseFolder(QUrl(tarball.value(u"location"_s))).value(), u"nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"_s);
        Pointer pointer;
        readImmutableLink(tarball.value(u"link"_s).toLatin1(), pointer);
        QCOMPARE(pointer.revision, u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s);
        QCOMPARE(pointer.committedAt, Epoch(1783148766));
    }

    void theRecordedRedirectOf2025HasNoCommitTimeYet()
    {
        const auto text = QString::fromUtf8(sample(u"http/redirect-chain-nixos-24.11-small.RECORDED.txt"_s));
        const auto heads = headsAfter(text.sliced(text.indexOf("content-length: 75"_L1)), u"HTTP/2 302"_s);
        QCOMPARE(releaseFolder(QUrl(heads.value(u"location"_s))).value(),
            u"nixos/24.11-small/nixos-24.11.715880.b75693fb46bf"_s);
        Pointer pointer;
        readImmutableLink(heads.value(u"link"_s).toLatin1(), pointer);
        QCOMPARE(pointer.revision, u"b75693fb46bfaf09e662d09ec076c5a162efa9f6"_s);
        QCOMPARE(pointer.committedAt, Epoch());
        QCOMPARE(heads.value(u"x-served-by"_s), u"cache-iad-kiad7000165-IAD, cache-fra-eddf8230179-FRA"_s);
    }

    void theSmallFilesOfARelease()
    {
        QCOMPARE(
            parseRevision(sample(u"channels/git-revision"_s)).value(), u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s);
        const auto source = parseSourceUrl(sample(u"channels/src-url.RECONSTRUCTED"_s)).value();
        QCOMPARE(source.first, EvalId(1830000));
        QCOMPARE(source.second, QUrl(u"https://hydra.nixos.org"_s));
        const auto hash = parseFileHash(sample(u"channels/iso.sha256.RECORDED-hash-RECONSTRUCTED-form"_s)).value();
        QCOMPARE(hash.base16(), "4d49a5441f71ec92a3743bb1091e046cd5d989d8d8f45b865c36c55799b9f3c3");
        QCOMPARE(parseRevision("a50de1b7d8a5").error().kind, ProblemKind::Malformed);
        QCOMPARE(parseSourceUrl(sample(u"channels/binary-cache-url"_s)).error().kind, ProblemKind::Malformed);
    }

    void theIndexPageTellsAllOfARelease()
    {
        const auto index = parseReleaseIndex(sample(u"channels/release-index.RECONSTRUCTED.html"_s));
        QVERIFY2(index, index ? "" : qPrintable(describe(index.error())));
        const ReleaseIndex expected{.channel = u"nixos-26.05"_s,
            .release = u"nixos-26.05.4193.a50de1b7d8a5"_s,
            .releasedAt = 1783156351, // date -u -d '2026-07-04 09:12:31' +%s
            .revision = u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s,
            .committedAt = 1783148766, // the commit's own time, as in the recorded flake.lock
            .eval = EvalId(1830000),
            .hydra = QUrl(u"https://hydra.nixos.org"_s),
            .files = {{u"binary-cache-url"_s, 23, QString(64, u'0')}, {u"git-revision"_s, 40, QString(64, u'1')}}};
        QVERIFY(*index == expected);
    }

    void recordedReleaseNamesSayWhatTheyAre()
    {
        QCOMPARE(parseReleaseName(u"nixos-26.11pre1027151.04b4e759e843"),
            std::optional(ReleaseName{u"nixos"_s, u"26.11"_s, u"pre"_s, 1027151, u"04b4e759e843"_s}));
        QCOMPARE(parseReleaseName(u"nixos-26.05.4193.a50de1b7d8a5"),
            std::optional(ReleaseName{u"nixos"_s, u"26.05"_s, {}, 4193, u"a50de1b7d8a5"_s}));
        QCOMPARE(parseReleaseName(u"nixos-20.03.1405.a17e021b948"),
            std::optional(ReleaseName{u"nixos"_s, u"20.03"_s, {}, 1405, u"a17e021b948"_s}));
        QVERIFY(!parseReleaseName(u"nixos-unstable"));
    }

    void aRecordedListOfABucketReads()
    {
        const auto page = parseBucketPage(sample(u"s3/nix-releases-list-20.03-small.RECORDED-excerpt.xml"_s));
        QVERIFY2(page, page ? "" : qPrintable(describe(page.error())));
        QCOMPARE(page->bucket, u"nix-releases"_s);
        QCOMPARE(page->prefix, u"nixos/20.03-small/"_s);
        QVERIFY(!page->isTruncated);
        QCOMPARE(page->entries.size(), 2);
        const BucketEntry first{.key = u"nixos/20.03-small/nixos-20.03.1405.a17e021b948"_s,
            .lastModified = 1587330141, // 2020-04-19T21:02:21Z
            .size = 2391,
            .etag = u"3c3e9ed4863f7793cc82c9c6aa2129d6"_s};
        QVERIFY(page->entries.front() == first);
        QVERIFY(page->folders.isEmpty());
    }

    void aCutListSaysWhereItGoesOnAndNamesDoNotSort()
    {
        const auto page
            = parseBucketPage(sample(u"s3/nix-releases-list-unstable-truncated.RECONSTRUCTED.xml"_s)).value();
        QVERIFY(page.isTruncated);
        QCOMPARE(page.nextMarker, u"nixos/unstable-small/nixos-26.11pre999001.0123456789ab/"_s);
        QCOMPARE(page.entries.size(), 2);
        QCOMPARE(page.folders.size(), 2);
        const auto countOf
            = [](const BucketEntry &entry) { return parseReleaseName(entry.key.section(u'/', -1))->revisionCount; };
        QCOMPARE(countOf(page.entries[0]), 1027151);
        QCOMPARE(countOf(page.entries[1]), 999001);
        QVERIFY(page.entries[0].key < page.entries[1].key);
    }

    void aRefusalOfTheBucketIsAProblemOfItsKind()
    {
        const auto refused = parseBucketPage(sample(u"s3/access-denied.RECONSTRUCTED.xml"_s));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ProblemKind::Forbidden);
        QCOMPARE(refused.error().detail, u"AccessDenied: Access Denied"_s);
    }

    void entitiesAndDocumentTypesAreRefused()
    {
        const auto bomb = parseBucketPage("<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c "
                                          "\"&b;&b;\">]><ListBucketResult><Name>&c;</Name></ListBucketResult>");
        QVERIFY(!bomb);
        QCOMPARE(bomb.error().kind, ProblemKind::Malformed);
        QVERIFY(!parseBucketPage("<ListBucketResult>" + QByteArray("<a>").repeated(100'000)));
    }

    void storePathsOfAReleaseAreUnpackedAndRead()
    {
        const auto paths = readStorePaths(sample(u"release/store-paths.RECONSTRUCTED.txt.xz"_s));
        QVERIFY2(paths, paths ? "" : qPrintable(describe(paths.error())));
        QCOMPARE(paths->join('\n') + '\n', sample(u"release/store-paths.RECONSTRUCTED.txt"_s));
    }

    void prometheusTellsEveryChannelInOneAnswer()
    {
        auto samples = parseSamples(sample(u"prometheus/query-channel_revision.RECONSTRUCTED.json"_s)).value();
        samples += parseSamples(sample(u"prometheus/query-channel_update_time.RECONSTRUCTED.json"_s)).value();
        const QList<ChannelState> expected{
            {u"nixos-25.11"_s, QString(40, u'0'), u"unmaintained"_s, u"primary"_s, false, {}},
            {u"nixos-26.05"_s, u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s, u"stable"_s, u"primary"_s, true,
                1783156351},
            {u"nixpkgs-unstable"_s, u"65179426c83bb3f6bc14898b42ea1c6f01d374b0"_s, u"rolling"_s, {}, true,
                {}}, // no variant: empty labels are absent
        };
        QVERIFY(channelStates(samples) == expected);
    }

    void prometheusTellsTheGateJobsPast()
    {
        const auto series
            = parseSeries(sample(u"prometheus/query_range-hydra_job_failed.RECONSTRUCTED.json"_s)).value();
        QCOMPARE(series.size(), 1);
        QCOMPARE(series.front().label(u"channel"_s), u"nixos-unstable"_s);
        QCOMPARE(series.front().label(u"exported_job"_s), u"tested"_s);
        QCOMPARE(series.front().points, (QList<Point>{{1783162800, 0}, {1783166400, 0}, {1783170000, 1}}));
    }

    void aRefusedQueryIsTheProblemThatPrometheusTells()
    {
        const auto refused = parseSamples(sample(u"prometheus/query-error.RECONSTRUCTED.json"_s));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ProblemKind::Usage);
        QVERIFY(refused.error().detail.contains("unexpected end of input"_L1));
    }

    void everyChannelOfTheListFollowsTheRulesOfTheScript()
    {
        // distribution.md §1.1 and §1.3: the job that gates it, and the folder that the script makes of the
        // name.
        const auto &map = shippedChannels();
        const auto *unstable = map.find(u"nixos-unstable"_s);
        QVERIFY(unstable);
        QCOMPARE(unstable->gate.jobset.text(), u"nixos:unstable"_s);
        QCOMPARE(unstable->gate.job, u"tested"_s);
        QCOMPARE(unstable->folder, u"nixos/unstable"_s);
        QCOMPARE(unstable->unit, u"update-nixos-unstable.service"_s);
        QCOMPARE(map.find(u"nixpkgs-unstable"_s)->folder, u"nixpkgs"_s);
        QCOMPARE(map.find(u"nixpkgs-26.05-darwin"_s)->folder, u"nixpkgs/26.05-darwin"_s);
        QVERIFY(!map.find(u"nixos-25.11"_s)->isMaintained());
        for (const auto &channel : map.channels)
            QCOMPARE(channelNamed(channel.name).gate, channel.gate);
        QCOMPARE(channelNamed(u"nixos-27.05-small"_s).gate.jobset.text(), u"nixos:release-27.05-small"_s);
    }
};

QTEST_GUILESS_MAIN(ChannelSamplesTest)
#include "samples_test.moc"
