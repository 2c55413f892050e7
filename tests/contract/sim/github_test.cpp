// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline.h"
#include "sim/githubjson.h"
#include "support/jsonshape.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;

// GitHub and OfBorg as the simulator plays them, held to the samples of real answers and to what the world
// holds.

namespace {

const QByteArray repository = "/repos/NixOS/nixpkgs";

QJsonValue sample(const char *file)
{
    return sampleBody(
        QStringLiteral(NARSCOPE_SHARED_DIR) + u"/samples/github/"_s + QLatin1StringView(file) + u".json"_s);
}

QJsonValue jsonOf(const sim::HttpAnswer &answer)
{
    const QJsonDocument document = QJsonDocument::fromJson(answer.body);
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

QByteArray header(const sim::HttpAnswer &answer, const QByteArray &name)
{
    for (const auto &[key, value] : answer.headers) {
        if (key == name)
            return value;
    }
    return {};
}

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

} // namespace

class GitHubTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersHaveTheKeysAndTypesOfTheSamples_data();
    void answersHaveTheKeysAndTypesOfTheSamples();
    void mergedAndOpenPullRequestsSayWhatTheyAre();
    void compareTellsWhetherABranchHasACommit();
    void checkRunsShowFailuresOfOfBorgAsNeutral();
    void aCommitLeadsToItsPullRequest();
    void longListsComeInPages();
    void withoutATokenSixtyRequestsAnHourAreAllowed();
    void anUnchangedAnswerCostsNothingWithAToken();
    void attemptsOfOfBorgHaveTheKeysOfTheSample();
    void ofBorgsErrorsArePlainText();
    void aGrowingLogCanBeReadFromAByteOn();

private:
    [[nodiscard]] const sim::PullRequest *pull(sim::PullRequestState state) const;
    [[nodiscard]] sim::HttpAnswer get(const QByteArray &path);
    /// A pull request with an attempt of OfBorg's that has ended.
    [[nodiscard]] std::pair<const sim::PullRequest *, sim::Check> attempt() const;
    Pipeline m_pipeline;
    sim::World &m_world = m_pipeline.world;
};

const sim::PullRequest *GitHubTest::pull(sim::PullRequestState state) const
{
    for (const auto &[number, pull] : m_world.source().pullRequests()) {
        if (pull.state == state && !pull.reviews.isEmpty() && !m_world.checks(pull).empty())
            return &pull;
    }
    return nullptr;
}

// With a token, so that the limit does not matter.
sim::HttpAnswer GitHubTest::get(const QByteArray &path)
{
    return m_pipeline.gitHub(repository + path, {{"authorization", "Bearer x"}});
}

std::pair<const sim::PullRequest *, sim::Check> GitHubTest::attempt() const
{
    for (const auto &[number, pull] : m_world.source().pullRequests()) {
        for (const sim::Check &check : m_world.checks(pull)) {
            if (check.app == sim::Check::App::OfBorg && check.state == sim::Check::State::Completed)
                return {&pull, check};
        }
    }
    return {};
}

void GitHubTest::answersHaveTheKeysAndTypesOfTheSamples_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("file");
    const sim::PullRequest *open = pull(sim::PullRequestState::Open);
    const sim::PullRequest *merged = pull(sim::PullRequestState::Merged);
    QVERIFY(open != nullptr && merged != nullptr);
    const QByteArray head = m_world.source().commit(open->head).sha;
    const QByteArray merge = m_world.source().commit(merged->merge).sha;
    QTest::newRow("open") << "/pulls/" + number(open->number.value) << u"gh-pull-open"_s;
    QTest::newRow("merged") << "/pulls/" + number(merged->number.value) << u"gh-pull-open"_s;
    QTest::newRow("reviews") << "/pulls/" + number(merged->number.value) + "/reviews" << u"gh-pull-reviews"_s;
    QTest::newRow("check runs") << "/commits/" + head + "/check-runs" << u"gh-check-runs"_s;
    QTest::newRow("statuses") << "/commits/" + head + "/statuses" << u"gh-statuses-nixpkgs-2026"_s;
    QTest::newRow("commit's pulls") << "/commits/" + merge + "/pulls" << u"gh-commit-pulls"_s;
    QTest::newRow("compare") << "/compare/" + merge + "...master" << u"gh-compare-ahead"_s;
    QTest::newRow("compare, page 2") << "/compare/" + merge + "...master?per_page=1&page=2"
                                     << u"gh-compare-page2-no-files"_s;
    QTest::newRow("refs") << "/git/matching-refs/heads/nixos-"_ba << u"gh-matching-refs"_s;
    QTest::newRow("jobs") << "/actions/runs/" + number(sim::runId(*open)) + "/jobs" << u"gh-run-jobs-nixpkgs-2026"_s;
}

void GitHubTest::answersHaveTheKeysAndTypesOfTheSamples()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QString, file);
    const QJsonValue expected = sample(qPrintable(file));
    if (expected.isUndefined())
        QSKIP("no samples beside this checkout");
    const sim::HttpAnswer answer = get(path);
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.size() > 2);
    QCOMPARE(shapeDifferences(expected, jsonOf(answer)), QStringList());
}

void GitHubTest::mergedAndOpenPullRequestsSayWhatTheyAre()
{
    const sim::PullRequest *merged = pull(sim::PullRequestState::Merged);
    const QJsonObject closed = jsonOf(get("/pulls/" + number(merged->number.value))).toObject();
    QCOMPARE(closed.value("state"_L1).toString(), u"closed"_s);
    QCOMPARE(closed.value("merged"_L1).toBool(), true);
    QCOMPARE(closed.value("merge_commit_sha"_L1).toString(),
        QString::fromLatin1(m_world.source().commit(merged->merge).sha));
    QCOMPARE(closed.value("base"_L1).toObject().value("ref"_L1).toString(), QString::fromLatin1(merged->base));
    const sim::PullRequest *open = pull(sim::PullRequestState::Open);
    const QJsonObject other = jsonOf(get("/pulls/" + number(open->number.value))).toObject();
    QCOMPARE(other.value("merged"_L1).toBool(), false);
    QVERIFY(other.value("merged_by"_L1).isNull());
    // The trial merge of an open one is in no branch.
    const QString trial = other.value("merge_commit_sha"_L1).toString();
    QVERIFY(trial.isEmpty() || !m_world.source().find(trial.toLatin1()));
    QCOMPARE(get("/pulls/1").status, 404);
}

void GitHubTest::compareTellsWhetherABranchHasACommit()
{
    const sim::Source &source = m_world.source();
    int inside = 0;
    int outside = 0;
    for (const auto &[nr, pull] : source.pullRequests()) {
        if (pull.state != sim::PullRequestState::Merged)
            continue;
        for (const QByteArray &branch : {"nixos-unstable"_ba, "master"_ba}) {
            const QJsonObject body
                = jsonOf(get("/compare/" + branch + "..." + source.commit(pull.merge).sha + "?per_page=1&page=2"))
                      .toObject();
            const QString status = body.value("status"_L1).toString();
            const bool contained = source.contains(source.head(branch), pull.merge);
            QCOMPARE(status == u"behind" || status == u"identical", contained);
            ++(contained ? inside : outside);
        }
    }
    QVERIFY(inside > 0);
    QVERIFY(outside > 0);
    QCOMPARE(get("/compare/no-such-branch...master").status, 404);
}

void GitHubTest::checkRunsShowFailuresOfOfBorgAsNeutral()
{
    const auto [pull, check] = attempt();
    QVERIFY(pull != nullptr);
    const QByteArray path
        = "/commits/" + m_world.source().commit(pull->head).sha + "/check-runs?app_id=20500&per_page=100";
    const QJsonArray latest = jsonOf(get(path)).toObject().value("check_runs"_L1).toArray();
    QVERIFY(!latest.isEmpty());
    for (const QJsonValue &run : latest) {
        QCOMPARE(run["app"_L1]["slug"_L1].toString(), u"ofborg"_s);
        if (run["output"_L1]["title"_L1].toString() == u"Failure")
            QCOMPARE(run["conclusion"_L1].toString(), u"neutral"_s);
        if (run["external_id"_L1].toString().toLatin1() == check.externalId)
            QVERIFY(run["details_url"_L1].toString().endsWith(QString::fromLatin1(check.externalId)));
    }
    const QJsonArray all = jsonOf(get(path + "&filter=all")).toObject().value("check_runs"_L1).toArray();
    QVERIFY(all.size() > latest.size()); // the reports of queueing stay beside the results
}

void GitHubTest::aCommitLeadsToItsPullRequest()
{
    const sim::PullRequest *merged = pull(sim::PullRequestState::Merged);
    const QByteArray sha = m_world.source().commit(merged->merge).sha;
    QCOMPARE(jsonOf(get("/commits/" + sha + "/pulls"))[0]["number"_L1].toInteger(), merged->number.value);
    QCOMPARE(jsonOf(get("/commits/master"))["sha"_L1].toString(),
        QString::fromLatin1(m_world.source().commit(m_world.source().head("master")).sha));
}

void GitHubTest::longListsComeInPages()
{
    const sim::HttpAnswer first = get("/pulls?state=all&per_page=5");
    QCOMPARE(jsonOf(first).toArray().size(), 5);
    QVERIFY(header(first, "Link").contains("page=2>; rel=\"next\""));
    const sim::HttpAnswer second = get("/pulls?state=all&per_page=5&page=2");
    QVERIFY(jsonOf(first)[4]["number"_L1].toInteger() > jsonOf(second)[0]["number"_L1].toInteger());
    QVERIFY(header(second, "Link").contains("page=1>; rel=\"prev\""));
}

void GitHubTest::withoutATokenSixtyRequestsAnHourAreAllowed()
{
    Pipeline pipeline;
    for (int i = 0; i < 60; ++i) {
        const sim::HttpAnswer answer = pipeline.gitHub(repository + "/git/ref/heads/master");
        QCOMPARE(answer.status, 200);
        QCOMPARE(header(answer, "X-RateLimit-Remaining"), number(59 - i));
    }
    const sim::HttpAnswer refused = pipeline.gitHub(repository + "/git/ref/heads/master");
    QCOMPARE(refused.status, 403);
    QCOMPARE(header(refused, "X-RateLimit-Remaining"), "0"_ba);
    QCOMPARE(pipeline.gitHub("/rate_limit").status, 200);
    QCOMPARE(header(refused, "X-RateLimit-Reset").toLongLong(), pipeline.clock.nowSeconds() + 3600);
    pipeline.clock.advance(Milliseconds(3'600'000));
    QCOMPARE(pipeline.gitHub(repository + "/git/ref/heads/master").status, 200);
}

void GitHubTest::anUnchangedAnswerCostsNothingWithAToken()
{
    Pipeline pipeline;
    const auto ask
        = [&](const sim::HttpHeaders &headers) { return pipeline.gitHub(repository + "/branches/master", headers); };
    const sim::HttpAnswer first = ask({{"authorization", "Bearer t"}});
    const QByteArray tag = header(first, "ETag");
    QVERIFY(tag.startsWith("W/\""));
    const sim::HttpAnswer again = ask({{"authorization", "Bearer t"}, {"if-none-match", tag}});
    QCOMPARE(again.status, 304);
    QVERIFY(again.body.isEmpty());
    QCOMPARE(header(again, "X-RateLimit-Used"), header(first, "X-RateLimit-Used"));
    const sim::HttpAnswer anonymous = ask({{"if-none-match", tag}});
    QCOMPARE(anonymous.status, 304);
    QCOMPARE(header(anonymous, "X-RateLimit-Used"), "1"_ba);
}

void GitHubTest::attemptsOfOfBorgHaveTheKeysOfTheSample()
{
    const QJsonValue expected = sample("ofborg-logapi-attempts");
    if (expected.isUndefined())
        QSKIP("no samples beside this checkout");
    const auto [pull, check] = attempt();
    const sim::HttpAnswer answer = m_pipeline.ofBorg("/logs/nixos/nixpkgs." + number(pull->number.value));
    QCOMPARE(answer.status, 200);
    QCOMPARE(shapeDifferences(expected, jsonOf(answer), {u".attempts"_s}), QStringList());
    const QJsonValue own = jsonOf(answer)["attempts"_L1][QString::fromLatin1(check.externalId)];
    QCOMPARE(own["metadata"_L1]["system"_L1].toString().toLatin1(), sim::name(*check.system));
    QVERIFY(own["result"_L1].isObject());
    const QByteArray log
        = m_pipeline.ofBorg("/logfile/nixos/nixpkgs." + number(pull->number.value) + '/' + check.externalId).body;
    QCOMPARE(log, m_world.ofborgLog(check.externalId).value_or(QByteArray()));
    QVERIFY(!log.isEmpty());
}

void GitHubTest::ofBorgsErrorsArePlainText()
{
    const auto [pull, check] = attempt();
    const QByteArray path = "/logs/nixos/nixpkgs." + number(pull->number.value);
    const sim::HttpAnswer absent = m_pipeline.ofBorg("/logs/nixos/nixpkgs.999999999");
    QCOMPARE(absent.status, 404);
    QCOMPARE(absent.body, "absent"_ba);
    QCOMPARE(m_pipeline.ofBorg(path + '/' + check.externalId).body, "non dir"_ba);
    QVERIFY(m_pipeline.ofBorg("/?key=nixos/nixpkgs.1").type.startsWith("text/html"));
}

void GitHubTest::aGrowingLogCanBeReadFromAByteOn()
{
    const auto [pull, check] = attempt();
    const QByteArray path = "/logfile/nixos/nixpkgs." + number(pull->number.value) + '/' + check.externalId;
    const QByteArray whole = m_pipeline.ofBorg(path).body;
    const sim::HttpAnswer rest = m_pipeline.ofBorg(path, {{"range", "bytes=10-"}});
    QCOMPARE(rest.status, 206);
    QCOMPARE(rest.body, whole.mid(10));
    QCOMPARE(m_pipeline.ofBorg(path, {{"range", "bytes=" + number(whole.size()) + "-"}}).status, 416);
}

QTEST_GUILESS_MAIN(GitHubTest)
#include "github_test.moc"
