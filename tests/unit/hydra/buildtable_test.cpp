// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/jsonparsers.h"

#include <QTest>

using namespace narscope;
using namespace narscope::hydra;
using namespace Qt::StringLiterals;

namespace {

// One build with everything, one with nothing but what it cannot do without, and one with odd paths.
const QByteArray builds
    = "["
      "{\"jobsetevals\":[9,3],\"id\":20,\"job\":\"hello.x86_64-linux\",\"project\":\"p\",\"jobset\":\"j\",\"nixname\":"
      "\"hello-2.12\",\"system\":\"x86_64-linux\","
      "\"finished\":1,\"buildstatus\":0,\"priority\":-5,\"timestamp\":100,\"starttime\":110,\"stoptime\":130,"
      "\"releasename\":\"rel\","
      "\"drvpath\":\"/nix/store/ql34klypp39inxfwrii818hmj56f8g5x-hello-2.12.drv\","
      "\"buildoutputs\":{\"out\":{\"path\":\"/nix/store/"
      "55cw9gh39dpgwyfn9aiscmh7inzsd8k0-hello-2.12\"},\"dev\":{\"path\":\"/nix/store/"
      "00000000000000000000000000000000-hello-2.12-dev\"}},"
      "\"buildproducts\":{\"2\":{\"type\":\"file\",\"subtype\":\"iso\",\"name\":\"x.iso\",\"path\":\"/nix/store/"
      "55cw9gh39dpgwyfn9aiscmh7inzsd8k0-hello-2.12/"
      "x.iso\",\"defaultpath\":\"\",\"filesize\":3000000000,\"sha256hash\":\"ab\"},"
      "\"1\":{\"type\":\"nix-build\",\"subtype\":\"\",\"name\":\"hello-2.12\",\"path\":\"/nix/store/"
      "55cw9gh39dpgwyfn9aiscmh7inzsd8k0-hello-2.12\",\"defaultpath\":\"\",\"filesize\":null,\"sha256hash\":null}},"
      "\"buildmetrics\":{\"size\":{\"value\":2.5,\"unit\":\"MiB\"}},\"unknown\":{\"deep\":[[[1]]]}},"
      "{\"id\":10,\"job\":\"bare\"},"
      "{\"id\":\"15\",\"job\":\"odd "
      "\\u00fc\\\"\",\"finished\":true,\"buildstatus\":\"14\",\"nixname\":\"n\",\"drvpath\":\"/gnu/store/x.drv\","
      "\"buildoutputs\":{\"out\":{\"path\":null},\"e\":{\"path\":\"/nix/store/"
      "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee-n\"},\"lib\":{\"path\":\"/nix/store/55cw9gh39dpgwyfn9aiscmh7inzsd8k0-nlib\"}}}"
      "]"_ba;

} // namespace

class BuildTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The table packs; the plain list of the same body does not: both must say the same of every build.
    void everyRowReadsBackAsThePlainParserReadsIt()
    {
        const auto table = parseEvalBuilds(builds);
        const auto list = parseBuilds(builds);
        QVERIFY(table && list);
        QCOMPARE(table->size(), list->size());
        for (qsizetype row = 0; row < table->size(); ++row)
            QCOMPARE(table->row(row), list->at(row));
    }

    void columnsAreReadWithoutUnpackingTheRow()
    {
        const auto table = parseEvalBuilds(builds);
        QVERIFY(table);
        QCOMPARE(table->job(2), "odd \xc3\xbc\""_ba);
        QCOMPARE(table->nixName(0), "hello-2.12"_ba);
        QCOMPARE(table->system(0), "x86_64-linux"_ba);
        QCOMPARE(table->system(1), ""_ba);
        QCOMPARE(table->state(0), BuildState::Succeeded);
        QCOMPARE(table->state(1), BuildState::Queued);
        QCOMPARE(table->state(2), BuildState::Unknown);
        QCOMPARE(table->status(2), std::optional(static_cast<BuildStatus>(14)));
        QCOMPARE(table->startedAt(0), Epoch(110));
        QVERIFY(!table->startedAt(1));
        QCOMPARE(table->jobset(0), (JobsetName{u"p"_s, u"j"_s}));
        QCOMPARE(table->drvPath(0), "/nix/store/ql34klypp39inxfwrii818hmj56f8g5x-hello-2.12.drv"_ba);
        QCOMPARE(table->drvPath(2), "/gnu/store/x.drv"_ba);
    }

    void rowsAreFoundByIdWhateverTheirOrder()
    {
        const auto table = parseEvalBuilds(builds);
        QVERIFY(table);
        QCOMPARE(table->byId(BuildId(10)), 1);
        QCOMPARE(table->byId(BuildId(15)), 2);
        QCOMPARE(table->byId(BuildId(20)), 0);
        QCOMPARE(table->byId(BuildId(11)), -1);
        QCOMPARE(table->byId(BuildId(1LL << 40)), -1);
        QCOMPARE(BuildTable().byId(BuildId(1)), -1);
    }

    void whatDoesNotReadIsRefusedWithItsPlace_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("where");
        QTest::newRow("an object") << R"({"error":"x"})"_ba << u"$"_s;
        QTest::newRow("empty") << ""_ba << u"$"_s;
        QTest::newRow("an item that is none") << R"([{"id":1,"job":"a"},7])"_ba << u"$[1]"_s;
        QTest::newRow("no id") << R"([{"job":"a"}])"_ba << u"$[0].id"_s;
        QTest::newRow("an id beyond Hydra's integers") << R"([{"id":99999999999,"job":"a"}])"_ba << u"$[0].id"_s;
        QTest::newRow("cut off") << builds.chopped(20) << u"$"_s;
        QTest::newRow("more behind it") << builds + "[]"_ba << u"$"_s;
        QTest::newRow("deep") << QByteArray(10'000, '[') + QByteArray(10'000, ']') << u"$[0]"_s;
    }

    void whatDoesNotReadIsRefusedWithItsPlace()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, where);
        const auto table = parseEvalBuilds(body);
        QVERIFY(!table);
        QCOMPARE(table.error().kind, ProblemKind::Malformed);
        QCOMPARE(table.error().where, where);
    }

    void aCopySharesItsMemory()
    {
        const auto table = parseEvalBuilds(builds);
        QVERIFY(table);
        const auto copy = *table;
        QCOMPARE(copy.job(0).data(), table->job(0).data());
        QVERIFY(table->memory() > 3 * 44);
    }
};

QTEST_GUILESS_MAIN(BuildTableTest)
#include "buildtable_test.moc"
