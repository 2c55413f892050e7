// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/desk.h"

#include "log/extract.h"
#include "log/follow.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr Milliseconds filePause{500};

hydra::Ask asking()
{
    return {.why = u"Logs: a log that was opened"_s, .priority = net::Priority::Interactive};
}

Task<Result<bool>> hasEnded(hydra::Client *hydra, BuildId build)
{
    const auto ask = asking();
    const auto answer = co_await hydra->build(build, ask);
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return answer->finished;
}

QString titleOf(const LogPlace &place)
{
    switch (place.kind) {
    case LogPlace::Kind::Build:
        return u"build "_s + place.build.text();
    case LogPlace::Kind::Step:
        return u"build "_s + place.build.text() + u", step "_s + place.step.text();
    case LogPlace::Kind::Derivation:
        return place.text.mid(33).chopped(4); // «hash-» before, «.drv» behind: readLogPlace
    case LogPlace::Kind::Address:
        return QUrl(place.text).fileName();
    case LogPlace::Kind::Archived:
        return u"archived log"_s;
    default:
        return QFileInfo(place.text).fileName();
    }
}

std::optional<Problem> problemOf(FileBytes::Change change, const QString &name)
{
    const auto saying
        = [&name](const QString &sentence) { return problemSaying(ProblemKind::Io, sentence, name).error(); };
    switch (change) {
    case FileBytes::Change::Truncated:
        return saying(u"The file became shorter; what is shown is what was read before."_s);
    case FileBytes::Change::Replaced:
        return saying(u"The file was replaced by another one; the old one is shown."_s);
    case FileBytes::Change::Gone:
        return saying(u"The file is gone; what was read of it is shown."_s);
    default:
        return {};
    }
}

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

/// The one asked for by digest, else the newest of the same thing and, when that is known, of the same attempt.
std::optional<ArchivedLog> entryFor(const QList<ArchivedLog> &logs, const LogAbout &about, const QString &server,
    const std::optional<QByteArray> &digest)
{
    const auto wanted = entryOf(about, server);
    const auto found = std::ranges::find_if(logs, [&](const ArchivedLog &log) {
        return digest ? log.digest == *digest
                      : log.isOfSame(wanted) && (wanted.stoppedAt == 0 || wanted.stoppedAt == log.stoppedAt);
    });
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

LogDesk::LogDesk(QList<hydra::Client *> hydras, net::Servers servers, net::Http &http, Pools &pools, Clock &clock,
    QString folder, std::shared_ptr<Archive> archive)
    : m_hydras(std::move(hydras))
    , m_servers(std::move(servers))
    , m_http(http)
    , m_pools(pools)
    , m_clock(clock)
    , m_folder(std::move(folder))
    , m_archive(std::move(archive))
{
    qRegisterMetaType<LogAbout>();
    qRegisterMetaType<std::shared_ptr<const Bytes>>();
    qRegisterMetaType<ArchivedLog>();
    qRegisterMetaType<QList<ArchivedLog>>();
    qRegisterMetaType<FoundLogs>();
}

LogDesk::~LogDesk()
{
    if (m_searchCancelled)
        *m_searchCancelled = true;
}

hydra::Client *LogDesk::hydraOf(const QString &server) const
{
    const auto found
        = std::ranges::find_if(m_hydras, [&server](const auto *hydra) { return hydra->server().id == server; });
    return found != m_hydras.end() ? *found : m_hydras.isEmpty() ? nullptr : m_hydras.front();
}

void LogDesk::open(const LogOrder &order)
{
    auto *hydra = hydraOf(order.server);
    m_runServers[order.run] = hydra ? hydra->server().id : QString();
    auto &scope = m_runs[order.run];
    scope = std::make_unique<Scope>();
    scope->start(run(order));
}

void LogDesk::close(quint64 run)
{
    m_runs.erase(run);
    m_runServers.erase(run);
}

Task<void> LogDesk::run(LogOrder order)
{
    auto *hydra = hydraOf(order.server);
    auto read = [text = order.text, url = hydra ? hydra->server().url : QUrl()] {
        const auto place = readLogPlace(text, url);
        auto local = place.kind == LogPlace::Kind::File ? std::optional(place.text)
            : place.kind == LogPlace::Kind::Derivation  ? localLogFile(place.text)
                                                        : std::nullopt;
        return std::pair(place, local);
    };
    auto [place, file] = co_await runOn(m_pools.parse, std::move(read));
    if (order.relation != LogRelation::Itself) {
        auto relating = relate(place, order, hydra);
        const auto related = co_await std::move(relating);
        if (!related) {
            Q_EMIT failed(order.run, related.error());
            co_return;
        }
        place = *related;
    }
    LogAbout about{.place = place, .title = titleOf(place)};
    Result<void> result
        = problemSaying(ProblemKind::Usage, u"No Hydra is known that could be asked for this log."_s, order.text);
    if (place.kind == LogPlace::Kind::StandardInput) {
        result = problemSaying(ProblemKind::Usage, u"A window has no standard input; give a file's name."_s);
    } else if (place.kind == LogPlace::Kind::Archived) {
        auto reading = runArchived(order.run, about, place.text.toLatin1());
        result = (co_await std::move(reading)).transform([](bool isThere) { Q_UNUSED(isThere) });
    } else if (const auto of = ofborgLog(place)) {
        auto asking = runOfBorg(order.run, about, *of);
        result = co_await std::move(asking);
    } else if (file) {
        auto reading = runFile(order.run, about, *file);
        result = co_await std::move(reading);
    } else if (hydra) {
        auto fetching = runRemote(order.run, about, hydra);
        result = co_await std::move(fetching);
    }
    if (!result)
        Q_EMIT failed(order.run, result.error());
}

Task<Result<LogPlace>> LogDesk::previousAttempt(LogPlace place, QString server, hydra::Client *hydra)
{
    auto describing = describe({.place = place}, hydra);
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

/// Addresses of the OfBorg that is known, and of no other host.
std::optional<OfBorgLog> LogDesk::ofborgLog(const LogPlace &place) const
{
    const auto *server = net::findServer(m_servers, net::ServerKind::OfBorg);
    const QUrl url(place.text);
    const bool isThere = place.kind == LogPlace::Kind::Address && server && url.host() == server->url.host()
        && url.port() == server->url.port();
    return isThere ? readOfBorgLog(place.text) : std::nullopt;
}

Task<Result<LogPlace>> LogDesk::relate(LogPlace place, LogOrder order, hydra::Client *hydra)
{
    if (!hydra || (place.kind != LogPlace::Kind::Build && place.kind != LogPlace::Kind::Step))
        co_return problemSaying(
            ProblemKind::Usage, u"Only a build of a Hydra has other builds beside it."_s, order.text);
    if (order.relation == LogRelation::PreviousAttempt) {
        auto looking = previousAttempt(place, order.server, hydra);
        co_return co_await std::move(looking);
    }
    const auto ask = asking();
    const auto build = co_await relatedBuild(*hydra, place.build, order.relation, order.system, ask);
    if (!build)
        co_return std::unexpected(build.error());
    co_return LogPlace{.kind = LogPlace::Kind::Build, .text = {}, .build = *build, .step = {}};
}

Task<Result<void>> LogDesk::runFile(quint64 run, LogAbout about, QString name)
{
    about.source = name;
    auto read = [name, folder = m_folder] { return openLogFile(name, folder, maxLogSize); };
    auto bytes = co_await runOn(m_pools.hash, std::move(read));
    if (!bytes)
        co_return std::unexpected(bytes.error());
    Q_EMIT opened(run, *bytes, about);
    Q_EMIT completed(run, about);
    // A file that is not unpacked is the file itself, and may change.
    if (auto file = std::dynamic_pointer_cast<FileBytes>(std::const_pointer_cast<Bytes>(*bytes))) {
        auto watching = watchFile(run, std::move(file));
        co_await std::move(watching);
    }
    co_return Result<void>{};
}

Task<void> LogDesk::watchFile(quint64 run, std::shared_ptr<FileBytes> file)
{
    for (;;) {
        co_await m_clock.sleep(filePause);
        const auto change = file->look();
        if (change == FileBytes::Change::Grew)
            Q_EMIT grew(run);
        if (const auto problem = problemOf(change, file->path())) {
            Q_EMIT troubled(run, *problem);
            co_return;
        }
    }
}

/// What a build is called and whether it still runs; other places say all by themselves.
Task<Result<LogAbout>> LogDesk::describe(LogAbout about, hydra::Client *hydra)
{
    about.source = about.place.kind == LogPlace::Kind::Address ? QUrl(about.place.text).host() : hydra->server().name;
    if (about.place.kind == LogPlace::Kind::Address)
        about.page = QUrl(about.place.text);
    if (about.place.kind == LogPlace::Kind::Derivation)
        about.page = hydra->logUrl(about.place.text);
    if (about.place.kind != LogPlace::Kind::Build && about.place.kind != LogPlace::Kind::Step)
        co_return about;
    const auto ask = asking();
    const auto build = co_await hydra->build(about.place.build, ask);
    if (!build)
        co_return std::unexpected(build.error());
    about.title = build->nixName.isEmpty() ? about.title : build->nixName;
    about.system = build->system;
    about.page = hydra->buildUrl(about.place.build);
    about.state = build->state();
    about.stoppedAt = build->finished && build->stoppedAt ? *build->stoppedAt : 0;
    about.isLive = !build->finished;
    co_return about;
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

Task<Result<LogAbout>> LogDesk::fetchRemote(
    quint64 run, LogAbout about, hydra::Client *hydra, std::shared_ptr<Spool> spool)
{
    const auto ask = asking();
    const auto place = about.place;
    const auto sources = co_await findLog(place, *hydra, m_servers, ask);
    if (!sources)
        co_return std::unexpected(sources.error());
    if (about.isLive) {
        auto following = follow(run, std::move(about), sources->front().url, std::move(spool), hydra);
        co_return co_await std::move(following);
    }
    LogFetch fetch{
        .sources = *sources, .spool = std::move(spool), .why = ask.why, .grew = [this, run] { Q_EMIT grew(run); }};
    const auto source = co_await fetchLog(m_http, std::move(fetch));
    if (!source)
        co_return std::unexpected(source.error());
    about.source = source->name;
    co_return about;
}

/// Finished builds are taken from the archive when it has just this attempt; other logs only when nobody else has them.
Task<Result<void>> LogDesk::runRemote(quint64 run, LogAbout about, hydra::Client *hydra)
{
    auto describing = describe(about, hydra);
    auto described = co_await std::move(describing);
    if (!described)
        co_return std::unexpected(described.error());
    if (described->stoppedAt > 0) {
        auto reading = runArchived(run, *described, {});
        const auto read = co_await std::move(reading);
        if (read && *read)
            co_return Result<void>{};
    }
    auto spool = Spool::create(m_folder, maxLogSize);
    if (!spool)
        co_return std::unexpected(spool.error());
    Q_EMIT opened(run, *spool, *described);
    auto fetching = fetchRemote(run, *described, hydra, *spool);
    const auto fetched = co_await std::move(fetching);
    if (!fetched && fetched.error().kind == ProblemKind::NotFound && (*spool)->size() == 0) {
        auto older = *described;
        older.stoppedAt = 0;
        auto readingOlder = runArchived(run, std::move(older), {});
        const auto readOlder = co_await std::move(readingOlder);
        if (readOlder && *readOlder)
            co_return Result<void>{};
    }
    if (!fetched)
        co_return std::unexpected(fetched.error());
    Q_EMIT completed(run, *fetched);
    if (m_archive)
        m_keeping.start(keep(run, *fetched, m_runServers[run], *spool));
    co_return Result<void>{};
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
    auto *hydra = hydraOf(server);
    if (hydra && m_archive)
        m_keeping.start(keepQuietly(hydra, build));
}

Task<void> LogDesk::keepQuietly(hydra::Client *hydra, BuildId build)
{
    const auto server = hydra->server().id;
    LogAbout about{.place = {.kind = LogPlace::Kind::Build, .text = {}, .build = build, .step = {}}};
    auto describing = describe(about, hydra);
    const auto described = co_await std::move(describing);
    if (!described || described->isLive)
        co_return;
    auto look = [archive = m_archive, told = *described, server] {
        return entryFor(archive->logs(), told, server, {}).has_value();
    };
    const bool isThere = co_await runOn(m_pools.hash, std::move(look));
    const auto spool = Spool::create(m_folder, maxLogSize);
    if (isThere || !spool)
        co_return;
    const hydra::Ask ask{.why = u"Logs: what failed is kept"_s, .priority = net::Priority::Background};
    const auto place = described->place;
    const auto sources = co_await findLog(place, *hydra, m_servers, ask);
    if (!sources)
        co_return;
    LogFetch fetch{
        .sources = *sources, .spool = *spool, .why = ask.why, .priority = net::Priority::Background, .grew = {}};
    const auto source = co_await fetchLog(m_http, std::move(fetch));
    if (!source)
        co_return;
    auto told = *described;
    told.source = source->name;
    auto keeping = keep(0, std::move(told), server, *spool);
    co_await std::move(keeping);
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

std::unique_ptr<LogBell> LogDesk::bellFor(const LogPlace &place, const hydra::Client &hydra)
{
    const auto service = std::ranges::find_if(m_servers, [&hydra](const net::Server &server) {
        return server.kind == net::ServerKind::HydraSocket && server.url.host() == hydra.server().url.host();
    });
    if (!m_sockets || service == m_servers.end())
        return nullptr;
    auto url = service->url;
    url.setScheme(url.scheme() == "http"_L1 ? u"ws"_s : u"wss"_s);
    const auto step = place.step.value > 0 ? std::optional(place.step) : std::nullopt;
    return std::make_unique<LogBell>(*m_sockets, m_clock, url, place.build, step);
}

Task<Result<LogAbout>> LogDesk::follow(
    quint64 run, LogAbout about, QUrl url, std::shared_ptr<Spool> spool, hydra::Client *hydra)
{
    LogFollow order{.url = url,
        .spool = std::move(spool),
        .why = asking().why,
        .isFinished = [hydra, build = about.place.build] { return hasEnded(hydra, build); },
        .grew = [this, run] { Q_EMIT grew(run); }};
    const auto bell = bellFor(about.place, *hydra);
    order.bell = bell.get();
    auto tell = [this, run](const Problem &problem) { Q_EMIT troubled(run, problem); };
    const auto end = co_await followLog(m_http, m_clock, std::move(order), tell);
    if (!end)
        co_return std::unexpected(end.error());
    if (*end == FollowEnd::Replaced) {
        const auto replaced = problemSaying(ProblemKind::NotFound,
            u"The server has another log of this derivation now: a retry began. What is shown is of the attempt before."_s,
            url.toDisplayString());
        Q_EMIT troubled(run, replaced.error());
    }
    auto describing = describe(std::move(about), hydra);
    co_return co_await std::move(describing);
}

} // namespace narscope::log
