// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/farmmath.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace narscope;
using namespace narscope::watch;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 now = 1795000000;
constexpr qint64 hour = 3600;

/// One point a minute over `seconds`, taking `pace` steps a second, with so many waiting all the time.
QueuePoints steady(qint64 seconds, double pace, double waiting)
{
    QueuePoints points;
    for (qint64 ago = seconds; ago >= 0; ago -= 60)
        points.append({.time = now - ago, .waiting = waiting, .running = 2, .taken = pace * double(seconds - ago)});
    return points;
}

} // namespace

/// Rates and estimates of a farm's queue as plain arithmetic.
class FarmMathTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theNearestRankIsTheQuantile()
    {
        QCOMPARE(quantile({15, 20, 35, 40, 50}, 0.05), 15.0);
        QCOMPARE(quantile({15, 20, 35, 40, 50}, 0.30), 20.0);
        QCOMPARE(quantile({50, 40, 35, 20, 15}, 0.40), 20.0);
        QCOMPARE(quantile({15, 20, 35, 40, 50}, 1.00), 50.0);
        QCOMPARE(quantile({3}, 0.99), 3.0);
    }

    void aCounterGoesOnAfterItBeganAgain()
    {
        QCOMPARE(continued(100, 40, 45), 105.0);
        QCOMPARE(continued(105, 45, 3), 108.0);
    }

    void theMedianOfAHistogramIsInterpolatedAsPrometheusDoes()
    {
        const double infinite = std::numeric_limits<double>::infinity();
        const std::vector<Bucket> even{{10, 5}, {60, 10}, {infinite, 10}};
        QCOMPARE(medianOf(even), std::optional(10.0));
        const std::vector<Bucket> later{{10, 2}, {60, 10}, {infinite, 10}};
        QCOMPARE(medianOf(later), std::optional(10 + 50 * 3.0 / 8));
        const std::vector<Bucket> beyond{{10, 1}, {infinite, 10}};
        QCOMPARE(medianOf(beyond), std::optional(10.0));
        QVERIFY(!medianOf({}));
        const std::vector<Bucket> none{{10, 0}, {infinite, 0}};
        QVERIFY(!medianOf(none));
    }

    void anEvenPaceGivesANarrowBandThatCameTrue()
    {
        const auto points = steady(8 * hour, 0.5, 900);
        const auto band = clearBand(points);
        QVERIFY(band);
        QCOMPARE(band->low, 1800);
        QCOMPARE(band->high, std::optional<qint64>(1800));
        QVERIFY(band->past);
        QVERIFY(band->past->judged >= 13); // half-hours that had an hour before and half an hour after them
        QCOMPARE(band->past->inBand, band->past->judged);
        QVERIFY(band->past->median < 0.01);
        QCOMPARE(takenPerHour(points, now), std::optional(1800.0));
    }

    void anUnevenPaceGivesTheMiddleHalfOfIt()
    {
        // Half-hours of 300, 600, 300, 600 … steps.
        QueuePoints points;
        double taken = 0;
        for (int i = 0; i <= 12; ++i) {
            points.append({.time = now - (12 - i) * 1800, .waiting = 1200, .taken = taken});
            taken += i % 2 == 0 ? 300 : 600;
        }
        const auto band = clearBand(points);
        QVERIFY(band);
        QCOMPARE(band->low, 3600); // 1200 at 600 a half-hour
        QCOMPARE(band->high, std::optional<qint64>(7200));
    }

    void aPaceThatChangedShowsInThePastError()
    {
        auto points = steady(8 * hour, 0.5, 900);
        for (auto &point : points) { // four times slower in the last four hours
            if (point.time > now - 4 * hour)
                point.taken = 0.5 * 4 * hour + 0.125 * double(point.time - (now - 4 * hour));
        }
        const auto past = pastError(points);
        QVERIFY(past);
        QVERIFY(past->inBand < past->judged);
        QVERIFY(past->inBand > 0);
    }

    void nothingIsEstimatedFromNothing()
    {
        QVERIFY(!clearBand({}));
        QVERIFY(!clearBand(steady(600, 1, 10))); // not yet two half-hours
        QVERIFY(!clearBand(steady(8 * hour, 0, 10))); // nothing is taken
        QVERIFY(!clearBand(steady(8 * hour, 1, 0))); // nothing waits
        QVERIFY(!takenPerHour(steady(300, 1, 10), now));
    }

    void hoursWithoutAPointAreUnknown()
    {
        const QueuePoints points{{.time = now - 2 * hour - 10, .waiting = 4},
            {.time = now - 2 * hour - 20, .waiting = 6}, {.time = now - 5, .waiting = 9}};
        const auto hours = hourlyWaiting(points, now, 4);
        QCOMPARE(hours.size(), 4);
        QVERIFY(std::isnan(hours[0]));
        QCOMPARE(hours[1], 5.0);
        QVERIFY(std::isnan(hours[2]));
        QCOMPARE(hours[3], 9.0);
    }

    void paceCountsOnlyWhileSomethingWaits()
    {
        auto points = steady(12 * hour, 0.5, 900);
        for (auto &point : points) { // a quiet stretch of four hours, in which only a few steps came
            if (point.time > now - 5 * hour && point.time <= now - hour) {
                point.waiting = 0;
                point.taken = 0.5 * 7 * hour + 0.001 * double(point.time - (now - 5 * hour));
            } else if (point.time > now - hour) {
                point.taken = 0.5 * 7 * hour + 0.001 * 4 * hour + 0.5 * double(point.time - (now - hour));
            }
        }
        const auto band = clearBand(points);
        QVERIFY(band);
        QVERIFY(band->high);
        QVERIFY(*band->high < 2000); // 900 at half a step a second
    }
};

QTEST_GUILESS_MAIN(FarmMathTest)
#include "farmmath_test.moc"
