// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/history.h"
#include "support/flow.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace narscope;
using namespace narscope::history;
using namespace Qt::StringLiterals;

namespace {

constexpr int kills = 100;

/// Starts the writer, kills it after so many commits, and returns the last one that it told of; 0 for none.
qint64 writeAndKill(const QString &folder, qint64 first, int commits, QByteArray &complaints)
{
    QProcess writer;
    writer.start(QStringLiteral(NARSCOPE_HISTORY_WRITER), {folder, QString::number(first)});
    qint64 told = 0;
    if (!writer.waitForStarted())
        return -1;
    while (commits > 0 && writer.waitForReadyRead(10000)) {
        while (writer.canReadLine() && commits-- > 0)
            told = writer.readLine().trimmed().toLongLong();
    }
    writer.kill();
    writer.waitForFinished();
    for (const auto lines = writer.readAllStandardOutput().split('\n');
        const auto &line : lines.first(lines.size() - 1))
        told = std::max(told, line.toLongLong());
    complaints += writer.readAllStandardError();
    return told;
}

} // namespace

class KillTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aKilledWriterLosesNothingThatWasCommitted()
    {
        const QTemporaryDir folder;
        std::minstd_rand random(4711);
        SystemClock clock;
        Pools pools;
        QByteArray complaints;
        qint64 committed = 0;
        for (int kill = 0; kill < kills; ++kill) {
            const int commits = std::uniform_int_distribution<int>(0, 25)(random);
            const auto told = writeAndKill(folder.path(), committed + 1, commits, complaints);
            QVERIFY(told >= 0);
            committed = std::max(committed, told);

            History history(folder.path(), clock, pools);
            QStringList problems;
            connect(
                &history, &History::troubled, &history, [&](const Problem &problem) { problems << problem.sentence; });
            const auto last = test::waitFor(history.mark(u"last"_s, u"written"_s));
            QVERIFY2(last.has_value(), qPrintable(last ? QString() : describe(last.error())));
            const auto found = *last ? (*last)->value.toLongLong() : 0;
            QVERIFY2(
                found >= committed, qPrintable(u"kill %1: told %2, found %3"_s.arg(kill).arg(committed).arg(found)));
            if (committed > 0)
                QVERIFY(test::waitFor(history.build(u"h"_s, BuildId(committed)))->has_value());
            QCOMPARE(problems, QStringList());
            committed = found; // committed, but killed before it could be told
        }
        QCOMPARE(complaints, QByteArray());
        QVERIFY(committed > kills);
    }
};

QTEST_GUILESS_MAIN(KillTest)
#include "kill_test.moc"
