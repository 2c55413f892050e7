// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>
#include <ctime>
#include <functional>

namespace narscope::bench {

/// 100 archives of 5 MB in each of two compressions, against the formats' own tools and openssl, two at a time.
void measureContents(const QString &folder);
/// Reference scan over bytes of three kinds.
void measureScan();
/// The most memory that a 4 GiB archive takes, streamed through everything.
void measureMemory();
/// 10 GiB from 1 MiB: how soon it ends.
void measureBomb();

inline double seconds(const std::function<void()> &work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of the whole process: what else the machine does hardly counts.
inline double cpuSeconds()
{
    return double(std::clock()) / CLOCKS_PER_SEC;
}

/// Neither trivial nor incompressible, and different for each seed: about 4:1.
[[nodiscard]] QByteArray sampleBytes(qsizetype size, quint32 seed);

} // namespace narscope::bench
