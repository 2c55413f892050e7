// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "sim/simulator.h"
#include "sim/world.h"
#include "support/tool.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::test;
using namespace Qt::StringLiterals;

namespace {

struct Run {
    int code = -1;
    QString out;
    QString err;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
    [[nodiscard]] QByteArray all() const { return u"code %1\n%2\n%3"_s.arg(code).arg(out.left(4000), err).toUtf8(); }
};

void writeFile(const QString &name, const QByteArray &bytes)
{
    QFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write");
}

QByteArray readFile(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList keysOf(const QJsonObject &object)
{
    return object.keys();
}

} // namespace

/// The commands about traces, pull requests, bundles and evidence, as a shell sees them, beside a simulated pipeline.
class TraceCliTest : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<sim::Simulator> m_simulator;
    QStringList m_servers; ///< options
    QTemporaryDir m_folder;
    QString m_hydra;

    [[nodiscard]] QString at(const QString &name) const { return m_folder.filePath(name); }

    /// The simulator answers on this thread while the program runs.
    Run run(const QStringList &arguments)
    {
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_CONFIG_HOME"_s, at(u"config"_s));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(NARSCOPE_CLI), arguments + m_servers);
        if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 60'000))
            process.kill();
        return {.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            .out = QString::fromUtf8(process.readAllStandardOutput()),
            .err = QString::fromUtf8(process.readAllStandardError())};
    }
    [[nodiscard]] QString pullOf(const QByteArray &story)
    {
        const auto &stories = m_simulator->world().stories();
        return std::ranges::find(stories, story, &sim::Story::name)->pullRequest.text();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_simulator = std::make_unique<sim::Simulator>(sim::Config{}, m_clock);
        const auto addresses = m_simulator->start();
        QVERIFY(addresses);
        for (const auto &[kind, url] : {std::pair("hydra", addresses->hydra), std::pair("cache", addresses->cache),
                 std::pair("github", addresses->github), std::pair("ofborg", addresses->ofborg),
                 std::pair("channels", addresses->channels), std::pair("releases", addresses->releases),
                 std::pair("channels-bucket", addresses->channelsBucket),
                 std::pair("releases-bucket", addresses->releasesBucket),
                 std::pair("prometheus", addresses->prometheus)})
            m_servers << u"--server"_s << u"%1=%2"_s.arg(QString::fromLatin1(kind), url.toString());
        m_hydra = addresses->hydra.toString();
        writeFile(at(u"keys"_s), addresses->cacheKey + '\n');
        QDir().mkpath(at(u"folder"_s));
        writeFile(at(u"garbage"_s), QByteArray("\x00\xff\x80 nothing\n", 12));
        writeFile(at(u"empty"_s), {});
        writeFile(at(u"other-format"_s),
            "{\"at\":\"2026-11-25T12:00:00.000Z\",\"hash\":\"" + QByteArray(64, 'a')
                + "\",\"kind\":\"log\",\"n\":0,\"prev\":\"" + QByteArray(64, '0')
                + "\",\"value\":\"narscope-evidence-9\"}\n");
    }
    void cleanupTestCase() { m_simulator.reset(); }

    void aTraceIsPrintedAndItsBundleHolds()
    {
        const auto pull = pullOf("merged-to-master");
        QCOMPARE(run({u"bundle"_s, u"key"_s, at(u"mine"_s), u"--make"_s, u"mira.example.org-1"_s}).code, 0);
        QCOMPARE(run({u"bundle"_s, u"key"_s, at(u"other"_s), u"--make"_s, u"other.example.org-1"_s}).code, 0);
        const auto again = run({u"bundle"_s, u"key"_s, at(u"mine"_s), u"--make"_s, u"x-1"_s});
        QVERIFY2(again.code == 2, again.all().constData());
        const auto traced = run({u"trace"_s, pull, u"--json"_s, u"--keys-file"_s, at(u"keys"_s), u"--bundle"_s,
            at(u"bundle"_s), u"--bundle-key"_s, at(u"mine"_s)});
        QVERIFY2(traced.code == 0, traced.all().constData());
        const auto json = traced.json();
        QCOMPARE(keysOf(json),
            (QStringList{u"answers"_s, u"asked"_s, u"at"_s, u"direction"_s, u"excuses"_s, u"findings"_s, u"headline"_s,
                u"hops"_s, u"isOpen"_s, u"problems"_s, u"requests"_s, u"stops"_s, u"tracks"_s}));
        QCOMPARE(keysOf(json["stops"_L1][0].toObject()),
            (QStringList{u"at"_s, u"attribute"_s, u"id"_s, u"kind"_s, u"lane"_s, u"name"_s, u"output"_s, u"seconds"_s,
                u"state"_s, u"subject"_s, u"system"_s, u"text"_s, u"track"_s}));
        QCOMPARE(keysOf(json["hops"_L1][0].toObject()),
            (QStringList{u"answers"_s, u"at"_s, u"caveat"_s, u"claim"_s, u"claimed"_s, u"command"_s, u"covered"_s,
                u"from"_s, u"grade"_s, u"id"_s, u"object"_s, u"sentence"_s, u"source"_s, u"stronger"_s, u"subject"_s,
                u"to"_s}));

        const auto key = run({u"bundle"_s, u"key"_s, at(u"mine"_s), u"--json"_s}).json()["key"_L1].toString();
        const auto other = run({u"bundle"_s, u"key"_s, at(u"other"_s), u"--json"_s}).json()["key"_L1].toString();
        const auto verified = run(verifying({u"--json"_s, u"--signer"_s, key}));
        QVERIFY2(verified.code == 0, verified.all().constData());
        QCOMPARE(verified.json()["result"_L1].toString(), u"PASSED"_s);
        QCOMPARE(keysOf(verified.json()),
            (QStringList{u"ancestry"_s, u"asked"_s, u"checks"_s, u"commits"_s, u"findings"_s, u"headline"_s, u"hops"_s,
                u"key"_s, u"result"_s, u"verifiedAt"_s}));
        QCOMPARE(run(verifying({u"--signer"_s, other})).code, 1); // by another key
        QCOMPARE(run(verifying({u"--no-such-option"_s})).code, 2);
        const auto inFolder = run(verifying({u"--repo"_s, at(u"folder"_s)}));
        QVERIFY2(inFolder.code == 2 && inFolder.out.contains("no clone"_L1), inFolder.all().constData());
        QCOMPARE(run({u"bundle"_s, u"diff"_s, at(u"bundle"_s), at(u"bundle"_s)}).code, 0);

        const auto bytes = readFile(at(u"bundle"_s));
        writeFile(at(u"truncated"_s), bytes.first(bytes.size() * 2 / 3));
        for (const auto *bad : {"truncated", "garbage", "empty"}) {
            const auto refused = run({u"bundle"_s, u"verify"_s, at(QString::fromLatin1(bad))});
            QVERIFY2(refused.code == 1 && refused.out.contains("fails"_L1), refused.all().constData());
            QCOMPARE(run({u"bundle"_s, u"diff"_s, at(u"bundle"_s), at(QString::fromLatin1(bad))}).code, 2);
        }
    }

    void whySaysSentencesAndTheirCode()
    {
        const auto open = run({u"why"_s, pullOf("unmerged"), u"--json"_s});
        QVERIFY2(open.code == 0, open.all().constData());
        QCOMPARE(keysOf(open.json()), (QStringList{u"excuses"_s, u"findings"_s, u"headline"_s, u"reasons"_s}));
        QVERIFY2(open.json()["headline"_L1].toString().startsWith(u'#' + pullOf("unmerged")), open.all().constData());
        const auto failing = run({u"why"_s, pullOf("job-missing")});
        QVERIFY2(failing.code == 1 && failing.out.contains("error:"_L1), failing.all().constData());
    }

    void oddThingsToTraceAreRefusedWithASentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const QStringList &arguments, int code, const QString &said) {
            QTest::newRow(name) << arguments << code << said;
        };
        row("unknown pull request", {u"trace"_s, u"999999"_s}, 2, u"no pull request 999999"_s);
        row("another repository's", {u"trace"_s, u"https://github.com/NixOS/nix/pull/1"_s}, 2, u"nixpkgs"_s);
        row("a path that the cache has not", {u"trace"_s, u"/nix/store/0000000000000000000000000000000a-nothing"_s}, 2,
            u"not in the cache"_s);
        row("a hash only", {u"trace"_s, u"0000000000000000000000000000000a"_s}, 2, u"not in the cache"_s);
        row("a foreign server's build", {u"trace"_s, u"https://hydra.example.org/build/5"_s}, 2, u"nothing that can"_s);
        row("a build that is not there", {u"trace"_s, u"HYDRA/build/5"_s}, 2, u"5"_s);
        row("an evaluation that is not there", {u"trace"_s, u"HYDRA/eval/5"_s}, 2, u"5"_s);
        row("a folder", {u"trace"_s, u"FOLDER/folder"_s}, 2, u"nothing that can"_s);
        row("a file of garbage", {u"trace"_s, u"FOLDER/garbage"_s}, 2, u"nothing that can"_s);
        row("an image of no release", {u"trace"_s, u"nixos-minimal-20.03.1.abcdef0-x86_64-linux.iso"_s}, 2,
            u"release"_s);
        row("a channel that is not there", {u"trace"_s, u"https://channels.nixos.org/nixos-99.11"_s}, 2,
            u"nixos-99.11"_s);
        row("two things", {u"trace"_s, u"1"_s, u"2"_s}, 2, u"one argument"_s);
        row("nothing", {u"trace"_s}, 2, u"one argument"_s);
        row("empty", {u"trace"_s, u""_s}, 2, u"nothing that can"_s);
        row("why of nothing", {u"why"_s, u"999999"_s}, 2, u"no pull request"_s);
        row("a clone that is none", {u"trace"_s, u"999999"_s, u"--clone"_s, u"FOLDER/folder"_s}, 2, u"999999"_s);
        row("pr of nothing", {u"pr"_s, u"999999"_s}, 2, u"no pull request"_s);
        row("pr of a word", {u"pr"_s, u"hello"_s}, 2, u"hello"_s);
        row("a token that is none", {u"pr"_s, u"1"_s, u"--token-file"_s, u"FOLDER/empty"_s}, 2, u"not a token"_s);
        row("no log", {u"evidence"_s, u"list"_s, u"FOLDER/none"_s}, 2, u"none"_s);
        row("an empty log", {u"evidence"_s, u"verify"_s, u"FOLDER/empty"_s}, 1, u"empty"_s);
        row("a log of another version", {u"evidence"_s, u"verify"_s, u"FOLDER/other-format"_s}, 1, u"line 1"_s);
        row("a log that is none", {u"evidence"_s, u"export"_s, u"FOLDER/garbage"_s}, 1, u"line 1"_s);
        row("a comparison with garbage", {u"evidence"_s, u"compare"_s, u"FOLDER/garbage"_s, u"FOLDER/empty"_s}, 2,
            u"line 1"_s);
        row("no kind", {u"evidence"_s, u"list"_s, u"FOLDER/empty"_s, u"--kind"_s, u"x"_s}, 2, u"no kind"_s);
        row("no bundle", {u"bundle"_s, u"verify"_s, u"FOLDER/none"_s}, 2, u"none"_s);
        row("a folder as bundle", {u"bundle"_s, u"verify"_s, u"FOLDER/folder"_s}, 2, u"folder"_s);
        row("a signer that is no key", {u"bundle"_s, u"verify"_s, u"FOLDER/empty"_s, u"--signer"_s, u"x"_s}, 2,
            u"public key"_s);
        row("no key", {u"bundle"_s, u"key"_s, u"FOLDER/none"_s}, 2, u"none"_s);
        row("no such host", {u"endpoints"_s, u"example.org"_s}, 2, u"example.org"_s);
    }
    void oddThingsToTraceAreRefusedWithASentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, said);
        arguments.replaceInStrings(u"FOLDER"_s, m_folder.path()).replaceInStrings(u"HYDRA"_s, m_hydra);
        const auto ran = run(arguments);
        QVERIFY2(ran.code == code, ran.all().constData());
        QVERIFY2((ran.out + ran.err).contains(said), ran.all().constData());
    }

    void whatServersSaidIsKeptListedAndCompared()
    {
        const auto log = at(u"log.jsonl"_s);
        QCOMPARE(run({u"trace"_s, u"nixos-unstable-small"_s, u"--evidence"_s, log}).code, 0);
        const auto verified = run({u"evidence"_s, u"verify"_s, log, u"--json"_s});
        QVERIFY2(verified.code == 0 && verified.json()["holds"_L1].toBool(), verified.all().constData());
        QCOMPARE(keysOf(verified.json()),
            (QStringList{u"entries"_s, u"faults"_s, u"file"_s, u"head"_s, u"holds"_s, u"lines"_s, u"resumed"_s}));
        const auto listed = run({u"evidence"_s, u"list"_s, log, u"--json"_s, u"--kind"_s, u"channel-pointer"_s});
        QVERIFY2(listed.code == 0 && !listed.json()["entries"_L1].toArray().isEmpty(), listed.all().constData());
        const auto compared = run({u"evidence"_s, u"compare"_s, log, log, u"--json"_s});
        QVERIFY2(compared.code == 0, compared.all().constData());
        QCOMPARE(compared.json()["differences"_L1].toArray().size(), 0);
        writeFile(at(u"altered.jsonl"_s), readFile(log).replace("unstable-small", "unstable-smell"));
        QCOMPARE(run({u"evidence"_s, u"verify"_s, at(u"altered.jsonl"_s)}).code, 1);
    }

    void aPullRequestAndTheWorkflowsAreTold()
    {
        const auto pull = run({u"pr"_s, pullOf("merged-to-master"), u"--json"_s});
        QVERIFY2(pull.code == 0 && pull.json().contains("requests"_L1), pull.all().constData());
        const auto workflows = run({u"workflows"_s, u"--json"_s});
        QVERIFY2(
            workflows.code != 2 && !workflows.json()["workflows"_L1].toArray().isEmpty(), workflows.all().constData());
    }

private:
    [[nodiscard]] QStringList verifying(const QStringList &more) const
    {
        return QStringList{u"bundle"_s, u"verify"_s, at(u"bundle"_s), u"--keys-file"_s, at(u"keys"_s)} + more;
    }
};

QTEST_GUILESS_MAIN(TraceCliTest)
#include "tracecli_test.moc"
