// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/archive.h"

#include "log/archivesearch.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

ArchivedLog entry(qint64 build, qint64 stoppedAt = 1763700000)
{
    ArchivedLog log;
    log.title = u"hello-2.12.2"_s;
    log.system = u"x86_64-linux"_s;
    log.server = u"hydra"_s;
    log.source = u"hydra.nixos.org"_s;
    log.build = BuildId(build);
    log.state = hydra::BuildState::Failed;
    log.stoppedAt = stoppedAt;
    log.keptAt = stoppedAt + 60;
    return log;
}

QByteArray noise(quint32 seed, int size)
{
    QRandomGenerator random(seed);
    QByteArray text;
    while (text.size() < size)
        text += QByteArray::number(random.generate64(), 16) + '\n';
    return text;
}

QStringList objects(const QString &folder)
{
    QStringList names;
    QDirIterator it(folder + u"/objects"_s, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        names << it.next();
    return names;
}

QByteArray read(const Archive &archive, const QByteArray &digest, const QString &folder)
{
    const auto bytes = archive.open(digest, folder);
    return bytes ? *(*bytes)->read(Offset(0), 64 << 20) : QByteArray("cannot be read");
}

} // namespace

class ArchiveTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsKeptComesBackAsItWasAndEachContentIsThereOnce()
    {
        QTemporaryDir folder;
        Archive archive(folder.filePath(u"a"_s), archiveLimit);
        const auto text = "same line\n"_ba.repeated(200000) + QByteArray("\0\xff\x1b[31m", 7);
        const auto kept = archive.keep(MemoryBytes(text), entry(1));
        QVERIFY(kept);
        QCOMPARE(kept->digest, QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
        QCOMPARE(kept->size, text.size());
        QVERIFY(kept->packed < text.size() / 300);
        QVERIFY(archive.keep(MemoryBytes(text), entry(2)));
        QVERIFY(archive.keep(MemoryBytes(text), entry(2))); // the same attempt again
        QCOMPARE(objects(folder.filePath(u"a"_s)).size(), 1);
        // Another program sees the same.
        const Archive later(folder.filePath(u"a"_s), archiveLimit);
        const auto logs = later.logs();
        QCOMPARE(logs.size(), 2);
        QCOMPARE(logs.back(), *kept);
        QVERIFY(read(later, kept->digest, folder.path()) == text);
        QCOMPARE(read(*std::make_unique<Archive>(folder.filePath(u"a"_s), archiveLimit),
                     archive.keep(MemoryBytes({}), entry(3))->digest, folder.path()),
            QByteArray());
    }

    void whatTheToolUnpacksIsTheLog()
    {
        QTemporaryDir folder;
        Archive archive(folder.path(), archiveLimit);
        const auto text = noise(1, 3000000);
        QVERIFY(archive.keep(MemoryBytes(text), entry(1)));
        QProcess process;
        process.start(u"zstd"_s, {u"-dcq"_s, objects(folder.path()).front()});
        if (!process.waitForStarted())
            QSKIP("zstd is not installed");
        QVERIFY(process.waitForFinished());
        QVERIFY(process.readAllStandardOutput() == text);
    }

    void bothAttemptsOfABuildAreKept()
    {
        QTemporaryDir folder;
        Archive archive(folder.path(), archiveLimit);
        QVERIFY(archive.keep(MemoryBytes("first\n"), entry(1, 1000)));
        QVERIFY(archive.keep(MemoryBytes("second\n"), entry(1, 2000)));
        const auto logs = archive.logs();
        QCOMPARE(logs.size(), 2);
        QCOMPARE(read(archive, logs.front().digest, folder.path()), "second\n"_ba);
        QVERIFY(logs.front().isOfSame(logs.back()));
    }

    void aHalfLineOfACrashTakesNothingWithIt()
    {
        QTemporaryDir folder;
        Archive archive(folder.path(), archiveLimit);
        QVERIFY(archive.keep(MemoryBytes("one\n"), entry(1)));
        QFile index(folder.filePath(u"index.jsonl"_s));
        QVERIFY(index.open(QIODevice::ReadWrite));
        const auto whole = index.readAll();
        index.seek(index.size());
        index.write(whole.first(whole.size() / 2));
        index.close();
        QVERIFY(archive.keep(MemoryBytes("two\n"), entry(2)));
        QCOMPARE(archive.logs().size(), 2);
    }

    void theOldestGoWhenThereIsNoRoomAndTheNewestStays()
    {
        QTemporaryDir folder;
        Archive archive(folder.path(), 1000000);
        for (quint32 i = 1; i <= 8; ++i)
            QVERIFY(archive.keep(MemoryBytes(noise(i, 400000)), entry(i, 1000 + i)));
        const auto logs = archive.logs();
        qint64 sum = 0;
        for (const auto &log : logs)
            sum += log.packed;
        QVERIFY(sum <= 1000000);
        QVERIFY(logs.size() >= 2 && logs.size() < 8);
        QCOMPARE(logs.front().build, BuildId(8));
        QCOMPARE(objects(folder.path()).size(), logs.size());
        QVERIFY(read(archive, logs.back().digest, folder.path()) == noise(quint32(logs.back().build.value), 400000));
        QVERIFY(archive.keep(MemoryBytes(noise(99, 5000000)), entry(99)));
        QCOMPARE(archive.logs().size(), 1); // larger than all the room: still kept, alone
    }

    void aDamagedFileIsNoLog()
    {
        QTemporaryDir folder;
        Archive archive(folder.path(), archiveLimit);
        const auto kept = *archive.keep(MemoryBytes(noise(1, 400000)), entry(1));
        QFile object(objects(folder.path()).front());
        QVERIFY(object.open(QIODevice::ReadWrite));
        object.seek(object.size() / 2);
        object.write("damage");
        object.close();
        const auto opened = archive.open(kept.digest, folder.path());
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ProblemKind::Malformed);
        QCOMPARE(archive.open(QByteArray(64, 'a'), folder.path()).error().kind, ProblemKind::NotFound);
        QCOMPARE(archive.open("../../etc/passwd", folder.path()).error().kind, ProblemKind::Usage);
    }

    void theSameFailureIsFoundInOtherJobsOnly()
    {
        auto mine = entry(1);
        mine.fingerprint = "compiler:x was not declared";
        auto retry = mine;
        retry.stoppedAt = 5;
        auto other = mine;
        other.build = BuildId(2);
        auto otherRetry = other;
        otherRetry.stoppedAt = 7;
        auto different = mine;
        different.build = BuildId(3);
        different.fingerprint = "linker:y";
        QCOMPARE(sameFailure(mine, {different, other, otherRetry, retry, mine}), QList<ArchivedLog>{other});
        mine.fingerprint.clear();
        different.fingerprint.clear();
        QCOMPARE(sameFailure(mine, {different}), QList<ArchivedLog>{});
    }

    void linesAreFoundInArchivedLogsAsTheyAreSeen()
    {
        QTemporaryDir folder;
        Archive archive(folder.path(), archiveLimit);
        const auto kept = *archive.keep(MemoryBytes("ok\n\x1b[1merr\x1b[mor: no\nok\n"), entry(1));
        const auto found = searchArchived(archive, kept, Query::of({.text = u"error"_s}), folder.path(), nullptr);
        QCOMPARE(found.matches, 1);
        QCOMPARE(found.lines, (QList<FoundLine>{{Line(1), u"error: no"_s}}));
        QCOMPARE(found.log, kept);
        const auto bad
            = searchArchived(archive, kept, Query::of({.text = u"a(b"_s, .isRegex = true}), folder.path(), nullptr);
        QVERIFY(bad.problem && bad.problem->kind == ProblemKind::Usage);
    }

    void anyLineIsReadOrPassedOver()
    {
        QVERIFY(!readArchived(""));
        QVERIFY(!readArchived("{}"));
        QVERIFY(!readArchived("[1,2"));
        QVERIFY(!readArchived("{\"digest\":\"short\"}"));
        auto full = entry(12);
        full.digest = QByteArray(64, 'a');
        full.step = StepNr(4);
        full.derivation = u"x.drv"_s;
        full.fingerprint = "compiler:\"x\" \xc3\xbc";
        full.cause = u"was not\ndeclared"_s;
        full.causeLine = 0;
        full.size = 5;
        QCOMPARE(readArchived(writeArchived(full)), std::optional(full));
        QVERIFY(!writeArchived(full).contains('\n'));
    }
};

QTEST_GUILESS_MAIN(ArchiveTest)
#include "archive_test.moc"
