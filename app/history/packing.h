// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "hydra/types.h"

#include <QByteArray>
#include <QDataStream>
#include <QIODevice>
#include <QtEndian>

#include <concepts>
#include <optional>
#include <type_traits>

// Values as bytes, for documents: one list of fields serves both ways. The bytes are compressed and begin
// with the form's version; those of another version, or damaged ones, unpack to nothing, and the value is
// asked for again.

namespace narscope::history {

inline constexpr quint16 packingVersion = 1;
inline constexpr qsizetype largestPacked = 64 * 1024 * 1024; ///< bytes, unpacked

/// Reads or writes one field after the other. A struct takes part with `void fields(auto &io, T &value)`.
template <bool isReading> class Packing {
public:
    explicit Packing(QDataStream &stream)
        : m_stream(stream)
    {
    }

    template <typename... T> void operator()(T &...values) { (field(values), ...); }
    [[nodiscard]] bool isGood() const { return m_stream.status() == QDataStream::Ok; }

private:
    template <typename T>
        requires std::same_as<T, QString> || std::same_as<T, QStringList> || std::same_as<T, bool>
        || std::same_as<T, double>
    void field(T &value)
    {
        if constexpr (isReading)
            m_stream >> value;
        else
            m_stream << value;
    }
    template <typename T>
        requires(std::integral<T> && !std::same_as<T, bool>) || std::is_enum_v<T>
    void field(T &value)
    {
        auto number = static_cast<qint64>(value);
        if constexpr (isReading) {
            m_stream >> number;
            value = static_cast<T>(number);
        } else {
            m_stream << number;
        }
    }
    template <typename Tag> void field(Id<Tag> &id) { field(id.value); }
    template <typename T> void field(std::optional<T> &value)
    {
        bool isThere = value.has_value();
        field(isThere);
        if constexpr (isReading)
            value = isThere ? std::optional<T>(T()) : std::nullopt;
        if (isThere)
            field(*value);
    }
    template <typename T>
        requires(!std::same_as<QList<T>, QStringList>)
    void field(QList<T> &list)
    {
        qint64 count = list.size();
        field(count);
        if constexpr (isReading) {
            list.clear();
            for (; count > 0 && isGood(); --count)
                field(list.emplace_back());
        } else {
            for (auto &one : list)
                field(one);
        }
    }
    template <typename T, std::size_t n> void field(T (&array)[n])
    {
        for (auto &one : array)
            field(one);
    }
    template <typename T>
        requires requires(Packing &io, T &value) { fields(io, value); }
    void field(T &value)
    {
        fields(*this, value);
    }

    QDataStream &m_stream;
};

template <typename T> QByteArray pack(T value)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_4);
    stream << packingVersion;
    Packing<false> io(stream);
    io(value);
    return qCompress(bytes);
}

template <typename T> std::optional<T> unpack(const QByteArray &packed)
{
    // qCompress puts the size before the bytes, high byte first.
    constexpr qsizetype sizeBytes = 4;
    if (packed.size() < sizeBytes || qFromBigEndian<quint32>(packed.constData()) > quint32(largestPacked))
        return std::nullopt;
    const auto bytes = qUncompress(packed);
    QDataStream stream(bytes);
    stream.setVersion(QDataStream::Qt_6_4);
    quint16 version = 0;
    stream >> version;
    if (version != packingVersion)
        return std::nullopt;
    Packing<true> io(stream);
    T value;
    io(value);
    return io.isGood() && stream.atEnd() ? std::optional(std::move(value)) : std::nullopt;
}

} // namespace narscope::history

// The fields of Hydra's values. Whoever adds a field adds it here and raises packingVersion.
namespace narscope {
void fields(auto &io, JobsetName &v)
{
    io(v.project, v.jobset);
}
void fields(auto &io, JobName &v)
{
    io(v.jobset, v.job);
}
} // namespace narscope

namespace narscope::hydra {
void fields(auto &io, PageFacts &v)
{
    io(v.title, v.version, v.running, v.queued);
}
void fields(auto &io, Project &v)
{
    io(v.name, v.displayName, v.description, v.homepage, v.owner, v.enabled, v.hidden, v.jobsets);
}
void fields(auto &io, JobsetInput &v)
{
    io(v.name, v.type, v.value);
}
void fields(auto &io, JobsetTimes &v)
{
    io(v.lastChecked, v.evaluating, v.triggered, v.errorTime);
}
void fields(auto &io, Jobset &v)
{
    io(v.name, v.description, v.enabled, v.visible, v.isFlake, v.flake, v.nixExprInput, v.nixExprPath, v.errorMessage,
        v.fetchError, v.times, v.checkInterval, v.schedulingShares, v.keepEvaluations, v.inputs);
}
void fields(auto &io, JobsetOverview &v)
{
    io(v.name, v.scheduled, v.succeeded, v.failed, v.total, v.times, v.checkInterval, v.fetchError, v.hasErrors);
}
void fields(auto &io, InputChange &v)
{
    io(v.name, v.revision, v.shown);
}
void fields(auto &io, EvalSummary &v)
{
    io(v.id, v.jobset, v.time, v.changes, v.hasErrors, v.succeeded, v.failed, v.scheduled, v.delta);
}
void fields(auto &io, EvalInput &v)
{
    io(v.name, v.type, v.value, v.uri, v.revision, v.storePath);
}
void fields(auto &io, InputDiff &v)
{
    io(v.name, v.text, v.fromRevision, v.toRevision, v.link);
}
void fields(auto &io, EvalHeader &v)
{
    io(v.id, v.jobset, v.time, v.checkoutSeconds, v.evalSeconds, v.comparedWith, v.comparedJobset, v.flake, v.hasErrors,
        v.inputs, v.changes, v.counts, v.page);
}
void fields(auto &io, BuildRow &v)
{
    io(v.id, v.job, v.jobset, v.state, v.finished, v.nixName, v.system, v.category);
}
void fields(auto &io, EvalJobs &v)
{
    io(v.header, v.rows, v.omitted);
}
void fields(auto &io, EvalError &v)
{
    io(v.job, v.text);
}
void fields(auto &io, EvalErrors &v)
{
    io(v.time, v.text, v.blocks);
}
void fields(auto &io, BuildOutput &v)
{
    io(v.name, v.path);
}
void fields(auto &io, BuildProduct &v)
{
    io(v.number, v.type, v.subtype, v.name, v.path, v.defaultPath, v.size, v.sha256);
}
void fields(auto &io, BuildMetric &v)
{
    io(v.name, v.value, v.unit);
}
void fields(auto &io, Build &v)
{
    io(v.id, v.job, v.nixName, v.system, v.finished, v.status, v.priority, v.queuedAt, v.startedAt, v.stoppedAt,
        v.releaseName, v.drvPath, v.evals, v.outputs, v.products, v.metrics);
}
void fields(auto &io, StepRow &v)
{
    io(v.number, v.kind, v.paths, v.durationSeconds, v.durationText, v.machine, v.state, v.status, v.propagatedFrom,
        v.hasLog);
}
void fields(auto &io, Constituents &v)
{
    io(v.total, v.failed, v.pending);
}
void fields(auto &io, BuildDetails &v)
{
    io(v.id, v.job, v.state, v.status, v.cachedFrom, v.eval, v.otherEvals, v.queuedAt, v.startedAt, v.finishedAt,
        v.description, v.license, v.homepage, v.maintainers, v.nixName, v.system, v.drvPath, v.outputs, v.closureSize,
        v.outputSize, v.inputs, v.changes, v.steps, v.constituents, v.constituentCounts, v.page);
}
void fields(auto &io, Machine &v)
{
    io(v.name, v.systems, v.features, v.mandatoryFeatures, v.maxJobs, v.speedFactor, v.memory, v.cpus, v.score,
        v.enabled, v.hasCapacity, v.currentJobs, v.stepsDone, v.averageStepMs, v.averageBuildMs, v.succeeded, v.failed,
        v.consecutiveFailures, v.lastFailure, v.disabledUntil, v.idleSince, v.lastPing, v.uptime, v.nixVersion);
}
} // namespace narscope::hydra
