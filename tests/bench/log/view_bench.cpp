// SPDX-License-Identifier: GPL-3.0-or-later
// NARSCOPE_LOG=FILE QT_QPA_PLATFORM=offscreen bench_logview: how long a frame of the log's view takes, and
// how long the window stands still while a log comes in. Says percentiles; the limits are those that the
// viewer was built to.
#include "base/clock.h"
#include "ui/logs/findbar.h"
#include "ui/logs/logsplace.h"
#include "ui/logs/logview.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>
#include <thread>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

double at(std::vector<double> &values, double share)
{
    std::ranges::sort(values);
    return values[size_t(double(values.size() - 1) * share)];
}

void say(const char *what, std::vector<double> &values, const char *limit)
{
    std::printf("%-44s p50 %6.2f  p95 %6.2f  p99 %6.2f ms   limit %s\n", what, at(values, 0.5), at(values, 0.95),
        at(values, 0.99), limit);
}

void waitUntil(const std::function<bool()> &holds)
{
    while (!holds())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
}

struct Window {
    Pools pools;
    SystemClock clock;
    QTemporaryDir folder;
    LogsPlace place{pools, clock, folder.path()};
    quint64 run = 0;

    Window()
    {
        QObject::connect(&place, &LogsPlace::ordered, &place, [this](const log::LogOrder &order) { run = order.run; });
        place.show();
    }
    void open(const std::shared_ptr<const log::Bytes> &bytes, bool isLive)
    {
        place.openLog(u"bench"_s);
        const log::LogAbout about{.place = {}, .title = u"bench"_s, .isLive = isLive};
        place.takeOpened(run, bytes, about);
        if (!isLive)
            place.takeCompleted(run, about);
    }
    double frame()
    {
        QElapsedTimer timer;
        timer.start();
        place.view()->viewport()->repaint();
        return double(timer.nsecsElapsed()) / 1e6;
    }
};

void measureFrames(const std::shared_ptr<const log::Bytes> &bytes, QSize size, const char *jumps, const char *scrolls,
    const char *limit)
{
    Window window;
    window.place.resize(size);
    window.open(bytes, false);
    waitUntil([&] { return window.place.isSettled(); });
    window.place.findBar()->field()->setText(u"error"_s);
    waitUntil([&] { return !window.place.currentLog()->document()->isSearching(); });
    auto &view = *window.place.view();
    auto &bar = *view.verticalScrollBar();
    QRandomGenerator random(1);
    std::vector<double> jumped;
    for (int i = 0; i < 400; ++i) {
        bar.setValue(random.bounded(bar.maximum() + 1));
        waitUntil([&] { return view.isFilled(); });
        jumped.push_back(window.frame());
    }
    say(jumps, jumped, limit);
    std::vector<double> scrolled;
    for (int i = 0; i < 400; ++i) {
        bar.setValue(bar.value() + 3);
        scrolled.push_back(window.frame());
        QCoreApplication::processEvents();
    }
    say(scrolls, scrolled, limit);
}

/// Appends as fast as the disk takes it, at most 500 MB/s, while the window follows.
void measureIntake(const log::Bytes &source)
{
    constexpr qint64 all = qint64(1) << 30;
    constexpr qint64 piece = 1 << 20;
    Window window;
    window.place.resize(1920, 1080);
    const auto spool = *log::Spool::create(window.folder.path(), 2 * all);
    window.open(spool, true);
    std::atomic<bool> isOver = false;
    const auto began = std::chrono::steady_clock::now();
    std::thread writer([&] {
        for (qint64 done = 0; done < all; done += piece) {
            const auto part = source.read(log::Offset(done % (source.size() - piece)), piece);
            if (!part || !spool->append(*part))
                break;
            QMetaObject::invokeMethod(
                &window.place, [&window] { window.place.takeGrowth(window.run); }, Qt::QueuedConnection);
            std::this_thread::sleep_until(began + std::chrono::nanoseconds(done * 2));
        }
        isOver = true;
    });
    QElapsedTimer since;
    since.start();
    double longest = 0;
    QTimer beat;
    QObject::connect(&beat, &QTimer::timeout, &beat, [&] {
        longest = qMax(longest, double(since.nsecsElapsed()) / 1e6);
        since.restart();
    });
    beat.start(1);
    waitUntil([&] {
        return isOver && window.place.currentLog()->document()->state()->index.bytesIndexed() == spool->size();
    });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    writer.join();
    std::printf("live intake %.0f MB/s, index with it; longest gap of the event loop %.1f ms   limit 500 "
                "MB/s, 20 ms\n",
        double(spool->size()) / 1e6 / took.count(), longest);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    useLook(makeLook(false, ColourSet::Standard), metric::compactRow);
    const auto file = log::FileBytes::open(qEnvironmentVariable("NARSCOPE_LOG"));
    if (!file) {
        std::fputs("NARSCOPE_LOG names no log that can be read\n", stderr);
        return 1;
    }
    measureFrames(*file, {1920, 1080}, "1080p, jumps, matches and colours", "1080p, smooth scroll", "p95 5, p99 8");
    measureFrames(*file, {3840, 2160}, "3840x2160, jumps", "3840x2160, smooth scroll", "p95 11");
    measureIntake(**file);
    return 0;
}
