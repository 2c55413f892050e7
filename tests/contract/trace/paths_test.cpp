// SPDX-License-Identifier: GPL-3.0-or-later
#include "gitworld.h"
#include "pathtests.h"
#include "support/flow.h"
#include "trace/bundleclone.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::test;
using namespace Qt::StringLiterals;

using trace::ExcuseKind;
using trace::Grade;
using trace::StopKind;
using trace::StopState;
using trace::Trace;

namespace {

const QString gitHub = u"demo-github"_s;
const QString hydraServer = u"demo-hydra"_s;

QStringList statesOf(const Trace &trace)
{
    QStringList states;
    for (const auto &stop : trace.stops)
        states << stop.id + u' ' + word(stop.state);
    return states;
}

qsizetype answersBelow(const Trace &trace, const QString &path)
{
    return std::ranges::count_if(
        trace.answers, [&](const trace::Answer &answer) { return answer.url.path().contains(path); });
}

const trace::Excuse *mergeExcuse(const Trace &trace)
{
    const auto *stop = stopOf(trace, StopKind::Merged, {});
    return stop ? trace.excuse(stop->id) : nullptr;
}

void writeFile(const QString &name, const QByteArray &bytes)
{
    QDir().mkpath(QFileInfo(name).path());
    QFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write");
}

} // namespace

/// Other ways to the same answers: with a token, with a clone, from memory; and other things to begin with.
class TracePathsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TracedPipeline> m_pipeline;

    [[nodiscard]] qint64 now() { return m_pipeline->clock().nowSeconds(); }
    [[nodiscard]] QString log(const Trace &trace) { return printed(trace, now()); }

    Trace toTheEnd(const trace::Order &order)
    {
        auto trace = m_pipeline->trace(order);
        return m_pipeline->refreshToTheEnd(std::move(trace));
    }
    trace::Order orderOf(const QByteArray &story)
    {
        const auto told = m_pipeline->story(story);
        return {.subject = Subject::ofPullRequest(told.pullRequest), .attrs = {QString::fromUtf8(told.attr)}};
    }

    /// An open one in a merge queue; time goes on until there is one.
    PullRequestNr queuedPull()
    {
        for (int i = 0; i < 200; ++i) {
            for (const auto &[number, pull] : m_pipeline->world().source().pullRequests()) {
                if (pull.isQueued(now()) && pull.mergeAt > now() + 300)
                    return number;
            }
            m_pipeline->clock().advance(std::chrono::minutes(10));
            m_pipeline->world().advance(now());
        }
        return {};
    }

private Q_SLOTS:
    void cleanupTestCase() { m_pipeline.reset(); }
    void init() { m_pipeline = std::make_unique<TracedPipeline>(); }

    void withATokenTheSameIsFoundWithFewerRequests()
    {
        const auto order = orderOf("merged-to-staging");
        const auto without = toTheEnd(order);
        m_pipeline->start({.token = "ghp_simulated", .clone = {}, .memory = {}, .system = {}});
        const auto with = toTheEnd(order);
        QCOMPARE(statesOf(with), statesOf(without));
        const auto spent
            = [](const Trace &trace) { return std::ranges::find(trace.spent, gitHub, &trace::Spent::host)->requests; };
        qInfo() << "without a token" << spent(without) << "requests to GitHub, with one" << spent(with);
        QVERIFY2(spent(with) < spent(without), qPrintable(log(with)));
        QVERIFY(answersBelow(with, u"/graphql"_s) >= 2); // the pull request, and where it is
    }

    void withoutGraphQlATokenFallsBackToTheOtherQuestions()
    {
        m_pipeline->start({.token = "ghp_simulated", .clone = {}, .memory = {}, .system = {}});
        m_pipeline->door().onAnswer = [](const net::Request &request, DoctoredHttp::Answer answer) {
            if (isAbout(request, u"/graphql"_s))
                return DoctoredHttp::Answer(problem(ProblemKind::Forbidden, request.url.toString()));
            return answer;
        };
        const auto trace = toTheEnd(orderOf("merged-to-master"));
        QVERIFY2(trace.problems.isEmpty(), qPrintable(log(trace)));
        QCOMPARE(stopOf(trace, StopKind::Merged, {})->state, StopState::Reached);
        QCOMPARE(answersBelow(trace, u"/graphql"_s), 0);
    }

    void thePlaceInTheMergeQueueIsTheReason()
    {
        const auto number = queuedPull();
        QVERIFY(number.value != 0);
        const auto plain = m_pipeline->trace({.subject = Subject::ofPullRequest(number)});
        QVERIFY2(mergeExcuse(plain), qPrintable(log(plain)));
        QCOMPARE(mergeExcuse(plain)->kind, ExcuseKind::InMergeQueue); // its timeline says so
        QCOMPARE(mergeExcuse(plain)->remaining, 0);
        m_pipeline->start({.token = "ghp_simulated", .clone = {}, .memory = {}, .system = {}});
        const auto placed = m_pipeline->trace({.subject = Subject::ofPullRequest(number)});
        const auto *excuse = mergeExcuse(placed);
        QVERIFY(excuse);
        QCOMPARE(excuse->kind, ExcuseKind::InMergeQueue);
        QVERIFY(excuse->remaining >= 1);
        const auto text = sentence(*excuse, now());
        qInfo().noquote() << text;
        QVERIFY2(text.contains(u"position %1"_s.arg(excuse->remaining)) && excuse->likely, qPrintable(text));
    }

    void aMergeConflictIsTheReason()
    {
        m_pipeline->door().onAnswer = [](const net::Request &request, DoctoredHttp::Answer answer) {
            if (answer && isAbout(request, u"/pulls/"_s)) {
                answer->body.replace("\"mergeable\":true", "\"mergeable\":false");
                for (const auto *state : {"clean", "unstable", "blocked"})
                    answer->body.replace(QByteArray("\"mergeable_state\":\"") + state, "\"mergeable_state\":\"dirty");
            }
            return answer;
        };
        const auto trace = m_pipeline->trace(orderOf("unmerged"));
        QVERIFY2(mergeExcuse(trace), qPrintable(log(trace)));
        QCOMPARE(mergeExcuse(trace)->kind, ExcuseKind::MergeConflict);
    }

    void aUsedUpQuotaIsSaidAndEndsWithItsHour()
    {
        Trace trace;
        constexpr int enough = 12; // traces that surely take sixty requests
        for (int i = 0; i < enough && trace.problems.isEmpty(); ++i)
            trace = m_pipeline->trace(orderOf("merged-to-master"));
        QVERIFY2(!trace.problems.isEmpty(), "the quota was never used up");
        trace = m_pipeline->trace(orderOf("merged-to-master"));
        QVERIFY2(trace.problems.first().kind == ProblemKind::RateLimited, qPrintable(log(trace)));
        QVERIFY2(requestsTo(trace, gitHub) <= 1, qPrintable(log(trace)));
        m_pipeline->clock().advance(std::chrono::hours(2)); // its end, and not all at once
        trace = m_pipeline->refresh(trace.run);
        QCOMPARE(stopOf(trace, StopKind::Merged, {})->state, StopState::Reached);
    }

    void aCloneAnswersWhereTheCommitIs()
    {
        const QTemporaryDir folder;
        const GitWorld git(m_pipeline->world().source(), folder.path());
        m_pipeline->door().onRequest = [&git](net::Request request) {
            request.url = git.toSimulated(request.url);
            return request;
        };
        m_pipeline->door().onAnswer = [&git](const net::Request &request, DoctoredHttp::Answer answer) {
            if (!answer)
                return answer;
            answer->url = request.url;
            answer->body = git.toReal(answer->body);
            for (auto &[name, value] : answer->headers)
                value = git.toReal(value);
            return answer;
        };
        m_pipeline->start({.token = {}, .clone = folder.path(), .memory = {}, .system = {}});
        const auto trace = toTheEnd(orderOf("merged-to-staging"));
        const auto text = log(trace);
        for (const auto *branch : {"staging-next", "master"}) {
            const auto *stop = stopOf(trace, StopKind::InBranch, QString::fromLatin1(branch));
            QVERIFY2(stop && stop->state == StopState::Reached, qPrintable(text));
            const auto hop = std::ranges::find(trace.hops, stop->id, &trace::Hop::to);
            const auto has = [&](const QString &commit) {
                return runTool(u"git"_s, {u"merge-base"_s, u"--is-ancestor"_s, hop->subject, commit}, folder.path())
                           .code
                    == 0;
            };
            QVERIFY2(stop->text.startsWith("with "_L1), qPrintable(text));
            const auto carrier = stop->text.sliced(5);
            QVERIFY2(has(carrier) && !has(carrier + u"^1"_s), qPrintable(carrier));
        }
        QVERIFY2(trace.reached(Grade::HashLinked) >= 1, qPrintable(text));
        // What has the commit is asked of git alone; only a «no» may be late, and is asked again.
        for (const auto &answer : trace.answers) {
            QVERIFY2(!answer.url.path().contains("/compare/"_L1) || !answer.body.contains("\"status\":\"behind\""),
                qPrintable(answer.url.toString()));
        }
        theBundleHoldsInTheClone(trace, folder.path());
    }

    void aSecondStartSpendsAlmostNothing()
    {
        const QTemporaryDir folder;
        const TracerSetup remembering{.token = {}, .clone = {}, .memory = folder.path(), .system = {}};
        m_pipeline->start(remembering);
        const auto first = toTheEnd(orderOf("merged-to-master"));
        m_pipeline->start(remembering);
        auto second = m_pipeline->trace(orderOf("merged-to-master"));
        qInfo() << "second start: GitHub" << requestsTo(second, gitHub) << "Hydra" << requestsTo(second, hydraServer);
        // A revert may have come, a check may have been run again, the channels' branches may have moved.
        QVERIFY2(requestsTo(second, gitHub) <= 3, qPrintable(log(second)));
        QCOMPARE(requestsTo(second, hydraServer), 0);
        QCOMPARE(statesOf(second), statesOf(first));
        for (const auto &hop : second.hops) {
            QVERIFY2(!hop.grade || *hop.grade != Grade::AssertedOverTls || !hop.answers.isEmpty(), qPrintable(hop.id));
            for (const auto &digest : hop.answers)
                QVERIFY2(second.answer(digest), qPrintable(hop.id));
        }
    }

    void aChannelLeadsToItsReleaseItsGateAndWhatIsNewInIt_data()
    {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QString>("channel");
        QTest::newRow("name") << u"nixos-unstable"_s << u"nixos-unstable"_s;
        QTest::newRow("address") << u"https://channels.nixos.org/nixpkgs-unstable"_s << u"nixpkgs-unstable"_s;
        QTest::newRow("stable") << u"nixos-26.05"_s << u"nixos-26.05"_s;
    }
    void aChannelLeadsToItsReleaseItsGateAndWhatIsNewInIt()
    {
        QFETCH(QString, asked);
        QFETCH(QString, channel);
        const auto trace = m_pipeline->trace({.text = asked});
        const auto text = log(trace);
        auto &world = m_pipeline->world();
        const auto releases = world.releases(*world.findChannel(channel.toLatin1()));
        QVERIFY(releases.size() >= 2);
        const auto &newest = releases.back();
        const auto *served = stopOf(trace, StopKind::Served, QString::fromUtf8(newest.name));
        QVERIFY2(served && served->state == StopState::Reached, qPrintable(text));
        QVERIFY2(stopsOf(trace, StopKind::Evaluated).value(0).text == newest.eval.text(), qPrintable(text));
        QVERIFY2(stopsOf(trace, StopKind::Gate).value(0).state == StopState::Reached, qPrintable(text));
        // The pull requests in its window are those that the world merged between the two releases.
        QSet<qint64> merged;
        const auto &source = world.source();
        for (const auto commit : source.between(releases[releases.size() - 2].commit, newest.commit)) {
            const auto number = source.commit(commit).pullRequest.value;
            if (number != 0 && source.commit(commit).parents.size() > 1)
                merged.insert(number);
        }
        QSet<qint64> named;
        for (const auto &stop : stopsOf(trace, StopKind::Merged)) {
            if (stop.subject && stop.subject->kind == SubjectKind::PullRequest)
                named.insert(stop.subject->number);
        }
        QVERIFY2(named == merged || (merged.size() > 50 && merged.contains(named)), qPrintable(text));
        QVERIFY(requestsTo(trace, hydraServer) <= 6);
    }

    void aSystemOfAFlakeKnowsItsRevision()
    {
        const QTemporaryDir system;
        const auto sha = QByteArray(40, 'a');
        writeFile(system.filePath(u"nixos-version"_s), "26.11.20261119.aaaaaaa");
        writeFile(system.filePath(u"sw/bin/nixos-version"_s),
            "#! /bin/sh\ncat <<EOF\n{\"nixosVersion\":\"26.11.20261119.aaaaaaa\",\"nixpkgsRevision\":\"" + sha
                + "\"}\nEOF\n");
        m_pipeline->start({.token = {}, .clone = {}, .memory = {}, .system = system.path()});
        const auto back = m_pipeline->trace({.text = u"system"_s});
        const auto revision = stopsOf(back, StopKind::InBranch);
        QVERIFY2(
            revision.size() == 1 && revision.first().subject->name == QString::fromLatin1(sha), qPrintable(log(back)));
        QCOMPARE(back.into(revision.first().id).value(0).grade, Grade::Local);
        QVERIFY2(stopsOf(back, StopKind::Served).isEmpty(), "there is no release of a flake's version");
        // Any link to a system is one.
        QCOMPARE(statesOf(m_pipeline->trace({.text = system.path()})), statesOf(back));
    }

    void whereThereIsNoNixosItIsSaid()
    {
        m_pipeline->start({.token = {}, .clone = {}, .memory = {}, .system = u"/does/not/exist"_s});
        const auto back = m_pipeline->trace({.text = u"system"_s});
        QVERIFY2(back.problems.size() == 1 && back.problems.first().sentence.contains("does not run NixOS"_L1),
            qPrintable(log(back)));
        QCOMPARE(back.stops.size(), 1);
        QCOMPARE(back.stops.first().state, StopState::Unknown);
        const auto profile = m_pipeline->trace({.text = u"/nix/var/nix/profiles/system-99999-link"_s});
        QVERIFY2(profile.problems.size() == 1, qPrintable(log(profile)));
    }

private:
    static void theBundleHoldsInTheClone(const Trace &trace, const QString &clone)
    {
        const auto key = *nix::secretKeyFromSeed("test-1", QByteArray(nix::seedSize, 'k'));
        const auto bytes = trace::writeBundle(trace, key, {}, trace.changedAt, u"0"_s);
        QVERIFY(bytes);
        const auto report = trace::checkBundle(*bytes, {});
        QVERIFY(!report.fails());
        QVERIFY2(!report.ancestry.isEmpty() && !report.commits.isEmpty(), "nothing for a clone to show");
        for (const auto &check : waitFor(trace::checkInClone(clone, report)))
            QVERIFY2(check.verdict == trace::BundleVerdict::Holds, qPrintable(check.name + u' ' + check.sentence));
    }
};

std::unique_ptr<QObject> narscope::test::makePathsTest()
{
    return std::make_unique<TracePathsTest>();
}

#include "paths_test.moc"
