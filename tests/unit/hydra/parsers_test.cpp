// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmlparsers.h"
#include "hydra/jsonlayout.h"
#include "hydra/jsonparsers.h"
#include "hydra/metricstext.h"

#include <QTest>

#include <cmath>

using namespace narscope;
using namespace narscope::hydra;
using namespace Qt::StringLiterals;

namespace {

/// A Hydra page around what a test is about.
QByteArray page(const QByteArray &title, const QByteArray &content)
{
    return "<!DOCTYPE html><html><head><title>Hydra - " + title + "</title></head><body><div class=\"page-header\">"
        + "<a href=\"https://h.example/project/p\">p</a>:<a href=\"https://h.example/jobset/p/j\">j</a></div>" + content
        + "</body></html>";
}

const QByteArray machineTable
    = "<table><thead><tr><th>Job</th><th>Build</th><th>Step</th>%1<th>Status</th><th>Since</th></tr></thead>"
      "<thead><tr><th colspan=\"7\"><tt style=\"text-decoration: line-through;\">mac-1</tt> <span "
      "class=\"muted\">(<tt>aarch64-darwin</tt>)</span></th></tr></thead>"
      "<tbody><tr><td><tt><a href=\"https://h.example/project/p\"><tt>p</tt></a>:<a "
      "href=\"https://h.example/jobset/p/j\"><tt>j</tt></a>:<a "
      "href=\"https://h.example/job/p/j/x.aarch64-darwin\">x.aarch64-darwin</a></tt></td>"
      "<td><a href=\"https://h.example/build/7\">7</a></td>%2<td><strong>Building</strong></td><td style=\"width: 10em\">1h&nbsp;2m&nbsp;3s </td></tr></tbody></table>"_ba;

} // namespace

/// What the recorded answers do not hold: quirks of other versions, wrong types, hostile bodies.
class ParsersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersAndFlagsComeInAnySpelling()
    {
        const auto build = parseBuild(
            "{\"id\":\"12\",\"finished\":true,\"buildstatus\":\"0\",\"job\":\"a\",\"project\":\"p\",\"jobset\":\"j\",\n"
            "            "
            "\"timestamp\":\"100\",\"starttime\":null,\"stoptime\":110.0,\"priority\":null,\"jobsetevals\":[\"3\",1,"
            "null,2],\n"
            "            "
            "\"buildmetrics\":{\"m\":{\"value\":\"2.5\",\"unit\":null}},\"buildproducts\":{\"10\":{\"name\":\"ten\"},"
            "\"9\":{\"name\":\"nine\"}},\"buildoutputs\":{}}");
        QVERIFY(build);
        QCOMPARE(build->id, BuildId(12));
        QCOMPARE(build->state(), BuildState::Succeeded);
        QCOMPARE(build->stoppedAt, Epoch(110));
        QVERIFY(!build->priority && !build->startedAt);
        QCOMPARE(build->evals, (QList<EvalId>{EvalId(1), EvalId(2), EvalId(3)}));
        QCOMPARE(build->metrics[0].value, 2.5);
        QCOMPARE(build->products[0].name, u"nine"_s); // by number, not by text
    }

    void anUnknownStatusIsKeptAndIsAFailure()
    {
        const auto build = parseBuild("{\"id\":1,\"finished\":1,\"buildstatus\":14,\"job\":\"a\"}");
        QVERIFY(build);
        QCOMPARE(build->state(), BuildState::Unknown);
        QVERIFY(isFailing(build->state()));
        QCOMPARE(word(build->state(), build->status), u"Status 14 (unknown)"_s);
    }

    void whatIsMissingIsNamed_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("where");
        QTest::newRow("second id is a word")
            << "[{\"id\":1,\"job\":\"a\"},{\"id\":\"x\",\"job\":\"b\"}]"_ba << u"$[1].id"_s;
        QTest::newRow("no job") << "[{\"id\":1}]"_ba << u"$[0].job"_s;
        QTest::newRow("a number for a build") << "[5]"_ba << u"$[0]"_s;
        QTest::newRow("an object for a list") << "{\"error\":\"x\"}"_ba << u"$"_s;
        QTest::newRow("cut off") << "[{\"id\":1,\"job\":\"a"_ba << u"$"_s;
        QTest::newRow("empty") << ""_ba << u"$"_s;
    }

    void whatIsMissingIsNamed()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, where);
        const auto builds = parseBuilds(body);
        QVERIFY(!builds);
        QCOMPARE(builds.error().kind, ProblemKind::Malformed);
        QCOMPARE(builds.error().where, where);
    }

    void aLayoutMovesOnlyWhiteSpaceOutsideOfTexts()
    {
        const QByteArray json = " {\"a, {b}\":[1,\n 2],\"\\\"c\":{ },\"d\":null} ";
        QCOMPARE(laidOut(json).text, "{\n  \"a, {b}\": [\n    1,\n    2\n  ],\n  \"\\\"c\": {},\n  \"d\": null\n}"_ba);
        QCOMPARE(laidOut("[\"cut\\").text, "[\n  \"cut\\"_ba);
        const auto deep = laidOut(QByteArray(1000000, '['));
        QVERIFY(deep.isCut && deep.text.size() < 5 * 1024 * 1024);
    }

    void deepJsonIsRefusedWithoutRecursion()
    {
        const auto deep = QByteArray(10000, '[') + QByteArray(10000, ']');
        const auto builds = parseBuilds(deep);
        QVERIFY(!builds);
        QCOMPARE(builds.error().sentence, u"The JSON answer is nested deeper than any real one."_s);
        QVERIFY(!parseBuild("{\"id\":1,\"job\":\"a\",\"x\":" + deep + '}'));
    }

    void deepHtmlIsRefusedWithoutRecursion_data()
    {
        QTest::addColumn<QByteArray>("open");
        QTest::newRow("div") << "<div>"_ba;
        QTest::newRow("formatting") << "<b class=x>"_ba;
        QTest::newRow("with unrelated closing tags") << "<div></span>"_ba;
        QTest::newRow("tables") << "<table><tr><td>"_ba;
    }

    void deepHtmlIsRefusedWithoutRecursion()
    {
        QFETCH(QByteArray, open);
        const auto refused = parseEvalPage(page("x"_ba, open.repeated(10000)));
        QVERIFY(!refused);
        QCOMPARE(refused.error().sentence, u"The page is nested deeper than any real one."_s);
        QVERIFY(refused.error().where.startsWith("byte "_L1));
    }

    /// Each </div> is ignored inside the cell, so the tags balance and the tree grows all the same.
    void balancedTagsThatNestAreReadOrRefusedButNeverHang()
    {
        const auto body = page("p:j"_ba, "<div><table><tr><td></div></table>"_ba.repeated(3000));
        const auto read = parseEvalPage(body);
        QVERIFY(!read);
    }

    void aPageThatIsNotHydrasIsTheCrawlerGuard()
    {
        const auto guarded = parseEvalHeader(
            "<!doctype html><meta charset=utf-8><title>Forward. The man in the middle</title><main><h1>x</h1>");
        QVERIFY(!guarded);
        QCOMPARE(guarded.error().kind, ProblemKind::CrawlerGuard);
        const auto errors = parseEvalErrors("<!doctype html><title>Forward.</title><pre>in job ‘a’:\nx</pre>");
        QVERIFY(!errors);
        QCOMPARE(errors.error().kind, ProblemKind::CrawlerGuard);
    }

    void anEvaluationListOverAllJobsetsNamesThem()
    {
        const auto list = parseEvalPage(page("Latest evaluations"_ba,
            "<p>Showing evaluations 1 - 20 out of 21.</p>\n"
            "            <table><thead><tr><th rowspan=\"2\">#</th><th>Jobset</th><th>Date</th><th>Input "
            "changes</th><th colspan=\"4\">Jobs</th></tr></thead><tbody>\n"
            "            <tr><td><a href=\"https://h.example/hydra/eval/9\" class=\"row-link\">9</a></td>\n"
            "            <td><tt><a href=\"https://h.example/hydra/project/p\"><tt>p</tt></a>:<a "
            "href=\"https://h.example/hydra/jobset/p/a+b\"><tt>a+b</tt></a></tt></td>\n"
            "            <td><time class=\"date\" data-timestamp=\"1000\">x</time></td>\n"
            "            <td>one → <a class=\"rev-copy\" title=\"Click to copy full revision: "
            "0123456789012345678901234567890123456789\"><tt>012345</tt></a>, two → <a "
            "href=\"https://h.example/hydra/build/5\">5</a>\n"
            "            <span class=\"badge badge-warning\">Eval Errors</span></td>\n"
            "            <td><span class=\"badge\">7</span></td><td></td><td><span class=\"badge\">1</span></td><td><strong>+3</strong></td></tr></tbody></table>"_ba));
        QVERIFY(list);
        QCOMPARE(list->evals.size(), 1);
        const auto &eval = list->evals[0];
        QCOMPARE(eval.jobset, std::optional(JobsetName{u"p"_s, u"a+b"_s}));
        QCOMPARE(eval.changes,
            (QList<InputChange>{
                {u"one"_s, u"0123456789012345678901234567890123456789"_s, u"012345"_s}, {u"two"_s, u"5"_s, u"5"_s}}));
        QVERIFY(eval.hasErrors);
        QCOMPARE(eval.delta, std::optional(3));
        QCOMPARE(eval.failed, 0);
        QCOMPARE(list->paging, (Paging{1, 21, true}));
    }

    void rowsWithoutCellsAreNoRows()
    {
        const auto job
            = parseJobPage(page("p:j:x"_ba, "<div id=tabs-status><table><tr></tr><tr></tr></table></div>"_ba));
        QVERIFY(job);
        QVERIFY(!job->exists);
    }

    void busyMachinesOfBothLayouts()
    {
        const auto now = parseMachineActivity(page("Machine status"_ba,
            QByteArray(machineTable)
                .replace("%1", "")
                .replace("%2",
                    "<td><a class=\"row-link\" "
                    "href=\"https://h.example/build/7/step/3/log/tail\"><tt>x-1.0.drv</tt></a></td>")));
        const auto before = parseMachineActivity(page("Machine status"_ba,
            QByteArray(machineTable)
                .replace("%1", "<th>What</th>")
                .replace("%2",
                    "<td><a href=\"https://h.example/build/7/nixlog/3/tail\">3</a></td><td><tt>x-1.0.drv</tt></td>")));
        QVERIFY(now && before);
        QCOMPARE(*now, *before);
        QCOMPARE(now->size(), 1);
        QVERIFY(now->at(0).disabled);
        const auto &step = now->at(0).steps.at(0);
        QCOMPARE(step.job, (JobName{{u"p"_s, u"j"_s}, u"x.aarch64-darwin"_s}));
        QCOMPARE(step.build, BuildId(7));
        QCOMPARE(step.step, std::optional(StepNr(3)));
        QCOMPARE(step.drvName, u"x-1.0.drv"_s);
        QCOMPARE(step.phase, u"Building"_s);
        QCOMPARE(step.seconds, std::optional<qint64>(3723));
    }

    void theFlatRunnerStatusOfOlderHydras()
    {
        const auto runner = parseQueueRunnerStatus(
            "{\"status\":\"up\",\"time\":1700000000,\"uptime\":55,\"pid\":3,\"nrQueuedBuilds\":9,\"nrActiveSteps\":2,\n"
            "            "
            "\"nrRunnableSteps\":4,\"nrUnfinishedSteps\":7,\"nrBuildsDone\":1,\"nrStepsDone\":6,\"nrRetries\":0,\n"
            "            "
            "\"machines\":{\"ssh://"
            "builder@x86-1.example.org\":{\"enabled\":true,\"systemTypes\":[\"x86_64-linux\",\"i686-linux\"],"
            "\"supportedFeatures\":[\"kvm\"],\"mandatoryFeatures\":[\"big\"],\n"
            "              "
            "\"nrStepsDone\":4,\"currentJobs\":2,\"disabledUntil\":0,\"lastFailure\":1699999000,"
            "\"consecutiveFailures\":1,\"avgStepTime\":1.5,\"avgStepBuildTime\":1.25},\n"
            "              \"\":{\"enabled\":false,\"systemTypes\":[\"x86_64-linux\"],\"currentJobs\":0}},\n"
            "            \"jobsets\":{\"nixos:unstable-small\":{\"shareUsed\":0.25,\"seconds\":100}},\n"
            "            \"machineTypes\":{\"x86_64-linux:local\":{\"runnable\":4,\"running\":2,\"waitTime\":12}}}");
        QVERIFY(runner);
        QCOMPARE(runner->form, QueueRunnerStatus::Form::Flat);
        QCOMPARE(runner->time, std::optional<qint64>(1700000000));
        QCOMPARE(runner->activeSteps, 2);
        QCOMPARE(runner->machinesInUse, std::optional(1));
        QCOMPARE(runner->machines[0].name, u"localhost"_s);
        QVERIFY(!runner->machines[0].enabled);
        const auto &x86 = runner->machines[1];
        QCOMPARE(x86.name, u"x86-1.example.org"_s);
        QCOMPARE(x86.features, (QStringList{u"big"_s, u"kvm"_s}));
        QCOMPARE(x86.averageStepMs, std::optional<qint64>(1500));
        QCOMPARE(x86.averageBuildMs, std::optional<qint64>(1250));
        QVERIFY(!x86.disabledUntil && !x86.load);
        QCOMPARE(runner->systems, (QList<SystemQueue>{{u"x86_64-linux:local"_s, 4, 2, 0, 0, 12000}}));
        QCOMPARE(runner->jobsets, (QList<JobsetShare>{{{u"nixos"_s, u"unstable-small"_s}, 0.25, 100, 0}}));
    }

    void textsThatOnlyCppReadsAsNumbersAreNone()
    {
        for (const auto *text : {"nan", "inf", "-infinity"})
            QVERIFY(!parseQueueRunnerStatus(QByteArray("{\"status\":\"up\",\"uptime\":\"") + text + "\"}")->uptime);
        QCOMPARE(parseQueueRunnerStatus("{\"status\":\"up\",\"uptime\":\"5.5\"}")->uptime, std::optional(5.5));
    }

    void aRunnerThatIsNotThereIsNotAnError()
    {
        QCOMPARE(parseQueueRunnerStatus("{\"status\":\"unreachable\"}")->reach, QueueRunnerStatus::Reach::Unreachable);
        QCOMPARE(parseQueueRunnerStatus("{\"status\":\"unknown\"}")->reach, QueueRunnerStatus::Reach::NotConfigured);
        QVERIFY(!parseQueueRunnerStatus("{}"));
    }

    void evaluationErrorsAreSplitByJob()
    {
        const auto errors = parseEvalErrors(
            "<div id=\"tabs-errors\"><p>Errors occurred at <time data-timestamp=\"77\">x</time>.</p>\n"
            "<pre>at top-level:\n"
            "error: no\n"
            "\n"
            "in job ‘a.x86_64-linux’:\n"
            "error:\n"
            "  in job ‘not a heading’\n"
            "\n"
            "in job ‘b’:\n"
            "error: b &lt;script&gt;\n"
            "</pre></div>");
        QVERIFY(errors);
        QCOMPARE(errors->time, Epoch(77));
        QCOMPARE(errors->blocks,
            (QList<EvalError>{{{}, u"error: no"_s}, {u"a.x86_64-linux"_s, u"error:\n  in job ‘not a heading’"_s},
                {u"b"_s, u"error: b <script>"_s}}));
        QCOMPARE(splitEvalErrors(u"error: nothing but this"_s), (QList<EvalError>{{{}, u"error: nothing but this"_s}}));
        QCOMPARE(splitEvalErrors({}), QList<EvalError>());
    }

    void metricsFollowThePrometheusTextFormat()
    {
        // The example of the format's own description, shortened.
        const auto metrics = parseMetrics("# HELP http_requests_total The total number of HTTP requests.\n"
                                          "# TYPE http_requests_total counter\n"
                                          "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n"
                                          "msdos_file_access_time_seconds{path=\"C:\\\\DIR\\\\FILE.TXT\",error="
                                          "\"Cannot find file:\\n\\\"FILE.TXT\\\"\"} 1.458255915e9\n"
                                          "metric_without_timestamp_and_labels 12.47\n"
                                          "something_weird{problem=\"division by zero\"} +Inf -3982045\n"
                                          "rpc_duration_seconds{ quantile = \"0.01\" , } 3102\n"
                                          "not_a_number NaN\n");
        QVERIFY(metrics);
        QCOMPARE(metrics->samples.size(), 6);
        QCOMPARE(metrics->samples[0].timeMs, std::optional<qint64>(1395066363000));
        QCOMPARE(metrics->samples[0].label("code"), "200"_ba);
        QCOMPARE(metrics->samples[1].label("path"), "C:\\DIR\\FILE.TXT"_ba);
        QCOMPARE(metrics->samples[1].label("error"), "Cannot find file:\n\"FILE.TXT\""_ba);
        QCOMPARE(metrics->value("metric_without_timestamp_and_labels"), std::optional(12.47));
        QVERIFY(std::isinf(metrics->samples[3].value));
        QCOMPARE(metrics->samples[4].label("quantile"), "0.01"_ba);
        QVERIFY(std::isnan(metrics->samples[5].value));
        QCOMPARE(metrics->types.value("http_requests_total"_ba), "counter"_ba);
    }

    void aBrokenMetricsLineIsNamed()
    {
        const auto metrics = parseMetrics("a 1\n<!doctype html>\n");
        QVERIFY(!metrics);
        QCOMPARE(metrics.error().where, u"line 2"_s);
        for (const auto *broken : {"a{b=\"c} 1", "a{b} 1", "a 1 x", "a", "a one", "a 1 2 3"})
            QVERIFY2(!parseMetrics(broken), broken);
    }

    void durationsAreReadAsHydraWritesThem()
    {
        QCOMPARE(parseDuration(u"0s"_s), std::optional<qint64>(0));
        QCOMPARE(
            parseDuration(u"2d\u00a03h\u00a04m\u00a05s"_s), std::optional<qint64>(2 * 86400 + 3 * 3600 + 4 * 60 + 5));
        QCOMPARE(parseDuration(u"n/a"_s), std::optional<qint64>());
    }

    void anEvaluationIsPendingOnlyWhenItsTriggerIsNewerThanTheLastCheck()
    {
        QCOMPARE((JobsetTimes{.lastChecked = 100, .evaluating = {}, .triggered = 120, .errorTime = {}}).pendingSince(),
            Epoch(120));
        QCOMPARE((JobsetTimes{.lastChecked = 100, .evaluating = {}, .triggered = 90, .errorTime = {}}).pendingSince(),
            Epoch());
        QCOMPARE((JobsetTimes{.lastChecked = 100, .evaluating = 130, .triggered = 120, .errorTime = {}}).pendingSince(),
            Epoch());
        QCOMPARE((JobsetTimes{.lastChecked = {}, .evaluating = {}, .triggered = 5, .errorTime = {}}).pendingSince(),
            Epoch(5));
        QCOMPARE(JobsetTimes().pendingSince(), Epoch());
    }

    void errorBodiesAreReadAlsoWhenCut()
    {
        QCOMPARE(errorText("{\"error\":\"Query is empty.\"}"), u"Query is empty."_s);
        QCOMPARE(errorText("{\"error\":\"a \\\"b\\\" and much mor"), u"a \"b\" and much mor"_s);
        QCOMPARE(errorText("<html><head><title>504 Gateway Time-out</title></head><body><h1>x</h1></body></html>"),
            u"504 Gateway Time-out"_s);
        QCOMPARE(errorText(""), QString());
    }
};

QTEST_GUILESS_MAIN(ParsersTest)
#include "parsers_test.moc"
