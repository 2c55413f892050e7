// SPDX-License-Identifier: GPL-3.0-or-later
// bench_day [HOURS]: the core that the window uses through virtual hours (24), with everything open and a hundred
// jobs watched. Prints the requests by server and hour, what was noticed and when, and whatever breaks the polling
// plan; ends with 1 when something did, or something was missed.
#include "gui/day/dayrig.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <cstdio>
#include <cstdlib>

using namespace narscope;

namespace {

bool say(const char *what, const test::Noticing &seen, qint64 limit)
{
    std::printf("%-52s %4d of %4d, on average after %5.0f s, at most %5lld s (limit %lld s)\n", what, seen.noticed,
        seen.happened, seen.mean(), qlonglong(seen.latest), qlonglong(limit));
    for (const auto &one : seen.missed)
        std::printf("MISSED: %s\n", qPrintable(one));
    return seen.noticed == seen.happened && seen.happened > 0 && seen.latest <= limit;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int hours = argc > 1 ? std::atoi(argv[1]) : 24;
    QElapsedTimer timer;
    timer.start();
    test::DayRig day;
    day.watch(100);
    day.openEverything();
    day.run(std::chrono::hours(hours));
    std::printf("%s\n", qPrintable(day.table()));
    bool isGood
        = say("evaluations, by the list of the newest", day.evaluationsNoticed(test::atMost(10)), test::atMost(10));
    const auto listed = test::atMost(5) + test::atMost(1);
    isGood = say("evaluations in the shown jobsets' lists", day.evaluationsListed(listed), listed) && isGood;
    isGood = say("releases on the board", day.releasesNoticed(test::atMost(5)), test::atMost(5)) && isGood;
    const auto breaches = day.breaches();
    for (const auto &breach : breaches)
        std::printf("NOT AS PLANNED: %s\n", qPrintable(breach));
    std::printf("%d requests and %lld notices in %d virtual hours; %.1f s\n", day.sent(),
        qlonglong(day.notices().size()), hours, double(timer.elapsed()) / 1000);
    return isGood && breaches.isEmpty() ? 0 : 1;
}
