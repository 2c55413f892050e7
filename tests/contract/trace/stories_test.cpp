// SPDX-License-Identifier: GPL-3.0-or-later
#include "tracedpipeline.h"

#include <QTest>

using namespace narscope;
using namespace narscope::test;
using namespace Qt::StringLiterals;

class TraceStoriesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TracedPipeline> m_pipeline;

private Q_SLOTS:
    void initTestCase() { m_pipeline = std::make_unique<TracedPipeline>(); }
    void cleanupTestCase() { m_pipeline.reset(); }

    void explore_data()
    {
        QTest::addColumn<QByteArray>("story");
        for (const char *name : {"merged-to-staging", "merged-to-master", "release-branch", "backport", "unmerged", "reverted", "job-missing", "failed-constituent", "wrong-nar"})
            QTest::newRow(name) << QByteArray(name);
    }
    void explore()
    {
        QFETCH(QByteArray, story);
        const auto trace = m_pipeline->traceStory(story);
        qInfo().noquote() << '\n' << printed(trace, m_pipeline->clock().nowSeconds());
        const auto again = m_pipeline->refresh(trace.run);
        for (const auto &spent : again.spent)
            qInfo() << "refresh" << spent.host << spent.lastRound;
    }
};

QTEST_GUILESS_MAIN(TraceStoriesTest)
#include "stories_test.moc"
