// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/simulator.h"
#include "sim/world.h"

#include <QProcess>
#include <QTest>

using namespace narscope;
using namespace Qt::StringLiterals;

namespace {

struct Said {
    int code = -1; ///< -1: it crashed or did not end
    QByteArray out;
    QString errors;
};

} // namespace

/// narscope-cli as a process against servers that misbehave. Every server of the simulator has each fault under
/// an address of its own.
class CliFaultsTest : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<sim::Simulator> m_simulator;
    sim::Addresses m_addresses;
    QString m_eval;
    QString m_build;
    QStringList m_verify; ///< verify a good path; the cache's address is still to be added

    [[nodiscard]] Said run(const QStringList &arguments)
    {
        QProcess cli;
        cli.start(QStringLiteral(NARSCOPE_CLI), arguments);
        if (!QTest::qWaitFor([&cli] { return cli.state() == QProcess::NotRunning; }, 60'000)) {
            cli.kill();
            cli.waitForFinished();
            return {};
        }
        return {cli.exitStatus() == QProcess::NormalExit ? cli.exitCode() : -1, cli.readAllStandardOutput(),
            QString::fromUtf8(cli.readAllStandardError())};
    }
    [[nodiscard]] static QString faulty(const QUrl &server, const QByteArray &fault)
    {
        return server.toString() + u"/.fault/"_s + QString::fromLatin1(fault);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_simulator = std::make_unique<sim::Simulator>(sim::Config{}, m_clock);
        const auto addresses = m_simulator->start();
        QVERIFY(addresses);
        m_addresses = *addresses;
        auto &world = m_simulator->world();
        const auto jobset = world.findJobset("nixpkgs", "unstable");
        QVERIFY(jobset);
        m_eval = QString::number(world.evaluations(*jobset).back().value);
        m_build = QString::number(world.latestFinishedBuilds(0, 1).front().id.value);
        for (const auto &incident : world.incidents()) {
            if (incident.kind == sim::IncidentKind::TwoSignatures) {
                m_verify = {u"verify"_s, QString::fromUtf8(incident.path.text()), u"--key"_s,
                    QString::fromLatin1(m_addresses.cacheKey), u"--key"_s,
                    QString::fromLatin1(m_addresses.secondCacheKey), u"--cache"_s};
            }
        }
        QVERIFY(!m_verify.isEmpty());
    }
    void cleanupTestCase() { m_simulator.reset(); }

    void whatHydraDoesNotTellIsTwoAndASentence_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<QString>("sentence");
        const QStringList projects{u"projects"_s}; // JSON
        const QStringList eval{u"eval"_s, m_eval}; // HTML
        const auto guard = defaultSentence(ProblemKind::CrawlerGuard);
        const auto slowDown = defaultSentence(ProblemKind::RateLimited);
        const auto malformed = defaultSentence(ProblemKind::Malformed);
        const auto large = defaultSentence(ProblemKind::TooLarge);
        const auto broke = u"The connection broke in the middle of the answer."_s;
        const auto add = [](const char *fault, const QStringList &command, const QString &sentence) {
            QTest::newRow(qPrintable(command.join(u' ') + u' ' + QString::fromLatin1(fault)))
                << QByteArray(fault) << command << sentence;
        };
        add("429", projects, slowDown);
        add("429", eval, slowDown);
        add("429", {u"projects"_s, u"--json"_s}, slowDown);
        add("502", projects, u"(502)"_s);
        add("502", eval, u"(502)"_s);
        add("504", projects, u"(504)"_s);
        add("cut", projects, broke);
        add("cut", eval, broke);
        add("guard", projects, guard);
        add("guard", eval, guard);
        add("endless", projects, large);
        add("endless", eval, malformed);
        add("wrong-types", projects, u"The server's JSON answer is not what it should be."_s);
        add("wrong-types", {u"build"_s, m_build}, u"The server's JSON answer is not what it should be."_s);
        add("deep", projects, u"The JSON answer is nested deeper than any real one."_s);
        add("deep", {u"build"_s, m_build}, u"The JSON answer is nested deeper than any real one."_s);
        add("bomb", projects, large);
    }

    void whatHydraDoesNotTellIsTwoAndASentence()
    {
        QFETCH(QByteArray, fault);
        QFETCH(QStringList, command);
        QFETCH(QString, sentence);
        const auto said = run(QStringList{u"--server"_s, faulty(m_addresses.hydra, fault)} + command);
        QCOMPARE(said.code, 2);
        QVERIFY2(said.errors.contains(sentence), qPrintable(said.errors));
        QVERIFY2(said.out.isEmpty(), said.out.constData());
    }

    void aSlowServerIsWaitedFor()
    {
        const auto said = run({u"--server"_s, faulty(m_addresses.hydra, "slow"), u"projects"_s});
        QCOMPARE(said.code, 0);
        QVERIFY(said.out.contains("nixpkgs"));
        QCOMPARE(said.errors, QString());
    }

    void aGoodPathHolds()
    {
        const auto said = run(m_verify + QStringList{m_addresses.cache.toString()});
        QCOMPARE(said.code, 0);
        QVERIFY(said.out.contains("  holds "));
    }

    void aPathThatACacheDoesNotGiveIsNeverSaidToHold_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("reason");
        const auto couldNot = u"unchecked   narinfo         The narinfo could not be had: "_s;
        QTest::newRow("429") << "429"_ba << 2 << couldNot + defaultSentence(ProblemKind::RateLimited);
        QTest::newRow("502") << "502"_ba << 2 << couldNot + u"The server failed to answer (502)."_s;
        QTest::newRow("504") << "504"_ba << 2 << couldNot + u"The server failed to answer (504)."_s;
        QTest::newRow("cut") << "cut"_ba << 2 << couldNot + u"The connection broke in the middle of the answer."_s;
        QTest::newRow("guard") << "guard"_ba << 2 << u"The cache answered with a web page instead of a narinfo."_s;
        QTest::newRow("endless") << "endless"_ba << 2 << couldNot + defaultSentence(ProblemKind::TooLarge);
        QTest::newRow("bomb") << "bomb"_ba << 2 << couldNot + defaultSentence(ProblemKind::TooLarge);
        // Plain bytes that are no narinfo are the cache's word for this path, and Nix refuses them too.
        QTest::newRow("deep") << "deep"_ba << 1 << u"Not a narinfo that Nix reads"_s;
    }

    void aPathThatACacheDoesNotGiveIsNeverSaidToHold()
    {
        QFETCH(QByteArray, fault);
        QFETCH(int, code);
        QFETCH(QString, reason);
        const auto said = run(m_verify + QStringList{faulty(m_addresses.cache, fault)});
        QCOMPARE(said.code, code);
        QVERIFY2(said.out.contains(reason.toUtf8()), said.out.constData());
        QVERIFY(!said.out.contains("  holds "));
    }
};

QTEST_GUILESS_MAIN(CliFaultsTest)
#include "cli_faults_test.moc"
