// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/endpointdesk.h"
#include "github/parsers.h"
#include "support/simulatedservers.h"
#include "ui/trace/bundlepage.h"
#include "ui/trace/endpointpage.h"
#include "ui/trace/evidencepage.h"
#include "ui/trace/factlist.h"
#include "ui/trace/pullpage.h"
#include "ui/trace/stopwatch.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/traceplace.h"
#include "ui/trace/workflowpage.h"
#include "unit/trace/bundlehelp.h"
#include "unit/traceui/sampletraces.h"
#include "watch/pulldesk.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 60000; ///< ms

/// The body of a recorded answer beside the checkout; empty: there is none.
QByteArray sampleBody(const QString &name)
{
    QFile file(QDir(QStringLiteral(NARSCOPE_SHARED_DIR)).filePath(u"samples/github/"_s + name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument(QJsonDocument::fromJson(file.readAll()).object()["body"_L1].toObject()).toJson();
}

trace::Sighting sighting(const QString &subject, const QString &value, qint64 second)
{
    return {.kind = trace::EvidenceKind::ChannelPointer,
        .at = std::chrono::seconds(1763802000 + second),
        .subject = subject,
        .value = value,
        .url = QUrl(u"https://channels.nixos.org/"_s + subject),
        .text = value.toUtf8(),
        .node = u"cache-fra-1-FRA"_s,
        .cache = u"HIT"_s};
}

/// A log of these values, a minute apart.
QString logIn(const QTemporaryDir &folder, const QString &name, const QStringList &values)
{
    const auto file = folder.filePath(name);
    auto log = trace::EvidenceLog::open(file, std::chrono::seconds(1763802000));
    qint64 second = 0;
    for (const auto &value : values)
        (void)(*log)->append(sighting(u"nixos-unstable"_s, value, second += 60));
    return file;
}

QStringList firstColumn(const FactList &list)
{
    QStringList texts;
    for (const auto &row : list.facts().rows())
        texts << row.cells.front().text;
    return texts;
}

} // namespace

/// What stands beside the traces: checks, workflows, the evidence log, hosts, bundles; over the simulated pipeline.
class TracePagesTest : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<test::SimulatedServers> m_pipeline;
    std::unique_ptr<net::Probe> m_probe;
    std::unique_ptr<channels::EndpointDesk> m_endpoints;
    std::unique_ptr<watch::PullDesk> m_pulls;
    std::unique_ptr<TracePlace> m_place;
    QByteArray m_token;

    void showPull(const QByteArray &story)
    {
        m_place->showPull(m_pipeline->pullOf(story));
        QTRY_VERIFY_WITH_TIMEOUT(m_place->pullPage()->isSettled(), patience);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pipeline = std::make_unique<test::SimulatedServers>(m_clock, sim::Config{.seed = 1, .jobs = 500});
        const auto &servers = m_pipeline->servers;
        m_probe = std::make_unique<net::Probe>(m_clock);
        m_endpoints = std::make_unique<channels::EndpointDesk>(*m_pipeline->client, servers, m_clock, *m_probe);
        m_pulls = std::make_unique<watch::PullDesk>(watch::PullDoors{.http = *m_pipeline->client,
            .servers = servers,
            .pools = m_pipeline->pools,
            .clock = m_clock,
            .gitHubToken = [this] { return github::Token(m_token); }});
        m_place = std::make_unique<TracePlace>(nix::TrustPolicy{}, m_clock);
        connect(m_place.get(), &TracePlace::pullShown, m_pulls.get(), &watch::PullDesk::show);
        connect(m_place.get(), &TracePlace::workflowsShown, m_pulls.get(), &watch::PullDesk::showWorkflows);
        connect(m_place.get(), &TracePlace::pullsRefreshed, m_pulls.get(), &watch::PullDesk::refresh);
        connect(m_pulls.get(), &watch::PullDesk::pullTold, m_place.get(), &TracePlace::takePull);
        connect(m_pulls.get(), &watch::PullDesk::workflowsTold, m_place.get(), &TracePlace::takeWorkflows);
        auto *page = m_place->endpoints();
        page->setHostCount(int(channels::EndpointDesk::hostsOf(servers).size()));
        connect(page, &EndpointPage::ordered, m_endpoints.get(), &channels::EndpointDesk::start);
        connect(page, &EndpointPage::cancelled, m_endpoints.get(), &channels::EndpointDesk::cancel);
        connect(m_endpoints.get(), &channels::EndpointDesk::began, page, &EndpointPage::takeBegin);
        connect(m_endpoints.get(), &channels::EndpointDesk::inspected, page, &EndpointPage::takeEndpoint);
        connect(m_endpoints.get(), &channels::EndpointDesk::followed, page, &EndpointPage::takeWay);
        connect(m_endpoints.get(), &channels::EndpointDesk::ended, page, &EndpointPage::takeEnd);
        m_place->resize(1168, 740);
        m_place->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_place.get()));
    }
    void cleanupTestCase()
    {
        m_place.reset();
        m_pulls.reset();
        m_endpoints.reset();
        m_pipeline.reset();
    }

    /// GitHub calls it neutral, and its suite a success; the title says what it is (pull-requests.md A.7).
    void aFailedBuildOfOfBorgIsShownAsFailed()
    {
        const auto checks = github::parseCheckRuns(sampleBody(u"ofborg-check-runs.json"_s));
        if (!checks)
            QSKIP("no samples beside the checkout");
        watch::PullReport report{.checks = *checks};
        const auto rows = checkRows(report, 1763802000);
        const auto failed = std::ranges::find_if(
            rows, [](const FactRow &row) { return row.cells.front().text == "foo on x86_64-linux"_L1; });
        QVERIFY(failed != rows.end());
        QCOMPARE(failed->cells.front().mark, Mark::Failed);
        QCOMPARE(failed->cells[1].text, u"failed (grey at GitHub)"_s);
        QVERIFY(failed->copy.startsWith("https://"_L1));
        const auto detail = checkDetail(report, failed->key, 1763802000);
        QVERIFY(detail.rows.front().text.contains("neutral"_L1));
        QVERIFY(!detail.text.contains("```"_L1));
    }

    void theComparisonBecomesARowForEachAttribute()
    {
        const auto comparison = github::parseEvaluationComparison(sampleBody(u"comparison-changed-paths.json"_s));
        if (!comparison)
            QSKIP("no samples beside the checkout");
        const auto table = watch::changeTable(*comparison);
        QCOMPARE(table.attributes.size(), 13);
        QVERIFY(std::ranges::is_sorted(table.attributes));
        QCOMPARE(table.platforms.size(), 3);
        QCOMPARE(table.platforms[0],
            (watch::PlatformSum{
                u"aarch64-darwin"_s, 0, 9, 1, int(comparison->rebuildsByPlatform[u"aarch64-darwin"_s].size())}));
        const auto barctl = table.attributes.indexOf(u"barctl"_s);
        QCOMPARE(table.cell(barctl, 0).effect, watch::AttributeEffect::None); // not on Darwin
        QCOMPARE(table.cell(barctl, 2).effect, watch::AttributeEffect::Changed);
        const auto removed = table.attributes.indexOf(u"oldtool"_s);
        QCOMPARE(table.effects[size_t(removed)], watch::AttributeEffect::Removed);
        ChangeList list;
        new QAbstractItemModelTester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest, &list);
        list.setTable(std::make_shared<const watch::ChangeTable>(table));
        QCOMPARE(list.rowCount(), 13);
        list.setFilter(u"PKG"_s);
        QCOMPARE(list.rowCount(), 10);
        QCOMPARE(list.attributeAt(0), u"pkg0"_s);
    }

    void aFilterKeepsTheGroupsOfWhatItKeeps()
    {
        const auto row = [](const QString &key, Mark mark, bool isGroup) {
            return FactRow{.key = key, .cells = {{.text = key, .mark = mark, .bold = isGroup}}};
        };
        const FactRows rows{row(u"Lint"_s, Mark::Succeeded, true), row(u"treefmt"_s, Mark::Succeeded, false),
            row(u"Eval"_s, Mark::Failed, true), row(u"x86_64-linux"_s, Mark::Failed, false),
            row(u"aarch64-linux"_s, Mark::Succeeded, false)};
        const auto keys = [&rows](const QString &text, bool onlyOpen) {
            QStringList list;
            for (const auto &one : filteredGroups(rows, text, onlyOpen))
                list << one.key;
            return list;
        };
        QCOMPARE(keys(u"linux"_s, false), QStringList({u"Eval"_s, u"x86_64-linux"_s, u"aarch64-linux"_s}));
        QCOMPARE(keys(u"eval"_s, false), QStringList({u"Eval"_s, u"x86_64-linux"_s, u"aarch64-linux"_s}));
        QCOMPARE(keys({}, true), QStringList({u"Eval"_s, u"x86_64-linux"_s}));
        QCOMPARE(keys(u"nothing"_s, false), QStringList());
    }

    void aPullRequestIsAskedAgainAsOftenAsTheQuotaBears()
    {
        using std::chrono::minutes;
        watch::PullNews news{.report = watch::PullReport{}};
        QCOMPARE(watch::PullDesk::pauseAfter(news, 0), Milliseconds(minutes(15)));
        news.asked.hasToken = true;
        QCOMPARE(watch::PullDesk::pauseAfter(news, 0), Milliseconds(minutes(2)));
        news.report->pull.state = github::PullState::Merged;
        QCOMPARE(watch::PullDesk::pauseAfter(news, 0), std::nullopt);
        news.problem = Problem{.retryHelps = true, .retryAfter = minutes(40)};
        QCOMPARE(watch::PullDesk::pauseAfter(news, 1), Milliseconds(minutes(40)));
        news.problem = Problem{.retryHelps = false};
        QCOMPARE(watch::PullDesk::pauseAfter(news, 1), std::nullopt);
    }

    void aPullRequestShowsItsChecksByGroupAndWithATokenWhatItChanges()
    {
        showPull("merged-to-staging");
        auto &page = *m_place->pullPage();
        QVERIFY(page.news().report->problems.isEmpty());
        const auto groups = firstColumn(*page.checks());
        for (const auto &name :
            {u"Required for the merge"_s, u"Lint"_s, u"Eval"_s, u"Build"_s, u"Bot"_s, u"Workflow runs of this push"_s})
            QVERIFY2(groups.contains(name), qPrintable(name + u" is not among "_s + groups.join(u", "_s)));
        QVERIFY(!page.news().changes);
        m_token = "token";
        QSignalSpy told(m_pulls.get(), &watch::PullDesk::pullTold);
        m_place->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(page.news().changes, patience);
        QVERIFY(page.news().asked.hasToken);
        QTest::keyClick(page.checks(), Qt::Key_2);
        QCOMPARE(page.view(), PullPage::View::Changes);
        QVERIFY(page.changes().rowCount() > 0);
        m_token.clear();
    }

    void escLeavesTheFilterThenThePage()
    {
        auto &page = *m_place->pullPage();
        page.showView(PullPage::View::Checks);
        const auto all = page.checks()->facts().rowCount();
        page.filter()->setText(u"Eval"_s);
        QVERIFY(page.checks()->facts().rowCount() < all);
        QVERIFY(m_place->goBack());
        QCOMPARE(page.checks()->facts().rowCount(), all);
        QVERIFY(m_place->goBack());
        QCOMPARE(m_place->page(), TracePlace::Page::List);
    }

    void backportsAndReviewsAreListed()
    {
        showPull("backport");
        auto &page = *m_place->pullPage();
        QCOMPARE(page.backports()->facts().rowCount(), 1);
        QVERIFY(page.backports()->facts().rows().front().subject);
        QVERIFY(page.reviews()->facts().rowCount() >= page.news().report->opinions.size());
    }

    void whyThereIsNoAnswerIsSaidUntilThereIsOne()
    {
        PullPage page;
        page.begin(PullRequestNr(7));
        page.setNews({.number = PullRequestNr(8), .report = watch::PullReport{}}, 0); // of another one
        QVERIFY(!page.isSettled());
        watch::PullNews news{.number = PullRequestNr(7), .problem = Problem{.sentence = u"GitHub is away."_s}};
        page.setNews(news, 0);
        QCOMPARE(page.sentence()->sentence().what, u"GitHub is away."_s);
        QSignalSpy refreshed(&page, &PullPage::refreshRequested);
        for (auto *button : page.findChildren<QPushButton *>()) {
            if (button->text() == PullPage::tr("Ask again"))
                button->click();
        }
        QVERIFY(!refreshed.isEmpty());
        news.report = watch::PullReport{.pull = {.number = PullRequestNr(7), .title = u"hello: 1 → 2"_s}};
        news.problem.reset();
        page.setNews(news, 0);
        QVERIFY(firstColumn(*page.checks()).contains(u"Required for the merge"_s));
    }

    void workflowsTellTheirLastRuns()
    {
        m_place->showPage(TracePlace::Page::Workflows);
        auto &list = *m_place->workflows()->list();
        QTRY_VERIFY_WITH_TIMEOUT(firstColumn(list).contains(u"bot.yml"_s), patience);
        const auto rows = firstColumn(list);
        QVERIFY(rows.contains(u"periodic-merge-6h.yml"_s));
        QVERIFY(rows.contains(u"Job master → staging-next"_s));
        QVERIFY(std::ranges::any_of(rows, [](const QString &row) { return row.startsWith("Run #"_L1); }));
    }

    void theEvidenceLogIsReadCheckedFilteredAndWatchedAsItGrows()
    {
        QTemporaryDir folder;
        const auto file = logIn(folder, u"mine.jsonl"_s, {u"r1"_s, u"r2"_s, u"r3"_s});
        auto &page = *m_place->evidence();
        new QAbstractItemModelTester(&page.model(), QAbstractItemModelTester::FailureReportingMode::QtTest, &page);
        page.setOwnFile(file);
        m_place->showPage(TracePlace::Page::Evidence);
        QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 4, patience); // with its own beginning
        QCOMPARE(page.sentence()->sentence().mark, Mark::Holds);
        QCOMPARE(page.model().index(0, EvidenceModel::Value).data().toString(), u"r3"_s);
        (void)(*trace::EvidenceLog::open(file, std::chrono::seconds(1763803000)))
            ->append(sighting(u"nixos-unstable"_s, u"r4"_s, 900));
        page.look();
        QTRY_COMPARE_WITH_TIMEOUT(page.model().index(0, EvidenceModel::Value).data().toString(), u"r4"_s, patience);
        page.filter()->setText(u"r2"_s);
        QCOMPARE(page.model().rowCount(), 1);
        page.exportTo(folder.filePath(u"export.jsonl"_s));
        QTRY_VERIFY_WITH_TIMEOUT(!page.isWorking(), patience);
        QFile exported(folder.filePath(u"export.jsonl"_s));
        QVERIFY(exported.open(QIODevice::ReadOnly));
        const auto entry = trace::readEvidenceLine(exported.readAll().chopped(1));
        QVERIFY(entry);
        QCOMPARE(entry->seen.value, u"r2"_s);
        QVERIFY(m_place->goBack()); // out of the filter
        QVERIFY(page.model().rowCount() > 1);
    }

    void anAlteredLogAndAnotherAnswerAreFound()
    {
        QTemporaryDir folder;
        auto &page = *m_place->evidence();
        const auto mine = logIn(folder, u"mine.jsonl"_s, {u"r1"_s, u"r2"_s, u"r3"_s});
        const auto theirs = logIn(folder, u"theirs.jsonl"_s, {u"r1"_s, u"x2"_s, u"r1"_s});
        page.setOwnFile(mine);
        page.openFile(mine);
        QTRY_VERIFY_WITH_TIMEOUT(!page.isWorking() && page.model().book().file == mine, patience);
        page.compareWith(theirs);
        QTRY_VERIFY_WITH_TIMEOUT(!page.isWorking(), patience);
        QCOMPARE(page.sentence()->sentence().mark, Mark::Fails);
        QVERIFY(page.differences()->facts().rowCount() > 0);
        QVERIFY(page.leave());
        QFile file(mine);
        QVERIFY(file.open(QIODevice::ReadWrite));
        auto bytes = file.readAll();
        bytes.replace("\"r2\"", "\"r9\"");
        file.seek(0);
        file.write(bytes);
        file.close();
        page.read();
        QTRY_COMPARE_WITH_TIMEOUT(page.sentence()->sentence().mark, Mark::Fails, patience);
    }

    void hostsAreLookedAtWhenWantedAndOnlyThen()
    {
        auto &page = *m_place->endpoints();
        m_place->showPage(TracePlace::Page::Endpoints);
        QVERIFY(page.seen().hosts.isEmpty());
        QSignalSpy ordered(&page, &EndpointPage::ordered);
        QTest::mouseClick(page.lookButton(), Qt::LeftButton);
        QCOMPARE(ordered.size(), 1);
        QVERIFY(page.stopButton()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!page.seen().isRunning, patience);
        QCOMPARE(page.seen().seen.size(), page.seen().hosts.size());
        QVERIFY(page.seen().way.size() >= 2); // channel, then its release
        page.list()->setCurrentKey(wayKey);
        QVERIFY(page.detail()->rows().size() >= 2);
    }

    void aStoppedLookTakesNothingMore()
    {
        auto &page = *m_place->endpoints();
        page.look();
        page.stop();
        const auto before = page.seen().seen.size();
        QVERIFY(!page.seen().isRunning && page.seen().isStopped);
        page.takeEndpoint(1, channels::Endpoint{.host = u"cache.nixos.org"_s});
        QCOMPARE(page.seen().seen.size(), before);
    }

    void aKeyThatLosesItsTrustCountsNoMoreInTheBundleThatIsShown()
    {
        const auto cache = test::keyOf("test-cache-1");
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"trace.intoto.jsonl"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(*trace::writeBundle(
            test::traceOf(cache), test::keyOf("me-1"), test::policyOf(cache), test::now, u"0.1.0"_s));
        file.close();
        const auto shown = [this] {
            QStringList texts;
            for (const auto &row : m_place->bundle()->list()->facts().rows()) {
                for (const auto &cell : row.cells)
                    texts << cell.text;
            }
            return texts;
        };
        m_place->setPolicy(test::policyOf(cache));
        m_place->takeFiles({file.fileName()});
        QTRY_VERIFY_WITH_TIMEOUT(!m_place->bundle()->isWorking(), patience);
        const auto trusted = shown();
        QVERIFY(!trusted.isEmpty());
        m_place->setPolicy({});
        QTRY_VERIFY_WITH_TIMEOUT(!m_place->bundle()->isWorking(), patience);
        QVERIFY2(shown() != trusted, qPrintable(trusted.join(u'\n')));
    }

    void droppedFilesGoWhereTheyBelong()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"trace.intoto.jsonl"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{}\n");
        file.close();
        m_place->takeFiles({file.fileName()});
        QCOMPARE(m_place->page(), TracePlace::Page::Bundle);
        QTRY_VERIFY_WITH_TIMEOUT(!m_place->bundle()->isWorking(), patience);
        QCOMPARE(m_place->bundle()->sentence()->sentence().mark, Mark::Fails);
        QSignalSpy ordered(m_place.get(), &TracePlace::ordered);
        m_place->takeFiles({folder.filePath(u"a.narinfo"_s)});
        QCOMPARE(ordered.size(), 1);
        QCOMPARE(ordered.front().front().value<trace::Order>().text, folder.filePath(u"a.narinfo"_s));
        m_place->goBack();
    }

    void eachStopThatCanStillBeReachedCanBeWatched()
    {
        const auto landed = watchChoices(test::landedTrace());
        const auto isFor = [](const QString &branch) {
            return [branch](const WatchChoice &choice) { return choice.target.branch == branch; };
        };
        QVERIFY(std::ranges::any_of(landed, isFor(u"nixos-unstable"_s)));
        QVERIFY(std::ranges::none_of(landed, isFor(u"nixpkgs-unstable"_s))); // it is there already
        const auto open = watchChoices(test::openTrace());
        QVERIFY(!open.isEmpty() && !open.front().isStop);
        const auto target = std::ranges::find_if(landed, isFor(u"nixos-unstable"_s))->target;
        QCOMPARE(*watch::readTarget(target.text(), {}), target);
        QVERIFY(!watch::readTarget(u"pr:NixOS/nixpkgs#12@"_s, {}));
    }

    void theListShowsOnlyWatchedOrOneBranch()
    {
        TracePlace place({}, m_clock);
        auto &model = place.traces();
        const auto entry = [](qint64 number, const QString &base) {
            return TraceEntry{.summary = {.subject = Subject::ofPullRequest(PullRequestNr(number)),
                                  .id = QString::number(number),
                                  .base = base}};
        };
        model.put(entry(1, u"master"_s));
        model.put(entry(2, u"staging"_s));
        place.setWatchList(
            {.rules = {{.target = {.kind = watch::WatchKind::PullRequest, .name = Subject::nixpkgs(), .number = 2}}}});
        QCOMPARE(place.listPage()->base()->count(), 3);
        place.listPage()->base()->setCurrentText(u"master"_s);
        QCOMPARE(model.rowCount(), 2); // its group's line, and it
        place.listPage()->base()->setCurrentIndex(0);
        place.listPage()->watched()->setChecked(true);
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.rowOf(keyOf(entry(2, {}).summary)) >= 0);
    }
};

QTEST_MAIN(TracePagesTest)
#include "tracepages_test.moc"
