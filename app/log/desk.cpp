// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/desk.h"

#include "log/follow.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr Milliseconds filePause {500};

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
    case LogPlace::Kind::Build: return u"build "_s + place.build.text();
    case LogPlace::Kind::Step: return u"build "_s + place.build.text() + u", step "_s + place.step.text();
    case LogPlace::Kind::Derivation: return place.text.mid(33).chopped(4); // «hash-» before, «.drv» behind: readLogPlace
    case LogPlace::Kind::Address: return QUrl(place.text).fileName();
    default: return QFileInfo(place.text).fileName();
    }
}

std::optional<Problem> problemOf(FileBytes::Change change, const QString &name)
{
    const auto saying = [&name](const QString &sentence) { return problemSaying(ProblemKind::Io, sentence, name).error(); };
    switch (change) {
    case FileBytes::Change::Truncated: return saying(u"The file became shorter; what is shown is what was read before."_s);
    case FileBytes::Change::Replaced: return saying(u"The file was replaced by another one; the old one is shown."_s);
    case FileBytes::Change::Gone: return saying(u"The file is gone; what was read of it is shown."_s);
    default: return {};
    }
}

} // namespace

LogDesk::LogDesk(QList<hydra::Client *> hydras, net::Servers servers, net::Http &http, Pools &pools, Clock &clock, QString folder)
    : m_hydras(std::move(hydras))
    , m_servers(std::move(servers))
    , m_http(http)
    , m_pools(pools)
    , m_clock(clock)
    , m_folder(std::move(folder))
{
    qRegisterMetaType<LogAbout>();
    qRegisterMetaType<std::shared_ptr<const Bytes>>();
}

LogDesk::~LogDesk() = default;

hydra::Client *LogDesk::hydraOf(const QString &server) const
{
    const auto found = std::ranges::find_if(m_hydras, [&server](const auto *hydra) { return hydra->server().id == server; });
    return found != m_hydras.end() ? *found : m_hydras.isEmpty() ? nullptr : m_hydras.front();
}

void LogDesk::open(const LogOrder &order)
{
    auto &scope = m_runs[order.run];
    scope = std::make_unique<Scope>();
    scope->start(run(order));
}

void LogDesk::close(quint64 run)
{
    m_runs.erase(run);
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
    const auto [place, file] = co_await runOn(m_pools.parse, std::move(read));
    LogAbout about {.place = place, .title = titleOf(place)};
    Result<void> result = problemSaying(ProblemKind::Usage, u"No Hydra is known that could be asked for this log."_s, order.text);
    if (place.kind == LogPlace::Kind::StandardInput) {
        result = problemSaying(ProblemKind::Usage, u"A window has no standard input; give a file's name."_s);
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
    co_return Result<void> {};
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
    if (about.place.kind != LogPlace::Kind::Build && about.place.kind != LogPlace::Kind::Step)
        co_return about;
    const auto ask = asking();
    const auto build = co_await hydra->build(about.place.build, ask);
    if (!build)
        co_return std::unexpected(build.error());
    about.title = build->nixName.isEmpty() ? about.title : build->nixName;
    about.system = build->system;
    about.state = build->state();
    about.isLive = !build->finished;
    co_return about;
}

Task<Result<void>> LogDesk::runRemote(quint64 run, LogAbout about, hydra::Client *hydra)
{
    auto spool = Spool::create(m_folder, maxLogSize);
    if (!spool)
        co_return std::unexpected(spool.error());
    auto describing = describe(about, hydra);
    auto described = co_await std::move(describing);
    if (!described)
        co_return std::unexpected(described.error());
    Q_EMIT opened(run, *spool, *described);
    const auto ask = asking();
    const auto sources = co_await findLog(described->place, *hydra, m_servers, ask);
    if (!sources)
        co_return std::unexpected(sources.error());
    if (described->isLive) {
        auto following = follow(run, *described, sources->front().url, *spool, hydra);
        described = co_await std::move(following);
    } else {
        LogFetch fetch {.sources = *sources, .spool = *spool, .why = ask.why, .grew = [this, run] { Q_EMIT grew(run); }};
        const auto source = co_await fetchLog(m_http, std::move(fetch));
        described = source.transform([&described](const LogSource &had) {
            auto told = *described;
            told.source = had.name;
            return told;
        });
    }
    if (!described)
        co_return std::unexpected(described.error());
    Q_EMIT completed(run, *described);
    co_return Result<void> {};
}

Task<Result<LogAbout>> LogDesk::follow(quint64 run, LogAbout about, QUrl url, std::shared_ptr<Spool> spool, hydra::Client *hydra)
{
    LogFollow order {.url = url, .spool = std::move(spool), .why = asking().why,
        .isFinished = [hydra, build = about.place.build] { return hasEnded(hydra, build); }, .grew = [this, run] { Q_EMIT grew(run); }};
    auto tell = [this, run](const Problem &problem) { Q_EMIT troubled(run, problem); };
    const auto end = co_await followLog(m_http, m_clock, std::move(order), tell);
    if (!end)
        co_return std::unexpected(end.error());
    if (*end == FollowEnd::Replaced) {
        const auto replaced = problemSaying(ProblemKind::NotFound,
            u"The server has another log of this derivation now: a retry began. What is shown is of the attempt before."_s, url.toDisplayString());
        Q_EMIT troubled(run, replaced.error());
    }
    auto describing = describe(std::move(about), hydra);
    co_return co_await std::move(describing);
}

} // namespace narscope::log
