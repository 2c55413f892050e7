// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/desk.h"

#include "log/extract.h"
#include "log/follow.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr Milliseconds filePause{500};

Task<Result<bool>> hasEnded(hydra::Client *hydra, BuildId build, hydra::Ask ask)
{
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

} // namespace

hydra::Ask LogDesk::asking()
{
    return {.why = u"Logs: a log that was opened"_s, .priority = net::Priority::Interactive};
}

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

/// An address says itself which Hydra it is of.
hydra::Client *LogDesk::hydraOfAddress(const QString &text) const
{
    const QUrl url(text);
    const auto found = std::ranges::find_if(m_hydras, [&url](const auto *hydra) {
        const auto &base = hydra->server().url;
        return !url.host().isEmpty() && url.host() == base.host() && url.port() == base.port();
    });
    return found == m_hydras.end() ? nullptr : *found;
}

void LogDesk::open(const LogOrder &given)
{
    auto order = given;
    if (auto *meant = hydraOfAddress(order.text))
        order.server = meant->server().id;
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
    auto read = [text = order.text, url = hydra ? hydra->server().url : QUrl(), servers = m_servers] {
        const auto place = readLogPlace(text, url);
        return std::pair(place, logFileAtHand(place, servers));
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
    auto log = co_await runOn(m_pools.hash, std::move(read));
    if (!log)
        co_return std::unexpected(log.error());
    Q_EMIT opened(run, log->bytes, about);
    if (log->cut) // what there is stays open
        co_return std::unexpected(*log->cut);
    Q_EMIT completed(run, about);
    // A file that is not unpacked is the file itself, and may change.
    if (auto file = std::dynamic_pointer_cast<FileBytes>(std::const_pointer_cast<Bytes>(log->bytes))) {
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

/// What a build is called and whether it still runs; other places say all by themselves. A build whose dependency
/// failed never ran: the step that did fail takes its place.
Task<Result<LogAbout>> LogDesk::describe(LogAbout about, hydra::Client *hydra, hydra::Ask ask)
{
    about.source = about.place.kind == LogPlace::Kind::Address ? QUrl(about.place.text).host() : hydra->server().name;
    if (about.place.kind == LogPlace::Kind::Address)
        about.page = QUrl(about.place.text);
    if (about.place.kind == LogPlace::Kind::Derivation)
        about.page = hydra->logUrl(about.place.text);
    if (about.place.kind != LogPlace::Kind::Build && about.place.kind != LogPlace::Kind::Step)
        co_return about;
    const auto id = about.place.build;
    const auto build = co_await hydra->build(id, ask);
    if (!build)
        co_return std::unexpected(build.error());
    about.title = build->nixName.isEmpty() ? about.title : build->nixName;
    about.system = build->system;
    about.page = hydra->buildUrl(about.place.build);
    about.state = build->state();
    about.stoppedAt = build->finished && build->stoppedAt ? *build->stoppedAt : 0;
    about.isLive = !build->finished;
    if (about.place.kind == LogPlace::Kind::Build)
        about.place.text = build->drvPath;
    if (about.place.kind == LogPlace::Kind::Build && about.state == hydra::BuildState::DependencyFailed) {
        const auto cause = co_await failedDependency(*hydra, id, ask);
        if (!cause)
            co_return std::unexpected(cause.error());
        about.place = {.kind = LogPlace::Kind::Step, .text = {}, .build = id, .step = cause->number};
        about.title = u"%1, needed by %2"_s.arg(cause->name, about.title);
    }
    co_return about;
}

/// A build has said which derivation it is when it was described; others are asked for.
Task<Result<QList<LogSource>>> LogDesk::sourcesOf(LogAbout about, hydra::Client *hydra, hydra::Ask ask)
{
    if (about.place.kind == LogPlace::Kind::Build && !about.place.text.isEmpty())
        co_return logSources(about.place.text, *hydra, m_servers);
    const auto place = about.place;
    co_return co_await findLog(place, *hydra, m_servers, ask);
}

Task<Result<LogAbout>> LogDesk::fetchRemote(
    quint64 run, LogAbout about, hydra::Client *hydra, std::shared_ptr<Spool> spool)
{
    const auto ask = asking();
    auto finding = sourcesOf(about, hydra, ask);
    const auto sources = co_await std::move(finding);
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
    const auto ask = asking();
    auto describing = describe(about, hydra, ask);
    auto described = co_await std::move(describing);
    if (!described) { // nobody tells which attempt is the last; the one kept last is better than none
        auto readingKept = runArchived(run, about, {});
        const auto readKept = co_await std::move(readingKept);
        if (readKept && *readKept) {
            Q_EMIT troubled(run, described.error());
            co_return Result<void>{};
        }
        co_return std::unexpected(described.error());
    }
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
        .isFinished = [hydra, build = about.place.build] { return hasEnded(hydra, build, asking()); },
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
    const auto ask = asking();
    auto describing = describe(std::move(about), hydra, ask);
    co_return co_await std::move(describing);
}

} // namespace narscope::log
