// SPDX-License-Identifier: GPL-3.0-or-later
#include "../hydra/recordedbodies.h"
#include "pipeline.h"
#include "sim/jsonwriter.h"
#include "support/jsonshape.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;

namespace {

QStringList buildMaps(const QString &at)
{
    return {at + u".buildoutputs"_s, at + u".buildproducts"_s, at + u".buildmetrics"_s};
}

// One list of all objects, whether a body is one object or a list.
QJsonArray objects(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    return document.isArray() ? document.array() : QJsonArray{document.object()};
}

QJsonArray recordedObjects(const QRegularExpression &path, const QRegularExpression &without)
{
    QJsonArray all;
    for (const Recorded &recorded : recordedAnswers(u"hydra"_s)) {
        const bool good
            = recorded.status == 200 && recorded.method == u"GET" && recorded.contentType == u"application/json";
        // The large ones say nothing that the small ones do not.
        if (!good || recorded.slug.startsWith(u"big_") || !path.match(recorded.path).hasMatch())
            continue;
        const QByteArray body = recordedBody(u"hydra"_s, recorded.slug);
        if (without.pattern().isEmpty() || !without.match(QString::fromUtf8(body)).hasMatch()) {
            for (const QJsonValue &object : objects(body))
                all.append(object);
        }
    }
    return all;
}

} // namespace

class HydraShapeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyAnswerHasTheRecordedKeysAndTypes_data();
    void everyAnswerHasTheRecordedKeysAndTypes();
    void pagesOfEvaluationsLinkEachOther();
    void numbersOfMetricsAreFloats();
    void errorsAreTheRecordedOnes_data();
    void errorsAreTheRecordedOnes();

private:
    [[nodiscard]] QByteArray build(const char *what) const;
    Pipeline m_pipeline;
};

void HydraShapeTest::initTestCase()
{
    if (recordedAnswers(u"hydra"_s).isEmpty())
        QSKIP("no recorded answers beside this checkout");
}

// The path of a build of some kind.
QByteArray HydraShapeTest::build(const char *what) const
{
    for (const sim::BuildFacts &build : m_pipeline.variety()) {
        const bool aggregate = !m_pipeline.world.jobAttr(build.jobset, build.job);
        if ((QByteArrayView(what) == "aggregate" && aggregate)
            || (QByteArrayView(what) == "failed" && build.finished() && build.status == 1 && !aggregate))
            return "/build/" + QByteArray::number(build.id.value);
    }
    return {};
}

void HydraShapeTest::everyAnswerHasTheRecordedKeysAndTypes_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("recorded"); // which recorded paths it is held to
    QTest::addColumn<QStringList>("maps");
    const QByteArray eval
        = "/eval/" + QByteArray::number(m_pipeline.lastEvaluation("nixos", "unstable-small").id.value);
    const QByteArray job = "/job/nixos/unstable-small/tested";
    QTest::newRow("projects") << "/"_ba << u"^/$"_s << QStringList{};
    QTest::newRow("project") << "/project/nixpkgs"_ba << u"^/project/[^/]+$"_s << QStringList{};
    QTest::newRow("overviews") << "/api/jobsets?project=nixos"_ba << u"^/api/jobsets"_s << QStringList{};
    QTest::newRow("jobset") << "/jobset/nixos/unstable-small"_ba << u"^/jobset/[^/]+/[^/]+$"_s
                            << QStringList{u"[].inputs"_s};
    QTest::newRow("jobset errors") << "/jobset/nixpkgs/unstable/errors"_ba << u"^/jobset/.*/errors$"_s
                                   << QStringList{u"[].inputs"_s};
    QTest::newRow("evaluation") << eval << u"^/eval/\\d+$"_s << QStringList{u"[].jobsetevalinputs"_s};
    QTest::newRow("evaluation errors") << eval + "/errors" << u"^/eval/\\d+/errors$"_s
                                       << QStringList{u"[].jobsetevalinputs"_s};
    QTest::newRow("evaluation's builds") << eval + "/builds" << u"^/eval/\\d+/builds$"_s << buildMaps(u"[]"_s);
    QTest::newRow("latest evaluations") << "/evals"_ba << u"^/evals"_s << QStringList{u"[].eval.jobsetevalinputs"_s};
    QTest::newRow("failed build") << build("failed") << u"^/build/\\d+$"_s << buildMaps(u"[]"_s);
    QTest::newRow("aggregate") << build("aggregate") << u"^/build/\\d+$"_s << buildMaps(u"[]"_s);
    QTest::newRow("constituents") << build("aggregate") + "/constituents" << u"^/build/\\d+/constituents$"_s
                                  << buildMaps(u"[]"_s);
    QTest::newRow("info") << build("failed") + "/api/get-info" << u"get-info$"_s << QStringList{};
    QTest::newRow("step") << build("failed") + "/step/1" << u"^/build/\\d+/step/\\d+$"_s
                          << QStringList{u"[].build"_s} + buildMaps(u"[].build.*"_s);
    QTest::newRow("shield") << job + "/shield" << u"/shield$"_s << QStringList{};
    QTest::newRow("build times") << job + "/build-times" << u"/build-times$"_s << QStringList{};
    QTest::newRow("output sizes") << job + "/output-sizes" << u"/output-sizes$"_s << QStringList{};
    QTest::newRow("latest builds") << "/api/latestbuilds?nr=20"_ba << u"^/api/latestbuilds"_s << QStringList{};
    QTest::newRow("api queue") << "/api/queue?nr=20"_ba << u"^/api/queue"_s << QStringList{};
    QTest::newRow("queue") << "/queue"_ba << u"^/queue$"_s << buildMaps(u"[]"_s);
    QTest::newRow("status") << "/status"_ba << u"^/status$"_s << buildMaps(u"[]"_s);
    QTest::newRow("machines") << "/machines"_ba << u"^/machines$"_s << QStringList{u"[]"_s};
    QTest::newRow("queue runner") << "/queue-runner-status"_ba << u"^/queue-runner-status$"_s
                                  << QStringList{
                                         u"[].machines"_s, u"[].jobsets"_s, u"[].queueRunner.queueStats"_s, u"[].s3"_s};
    QTest::newRow("search") << "/search?query=hello"_ba << u"^/search\\?"_s
                            << QStringList{u"[].jobsets[].inputs"_s} + buildMaps(u"[].builds[]"_s)
            + buildMaps(u"[].buildsdrv[]"_s);
}

void HydraShapeTest::everyAnswerHasTheRecordedKeysAndTypes()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QString, recorded);
    QFETCH(const QStringList, maps);
    // A server whose queue runner is away has another answer.
    const QRegularExpression without(u"\"status\":\"(unknown|unreachable)\"|^\\{\\}$"_s);
    const QJsonArray expected = recordedObjects(QRegularExpression(recorded), without);
    const QJsonArray answer = objects(m_pipeline.json(target));
    QVERIFY(!expected.isEmpty());
    QVERIFY(!answer.isEmpty());
    QVERIFY(!answer.first().toObject().isEmpty());
    QCOMPARE(shapeDifferences(expected, answer, maps), QStringList());
}

void HydraShapeTest::pagesOfEvaluationsLinkEachOther()
{
    const QJsonObject first = QJsonDocument::fromJson(m_pipeline.json("/jobset/nixos/unstable-small/evals")).object();
    const QJsonArray expected = recordedObjects(QRegularExpression(u"^/jobset/.*/evals"_s), {});
    QJsonArray recordedEvals;
    for (const QJsonValue &page : expected) {
        for (const QJsonValue &eval : page.toObject().value("evals"_L1).toArray())
            recordedEvals.append(eval);
    }
    QCOMPARE(shapeDifferences(recordedEvals, first.value("evals"_L1), {u"[].jobsetevalinputs"_s}), QStringList());
    const auto all = m_pipeline.world.evaluations(*m_pipeline.world.findJobset("nixos", "unstable-small"));
    const auto last = QString::number((all.size() + 19) / 20);
    QCOMPARE(first.value("first"_L1).toString(), u"?page=1"_s);
    QCOMPARE(first.value("last"_L1).toString(), u"?page="_s + last);
    QCOMPARE(first.value("next"_L1).toString(), all.size() > 20 ? u"?page=2"_s : QString());
    QVERIFY(!first.contains("previous"_L1));
    const QJsonObject beyond
        = QJsonDocument::fromJson(m_pipeline.json("/jobset/nixos/unstable-small/evals?page=99")).object();
    QCOMPARE(beyond.value("evals"_L1).toArray().size(), 0);
    QCOMPARE(beyond.value("previous"_L1).toString(), u"?page=98"_s);
    QVERIFY(!beyond.contains("next"_L1));
}

void HydraShapeTest::numbersOfMetricsAreFloats()
{
    sim::JsonWriter json;
    json.beginArray();
    json.value(21934.0);
    json.value(12.5);
    json.value(0.0);
    json.endArray();
    QCOMPARE(json.take(), "[21934.0,12.5,0.0]"_ba); // as /build/301025571 was recorded
}

void HydraShapeTest::errorsAreTheRecordedOnes_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("slug");
    QTest::newRow("page") << "/no/such/page"_ba << u"err_404"_s;
    QTest::newRow("jobset") << "/jobset/nixos/nope"_ba << u"err_jobset_404"_s;
    QTest::newRow("jobset alone") << "/jobset/nixos"_ba << u"err_jobset_short"_s;
    QTest::newRow("evaluation") << "/eval/99"_ba << u"err_eval_404"_s;
    QTest::newRow("no number") << "/api/latestbuilds"_ba << u"api_latestbuilds_noparam"_s;
    QTest::newRow("project") << "/api/jobsets?project=nope"_ba << u"api_jobsets_404"_s;
    QTest::newRow("empty search") << "/search?query="_ba << u"search_empty"_s;
    QTest::newRow("bad search") << "/search?query=a%20b"_ba << u"search_badchar"_s;
    QTest::newRow("job's latest") << "/job/nixos/unstable-small/nope/latest"_ba << u"err_job_404_latest"_s;
    QTest::newRow("push") << "/api/push?jobsets=nixos:unstable-small"_ba << u"act_push_get"_s;
}

void HydraShapeTest::errorsAreTheRecordedOnes()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QString, slug);
    const sim::HttpAnswer answer = m_pipeline.hydra(target);
    const QList<Recorded> all = recordedAnswers(u"hydra"_s);
    const auto recorded = std::ranges::find(all, slug, &Recorded::slug);
    QVERIFY(recorded != all.end());
    QCOMPARE(answer.status, recorded->status);
    QCOMPARE(QString::fromUtf8(answer.body), QString::fromUtf8(recordedBody(u"hydra"_s, slug)));
}

QTEST_GUILESS_MAIN(HydraShapeTest)
#include "hydra_shape_test.moc"
