// SPDX-License-Identifier: GPL-3.0-or-later
#include "measures.h"

#include "nix/narcheck.h"
#include "nix/refscan.h"

#include <QFile>

#include <cstdio>
#include <zstd.h>

using namespace Qt::StringLiterals;

namespace narscope::bench {

namespace {

constexpr std::uint64_t mebi = 1024 * 1024;
constexpr qsizetype pieceSize = 64 * 1024; // what a network gives at a time

QByteArray frame(QByteArrayView bytes)
{
    QByteArray packed(qsizetype(ZSTD_compressBound(size_t(bytes.size()))), Qt::Uninitialized);
    packed.truncate(
        qsizetype(ZSTD_compress(packed.data(), size_t(packed.size()), bytes.data(), size_t(bytes.size()), 3)));
    return packed;
}

bool feedInPieces(nix::NarCheck &check, QByteArrayView bytes)
{
    for (qsizetype at = 0; at < bytes.size(); at += pieceSize) {
        if (!check.feed(bytes.sliced(at, qMin(pieceSize, bytes.size() - at))))
            return false;
    }
    return true;
}

/// VmHWM, in MiB.
double peakMemory()
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const auto status = file.readAll();
    const auto line = status.sliced(status.indexOf("VmHWM:") + 6);
    return line.first(line.indexOf("kB")).trimmed().toDouble() / 1024;
}

} // namespace

void measureMemory()
{
    constexpr std::uint64_t frames = 256;
    constexpr std::uint64_t frameSize = 16 * mebi; // as Nix writes them since 2.35
    QByteArray head, tail;
    nix::NarWriter writer([&](QByteArrayView bytes) { head.append(bytes); });
    writer.beginFile(frames * frameSize, false);
    const auto before = head.size();
    writer.endFile();
    tail = head.sliced(before);
    head.truncate(before);
    const auto packed = frame(sampleBytes(qsizetype(frameSize), 1));

    nix::NarCheckRequest request;
    request.compression = nix::Compression::Zstd;
    request.limits.output = frames * frameSize + std::uint64_t(head.size() + tail.size());
    request.wanted = {"8qmm4zkfs03js9prrq8164zzy2fgymis"_ba};
    nix::NarCheck check(std::move(request));
    const auto started = peakMemory();
    const auto taken = seconds([&] {
        bool good = feedInPieces(check, frame(head));
        for (std::uint64_t i = 0; i < frames; ++i)
            good = good && feedInPieces(check, packed);
        good = good && feedInPieces(check, frame(tail));
        if (!good)
            qFatal("the archive was refused");
    });
    const auto facts = check.finish();
    if (facts.form || facts.decoding)
        qFatal("the archive was refused");
    std::printf("memory: %.1f GiB zstd archive: peak %.1f MiB for the process, %.1f before it began (less "
                "than 64); %.1f s, %.0f MB/s\n",
        double(facts.narSize) / 1024 / double(mebi), peakMemory(), started, taken, double(facts.narSize) / taken / 1e6);
}

void measureBomb()
{
    const auto zeros = frame(QByteArray(qsizetype(64 * mebi), '\0'));
    const auto bomb = zeros.repeated(160);
    nix::NarCheckRequest request;
    request.compression = nix::Compression::Zstd;
    request.limits.output = mebi;
    nix::NarCheck check(std::move(request));
    const auto taken = seconds([&] { check.feed(bomb); });
    const auto facts = check.finish();
    std::printf("bomb: 10 GiB from %.2f MiB with a declared size of 1 MiB: stopped after %llu bytes (%s), %.2f ms\n",
        double(bomb.size()) / double(mebi), static_cast<unsigned long long>(facts.narSize),
        facts.decoderFault ? qPrintable(word(*facts.decoderFault)) : "NOT STOPPED", taken * 1000);
}

void measureScan()
{
    const auto random = [] {
        QByteArray bytes(qsizetype(64 * mebi), Qt::Uninitialized);
        quint64 state = 1; // the generator of Knuth's MMIX
        for (auto &c : bytes)
            c = char((state = state * 6364136223846793005u + 1442695040888963407u) >> 56);
        return bytes;
    }();
    const auto text = sampleBytes(qsizetype(64 * mebi), 2);
    const QByteArray digits(qsizetype(64 * mebi), 'a');
    for (const auto &[name, bytes] :
        {std::pair("random", random), std::pair("symbols", text), std::pair("digits only (the worst)", digits)}) {
        nix::ReferenceScanner scanner({"8qmm4zkfs03js9prrq8164zzy2fgymis"_ba, "00bgd045z0d4icpbc2yyz4gx48ak44la"_ba});
        double least = 1e9;
        for (int round = 0; round < 3; ++round) {
            const auto start = cpuSeconds();
            scanner.add(bytes);
            least = std::min(least, cpuSeconds() - start);
        }
        std::printf("scan: %s: %.2f GB/s of CPU time\n", name, double(bytes.size()) / least / 1e9);
    }
}

} // namespace narscope::bench
