// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/fetch.h"

#include "support/fakehttp.h"
#include "support/flow.h"

#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

class FetchTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// What the real tools packed, in the pieces that a network gives.
    void packedLogsAreUnpackedAsTheyArrive_data()
    {
        QTest::addColumn<QString>("tool");
        for (const auto *tool : {"xz", "zstd", "bzip2", "gzip", "lz4"})
            QTest::newRow(tool) << QString::fromLatin1(tool);
    }
    void packedLogsAreUnpackedAsTheyArrive()
    {
        QFETCH(QString, tool);
        QByteArray log;
        for (int i = 0; i < 30'000; ++i)
            log += "line " + QByteArray::number(i * 7919) + '\n';
        QProcess process;
        process.start(tool, {u"-c"_s});
        if (!process.waitForStarted())
            QSKIP(qPrintable(tool + u" is not installed"_s));
        process.write(log);
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished());
        const auto packed = process.readAllStandardOutput();
        QVERIFY(packed.size() < log.size());

        QTemporaryDir folder;
        const auto spool = *Spool::create(folder.path(), maxLogSize);
        LogUnpacker unpacker(spool);
        QVERIFY(unpacker.feed(packed.first(3)));
        for (qsizetype at = 3; at < packed.size(); at += 1000)
            QVERIFY(unpacker.feed(packed.mid(at, 1000)));
        QVERIFY(unpacker.finish());
        QCOMPARE(*spool->read(Offset(0), log.size() + 1), log);
    }

    /// The bytes by the Unicode standard: U+FEFF, then «foo é», U+1F600 as two surrogates, and a line end.
    void textInUtf16IsReadAsUtf8_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("little endian") << QByteArray::fromHex("fffe66006f006f002000e9003dd800de0a00");
        QTest::newRow("big endian") << QByteArray::fromHex("feff0066006f006f002000e9d83dde00000a");
    }
    void textInUtf16IsReadAsUtf8()
    {
        QFETCH(QByteArray, bytes);
        const auto expected = "foo \xc3\xa9\xf0\x9f\x98\x80\n"_ba;
        QTemporaryDir folder;
        const auto spool = *Spool::create(folder.path(), maxLogSize);
        LogUnpacker unpacker(spool);
        for (const auto byte : bytes)
            QVERIFY(unpacker.feed(QByteArrayView(&byte, 1)));
        QVERIFY(unpacker.finish());
        QCOMPARE(*spool->read(Offset(0), 100), expected);
        QFile file(folder.filePath(u"log"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        const auto opened = openLogFile(file.fileName(), folder.path(), maxLogSize);
        QVERIFY(opened);
        QCOMPARE(*opened->bytes->read(Offset(0), 100), expected);
    }

    void ofADamagedFileIsReadWhatCanBeUnpacked_data()
    {
        QTest::addColumn<nix::Compression>("packing");
        QTest::newRow("xz") << nix::Compression::Xz;
        QTest::newRow("zstd") << nix::Compression::Zstd;
    }
    void ofADamagedFileIsReadWhatCanBeUnpacked()
    {
        QFETCH(nix::Compression, packing);
        QByteArray text; // what does not pack well
        for (QRandomGenerator random(3); text.size() < 600000;)
            text += QByteArray::number(random.generate64()) + '\n';
        const auto packed = *nix::compress(text, packing);
        QTemporaryDir folder;
        const auto opened = [&](const QByteArray &bytes) {
            QFile file(folder.filePath(u"log"_s));
            return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.flush()
                ? openLogFile(file.fileName(), folder.path(), maxLogSize)
                : problem(ProblemKind::Io, {});
        };
        QCOMPARE(opened(packed)->cut, std::optional<Problem>());
        for (const auto &damaged : {packed.first(packed.size() / 2), packed.first(packed.size() - 1),
                 packed.first(packed.size() / 2) + QByteArray(1000, 'x') + packed.last(packed.size() / 3)}) {
            const auto log = opened(damaged);
            QVERIFY(log);
            QVERIFY(log->cut);
            QCOMPARE(log->cut->kind, ProblemKind::Malformed);
            QVERIFY(log->cut->where.contains(folder.path()));
            // What a codec makes of damaged bytes before it notices comes too.
            constexpr qint64 sound = 100000;
            QVERIFY(log->bytes->size() > sound);
            QVERIFY(text.startsWith(*log->bytes->read(Offset(0), sound)));
        }
        // Nothing of it can be had.
        QVERIFY(!opened(packed.first(20)));
    }

    void plainAndTinyLogsStayAsTheyAre()
    {
        QTemporaryDir folder;
        for (const auto &log :
            {""_ba, "x"_ba, "a longer line than the first bytes\n"_ba, QByteArray("\0\xff nul", 6)}) {
            const auto spool = *Spool::create(folder.path(), maxLogSize);
            LogUnpacker unpacker(spool);
            QVERIFY(unpacker.feed(log));
            QVERIFY(unpacker.finish());
            QCOMPARE(*spool->read(Offset(0), 1000), log);
        }
    }

    void theSpoolsReasonIsTheOneGiven()
    {
        QTemporaryDir folder;
        const auto spool = *Spool::create(folder.path(), 20);
        LogUnpacker unpacker(spool);
        const auto fed = unpacker.feed(QByteArray(100, 'x'));
        QVERIFY(!fed);
        QCOMPARE(fed.error().kind, ProblemKind::TooLarge);
        QCOMPARE(spool->size(), 20);
    }

    void whenOnePlaceCannotBeAskedTheOthersStillAre()
    {
        test::FakeHttp http;
        const QTemporaryDir folder;
        const LogSource hydra{.name = u"hydra"_s, .url = QUrl(u"https://hydra.example.org/log/x.drv"_s)};
        const LogSource cache{.name = u"cache"_s, .url = QUrl(u"https://cache.example.org/log/x.drv"_s)};
        http.fail(hydra.url.toString(), {.kind = ProblemKind::ServerError, .sentence = u"It is down."_s});
        const auto fetched = [&](const std::shared_ptr<Spool> &spool) {
            LogFetch order{.sources = {hydra, cache}, .spool = spool, .why = u"test"_s};
            return test::waitFor(fetchLog(http, order));
        };
        // Neither has it, but one of them might: what is wrong there is told.
        const auto nothing = fetched(*Spool::create(folder.path(), maxLogSize));
        QVERIFY(!nothing);
        QCOMPARE(nothing.error().kind, ProblemKind::ServerError);
        http.answer(cache.url.toString(), "the whole log\n");
        const auto spool = *Spool::create(folder.path(), maxLogSize);
        const auto found = fetched(spool);
        QVERIFY(found);
        QCOMPARE(*found, cache);
        QCOMPARE(*spool->read(Offset(0), 1000), "the whole log\n"_ba);
    }

    void tailsAreSplicedWithoutLosingOrDoublingALine()
    {
        QRandomGenerator random(2);
        QByteArray log;
        for (int i = 0; i < 4000; ++i)
            log += (random.bounded(3) ? "same line\n"_ba : "line " + QByteArray::number(i) + '\n');
        // As a server gives it: at each look the log is longer, and only its last 300 lines are asked for.
        QByteArray known;
        for (qsizetype size = 2000; known.size() < log.size(); size += random.bounded(1500)) {
            const auto now = QByteArrayView(log).first(qMin(size, log.size()));
            auto begin = now.size();
            for (int lines = 0; begin > 0 && lines < 300; ++lines)
                begin = now.first(begin - 1).lastIndexOf('\n') + 1;
            const auto more = splice(QByteArrayView(known).last(qMin(known.size(), spliceWindow)), now.sliced(begin));
            known += more ? more->toByteArray() : now.sliced(known.size()).toByteArray();
            QVERIFY(log.startsWith(known));
        }
        QCOMPARE(known, log);
        QVERIFY(!splice("one\ntwo\n", "three\nfour\n"));
        // Between the two a thousand lines are missing, though half a line agrees.
        QVERIFY(!splice(QByteArray("some line\n").repeated(100) + "lin", QByteArray("line of later\n").repeated(100)));
        QCOMPARE(splice("one\nhalf a li", "one\nhalf a line\n"), QByteArrayView("ne\n"));
    }
};

QTEST_GUILESS_MAIN(FetchTest)
#include "fetch_test.moc"
