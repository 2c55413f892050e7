// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/excerpt.h"

#include "support/fakehttp.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

const QByteArray drv = "0h2ggpsd7ykj9rkkbqvk07kdrr9a9r5p-openssh-10.3p1.drv";
const QString server = u"https://hydra.example.org"_s;
const QString logUrl = server + u"/log/"_s + QString::fromLatin1(drv);
const QString endUrl = logUrl + u"?tail=200"_s;
const QString cacheUrl = u"https://cache.example.org/log/"_s + QString::fromLatin1(drv);

const QByteArray failedPatch = "Running phase: patchPhase\n"
                               "applying patch gssapi.patch\n"
                               "patching file sshconnect2.c\n"
                               "patching file sshkey.c\n"
                               "\x1b[31mHunk #2 FAILED\x1b[0m at 118.\n"
                               "1 out of 6 hunks FAILED -- saving rejects to file sshkey.c.rej\n";

QStringList textsOf(const LogExcerpt &excerpt)
{
    QStringList texts;
    for (const auto &line : excerpt.lines)
        texts << line.text;
    return texts;
}

} // namespace

class ExcerptTest : public QObject {
    Q_OBJECT

    struct Desk {
        test::FakeHttp http;
        Pools pools;
        QTemporaryDir folder;
        net::Servers servers{
            {.id = u"hydra"_s, .kind = net::ServerKind::Hydra, .name = u"hydra"_s, .url = QUrl(server), .policy = {}},
            {.id = u"cache"_s,
                .kind = net::ServerKind::Cache,
                .name = u"cache"_s,
                .url = QUrl(u"https://cache.example.org"_s),
                .policy = {}}};
        hydra::Client hydra{http, servers.front(), pools};
        std::shared_ptr<Archive> archive = std::make_shared<Archive>(folder.filePath(u"archive"_s), archiveLimit);
        ExcerptDesk desk{{&hydra}, servers, http, pools, folder.filePath(u"spool"_s), archive};
        QSignalSpy told{&desk, &ExcerptDesk::told};
        QSignalSpy failed{&desk, &ExcerptDesk::failed};

        Desk()
        {
            http.answer(server + u"/build/7/api/get-info"_s,
                "{\"buildId\":7,\"drvPath\":\"/nix/store/" + drv + "\",\"outPath\":\"/nix/store/" + drv.chopped(4)
                    + "\"}");
        }
        [[nodiscard]] std::optional<LogExcerpt> excerpt() const
        {
            return told.isEmpty() ? std::nullopt : told.back().at(1).value<std::optional<LogExcerpt>>();
        }
    };
    const ExcerptOrder order{.run = 3, .server = u"hydra"_s, .build = BuildId(7), .step = {}, .stoppedAt = 1000};

private Q_SLOTS:
    void theCauseComesWithTheLinesBeforeItAsTheyAreSeen()
    {
        const auto excerpt = excerptOf(MemoryBytes(failedPatch), false);
        QVERIFY(excerpt && *excerpt);
        QCOMPARE(textsOf(**excerpt),
            (QStringList{u"applying patch gssapi.patch"_s, u"patching file sshconnect2.c"_s,
                u"patching file sshkey.c"_s, u"Hunk #2 FAILED at 118."_s}));
        QCOMPARE((*excerpt)->phase, u"patchPhase"_s);
        QCOMPARE((*excerpt)->lines.back().number, Line(4));
        QCOMPARE((*excerpt)->lineCount, 6);
        const auto fine = excerptOf(MemoryBytes("all is well\n"), false);
        QVERIFY(fine && !*fine);
    }

    void anEndlessLineIsCut()
    {
        const auto excerpt = excerptOf(MemoryBytes("error: " + QByteArray(1 << 20, 'x') + '\n'), false);
        QVERIFY(excerpt && *excerpt);
        QCOMPARE((*excerpt)->lines.back().text.size(), maxExcerptText + 1);
    }

    void onlyTheEndOfALogIsAskedOfHydra()
    {
        Desk all;
        all.http.answer(endUrl, QByteArray(QByteArray("line\n").repeated(194) + failedPatch));
        all.desk.ask(order);
        QTRY_COMPARE(all.told.size(), 1);
        QVERIFY(all.excerpt());
        QVERIFY(all.excerpt()->isEnd);
        QVERIFY(!all.excerpt()->lines.back().number);
        QVERIFY(!all.http.urls().contains(logUrl));
        QCOMPARE(all.told.back().at(0).toULongLong(), 3u);
    }

    void aCachesWholeLogTellsItsLineNumbers()
    {
        Desk all;
        all.http.answer(cacheUrl, failedPatch);
        all.desk.ask(order);
        QTRY_COMPARE(all.told.size(), 1);
        QVERIFY(all.excerpt() && !all.excerpt()->isEnd);
        QCOMPARE(all.excerpt()->source, u"cache"_s);
    }

    void whatTheArchiveHasOfThisAttemptCostsNoRequest()
    {
        Desk all;
        ArchivedLog entry{.digest = {}, .server = u"hydra"_s, .build = BuildId(7), .stoppedAt = 1000};
        QVERIFY(all.archive->keep(MemoryBytes(failedPatch), entry));
        all.desk.ask(order);
        QTRY_COMPARE(all.told.size(), 1);
        QVERIFY(all.excerpt());
        QVERIFY(all.http.urls().isEmpty());
        auto retried = order;
        retried.stoppedAt = 2000;
        all.http.answer(endUrl, "error: something else\n");
        all.desk.ask(retried);
        QTRY_COMPARE(all.told.size(), 2);
        QCOMPARE(all.excerpt()->lines.back().text, u"error: something else"_s);
    }

    void whoHasNoLogIsTold()
    {
        Desk all;
        all.desk.ask(order);
        QTRY_COMPARE(all.failed.size(), 1);
        QCOMPARE(all.failed.back().at(1).value<Problem>().kind, ProblemKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(ExcerptTest)
#include "excerpt_test.moc"
