// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/archive.h"
#include "sim/simulator.h"
#include "sim/world.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace Qt::StringLiterals;

namespace {

struct Said {
    int code = -1; ///< -1: it crashed or did not end
    QString out;
    QString errors;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
};

} // namespace

/// `narscope-cli log` as a process: what it is given, what it says, and its exit code.
class CliLogTest : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<sim::Simulator> m_simulator;
    sim::Addresses m_addresses;
    QTemporaryDir m_folder;

    [[nodiscard]] Said run(const QStringList &arguments, const QByteArray &input = {})
    {
        QProcess cli;
        cli.start(QStringLiteral(NARSCOPE_CLI),
            QStringList{u"log"_s, u"--profile"_s, m_folder.filePath(u"profile"_s), u"--servers-file"_s,
                m_folder.filePath(u"servers.json"_s)}
                + arguments);
        cli.write(input);
        cli.closeWriteChannel();
        if (!QTest::qWaitFor([&cli] { return cli.state() == QProcess::NotRunning; }, 60'000)) {
            cli.kill();
            cli.waitForFinished();
            return {};
        }
        return {cli.exitStatus() == QProcess::NormalExit ? cli.exitCode() : -1,
            QString::fromUtf8(cli.readAllStandardOutput()), QString::fromUtf8(cli.readAllStandardError())};
    }
    [[nodiscard]] QString file(const QString &name, const QByteArray &bytes) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
    }
    [[nodiscard]] sim::BuildFacts failure() const
    {
        auto &world = m_simulator->world();
        for (const auto &build : world.latestFinishedBuilds(0, 100'000)) {
            const auto before = [&](const sim::BuildFacts &other) {
                return other.finished() && other.status == 0 && other.id < build.id;
            };
            if (build.status == 1 && build.cachedFrom.value == 0
                && std::ranges::any_of(world.history(build.jobset, build.job), before))
                return build;
        }
        return {};
    }
    [[nodiscard]] QString logOf(const sim::BuildFacts &build) const
    {
        return QString::fromUtf8(m_simulator->world().log(build.drv).value_or(QByteArray()));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_simulator = std::make_unique<sim::Simulator>(sim::Config{}, m_clock);
        const auto addresses = m_simulator->start();
        QVERIFY(addresses);
        m_addresses = *addresses;
        const auto server = [](const QString &kind, const QUrl &url) {
            return QJsonObject{
                {u"id"_s, kind}, {u"kind"_s, kind}, {u"name"_s, u"The "_s + kind}, {u"url"_s, url.toString()}};
        };
        const QJsonObject policy{{u"perSecond"_s, 0}, {u"backgroundPerSecond"_s, 0}, {u"inFlight"_s, 8}};
        const QJsonObject servers{{u"policies"_s, QJsonObject{{u"hydra"_s, policy}, {u"cache"_s, policy}}},
            {u"servers"_s, QJsonArray{server(u"hydra"_s, m_addresses.hydra), server(u"cache"_s, m_addresses.cache)}}};
        QVERIFY(!file(u"servers.json"_s, QJsonDocument(servers).toJson()).isEmpty());
    }
    void cleanupTestCase() { m_simulator.reset(); }

    void theExitCodeSaysWhetherSomethingWasFound_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said"); // part of the output or, for 2, of the complaint
        const auto log = file(u"a.log"_s,
            "Running phase: buildPhase\n\x1b[31ma.c:1:2: error: \x1b[0mgone\nx\ny\nRunning phase: checkPhase\nz\n");
        const auto add = [](const char *name, const QStringList &arguments, int code, const QString &said = {}) {
            QTest::newRow(name) << arguments << code << said;
        };
        add("whole", {log}, 0, u"Running phase: buildPhase\na.c:1:2: error: gone\nx\ny\n"_s);
        add("grep", {log, u"--grep"_s, u": error: gone"_s}, 0, u"2:a.c:1:2: error: gone\n"_s);
        add("no match", {log, u"--grep"_s, u"nothing"_s}, 1);
        add("context", {log, u"--grep"_s, u"^x$"_s, u"-C"_s, u"1"_s}, 0, u"2-a.c:1:2: error: gone\n3:x\n4-y\n"_s);
        add("no context", {log, u"--grep"_s, u"^x$"_s, u"-C"_s, u"0"_s}, 0, u"3:x\n"_s);
        add("no number", {log, u"--grep"_s, u"x"_s, u"-C"_s, u"many"_s}, 2, u"-C takes a number"_s);
        add("below zero", {log, u"--grep"_s, u"x"_s, u"-C"_s, u"-1"_s}, 2, u"-C takes a number"_s);
        add("no pattern", {log, u"--grep"_s, u"(x"_s}, 2, u"not a regular expression"_s);
        add("phase", {log, u"--phase"_s, u"check"_s}, 0, u"Running phase: checkPhase\nz\n"_s);
        add("no such phase", {log, u"--phase"_s, u"moonPhase"_s}, 1);
        add("count", {log, u"--count"_s}, 0, u"6\n"_s);
        add("count of none", {log, u"--grep"_s, u"nothing"_s, u"--count"_s}, 1, u"0\n"_s);
        add("errors", {log, u"--errors"_s}, 0, u"line 2: compiler error in buildPhase: gone"_s);
        add("stats", {log, u"--stats"_s}, 0, u"lines        6\n"_s);
        add("outline", {log, u"--outline"_s}, 0, u"buildPhase"_s);
        add("two ways", {log, u"--errors"_s, u"--outline"_s}, 2, u"do not go together"_s);
        add("errors in a phase", {log, u"--errors"_s, u"--phase"_s, u"build"_s}, 2, u"do not go together"_s);
        add("stats and count", {log, u"--stats"_s, u"--count"_s}, 2, u"do not go together"_s);
        add("follow as JSON", {log, u"--follow"_s, u"--json"_s}, 2, u"not JSON"_s);
        add("context of nothing", {log, u"-C"_s, u"1"_s}, 2, u"go with --grep only"_s);
        add("count of phases", {log, u"--outline"_s, u"--count"_s}, 0, u"2\n"_s);
        const auto longer = file(u"longer.log"_s,
            "Running phase: buildPhase\na.c:1:2: error: gone\nx\ny\nRunning phase: checkPhase\nz\none more\n");
        add("count of differences", {log, u"--compare"_s, longer, u"--count"_s}, 0, u"1\n"_s);
        add("the same input twice", {u"-"_s, u"--compare"_s, u"-"_s}, 2, u"can be read once only"_s);
        add("two logs", {log, log}, 2, u"log takes one log"_s);
        add("none", {}, 2, u"log takes one log"_s);
        const auto empty = file(u"empty.log"_s, {});
        add("empty", {empty}, 1);
        add("errors of nothing", {empty, u"--errors"_s}, 1);
        add("a folder", {m_folder.path()}, 2, u"not a file that can be read"_s);
        add("no file", {m_folder.filePath(u"absent.log"_s)}, 2, u"absent.log"_s);
        add("a file's address", {QUrl::fromLocalFile(log).toString(), u"--count"_s}, 0, u"6\n"_s);
        add("no device", {u"/dev/null"_s}, 2, u"not a file that can be read"_s);
        add("binary", {file(u"binary.log"_s, QByteArray("a\0b\x1b[2Jc\xff\r\n\x07 x", 13))}, 0, u"a\u2400bc\ufffd\n"_s);
        add("not packed as it says", {file(u"c.zst"_s, QByteArray("\x28\xb5\x2f\xfd nonsense", 13))}, 2);
        add("no build", {u"999999999"_s}, 2, u"999999999"_s);
        add("no step", {u"1/1"_s}, 2);
        add("no derivation", {u"/nix/store/00000000000000000000000000000000-nobody-1.drv"_s}, 2,
            u"None of the places asked has this log."_s);
        add("not in the archive", {u"archive:0123456789ab"_s}, 2, u"The archive has this log no more"_s);
        add("an empty archive", {u"archive:"_s}, 1);
        add("a long unknown relation", {log, u"--compare"_s, u"last-good"_s}, 2, u"Only a build of a Hydra"_s);
    }
    void theExitCodeSaysWhetherSomethingWasFound()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, said);
        const auto told = run(arguments);
        QVERIFY2(told.code == code, qPrintable(u"%1: %2%3"_s.arg(told.code).arg(told.out, told.errors)));
        const auto &where = code == 2 ? told.errors : told.out;
        QVERIFY2(where.contains(said), qPrintable(where));
        QCOMPARE(told.errors.isEmpty(), code != 2);
    }

    void standardInputIsRead()
    {
        QCOMPARE(run({u"-"_s}, "one\ntwo").out, u"one\ntwo\n"_s);
        QCOMPARE(run({u"-"_s}).code, 1);
    }

    void standardInputIsFollowedPieceByPiece()
    {
        QProcess cli;
        cli.start(QStringLiteral(NARSCOPE_CLI), {u"log"_s, u"-"_s, u"--follow"_s});
        cli.write("the first line, longer than what an unpacker looks at\nhalf ");
        QByteArray out;
        const auto came = [&](const QByteArray &wanted) {
            out += cli.readAllStandardOutput();
            return out == wanted;
        };
        QTRY_VERIFY_WITH_TIMEOUT(came("the first line, longer than what an unpacker looks at\n"), 30000);
        cli.write("a line\nopen end");
        cli.closeWriteChannel();
        QTRY_COMPARE_WITH_TIMEOUT(cli.state(), QProcess::NotRunning, 30000);
        QVERIFY(came("the first line, longer than what an unpacker looks at\nhalf a line\nopen end\n"));
        QCOMPARE(cli.exitCode(), 0);
    }

    void aPackedLogIsFollowedToItsEnd()
    {
        // printf 'one\ntwo\n' | xz -9
        const auto packed = QByteArray::fromBase64(
            "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAHb25lCnR3bwoAUauer1d1cEkAASAIuxnZux+2830BAAAAAARZWg==");
        const auto told = run({file(u"packed.xz"_s, packed), u"--follow"_s});
        QCOMPARE(told.code, 0);
        QCOMPARE(told.out, u"one\ntwo\n"_s);
    }

    void ofADamagedLogWhatIsThereIsShownAndSaidNotToBeAll()
    {
        // printf 'one\ntwo\n' | xz -9, without its last bytes
        const auto packed = QByteArray::fromBase64(
            "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAHb25lCnR3bwoAUauer1d1cEkAASAIuxnZux+2830BAAAAAARZWg==");
        const auto name = file(u"damaged.xz"_s, packed.chopped(20));
        const auto input = packed.chopped(20);
        for (const auto &told : {run({name}), run({u"-"_s}, input), run({name, u"--follow"_s})}) {
            QCOMPARE(told.code, 2);
            QCOMPARE(told.out, u"one\ntwo\n"_s);
            QVERIFY2(told.errors.contains(u"what could be unpacked is shown, the rest is missing"_s),
                qPrintable(told.errors));
        }
        const auto json = run({name, u"--grep"_s, u"two"_s, u"--json"_s}).json();
        QCOMPARE(json[u"count"_s].toInteger(), 1);
        QVERIFY(json[u"missing"_s].isString());
        QVERIFY(run({file(u"whole.xz"_s, packed), u"--json"_s}).json()[u"missing"_s].isNull());
    }

    void aCacheInAFolderIsAskedBeforeServers()
    {
        const auto drv = u"0123456789abcdfghijklmnpqrsvwxyz-hello-2.12.2.drv"_s;
        QVERIFY(QDir(m_folder.path()).mkpath(u"cache/log"_s));
        const auto server = u"cache="_s + QUrl::fromLocalFile(m_folder.filePath(u"cache"_s)).toString();
        QVERIFY(!file(u"cache/log/"_s + drv, "plain\n").isEmpty());
        QCOMPARE(run({u"/nix/store/"_s + drv, u"--server"_s, server}).out, u"plain\n"_s);
        // printf 'packed\n' | bzip2
        QVERIFY(!file(u"cache/log/"_s + drv,
            QByteArray::fromBase64("QlpoOTFBWSZTWVvaCagAAANBgAAQLghAACAAMQwBBk2jHAKLuSKcKEgt7QTUAA=="))
                .isEmpty());
        QCOMPARE(run({drv, u"--server"_s, server}).out, u"packed\n"_s);
        const auto absent = run({drv, u"--server"_s, u"cache=file:///absent/folder"_s});
        QCOMPARE(absent.code, 2);
        QVERIFY2(absent.errors.contains(u"no such folder"_s), qPrintable(absent.errors));
    }

    void aLongLineIsPrintedWhole()
    {
        const auto line = "\x1b[31m" + QByteArray("\xc3\xa4 error ").repeated(30000);
        const auto log = file(u"long.log"_s, "first\n" + line + "\x1b[0m end\nlast\n");
        const auto shown = QString::fromUtf8(line.sliced(5)) + u" end"_s;
        QCOMPARE(run({log}).out, u"first\n"_s + shown + u"\nlast\n"_s);
        QCOMPARE(run({log, u"--grep"_s, u"error"_s}).out, u"2:"_s + shown + u'\n');
    }

    void aPatternThatRunsAwayIsStoppedAndSaidSo()
    {
        const auto told = run({u"-"_s, u"--grep"_s, u"^(?=(a|aa)+$)"_s}, QByteArray(4000, 'a') + "!\n");
        QCOMPARE(told.code, 1);
        QVERIFY2(told.errors.contains(u"On 1 lines the pattern took too many steps"_s), qPrintable(told.errors));
    }

    void aBuildsLogIsKeptAndComesFromTheArchiveTheNextTime()
    {
        const auto build = failure();
        QVERIFY(build.id.value > 0);
        const auto number = build.id.text();
        const auto first = run({number, u"--stats"_s, u"--json"_s});
        QVERIFY2(first.code == 0, qPrintable(first.errors));
        QCOMPARE(first.json()[u"bytes"_s].toInteger(), logOf(build).toUtf8().size());
        const auto hydra = first.json()[u"source"_s].toString();
        QCOMPARE(hydra, u"The hydra"_s);
        const auto second = run({number, u"--stats"_s, u"--json"_s});
        QVERIFY2(
            second.json()[u"source"_s].toString().startsWith(u"this computer's archive"_s), qPrintable(second.out));
        // By the addresses of its pages, and of its derivation's log.
        const auto base = m_addresses.hydra.toString() + u"/build/"_s + number;
        for (const auto &page : {base, base + u"/log"_s, base + u"/log/raw"_s, base + u"#tabs-summary"_s})
            QCOMPARE(run({page, u"--count"_s}).out.trimmed().toLongLong(), logOf(build).count(u'\n'));
        const auto drv = QString::fromLatin1(m_simulator->world().recipes().drvPath(build.drv).text());
        const auto address = m_addresses.hydra.toString() + u"/log/"_s + drv.section(u'/', -1);
        for (const auto &name : {drv, drv.section(u'/', -1), address})
            QCOMPARE(run({name, u"--count"_s}).out.trimmed().toLongLong(), logOf(build).count(u'\n'));
        // All that was kept, one of it by the beginning of its digest, and what all of it holds.
        const auto kept = run({u"archive:"_s, u"--json"_s}).json()[u"logs"_s].toArray();
        QVERIFY(kept.size() >= 1);
        const auto name = kept.last().toObject()[u"archive"_s].toString();
        QCOMPARE(kept.last().toObject()[u"log"_s].toString(), number);
        QCOMPARE(run({name.first(20), u"--count"_s}).out.trimmed().toLongLong(), logOf(build).count(u'\n'));
        const auto found = run({u"archive:"_s, u"--grep"_s, u"failed with exit code 1"_s});
        QCOMPARE(found.code, 0);
        QVERIFY2(found.out.contains(u"error: builder for"_s), qPrintable(found.out));
        QCOMPARE(run({u"archive:"_s, u"--grep"_s, u"no such words"_s}).code, 1);
        QCOMPARE(run({u"archive:"_s, u"--grep"_s, u"(x"_s}).code, 2);
    }

    void aBuildIsComparedWithItsRelations()
    {
        const auto build = failure();
        const auto good = run({build.id.text(), u"--compare"_s, u"last-good"_s, u"--json"_s});
        QVERIFY2(good.code == 0, qPrintable(good.errors));
        QVERIFY(good.json()[u"differences"_s].toInteger() > 0);
        const auto none = run({build.id.text(), u"--compare"_s, u"attempt-before"_s});
        QCOMPARE(none.code, 2);
        QVERIFY2(none.errors.contains(u"No earlier attempt"_s), qPrintable(none.errors));
        log::Archive archive(m_folder.filePath(u"profile/logs"_s), log::archiveLimit);
        auto entry = archive.logs().back();
        for (const auto &log : archive.logs())
            entry = log.build == build.id ? log : entry;
        entry.stoppedAt -= 3600;
        QVERIFY(archive.keep(log::MemoryBytes(logOf(build).toUtf8() + "one line more\n"), entry));
        const auto before = run({build.id.text(), u"--compare"_s, u"attempt-before"_s});
        QCOMPARE(before.code, 0);
        QVERIFY2(before.out.contains(u"-one line more\n"_s), qPrintable(before.out));
        QCOMPARE(run({build.id.text(), u"--compare"_s, build.id.text()}).code, 1); // nothing differs
    }
};

QTEST_GUILESS_MAIN(CliLogTest)
#include "cli_log_test.moc"
