// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildlist.h"
#include "hydra/htmlparsers.h"
#include "hydra/jsonparsers.h"
#include "hydra/metricstext.h"
#include "recordedbodies.h"

#include <QRegularExpression>
#include <QTest>

using namespace narscope;
using namespace narscope::hydra;
using namespace narscope::test;
using namespace Qt::StringLiterals;

namespace {

using Check = QString (*)(QByteArrayView body);

/// Empty when the body parses, else what the parser says.
template <auto parse> QString check(QByteArrayView body)
{
    const auto value = parse(body);
    return value ? QString() : describe(value.error());
}

QString checkTable(QByteArrayView body)
{
    const auto table = parseEvalBuilds(body.toByteArray());
    return table ? QString() : describe(table.error());
}

struct Route {
    QLatin1StringView path; ///< regular expression over the whole path without the query
    QLatin1StringView type;
    Check check;
};

const Route routes[]{
    {"//?"_L1, "application/json"_L1, check<parseProjects>},
    {"//?project/[^/]+/?"_L1, "application/json"_L1, check<parseProject>},
    {"/api/jobsets"_L1, "application/json"_L1, check<parseJobsetOverviews>},
    {"/jobset/[^/]+/[^/]+(/errors)?"_L1, "application/json"_L1, check<parseJobset>},
    {"/eval/\\d+/builds"_L1, "application/json"_L1, checkTable},
    {"/build/\\d+/constituents|/queue|/status"_L1, "application/json"_L1, check<parseBuilds>},
    {"/build/\\d+"_L1, "application/json"_L1, check<parseBuild>},
    {"/build/\\d+/api/get-info"_L1, "application/json"_L1, check<parseBuildInfo>},
    {"/build/\\d+/step/\\d+"_L1, "application/json"_L1, check<parseStep>},
    {"/job/.+/shield"_L1, "application/json"_L1, check<parseShield>},
    {"/api/latestbuilds|/api/queue"_L1, "application/json"_L1, check<parseLatestBuilds>},
    {"/search"_L1, "application/json"_L1, check<parseSearch>},
    {"/machines"_L1, "application/json"_L1, check<parseMachines>},
    {"/queue-runner-status"_L1, "application/json"_L1, check<parseQueueRunnerStatus>},
    {"/jobset/[^/]+/[^/]+(/evals)?|/evals"_L1, "text/html"_L1, check<parseEvalPage>},
    {"/eval/\\d+"_L1, "text/html"_L1, check<parseEvalJobs>},
    {"/eval/\\d+/errors"_L1, "text/html"_L1, check<parseEvalErrors>},
    {"/build/\\d+"_L1, "text/html"_L1, check<parseBuildDetails>},
    {"/job/[^/]+/[^/]+/[^/]+"_L1, "text/html"_L1, check<parseJobPage>},
    {"/job/[^/]+/[^/]+/[^/]+/all"_L1, "text/html"_L1, check<parseJobBuilds>},
    {"/queue-summary"_L1, "text/html"_L1, check<parseQueueSummary>},
    {"/machines"_L1, "text/html"_L1, check<parseMachineActivity>},
    {"/steps"_L1, "text/html"_L1, check<parseLatestSteps>},
    {"/prometheus|/metrics|/job/.+/prometheus"_L1, "text/plain"_L1, check<parseMetrics>},
};

Check checkFor(const Recorded &answer)
{
    const auto path = answer.path.section(u'?', 0, 0);
    for (const auto &[pattern, type, check] : routes) {
        static QHash<QLatin1StringView, QRegularExpression> compiled;
        auto &expression = compiled[pattern];
        if (expression.pattern().isEmpty())
            expression.setPattern(QRegularExpression::anchoredPattern(pattern));
        if (answer.contentType == type && expression.match(path).hasMatch())
            return check;
    }
    return nullptr;
}

QList<Recorded> readAnswers(const QString &generation)
{
    QList<Recorded> answers;
    for (const auto &answer : recordedAnswers(generation)) {
        if (answer.method == "GET"_L1)
            answers.append(answer);
    }
    return answers;
}

} // namespace

/// Every recorded answer of a path that this client asks parses, in both generations of Hydra.
class RecordedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyAnswerParses_data()
    {
        QTest::addColumn<QString>("generation");
        QTest::addColumn<int>("atLeast"); // counted in index.tsv by path and type
        QTest::newRow("master of 2026-08") << u"hydra"_s << 127;
        QTest::newRow("web server of 2025-03") << u"hydra-2025"_s << 61;
    }

    void everyAnswerParses()
    {
        QFETCH(QString, generation);
        QFETCH(int, atLeast);
        const auto answers = readAnswers(generation);
        if (answers.isEmpty())
            QSKIP("NO RECORDED ANSWERS HERE: nothing was checked");
        int checked = 0;
        QStringList wrong;
        for (const auto &answer : answers) {
            const auto check = answer.status == 200 ? checkFor(answer) : nullptr;
            if (!check)
                continue;
            ++checked;
            if (const auto said = check(recordedBody(generation, answer.slug)); !said.isEmpty())
                wrong << answer.slug + u": "_s + said;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
        QVERIFY2(checked >= atLeast, qPrintable(u"only %1 checked"_s.arg(checked)));
    }

    /// Error bodies come as JSON, as pages and as plain text: each gives one line for a person.
    void everyErrorSaysWhy()
    {
        int checked = 0;
        QStringList silent;
        for (const auto &generation : {u"hydra"_s, u"hydra-2025"_s}) {
            for (const auto &answer : readAnswers(generation)) {
                if (answer.status < 400)
                    continue;
                ++checked;
                const auto text = errorText(recordedBody(generation, answer.slug));
                if (text.isEmpty() || text.contains(u'\n') || text.contains("DBIx"_L1) || text.contains(".pm"_L1))
                    silent << answer.slug + u": "_s + text;
            }
        }
        if (checked == 0)
            QSKIP("NO RECORDED ANSWERS HERE: nothing was checked");
        QVERIFY2(silent.isEmpty(), qPrintable(silent.join(u'\n')));
    }

    /// Each parser is given every recorded body, also those of other paths: it may refuse, not crash, and must say why.
    void everyParserRefusesWhatIsNotItsOwn()
    {
        const auto answers = readAnswers(u"hydra-2025"_s);
        if (answers.isEmpty())
            QSKIP("NO RECORDED ANSWERS HERE: nothing was checked");
        for (const auto &answer : answers) {
            const auto body = recordedBody(u"hydra-2025"_s, answer.slug);
            for (const auto &route : routes)
                (void)route.check(body.first(qMin<qsizetype>(body.size(), 20'000)));
        }
        const auto page = recordedBody(u"hydra-2025"_s, u"build_status1_html"_s);
        const auto refused = parseEvalHeader(page);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ProblemKind::Malformed);
        QCOMPARE(refused.error().where,
            u"Hydra - Build 301025493 of job nixos:release-25.05:nixos.tests.openssh.x86_64-linux"_s);
    }
};

QTEST_GUILESS_MAIN(RecordedTest)
#include "recorded_test.moc"
