// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/document.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

constexpr int patience = 60000; ///< ms: work on logs stands back behind whatever else the machine does

class DocumentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesPhasesAndMatchesArriveAndFollowTheLog()
    {
        QThreadPool pool;
        QTemporaryDir folder;
        const auto spool = *Spool::create(folder.path(), 100 << 20);
        QVERIFY(spool->append("Running phase: buildPhase\n" + QByteArray("ok\nhit one\n").repeated(200'000)));
        Document document(spool, pool);
        document.search(Query::of({.text = u"hit"_s}), Line(0));
        QTRY_COMPARE_WITH_TIMEOUT(document.findings().size(), 200'000, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!document.isSearching(), patience);
        QCOMPARE(document.state()->index.lineCount(), 400'001);
        QCOMPARE(document.state()->phases.size(), 1u);

        // Half a line, then its end: one match, counted once.
        QVERIFY(spool->append("another h"));
        document.grow();
        QTRY_COMPARE_WITH_TIMEOUT(document.state()->index.lineCount(), 400'002, patience);
        QVERIFY(spool->append("it here\nRunning phase: installPhase\n"));
        document.complete();
        QTRY_VERIFY_WITH_TIMEOUT(document.state()->isComplete, patience);
        QTRY_COMPARE_WITH_TIMEOUT(document.findings().size(), 200'001, patience);
        QVERIFY(document.findings().contains(Line(400'001)));
        QCOMPARE(document.state()->phases.back().name, u"installPhase"_s);
    }

    void aNewQueryReplacesTheOldOne()
    {
        QThreadPool pool;
        const auto bytes = std::make_shared<MemoryBytes>(QByteArray("alpha\nbeta\n").repeated(1'000'000));
        Document document(bytes, pool);
        QTRY_COMPARE_WITH_TIMEOUT(document.state()->index.lineCount(), 2'000'000, patience);
        document.search(Query::of({.text = u"a"_s}), Line(0));
        document.search(Query::of({.text = u"alph"_s}), Line(0));
        document.search(Query::of({.text = u"beta"_s, .isRegex = true}), Line(1'999'999));
        QTRY_VERIFY_WITH_TIMEOUT(!document.isSearching(), patience);
        QCOMPARE(document.findings().size(), 1'000'000);
        QCOMPARE(document.findings().at(0).value, 1);
        document.search({}, Line(0));
        QCOMPARE(document.findings().size(), 0);
    }

    void aWrongPatternIsReportedAndTheNextOneWorks()
    {
        QThreadPool pool;
        Document document(std::make_shared<MemoryBytes>("(a\n"_ba), pool);
        QSignalSpy failed(&document, &Document::searchFailed);
        // The listener starts the next search at once, from inside the report.
        connect(&document, &Document::searchFailed, &document,
            [&document] { document.search(Query::of({.text = u"(a"_s}), Line(0)); });
        document.search(Query::of({.text = u"(a"_s, .isRegex = true}), Line(0));
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patience);
        QTRY_COMPARE_WITH_TIMEOUT(document.findings().size(), 1, patience);
    }

    void deathWhileSearchingIsNoDanger()
    {
        QThreadPool pool;
        const auto bytes = std::make_shared<MemoryBytes>(QByteArray("alpha\nbeta\n").repeated(2'000'000));
        for (int i = 0; i < 10; ++i) {
            Document document(bytes, pool);
            document.search(Query::of({.text = u"bet.*"_s, .isRegex = true}), Line(0));
            QCoreApplication::processEvents(QEventLoop::AllEvents, i);
        }
        pool.waitForDone();
        QCoreApplication::processEvents();
    }
};

QTEST_GUILESS_MAIN(DocumentTest)
#include "document_test.moc"
