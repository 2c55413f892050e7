// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/worlddata.h"

#include <algorithm>
#include <set>

namespace narscope::sim {

qint64 World::Private::narSize(Drv drv)
{
    if (const auto known = narSizes.find(drv.key()); known != narSizes.end())
        return known->second;
    qint64 size = 0;
    for (size_t i = 0; i < recipes.outputs(drv).size(); ++i)
        size += contents.nar(drv, int(i)).size();
    narSizes.emplace(drv.key(), size);
    return size;
}

std::vector<ProductFacts> World::products(const BuildFacts &build)
{
    std::vector<ProductFacts> list;
    const bool hasOutput = build.finished() && (build.status == 0 || build.status == 6);
    if (!hasOutput)
        return list;
    const QByteArray path = d->recipes.mainPath(build.drv).text();
    for (const ProductFile &file : d->contents.productFiles(build.drv)) {
        const QByteArray name = file.place.mid(file.place.lastIndexOf('/') + 1);
        list.push_back({.type = file.type,
            .subtype = file.subtype,
            .name = file.subtype == "manual" ? QByteArray() : name,
            .path
            = path + '/' + (file.subtype == "manual" ? file.place.first(file.place.lastIndexOf('/')) : file.place),
            .defaultPath = file.subtype == "manual" ? name : QByteArray(),
            .size = file.bytes.size(),
            .sha256 = hashOf(file.bytes).base16()});
    }
    // Without a list of its own, each output is one product.
    if (list.empty() && !d->recipes.isAggregate(build.drv.instance)) {
        const auto &outputs = d->recipes.outputs(build.drv);
        for (const OutputOf &output : outputs) {
            list.push_back({.type = "nix-build",
                .subtype = output.name == "out" ? QByteArray() : output.name,
                .name = output.path.name().toByteArray(),
                .path = output.path.text(),
                .defaultPath = {},
                .size = std::nullopt,
                .sha256 = {}});
        }
    }
    return list;
}

std::vector<MetricFacts> World::metrics(const BuildFacts &build) const
{
    const auto attr = jobAttr(build.jobset, build.job);
    if (!build.succeeded() || !attr || d->universe.attrName(*attr) != "tarball")
        return {};
    const double jobs = d->universe.size();
    const double varied = double(mix(quint64(build.id.value)) % 1000) / 1000;
    return {{.name = "nix-env.qaDrvAggressive.values", .value = jobs * 412 + varied * 100, .unit = {}},
        {.name = "loc", .value = 3'100'000 + varied * 20'000, .unit = {}},
        {.name = "nix-env.qa.time", .value = 18.2 + varied * 4, .unit = "s"},
        {.name = "nix-env.qa.allocations", .value = 4.1e9 + varied * 1e8, .unit = "B"}};
}

qint64 World::outputSize(const BuildFacts &build) const
{
    return build.succeeded() ? d->narSize(build.drv) : 0;
}

qint64 World::closureSize(const BuildFacts &build) const
{
    if (!build.succeeded())
        return 0;
    if (const auto known = d->closureSizes.find(build.drv.key()); known != d->closureSizes.end())
        return known->second;
    std::vector<Recipes::Found> todo;
    std::set<std::pair<quint64, int>> seen;
    const auto visit = [&](Recipes::Found found) {
        if (seen.emplace(found.drv.key(), found.output).second)
            todo.push_back(found);
    };
    for (size_t i = 0; i < d->recipes.outputs(build.drv).size(); ++i)
        visit({.drv = build.drv, .output = int(i)});
    qint64 size = 0;
    while (!todo.empty()) {
        const Recipes::Found next = todo.back();
        todo.pop_back();
        size += d->contents.nar(next.drv, next.output).size();
        for (const nix::StorePath &path : d->contents.references(next.drv, next.output)) {
            if (const auto found = d->recipes.find(path.hashPart()))
                visit(*found);
        }
    }
    d->closureSizes.emplace(build.drv.key(), size);
    return size;
}

QByteArray World::releaseName(const BuildFacts &build) const
{
    const auto attr = jobAttr(build.jobset, build.job);
    if (!attr)
        return nixName(build);
    return build.succeeded() && isReleased(d->universe.kind(*attr)) ? nixName(build) : QByteArray();
}

} // namespace narscope::sim
