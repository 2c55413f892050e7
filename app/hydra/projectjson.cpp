// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/jsonitems.h"
#include "hydra/jsonparsers.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::hydra {

namespace {

JobsetTimes timesOf(const JsonObject &jobset)
{
    return {.lastChecked = jobset.number("lastcheckedtime"),
        .evaluating = jobset.number("starttime"),
        .triggered = jobset.number("triggertime"),
        .errorTime = jobset.number("errortime")};
}

Result<JobsetOverview> readOverview(element item, const QString &path)
{
    const JsonObject jobset(item);
    auto name = requiredText(jobset, "name", path);
    if (!name)
        return std::unexpected(std::move(name.error()));
    return JobsetOverview{.name = {jobset.text("project"), std::move(*name)},
        .scheduled = jobset.integer("nrscheduled"),
        .succeeded = jobset.integer("nrsucceeded"),
        .failed = jobset.integer("nrfailed"),
        .total = jobset.integer("nrtotal"),
        .times = timesOf(jobset),
        .checkInterval = jobset.integer("checkinterval"),
        .fetchError = jobset.text("fetcherrormsg"),
        .hasErrors = jobset.flag("haserrormsg")};
}

JobsetEnabled enabledOf(qint64 number)
{
    return number >= 0 && number <= 3 ? static_cast<JobsetEnabled>(number) : JobsetEnabled::Enabled;
}

QList<JobsetInput> inputsOf(const JsonObject &jobset)
{
    QList<JobsetInput> inputs;
    jobset.eachIn("inputs", [&inputs](std::string_view name, element value) {
        const JsonObject input(value);
        inputs.append({utf8Text(name), input.text("type"), input.text("value")});
    });
    std::ranges::sort(inputs, {}, &JobsetInput::name);
    return inputs;
}

} // namespace

Result<Project> readProject(element item, const QString &path)
{
    const JsonObject project(item);
    auto name = requiredText(project, "name", path);
    if (!name)
        return std::unexpected(std::move(name.error()));
    return Project{.name = std::move(*name),
        .displayName = project.text("displayname"),
        .description = project.text("description"),
        .homepage = project.text("homepage"),
        .owner = project.text("owner"),
        .enabled = project.flag("enabled", true),
        .hidden = project.flag("hidden"),
        .jobsets = project.texts("jobsets")};
}

Result<Jobset> readJobset(element item, const QString &path)
{
    const JsonObject jobset(item);
    auto name = requiredText(jobset, "name", path);
    if (!name)
        return std::unexpected(std::move(name.error()));
    return Jobset{.name = {jobset.text("project"), std::move(*name)},
        .description = jobset.text("description"),
        .enabled = enabledOf(jobset.number("enabled", 1)),
        .visible = jobset.flag("visible", true),
        .isFlake = jobset.number("type", 0) == 1,
        .flake = jobset.text("flake"),
        .nixExprInput = jobset.text("nixexprinput"),
        .nixExprPath = jobset.text("nixexprpath"),
        .errorMessage = jobset.text("errormsg"),
        .fetchError = jobset.text("fetcherrormsg"),
        .times = timesOf(jobset),
        .checkInterval = jobset.integer("checkinterval"),
        .schedulingShares = jobset.integer("schedulingshares"),
        .keepEvaluations = jobset.integer("keepnr"),
        .inputs = inputsOf(jobset)};
}

Result<QList<Project>> parseProjects(QByteArrayView body)
{
    return readJson<QList<Project>>(body, [](element top) { return readList<Project>(top, readProject); });
}

Result<Project> parseProject(QByteArrayView body)
{
    return readJson<Project>(body, [](element top) { return readProject(top, u"$"_s); });
}

Result<QList<JobsetOverview>> parseJobsetOverviews(QByteArrayView body)
{
    return readJson<QList<JobsetOverview>>(
        body, [](element top) { return readList<JobsetOverview>(top, readOverview); });
}

Result<Jobset> parseJobset(QByteArrayView body)
{
    return readJson<Jobset>(body, [](element top) { return readJobset(top, u"$"_s); });
}

} // namespace narscope::hydra
