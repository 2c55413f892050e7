// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/httpserver.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace narscope::test;

namespace {

struct Run {
    int code = -1;
    QString out;
    QString err;
};

Run finish(QProcess &process)
{
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 30'000))
        process.kill();
    return {.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
        .out = QString::fromUtf8(process.readAllStandardOutput()),
        .err = QString::fromUtf8(process.readAllStandardError())};
}

Run run(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(NARSCOPE_CLI), arguments);
    return finish(process);
}

/// What bash would offer for the last of these words.
QStringList completed(const QStringList &words)
{
    const auto script = run({u"completion"_s, u"bash"_s}).out;
    QProcess bash;
    bash.start(u"bash"_s,
        QStringList{u"-uc"_s,
            script
                + u"\nCOMP_WORDS=(narscope-cli \"$@\"); COMP_CWORD=$#; COMPREPLY=(); _narscope_cli; printf '%s\\n' \"${COMPREPLY[@]}\" | sort -u"_s,
            u"bash"_s}
            + words);
    const auto ran = finish(bash);
    return ran.code == 0 && ran.err.isEmpty() ? ran.out.trimmed().split(u'\n') : QStringList{ran.err};
}

} // namespace

/// The program as a shell sees it: words, exit codes, signals.
class MainTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void badUsageIsTwoWithASentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        QTest::newRow("nothing") << QStringList{} << u"Say what to do"_s;
        QTest::newRow("unknown command") << QStringList{u"brew"_s} << u"no command “brew”"_s;
        QTest::newRow("half a command") << QStringList{u"nar"_s} << u"no command “nar”"_s;
        QTest::newRow("unknown option") << QStringList{u"keys"_s, u"--frob"_s} << u"frob"_s;
        QTest::newRow("option without value") << QStringList{u"keys"_s, u"--server"_s} << u"server"_s;
        QTest::newRow("no server") << QStringList{u"keys"_s, u"--server"_s, u"ftp://x"_s} << u"“ftp://x”"_s;
        QTest::newRow("no file of servers")
            << QStringList{u"keys"_s, u"--servers-file"_s, u"/does/not/exist"_s} << u"/does/not/exist"_s;
        QTest::newRow("no number") << QStringList{u"keys"_s, u"--demo"_s, u"--demo-jobs"_s, u"many"_s} << u"“many”"_s;
        QTest::newRow("no shell") << QStringList{u"completion"_s, u"tcsh"_s} << u"tcsh"_s;
    }
    void badUsageIsTwoWithASentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, said);
        const auto ran = run(arguments);
        QCOMPARE(ran.code, 2);
        QVERIFY2(ran.err.contains(said), qPrintable(ran.err));
        QVERIFY(ran.out.isEmpty());
    }

    void whatIsQuotedDrivesNoTerminal()
    {
        const auto ran = run({u"verify"_s, u"no path "_s + QChar(0x1b) + u"]0;title"_s + QChar(0x07)});
        QCOMPARE(ran.code, 2);
        QVERIFY(ran.err.contains(u"at: no path "_s + QChar(u'\\') + u"x1b]0;title"_s));
        QVERIFY(!ran.err.contains(QChar(0x1b)) && !ran.err.contains(QChar(0x07)));
    }

    void helpAndVersionAreFine()
    {
        const auto help = run({u"--help"_s});
        QCOMPARE(help.code, 0);
        for (const auto *word : {"--replay", "nar ls", "verify", "Exit codes"})
            QVERIFY2(help.out.contains(QString::fromLatin1(word)), word);
        const auto own = run({u"verify"_s, u"--help"_s});
        QCOMPARE(own.code, 0);
        QVERIFY(own.out.contains("--cache"_L1) && own.out.contains("--json"_L1));
        QCOMPARE(run({u"--version"_s}).out, u"narscope-cli %1\n"_s.arg(QStringLiteral(NARSCOPE_VERSION)));
    }

    void aCommandOfTwoWordsIsFoundAmongOptions()
    {
        const auto ran = run({u"--json"_s, u"nar"_s, u"ls"_s, u"/does/not/exist"_s});
        QCOMPARE(ran.code, 2);
        QVERIFY2(ran.err.contains("/does/not/exist"_L1), qPrintable(ran.err));
    }

    void ctrlCEndsACommandThatWaits()
    {
        HttpServer http;
        http.onAll([](const auto &, QTcpSocket *) { });
        QProcess process;
        process.start(QStringLiteral(NARSCOPE_CLI),
            {u"verify"_s, u"/nix/store/0000000000000000000000000000000a-x"_s, u"--cache"_s, http.url().toString()});
        QTRY_VERIFY_WITH_TIMEOUT(!http.asked().isEmpty(), 30'000);
        ::kill(pid_t(process.processId()), SIGINT);
        QCOMPARE(finish(process).code, 130);
    }

    void aReaderThatHasGoneIsNoCrashAndNoNoise()
    {
        int ends[2];
        QVERIFY(pipe(ends) == 0);
        close(ends[0]);
        QProcess process;
        process.setChildProcessModifier([&] { dup2(ends[1], 1); });
        process.start(QStringLiteral(NARSCOPE_CLI), {u"--help"_s});
        const auto ran = finish(process);
        close(ends[1]);
        QCOMPARE(ran.code, 128 + SIGPIPE);
        QVERIFY(ran.err.isEmpty());
    }

    void aFullDiskIsSaid()
    {
        QProcess process;
        process.setStandardOutputFile(u"/dev/full"_s);
        process.start(QStringLiteral(NARSCOPE_CLI), {u"--help"_s});
        const auto ran = finish(process);
        QCOMPARE(ran.code, 2);
        QVERIFY2(ran.err.contains("No space left"_L1), qPrintable(ran.err));
    }

    void bashCompletesCommandsAndOptions()
    {
        QCOMPARE(completed({u"na"_s}), (QStringList{u"nar"_s, u"narinfo"_s}));
        QCOMPARE(completed({u"--json"_s, u"nar"_s, QString()}), (QStringList{u"cat"_s, u"ls"_s, u"verify"_s}));
        QCOMPARE(completed({u"verify"_s, u"--cac"_s}), QStringList{u"--cache"_s});
        QCOMPARE(completed({u"keys"_s, u"--cac"_s}), QStringList{QString()});
        QVERIFY(completed({u"verify"_s, u"--re"_s}).contains(u"--replay"_s));
    }
};

QTEST_GUILESS_MAIN(MainTest)
#include "main_test.moc"
