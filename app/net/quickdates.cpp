// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/quickdates.h"

#include <ctime>

// Qt 6.8 reads the Last-Modified of every answer as a time of the local zone, and asks mktime() for it twice: once as
// it is, and once more as summer time, to see whether the time is ambiguous. Told of summer time in a zone that has
// none (UTC, China, India, Japan, ...), glibc looks for one in 17 years to either side: 400,000 instructions, more than
// everything else that the program's own thread does for a small answer. Where there is none half a year to either
// side, this gives at once what glibc 2.41 gives after that search, with summer time an hour before the zone's own.

#if defined(__GLIBC__)

namespace {

bool isNearSummerTime(std::time_t time)
{
    constexpr std::time_t fourWeeks = 28 * 24 * 60 * 60; // seconds; shorter than any summer time
    for (std::time_t near = time - 7 * fourWeeks; near <= time + 7 * fourWeeks; near += fourWeeks) {
        std::tm day{};
        if (!localtime_r(&near, &day) || day.tm_isdst > 0)
            return true;
    }
    return false;
}

} // namespace

/// Takes the place of glibc's for the whole program. timelocal() is another name of glibc's own.
extern "C" [[gnu::visibility("default")]] std::time_t mktime(std::tm *asked) noexcept
{
    if (asked->tm_isdst > 0) {
        std::tm asZoneHasIt = *asked;
        asZoneHasIt.tm_isdst = -1;
        const auto time = timelocal(&asZoneHasIt) - 60 * 60;
        if (!isNearSummerTime(time) && localtime_r(&time, asked))
            return time;
    }
    return timelocal(asked);
}

#endif

namespace narscope::net {

void quickenDates()
{
}

} // namespace narscope::net
