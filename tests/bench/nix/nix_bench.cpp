// SPDX-License-Identifier: GPL-3.0-or-later
#include "measures.h"

#include "base/hash.h"
#include "nix/trust.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>

// What issue 3 wants of app/nix alone. Arguments choose: signatures, contents, scan, memory, bomb; else all.

using namespace Qt::StringLiterals;

namespace narscope::bench {

QByteArray sampleBytes(qsizetype size, quint32 seed)
{
    QRandomGenerator random(seed);
    QByteArray bytes;
    bytes.reserve(size + 64);
    while (bytes.size() < size)
        bytes += "symbol_" + QByteArray::number(random.bounded(3000))
            + QByteArray::number(random.generate()).left(random.bounded(6)) + '\0';
    bytes.truncate(size);
    return bytes;
}

namespace {

QByteArray narInfo(int number, const nix::SecretKey &key)
{
    const auto part = [](const QByteArray &text) { return toNix32(hashOf(text, HashAlgorithm::Sha1).digest); };
    auto info = nix::NarInfo{.path = *nix::StorePath::fromBaseName(
                                 part("p" + QByteArray::number(number)) + "-package-1." + QByteArray::number(number)),
        .url = "nar/x.nar.zst"_ba,
        .compression = "zstd"_ba,
        .fileHash = hashOf("f" + QByteArray::number(number)),
        .fileSize = 1000,
        .narHash = hashOf("n" + QByteArray::number(number)),
        .narSize = 226'552,
        .references = {},
        .deriver = {},
        .signatures = {},
        .contentAddress = {},
        .others = {}};
    for (int i = 0; i < 6; ++i)
        info.references.push_back(
            *nix::StorePath::fromBaseName(part("r" + QByteArray::number(number * 7 + i)) + "-dependency-2.0"));
    std::ranges::sort(info.references);
    info.signatures.append(nix::sign(nix::fingerprint(info), key).text());
    return nix::writeNarInfo(info);
}

void measureSignatures(const QString &folder)
{
    const auto key = *nix::secretKeyFromSeed("bench-1"_ba, QByteArray(nix::seedSize, 'b'));
    QStringList files;
    for (int i = 0; i < 1000; ++i) {
        files << folder + u"/%1.narinfo"_s.arg(i);
        QFile file(files.back());
        if (!file.open(QIODevice::WriteOnly) || file.write(narInfo(i, key)) < 0)
            qFatal("cannot write");
    }
    nix::TrustPolicy policy;
    policy.keys.push_back(
        {.key = key.publicKey(), .purpose = {}, .source = {}, .reference = {}, .added = {}, .retired = {}});
    double least = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto start = cpuSeconds();
        for (const auto &name : files) {
            QFile file(name);
            if (!file.open(QIODevice::ReadOnly))
                qFatal("cannot read");
            const auto reading = nix::readNarInfo(file.readAll());
            if (!reading || !nix::checkTrust(*reading, policy, QDate(2026, 11, 25)).enough)
                qFatal("a good signature was refused");
        }
        least = std::min(least, cpuSeconds() - start);
    }
    std::printf("signatures: 1,000 narinfos from files read and verified: %.3f s CPU (at most 0.12)\n", least);
}

} // namespace

} // namespace narscope::bench

int main(int argc, char **argv)
{
    using namespace narscope;
    const auto wanted = [&](const char *name) {
        for (int i = 1; i < argc; ++i) {
            if (QByteArrayView(argv[i]) == name)
                return true;
        }
        return argc == 1;
    };
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const QTemporaryDir folder;
    if (wanted("memory")) // first: the peak is that of the process
        bench::measureMemory();
    if (wanted("bomb"))
        bench::measureBomb();
    if (wanted("scan"))
        bench::measureScan();
    if (wanted("signatures"))
        bench::measureSignatures(folder.path());
    if (wanted("contents"))
        bench::measureContents(folder.path());
    return 0;
}
