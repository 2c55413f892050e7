// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/climber.h"

#include "nix/challenge.h"
#include "nix/contents.h"
#include "nix/deriver.h"

#include <QAbstractEventDispatcher>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

/// Contents up to this size need no place among the streams.
constexpr quint64 smallFile = 256 * 1024;

Evidence evidenceOf(const CacheAnswer &answer)
{
    return {.what = u"narinfo"_s,
        .url = answer.url,
        .at = answer.at,
        .sha256 = hashOf(answer.body),
        .size = quint64(answer.body.size()),
        .note = {}};
}

Resolve resolverOf(const std::shared_ptr<CacheClient> &client)
{
    return [client](QByteArrayView place) { return client->resolve(place); };
}

bool wantsContents(const PathReport &report, const Asked &asked)
{
    return asked.depth > Depth::Signature && report.info.has_value();
}

} // namespace

Climber::Climber(std::vector<std::shared_ptr<CacheClient>> caches,
    std::vector<std::shared_ptr<CacheClient>> challengers, CacheDoors doors, const VerifyOptions &options)
    : m_doors(doors)
    , m_trust(std::make_shared<const Trust>(options.trust))
    , m_derivations(options.derivations)
    , m_streams(qMax(1, qMin(options.streams, options.jobs)))
{
    for (auto &client : caches)
        m_caches.push_back({.client = std::move(client), .refused = {}, .waiting = {}});
    for (auto &client : challengers)
        m_challengers.push_back({.client = std::move(client), .refused = {}, .waiting = {}});
}

Task<void> Climber::meet(Cache *cache)
{
    if (std::exchange(cache->isAsked, true)) {
        co_await met(cache);
        co_return;
    }
    struct Asking { // a flow that is stopped meanwhile leaves it to the next one
        Cache *cache;
        ~Asking() { cache->isAsked = cache->isMet; }
    };
    const Asking asking{cache};
    const auto info = co_await cache->client->info();
    // Other problems show again with the first narinfo, and belong to it.
    if (info && !info->isFor(m_trust->storeDir)) {
        cache->refused = problemSaying(ProblemKind::Unsupported,
            u"The cache is for the store %1, not for %2."_s.arg(
                QString::fromUtf8(*info->storeDir), QString::fromUtf8(m_trust->storeDir)),
            cache->client->address())
                             .error();
    }
    cache->isMet = true;
    if (cache->waiting.empty())
        co_return;
    // Not from here: whoever waits may end, and what owns this flow with it.
    auto wake = [turns = std::exchange(cache->waiting, {})] {
        for (const auto &turn : turns)
            turn.set(true);
    };
    QMetaObject::invokeMethod(QAbstractEventDispatcher::instance(), std::move(wake), Qt::QueuedConnection);
}

Task<void> Climber::met(Cache *cache)
{
    if (cache->isMet)
        co_return;
    const Completion<bool> turn;
    cache->waiting.push_back(turn);
    co_await turn;
}

Task<void> Climber::allMet()
{
    for (auto *caches : {&m_caches, &m_challengers}) {
        for (auto &cache : *caches)
            co_await met(&cache);
    }
}

Task<void> Climber::meetCaches()
{
    for (auto *caches : {&m_caches, &m_challengers}) {
        for (auto &cache : *caches)
            co_await meet(&cache);
    }
}

Task<PathReport> Climber::climb(VerifyTarget target, Climb climb)
{
    switch (target.kind) {
    case VerifyTarget::Kind::NarInfoText:
        return climbText(std::move(target), std::move(climb));
    case VerifyTarget::Kind::NarFile:
        return climbFile(std::move(target), std::move(climb));
    case VerifyTarget::Kind::Path:
        break;
    }
    return climbPath(std::move(target), std::move(climb));
}

Task<Result<Climber::Found>> Climber::findNarInfo(VerifyTarget target)
{
    if (!target.cache.isEmpty())
        co_return co_await findNamed(std::move(target));
    std::optional<Problem> problem;
    for (auto &cache : m_caches) {
        const auto hashPart = target.question.hashPart;
        auto answer = co_await cache.client->narInfo(hashPart);
        co_await met(&cache);
        if (cache.refused) {
            problem = cache.refused;
            continue;
        }
        if (answer)
            co_return Found{.answer = std::move(*answer), .client = cache.client};
        if (answer.error().kind != ProblemKind::NotFound)
            problem = std::move(answer.error());
    }
    if (problem)
        co_return std::unexpected(*problem);
    co_return problemSaying(ProblemKind::NotFound, u"No cache asked has this path."_s, target.text);
}

Task<Result<Climber::Found>> Climber::findNamed(VerifyTarget target)
{
    auto known = m_named.find(target.cache);
    if (known == m_named.end()) {
        auto client = openCache(target.cache, m_doors);
        if (!client)
            co_return std::unexpected(client.error());
        known = m_named.insert({target.cache, {.client = std::move(*client), .refused = {}, .waiting = {}}}).first;
    }
    auto &cache = known->second;
    co_await meet(&cache);
    if (cache.refused)
        co_return std::unexpected(*cache.refused);
    const auto hashPart = target.question.hashPart;
    auto answer = co_await cache.client->narInfo(hashPart);
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return Found{.answer = std::move(*answer), .client = cache.client};
}

Task<PathReport> Climber::climbPath(VerifyTarget target, Climb climb)
{
    auto report = newReport(target.text, climb.asked);
    report.path = target.question.path;
    auto found = co_await findNarInfo(target);
    if (!found) {
        failNarInfo(report, found.error());
        settleVerdict(report);
        co_return report;
    }
    const auto client = found->client;
    report.cache = client->address();
    auto read = [report = std::move(report), answer = std::move(found->answer), question = target.question,
                    trust = m_trust, resolve = resolverOf(client)]() mutable {
        report.evidence.push_back(evidenceOf(answer));
        climbNarInfo(report, answer.body, question, *trust, resolve);
        settleVerdict(report);
        return std::move(report);
    };
    report = co_await m_doors.batch.run(std::move(read));
    if (climb.changed)
        climb.changed(report);
    if (wantsContents(report, climb.asked))
        report = co_await climbContents(std::move(report), client, climb);
    if (climb.asked.challenge && report.info)
        report = co_await climbChallenge(std::move(report));
    if (report.info)
        report = co_await climbDeriver(std::move(report));
    settleVerdict(report);
    co_return report;
}

Task<PathReport> Climber::climbText(VerifyTarget target, Climb climb)
{
    auto read = [asked = climb.asked, target = std::move(target), trust = m_trust, at = m_doors.clock.now()] {
        auto report = newReport(target.text, asked);
        report.cache = target.text;
        const CacheAnswer answer{.body = target.narInfo, .url = QUrl::fromLocalFile(target.text), .at = at};
        report.evidence.push_back(evidenceOf(answer));
        climbNarInfo(report, target.narInfo, target.question, *trust, {});
        if (report.info)
            leaveContents(report, u"Only the narinfo is at hand; the contents are not."_s);
        return report;
    };
    auto report = co_await m_doors.batch.run(std::move(read));
    if (climb.asked.challenge && report.info)
        report = co_await climbChallenge(std::move(report));
    if (report.info)
        report = co_await climbDeriver(std::move(report));
    settleVerdict(report);
    co_return report;
}

Task<PathReport> Climber::climbContents(PathReport report, std::shared_ptr<CacheClient> client, Climb climb)
{
    if (report.rung(RungName::Url).verdict == Verdict::Fails && (!client->isLocal() || !namesAnotherNar(report))) {
        leaveContents(report, u"Not fetched: the URL names something else."_s);
        co_return report;
    }
    const auto expected = report.info->fileSize.value_or(report.info->compression == "none" ? report.info->narSize : 0);
    std::optional<Gate::Place> place;
    if (expected == 0 || expected > smallFile)
        place = co_await m_streams.enter();
    QString note;
    for (int attempt = 0;; ++attempt) {
        auto check = std::make_shared<ContentCheck>(*report.info, climb.asked.depth, climb.bytes, climb.events);
        const auto url = report.info->url;
        const auto streamed = co_await client->stream(url, check, expected);
        if (!streamed && streamed.error().retryHelps && attempt == 0 && !check->isSettled()) {
            climb.bytes->fetch_sub(check->taken());
            note = u"The connection broke; it was fetched again from the start."_s;
            continue;
        }
        if (streamed && streamed->wentOnFrom > 0)
            note += u"The connection broke; it went on from byte %1."_s.arg(streamed->wentOnFrom);
        auto finish = [check, streamed, report = std::move(report), note]() mutable {
            check->climb(report, streamed, note);
            return std::move(report);
        };
        co_return co_await m_doors.batch.run(std::move(finish));
    }
}

Task<PathReport> Climber::climbFile(VerifyTarget target, Climb climb)
{
    auto read = [asked = climb.asked, target = std::move(target), at = m_doors.clock.now(), bytes = climb.bytes] {
        auto report = newReport(target.text, asked);
        report.cache = target.text;
        climbNarFile(report, target.file, at, *bytes);
        settleVerdict(report);
        return report;
    };
    co_return co_await runOn(m_doors.pools.hash, std::move(read));
}

std::vector<std::shared_ptr<CacheClient>> Climber::clients() const
{
    std::vector<std::shared_ptr<CacheClient>> all;
    for (const auto *caches : {&m_caches, &m_challengers}) {
        for (const auto &cache : *caches) {
            if (!cache.refused)
                all.push_back(cache.client);
        }
    }
    return all;
}

Task<PathReport> Climber::climbChallenge(PathReport report)
{
    ChallengeTally tally;
    co_await allMet();
    for (const auto &client : clients()) {
        if (client->address() == report.cache)
            continue;
        const auto hashPart = report.info->path.hashPart().toByteArray();
        const auto answer = co_await client->narInfo(hashPart);
        tally.add(client->address(), answer, *report.info, m_trust->storeDir);
        if (answer)
            report.evidence.push_back(evidenceOf(*answer));
    }
    tally.climb(report.rung(RungName::Challenge));
    co_return report;
}

Task<PathReport> Climber::climbDeriver(PathReport report)
{
    auto &rung = report.rung(RungName::Deriver);
    if (!report.info->deriver) {
        rung.verdict = Verdict::Unavailable;
        rung.detail = u"The narinfo names no deriver."_s;
        co_return report;
    }
    if (!rung.asked) {
        rung.detail = u"It names %1, which is not signed; not recomputed."_s.arg(
            QString::fromUtf8(report.info->deriver->baseName()));
        co_return report;
    }
    const DeriverQuestion question{.output = report.info->path,
        .deriver = *report.info->deriver,
        .folder = m_derivations,
        .storeDir = m_trust->storeDir};
    co_await allMet();
    const auto caches = clients();
    const auto proof = co_await proveDeriver(question, caches, m_doors);
    rung.verdict = proof.verdict;
    rung.detail = proof.detail;
    rung.bytes = question.deriver.text();
    co_return report;
}

} // namespace narscope::nix
