// SPDX-License-Identifier: GPL-3.0-or-later
#include "pathtests.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::test;
using namespace Qt::StringLiterals;

using trace::FindingKind;
using trace::StopKind;
using trace::StopState;
using trace::Trace;

namespace {

using Answer = DoctoredHttp::Answer;
using Doctor = std::function<Answer(const net::Request &, Answer)>;

constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;

/// Every answer to what `about` says with its body changed.
Doctor changing(
    const std::function<bool(const net::Request &)> &about, const std::function<QByteArray(QByteArray)> &change)
{
    return [about, change](const net::Request &request, Answer answer) {
        if (answer && about(request))
            answer->body = change(std::move(answer->body));
        return answer;
    };
}

std::function<bool(const net::Request &)> below(const QString &path)
{
    return [path](const net::Request &request) { return isAbout(request, path); };
}

/// /build/N as JSON, not its page.
bool isBuildJson(const net::Request &request)
{
    static const QRegularExpression build(u"^/build/[0-9]+$"_s);
    return build.match(request.url.path()).hasMatch() && request.expect == net::Expect::Json;
}

/// Prometheus as if the channel had not moved since: another revision, another time.
Doctor heldBack(const QString &channel, const QByteArray &revision, qint64 updatedAt)
{
    const auto change = [channel, revision, updatedAt](const QByteArray &body) {
        auto top = QJsonDocument::fromJson(body).object();
        auto data = top.value("data"_L1).toObject();
        QJsonArray samples;
        for (const auto &value : data.value("result"_L1).toArray()) {
            auto sample = value.toObject();
            auto metric = sample.value("metric"_L1).toObject();
            const auto name = metric.value("__name__"_L1).toString();
            if (metric.value("channel"_L1) == channel && name == "channel_revision"_L1)
                metric.insert("revision"_L1, QString::fromLatin1(revision));
            if (metric.value("channel"_L1) == channel && name == "channel_update_time"_L1)
                sample.insert(
                    "value"_L1, QJsonArray{sample.value("value"_L1).toArray().first(), QString::number(updatedAt)});
            sample.insert("metric"_L1, metric);
            samples.append(sample);
        }
        data.insert("result"_L1, samples);
        top.insert("data"_L1, data);
        return QJsonDocument(top).toJson(QJsonDocument::Compact);
    };
    return changing(below(u"/api/v1/query"_s), change);
}

} // namespace

/// Each contradiction that a trace can find, brought about where the real servers would: by what one of them says.
class TraceFindingsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<TracedPipeline> m_pipeline;

    [[nodiscard]] qint64 now() { return m_pipeline->clock().nowSeconds(); }
    [[nodiscard]] QString log(const Trace &trace) { return printed(trace, now()); }

    Trace toTheEnd(const trace::Order &order)
    {
        m_pipeline->restoreQuota();
        auto trace = m_pipeline->trace(order);
        return m_pipeline->refreshToTheEnd(std::move(trace));
    }
    trace::Order merged()
    {
        return {.subject = Subject::ofPullRequest(m_pipeline->story("merged-to-master").pullRequest)};
    }

    /// A path that «merged-to-master» made and the cache has.
    QString madePath()
    {
        m_pipeline->door().onAnswer = {};
        for (const auto &stop : stopsOf(toTheEnd(merged()), StopKind::Signed)) {
            if (stop.state == StopState::Reached && stop.output == "out"_L1)
                return stop.subject->name;
        }
        return {};
    }

    /// Exactly one finding, of this kind; its sentence is whole and its evidence is kept.
    void verifyOne(const Trace &trace, FindingKind kind)
    {
        const auto count = std::ranges::count(trace.findings, kind, &trace::Finding::kind);
        QVERIFY2(count == 1, qPrintable(log(trace)));
        const auto found = std::ranges::find(trace.findings, kind, &trace::Finding::kind);
        QVERIFY2(found->sentence.endsWith(u'.') && !found->sentence.contains(u'%'), qPrintable(found->sentence));
        QVERIFY2(trace.stop(found->stop), qPrintable(found->stop));
        for (const auto &digest : found->answers)
            QVERIFY2(trace.answer(digest), qPrintable(found->sentence));
        qInfo().noquote() << found->sentence;
    }

private Q_SLOTS:
    void initTestCase() { m_pipeline = std::make_unique<TracedPipeline>(); }
    void cleanupTestCase() { m_pipeline.reset(); }
    void cleanup()
    {
        m_pipeline->door().onAnswer = {};
        m_pipeline->start();
    }

    void withoutContradictionsThereAreNoFindings()
    {
        const auto trace = toTheEnd(merged());
        QVERIFY2(trace.findings.isEmpty(), qPrintable(log(trace)));
    }

    void aFailedBuildWhoseOutputIsInTheCache()
    {
        const auto path = madePath();
        m_pipeline->makeKnown(path);
        m_pipeline->door().onAnswer = changing(
            isBuildJson, [](QByteArray body) { return body.replace("\"buildstatus\":0", "\"buildstatus\":1"); });
        const auto back = m_pipeline->trace({.text = path, .search = true});
        verifyOne(back, FindingKind::FailedButInCache);
    }

    void aFailedBuildWhoseOutputIsInTheCacheIsFoundForwardWhenAPersonWantsEverything()
    {
        const auto isJobsPage = [](const net::Request &request) {
            return request.expect == net::Expect::Html && request.url.query().contains("filter=hello"_L1);
        };
        m_pipeline->door().onAnswer = changing(isJobsPage, [](QByteArray body) {
            return body.replace("\"Succeeded\"", "\"Failed\""); // the icon's title and its other text
        });
        auto order = merged();
        order.systems = {u"x86_64-linux"_s};
        QVERIFY(toTheEnd(order).findings.isEmpty()); // a failed build's path is not asked for by itself
        order.everyOutput = true;
        verifyOne(toTheEnd(order), FindingKind::FailedButInCache);
    }

    void aBuildThatDoesNotListThePathItWasFoundFor()
    {
        const auto path = madePath();
        m_pipeline->makeKnown(path);
        const auto hashPart = path.section(u'/', -1).first(32).toLatin1();
        const auto other = hashPart.last(31) + hashPart.first(1);
        m_pipeline->door().onAnswer
            = changing(isBuildJson, [&](QByteArray body) { return body.replace(hashPart, other); });
        const auto back = m_pipeline->trace({.text = path, .search = true});
        verifyOne(back, FindingKind::OutputsDisagree);
    }

    void aBuildThatSucceededAndIsMissingInTheCache()
    {
        auto order = merged();
        order.attrs = {u"jq"_s}; // the simulator's incident
        verifyOne(toTheEnd(order), FindingKind::SucceededButMissing);
    }

    void aSignatureThatDoesNotHold()
    {
        m_pipeline->door().onAnswer = changing(
            below(u".narinfo"_s), [](QByteArray body) { return body.replace("\nNarSize: ", "\nNarSize: 1"); });
        auto order = merged();
        order.systems = {u"x86_64-linux"_s};
        const auto trace = toTheEnd(order);
        const auto outputs = std::ranges::count(trace.stops, StopKind::Signed, &trace::Stop::kind);
        QVERIFY(outputs > 0);
        QCOMPARE(std::ranges::count(trace.findings, FindingKind::BadSignature, &trace::Finding::kind), outputs);
        for (const auto &stop : stopsOf(trace, StopKind::Signed))
            QCOMPARE(stop.state, StopState::Failed);
        QCOMPARE(trace.reached(trace::Grade::Signed), 0);
    }

    void aKeyThatNobodyTrustsIsNoSignature()
    {
        auto order = merged();
        order.attrs = {u"tmux"_s}; // signed by a stranger on one system
        const auto trace = toTheEnd(order);
        for (const auto &stop : stopsOf(trace, StopKind::Signed)) {
            const bool isStrange = stop.system == "x86_64-linux"_L1 && stop.output == "out"_L1;
            QVERIFY2((stop.state == StopState::Reached) != isStrange, qPrintable(log(trace)));
        }
    }

    void aNarThatIsAnothersIsReadAndNotTheSignedOne()
    {
        auto order = merged();
        order.attrs = {u"ripgrep"_s}; // one byte of its archive is another
        order.systems = {u"x86_64-linux"_s};
        order.contents = true;
        verifyOne(toTheEnd(order), FindingKind::WrongNar);
    }

    void aBuildThatHydraGaveAnotherDerivation()
    {
        const QTemporaryDir folder;
        m_pipeline->start({.token = {}, .clone = {}, .memory = folder.path(), .system = {}});
        auto order = merged();
        order.systems = {u"x86_64-linux"_s};
        QVERIFY(toTheEnd(order).findings.isEmpty());
        m_pipeline->clock().advance(std::chrono::hours(25)); // what is remembered of builds is believed for a day
        m_pipeline->start({.token = {}, .clone = {}, .memory = folder.path(), .system = {}});
        m_pipeline->door().onAnswer = changing(isBuildJson, [](QByteArray body) {
            const auto at = body.indexOf("\"drvpath\":\"/nix/store/") + 22;
            body[at] = body[at] == '0' ? '1' : '0';
            return body;
        });
        verifyOne(toTheEnd(order), FindingKind::DerivationRepointed);
        m_pipeline->start();
        m_pipeline = std::make_unique<TracedPipeline>(); // at its old time
    }

    void aGreenGateWhoseChannelStandsStill()
    {
        const auto channel = u"nixpkgs-unstable"_s;
        const auto &releases = releasesOf(channel);
        const auto old = m_pipeline->world().source().commit(releases.front().commit).sha;
        m_pipeline->door().onAnswer = heldBack(channel, old, releases.front().time);
        verifyFoundAfterHours(toTheEnd(merged()));
    }

    void theSimulatorsBuildThatFailedFirstIsFound()
    {
        const auto told = m_pipeline->story("failed-but-cached");
        verifyOne(toTheEnd({.subject = Subject::ofPullRequest(told.pullRequest),
                      .attrs = {QString::fromUtf8(told.attr)},
                      .everyOutput = true}),
            FindingKind::FailedButInCache);
    }

    void theSimulatorsChannelThatIsNotPublishedIsFound()
    {
        const auto pull = Subject::ofPullRequest(m_pipeline->story("channel-still").pullRequest);
        verifyFoundAfterHours(toTheEnd({.subject = pull}));
    }

    void aChannelThatHasNotMovedForDays()
    {
        const auto channel = u"nixos-unstable"_s;
        const auto old = m_pipeline->world().source().commit(releasesOf(channel).front().commit).sha;
        m_pipeline->door().onAnswer = heldBack(channel, old, now() - 4 * day);
        verifyOne(toTheEnd(merged()), FindingKind::ChannelBeyondTimeout);
    }

    void aBranchThatIsNotWhereItsChannelIs()
    {
        const auto channel = u"nixpkgs-unstable"_s;
        const auto &source = m_pipeline->world().source();
        const auto &releases = releasesOf(channel);
        const auto served = source.commit(releases.back().commit).sha;
        const auto other = source.commit(releases.front().commit).sha;
        QVERIFY(releases.back().time + 2 * hour < now());
        m_pipeline->door().onAnswer
            = changing(below(u"/git/matching-refs/"_s), [&](QByteArray body) { return body.replace(served, other); });
        const auto trace = toTheEnd(merged());
        QVERIFY2(has(trace, FindingKind::PointersDisagree), qPrintable(log(trace)));
    }

    void aReleaseOfAnotherRevisionThanItsEvaluation()
    {
        const auto &source = m_pipeline->world().source();
        const auto &releases = releasesOf(u"nixos-unstable"_s);
        const auto revision = source.commit(releases.back().commit).sha;
        const auto other = source.commit(releases.front().commit).sha;
        m_pipeline->door().onAnswer
            = changing(below(u"/eval/"_s), [&](QByteArray body) { return body.replace(revision, other); });
        const auto trace = m_pipeline->trace({.text = u"nixos-unstable"_s});
        verifyOne(trace, FindingKind::PointersDisagree);
    }

    void aChannelThatServesWhatItsGateDidNotLetThrough()
    {
        m_pipeline->door().onAnswer = changing(
            isBuildJson, [](QByteArray body) { return body.replace("\"buildstatus\":0", "\"buildstatus\":1"); });
        const auto trace = m_pipeline->trace({.text = u"nixos-unstable"_s});
        verifyOne(trace, FindingKind::PointersDisagree);
    }

private:
    /// Its evaluation is finished since we know not when: nothing is said too early.
    void verifyFoundAfterHours(Trace trace)
    {
        QVERIFY2(!has(trace, FindingKind::GateGreenChannelStill), qPrintable(log(trace)));
        m_pipeline->clock().advance(std::chrono::hours(4));
        trace = m_pipeline->refresh(trace.run);
        trace = m_pipeline->refreshToTheEnd(std::move(trace));
        verifyOne(trace, FindingKind::GateGreenChannelStill);
        m_pipeline = std::make_unique<TracedPipeline>();
    }
    std::span<const sim::Release> releasesOf(const QString &channel)
    {
        auto &world = m_pipeline->world();
        return world.releases(*world.findChannel(channel.toLatin1()));
    }
    static bool has(const Trace &trace, FindingKind kind)
    {
        return std::ranges::contains(trace.findings, kind, &trace::Finding::kind);
    }
};

std::unique_ptr<QObject> narscope::test::makeFindingsTest()
{
    return std::make_unique<TraceFindingsTest>();
}

#include "findings_test.moc"
