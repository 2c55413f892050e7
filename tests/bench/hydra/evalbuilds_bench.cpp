// SPDX-License-Identifier: GPL-3.0-or-later
#include "barereader.h"
#include "evalbody.h"
#include "hydra/jsonparsers.h"
#include "qtreader.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>

// Reading the builds of an evaluation of nixpkgs: ours against bare simdjson over the same fields and against
// QJsonDocument into the same table. Required: 60% of the one's speed, 5 times the other's, 200 bytes a build.

using namespace narscope;

namespace {

constexpr int builds = 250'000;
constexpr int rounds = 5;

/// With room for simdjson's padding behind it.
QByteArray &body()
{
    static QByteArray bytes = [] {
        auto made = bench::evalBody(builds);
        made.reserve(made.size() + 64);
        return made;
    }();
    return bytes;
}

struct Best {
    double seconds = std::numeric_limits<double>::max();
    [[nodiscard]] double mebibytes() const { return double(body().size()) / seconds / 1048576; }
};
Best bare;
Best ours;
Best qt;
double bytesPerBuild = 0;

/// Times the work on what was prepared for it, and keeps the best round: other work on the machine only ever makes
/// one slower.
template <typename Prepare, typename Work> void measure(benchmark::State &state, Best &best, Prepare prepare, Work work)
{
    for (auto _ : state) {
        auto prepared = prepare();
        const auto began = std::chrono::steady_clock::now();
        work(std::move(prepared));
        const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        state.SetIterationTime(seconds);
        best.seconds = std::min(best.seconds, seconds);
    }
    state.SetBytesProcessed(state.iterations() * body().size());
}

void bareSimdjson(benchmark::State &state)
{
    measure(
        state, bare, [] { return body(); },
        [](QByteArray padded) { benchmark::DoNotOptimize(bench::readBare(padded)); });
}

void buildTable(benchmark::State &state)
{
    // The only owner of its bytes, as the network hands them over.
    const auto owned = [] { return QByteArray(body().constData(), body().size()); };
    measure(state, ours, owned, [](QByteArray bytes) {
        const auto table = hydra::parseEvalBuilds(std::move(bytes));
        if (!table || table->size() != builds)
            std::abort();
        bytesPerBuild = double(table->memory()) / builds;
    });
}

void qJsonDocument(benchmark::State &state)
{
    measure(
        state, qt, [] { return body(); },
        [](QByteArray bytes) {
            if (bench::readWithQt(bytes).size() != builds)
                std::abort();
        });
}

/// The two ways must say the same, or the comparison means nothing.
bool readTheSame()
{
    const auto sample = bench::evalBody(2'000);
    const auto ourTable = hydra::parseEvalBuilds(sample);
    const auto qtTable = bench::readWithQt(sample);
    for (qsizetype row = 0; ourTable && row < ourTable->size(); ++row) {
        if (ourTable->row(row) != qtTable.row(row))
            return false;
    }
    return ourTable && ourTable->size() == qtTable.size();
}

} // namespace

int main(int argc, char **argv)
{
    if (!readTheSame()) {
        std::puts("FAILED: the readers do not agree");
        return 1;
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RegisterBenchmark("bare simdjson On-Demand", bareSimdjson)
        ->Iterations(rounds)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("BuildTable", buildTable)
        ->Iterations(rounds)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("QJsonDocument into the same table", qJsonDocument)
        ->Iterations(2)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
    benchmark::RunSpecifiedBenchmarks();
    const auto ofBare = ours.mebibytes() / bare.mebibytes();
    const auto ofQt = ours.mebibytes() / qt.mebibytes();
    std::printf("%d builds, %.1f MiB: bare simdjson %.0f MiB/s, BuildTable %.0f MiB/s, QJsonDocument %.0f MiB/s\n",
        builds, double(body().size()) / 1048576, bare.mebibytes(), ours.mebibytes(), qt.mebibytes());
    std::printf("%.0f%% of bare simdjson (60 required), %.1f times QJsonDocument (5 required), %.1f bytes a build (200 "
                "allowed)\n",
        ofBare * 100, ofQt, bytesPerBuild);
    return ofBare >= 0.6 && ofQt >= 5 && bytesPerBuild <= 200 ? 0 : 1;
}
