// SPDX-License-Identifier: GPL-3.0-or-later
// Logs of OfBorg: those that are over from its log API, those that run line by line from its bus.
#include "log/desk.h"

#include "log/follow.h"
#include "ofborg/livebuilds.h"

#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

ofborg::Ask askingOfBorg()
{
    return {.why = u"Logs: a log that was opened"_s, .priority = net::Priority::Interactive};
}

LogAbout described(LogAbout about, const ofborg::Attempt &attempt, const ofborg::PullKey &key)
{
    about.title = u"#%1 %2"_s.arg(key.number.text(), attempt.attempted().join(u' ').left(80)).trimmed();
    about.system = attempt.system();
    about.isLive = !attempt.result;
    switch (attempt.status()) {
    case ofborg::BuildStatus::Success:
        about.state = hydra::BuildState::Succeeded;
        break;
    case ofborg::BuildStatus::Failure:
    case ofborg::BuildStatus::HashMismatch:
        about.state = hydra::BuildState::Failed;
        break;
    case ofborg::BuildStatus::TimedOut:
        about.state = hydra::BuildState::TimedOut;
        break;
    case ofborg::BuildStatus::UnexpectedError:
        about.state = hydra::BuildState::Aborted;
        break;
    default:
        about.state = hydra::BuildState::Unknown;
        break;
    }
    return about;
}

bool isSame(const Bytes &a, const Bytes &b)
{
    constexpr qint64 step = 1 << 20;
    if (a.size() != b.size())
        return false;
    for (qint64 at = 0; at < a.size(); at += step) {
        const auto left = a.read(Offset(at), step);
        const auto right = b.read(Offset(at), step);
        if (!left || !right || *left != *right)
            return false;
    }
    return true;
}

} // namespace

/// Lines as the bus tells them, until the attempt's result. A line that came empty and is told later is not
/// put in: the complete log at the end has it.
Task<Result<void>> LogDesk::listenToOfBorg(
    quint64 run, ofborg::Client *client, QUrl bus, OfBorgLog of, std::shared_ptr<Spool> spool)
{
    const Completion<Result<void>> over;
    auto take = [this, run, spool, over, attempt = of.attempt](const ofborg::LiveEvent &event) {
        if (const auto *state = std::get_if<ofborg::LiveState>(&event); state && state->problem) {
            Q_EMIT troubled(run, *state->problem);
        } else if (const auto *lines = std::get_if<ofborg::LinesAdded>(&event);
            lines && !lines->isRepair && lines->attempt == attempt) {
            QByteArray text;
            for (const auto &line : lines->run.lines)
                text += line + '\n';
            if (const auto appended = spool->append(text); !appended)
                over.set(appended);
            Q_EMIT grew(run);
        } else if (const auto *ended = std::get_if<ofborg::BuildResult>(&event); ended && ended->attempt == attempt) {
            over.set({});
        }
    };
    ofborg::LiveBuilds live(
        *client, *m_sockets, m_clock, bus, {.key = of.key, .only = of.attempt, .ask = askingOfBorg()}, take);
    live.start();
    auto ended = co_await over;
    // Not from inside of the flow that told: it is the live builds' own.
    co_await m_clock.sleep(Milliseconds(0));
    co_return ended;
}

Task<Result<void>> LogDesk::runOfBorg(quint64 run, LogAbout about, OfBorgLog of)
{
    const auto *server = net::findServer(m_servers, net::ServerKind::OfBorg);
    const auto *bus = net::findServer(m_servers, net::ServerKind::OfBorgBus);
    if (!server)
        co_return problemSaying(
            ProblemKind::Usage, u"No OfBorg is known that could be asked for this log."_s, about.place.text);
    ofborg::Client client(m_http, *server, m_pools);
    about.source = server->name;
    about.page = client.viewerUrl(of.key, of.attempt);
    const auto ask = askingOfBorg();
    const auto key = of.key;
    const auto attempts = co_await client.attempts(key, ask);
    if (!attempts)
        co_return std::unexpected(attempts.error());
    const auto attempt = std::ranges::find(*attempts, of.attempt, &ofborg::Attempt::id);
    if (attempt == attempts->end())
        co_return problemSaying(
            ProblemKind::NotFound, u"OfBorg has no such attempt of this pull request."_s, of.attempt);
    about = described(std::move(about), *attempt, key);
    auto spool = Spool::create(m_folder, maxLogSize);
    if (!spool)
        co_return std::unexpected(spool.error());
    Q_EMIT opened(run, *spool, about);
    if (about.isLive && m_sockets && bus) {
        auto listening = listenToOfBorg(run, &client, bus->url, of, *spool);
        if (const auto ended = co_await std::move(listening); !ended)
            co_return ended;
    }
    auto finishing = finishOfBorg(run, std::move(about), &client, of, *spool);
    co_return co_await std::move(finishing);
}

/// The complete log, in the place of what was put together when the two differ.
Task<Result<void>> LogDesk::finishOfBorg(
    quint64 run, LogAbout about, ofborg::Client *client, OfBorgLog of, std::shared_ptr<Spool> live)
{
    const bool wasLive = about.isLive;
    auto spool = wasLive ? Spool::create(m_folder, maxLogSize) : Result<std::shared_ptr<Spool>>(live);
    if (!spool)
        co_return std::unexpected(spool.error());
    const auto ask = askingOfBorg();
    LogFetch fetch{.sources = {{.name = client->server().name, .url = client->logUrl(of.key, of.attempt)}},
        .spool = *spool,
        .why = ask.why,
        .grew = [this, run] { Q_EMIT grew(run); }};
    const auto fetched = co_await fetchLog(m_http, std::move(fetch));
    if (!fetched)
        co_return std::unexpected(fetched.error());
    if (wasLive) {
        const auto key = of.key;
        const auto attempts = co_await client->attempts(key, ask);
        const auto now = attempts ? std::ranges::find(*attempts, of.attempt, &ofborg::Attempt::id)
                                  : QList<ofborg::Attempt>::const_iterator{};
        if (attempts && now != attempts->end())
            about = described(std::move(about), *now, key);
        about.isLive = false;
        auto compare = [a = *spool, live] { return isSame(*a, *live); };
        if (!co_await runOn(m_pools.hash, std::move(compare)))
            Q_EMIT opened(run, *spool, about);
    }
    Q_EMIT completed(run, about);
    if (m_archive)
        m_keeping.start(keep(run, std::move(about), {}, *spool));
    co_return Result<void>{};
}

std::optional<OfBorgLog> readOfBorgLog(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const QUrlQuery query(url);
    auto key = query.queryItemValue(u"key"_s);
    auto attempt = query.queryItemValue(u"attempt_id"_s, QUrl::FullyDecoded);
    const auto parts = url.path().split(u'/', Qt::SkipEmptyParts);
    if (key.isEmpty() && parts.size() == 4 && parts[0] == "logfile"_L1) {
        key = parts[1] + u'/' + parts[2];
        attempt = parts[3];
    }
    const auto pull = ofborg::PullKey::parse(key);
    return pull && !attempt.isEmpty() ? std::optional(OfBorgLog{*pull, attempt}) : std::nullopt;
}

} // namespace narscope::log
