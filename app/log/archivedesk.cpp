// SPDX-License-Identifier: GPL-3.0-or-later
// What the desk keeps and finds on this computer: logs that were opened, and those of watched failures.
#include "log/desk.h"

#include "log/extract.h"

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds keepSpan = 1h;
constexpr qsizetype mostKeptInSpan = 12; ///< logs of watched failures
constexpr qsizetype mostToKeep = 1000; ///< waiting
constexpr int keepAttempts = 3;
constexpr qsizetype mostListed = 1000;
constexpr Milliseconds keepPause = 5min; ///< after a trouble that may pass

/// What the archive is told of a log.
ArchivedLog entryOf(const LogAbout &about, const QString &server)
{
    const auto &place = about.place;
    ArchivedLog entry{.digest = {},
        .title = about.title,
        .system = about.system,
        .source = about.source,
        .state = about.state,
        .stoppedAt = about.stoppedAt};
    if (place.kind == LogPlace::Kind::Build || place.kind == LogPlace::Kind::Step) {
        entry.server = server;
        entry.build = place.build;
        entry.step = place.step;
    } else if (place.kind == LogPlace::Kind::Derivation) {
        entry.derivation = place.text;
    } else {
        entry.address = place.text;
    }
    return entry;
}

LogAbout aboutOf(const ArchivedLog &entry, LogAbout about)
{
    if (about.place.kind == LogPlace::Kind::Archived && entry.build.value > 0)
        about.place = {.kind = entry.step.value > 0 ? LogPlace::Kind::Step : LogPlace::Kind::Build,
            .text = {},
            .build = entry.build,
            .step = entry.step};
    about.title = entry.title;
    about.system = entry.system;
    about.state = entry.state;
    about.stoppedAt = entry.stoppedAt;
    about.isKept = true;
    about.source = u"this computer's archive, kept "_s
        + QDateTime::fromSecsSinceEpoch(entry.keptAt, QTimeZone::UTC).toString(u"yyyy-MM-dd HH:mm"_s) + u" UTC"_s;
    return about;
}

/// The one asked for by the beginning of its digest, else the newest of the same thing and, when that is known, of the
/// same attempt.
std::optional<ArchivedLog> entryFor(const QList<ArchivedLog> &logs, const LogAbout &about, const QString &server,
    const std::optional<QByteArray> &digest)
{
    const auto wanted = entryOf(about, server);
    auto found = std::ranges::find_if(logs, [&](const ArchivedLog &log) {
        return digest ? !digest->isEmpty() && log.digest.startsWith(*digest)
                      : log.isOfSame(wanted) && (wanted.stoppedAt == 0 || wanted.stoppedAt == log.stoppedAt);
    });
    // A build that never ran is kept as the step of its dependency; only its Hydra tells which that was.
    const bool anyStep = found == logs.end() && !digest && wanted.build.value > 0 && wanted.step.value == 0;
    if (anyStep && wanted.stoppedAt == 0)
        found = std::ranges::find_if(
            logs, [&](const ArchivedLog &log) { return log.server == wanted.server && log.build == wanted.build; });
    return found == logs.end() ? std::nullopt : std::optional(*found);
}

/// Why the log says that the build broke, for the archive's index.
Result<void> describeCause(ArchivedLog &entry, const Bytes &bytes)
{
    LineIndex index;
    if (const auto indexed = index.extend(bytes); !indexed)
        return indexed;
    OutlineScanner outline;
    if (const auto outlined = outline.extend(bytes, index, true); !outlined)
        return outlined;
    const auto extract = extractErrors(bytes, index, outline.phases());
    if (!extract)
        return std::unexpected(extract.error());
    const bool isFine = entry.state == hydra::BuildState::Succeeded;
    if (isFine || extract->findings.empty())
        return {};
    entry.fingerprint = extract->fingerprint();
    entry.cause = extract->findings.front().message;
    entry.causeLine = extract->findings.front().line.value;
    return {};
}

struct Kept {
    ArchivedLog log;
    QList<ArchivedLog> same;
};

Result<Kept> keepIn(Archive &archive, const Bytes &bytes, ArchivedLog entry)
{
    if (const auto described = describeCause(entry, bytes); !described)
        return std::unexpected(described.error());
    auto kept = archive.keep(bytes, std::move(entry));
    if (!kept)
        return std::unexpected(kept.error());
    auto same = sameFailure(*kept, archive.logs());
    return Kept{std::move(*kept), std::move(same)};
}

} // namespace

Task<Result<LogPlace>> LogDesk::previousAttempt(LogPlace place, QString server, hydra::Client *hydra)
{
    const auto ask = asking();
    auto describing = describe({.place = place}, hydra, ask);
    const auto now = co_await std::move(describing);
    if (!now)
        co_return std::unexpected(now.error());
    auto look
        = [archive = m_archive,
              wanted = entryOf(*now, server.isEmpty() ? hydra->server().id : server)]() -> std::optional<ArchivedLog> {
        const auto logs = archive ? archive->logs() : QList<ArchivedLog>{};
        const auto found = std::ranges::find_if(logs, [&wanted](const ArchivedLog &log) {
            return log.isOfSame(wanted) && (wanted.stoppedAt == 0 || log.stoppedAt < wanted.stoppedAt);
        });
        return found == logs.end() ? std::nullopt : std::optional(*found);
    };
    const auto before = co_await runOn(m_pools.hash, std::move(look));
    if (!before)
        co_return problemSaying(ProblemKind::NotFound,
            u"No earlier attempt of this build was kept on this computer, and Hydra overwrites them."_s,
            place.build.text());
    co_return LogPlace{
        .kind = LogPlace::Kind::Archived, .text = QString::fromLatin1(before->digest), .build = {}, .step = {}};
}

/// False: the archive has no such log, or is none.
Task<Result<bool>> LogDesk::runArchived(quint64 run, LogAbout about, std::optional<QByteArray> digest)
{
    struct Found {
        ArchivedLog entry;
        std::shared_ptr<const Bytes> bytes;
    };
    if (!m_archive)
        co_return false;
    auto read = [archive = m_archive, about, server = m_runServers[run], digest,
                    folder = m_folder]() -> Result<std::optional<Found>> {
        const auto entry = entryFor(archive->logs(), about, server, digest);
        if (!entry)
            return digest ? Result<std::optional<Found>>(problemSaying(ProblemKind::NotFound,
                                u"The archive has this log no more: it was let go for newer ones."_s))
                          : std::nullopt;
        auto bytes = archive->open(entry->digest, folder);
        if (!bytes)
            return std::unexpected(bytes.error());
        return Found{*entry, *bytes};
    };
    const auto found = co_await runOn(m_pools.hash, std::move(read));
    if (!found)
        co_return std::unexpected(found.error());
    if (!*found)
        co_return false;
    const auto told = aboutOf((*found)->entry, std::move(about));
    Q_EMIT opened(run, (*found)->bytes, told);
    Q_EMIT completed(run, told);
    auto others = [archive = m_archive, entry = (*found)->entry] { return sameFailure(entry, archive->logs()); };
    const auto same = co_await runOn(m_pools.hash, std::move(others));
    Q_EMIT kept(run, (*found)->entry, same);
    co_return true;
}

Task<void> LogDesk::keep(quint64 run, LogAbout about, QString server, std::shared_ptr<const Bytes> bytes)
{
    auto entry = entryOf(about, server);
    entry.keptAt = m_clock.nowSeconds();
    auto work = [archive = m_archive, bytes, entry] { return keepIn(*archive, *bytes, entry); };
    const auto done = co_await runOn(m_pools.hash, std::move(work));
    if (done)
        Q_EMIT kept(run, done->log, done->same);
    else
        Q_EMIT troubled(run, done.error());
}

void LogDesk::keepLog(const QString &server, BuildId build)
{
    const bool isKnown = server.isEmpty()
        ? !m_hydras.isEmpty()
        : std::ranges::any_of(m_hydras, [&server](const auto *hydra) { return hydra->server().id == server; });
    const KeepOrder order{.server = server, .build = build};
    if (!m_archive || !isKnown || m_toKeep.contains(order) || m_toKeep.size() >= mostToKeep)
        return;
    m_toKeep << order;
    if (!std::exchange(m_isKeeping, true))
        m_keeping.start(keepInTurn());
}

/// One after the other, so many an hour: a channel that breaks must not have us ask for all that it took along.
Task<void> LogDesk::keepInTurn()
{
    QList<Milliseconds> begun; // within the last hour, oldest first
    while (!m_toKeep.isEmpty()) {
        begun.removeIf([now = m_clock.monotonic()](Milliseconds at) { return now - at >= keepSpan; });
        if (begun.size() >= mostKeptInSpan) {
            co_await m_clock.sleep(begun.front() + keepSpan - m_clock.monotonic());
            continue;
        }
        begun << m_clock.monotonic();
        auto order = m_toKeep.takeFirst();
        auto keeping = keepFailure(hydraOf(order.server), order.build);
        const auto done = co_await std::move(keeping);
        if (!done && done.error().retryHelps && ++order.attempts < keepAttempts) {
            m_toKeep << order;
            co_await m_clock.sleep(std::max(keepPause, done.error().retryAfter.value_or(Milliseconds(0))));
        }
    }
    m_isKeeping = false;
}

Task<Result<void>> LogDesk::keepFailure(hydra::Client *hydra, BuildId build)
{
    const hydra::Ask ask{.why = u"Logs: what failed is kept"_s, .priority = net::Priority::Background};
    const auto server = hydra->server().id;
    LogAbout about{.place = {.kind = LogPlace::Kind::Build, .text = {}, .build = build, .step = {}}};
    auto describing = describe(about, hydra, ask);
    auto described = co_await std::move(describing);
    if (!described)
        co_return std::unexpected(described.error());
    if (described->isLive) // it was restarted meanwhile; its end is told again
        co_return Result<void>{};
    auto look = [archive = m_archive, told = *described, server] {
        return entryFor(archive->logs(), told, server, {}).has_value();
    };
    const bool isThere = co_await runOn(m_pools.hash, std::move(look));
    const auto spool = Spool::create(m_folder, maxLogSize);
    if (isThere || !spool)
        co_return isThere ? Result<void>{} : std::unexpected(spool.error());
    auto finding = sourcesOf(*described, hydra, ask);
    const auto sources = co_await std::move(finding);
    if (!sources)
        co_return std::unexpected(sources.error());
    LogFetch fetch{
        .sources = *sources, .spool = *spool, .why = ask.why, .priority = net::Priority::Background, .grew = {}};
    const auto source = co_await fetchLog(m_http, std::move(fetch));
    if (!source)
        co_return std::unexpected(source.error());
    described->source = source->name;
    auto keeping = keep(0, *described, server, *spool);
    co_await std::move(keeping);
    co_return Result<void>{};
}

void LogDesk::listArchive(quint64 search)
{
    m_searching.start(runList(search));
}

Task<void> LogDesk::runList(quint64 search)
{
    auto read = [archive = m_archive] { return archive ? archive->logs() : QList<ArchivedLog>{}; };
    const auto logs = co_await runOn(m_pools.hash, std::move(read));
    Q_EMIT archiveListed(search, logs.first(qMin(logs.size(), mostListed)), logs.size());
}

void LogDesk::searchArchive(quint64 search, const Query &query)
{
    if (m_searchCancelled)
        *m_searchCancelled = true;
    m_searching.cancelAll();
    m_searchCancelled = std::make_shared<std::atomic<bool>>(false);
    if (!query.anyOf.empty())
        m_searching.start(runSearch(search, query));
}

Task<void> LogDesk::runSearch(quint64 search, Query query)
{
    auto read = [archive = m_archive] { return archive ? contentsOf(archive->logs()) : QList<ArchivedLog>{}; };
    const auto logs = co_await runOn(m_pools.hash, std::move(read));
    // One log after the other, so that what is found shows at once and the pool stays free for others between.
    for (qsizetype i = 0; i < logs.size(); ++i) {
        auto look = [archive = m_archive, log = logs[i], query, folder = m_folder, cancelled = m_searchCancelled] {
            return searchArchived(*archive, log, query, folder, cancelled.get());
        };
        auto found = co_await runOn(m_pools.log, std::move(look));
        found.searched = i + 1;
        found.all = logs.size();
        if (found.problem && found.problem->kind == ProblemKind::Usage) { // the pattern is wrong for all
            Q_EMIT archiveSearched(search, found);
            co_return;
        }
        Q_EMIT archiveSearched(search, found);
    }
    if (logs.isEmpty())
        Q_EMIT archiveSearched(search, {});
}

} // namespace narscope::log
