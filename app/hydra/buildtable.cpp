// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildtable.h"
#include "hydra/buildtabledata.h"

#include <algorithm>

namespace narscope::hydra {

namespace {

using Data = BuildTable::Data;

const Data::Row &at(const Data &data, qsizetype row)
{
    return data.rows[static_cast<std::size_t>(row)];
}

QByteArrayView bytes(const Data &data, quint32 from, quint16 size)
{
    return {data.pool.data() + from, size};
}

std::string_view view(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

Epoch epoch(quint32 seconds)
{
    return seconds == 0 ? Epoch() : Epoch(seconds);
}

std::optional<BuildStatus> statusOf(const Data::Row &row)
{
    return row.hasStatus ? std::optional(static_cast<BuildStatus>(row.status)) : std::nullopt;
}

QString word(const Data &data, Unpacker &packed)
{
    return QString::fromUtf8(data.words[packed.number()]);
}

QList<EvalId> evalsOf(const Data &data, const Data::Row &row)
{
    QList<EvalId> evals;
    const auto count = data.evalLists[row.evals];
    for (quint32 i = 1; i <= count; ++i)
        evals.append(EvalId(data.evalLists[row.evals + i]));
    return evals;
}

BuildProduct productOf(
    const Data &data, Unpacker &packed, const Build &build, const QList<BuildOutput> &outputs, std::string_view nixName)
{
    BuildProduct product;
    product.number = static_cast<int>(packed.signedNumber());
    product.type = word(data, packed);
    product.subtype = word(data, packed);
    product.name = packed.byte() ? build.nixName : text(packed.text());
    const auto [output, path] = packed.path({nixName, {}});
    product.path = output >= 0 ? outputs[output].path : QString::fromUtf8(path);
    product.defaultPath = text(packed.text());
    product.sha256 = text(packed.text());
    if (packed.byte())
        product.size = packed.signedNumber();
    return product;
}

/// In the order in which buildtablewriter.cpp packs.
void unpack(const Data &data, const Data::Row &row, Build &build)
{
    const auto nixName = view(bytes(data, row.nixNameAt, row.nixNameSize));
    Unpacker packed(data.pool.data() + row.packedAt);
    if (packed.byte())
        build.priority = static_cast<int>(packed.signedNumber());
    build.releaseName = text(packed.text());
    build.drvPath = QString::fromUtf8(packed.path({nixName, {}}).second);
    for (auto left = packed.number(); left > 0; --left) {
        const auto &name = data.words[packed.number()];
        build.outputs.append({QString::fromUtf8(name), QString::fromUtf8(packed.path({nixName, view(name)}).second)});
    }
    const auto outputs = build.outputs;
    for (auto left = packed.number(); left > 0; --left)
        build.products.append(productOf(data, packed, build, outputs, nixName));
    for (auto left = packed.number(); left > 0; --left) {
        const auto name = word(data, packed);
        const auto unit = word(data, packed);
        build.metrics.append({name, packed.real(), unit});
    }
}

} // namespace

qsizetype Data::memory() const
{
    std::size_t bytes = sizeof(Data) + rows.capacity() * sizeof(Row) + pool.capacity()
        + (evalLists.capacity() + byId.capacity()) * sizeof(quint32) + words.capacity() * sizeof(QByteArray)
        + jobsets.capacity() * sizeof(JobsetName);
    for (const auto &one : words)
        bytes += static_cast<std::size_t>(one.capacity());
    for (const auto &[project, jobset] : jobsets)
        bytes += static_cast<std::size_t>(project.capacity() + jobset.capacity()) * sizeof(QChar);
    return static_cast<qsizetype>(bytes);
}

BuildTable::BuildTable()
    : m_data(std::make_shared<const Data>())
{
}

BuildTable::BuildTable(std::shared_ptr<const Data> data)
    : m_data(std::move(data))
{
}

qsizetype BuildTable::size() const
{
    return static_cast<qsizetype>(m_data->rows.size());
}

qsizetype BuildTable::memory() const
{
    return m_data->memory();
}

BuildId BuildTable::id(qsizetype row) const
{
    return BuildId(at(*m_data, row).id);
}

BuildState BuildTable::state(qsizetype row) const
{
    return stateOf(at(*m_data, row).finished, status(row));
}

std::optional<BuildStatus> BuildTable::status(qsizetype row) const
{
    return statusOf(at(*m_data, row));
}

qint64 BuildTable::queuedAt(qsizetype row) const
{
    return at(*m_data, row).queued;
}

Epoch BuildTable::startedAt(qsizetype row) const
{
    return epoch(at(*m_data, row).started);
}

Epoch BuildTable::stoppedAt(qsizetype row) const
{
    return epoch(at(*m_data, row).stopped);
}

QByteArrayView BuildTable::job(qsizetype row) const
{
    const auto &one = at(*m_data, row);
    return bytes(*m_data, one.jobAt, one.jobSize);
}

QByteArrayView BuildTable::nixName(qsizetype row) const
{
    const auto &one = at(*m_data, row);
    return bytes(*m_data, one.nixNameAt, one.nixNameSize);
}

QByteArrayView BuildTable::system(qsizetype row) const
{
    return m_data->words[at(*m_data, row).system];
}

JobsetName BuildTable::jobset(qsizetype row) const
{
    return m_data->jobsets[at(*m_data, row).jobset];
}

QByteArray BuildTable::drvPath(qsizetype row) const
{
    const auto &one = at(*m_data, row);
    Unpacker packed(m_data->pool.data() + one.packedAt);
    if (packed.byte())
        (void)packed.signedNumber();
    (void)packed.text();
    return packed.path({view(nixName(row)), {}}).second;
}

Build BuildTable::row(qsizetype row) const
{
    const auto &one = at(*m_data, row);
    Build build{.id = id(row),
        .job = {jobset(row), QString::fromUtf8(job(row))},
        .nixName = QString::fromUtf8(nixName(row)),
        .system = QString::fromUtf8(system(row)),
        .finished = one.finished,
        .status = status(row),
        .priority = {},
        .queuedAt = queuedAt(row),
        .startedAt = startedAt(row),
        .stoppedAt = stoppedAt(row),
        .releaseName = {},
        .drvPath = {},
        .evals = evalsOf(*m_data, one),
        .outputs = {},
        .products = {},
        .metrics = {}};
    unpack(*m_data, one, build);
    std::ranges::sort(build.outputs, {}, &BuildOutput::name);
    std::ranges::sort(build.products, {}, &BuildProduct::number);
    std::ranges::sort(build.metrics, {}, &BuildMetric::name);
    return build;
}

qsizetype BuildTable::byId(BuildId id) const
{
    const auto &order = m_data->byId;
    const auto found
        = std::ranges::lower_bound(order, id.value, {}, [this](quint32 row) { return qint64(m_data->rows[row].id); });
    return found != order.end() && m_data->rows[*found].id == id.value ? static_cast<qsizetype>(*found) : -1;
}

} // namespace narscope::hydra
