// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"
#include "nix/decoder.h"

#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(narscope::nix::Compression)

namespace {

struct Sample {
    Compression compression;
    const char *base64;
};

// One text of 40 lines, packed by the formats' own tools (xz 5.8, zstd 1.5, bzip2 1.0, brotli 1.1, gzip,
// lz4 1.10).
constexpr Sample samples[]{
    {Compression::Xz,
        "/Td6WFoAAATm1rRGBMCTAfUFIQEWAAAAAAAAAIPSiVjgAvQAi10ANhpKHwigK7FtBp3v7YyhP8gqD/MAD/Qm+tpH1TY3hFyXB/"
        "pqAl0E"
        "LTB7rXoYQbgmKB/drZW2VRydCLvTLtH5GBNzIj4a7YMVHgzaxf7R910KGV4EYtb/"
        "DpATf8+bm4BXBLP80SigLx3tqSZpBHH67mDkE0Hr"
        "FR1QaM1GQQf7a0sPiFwnNO/l05p3AAAA3n4X1YjzXFEAAa8B9QUAACh6DKGxxGf7AgAAAAAEWVo="},
    {Compression::Zstd,
        "KLUv/QRotQMA8kYSE8CnA3DUgNb2/0DKnWTaiVVxHBZ0tmzfza/VvkgjlsgTHW226/mp/udaNprIvGvOXtX+7jZLRJp/"
        "vqmeZwBJBKQE"
        "ZTgKi2AQRSioEUCEe/0NsCNjAxASYUXQfcqLVP3ItwgVDy15giyuwsQBUJSlCRJoVdxo9rk="},
    {Compression::Bzip2,
        "QlpoOTFBWSZTWYNGX38AAQLZgAAQQAB/"
        "4CMlhEAwAKMEpkapqepNiTIKBpoZGTECpRNT0NQDyPoFHQFHYFE4N9X69KZE27MTd4RS41G7"
        "rJ2BQgl5Gd5ycvgdURAtp+"
        "OtF6Rx3q6U8C3pQxqWkQG03ryY97Ly5Stzbcb1xzi9qV2vS1OKwjIj6I0I0IyI0IuI6EUEdCOxdyRThQkI"
        "NGX38A=="},
    {Compression::Brotli,
        "H/QCIIyUqcO7I1S6iqdfaIBLlqaN4eF8WYKY4RHVzv2zxcvsWaMmCzOtLKEuLCocjX9Yf+t1v+/"
        "TSpW5wpDFYyq0OHhjb0xYssM4k+Uy"
        "J/lQNA4asGSNi662abeb7vFoEMed90JPMsoTshzn42RJuYjdJw=="},
    {Compression::Gzip,
        "H4sIAAAAAAAAA22SMQ4DIRAD+7yCJ+Bld4HnpLhIkU5Jc0WeH6UMQ2tZ9uDlfL6OovJ+lHu5js91O3+"
        "Cr8JcBeWqWKxKg8eRk6gaoFGt"
        "kIwuR5SS3JPgJLegayCrGRpbckvSu9M1kBWGxujgStInXZ1ZnY2DXJP0k29U5RSqXEzisNrsL+OZ1DbX9M3RY/M38u8ZX4O7On/"
        "1AgAA"},
    {Compression::Lz4,
        "BCJNGGRAp80AAADxAmxpbmUgMSBvZiBhIHRleHQKEQAcNBEAHDkRACwxNhIALDI1EgAdMyQAHTRIAB02awAdOI4APDEwMFsALjEy"
        "JgAd"
        "NEsALTE2cAAtMTmVAB4yugAuMjUmAB04TAAtMzJyAC0zNpgAHjS+"
        "AC40NCYAHThMAC01MnIALTU3mAAeNr4AHjYmAB43TAAeN3IAHjiY"
        "AB45vgAeOeQALjEwCwEuMTAyAS4xMVkBHzGAAQAuMTKnAS8xM84BAB809QEAHzUcAgAUNscAUHRleHQKAAAAAF01AYs="},
    {Compression::Lzma,
        "XQAAgAD//////////wA2GkofCKArsW0Gne/tjKE/"
        "yCoP8wAP9Cb62kfVNjeEXJcH+moCXQQtMHutehhBuCYoH92tlbZVHJ0Iu9Mu0fkY"
        "E3MiPhrtgxUeDNrF/tH3XQoZXgRi1v8OkBN/z5ubgFcEs/zRKKAvHe2pJmkEcfruYOQTQesVHVBozUZBB/trSw+IXCc07+YHCap/"
        "/+lx"
        "w0A="},
    {Compression::Lzip,
        "TFpJUAEXADYaSh8IoCuxbQad7+2MoT/IKg/zAA/"
        "0JvraR9U2N4Rclwf6agJdBC0we616GEG4Jigf3a2VtlUcnQi70y7R+RgTcyI+Gu2D"
        "FR4M2sX+0fddChleBGLW/w6QE3/Pm5uAVwSz/NEooC8d7akmaQRx+u5g5BNB6xUdUGjNRkEH+2tLD4hcJzTv5gcJqn//"
        "6XHDQIO7On/1"
        "AgAAAAAAAKsAAAAAAAAA"},
};

QByteArray text()
{
    QByteArray lines;
    for (int i = 1; i <= 40; ++i)
        lines += "line " + QByteArray::number(i * i) + " of a text\n";
    return lines;
}

struct Outcome {
    QByteArray text;
    std::optional<DecoderFault> fault;

    bool operator==(const Outcome &) const = default;
};

Outcome decoded(QByteArrayView bytes, Compression compression, qsizetype step = 1 << 20, DecoderLimits limits = {})
{
    Outcome outcome;
    Decoder decoder(compression, [&](QByteArrayView part) { return bool(&outcome.text.append(part)); }, limits);
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        if (!decoder.feed(bytes.sliced(at, qMin(step, bytes.size() - at))))
            break;
    }
    const auto ended = decoder.finish();
    Q_ASSERT(ended.has_value() == !decoder.fault());
    Q_ASSERT(ended || ended.error().detail.startsWith(word(*decoder.fault())));
    outcome.fault = decoder.fault();
    return outcome;
}

bool hasCheck(Compression compression)
{
    return compression != Compression::Brotli && compression != Compression::Lzma;
}

/// Joins any number of streams, as the format's own tool does.
bool joins(Compression compression)
{
    return hasCheck(compression);
}

} // namespace

class DecoderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void samplesAreWhatTheToolsMade();
    void everyFormatIsUnpackedInPiecesOfAnySize_data() { rows(); }
    void everyFormatIsUnpackedInPiecesOfAnySize();
    void streamsBehindOneAnotherAreOneText_data() { rows(); }
    void streamsBehindOneAnotherAreOneText();
    void everyCutIsTruncated_data() { rows(); }
    void everyCutIsTruncated();
    void bytesBehindTheEndAreTrailing_data() { rows(); }
    void bytesBehindTheEndAreTrailing();
    void aChangedByteNeverGivesAnotherText_data() { rows(); }
    void aChangedByteNeverGivesAnotherText();
    void theSinkGetsNoMoreThanTheLimit_data() { rows(); }
    void theSinkGetsNoMoreThanTheLimit();
    void noInputIsAnEmptyText_data() { rows(); }
    void noInputIsAnEmptyText();
    void aStreamOfAnotherFormatIsCorrupt();
    void xzStreamsMayBePaddedByFours();
    void skippableFramesAreSkipped();
    void windowsBeyondTheLimitAreRefused();
    void aBombStopsAtTheLimit();
    void theSinkStopsTheDecoder();
    void plainBytesPassThrough();
    void whatWeCompressUnpacks();
    void formatsAreNamedAsNixNamesThem();
    void formatsAreRecognisedByTheirMagic();

private:
    static void rows()
    {
        QTest::addColumn<Compression>("compression");
        QTest::addColumn<QByteArray>("packed");
        for (const auto &sample : samples)
            QTest::newRow(name(sample.compression).constData())
                << sample.compression << QByteArray::fromBase64(sample.base64);
    }
};

void DecoderTest::samplesAreWhatTheToolsMade()
{
    QCOMPARE(hashOf(text()).base16(),
        "35934b109c08df78ed1b2333d6f0256fb779c7dcb160874eeef343c40c681428"); // by sha256sum
}

void DecoderTest::everyFormatIsUnpackedInPiecesOfAnySize()
{
    QFETCH(Compression, compression);
    QFETCH(QByteArray, packed);
    for (const qsizetype step : {1, 2, 7, 100, 1 << 20}) {
        const auto outcome = decoded(packed, compression, step);
        QVERIFY(!outcome.fault);
        QCOMPARE(outcome.text, text());
    }
}

void DecoderTest::streamsBehindOneAnotherAreOneText()
{
    QFETCH(Compression, compression);
    QFETCH(QByteArray, packed);
    for (const qsizetype step : {1, 7, 1 << 20}) {
        const auto outcome = decoded(packed.repeated(3), compression, step);
        QCOMPARE(outcome.fault, joins(compression) ? std::nullopt : std::optional(DecoderFault::Trailing));
        QCOMPARE(outcome.text, text().repeated(joins(compression) ? 3 : 1));
    }
}

void DecoderTest::everyCutIsTruncated()
{
    QFETCH(Compression, compression);
    QFETCH(QByteArray, packed);
    for (qsizetype length = 1; length < packed.size(); ++length)
        QCOMPARE(decoded(packed.first(length), compression).fault, DecoderFault::Truncated);
    if (!joins(compression))
        return;
    for (qsizetype length = 1; length < packed.size(); ++length)
        QCOMPARE(decoded(packed + packed.first(length), compression, 5).fault, DecoderFault::Truncated);
}

void DecoderTest::bytesBehindTheEndAreTrailing()
{
    QFETCH(Compression, compression);
    QFETCH(QByteArray, packed);
    for (const auto &junk : {"\n"_ba, "junk"_ba, QByteArray(3, '\0'), "<html><body>404 Not Found</body></html>"_ba}) {
        for (const qsizetype step : {1, 7, 1 << 20}) {
            const auto outcome = decoded(packed + junk, compression, step);
            QCOMPARE(outcome.fault, DecoderFault::Trailing);
            QCOMPARE(outcome.text, text());
        }
    }
}

void DecoderTest::aChangedByteNeverGivesAnotherText()
{
    QFETCH(Compression, compression);
    QFETCH(QByteArray, packed);
    int refused = 0;
    for (qsizetype at = 0; at < packed.size(); ++at) {
        auto changed = packed;
        changed[at] = char(changed[at] ^ 0x10);
        const auto outcome = decoded(changed, compression, 1 << 20, {.output = 1 << 20});
        refused += outcome.fault.has_value();
        if (hasCheck(compression))
            QVERIFY(outcome.fault || outcome.text == text());
    }
    // Without a checksum only some changes can be seen.
    QVERIFY(refused > (hasCheck(compression) ? packed.size() * 9 / 10 : 0));
}

void DecoderTest::theSinkGetsNoMoreThanTheLimit()
{
    QFETCH(Compression, compression);
    QFETCH(QByteArray, packed);
    const auto size = std::uint64_t(text().size());
    QCOMPARE(decoded(packed, compression, 7, {.output = size}), (Outcome{.text = text(), .fault = {}}));
    for (const auto limit : {std::uint64_t(0), std::uint64_t(1), size - 1})
        QCOMPARE(decoded(packed, compression, 7, {.output = limit}),
            (Outcome{.text = text().first(qsizetype(limit)), .fault = DecoderFault::OutputLimit}));
}

void DecoderTest::noInputIsAnEmptyText()
{
    QFETCH(Compression, compression);
    QCOMPARE(decoded({}, compression), Outcome{});
}

void DecoderTest::aStreamOfAnotherFormatIsCorrupt()
{
    for (const auto &sample : samples) {
        for (const auto &other : samples) {
            const auto packed = QByteArray::fromBase64(other.base64);
            // Brotli and lzma have no magic: they may read a few bytes of anything.
            if (sample.compression != other.compression && sniffCompression(packed) && hasCheck(sample.compression))
                QCOMPARE(decoded(packed, sample.compression), (Outcome{.text = {}, .fault = DecoderFault::Corrupt}));
        }
    }
}

void DecoderTest::xzStreamsMayBePaddedByFours()
{
    const auto packed = QByteArray::fromBase64(samples[0].base64);
    for (const qsizetype step : {1, 3, 1 << 20}) {
        QCOMPARE(decoded(packed + QByteArray(8, '\0') + packed + QByteArray(4, '\0'), Compression::Xz, step),
            (Outcome{.text = text() + text(), .fault = {}}));
        QCOMPARE(decoded(packed + QByteArray(6, '\0') + packed, Compression::Xz, step).fault, DecoderFault::Trailing);
        QCOMPARE(decoded(QByteArray(4, '\0') + packed, Compression::Xz, step).fault, DecoderFault::Corrupt);
    }
}

// RFC 8878, 3.1.2.
void DecoderTest::skippableFramesAreSkipped()
{
    const auto frame = "\x5a\x2a\x4d\x18\x03\0\0\0abc"_ba;
    for (const auto &sample : samples) {
        if (sample.compression != Compression::Zstd && sample.compression != Compression::Lz4)
            continue;
        const auto packed = QByteArray::fromBase64(sample.base64);
        for (const qsizetype step : {1, 1 << 20})
            QCOMPARE(decoded(frame + packed + frame, sample.compression, step), (Outcome{.text = text(), .fault = {}}));
        QCOMPARE(decoded(packed + frame.chopped(1), sample.compression).fault, DecoderFault::Truncated);
    }
}

void DecoderTest::windowsBeyondTheLimitAreRefused()
{
    QCOMPARE(decoded(QByteArray::fromBase64(samples[0].base64), Compression::Xz, 7, {.memory = 1024 * 1024}).fault,
        DecoderFault::MemoryLimit);
    // RFC 8878, 3.1.1.1.2: exponent 18 is a window of 2^28 bytes, exponent 17 one of 2^27.
    const auto frame
        = [](int exponent) { return "\x28\xb5\x2f\xfd"_ba + '\0' + char(exponent << 3) + QByteArray("\1\0\0", 3); };
    QCOMPARE(decoded(frame(18), Compression::Zstd).fault, DecoderFault::MemoryLimit);
    QCOMPARE(decoded(frame(17), Compression::Zstd), Outcome{});
    QCOMPARE(decoded(frame(18), Compression::Zstd, 1, {.memory = 256 * 1024 * 1024}), Outcome{});
}

void DecoderTest::aBombStopsAtTheLimit()
{
    for (const auto compression : {Compression::Zstd, Compression::Xz}) {
        const auto bomb = *compress(QByteArray(64 * 1024 * 1024, '\0'), compression);
        QVERIFY(bomb.size() < 20'000);
        std::uint64_t given = 0;
        Decoder decoder(compression,
            [&given](QByteArrayView part) { return (given += std::uint64_t(part.size())) > 0; }, {.output = 1000});
        QVERIFY(!decoder.feed(bomb));
        QCOMPARE(given, 1000u);
        QCOMPARE(decoder.produced(), 1000u);
        QCOMPARE(decoder.fault(), DecoderFault::OutputLimit);
        QVERIFY(decoder.consumed() < std::uint64_t(bomb.size()));
    }
}

void DecoderTest::theSinkStopsTheDecoder()
{
    int calls = 0;
    Decoder decoder(Compression::Xz, [&calls](QByteArrayView) { return ++calls < 0; });
    const auto fed = decoder.feed(QByteArray::fromBase64(samples[0].base64));
    QVERIFY(!fed);
    QCOMPARE(fed.error().kind, ProblemKind::Cancelled);
    QVERIFY(decoder.feed("more").error() == fed.error());
    QVERIFY(decoder.finish().error() == fed.error());
    QCOMPARE(calls, 1);
}

void DecoderTest::plainBytesPassThrough()
{
    QCOMPARE(decoded(text(), Compression::None, 7), (Outcome{.text = text(), .fault = {}}));
    QCOMPARE(decoded(text(), Compression::None, 7, {.output = 9}),
        (Outcome{.text = text().first(9), .fault = DecoderFault::OutputLimit}));
}

void DecoderTest::whatWeCompressUnpacks()
{
    for (const auto compression : {Compression::None, Compression::Xz, Compression::Zstd})
        QCOMPARE(*decompress(*compress(text(), compression), compression, {.output = 1 << 20}), text());
    QCOMPARE(compress(text(), Compression::Brotli).error().kind, ProblemKind::Unsupported);
    QCOMPARE(decompress(text(), Compression::Xz, {.output = 1 << 20}).error().kind, ProblemKind::Malformed);
}

void DecoderTest::formatsAreNamedAsNixNamesThem()
{
    for (const auto &sample : samples)
        QCOMPARE(*compressionNamed(name(sample.compression)), sample.compression);
    QCOMPARE(*compressionNamed("br"), Compression::Brotli);
    QCOMPARE(*compressionNamed("none"), Compression::None);
    for (const auto word : {"lzop", "compress", "lrzip", "XZ", ""})
        QCOMPARE(compressionNamed(word).error().kind, ProblemKind::Unsupported);
}

void DecoderTest::formatsAreRecognisedByTheirMagic()
{
    for (const auto &sample : samples) {
        const auto known = hasCheck(sample.compression) ? std::optional(sample.compression) : std::nullopt;
        QCOMPARE(sniffCompression(QByteArray::fromBase64(sample.base64).first(16)), known);
    }
    QCOMPARE(sniffCompression(QByteArrayView("\x0d\0\0\0\0\0\0\0nix-archive-1", 21)), Compression::None);
    QVERIFY(!sniffCompression("StorePath: /nix"));
    QVERIFY(!sniffCompression(""));
}

QTEST_APPLESS_MAIN(DecoderTest)
#include "decoder_test.moc"
