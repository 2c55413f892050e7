// SPDX-License-Identifier: GPL-3.0-or-later
#include "measures.h"

#include "nix/narcheck.h"

#include <QFile>
#include <QProcess>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <sys/resource.h>
#include <thread>

using namespace Qt::StringLiterals;

namespace narscope::bench {

namespace {

constexpr int count = 100;
constexpr int distinct = 4; // packing takes long; the files are copies of these
constexpr qsizetype archiveSize = 5'000'000;

void shell(const QString &command)
{
    if (QProcess::execute(u"sh"_s, {u"-c"_s, command}) != 0)
        qFatal("%s failed", qPrintable(command));
}

QStringList makeFiles(const QString &folder, const QString &suffix, const QString &tool)
{
    QStringList files;
    for (int i = 0; i < distinct; ++i) {
        QFile file(folder + u"/%1.nar"_s.arg(i));
        if (!file.open(QIODevice::WriteOnly)
            || file.write(nix::writeNar(nix::NarTree::file(sampleBytes(archiveSize, quint32(i + 1))))) < 0)
            qFatal("cannot write");
        file.close();
        shell(u"%1 < '%2' > '%2.%3'"_s.arg(tool, file.fileName(), suffix));
    }
    for (int i = 0; i < count; ++i) {
        files << folder + u"/copy%1.nar.%2"_s.arg(i).arg(suffix);
        QFile::copy(folder + u"/%1.nar.%2"_s.arg(i % distinct).arg(suffix), files.back());
    }
    return files;
}

nix::NarFacts check(const QString &name, const nix::NarCheckRequest &request)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        qFatal("cannot read");
    nix::NarCheck check(request);
    QByteArray piece(256 * 1024, Qt::Uninitialized);
    for (auto read = file.read(piece.data(), piece.size()); read > 0; read = file.read(piece.data(), piece.size()))
        check.feed(QByteArrayView(piece).first(read));
    return check.finish();
}

void checkAll(const QStringList &files, const nix::NarCheckRequest &request)
{
    std::atomic<qsizetype> next = 0;
    const auto work = [&] {
        for (auto i = next++; i < files.size(); i = next++) {
            const auto facts = check(files[i], request);
            if (facts.form || facts.decoding)
                qFatal("a good archive was refused");
        }
    };
    std::jthread other(work);
    work();
}

struct Cost {
    double wall = 1e9;
    double cpu = 1e9;

    void take(double wallSeconds, double cpuUsed)
    {
        wall = std::min(wall, wallSeconds);
        cpu = std::min(cpu, cpuUsed);
    }
};

/// Of the tools started so far.
double childrenSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto value = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return value(usage.ru_utime) + value(usage.ru_stime);
}

void measure(
    const QString &folder, const char *name, nix::Compression compression, const QString &pack, const QString &unpack)
{
    const auto files = makeFiles(folder, QString::fromLatin1(name), pack);
    nix::NarCheckRequest hashOnly;
    hashOnly.compression = compression;
    hashOnly.hashFile = false;
    hashOnly.references = false;
    auto everything = hashOnly;
    everything.hashFile = everything.references = true;
    everything.wanted = {"8qmm4zkfs03js9prrq8164zzy2fgymis"_ba};
    const auto command = u"ls '%1'/copy*.%2 | xargs -P 2 -I{} sh -c '%3 {} | openssl sha256' > /dev/null"_s.arg(
        folder, QString::fromLatin1(name), unpack);
    Cost tools, ours, all;
    const auto timed = [](Cost &cost, auto clock, const auto &work) {
        const auto before = clock();
        const auto wall = seconds(work);
        cost.take(wall, clock() - before);
    };
    for (int round = 0; round < 3; ++round) {
        timed(tools, &childrenSeconds, [&] { shell(command); });
        timed(ours, &cpuSeconds, [&] { checkAll(files, hashOnly); });
        timed(all, &cpuSeconds, [&] { checkAll(files, everything); });
    }
    std::printf("contents: 100 x 5 MB %s, two at a time: tools %.2f s (CPU %.2f); NAR hash and form %.2f s "
                "(CPU %.2f): %.2f of their "
                "speed, at least 0.9 (by CPU %.2f); with file hash and references %.2f s (CPU %.2f): %.2f\n",
        name, tools.wall, tools.cpu, ours.wall, ours.cpu, tools.wall / ours.wall, tools.cpu / ours.cpu, all.wall,
        all.cpu, tools.wall / all.wall);
    for (const auto &file : files)
        QFile::remove(file);
}

} // namespace

void measureContents(const QString &folder)
{
    measure(folder, "zst", nix::Compression::Zstd, u"zstd -q -19 -c"_s, u"zstd -dc"_s);
    measure(folder, "xz", nix::Compression::Xz, u"xz -6 -c"_s, u"xz -dc"_s);
}

} // namespace narscope::bench
