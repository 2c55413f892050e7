// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/excerpt.h"

#include "log/escapes.h"
#include "log/fetch.h"

#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr qint64 maxFetched = 4 << 20; ///< bytes unpacked: a cache has whole logs only
constexpr qint64 maxLineRead = 16 * 1024; ///< bytes

Result<QString> seenLine(const Bytes &bytes, const LineIndex &index, Line line)
{
    const auto begin = index.offsetOf(line, bytes);
    if (!begin)
        return std::unexpected(begin.error());
    auto read = bytes.read(*begin, maxLineRead);
    if (!read)
        return std::unexpected(read.error());
    const auto end = read->indexOf('\n');
    auto text = cook(end < 0 ? *read : read->first(end)).text;
    return text.size() > maxExcerptText ? text.first(maxExcerptText) + u'…' : text;
}

/// Hydra gives the end of a log by itself; other servers have whole ones only.
QUrl endOf(const QUrl &url)
{
    auto end = url;
    QUrlQuery query;
    query.addQueryItem(u"tail"_s, QString::number(excerptTail));
    end.setQuery(query);
    return end;
}

} // namespace

Result<std::optional<LogExcerpt>> excerptOf(const Bytes &bytes, bool isEnd)
{
    LineIndex index;
    if (const auto indexed = index.extend(bytes); !indexed)
        return std::unexpected(indexed.error());
    OutlineScanner outline;
    if (const auto outlined = outline.extend(bytes, index, true); !outlined)
        return std::unexpected(outlined.error());
    const auto extract = extractErrors(bytes, index, outline.phases());
    if (!extract)
        return std::unexpected(extract.error());
    if (extract->findings.empty())
        return std::nullopt;
    const auto &cause = extract->findings.front();
    LogExcerpt excerpt{.message = cause.message, .phase = cause.phase, .lineCount = index.lineCount(), .isEnd = isEnd};
    for (auto at = std::max<qint64>(0, cause.line.value - excerptBefore); at <= cause.line.value; ++at) {
        auto text = seenLine(bytes, index, Line(at));
        if (!text)
            return std::unexpected(text.error());
        excerpt.lines << ExcerptLine{
            .number = isEnd ? std::nullopt : std::optional(Line(at)), .text = std::move(*text)};
    }
    return excerpt;
}

ExcerptDesk::ExcerptDesk(QList<hydra::Client *> hydras, net::Servers servers, net::Http &http, Pools &pools,
    QString folder, std::shared_ptr<const Archive> archive)
    : m_hydras(std::move(hydras))
    , m_servers(std::move(servers))
    , m_http(http)
    , m_pools(pools)
    , m_folder(std::move(folder))
    , m_archive(std::move(archive))
{
    qRegisterMetaType<ExcerptOrder>();
    qRegisterMetaType<std::optional<LogExcerpt>>();
}

void ExcerptDesk::ask(const ExcerptOrder &order)
{
    m_scope.cancelAll();
    m_scope.start(run(order));
}

Task<void> ExcerptDesk::run(ExcerptOrder order)
{
    auto looking = fromArchive(order);
    if (const auto kept = co_await std::move(looking)) {
        Q_EMIT told(order.run, *kept);
        co_return;
    }
    auto asking = fromServers(order);
    const auto answer = co_await std::move(asking);
    if (answer)
        Q_EMIT told(order.run, *answer);
    else
        Q_EMIT failed(order.run, answer.error());
}

Task<std::optional<ExcerptDesk::Excerpt>> ExcerptDesk::fromArchive(ExcerptOrder order)
{
    if (!m_archive)
        co_return std::nullopt;
    auto look = [archive = m_archive, order, folder = m_folder]() -> std::optional<Excerpt> {
        const auto logs = archive->logs();
        const auto found = std::ranges::find_if(logs, [&order](const ArchivedLog &log) {
            return log.server == order.server && log.build == order.build && log.step == order.step
                && (order.stoppedAt == 0 || log.stoppedAt == order.stoppedAt);
        });
        const auto bytes = found == logs.end() ? nullptr : archive->open(found->digest, folder).value_or(nullptr);
        auto excerpt = bytes ? excerptOf(*bytes, false) : std::unexpected(Problem{});
        if (!excerpt)
            return std::nullopt;
        if (*excerpt)
            (*excerpt)->source = u"this computer's archive"_s;
        return *excerpt;
    };
    co_return co_await runOn(m_pools.log, std::move(look));
}

Task<Result<ExcerptDesk::Excerpt>> ExcerptDesk::fromServers(ExcerptOrder order)
{
    const auto found
        = std::ranges::find_if(m_hydras, [&order](const auto *hydra) { return hydra->server().id == order.server; });
    if (found == m_hydras.end())
        co_return problemSaying(ProblemKind::NotFound, u"No such Hydra is in the list of servers."_s, order.server);
    auto &hydra = **found;
    const hydra::Ask ask{.why = u"Jobs: why a build failed"_s, .priority = net::Priority::Interactive};
    const LogPlace place{.kind = order.step.value > 0 ? LogPlace::Kind::Step : LogPlace::Kind::Build,
        .text = {},
        .build = order.build,
        .step = order.step};
    auto sources = co_await findLog(place, hydra, m_servers, ask);
    if (!sources)
        co_return std::unexpected(sources.error());
    sources->front().url = endOf(sources->front().url); // the first one is Hydra
    const auto spool = Spool::create(m_folder, maxFetched);
    if (!spool)
        co_return std::unexpected(spool.error());
    LogFetch fetch{.sources = *sources, .spool = *spool, .why = ask.why, .priority = ask.priority, .grew = {}};
    const auto source = co_await fetchLog(m_http, std::move(fetch));
    if (!source)
        co_return std::unexpected(source.error());
    auto read = [bytes = *spool, name = source->name]() -> Result<Excerpt> {
        LineIndex index;
        if (const auto indexed = index.extend(*bytes); !indexed)
            return std::unexpected(indexed.error());
        // More lines than asked for come from a server that has whole logs only, to which Hydra may have sent us.
        auto excerpt = excerptOf(*bytes, index.lineCount() == excerptTail);
        if (excerpt && *excerpt)
            (*excerpt)->source = name;
        return excerpt;
    };
    co_return co_await runOn(m_pools.log, std::move(read));
}

} // namespace narscope::log
