// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/decoder.h"
#include "nix/isocheck.h"
#include "unit/verify/verifyhelp.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;
using nix::IsoStepName;
using nix::NarTree;
using nix::Verdict;

namespace {

const auto key = nix::secretKeyFromSeed("cache-1", QByteArray(32, 'k')).value();
const QString cache = u"https://cache.test"_s;
const nix::IsoPlaces places{.channels = QUrl(u"https://channels.test"_s), .releases = QUrl(u"https://releases.test"_s)};
const QString release = u"https://releases.test/nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"_s;
const QString image = u"nixos-minimal-26.05.4193.a50de1b7d8a5-x86_64-linux.iso"_s;

QByteArray imageBytes()
{
    QByteArray bytes(16 * 2048, '\0');
    QByteArray descriptor(2048, ' ');
    descriptor.replace(0, 7,
        QByteArray("\x01"
                   "CD001\x01",
            7));
    descriptor.replace(40, 20, "nixos-minimal-26.05 ");
    return bytes + descriptor + QByteArray(300'000, 'i');
}

nix::StorePath pathOf(char digit)
{
    return nix::StorePath::fromBaseName(QByteArray(32, digit) + '-' + image.toUtf8()).value();
}

void cacheImage(TableHttp &http, const nix::StorePath &path, const QByteArray &inNar)
{
    const auto nar
        = nix::writeNar(NarTree::directory({{"iso", NarTree::directory({{image.toUtf8(), NarTree::file(inNar)}})}}));
    const auto file = nix::compress(nar, nix::Compression::Zstd).value();
    nix::NarInfo info{.path = path};
    info.url = "nar/" + hashOf(nar).nix32() + ".nar.zst";
    info.compression = "zstd";
    info.fileHash = hashOf(file);
    info.fileSize = quint64(file.size());
    info.narHash = hashOf(nar);
    info.narSize = quint64(nar.size());
    info.signatures << nix::sign(nix::fingerprint(info), key).text();
    http.bodies.insert(cache + u'/' + QString::fromUtf8(info.url), file);
    http.bodies.insert(
        cache + u'/' + QString::fromUtf8(path.hashPart().toByteArray()) + u".narinfo"_s, nix::writeNarInfo(info));
}

/// A cache and a release that hold one image.
void publish(TableHttp &http, const QByteArray &inNar)
{
    cacheImage(http, pathOf('4'), inNar);
    const auto paths = "/nix/store/" + QByteArray(32, '5') + "-hello-2.12\n" + pathOf('4').text() + "\n";
    http.bodies.insert(release + u"/store-paths.xz"_s, nix::compress(paths, nix::Compression::Xz).value());
    http.bodies.insert(
        release + u'/' + image + u".sha256"_s, hashOf(imageBytes()).base16() + "  " + image.toUtf8() + "\n");
}

QString words(const nix::IsoReport &report)
{
    QStringList list;
    for (const auto &step : report.steps)
        list << nix::word(step.name) + u'=' + nix::word(step.verdict);
    return list.join(u' ');
}

} // namespace

class IsoCheckTest : public QObject {
    Q_OBJECT

    nix::IsoReport check(VerifyBench &bench, const QString &what)
    {
        nix::Verifier verifier(
            {nix::openCache(cache, bench.doors()).value()}, {}, bench.doors(), optionsWith({key.publicKey()}));
        nix::IsoCheck isoCheck(verifier, bench.doors(), places);
        return waitFor(isoCheck.check(what, {}));
    }
    QString file(const QByteArray &bytes)
    {
        const auto name = m_dir.filePath(image);
        QFile out(name);
        [[maybe_unused]] const bool isOpen = out.open(QIODevice::WriteOnly);
        out.write(bytes);
        return name;
    }
    QTemporaryDir m_dir;

private Q_SLOTS:
    void anImageIsAnchoredInASignedNar()
    {
        VerifyBench bench;
        publish(bench.http, imageBytes());
        const auto report = check(bench, file(imageBytes()));
        QCOMPARE(
            words(report), u"image=holds release=holds published=holds store-path=holds ladder=holds contents=holds"_s);
        QCOMPARE(report.verdict, Verdict::Holds);
        QCOMPARE(report.ladder->keys, QList<QByteArray>{"cache-1"});
    }
    void aChangedImageFailsBothComparisons()
    {
        VerifyBench bench;
        publish(bench.http, imageBytes());
        const auto report = check(bench, file(imageBytes() + 'x'));
        QCOMPARE(
            words(report), u"image=holds release=holds published=fails store-path=holds ladder=holds contents=fails"_s);
    }
    void theLadderOfAChangedImageIsThatOfTheOnePublished()
    {
        VerifyBench bench;
        publish(bench.http, imageBytes());
        cacheImage(bench.http, pathOf('6'), imageBytes() + "of another system");
        const auto paths = pathOf('4').text() + '\n' + pathOf('6').text() + '\n';
        bench.http.bodies.insert(release + u"/store-paths.xz"_s, nix::compress(paths, nix::Compression::Xz).value());
        QCOMPARE(check(bench, file(imageBytes() + 'x')).ladder->path, std::optional(pathOf('4')));
    }
    void aPublishedImageThatIsNotTheSignedOneIsFound()
    {
        VerifyBench bench;
        publish(bench.http, imageBytes() + "other");
        const auto report = check(bench, file(imageBytes()));
        QCOMPARE(
            words(report), u"image=holds release=holds published=holds store-path=holds ladder=holds contents=fails"_s);
        QCOMPARE(report.verdict, Verdict::Fails);
    }
    void anAddressOfAReleaseChecksWhatIsPublished()
    {
        VerifyBench bench;
        publish(bench.http, imageBytes());
        const auto report = check(bench, release + u'/' + image);
        QCOMPARE(words(report),
            u"image=unavailable release=holds published=holds store-path=holds ladder=holds contents=holds"_s);
        QCOMPARE(report.verdict, Verdict::Holds);
        QVERIFY(summary(report).contains(u"No file was given"_s));
        QCOMPARE(check(bench, release).verdict, Verdict::Holds);
        const auto elsewhere = check(bench, u"https://elsewhere.test/x.iso"_s);
        QCOMPARE(elsewhere.verdict, Verdict::Unchecked);
        QVERIFY(summary(elsewhere).startsWith(u"Only addresses of channels"_s)); // why, before what was not checked
    }
    void namesTellTheRelease()
    {
        QCOMPARE(nix::releaseOfImage(image)->folder, u"nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"_s);
        QCOMPARE(nix::releaseOfImage(u"nixos-graphical-26.11pre1026231.65179426c83b-aarch64-linux.iso"_s)->folder,
            u"nixos/unstable/nixos-26.11pre1026231.65179426c83b"_s);
        QVERIFY(!nix::releaseOfImage(u"debian-13.iso"_s));
        QCOMPARE(
            nix::releaseAt(u"nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"_s, u"latest-nixos-minimal-x86_64-linux.iso"_s)
                ->image,
            image);
    }
};

QTEST_GUILESS_MAIN(IsoCheckTest)
#include "isocheck_test.moc"
