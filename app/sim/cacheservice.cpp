// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cacheservice.h"

#include "nix/narlisting.h"
#include "sim/cdn.h"
#include "sim/packing.h"

namespace narscope::sim {

namespace {

// The second cache has only some of the paths.
bool secondHas(const nix::StorePath &path)
{
    return mixText(path.hashPart()) % 3 != 0;
}

} // namespace

CacheService::CacheService(const Stage &stage, Which which)
    : m_stage(stage)
    , m_which(which)
{
}

HttpAnswer CacheService::answer(const HttpRequest &request)
{
    World &world = m_stage.now();
    if (request.method != "GET" && request.method != "HEAD")
        return {.status = 405, .type = "text/plain", .body = "405"};
    const QByteArray first = request.segments.value(0);
    HttpAnswer answer = cdnNotFound();
    if (request.segments.size() == 2 && first == "nar")
        answer = nar(world, request.segments.at(1));
    else if (request.segments.size() == 2 && first == "log" && m_which == Which::Main)
        answer = log(world, request.segments.at(1));
    else if (request.segments.size() == 1 && first == "nix-cache-info")
        answer = info();
    else if (request.segments.size() == 1 && first.endsWith(".narinfo"))
        answer = narInfo(world, first.chopped(8));
    else if (request.segments.size() == 1 && first.endsWith(".ls") && m_which == Which::Main)
        answer = listing(world, first.chopped(3));
    return ifChanged(std::move(answer), request);
}

HttpAnswer CacheService::info() const
{
    const QByteArray priority = m_which == Which::Main ? "40" : "41";
    return cdnObject("text/x-nix-cache-info", "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: " + priority + '\n',
        m_stage.world.historyStart());
}

std::optional<CacheService::Place> CacheService::find(World &world, const QByteArray &hashPart) const
{
    if (!nix::isHashPart(hashPart))
        return std::nullopt;
    const auto found = world.find(hashPart);
    if (!found || found->output < 0 || !world.isBuilt(found->drv))
        return std::nullopt;
    if (m_which == Which::Second && !secondHas(world.recipes().outputs(found->drv).at(size_t(found->output)).path))
        return std::nullopt;
    if (m_which == Which::Main && world.contents().incident(found->drv, found->output) == IncidentKind::Missing)
        return std::nullopt;
    return Place{.drv = found->drv, .output = found->output, .time = world.builtAt(found->drv)};
}

CacheEntry CacheService::entry(World &world, const Place &place) const
{
    return m_which == Which::Main ? world.contents().entry(place.drv, place.output)
                                  : world.contents().secondEntry(place.drv, place.output);
}

HttpAnswer CacheService::narInfo(World &world, const QByteArray &hashPart) const
{
    const auto place = find(world, hashPart);
    return place ? cdnObject("text/x-nix-narinfo", nix::writeNarInfo(entry(world, *place).info), place->time)
                 : cdnNotFound();
}

HttpAnswer CacheService::listing(World &world, const QByteArray &hashPart) const
{
    const auto place = find(world, hashPart);
    if (!place)
        return cdnNotFound();
    const auto listing = nix::listNar(world.contents().nar(place->drv, place->output)).and_then(nix::writeListing);
    return listing ? cdnObject("application/json", zstdCompressed(*listing), place->time, "zstd") : cdnNotFound();
}

HttpAnswer CacheService::nar(World &world, const QByteArray &fileName) const
{
    const auto file = world.contents().file(fileName);
    return file ? cdnObject("application/x-nix-nar", *file, world.historyStart()) : cdnNotFound();
}

// Logs have not been uploaded here any more since the new queue runner came (hydra#1913), which in this world
// was before its history: later ones are only at Hydra.
HttpAnswer CacheService::log(World &world, const QByteArray &drvName) const
{
    const auto path = nix::StorePath::fromBaseName(drvName);
    const auto found = path ? world.find(path->hashPart()) : std::nullopt;
    if (!found || found->output != -1 || world.builtAt(found->drv) == 0
        || world.builtAt(found->drv) >= world.historyStart())
        return cdnNotFound();
    const auto text = world.log(found->drv);
    return text ? cdnObject("text/plain; charset=utf-8", zstdCompressed(*text), world.builtAt(found->drv), "zstd")
                : cdnNotFound();
}

void addCache(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<CacheService>(stage, CacheService::Which::Main));
}

void addSecondCache(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<CacheService>(stage, CacheService::Which::Second));
}

} // namespace narscope::sim
