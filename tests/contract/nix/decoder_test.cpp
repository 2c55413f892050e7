// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/decoder.h"
#include "support/tool.h"

#include <QRandomGenerator>
#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(narscope::nix::Compression)

namespace {

/// Neither trivial nor incompressible; larger than the buffers and the windows of the fast levels.
QByteArray text(quint32 seed)
{
    QRandomGenerator random(seed);
    QByteArray lines;
    while (lines.size() < 600'000)
        lines += "line " + QByteArray::number(random.bounded(5000))
            + QByteArray(int(random.bounded(40)), char(random.bounded(256))) + '\n';
    return lines;
}

Result<QByteArray> unpacked(QByteArrayView bytes, Compression compression)
{
    return decompress(bytes, compression, {.output = 100'000'000});
}

} // namespace

class RealDecoderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatTheToolPacksIsUnpacked_data();
    void whatTheToolPacksIsUnpacked();
    void whatWePackTheToolsUnpack();
};

void RealDecoderTest::whatTheToolPacksIsUnpacked_data()
{
    QTest::addColumn<Compression>("compression");
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<bool>("joins");
    const auto row = [](const char *name, Compression compression, const QStringList &command, bool joins = true) {
        QTest::newRow(name) << compression << command << joins;
    };
    row("xz", Compression::Xz, {u"xz"_s, u"-c"_s, u"-1"_s});
    row("xz in blocks", Compression::Xz, {u"xz"_s, u"-c"_s, u"-1"_s, u"--block-size=100000"_s, u"--check=sha256"_s});
    row("xz without a checksum", Compression::Xz, {u"xz"_s, u"-c"_s, u"-0"_s, u"--check=none"_s});
    row("xz, x86 filter", Compression::Xz, {u"xz"_s, u"-c"_s, u"--x86"_s, u"--lzma2=preset=1"_s});
    row("lzma", Compression::Lzma, {u"xz"_s, u"-c"_s, u"-1"_s, u"--format=lzma"_s}, false);
    row("zstd", Compression::Zstd, {u"zstd"_s, u"-c"_s});
    row("zstd, long window", Compression::Zstd, {u"zstd"_s, u"-c"_s, u"--long=27"_s, u"--no-check"_s});
    row("bzip2", Compression::Bzip2, {u"bzip2"_s, u"-c"_s, u"-1"_s});
    row("gzip", Compression::Gzip, {u"gzip"_s, u"-c"_s, u"-1"_s});
    row("lz4", Compression::Lz4, {u"lz4"_s, u"-c"_s});
    row("lz4, linked blocks", Compression::Lz4, {u"lz4"_s, u"-c"_s, u"-BD"_s, u"-B4"_s, u"--content-size"_s});
    row("brotli", Compression::Brotli, {u"brotli"_s, u"-c"_s, u"-q"_s, u"4"_s}, false);
}

void RealDecoderTest::whatTheToolPacksIsUnpacked()
{
    QFETCH(Compression, compression);
    QFETCH(QStringList, command);
    QFETCH(bool, joins);
    const auto pack = [&](const QByteArray &plain) { return test::runTool(command[0], command.sliced(1), {}, plain); };
    const auto first = pack(text(1));
    if (first.code != 0)
        QSKIP("The tool is not here: nothing was checked.");
    QVERIFY(unpacked(first.out, compression) == text(1));
    QVERIFY(!unpacked(QByteArrayView(first.out).chopped(1), compression));
    const auto both = unpacked(first.out + pack(text(2)).out, compression);
    QCOMPARE(both.has_value(), joins);
    QVERIFY(!joins || *both == text(1) + text(2));
    QCOMPARE(unpacked(pack({}).out, compression), QByteArray());
}

void RealDecoderTest::whatWePackTheToolsUnpack()
{
    const auto plain = text(3);
    for (const auto compression : {Compression::Xz, Compression::Zstd}) {
        const auto run
            = test::runTool(QString::fromLatin1(name(compression)), {u"-dc"_s}, {}, *compress(plain, compression));
        QCOMPARE(run.code, 0);
        QVERIFY(run.out == plain);
    }
}

QTEST_APPLESS_MAIN(RealDecoderTest)
#include "decoder_test.moc"
