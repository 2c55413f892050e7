// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/hopwords.h"
#include "ui/trace/picturelayout.h"
#include "ui/trace/pictureof.h"
#include "ui/trace/tracemarkdown.h"
#include "ui/trace/tracesheet.h"
#include "unit/traceui/sampletraces.h"

#include <QImage>
#include <QTest>
#include <QXmlStreamReader>

using namespace narscope;
using namespace narscope::ui;
using namespace narscope::test;
using namespace Qt::StringLiterals;

namespace {

struct Placed {
    Picture picture;
    PictureLayout layout;

    explicit Placed(const trace::Trace &trace, qreal width = 1168, const QSet<QString> &toggled = {})
        : picture(pictureOf(trace, sampleNow, toggled))
        , layout(layoutOf(
              picture, {.width = width, .measure = [](const QString &text, Face) { return 7.0 * qreal(text.size()); }}))
    {
    }
    [[nodiscard]] int stop(const QString &part) const
    {
        for (qsizetype i = 0; i < picture.stops.size(); ++i) {
            if (picture.stops[i].id.endsWith(part))
                return int(i);
        }
        return -1;
    }
    [[nodiscard]] QPointF at(const QString &part) const { return layout.stops[size_t(stop(part))].at; }
    [[nodiscard]] Lane lane(int stop) const { return picture.rows[picture.stops[stop].row].lane; }
    [[nodiscard]] const PictureRow &row(const QString &part) const
    {
        return picture.rows[picture.stops[stop(part)].row];
    }
};

/// Points of a line, some px apart.
QList<QPointF> pointsOf(const QPainterPath &path)
{
    QList<QPointF> points;
    for (int i = 1; i < 100; ++i)
        points << path.pointAtPercent(i / 100.0);
    return points;
}

} // namespace

/// What a trace looks like, checked as numbers.
class TracePictureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lanesStandInOrderFromThePullRequestDownToTheChannel()
    {
        const Placed placed(landedTrace());
        for (size_t lane = 1; lane < laneCount; ++lane)
            QCOMPARE(placed.layout.lanes[lane].top, placed.layout.lanes[lane - 1].bottom);
        for (qsizetype i = 0; i < placed.picture.stops.size(); ++i) {
            const auto &lane = placed.layout.lanes[size_t(placed.lane(int(i)))];
            const auto y = placed.layout.stops[size_t(i)].at.y();
            QVERIFY2(y > lane.top && y < lane.bottom, qPrintable(placed.picture.stops[i].id));
        }
    }

    void nothingReachedStandsRightOfNowAndEverythingAheadDoes()
    {
        for (const auto &trace : {landedTrace(), openTrace(), backportTrace(), stagingTrace(), largeTrace(5)}) {
            const Placed placed(trace);
            for (qsizetype i = 0; i < placed.picture.stops.size(); ++i)
                QCOMPARE(placed.layout.stops[size_t(i)].at.x() > placed.layout.now, placed.picture.stops[i].ahead);
        }
    }

    void aLineOnlyGoesRight()
    {
        for (const auto &trace : {landedTrace(), backportTrace(), stagingTrace(), largeTrace(12)}) {
            const Placed placed(trace);
            for (const auto &hop : placed.layout.hops) {
                qreal before = -1;
                for (const auto &point :
                    hop.path.isEmpty() || hop.path.elementAt(hop.path.elementCount() - 2).isMoveTo()
                        ? QList<QPointF>()
                        : pointsOf(hop.path)) {
                    QVERIFY(point.x() >= before - 0.01);
                    before = point.x();
                }
            }
        }
    }

    void linesFromTheEvaluationsToTheChannelsDoNotCross()
    {
        const Placed placed(landedTrace());
        // Top evaluation: furthest right, top channel. So one line is inside the other.
        const QStringList names{u"nixos:unstable"_s, u"nixos:unstable-small"_s, u"nixpkgs:unstable"_s};
        const QStringList gates{u"gate/nixos-unstable"_s, u"gate/nixos-unstable-small"_s, u"gate/nixpkgs-unstable"_s};
        QList<int> evaluations, channels;
        for (int i = 0; i < 3; ++i) {
            evaluations << int(placed.at(u"evaluated/"_s + names[i]).y());
            channels << int(placed.at(gates[i]).y());
        }
        if (!std::ranges::is_sorted(
                evaluations)) // the two of nixos may stand in either order, as long as the channels agree
            std::swap(evaluations[0], evaluations[1]), std::swap(channels[0], channels[1]);
        QVERIFY(std::ranges::is_sorted(evaluations));
        QVERIFY(std::ranges::is_sorted(channels));
        // The one that feeds the builds is the lowest.
        QCOMPARE(std::ranges::max(evaluations), int(placed.at(u"evaluated/nixpkgs:unstable"_s).y()));
    }

    void theBundleFromBuildsToTheCacheDoesNotCrossItself()
    {
        for (const auto &trace : {landedTrace(), largeTrace(40)}) {
            const Placed placed(trace);
            QList<const PlacedHop *> bundle;
            for (qsizetype i = 0; i < placed.picture.hops.size(); ++i) {
                const auto &hop = placed.picture.hops[i];
                if (placed.lane(hop.from) == Lane::Build && placed.lane(hop.to) == Lane::Cache)
                    bundle << &placed.layout.hops[size_t(i)];
            }
            QVERIFY(bundle.size() >= 3);
            for (qsizetype i = 1; i < bundle.size(); ++i) {
                // Of two neighbours the upper one is further right wherever both are on the way down.
                const auto upper = pointsOf(bundle[i - 1]->path);
                const auto lower = pointsOf(bundle[i]->path);
                for (const auto &u : upper) {
                    for (const auto &l : lower)
                        QVERIFY(std::abs(u.y() - l.y()) > 1 || u.x() >= l.x() - 0.6 || std::abs(u.x() - l.x()) > 60);
                }
            }
        }
    }

    void labelsKeepAwayFromLinesThatPassTheirRow()
    {
        for (const auto &trace : {landedTrace(), backportTrace(), stagingTrace()}) {
            const Placed placed(trace);
            for (qsizetype i = 0; i < placed.picture.stops.size(); ++i) {
                const auto label = placed.layout.stops[size_t(i)].label.adjusted(1, 5, -1, -5);
                if (label.width() <= 0 || placed.lane(int(i)) == Lane::PullRequest)
                    continue;
                for (qsizetype h = 0; h < placed.picture.hops.size(); ++h) {
                    const auto &hop = placed.picture.hops[h];
                    if (placed.lane(hop.from) == Lane::Evaluation && placed.lane(hop.to) == Lane::Build
                        && placed.picture.stops[hop.from].row != placed.picture.stops[i].row)
                        QVERIFY2(!placed.layout.hops[size_t(h)].path.intersects(label),
                            qPrintable(placed.picture.stops[i].id + u" under "_s + hop.id));
                }
            }
        }
    }

    void aFailedBuildEndsItsLineAndSaysWhy()
    {
        const Placed placed(landedTrace());
        const int failed = placed.stop(u"built/python3Packages.llm-ollama.x86_64-darwin"_s);
        QCOMPARE(placed.picture.stops[failed].mark, Mark::Failed);
        QCOMPARE(placed.row(u"built/python3Packages.llm-ollama.x86_64-darwin"_s).words,
            u"does not build: test_chat fails in checkPhase"_s);
        for (const auto &hop : placed.picture.hops) {
            QVERIFY(hop.from != failed);
            if (hop.to == failed)
                QCOMPARE(hop.look, HopLook::Failed);
        }
        QCOMPARE(placed.picture.lanes[size_t(Lane::Build)].count, u"3 of 4"_s);
    }

    void aChannelWhoseGateFailsWaitsAheadWithItsExcuseInItsRow()
    {
        const Placed placed(landedTrace());
        const int served = placed.stop(u"served/nixos-unstable"_s);
        QVERIFY(placed.picture.stops[served].ahead);
        QCOMPARE(placed.picture.stops[served].mark, Mark::Queued);
        const auto line = std::ranges::find(placed.picture.hops, served, &PictureHop::to);
        QVERIFY(line != placed.picture.hops.end());
        QCOMPARE(line->from, placed.stop(u"gate/nixos-unstable"_s));
        QCOMPARE(line->look, HopLook::Waiting);
        QCOMPARE(
            placed.row(u"served/nixos-unstable"_s).words, u"waits for 11 h for nixos.tests.openssh, which fails"_s);
        QCOMPARE(placed.row(u"served/nixpkgs-unstable"_s).strong, u"reached"_s);
    }

    void everyGradeIsCountedAndNoneIsSummedUp()
    {
        const auto trace = landedTrace();
        const auto picture = pictureOf(trace, sampleNow);
        int counted = 0;
        for (const auto &[grade, count] : picture.census)
            counted += count;
        QCOMPARE(counted,
            int(std::ranges::count_if(trace.hops, [](const trace::Hop &hop) { return hop.grade.has_value(); })));
        QCOMPARE(picture.census.front().grade, trace::Grade::HashLinked);
        QCOMPARE(picture.census.front().count, 2); // master, and the channel's branch
    }

    void anOpenPullRequestWaitsAheadAndTheRestSaysThatNothingIsKnown()
    {
        const Placed placed(openTrace());
        const int merged = placed.stop(u"merged/"_s);
        QVERIFY(placed.picture.stops[merged].ahead);
        const int branch = placed.stop(u"in-branch/master"_s);
        QVERIFY(!placed.picture.stops[branch].ahead); // nothing leads there yet: a dash, no line
        QCOMPARE(placed.picture.stops[branch].mark, Mark::NotChecked);
        for (const auto &hop : placed.picture.hops)
            QVERIFY(hop.to != branch);
        QCOMPARE(placed.picture.rows.last().words, u"nothing known here"_s);
    }

    void theWayThroughStagingDescendsToTheRight()
    {
        const Placed placed(stagingTrace());
        const auto staging = placed.at(u"in-branch/staging"_s);
        const auto next = placed.at(u"in-branch/staging-next"_s);
        QVERIFY(next.x() > staging.x() && next.y() > staging.y());
        QVERIFY(placed.picture.stops[placed.stop(u"in-branch/master"_s)].ahead);
        QCOMPARE(placed.picture.stops[placed.stop(u"in-branch/master"_s)].quiet,
            u"does not have it yet: staging-next has not been merged"_s);
    }

    void aBackportIsATrackOfItsOwn()
    {
        const Placed placed(backportTrace());
        QCOMPARE(std::ranges::count(placed.picture.rows, Lane::PullRequest, &PictureRow::lane), 2);
        // Its line goes down left of the first one's, so that they do not meet.
        QVERIFY(placed.at(u"in-branch/release-26.05"_s).x() < placed.at(u"in-branch/master"_s).x());
        QVERIFY(placed.at(u"429700/evaluated/nixos:release-26.05"_s).y()
            > placed.at(u"429664/evaluated/nixpkgs:unstable"_s).y());
    }

    void manyAttributesAreFoldedAndOpenOneByOne()
    {
        const Placed folded(largeTrace(40));
        QCOMPARE(std::ranges::count(folded.picture.rows, Lane::Build, &PictureRow::lane), 40);
        QCOMPARE(folded.picture.rows.last().lane, Lane::Channel);
        const auto first = std::ranges::find(folded.picture.rows, Lane::Build, &PictureRow::lane);
        QCOMPARE(first->fold, Fold::Closed);
        const Placed opened(largeTrace(40), 1168, {first->id});
        QCOMPARE(std::ranges::count(opened.picture.rows, Lane::Build, &PictureRow::lane), 44);
        QCOMPARE(std::ranges::count(opened.picture.rows, Lane::Cache, &PictureRow::lane), 44);
    }

    void ofAFoldTheWorstIsShownAndAllAreCounted()
    {
        auto trace = largeTrace(4);
        const auto build = std::ranges::find(trace.stops, trace::StopKind::Built, &trace::Stop::kind);
        build->state = trace::StopState::Failed;
        const auto picture = pictureOf(trace, sampleNow);
        const auto stop = std::ranges::find_if(
            picture.stops, [&](const PictureStop &of) { return picture.rows[of.row].fold == Fold::Closed; });
        QVERIFY(stop != picture.stops.end());
        QCOMPARE(stop->mark, Mark::Failed);
        QCOMPARE(stop->label, u"3 of 4"_s);
    }

    void aWiderWindowStretchesTheOrderAndKeepsIt()
    {
        const Placed narrow(landedTrace(), 600);
        const Placed wide(landedTrace(), 1808);
        QVERIFY(narrow.layout.size.width() > 600); // it scrolls
        QVERIFY(std::abs(wide.layout.size.width() - 1808) < 2);
        for (size_t i = 1; i < wide.layout.stops.size(); ++i) {
            const auto order
                = [i](const Placed &of) { return of.layout.stops[i].at.x() - of.layout.stops[i - 1].at.x(); };
            QVERIFY(order(narrow) * order(wide) >= 0);
        }
    }

    void whatIsUnderTheMouseIsFound()
    {
        const Placed placed(landedTrace());
        for (qsizetype i = 0; i < placed.picture.stops.size(); ++i)
            QCOMPARE(placed.layout.stopAt(placed.layout.stops[size_t(i)].at), int(i));
        const auto hop = std::ranges::find_if(placed.picture.hops,
            [](const PictureHop &of) { return of.grade == trace::Grade::Signed && of.id.contains("built"_L1); });
        const auto index = size_t(hop - placed.picture.hops.begin());
        QCOMPARE(placed.layout.hopAt(placed.layout.hops[index].grade), int(index));
        QCOMPARE(placed.layout.hopAt({5, 5}), -1);
    }

    void arrowsFollowTheLines()
    {
        const Placed placed(landedTrace());
        const auto go = [&](const QString &from, Way way) {
            return placed.picture.stops[neighbour(placed.picture, placed.layout, placed.stop(from), way)].id;
        };
        QVERIFY(go(u"merged/"_s, Way::Right).endsWith("in-branch/master"_L1));
        QVERIFY(go(u"in-branch/master"_s, Way::Left).endsWith("merged/"_L1));
        QVERIFY(go(u"built/python3Packages.llm-ollama.x86_64-linux"_s, Way::Down).endsWith("aarch64-linux"_L1));
        QVERIFY(go(u"built/python3Packages.llm-ollama.x86_64-linux"_s, Way::Right).contains("signed"_L1));
        QCOMPARE(go(u"opened/"_s, Way::Left), placed.picture.stops[placed.stop(u"opened/"_s)].id);
    }

    void theRulerSaysTheTimeBetween()
    {
        const Placed placed(landedTrace());
        QStringList said;
        for (const auto &span : placed.picture.spans)
            said << span.text;
        // Opened, merged, first evaluation, first build, first path, first channel.
        QCOMPARE(said, QStringList({u"8 d 0 h"_s, u"4 h 00 m"_s, u"1 h 00 m"_s, u"1 h 00 m"_s, u"23 h 00 m"_s}));
        QVERIFY(std::ranges::is_sorted(placed.layout.ticks, {}, &PlacedTick::x));
    }

    void aHopSaysWhatIsCoveredWhatIsNotAndWhereItComesFrom()
    {
        auto trace = landedTrace();
        const auto hop = std::ranges::find(trace.hops, trace::Claim::GatedBy, &trace::Hop::claim);
        hop->grade = trace::Grade::Signed;
        hop->sentence = u"A key signed it."_s;
        hop->caveat = u"It did not sign who built it."_s;
        hop->covered = {{u"NarHash"_s, u"sha256:abc"_s}};
        hop->claimed = {{u"Deriver"_s, u"x.drv"_s}};
        hop->answers = {"00ff"};
        hop->command = u"nix store verify x"_s;
        trace.answers << trace::Answer{.sha256 = "00ff",
            .url = QUrl(u"https://cache.example.org/x.narinfo"_s),
            .at = sampleNow - 60,
            .status = 200,
            .size = 9,
            .body = "a\x1b[31mred"};
        const auto words = wordsOf(trace, int(hop - trace.hops.begin()), hop->to, sampleNow);
        QCOMPARE(words.sentence, u"A key signed it. It did not sign who built it."_s);
        QCOMPARE(words.columns.size(), 3);
        QCOMPARE(words.columns[0].rows.front().mark, Mark::Holds);
        QCOMPARE(words.columns[1].rows.front().label, u"Deriver"_s);
        QCOMPARE(words.columns[2].rows.front().whole, u"https://cache.example.org/x.narinfo"_s);
        QVERIFY(words.raw.contains(QChar(0x241b))); // an escape is shown, not obeyed
        QVERIFY(evidenceText(words).contains(u"By hand: nix store verify x"_s));
    }

    void aContradictionStandsBeforeEverythingElse()
    {
        auto trace = landedTrace();
        const auto stop = std::ranges::find(trace.stops, trace::StopKind::Signed, &trace::Stop::kind)->id;
        trace.findings << trace::Finding{.id = u"f"_s,
            .kind = trace::FindingKind::WrongNar,
            .stop = stop,
            .sentence = u"The NAR served is another one."_s,
            .advice = u"Report it."_s};
        QCOMPARE(
            wordsOf(trace, -1, stop, sampleNow).findings, QStringList{u"The NAR served is another one. Report it."_s});
    }

    void markdownCannotCallAnybodyOrBeBrokenByATitle()
    {
        auto trace = landedTrace();
        trace.tracks.front().title = u"**x** `y` @everybody"_s;
        const auto text = markdownOf(trace, sampleNow);
        QVERIFY(text.contains(u"\\*\\*x\\*\\* \\`y\\`"_s));
        QVERIFY(!text.contains(u"@everybody"_s));
        QVERIFY(text.contains(u"waits for 11 h for nixos.tests.openssh"_s));
    }

    void aPictureIsSavedAsSvgAndPng()
    {
        const TraceSheet sheet{.title = u"#1 <title> & more"_s,
            .sentence = u"In no channel yet."_s,
            .picture = pictureOf(landedTrace(), sampleNow),
            .look = makeLook(false, ColourSet::Standard)};
        const auto svg = svgOf(sheet);
        QXmlStreamReader xml(svg);
        int paths = 0;
        while (!xml.atEnd())
            paths += xml.readNext() == QXmlStreamReader::StartElement && xml.name() == "path"_L1;
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(paths >= sheet.picture.hops.size());
        const auto image = QImage::fromData(pngOf(sheet), "PNG");
        QVERIFY(image.width() >= 2 * 1168);
    }
};

QTEST_MAIN(TracePictureTest)
#include "tracepicture_test.moc"
