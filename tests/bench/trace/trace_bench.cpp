// SPDX-License-Identifier: GPL-3.0-or-later
// What drawing a trace costs: 40 attributes on 4 systems, folded as it opens and with every row open, and a
// small one.
#include "ui/trace/pictureof.h"
#include "ui/trace/picturepaint.h"
#include "unit/traceui/sampletraces.h"

#include <QApplication>
#include <QImage>
#include <QPainter>

#include <benchmark/benchmark.h>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int attributes = 40;
constexpr QSize window(1168, 600); ///< px of the picture in a window of 1280 × 800

const trace::Trace &traceFor(int64_t kind)
{
    static const auto small = test::landedTrace();
    static const auto large = test::largeTrace(attributes);
    return kind == 0 ? small : large;
}

/// 0: small; 1: large, folded; 2: large, every row open.
QSet<QString> foldsFor(int64_t kind)
{
    QSet<QString> toggled;
    if (kind == 2) {
        for (const auto &row : pictureOf(traceFor(kind), test::sampleNow).rows) {
            if (row.fold != Fold::None)
                toggled.insert(row.id);
        }
    }
    return toggled;
}

void making(benchmark::State &state)
{
    const auto toggled = foldsFor(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(pictureOf(traceFor(state.range(0)), test::sampleNow, toggled));
}

void layout(benchmark::State &state)
{
    const auto picture = pictureOf(traceFor(state.range(0)), test::sampleNow, foldsFor(state.range(0)));
    const PictureFonts fonts;
    for (auto _ : state)
        benchmark::DoNotOptimize(layoutOf(picture, {.width = qreal(window.width()), .measure = fonts.measure()}));
    state.counters["stops"] = double(picture.stops.size());
}

/// A whole frame, at another place each time: what panning repaints.
void frame(benchmark::State &state)
{
    const auto picture = pictureOf(traceFor(state.range(0)), test::sampleNow, foldsFor(state.range(0)));
    const PictureFonts fonts;
    const auto layout = layoutOf(picture, {.width = qreal(window.width()), .measure = fonts.measure()});
    const auto look = makeLook(false, ColourSet::Standard);
    QImage image(window, QImage::Format_RGB32);
    qreal y = 0;
    for (auto _ : state) {
        QPainter painter(&image);
        painter.translate(0, -y);
        paintPicture(painter, picture, layout, fonts, look, {.stop = 3, .hop = 3, .hasFocus = true},
            QRectF(QPointF(0, y), window));
        painter.resetTransform();
        paintRuler(painter, layout, fonts, look, 0, window.width());
        y = y + 33 > layout.size.height() - window.height() ? 0 : y + 33;
    }
}

} // namespace

BENCHMARK(making)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(layout)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(frame)->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
