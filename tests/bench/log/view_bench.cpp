// SPDX-License-Identifier: GPL-3.0-or-later
// NARSCOPE_LOG=FILE QT_QPA_PLATFORM=offscreen bench_logview [opening|frames|typing|cancelling|live|bytes]: how soon a
// log is seen, how long a frame of its view takes, how long the window stands still while somebody searches or a log
// comes in, and what memory that takes. Says figures beside the limits that the viewer was built to.
#include "live_bench.h"

#include "base/clock.h"
#include "ui/logs/findbar.h"
#include "ui/logs/logsplace.h"
#include "ui/logs/logview.h"
#include "ui/logs/minimap.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>

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
    QTimer wake; // sleeps between events: a loop that spins would take a core from the pools
    wake.start(1);
    while (!holds())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

double since(std::chrono::steady_clock::time_point began)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
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
    /// Text and minimap, as scrolling paints them.
    double frame()
    {
        const auto began = std::chrono::steady_clock::now();
        place.view()->viewport()->repaint();
        if (auto *map = place.findChild<Minimap *>())
            map->repaint();
        return since(began);
    }
    void find(const QString &text) { place.findBar()->field()->setText(text); }
    [[nodiscard]] log::Document &document() { return *place.currentLog()->document(); }
    [[nodiscard]] bool showsMatches()
    {
        auto &view = *place.view();
        for (auto row = view.topRow(); row < view.topRow() + 20; ++row) {
            if (const auto *shown = view.shownAt(row); shown && !shown->matches.empty())
                return true;
        }
        return false;
    }
};

/// The longest time between two turns of the event loop, which a timer of 1 ms makes turn.
class Gaps {
public:
    Gaps()
    {
        m_since.start();
        QObject::connect(&m_beat, &QTimer::timeout, &m_beat, [this] {
            longest = qMax(longest, double(m_since.nsecsElapsed()) / 1e6);
            m_since.restart();
        });
        m_beat.start(1);
    }
    double longest = 0; ///< ms

private:
    QElapsedTimer m_since;
    QTimer m_beat;
};

/// MiB that the kernel says under `name` in the process's status.
double memoryOf(const char *name)
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const auto &line : status.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.simplified().split(' ').value(1).toDouble() / 1024;
    }
    return 0;
}

void measureOpening(const std::shared_ptr<const log::Bytes> &bytes)
{
    Window window;
    window.place.resize(1920, 1080);
    waitUntil([&] { return window.place.isVisible(); });
    window.frame();
    const auto empty = memoryOf("RssAnon");
    const auto began = std::chrono::steady_clock::now();
    window.open(bytes, false);
    waitUntil([&] { return window.place.view()->isFilled(); });
    window.frame();
    std::printf("first text painted after %.0f ms   limit 100 ms\n", since(began));
    waitUntil([&] { return window.document().state()->isComplete; });
    std::printf("index and outline complete after %.0f ms\n", since(began));
    waitUntil([&] { return window.place.isSettled(); });
    std::printf("errors, warnings and repeats known after %.0f ms\n", since(began));
    window.find(u"error"_s);
    waitUntil([&] { return !window.document().isSearching(); });
    window.frame();
    std::printf(
        "memory with a search done: %.1f MiB over the empty window   limit 40 MiB\n", memoryOf("RssAnon") - empty);
    std::printf("resident in all: %.0f MiB, %.1f%% of the log   limit 10%%\n", memoryOf("VmRSS"),
        memoryOf("VmRSS") * 1024 * 1024 * 100 / double(bytes->size()));
}

/// As somebody types, with the view in the middle of the log; the word is on many lines.
void measureTyping(const std::shared_ptr<const log::Bytes> &bytes)
{
    Window window;
    window.place.resize(1920, 1080);
    window.open(bytes, false);
    waitUntil([&] { return window.place.isSettled(); });
    auto &bar = *window.place.view()->verticalScrollBar();
    bar.setValue(bar.maximum() / 2);
    waitUntil([&] { return window.place.view()->isFilled(); });
    std::vector<double> hits;
    Gaps gaps;
    const auto word = u"warning"_s;
    for (int round = 0; round < 5; ++round) {
        for (qsizetype length = 1; length <= word.size(); ++length) {
            const auto began = std::chrono::steady_clock::now();
            window.find(word.first(length));
            waitUntil([&] { return window.showsMatches(); });
            window.frame();
            hits.push_back(since(began));
            waitUntil([&] { return since(began) > 80; });
        }
        window.find({});
    }
    std::printf("typing a search: longest gap of the event loop %.1f ms   limit 16 ms\n", gaps.longest);
    say("first hit near the view on screen", hits, "50");
}

/// A pattern that runs away on most lines: PCRE2 alone can do it.
void measureCancelling(const std::shared_ptr<const log::Bytes> &bytes)
{
    Window window;
    window.open(bytes, false);
    waitUntil([&] { return window.place.isSettled(); });
    std::vector<double> took;
    qint64 ranAway = 0;
    for (int round = 0; round < 20; ++round) {
        window.document().search(log::Query::of({.text = u"^(\\w*\\W?)*[!?](?=zz)$"_s, .isRegex = true}), log::Line(0));
        const auto started = std::chrono::steady_clock::now();
        waitUntil([&] { return since(started) > 150; });
        ranAway = qMax(ranAway, window.document().findings().limitHit());
        const auto began = std::chrono::steady_clock::now();
        window.document().search({}, log::Line(0));
        window.pools.log.waitForDone();
        took.push_back(since(began));
    }
    say("cancelling a pattern that runs away", took, "20");
    std::printf("lines on which it was stopped, as said: %lld\n", static_cast<long long>(ranAway));
}

void measureFrames(const std::shared_ptr<const log::Bytes> &bytes, QSize size, const char *jumps, const char *scrolls,
    const char *limit)
{
    Window window;
    window.place.resize(size);
    window.open(bytes, false);
    waitUntil([&] { return window.place.isSettled(); });
    window.find(u"error"_s);
    waitUntil([&] { return !window.document().isSearching(); });
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

/// Taken from a server on loopback by the program's own client, while the window follows.
void measureIntake(const char *path)
{
    Window window;
    window.place.resize(1920, 1080);
    const auto spool = *log::Spool::create(window.folder.path(), log::maxLogSize);
    window.open(spool, true);
    window.place.view()->setFollowing(true);
    bench::FileServer server(path);
    Gaps gaps;
    const auto began = std::chrono::steady_clock::now();
    bench::Intake intake(server.url(), spool, [&window] {
        QMetaObject::invokeMethod(
            &window.place, [&window] { window.place.takeGrowth(window.run); }, Qt::QueuedConnection);
    });
    waitUntil([&] { return intake.isOver(); });
    const auto taken = since(began);
    waitUntil([&] { return window.document().state()->index.bytesIndexed() == spool->size(); });
    std::printf(
        "live from loopback: %.0f MB/s taken in, %.0f with index and outline; longest gap of the event loop %.1f "
        "ms   limit 500 MB/s, 20 ms%s\n",
        double(spool->size()) / 1e3 / taken, double(spool->size()) / 1e3 / since(began), gaps.longest,
        intake.isGood() ? "" : "   FAILED");
}

/// So many times the same byte, on no disk.
class SameBytes final : public log::Bytes {
public:
    SameBytes(char byte, qint64 size)
        : m_byte(byte)
        , m_size(size)
    {
    }
    [[nodiscard]] qint64 size() const override { return m_size; }
    [[nodiscard]] Result<qint64> readInto(log::Offset offset, std::span<char> buffer) const override
    {
        const auto count = qBound<qint64>(0, m_size - offset.value, qint64(buffer.size()));
        std::fill_n(buffer.begin(), count, m_byte);
        return count;
    }

private:
    char m_byte;
    qint64 m_size;
};

/// Whether logs that no tool writes are shown and searched.
bool withstandsBadBytes()
{
    constexpr qint64 more = 1000;
    constexpr qint64 lines = (qint64(1) << 31) + more;
    bool isGood = true;
    const auto check = [&isGood](bool holds, const char *what) {
        std::printf("%s: %s\n", what, holds ? "yes" : "NO");
        isGood = isGood && holds;
    };
    {
        Window window;
        window.open(std::make_shared<SameBytes>('x', qint64(1) << 30), false);
        waitUntil([&] { return window.document().state()->isComplete && window.place.view()->isFilled(); });
        window.frame();
        check(window.place.view()->rowCount() == 1, "a line of 1 GiB is one row");
        window.find(u"xyz"_s);
        waitUntil([&] { return !window.document().isSearching(); });
        check(window.document().findings().tooLong() == 1, "that only its beginning was searched is said");
    }
    {
        Window window;
        const auto bytes = std::make_shared<SameBytes>('\n', lines);
        window.open(bytes, false);
        waitUntil([&] { return window.document().state()->isComplete; });
        const auto &index = window.document().state()->index;
        check(index.lineCount() == lines, "2^31 + 1000 empty lines are counted");
        const log::Line last(lines - 1);
        check(index.offsetOf(last, *bytes) == Result<log::Offset>(log::Offset(lines - 1))
                && index.lineAt(log::Offset(lines - 1), *bytes) == Result<log::Line>(last),
            "the last of them is found both ways");
        window.place.view()->goTo(last);
        waitUntil([&] { return window.place.view()->isFilled(); });
        window.frame();
        check(window.place.view()->linesInView().second == last, "and shown");
    }
    return isGood;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    useLook(makeLook(false, ColourSet::Standard), metric::compactRow);
    const auto path = qgetenv("NARSCOPE_LOG");
    const auto file = log::FileBytes::open(QString::fromLocal8Bit(path));
    if (!file) {
        std::fputs("NARSCOPE_LOG names no log that can be read\n", stderr);
        return 1;
    }
    const auto wants
        = [only = QByteArray(argc > 1 ? argv[1] : "")](QByteArrayView part) { return only.isEmpty() || only == part; };
    if (wants("opening"))
        measureOpening(*file);
    if (wants("frames")) {
        measureFrames(*file, {1920, 1080}, "1080p, jumps, matches and colours", "1080p, smooth scroll", "p95 5, p99 8");
        measureFrames(*file, {3840, 2160}, "3840x2160, jumps", "3840x2160, smooth scroll", "p95 11");
    }
    if (wants("typing"))
        measureTyping(*file);
    if (wants("cancelling"))
        measureCancelling(*file);
    if (wants("live"))
        measureIntake(path.constData());
    return !wants("bytes") || withstandsBadBytes() ? 0 : 1;
}
