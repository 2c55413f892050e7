// SPDX-License-Identifier: GPL-3.0-or-later
// NARSCOPE_LOG=FILE bench_log: index and search over one log on two threads. tests/bench/log/run compares with wc and
// rg.
#include "log/escapes.h"
#include "log/outline.h"
#include "log/search.h"

#include <QThreadPool>

#include <benchmark/benchmark.h>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

struct Subject {
    QThreadPool pool;
    std::shared_ptr<FileBytes> bytes;
    LineIndex index;

    Subject()
    {
        pool.setMaxThreadCount(2);
        const auto file = FileBytes::open(qEnvironmentVariable("NARSCOPE_LOG"));
        if (!file)
            qFatal("NARSCOPE_LOG names no log that can be read");
        bytes = *file;
        if (!index.extend(*bytes, &pool))
            qFatal("the log cannot be read");
    }
};

Subject &subject()
{
    static Subject one;
    return one;
}

void indexing(benchmark::State &state)
{
    auto &log = subject();
    qint64 lines = 0;
    for (auto _ : state) {
        LineIndex index;
        if (!index.extend(*log.bytes, &log.pool))
            state.SkipWithError("cannot be read");
        lines = index.lineCount();
        state.counters["index_share"] = double(index.memory()) / double(log.bytes->size());
    }
    state.counters["lines"] = double(lines);
}

void outline(benchmark::State &state)
{
    auto &log = subject();
    for (auto _ : state) {
        OutlineScanner scanner;
        if (!scanner.extend(*log.bytes, log.index, true))
            state.SkipWithError("cannot be read");
        state.counters["phases"] = double(scanner.phases().size());
    }
}

void search(benchmark::State &state, const char *text, bool isRegex)
{
    auto &log = subject();
    const auto search
        = *Search::compile(Query::of({.text = QString::fromUtf8(text), .isRegex = isRegex, .matchCase = true}));
    const auto order = searchOrder(log.index, Line(0));
    qint64 count = 0;
    for (auto _ : state) {
        count = 0;
        if (!searchAll(*search, *log.bytes, log.index, order, &log.pool, [&count](const BlockFinding &finding) {
                count += finding.lines.size();
                return true;
            }))
            state.SkipWithError("cannot be searched");
    }
    state.counters["lines"] = double(count);
}

} // namespace

BENCHMARK(indexing)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(5);
BENCHMARK(outline)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1)->Repetitions(2);
BENCHMARK_CAPTURE(search, literal, "error: no member", false)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Repetitions(5);
BENCHMARK_CAPTURE(search, alternation, "error|failed", true)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Repetitions(5);
BENCHMARK_CAPTURE(search, place, "[a-z]+_[a-z]+[0-9]+\\.(?:cpp|cc|c|rs):[0-9]+:[0-9]+", true)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1)
    ->Repetitions(5);
BENCHMARK_MAIN();
