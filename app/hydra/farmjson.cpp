// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/farmjson.h"
#include "hydra/jsonparsers.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::hydra {

namespace {

/// Zero stands for «never» in every time of a builder.
std::optional<qint64> timeOf(const JsonObject &stats, std::string_view key)
{
    const auto time = stats.number(key);
    return time && *time > 0 ? time : std::nullopt;
}

std::optional<Pressure> pressureOf(const JsonObject &pressure, std::string_view key)
{
    const auto one = pressure.object(key);
    if (!one.isObject())
        return {};
    return Pressure{one.real("avg10").value_or(0), one.real("avg60").value_or(0), one.real("avg300").value_or(0)};
}

/// Only the new runner's builders tell their load.
std::optional<MachineLoad> loadOf(const JsonObject &stats)
{
    const auto load1 = stats.real("load1");
    if (!load1)
        return {};
    const auto pressure = stats.object("pressure");
    return MachineLoad{.load1 = *load1,
        .load5 = stats.real("load5").value_or(0),
        .load15 = stats.real("load15").value_or(0),
        .memoryUsed = stats.number("memUsage"),
        .cpuSome = pressureOf(pressure, "cpuSome"),
        .memSome = pressureOf(pressure, "memSome"),
        .memFull = pressureOf(pressure, "memFull"),
        .ioSome = pressureOf(pressure, "ioSome"),
        .ioFull = pressureOf(pressure, "ioFull"),
        .buildDirFreePercent = stats.real("buildDirFreePercent"),
        .storeFreePercent = stats.real("storeFreePercent")};
}

std::optional<MachineLimits> limitsOf(const JsonObject &machine)
{
    if (!machine.has("load1Threshold"))
        return {};
    return MachineLimits{.buildDirFreePercent = machine.real("buildDirAvailThreshold"),
        .storeFreePercent = machine.real("storeAvailThreshold"),
        .load1 = machine.real("load1Threshold"),
        .cpuPressure = machine.real("cpuPsiThreshold"),
        .memPressure = machine.real("memPsiThreshold"),
        .ioPressure = machine.real("ioPsiThreshold")};
}

/// The new runner gives whole milliseconds, the old one seconds.
std::optional<qint64> averageMs(const JsonObject &stats, std::string_view newKey, std::string_view oldKey)
{
    if (const auto ms = stats.number(newKey))
        return ms;
    const auto seconds = stats.real(oldKey);
    return seconds && std::abs(*seconds) < 1e12 ? std::optional(static_cast<qint64>(std::llround(*seconds * 1000)))
                                                : std::nullopt;
}

/// Hydra lists the mandatory features among the supported ones; a runner may not.
QStringList allFeatures(const JsonObject &machine)
{
    auto features = machine.texts("supportedFeatures");
    for (const auto &feature : machine.texts("mandatoryFeatures")) {
        if (!features.contains(feature))
            features.append(feature);
    }
    features.sort();
    return features;
}

QStringList sorted(QStringList list)
{
    list.sort();
    return list;
}

} // namespace

QString machineName(const QString &storeUri)
{
    auto name = storeUri;
    if (const auto scheme = name.indexOf("://"_L1); scheme >= 0)
        name = name.sliced(scheme + 3);
    name = name.sliced(name.indexOf(u'@') + 1);
    name = name.section(u'?', 0, 0);
    return name.isEmpty() || name == "local"_L1 || name == "localhost"_L1 ? u"localhost"_s : name;
}

Machine readMachine(const QString &key, const JsonObject &machine)
{
    // The old runner has no «stats»: its figures stand beside the rest.
    const auto stats = machine.has("stats") ? machine.object("stats") : machine;
    auto systems = machine.texts("systems");
    if (systems.isEmpty())
        systems = machine.texts("systemTypes");
    return Machine{.name = machineName(key),
        .systems = sorted(std::move(systems)),
        .features = allFeatures(machine),
        .mandatoryFeatures = sorted(machine.texts("mandatoryFeatures")),
        .maxJobs = machine.integer("maxJobs"),
        .speedFactor = machine.real("speedFactor").value_or(1),
        .memory = machine.has("memTotal") ? machine.number("memTotal") : machine.number("totalMem"),
        .cpus = machine.maybeInteger("cpuCount"),
        .score = machine.real("score"),
        .enabled = machine.flag("enabled", true) && !machine.flag("disabled"),
        .hasCapacity = machine.flag("hasCapacity", true),
        .currentJobs = stats.maybeInteger("currentJobs"),
        .stepsDone = stats.number("nrStepsDone", 0),
        .averageStepMs = averageMs(stats, "avgStepTimeMs", "avgStepTime"),
        .averageBuildMs = averageMs(stats, "avgStepBuildTimeMs", "avgStepBuildTime"),
        .succeeded = stats.number("succeededBuilds"),
        .failed = stats.number("failedBuilds"),
        .consecutiveFailures = stats.integer("consecutiveFailures"),
        .lastFailure = timeOf(stats, "lastFailure"),
        .disabledUntil = timeOf(stats, "disabledUntil"),
        .idleSince = timeOf(stats, "idleSince"),
        .lastPing = timeOf(stats, "lastPing"),
        .uptime = machine.number("uptime"),
        .nixVersion = machine.text("nixVersion"),
        .load = loadOf(stats),
        .limits = limitsOf(machine),
        .jobs = machine.texts("jobs")};
}

QList<Machine> readMachines(const JsonObject &machines)
{
    QList<Machine> list;
    machines.each(
        [&list](std::string_view key, element value) { list.append(readMachine(utf8Text(key), JsonObject(value))); });
    std::ranges::sort(list, {}, &Machine::name);
    return list;
}

Result<QList<Machine>> parseMachines(QByteArrayView body)
{
    return readJson<QList<Machine>>(body, [](element top) -> Result<QList<Machine>> {
        const JsonObject machines(top);
        if (!machines.isObject())
            return malformedJson(u"$"_s, u"not an object"_s);
        return readMachines(machines);
    });
}

} // namespace narscope::hydra
