// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/answers.h"
#include "github/branchgraph.h"
#include "github/parsers.h"
#include "net/answercheck.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::github;

// Every sample of GitHub's answers is read, and means what pull-requests.md says.

namespace {

QDir samples()
{
    return QDir(QStringLiteral(NARSCOPE_SHARED_DIR) + u"/samples/github"_s);
}

QJsonObject sample(const QString &name)
{
    QFile file(samples().filePath(name + u".json"_s));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file.fileName()));
    return QJsonDocument::fromJson(file.readAll()).object();
}

QByteArray bytesOf(const QJsonValue &value)
{
    return (value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject())).toJson();
}

QByteArray body(const QString &name)
{
    return bytesOf(sample(name).value("body"_L1));
}

template <typename T> T good(Result<T> result)
{
    if (!result)
        qFatal("%s", qPrintable(describe(result.error())));
    return std::move(*result);
}

/// Of a sample of a refusal: what the network's door and then the client make of it.
Problem problemOf(const QString &name, bool hasToken)
{
    const auto recorded = sample(name);
    net::Answer answer{
        .status = recorded.value("status"_L1).toInt(), .headers = {}, .body = bytesOf(recorded.value("body"_L1))};
    const auto headers = recorded.value("headers"_L1).toObject();
    for (auto it = headers.begin(); it != headers.end(); ++it)
        answer.headers.emplaceBack(it.key().toLower().toLatin1(), it->toString().toLatin1());
    if (answer.header("content-type").isEmpty())
        answer.headers.emplaceBack("content-type", "application/json; charset=utf-8");
    return explained(net::statusProblem(answer, QUrl(u"https://api.github.com/x"_s)), hasToken);
}

using Check = QString (*)(QByteArrayView);
template <auto parse> QString check(QByteArrayView bytes)
{
    const auto value = parse(bytes);
    return value ? QString() : describe(value.error());
}

struct Route {
    QLatin1StringView prefix;
    Check check;
};
/// The longest prefix of a file's name counts.
const Route routes[]{
    {"gh-pull-"_L1, check<parsePull>},
    {"gh-pull-reviews"_L1, check<parseReviews>},
    {"gh-timeline"_L1, check<parseTimeline>},
    {"gh-workflow-runs-"_L1, check<parseRuns>},
    {"gh-run-jobs"_L1, check<parseJobs>},
    {"gh-run-artifacts"_L1, check<parseArtifacts>},
    {"gh-check-runs"_L1, check<parseCheckRuns>},
    {"gh-check-suites"_L1, check<parseCheckSuites>},
    {"gh-statuses"_L1, check<parseStatuses>},
    {"gh-compare-"_L1, check<parseComparison>},
    {"gh-commit-pulls"_L1, check<parsePulls>},
    {"gh-matching-refs"_L1, check<parseBranches>},
    {"gh-graphql-pr"_L1, check<parseOverview>},
    {"gh-graphql-reach"_L1, check<parseReach>},
    {"comparison-changed-paths"_L1, check<parseEvaluationComparison>},
    {"ofborg-check-runs"_L1, check<parseCheckRuns>},
};

const Route *routeOf(const QString &name)
{
    const Route *best = nullptr;
    for (const auto &route : routes) {
        if (name.startsWith(route.prefix) && (!best || route.prefix.size() > best->prefix.size()))
            best = &route;
    }
    return best;
}

} // namespace

class SamplesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!samples().exists())
            QSKIP("the samples are not beside the checkout");
    }

    void everySampleOfAnAnswerIsRead()
    {
        int read = 0;
        QStringList unread;
        for (const auto &file : samples().entryList({u"*.json"_s}, QDir::Files)) {
            const auto name = QFileInfo(file).completeBaseName();
            const auto *route = routeOf(name);
            const auto recorded = sample(name);
            const int status = recorded.value("status"_L1).toInt();
            // Refusals have a test of their own; a combined status, a merge queue, a search are not asked for.
            if (!route || status != 200 || name == "gh-combined-status"_L1) {
                unread << name;
                continue;
            }
            const auto said = route->check(body(name));
            QVERIFY2(said.isEmpty(), qPrintable(name + u": "_s + said));
            ++read;
        }
        unread.removeIf(
            [](const QString &name) { return name.startsWith("ofborg-"_L1) || name == "gh-combined-status"_L1; });
        QCOMPARE(unread,
            QStringList({u"branch-channel-graph"_s, u"comparison-other-files"_s, u"gh-304-not-modified"_s,
                u"gh-403-rate-limited"_s, u"gh-artifact-404"_s, u"gh-artifact-410"_s, u"gh-artifact-zip-302"_s,
                u"gh-artifact-zip-unauthorised"_s, u"gh-compare-422"_s, u"gh-graphql-queue"_s, u"gh-rate-limit"_s,
                u"gh-review-single"_s, u"gh-search-backports"_s, u"prtracker-molybdenum-landings"_s}));
        QVERIFY(read >= 25);
    }

    void anOpenPullRequestHasATestMergeAndNoMerge()
    {
        const auto pull = good(parsePull(body(u"gh-pull-open"_s)));
        QCOMPARE(pull.number, PullRequestNr(363128));
        QCOMPARE(pull.state, PullState::Open);
        QCOMPARE(pull.author, u"GaetanLepage"_s);
        QCOMPARE(pull.base, u"master"_s);
        QCOMPARE(pull.headSha, u"8409ac0f68974193d3705e3283e73d85c3688e60"_s);
        QCOMPARE(pull.headRepository, u"GaetanLepage/nixpkgs"_s);
        QCOMPARE(pull.mergeCommit, QString());
        QCOMPARE(pull.testMergeCommit, u"592259a95e34bab996259b5f903cdf07f82cc437"_s);
        QCOMPARE(pull.mergeable, std::optional(true));
        QCOMPARE(pull.mergeState, MergeState::Unstable);
        QCOMPARE(pull.requestedReviewers, QStringList(u"SuperSandro2000"_s));
        QCOMPARE(pull.createdAt, 1733650016);
        QVERIFY(std::ranges::contains(pull.labels, u"10.rebuild-linux: 1-10"_s, &Label::name));
        QCOMPARE(rebuildRange(pull.labels, u"linux"_s), std::optional(RebuildRange{.least = 1, .most = 10}));
    }

    void ofAMergedOneMergeableMeansNothingAndTheForkMayBeGone()
    {
        const auto pull = good(parsePull(body(u"gh-pull-merged"_s)));
        QCOMPARE(pull.state, PullState::Merged);
        QCOMPARE(pull.mergeCommit, u"28ae6dd10ebccd5eaf8db8dacb5b699ee7f4a663"_s);
        QCOMPARE(pull.testMergeCommit, QString());
        QCOMPARE(pull.mergedBy, u"jacquev6"_s);
        QCOMPARE(pull.headRepository, QString());
        QCOMPARE(pull.mergeable, std::optional<bool>());
        QCOMPARE(pull.mergeState, MergeState::Unknown);
    }

    void mergeabilityIsUnknownWhileGitHubComputesIt()
    {
        QCOMPARE(good(parsePull(body(u"gh-pull-mergeable-unknown"_s))).mergeable, std::optional<bool>());
        const auto known = good(parsePull(body(u"gh-pull-mergeable-known"_s)));
        QCOMPARE(known.mergeable, std::optional(true));
        QCOMPARE(known.mergeState, MergeState::Clean);
        QCOMPARE(known.mergeCommit, QString());
    }

    void aFailedBuildOfOfBorgIsAFailureThoughGitHubCallsItNeutral()
    {
        const auto checks = good(parseCheckRuns(body(u"gh-check-runs-nixpkgs-2026"_s)));
        QCOMPARE(checks.size(), 4);
        QCOMPARE(checks[0].verdict, Verdict::Success);
        QCOMPARE(checks[1].verdict, Verdict::Failure);
        QVERIFY(!checks[1].isDisguised());
        QCOMPARE(checks[2].conclusion, u"neutral"_s);
        QCOMPARE(checks[2].verdict, Verdict::Failure);
        QVERIFY(checks[2].isOfBorg() && checks[2].isDisguised());
        QCOMPARE(checks[3].verdict, Verdict::Queued);
        const BuildName expected{
            .attributes = {u"python313Packages.equinox"_s, u"python313Packages.equinox.passthru.tests"_s},
            .system = u"x86_64-linux"_s};
        QCOMPARE(buildName(checks[2].name), std::optional(expected));
    }

    void ofTwoCheckRunsOfOneNameTheNewestCounts()
    {
        const auto newest = newestChecks(good(parseCheckRuns(body(u"ofborg-check-runs"_s))));
        QCOMPARE(newest.size(), 2);
        QCOMPARE(newest[0].name, u"bar, foo on x86_64-linux"_s);
        QCOMPARE(newest[0].verdict, Verdict::Success);
        QCOMPARE(newest[1].verdict, Verdict::Failure);
        QCOMPARE(newest[1].externalId, u"neatattemptid"_s);
    }

    void theStatusesTellTheVerdictAndTheRebuildsWithoutAToken()
    {
        const auto statuses = good(parseStatuses(body(u"gh-statuses-nixpkgs-2026"_s)));
        QCOMPARE(requiredVerdict(statuses), Verdict::Error);
        const EvaluationCounts expected{.added = 0,
            .removed = 1,
            .changed = 12,
            .rebuildLinux = 12,
            .rebuildDarwin = 9,
            .removedLinux = 0,
            .removedDarwin = 1,
            .run = RunId(19000000001)};
        QCOMPARE(evaluationCounts(statuses), std::optional(expected));
        const auto newest = newestStatuses(statuses);
        QCOMPARE(newest.size(), 3);
        QCOMPARE(newest[2].description, u"^.^!"_s);
        QCOMPARE(requiredVerdict({}), Verdict::Queued);
    }

    void theRunOfAPullRequestIsFoundByItsName()
    {
        const auto runs = good(parseRuns(body(u"gh-workflow-runs-head-sha"_s)));
        const auto *run = pullRequestRun(runs);
        QVERIFY(run);
        QCOMPARE(run->id, RunId(12330828258));
        QCOMPARE(run->verdict, Verdict::Success);
        QCOMPARE(run->path, u".github/workflows/eval.yml"_s);
    }

    void jobsStandInGroupsWithTheirVerdicts()
    {
        const auto jobs = good(parseJobs(body(u"gh-run-jobs-nixpkgs-2026"_s)));
        QCOMPARE(jobs.size(), 19);
        const auto verdictOf
            = [&jobs](const QString &name) { return std::ranges::find(jobs, name, &RunJob::name)->verdict; };
        QCOMPARE(verdictOf(u"Lint / nixpkgs-vet"_s), Verdict::Failure);
        QCOMPARE(verdictOf(u"Eval / versions"_s), Verdict::Skipped);
        QVERIFY(!isFinal(verdictOf(u"Eval / compare"_s)));
        QCOMPARE(groupOf(u"Build / x86_64-linux: shell, docs, lib, tarball"_s), u"Build"_s);
        QCOMPARE(groupOf(u"unlock"_s), QString());
        const auto steps = good(parseJobs(body(u"gh-run-jobs"_s))).first().steps;
        QCOMPARE(steps.first().name, u"Set up job"_s);
        QCOMPARE(steps.first().completedAt - steps.first().startedAt, 2);
    }

    void artifactsAndTheComparisonAreRead()
    {
        const auto artifact = good(parseArtifacts(body(u"gh-run-artifacts-2026"_s))).first();
        QCOMPARE(artifact.name, u"comparison"_s);
        QVERIFY(artifact.digest.startsWith("sha256:"_L1) && !artifact.expired);
        const auto comparison = good(parseEvaluationComparison(body(u"comparison-changed-paths"_s)));
        QCOMPARE(comparison.all.changed.size(), 12);
        QCOMPARE(comparison.all.removed, QStringList(u"oldtool"_s));
        QCOMPARE(comparison.byPlatform.size(), 3);
        QCOMPARE(comparison.byPlatform.value(u"aarch64-linux"_s).changed.size(), 11);
        QCOMPARE(comparison.rebuildsByPlatform.value(u"aarch64-darwin"_s).size(), 9);
        QCOMPARE(comparison.rebuildCountByKernel, (QMap<QString, int>{{u"linux"_s, 12}, {u"darwin"_s, 9}}));
        QCOMPARE(comparison.labels, QStringList({u"10.rebuild-darwin: 1-10"_s, u"10.rebuild-linux: 11-100"_s}));
    }

    void comparisonsTellHowTheHeadStandsToTheBase()
    {
        QCOMPARE(good(parseComparison(body(u"gh-compare-ahead"_s))).status, CompareStatus::Ahead);
        const auto behind = good(parseComparison(body(u"gh-compare-behind"_s)));
        QCOMPARE(behind.status, CompareStatus::Behind);
        QCOMPARE(behind.behindBy, 1423);
        QCOMPARE(behind.base, QString(40, u'a'));
        QCOMPARE(good(parseComparison(body(u"gh-compare-diverged"_s))).status, CompareStatus::Diverged);
        const auto second = good(parseComparison(body(u"gh-compare-page2-no-files"_s)));
        QCOMPARE(second.aheadBy, 283);
        QCOMPARE(second.commits.first().committerName, u"GitHub"_s);
    }

    void commitsLeadToTheirPullRequests()
    {
        const auto pull = good(parsePulls(body(u"gh-commit-pulls"_s))).first();
        QCOMPARE(pull.state, PullState::Merged);
        QCOMPARE(pull.mergeCommit, u"e44d11d565c022496544dd6ed1f19a8d718c2b0c"_s);
        QVERIFY(good(parsePulls(body(u"gh-commit-pulls-none"_s))).isEmpty());
        const auto branches = good(parseBranches(body(u"gh-matching-refs"_s)));
        QCOMPARE(branches.first(), (Branch{.name = u"nixos-26.05"_s, .sha = QString(40, u'1')}));
    }

    void theTimelineTellsOfQueueMergeAndBackport()
    {
        const auto events = good(parseTimeline(body(u"gh-timeline-nixpkgs"_s)));
        QStringList kinds;
        for (const auto &event : events)
            kinds << event.kind;
        QCOMPARE(kinds,
            QStringList({u"labeled"_s, u"reviewed"_s, u"commented"_s, u"added_to_merge_queue"_s, u"merged"_s,
                u"cross-referenced"_s}));
        QCOMPARE(events[1].at, 1791547200);
        QCOMPARE(events[4].commit, QString(40, u'e'));
        const auto backports = backportsIn(events);
        QCOMPARE(backports.size(), 1);
        QCOMPARE(backports[0].number, PullRequestNr(452001));
        QCOMPARE(backports[0].branch, u"release-26.05"_s);
    }

    void graphQlTellsTheSameInOneAnswer()
    {
        const auto overview = good(parseOverview(body(u"gh-graphql-pr"_s)));
        QCOMPARE(overview.pull.state, PullState::Merged);
        QCOMPARE(overview.pull.base, u"staging"_s);
        QCOMPARE(overview.pull.mergeCommit, QString(40, u'e'));
        QCOMPARE(overview.reviewDecision, u"APPROVED"_s);
        QCOMPARE(approvals(overview.opinions, overview.pull.headSha), (Approvals{.onHead = 1}));
        QCOMPARE(requiredVerdict(overview.statuses), Verdict::Success);
        // This sample was asked for without the title, which alone tells.
        QCOMPARE(overview.checks.first().verdict, Verdict::Unknown);
        QCOMPARE(
            rebuildRange(overview.pull.labels, u"linux"_s), std::optional(RebuildRange{.least = 501, .most = 1000}));
        QCOMPARE(overview.quota->remaining, 4991);
        const auto reach = good(parseReach(body(u"gh-graphql-reach"_s)));
        QCOMPARE(reach.size(), 4); // a branch that does not exist is null
        QCOMPARE(reach.first().comparison.status, CompareStatus::Behind);
    }

    void refusalsSayWhatTheyAre()
    {
        const auto limited = problemOf(u"gh-403-rate-limited"_s, false);
        QCOMPARE(limited.kind, ProblemKind::RateLimited);
        QVERIFY(limited.retryHelps && limited.advice.contains(u"token"_s));
        QCOMPARE(problemOf(u"gh-artifact-404"_s, true).kind, ProblemKind::NotFound);
        const auto expired = problemOf(u"gh-artifact-410"_s, true);
        QCOMPARE(expired.kind, ProblemKind::NotFound);
        QVERIFY(expired.sentence.contains(u"expired"_s));
        QCOMPARE(problemOf(u"gh-artifact-zip-unauthorised"_s, false).kind, ProblemKind::Forbidden);
        const auto tooSlow = problemOf(u"gh-compare-422"_s, false);
        QCOMPARE(tooSlow.kind, ProblemKind::ServerError);
        QVERIFY(tooSlow.retryHelps && tooSlow.advice.contains(u"clone"_s));
    }

    void theBranchGraphIsTheOneOfTheReference()
    {
        const auto reference = sample(u"branch-channel-graph"_s);
        const auto graph = BranchGraph::shipped().withReleases({u"26.05"_s});
        QSet<std::pair<QString, QString>> expected;
        const auto edges = reference.value("edges"_L1).toObject();
        for (const auto &list : {edges.value("unstable"_L1).toArray(), edges.value("stable_template"_L1).toArray()}) {
            for (const auto &edge : list)
                expected.insert({edge.toArray()[0].toString().replace(u"{v}"_s, u"26.05"_s),
                    edge.toArray()[1].toString().replace(u"{v}"_s, u"26.05"_s)});
        }
        QSet<std::pair<QString, QString>> ours;
        for (const auto &edge : graph.edges())
            ours.insert({edge.from, edge.to});
        QCOMPARE(ours, expected);
        const auto channels = reference.value("channels"_L1).toObject();
        QCOMPARE(graph.channels().size(), channels.size());
        for (auto it = channels.begin(); it != channels.end(); ++it) {
            const auto channel = graph.channel(it.key());
            QVERIFY2(channel, qPrintable(it.key()));
            QCOMPARE(channel->source, it->toObject().value("source_branch"_L1).toString());
            QCOMPARE(channel->job.jobset.project + u'/' + channel->job.jobset.jobset + u'/' + channel->job.job,
                it->toObject().value("job"_L1).toString());
        }
    }
};

QTEST_GUILESS_MAIN(SamplesTest)
#include "samples_test.moc"
