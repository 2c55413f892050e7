// SPDX-License-Identifier: GPL-3.0-or-later
#include "recordedbodies.h"
#include "support/httpserver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

using namespace narscope::test;
using namespace Qt::StringLiterals;

namespace {

/// Answers as the recorded Hydra did, by path and what is accepted; an unknown query is answered as none would be.
class RecordedHydra {
public:
    RecordedHydra()
    {
        for (const auto &answer : recordedAnswers(u"hydra"_s)) {
            if (answer.method == "GET"_L1 && !answer.slug.contains("no-endpoint"_L1))
                m_answers.insert(key(answer.path, answer.accept.toUtf8()), answer);
        }
        m_server.onAll(
            [this](const HttpServer::Asked &asked, QTcpSocket *connection) { connection->write(answerTo(asked)); });
    }
    [[nodiscard]] bool isThere() const { return !m_answers.isEmpty(); }
    [[nodiscard]] QString url() const { return m_server.url().toString(); }

private:
    static QString key(const QString &path, const QByteArray &accept)
    {
        const bool isJson = accept.startsWith("application/json");
        return (isJson ? u"json "_s : u"html "_s) + path;
    }
    [[nodiscard]] QByteArray answerTo(const HttpServer::Asked &asked) const
    {
        const auto target = QString::fromUtf8(asked.target);
        auto found = m_answers.find(key(target, asked.header("accept")));
        if (found == m_answers.end())
            found = m_answers.find(key(target.section(u'?', 0, 0), asked.header("accept")));
        if (found == m_answers.end())
            return HttpServer::answer(404, "application/json", R"({"error":"Page not found."})");
        return HttpServer::answer(found->status, found->contentType.toUtf8(), recordedBody(u"hydra"_s, found->slug));
    }

    HttpServer m_server;
    QHash<QString, Recorded> m_answers;
};

struct Said {
    int code = -1;
    QByteArray out;
    QByteArray errors;
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

} // namespace

/// narscope-cli against the answers of a real Hydra. Values were read off the recorded bodies.
class HydraCliTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_hydra.isThere())
            QSKIP("NO RECORDED ANSWERS HERE: nothing was checked");
    }

    void everyCommandUnderstandsTheAnswers_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("line");
        QTest::newRow("servers") << QStringList{u"servers"_s} << 0 << u"hydra"_s;
        QTest::newRow("projects") << QStringList{u"projects"_s} << 0
                                  << u"NixOS, the purely functional Linux distribution"_s;
        QTest::newRow("jobsets: one cannot be fetched") << QStringList{u"jobsets"_s, u"nixos"_s} << 1
                                                        << u"fetching failed: command `git rev-parse no-such-branch'"_s;
        QTest::newRow("evals") << QStringList{u"evals"_s, u"nixpkgs/haskell-updates"_s, u"--page"_s, u"2"_s} << 0
                               << u"1700025"_s;
        QTest::newRow("eval") << QStringList{u"eval"_s, u"1815012"_s} << 0 << u"6f733d329c0d to 31be1dce9d15"_s;
        QTest::newRow("eval with jobs: some fail")
            << QStringList{u"eval"_s, u"1815012"_s, u"--jobs"_s} << 1 << u"nixpkgs_.opensmtpd.aarch64-linux"_s;
        QTest::newRow("a build that failed")
            << QStringList{u"build"_s, u"301025608"_s} << 1 << u"A dependency of the build failed"_s;
        QTest::newRow("a build that succeeded")
            << QStringList{u"build"_s, u"301025569"_s} << 0 << u"nixos-minimal.iso (2.9 MiB)"_s;
        QTest::newRow("a job whose newest build failed")
            << QStringList{u"job"_s, u"nixpkgs:trunk:libressl.x86_64-linux"_s} << 1 << u"301025527"_s;
        QTest::newRow("machines") << QStringList{u"machines"_s} << 0 << u"arm-1"_s;
        QTest::newRow("queue") << QStringList{u"queue"_s} << 0 << u"451 builds are queued."_s;
    }

    void everyCommandUnderstandsTheAnswers()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, line);
        const auto said = run(arguments);
        QCOMPARE(said.errors, QByteArray());
        QVERIFY2(QString::fromUtf8(said.out).contains(line), said.out.constData());
        QCOMPARE(said.code, code);
        const auto asJson = run(arguments + QStringList{u"--json"_s});
        QCOMPARE(asJson.code, code);
        QVERIFY(!asJson.json().isEmpty());
    }

    void jsonHasTheDocumentedKeys()
    {
        const auto build = run({u"build"_s, u"301025608"_s, u"--json"_s}).json();
        QCOMPARE(build["state"_L1].toString(), u"dependency-failed"_s);
        QCOMPARE(build["status"_L1].toInt(), 2);
        QCOMPARE(build["steps"_L1][0]["propagatedFrom"_L1].toInteger(), 301025603);
        QCOMPARE(build["running"_L1], QJsonValue(false));
        const auto eval = run({u"eval"_s, u"1815012"_s, u"--jobs"_s, u"--json"_s}).json();
        QCOMPARE(eval["nixpkgsRevision"_L1].toString(), u"31be1dce9d1512b913a36edb0b0ea14fb6191dc2"_s);
        QCOMPARE(eval["categories"_L1]["aborted"_L1]["count"_L1].toInt(), 3);
        QCOMPARE(eval["categories"_L1]["aborted"_L1]["jobs"_L1][0]["state"_L1].toString(), u"cancelled"_s);
        const auto queue = run({u"queue"_s, u"--json"_s}).json();
        QCOMPARE(queue["total"_L1].toInt(), 451);
        QCOMPARE(queue["queueRunner"_L1]["reach"_L1].toString(), u"up"_s);
    }

    void whatCannotBeFoundOutIsTwoAndSaysWhy_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("error");
        QTest::newRow("no such build") << QStringList{u"build"_s, u"1"_s} << u"404"_s;
        QTest::newRow("a number no Hydra has")
            << QStringList{u"build"_s, u"99999999999"_s} << u"No Hydra has such a number."_s;
        QTest::newRow("no such job") << QStringList{u"job"_s, u"nixos/unstable-small/nope"_s}
                                     << u"no builds of such a job"_s;
        QTest::newRow("not a name") << QStringList{u"job"_s, u"nope"_s} << u"is not of the form PROJECT/JOBSET/JOB"_s;
    }

    void whatCannotBeFoundOutIsTwoAndSaysWhy()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, error);
        const auto said = run(arguments);
        QCOMPARE(said.code, 2);
        QVERIFY2(QString::fromUtf8(said.errors).contains(error), said.errors.constData());
        QVERIFY(said.out.isEmpty());
    }

private:
    Said run(const QStringList &arguments)
    {
        QProcess cli;
        cli.start(QStringLiteral(NARSCOPE_CLI), QStringList{u"--server"_s, m_hydra.url()} + arguments);
        if (!QTest::qWaitFor([&cli] { return cli.state() == QProcess::NotRunning; }, 60'000))
            qFatal("narscope-cli does not end");
        return {cli.exitStatus() == QProcess::NormalExit ? cli.exitCode() : -1, cli.readAllStandardOutput(),
            cli.readAllStandardError()};
    }

    RecordedHydra m_hydra;
};

QTEST_GUILESS_MAIN(HydraCliTest)
#include "cli_test.moc"
