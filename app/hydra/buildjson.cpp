// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/jsonitems.h"
#include "hydra/jsonparsers.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::hydra {

namespace {

std::optional<BuildStatus> statusOf(const JsonObject &build)
{
    const auto code = build.number("buildstatus");
    return code ? std::optional(static_cast<BuildStatus>(clampedInt(*code))) : std::nullopt;
}

QList<BuildOutput> outputsOf(const JsonObject &build)
{
    QList<BuildOutput> outputs;
    build.eachIn("buildoutputs", [&outputs](std::string_view name, element value) {
        outputs.append({utf8Text(name), JsonObject(value).text("path")});
    });
    std::ranges::sort(outputs, {}, &BuildOutput::name);
    return outputs;
}

QList<BuildProduct> productsOf(const JsonObject &build)
{
    QList<BuildProduct> products;
    build.eachIn("buildproducts", [&products](std::string_view number, element value) {
        const JsonObject product(value);
        products.append({.number = clampedInt(wholeNumber(number).value_or(0)),
            .type = product.text("type"),
            .subtype = product.text("subtype"),
            .name = product.text("name"),
            .path = product.text("path"),
            .defaultPath = product.text("defaultpath"),
            .size = product.number("filesize"),
            .sha256 = product.text("sha256hash")});
    });
    std::ranges::sort(products, {}, &BuildProduct::number);
    return products;
}

QList<BuildMetric> metricsOf(const JsonObject &build)
{
    QList<BuildMetric> metrics;
    build.eachIn("buildmetrics", [&metrics](std::string_view name, element value) {
        const JsonObject metric(value);
        metrics.append({utf8Text(name), metric.real("value").value_or(0), metric.text("unit")});
    });
    std::ranges::sort(metrics, {}, &BuildMetric::name);
    return metrics;
}

QList<EvalId> evalsOf(const JsonObject &build)
{
    QList<EvalId> evals;
    build.eachOf("jobsetevals", [&evals](element item) {
        if (const auto id = numberOf(item))
            evals.append(EvalId(*id));
    });
    std::ranges::sort(evals);
    return evals;
}

JobName jobOf(const JsonObject &build)
{
    return {{build.text("project"), build.text("jobset")}, build.text("job")};
}

Result<LatestBuild> readLatestBuild(element item, const QString &path)
{
    const JsonObject build(item);
    const auto id = requiredNumber(build, "id", path);
    if (!id)
        return std::unexpected(id.error());
    return LatestBuild{.id = BuildId(*id),
        .job = jobOf(build),
        .nixName = build.text("nixname"),
        .system = build.text("system"),
        .finished = build.flag("finished"),
        .status = statusOf(build),
        .priority = build.maybeInteger("priority"),
        .queuedAt = build.number("timestamp", 0)};
}

Result<BuildInfo> readBuildInfo(element top)
{
    const JsonObject info(top);
    const auto id = requiredNumber(info, "buildId", u"$"_s);
    if (!id)
        return std::unexpected(id.error());
    return BuildInfo{BuildId(*id), info.text("drvPath"), info.text("outPath")};
}

Result<StepInfo> readStep(element top)
{
    const JsonObject step(top);
    const auto number = requiredNumber(step, "stepnr", u"$"_s);
    if (!number)
        return std::unexpected(number.error());
    StepInfo info{.build = {},
        .number = StepNr(*number),
        .machine = step.text("machine"),
        .system = step.text("system"),
        .drvPath = step.text("drvpath"),
        .resolvedDrvPath = step.text("resolveddrvpath"),
        .startedAt = step.number("starttime")};
    step.eachIn("build", [&info](std::string_view id, element) { info.build = BuildId(wholeNumber(id).value_or(0)); });
    return info;
}

Result<Shield> readShield(element top)
{
    const JsonObject shield(top);
    const auto colour = requiredText(shield, "color", u"$"_s);
    if (!colour)
        return std::unexpected(colour.error());
    const auto known = *colour == "green"_L1 ? Shield::Colour::Green
        : *colour == "yellow"_L1             ? Shield::Colour::Yellow
        : *colour == "red"_L1                ? Shield::Colour::Red
                                             : Shield::Colour::Other;
    return Shield{known, shield.text("message")};
}

/// A list that may be missing; `key` of the top.
template <typename T>
Result<QList<T>> listAt(element top, std::string_view key, Result<T> (*read)(element, const QString &))
{
    const auto list = JsonObject(top).find(key);
    return list ? readList<T>(*list, read) : QList<T>();
}

Result<SearchResult> readSearch(element top)
{
    if (!JsonObject(top).isObject())
        return malformedJson(u"$"_s, u"not an object"_s);
    auto projects = listAt<Project>(top, "projects", readProject);
    auto jobsets = listAt<Jobset>(top, "jobsets", readJobset);
    auto byOutput = listAt<Build>(top, "builds", readBuild);
    auto byDerivation = listAt<Build>(top, "buildsdrv", readBuild);
    if (!projects)
        return std::unexpected(projects.error());
    if (!jobsets)
        return std::unexpected(jobsets.error());
    if (!byOutput)
        return std::unexpected(byOutput.error());
    if (!byDerivation)
        return std::unexpected(byDerivation.error());
    return SearchResult{std::move(*projects), std::move(*jobsets), std::move(*byOutput), std::move(*byDerivation)};
}

} // namespace

Result<Build> readBuild(element item, const QString &path)
{
    const JsonObject build(item);
    const auto id = requiredNumber(build, "id", path);
    if (!id)
        return std::unexpected(id.error());
    if (build.text("job").isEmpty())
        return malformedJson(path + u".job"_s, u"missing, or not a text"_s);
    return Build{.id = BuildId(*id),
        .job = jobOf(build),
        .nixName = build.text("nixname"),
        .system = build.text("system"),
        .finished = build.flag("finished"),
        .status = statusOf(build),
        .priority = build.maybeInteger("priority"),
        .queuedAt = build.number("timestamp", 0),
        .startedAt = build.number("starttime"),
        .stoppedAt = build.number("stoptime"),
        .releaseName = build.text("releasename"),
        .drvPath = build.text("drvpath"),
        .evals = evalsOf(build),
        .outputs = outputsOf(build),
        .products = productsOf(build),
        .metrics = metricsOf(build)};
}

Result<Build> parseBuild(QByteArrayView body)
{
    return readJson<Build>(body, [](element top) { return readBuild(top, u"$"_s); });
}

Result<QList<Build>> parseBuilds(QByteArrayView body)
{
    return readJson<QList<Build>>(body, [](element top) { return readList<Build>(top, readBuild); });
}

Result<BuildInfo> parseBuildInfo(QByteArrayView body)
{
    return readJson<BuildInfo>(body, readBuildInfo);
}

Result<StepInfo> parseStep(QByteArrayView body)
{
    return readJson<StepInfo>(body, readStep);
}

Result<Shield> parseShield(QByteArrayView body)
{
    return readJson<Shield>(body, readShield);
}

Result<QList<LatestBuild>> parseLatestBuilds(QByteArrayView body)
{
    return readJson<QList<LatestBuild>>(body, [](element top) { return readList<LatestBuild>(top, readLatestBuild); });
}

Result<SearchResult> parseSearch(QByteArrayView body)
{
    return readJson<SearchResult>(body, readSearch);
}

} // namespace narscope::hydra
