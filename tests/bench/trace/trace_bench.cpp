// SPDX-License-Identifier: GPL-3.0-or-later
// What drawing a trace costs: 40 attributes on 4 systems, folded as it opens and with every row open, and a
// small one. Then the real place in a window of 1920 × 1080: how long a frame takes while a hand pans it, and from the
// first answer to its first painted lane, against the 16.6 ms of 60 frames a second.
#include "ui/trace/pictureof.h"
#include "ui/trace/picturepaint.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/traceplace.h"
#include "unit/traceui/sampletraces.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

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

constexpr QSize wholeWindow(1920, 1080);
constexpr double frameTime = 1000.0 / 60; ///< ms

/// Sees when the picture is painted: any picture, or one of more than so many stops.
class PaintSpy : public QObject {
public:
    explicit PaintSpy(const PictureView &view, qsizetype moreThan = -1)
        : m_view(view)
        , m_moreThan(moreThan)
    {
        view.viewport()->installEventFilter(this);
    }
    [[nodiscard]] int paints() const { return m_paints; }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        m_paints += event->type() == QEvent::Paint && m_view.picture().stops.size() > m_moreThan;
        return false;
    }

private:
    const PictureView &m_view;
    qsizetype m_moreThan;
    int m_paints = 0;
};

void waitForPaint(const PaintSpy &spy, int after)
{
    while (spy.paints() == after)
        QCoreApplication::processEvents(QEventLoop::AllEvents);
    QCoreApplication::processEvents(QEventLoop::AllEvents); // the window's buffer is flushed after its paint events
}

struct Shown {
    SystemClock clock;
    TracePlace place{{}, clock};
    quint64 run = 0;

    Shown()
    {
        QObject::connect(&place, &TracePlace::ordered, &place, [this](const trace::Order &order) { run = order.run; });
        place.resize(wholeWindow);
        place.show();
        place.trace(u"#429664"_s);
        QCoreApplication::processEvents(QEventLoop::AllEvents);
    }
    void take(trace::Trace trace, bool isRunning)
    {
        trace.run = run;
        trace.isRunning = isRunning;
        place.takeTrace(trace);
    }
};

void tellFrames(benchmark::State &state, std::vector<double> times)
{
    std::ranges::sort(times);
    const auto at
        = [&times](double part) { return times[std::min(times.size() - 1, size_t(double(times.size()) * part))]; };
    state.counters["p50_ms"] = at(0.5);
    state.counters["p95_ms"] = at(0.95);
    state.counters["p99_ms"] = at(0.99);
    state.counters["worst_ms"] = times.back();
    state.counters["over"] = double(std::ranges::count_if(times, [](double time) { return time > frameTime; }));
}

void sendMouse(QWidget &to, QEvent::Type type, const QPointF &at, Qt::MouseButtons buttons)
{
    QMouseEvent event(type, at, to.mapToGlobal(at), Qt::MiddleButton, buttons, Qt::NoModifier);
    QCoreApplication::sendEvent(&to, &event);
}

/// A hand drags the picture up and down, and a little to the side: one mouse event and one frame each time.
void panning(benchmark::State &state)
{
    Shown shown;
    auto &view = *shown.place.picture();
    shown.take(traceFor(1), false);
    while (view.picture().stops.isEmpty()) // a large one is made ready on a pool
        QCoreApplication::processEvents(QEventLoop::AllEvents);
    if (state.range(0) == 2) {
        for (const auto &row : foldsFor(2))
            Q_EMIT view.foldToggled(row);
    }
    view.setZoom(state.range(0) == 1 ? 2 : 1); // a small picture has nothing to pan
    QCoreApplication::processEvents(QEventLoop::AllEvents);
    auto &port = *view.viewport();
    const PaintSpy spy(view);
    const QPointF from(900, 500);
    sendMouse(port, QEvent::MouseButtonPress, from, Qt::MiddleButton);
    std::vector<double> times;
    QPointF at = from;
    qreal dy = -24;
    for (auto _ : state) {
        const auto &bar = *view.verticalScrollBar();
        if (bar.value() == bar.maximum())
            dy = 24;
        else if (bar.value() == bar.minimum())
            dy = -24;
        at += QPointF(dy > 0 ? 3 : -3, dy);
        QElapsedTimer timer;
        timer.start();
        const int before = spy.paints();
        sendMouse(port, QEvent::MouseMove, at, Qt::MiddleButton);
        waitForPaint(spy, before);
        times.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    sendMouse(port, QEvent::MouseButtonRelease, at, Qt::NoButton);
    state.counters["height"] = view.layout().size.height();
    tellFrames(state, std::move(times));
}

trace::Trace firstLaneOf(trace::Trace trace)
{
    trace.stops.removeIf([](const trace::Stop &stop) { return stop.lane != trace::Lane::PullRequest; });
    trace.hops.removeIf([&trace](const trace::Hop &hop) { return !trace.stop(hop.to); });
    trace.excuses.removeIf([&trace](const trace::Excuse &excuse) { return !trace.stop(excuse.stop); });
    return trace;
}

/// From the signal of the first answer to the first lane on the screen.
void firstLane(benchmark::State &state)
{
    const auto first = firstLaneOf(traceFor(state.range(0)));
    std::vector<double> times;
    for (auto _ : state) {
        state.PauseTiming();
        auto shown = std::make_unique<Shown>();
        const PaintSpy spy(*shown->place.picture());
        const int before = spy.paints();
        state.ResumeTiming();
        QElapsedTimer timer;
        timer.start();
        shown->take(first, true);
        waitForPaint(spy, before);
        times.push_back(double(timer.nsecsElapsed()) / 1e6);
        state.PauseTiming();
        if (shown->place.picture()->picture().stops.isEmpty())
            state.SkipWithError("nothing is painted");
        shown.reset();
        state.ResumeTiming();
    }
    tellFrames(state, std::move(times));
}

/// The rest of the trace comes at once, after its first lane: until the whole is on the screen. Its picture is made on
/// a pool, and the head alone may repaint the one before, which does not count.
void wholeTrace(benchmark::State &state)
{
    Shown shown;
    const auto first = firstLaneOf(traceFor(1));
    const PaintSpy spy(*shown.place.picture());
    const PaintSpy whole(*shown.place.picture(), pictureOf(first, test::sampleNow).stops.size());
    std::vector<double> times;
    for (auto _ : state) {
        state.PauseTiming();
        const int before = spy.paints();
        shown.take(first, true);
        waitForPaint(spy, before);
        const int wholeBefore = whole.paints();
        state.ResumeTiming();
        QElapsedTimer timer;
        timer.start();
        shown.take(traceFor(1), true);
        waitForPaint(whole, wholeBefore);
        times.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    tellFrames(state, std::move(times));
}

} // namespace

BENCHMARK(panning)->DenseRange(1, 2)->Iterations(600)->Unit(benchmark::kMillisecond);
BENCHMARK(firstLane)->DenseRange(0, 1)->Iterations(50)->Unit(benchmark::kMillisecond);
BENCHMARK(wholeTrace)->Iterations(100)->Unit(benchmark::kMillisecond);
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
