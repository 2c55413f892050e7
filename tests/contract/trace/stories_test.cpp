// SPDX-License-Identifier: GPL-3.0-or-later
#include "tracedpipeline.h"

#include <QFile>
#include <QTest>

using namespace narscope;
using namespace narscope::test;
using namespace Qt::StringLiterals;

using trace::Claim;
using trace::ExcuseKind;
using trace::FindingKind;
using trace::Lane;
using trace::Stop;
using trace::StopKind;
using trace::StopState;
using trace::Trace;

namespace {

constexpr int mostForHydra = 6; ///< the issue's budget of one attribute on all its systems
constexpr int mostForGitHub = 12; ///< without a token

QList<Stop> stopsOf(const Trace &trace, StopKind kind)
{
    QList<Stop> found;
    std::ranges::copy_if(
        trace.stops, std::back_inserter(found), [kind](const Stop &stop) { return stop.kind == kind; });
    return found;
}

StopState stateOf(const Trace &trace, StopKind kind, const QString &name)
{
    for (const auto &stop : trace.stops) {
        if (stop.kind == kind && stop.name == name)
            return stop.state;
    }
    qWarning("no stop %s", qPrintable(name));
    return StopState::Unknown;
}

bool hasFinding(const Trace &trace, FindingKind kind)
{
    return std::ranges::contains(trace.findings, kind, &trace::Finding::kind);
}

QStringList builtOn(const Trace &trace)
{
    QStringList systems;
    for (const auto &stop : stopsOf(trace, StopKind::Built)) {
        if (stop.state == StopState::Reached)
            systems << stop.system;
    }
    systems.sort();
    return systems;
}

/// A question that no longer fitted; reading archives is another matter.
bool isLeft(const trace::Excuse &excuse)
{
    return excuse.kind == ExcuseKind::NotAsked && !excuse.waitsFor.contains("reading"_L1);
}

/// What the simulated world says: whether the channel's newest release has the commit of a pull request.
bool isServed(sim::World &world, PullRequestNr number, const QString &channel)
{
    const auto &source = world.source();
    const auto *pull = source.pullRequest(number);
    const auto index = world.findChannel(channel.toUtf8());
    if (!pull || !index || pull->merge == sim::CommitIndex::None)
        return false;
    return source.contains(world.releases(*index).back().commit, pull->merge);
}

/// The first evaluation of the jobset that has the commit, by the world's own history.
EvalId firstEval(sim::World &world, PullRequestNr number, const char *project, const char *jobset)
{
    const auto &source = world.source();
    const auto merge = source.pullRequest(number)->merge;
    for (const auto id : world.evaluations(*world.findJobset(project, jobset))) {
        if (source.contains(world.evaluation(id)->commit, merge))
            return id;
    }
    return {};
}

} // namespace

/// The simulator's stories, each from its pull request on and, where it made outputs, back again. What is
/// right is asked of the simulated world itself.
class TraceStoriesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TracedPipeline> m_pipeline;
    QHash<QByteArray, Trace> m_traces; ///< to the end: as many rounds as it takes

    [[nodiscard]] qint64 now() { return m_pipeline->clock().nowSeconds(); }
    [[nodiscard]] PullRequestNr number(const QByteArray &story) { return m_pipeline->story(story).pullRequest; }

    const Trace &whole(const QByteArray &story)
    {
        auto &trace = m_traces[story];
        if (trace.stops.isEmpty()) {
            m_pipeline->restoreQuota();
            trace = m_pipeline->traceStory(story);
            trace = m_pipeline->refreshToTheEnd(trace);
        }
        return trace;
    }

private Q_SLOTS:
    void initTestCase() { m_pipeline = std::make_unique<TracedPipeline>(); }
    void cleanupTestCase() { m_pipeline.reset(); }

    void eachStoryKeepsToItsRequests_data() { addStories(); }
    void eachStoryKeepsToItsRequests()
    {
        QFETCH(QByteArray, story);
        m_pipeline->restoreQuota();
        const auto first = m_pipeline->traceStory(story);
        qInfo().noquote().nospace() << story << ", first: " << spentText(first)
                                    << "; left for the next round: " << std::ranges::count_if(first.excuses, isLeft);
        const int tracks = int(first.tracks.size()); // a backport is a pull request of its own
        QVERIFY2(requestsTo(first, u"demo-hydra"_s) <= mostForHydra * tracks, qPrintable(printed(first, now())));
        QVERIFY2(requestsTo(first, u"demo-github"_s) <= mostForGitHub * tracks, qPrintable(printed(first, now())));
        const auto again = m_pipeline->refresh(first.run);
        qInfo().noquote().nospace() << story << ", refresh: " << spentText(again);
        QVERIFY(requestsTo(again, u"demo-hydra"_s) <= mostForHydra * tracks);
        QVERIFY(requestsTo(again, u"demo-github"_s) <= mostForGitHub * tracks);
        m_traces[story] = m_pipeline->refreshToTheEnd(again);
        const auto end = m_traces[story];
        const auto idle = m_pipeline->refresh(end.run);
        qInfo().noquote().nospace() << story << ", with nothing new: " << spentText(idle);
        // What is reached is never asked about again; what waits costs its jobset's list, its gate and the
        // branches.
        QVERIFY(requestsTo(idle, u"demo-github"_s) <= 2 * tracks);
        QVERIFY(requestsTo(idle, u"demo-hydra"_s) <= mostForHydra * tracks);
    }

    void eachUnreachedStopHasOneSentence_data() { addStories(); }
    void eachUnreachedStopHasOneSentence()
    {
        QFETCH(QByteArray, story);
        const auto &trace = whole(story);
        QVERIFY(!trace.stops.isEmpty());
        for (const auto &stop : trace.stops) {
            const auto count = std::ranges::count(trace.excuses, stop.id, &trace::Excuse::stop);
            const bool isReached = stop.state == StopState::Reached;
            QVERIFY2(count == (isReached ? 0 : 1), qPrintable(stop.id + u'\n' + printed(trace, now())));
        }
        for (const auto &excuse : trace.excuses) {
            const auto text = sentence(excuse, now());
            QVERIFY2(text.endsWith(u'.') && text.size() > 15 && !text.contains("%"_L1) && !text.contains(".."_L1),
                qPrintable(text));
            QVERIFY(trace.stop(excuse.stop));
        }
        for (const auto &hop : trace.hops) {
            QVERIFY2(trace.stop(hop.to), qPrintable(hop.id));
            QVERIFY2(hop.from.isEmpty() || trace.stop(hop.from), qPrintable(hop.id));
            // What is claimed rests on answers that are kept.
            if (hop.grade && hop.grade != trace::Grade::Local && hop.grade != trace::Grade::Gap)
                QVERIFY2(!hop.answers.isEmpty() && !hop.sentence.isEmpty(), qPrintable(hop.id));
            for (const auto &digest : hop.answers)
                QVERIFY2(trace.answer(digest), qPrintable(hop.id));
        }
        QSet<QString> ids;
        for (const auto &stop : trace.stops) {
            QVERIFY2(!ids.contains(stop.id), qPrintable(stop.id));
            ids.insert(stop.id);
        }
    }

    void channelsAreReachedWhereTheWorldSaysSo_data() { addStories(); }
    void channelsAreReachedWhereTheWorldSaysSo()
    {
        QFETCH(QByteArray, story);
        const auto &trace = whole(story);
        const auto served = stopsOf(trace, StopKind::Served);
        QVERIFY(served.size() >= 3);
        for (const auto &stop : served) {
            const auto pull = PullRequestNr(trace.track(stop.track)->pullRequest);
            QVERIFY2((stop.state == StopState::Reached) == isServed(m_pipeline->world(), pull, stop.name),
                qPrintable(stop.id + u'\n' + printed(trace, now())));
        }
    }

    void whatGoesToMasterIsBuiltForAllSystemsInItsFirstEvaluation()
    {
        const auto &trace = whole("merged-to-master");
        const auto first = firstEval(m_pipeline->world(), number("merged-to-master"), "nixpkgs", "unstable");
        for (const auto &stop : stopsOf(trace, StopKind::Evaluated)) {
            if (stop.name == "nixpkgs:unstable"_L1)
                QCOMPARE(stop.text, first.text());
        }
        QCOMPARE(builtOn(trace),
            (QStringList{u"aarch64-darwin"_s, u"aarch64-linux"_s, u"x86_64-darwin"_s, u"x86_64-linux"_s}));
        for (const auto &stop : stopsOf(trace, StopKind::Signed))
            QCOMPARE(stop.state, StopState::Reached);
        QVERIFY(trace.reached(trace::Grade::Signed) >= 4);
    }

    void whatGoesToStagingIsFollowedThroughItsBranches()
    {
        const auto &trace = whole("merged-to-staging");
        QStringList branches;
        for (const auto &stop : stopsOf(trace, StopKind::InBranch))
            branches << stop.name + u' ' + word(stop.state);
        QCOMPARE(branches, (QStringList{u"staging reached"_s, u"staging-next reached"_s, u"master reached"_s}));
        const auto first = firstEval(m_pipeline->world(), number("merged-to-staging"), "nixpkgs", "unstable");
        QVERIFY(std::ranges::any_of(stopsOf(trace, StopKind::Evaluated),
            [&](const Stop &stop) { return stop.name == "nixpkgs:unstable"_L1 && stop.text == first.text(); }));
    }

    void whatGoesToAReleaseBranchIsBuiltByTwoJobsets()
    {
        const auto &trace = whole("release-branch");
        QCOMPARE(builtOn(trace),
            (QStringList{u"aarch64-darwin"_s, u"aarch64-linux"_s, u"x86_64-darwin"_s, u"x86_64-linux"_s}));
        for (const auto &stop : stopsOf(trace, StopKind::Served))
            QVERIFY2(stop.name.contains("26.05"_L1), qPrintable(stop.name));
    }

    void aBackportIsATrackBesideItsOriginal()
    {
        const auto &trace = whole("backport");
        QCOMPARE(trace.tracks.size(), 2);
        const auto *original = m_pipeline->world().source().pullRequest(number("backport"));
        QCOMPARE(trace.tracks[1].kind, trace::TrackKind::Backport);
        QCOMPARE(trace.tracks[1].pullRequest, original->backportedAs.value);
        QCOMPARE(trace.tracks[1].base, u"release-26.05"_s);
    }

    void whatIsNotMergedSaysWhatItWaitsFor()
    {
        const auto &trace = whole("unmerged");
        QCOMPARE(stateOf(trace, StopKind::Merged, {}), StopState::Waiting);
        QVERIFY(headline(trace, now()).contains("not merged"_L1));
        QVERIFY(stopsOf(trace, StopKind::Built).isEmpty());
    }

    void aRevertIsAFinding()
    {
        const auto &trace = whole("reverted");
        QVERIFY2(hasFinding(trace, FindingKind::Reverted), qPrintable(printed(trace, now())));
        QVERIFY(!hasFinding(whole("merged-to-master"), FindingKind::Reverted));
    }

    void aMissingJobSaysWhyItDoesNotEvaluate()
    {
        const auto &trace = whole("job-missing");
        const auto builds = stopsOf(trace, StopKind::Built);
        QVERIFY(!builds.isEmpty());
        for (const auto &stop : builds) {
            QCOMPARE(stop.state, StopState::Failed);
            const auto *excuse = trace.excuse(stop.id);
            QCOMPARE(excuse->kind, ExcuseKind::JobMissing);
            QVERIFY2(sentence(*excuse, now()).contains("error:"_L1), qPrintable(sentence(*excuse, now())));
        }
    }

    void aFailingConstituentIsNamedAsWhatHoldsTheChannelBack()
    {
        const auto &trace = whole("failed-constituent");
        bool isNamed = false;
        QStringList sentences;
        for (const auto &excuse : trace.excuses) {
            sentences << sentence(excuse, now());
            for (const auto &blocker :
                excuse.kind == ExcuseKind::GateFailed ? excuse.blockers : QList<trace::Blocker>())
                isNamed = isNamed || blocker.name.contains("networking.networkmanager"_L1);
        }
        QVERIFY2(isNamed, qPrintable(sentences.join(u'\n')));
    }

    void aNarThatIsNotTheSignedOneIsFoundWithoutReadingIt()
    {
        const auto &trace = whole("wrong-nar");
        QVERIFY2(hasFinding(trace, FindingKind::WrongNar), qPrintable(printed(trace, now())));
        QCOMPARE(std::ranges::count(trace.findings, FindingKind::WrongNar, &trace::Finding::kind), 1);
        QVERIFY(!hasFinding(whole("merged-to-master"), FindingKind::WrongNar));
    }

    void eachOutputLeadsBackToItsPullRequest_data() { addStories(); }
    void eachOutputLeadsBackToItsPullRequest()
    {
        QFETCH(QByteArray, story);
        const auto &forward = whole(story);
        for (const auto &stop : stopsOf(forward, StopKind::Signed)) {
            if (!stop.subject || stop.output != "out"_L1)
                continue;
            m_pipeline->restoreQuota();
            m_pipeline->makeKnown(stop.subject->name);
            const auto back = m_pipeline->trace({.text = stop.subject->name, .search = true});
            const auto pull = forward.track(stop.track)->pullRequest;
            QStringList found;
            for (const auto &hop : back.hops) {
                if (hop.claim == Claim::TouchedBy && hop.grade)
                    found << hop.object;
            }
            QVERIFY2(found.contains(u'#' + QString::number(pull)),
                qPrintable(stop.subject->name + u" gives "_s + found.join(u' ') + u'\n' + printed(back, now())));
            QVERIFY2(requestsTo(back, u"demo-hydra"_s) <= mostForHydra, qPrintable(printed(back, now())));
        }
    }

    void anImageLeadsToItsReleaseEvaluationAndRevision()
    {
        m_pipeline->restoreQuota();
        const auto image = stopsOf(whole("merged-to-master"), StopKind::Image).value(0).text;
        QVERIFY(image.endsWith(".iso"_L1));
        const auto back = m_pipeline->trace({.text = u"Downloads/"_s + image});
        leadsToTheNewestRelease(back, "nixos-unstable");
    }

    void thisSystemLeadsToItsRelease()
    {
        m_pipeline->restoreQuota();
        const auto &release = newest("nixos-unstable");
        QFile version(m_pipeline->systemFolder() + u"/nixos-version"_s);
        QVERIFY(version.open(QIODevice::WriteOnly));
        version.write(release.name.mid(6)); // without «nixos-»
        version.close();
        const auto back = m_pipeline->trace({.text = u"system"_s});
        leadsToTheNewestRelease(back, "nixos-unstable");
        QVERIFY(back.reached(trace::Grade::Local) >= 1);
    }

    void aBuildAndAnEvaluationAreStartsToo()
    {
        m_pipeline->restoreQuota();
        const auto &forward = whole("merged-to-master");
        const auto pull = u'#' + number("merged-to-master").text();
        for (const auto &stop : {stopsOf(forward, StopKind::Built).value(0)}) {
            const auto back = m_pipeline->trace({.subject = stop.subject});
            QVERIFY2(headline(back, now()).contains(pull), qPrintable(printed(back, now())));
        }
        for (const auto &stop : stopsOf(forward, StopKind::Evaluated)) {
            if (stop.name != "nixpkgs:unstable"_L1)
                continue;
            const auto back = m_pipeline->trace({.subject = stop.subject});
            QVERIFY2(stateOf(back, StopKind::Merged, pull) == StopState::Reached, qPrintable(printed(back, now())));
        }
    }

    void aFurtherAttributeCostsAtMostOneRequest()
    {
        const auto pull = Subject::ofPullRequest(number("merged-to-master"));
        m_pipeline->restoreQuota();
        const auto one = m_pipeline->trace({.subject = pull, .attrs = {u"hello"_s}});
        const auto three = m_pipeline->trace({.subject = pull, .attrs = {u"hello"_s, u"git"_s, u"nginx"_s}});
        QVERIFY(requestsTo(one, u"demo-hydra"_s) <= mostForHydra);
        QVERIFY(requestsTo(three, u"demo-hydra"_s) <= mostForHydra + 2);
        QVERIFY(requestsTo(three, u"demo-github"_s) <= mostForGitHub);
        QCOMPARE(builtOn(three).size(), 3 * builtOn(one).size());
    }

    void onlyTheSystemAskedForIsFollowed()
    {
        m_pipeline->restoreQuota();
        const auto trace = m_pipeline->trace(
            {.subject = Subject::ofPullRequest(number("merged-to-master")), .systems = {u"aarch64-linux"_s}});
        QCOMPARE(builtOn(trace), QStringList{u"aarch64-linux"_s});
    }

    void aCancelledRoundGoesOnWhereItStopped()
    {
        m_pipeline->restoreQuota();
        const trace::Order order{.subject = Subject::ofPullRequest(number("merged-to-master"))};
        const auto cut = m_pipeline->cancelAfter(order, 3);
        QVERIFY(!cut.isRunning);
        QVERIFY(stopsOf(cut, StopKind::Served).isEmpty()
            || stateOf(cut, StopKind::Served, u"nixos-unstable"_s) != StopState::Reached);
        const auto rest = m_pipeline->refresh(cut.run);
        QCOMPARE(stateOf(rest, StopKind::Served, u"nixos-unstable"_s), StopState::Reached);
        const auto all = std::ranges::find(rest.spent, u"demo-github"_s, &trace::Spent::host)->requests;
        QVERIFY2(all <= mostForGitHub, qPrintable(printed(rest, now())));
    }

    void aTraceGrowsFromItsFirstAnswerOn()
    {
        m_pipeline->restoreQuota();
        (void)m_pipeline->traceStory("merged-to-master");
        QVERIFY(m_pipeline->saidLast() > 10);
    }

    void whatWaitsArrivesAndOnlyOpenHopsAreAskedAbout()
    {
        TracedPipeline later; // its time moves
        const auto pull = later.story("failed-constituent").pullRequest;
        auto trace = later.traceStory("failed-constituent");
        trace = later.refreshToTheEnd(trace);
        QVERIFY(!isServed(later.world(), pull, u"nixos-unstable"_s));
        for (int i = 0; i < 40 && !isServed(later.world(), pull, u"nixos-unstable"_s); ++i) {
            later.clock().advance(std::chrono::hours(3));
            later.world().advance(later.clock().nowSeconds());
        }
        QVERIFY(isServed(later.world(), pull, u"nixos-unstable"_s));
        trace = later.refresh(trace.run);
        QCOMPARE(stateOf(trace, StopKind::Served, u"nixos-unstable"_s), StopState::Reached);
        qInfo().noquote() << "after it has arrived:" << spentText(trace);
        // Its timeline (a revert may have come), where the channel is, and the branches of the channels.
        QVERIFY(requestsTo(trace, u"demo-github"_s) <= 3);
        QCOMPARE(requestsTo(trace, u"demo-hydra"_s), 0);
        QVERIFY(hasFinding(trace, FindingKind::Reverted));
    }

private:
    const sim::Release &newest(const char *channel)
    {
        auto &world = m_pipeline->world();
        return world.releases(*world.findChannel(channel)).back();
    }
    void leadsToTheNewestRelease(const Trace &back, const char *channel)
    {
        const auto &release = newest(channel);
        const auto sha = QString::fromLatin1(m_pipeline->world().source().commit(release.commit).sha);
        const auto text = printed(back, now());
        QVERIFY2(
            stateOf(back, StopKind::Served, QString::fromUtf8(release.name)) == StopState::Reached, qPrintable(text));
        QVERIFY2(stopsOf(back, StopKind::Evaluated).value(0).text == release.eval.text(), qPrintable(text));
        QVERIFY2(stopsOf(back, StopKind::InBranch).value(0).subject->name == sha, qPrintable(text));
    }
    static void addStories()
    {
        QTest::addColumn<QByteArray>("story");
        for (const char *name : {"merged-to-staging", "merged-to-master", "release-branch", "backport", "unmerged",
                 "reverted", "job-missing", "failed-constituent", "wrong-nar", "failed-but-cached", "channel-still"})
            QTest::newRow(name) << QByteArray(name);
    }
    static QString spentText(const Trace &trace)
    {
        QStringList parts;
        for (const auto &spent : trace.spent)
            parts << u"%1 %2"_s.arg(spent.host).arg(spent.lastRound);
        return parts.join(u", "_s);
    }
};

QTEST_GUILESS_MAIN(TraceStoriesTest)
#include "stories_test.moc"
