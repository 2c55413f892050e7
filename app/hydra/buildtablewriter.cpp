// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildtabledata.h"
#include "hydra/jsonread.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

constexpr auto largestOffset = std::numeric_limits<quint32>::max() - 16 * 1024 * 1024; ///< leaves room for one row
constexpr std::size_t largestText = std::numeric_limits<quint16>::max();

quint32 epochOf(std::optional<std::int64_t> time)
{
    return time && *time > 0 && *time <= std::numeric_limits<quint32>::max() ? static_cast<quint32>(*time) : 0;
}

/// Whether everything of a build fits where a row can point at.
bool fits(const RawBuild &build)
{
    return build.job.size() <= largestText && build.nixName.size() <= largestText && build.evals.size() <= largestText;
}

} // namespace

void RawBuild::clear()
{
    id = queued = started = stopped = status = priority = std::nullopt;
    finished = false;
    project = jobset = job = nixName = system = releaseName = drvPath = {};
    evals.clear();
    outputs.clear();
    products.clear();
    metrics.clear();
}

BuildTableWriter::BuildTableWriter(std::size_t expectedRows)
    : m_data(std::make_shared<BuildTable::Data>())
{
    m_data->rows.reserve(expectedRows);
    m_data->pool.reserve(expectedRows * 128);
    m_data->evalLists.push_back(0); // the list of a build without evaluations
}

quint32 BuildTableWriter::addText(std::string_view text)
{
    const auto at = static_cast<quint32>(m_data->pool.size());
    m_data->pool.insert(m_data->pool.end(), text.begin(), text.end());
    return at;
}

quint32 BuildTableWriter::nixNameAt(std::string_view name)
{
    auto &slot = m_names[std::hash<std::string_view>{}(name) % nameSlots];
    if (slot.size == name.size() && std::equal(name.begin(), name.end(), m_data->pool.begin() + slot.at))
        return slot.at;
    slot = {addText(name), static_cast<quint32>(name.size())};
    return slot.at;
}

quint32 BuildTableWriter::wordIndex(std::string_view word)
{
    const auto edges
        = word.empty() ? 0 : static_cast<std::uint8_t>(word.front()) * 7u + static_cast<std::uint8_t>(word.back());
    auto &recent = m_recentWords[(edges + word.size() * 31) % wordSlots];
    if (recent > 0 && std::string_view(m_data->words[recent - 1]) == word)
        return recent - 1;
    const auto [known, isNew] = m_words.try_emplace(std::string(word), static_cast<quint32>(m_data->words.size()));
    if (isNew)
        m_data->words.push_back(QByteArray(word.data(), static_cast<qsizetype>(word.size())));
    recent = known->second + 1;
    return known->second;
}

quint32 BuildTableWriter::jobsetIndex(const RawBuild &build)
{
    auto &jobsets = m_data->jobsets;
    if (jobsets.empty() || build.jobset != m_lastJobset || build.project != m_lastProject) {
        m_lastProject = build.project;
        m_lastJobset = build.jobset;
        const JobsetName name{utf8Text(m_lastProject), utf8Text(m_lastJobset)};
        // An evaluation has one jobset; builds that it shares with others have a few more.
        const auto known = std::ranges::find(jobsets, name);
        m_lastJobsetIndex = static_cast<quint32>(known - jobsets.begin());
        if (known == jobsets.end())
            jobsets.push_back(name);
    }
    return m_lastJobsetIndex;
}

quint32 BuildTableWriter::evalsAt(std::vector<quint32> &evals)
{
    if (evals.empty())
        return 0;
    quint32 hash = static_cast<quint32>(evals.size());
    for (const auto id : evals)
        hash = hash * 31 + id;
    auto &slot = m_recentEvals[hash % evalSlots];
    if (slot.asRead == evals)
        return slot.at;
    slot.asRead = evals;
    slot.at = static_cast<quint32>(m_data->evalLists.size());
    std::ranges::sort(evals);
    m_data->evalLists.push_back(static_cast<quint32>(evals.size()));
    m_data->evalLists.insert(m_data->evalLists.end(), evals.begin(), evals.end());
    return slot.at;
}

Result<void> BuildTableWriter::append(RawBuild &build)
{
    const auto path = [this] { return u"$[%1]"_s.arg(size()); };
    if (!build.id || *build.id < 0 || *build.id > std::numeric_limits<quint32>::max())
        return malformedJson(path() + u".id"_s, u"missing, or not the number of a build"_s);
    if (build.job.empty())
        return malformedJson(path() + u".job"_s, u"missing, or not a text"_s);
    if (!fits(build) || m_data->pool.size() > largestOffset)
        return problem(ProblemKind::TooLarge, path(), u"more text than a table can hold"_s);
    BuildTable::Data::Row row;
    row.id = static_cast<quint32>(*build.id);
    row.queued = epochOf(build.queued);
    row.started = epochOf(build.started);
    row.stopped = epochOf(build.stopped);
    row.jobAt = addText(build.job);
    row.jobSize = static_cast<quint16>(build.job.size());
    row.nixNameAt = nixNameAt(build.nixName);
    row.nixNameSize = static_cast<quint16>(build.nixName.size());
    row.evals = evalsAt(build.evals);
    row.hasStatus = build.status.has_value();
    row.status = static_cast<qint16>(std::clamp<std::int64_t>(
        build.status.value_or(0), std::numeric_limits<qint16>::min(), std::numeric_limits<qint16>::max()));
    row.finished = build.finished;
    const auto system = wordIndex(build.system);
    const auto jobset = jobsetIndex(build);
    if (system > largestText || jobset > largestText)
        return problem(ProblemKind::TooLarge, path(), u"more different systems or jobsets than a table can hold"_s);
    row.system = static_cast<quint16>(system);
    row.jobset = static_cast<quint16>(jobset);
    row.packedAt = static_cast<quint32>(m_data->pool.size());
    pack(build);
    m_data->rows.push_back(row);
    return {};
}

void BuildTableWriter::pack(const RawBuild &build)
{
    Packer packer(m_data->pool);
    packer.byte(build.priority ? 1 : 0);
    if (build.priority)
        packer.signedNumber(*build.priority);
    packer.text(build.releaseName);
    packer.path(build.drvPath, {build.nixName, {}});
    packer.number(build.outputs.size());
    for (const auto &output : build.outputs) {
        packer.number(wordIndex(output.name));
        packer.path(output.path, {build.nixName, output.name});
    }
    packer.number(build.products.size());
    for (const auto &product : build.products)
        packProduct(product, build, packer);
    packer.number(build.metrics.size());
    for (const auto &metric : build.metrics) {
        packer.number(wordIndex(metric.name));
        packer.number(wordIndex(metric.unit));
        packer.real(metric.value);
    }
}

void BuildTableWriter::packProduct(const RawBuild::Product &product, const RawBuild &build, Packer &packer)
{
    packer.signedNumber(product.number);
    packer.number(wordIndex(product.type));
    packer.number(wordIndex(product.subtype));
    // The product of a plain build is named and placed as the build is.
    packer.byte(product.name == build.nixName ? 1 : 0);
    if (product.name != build.nixName)
        packer.text(product.name);
    const auto output = std::ranges::find(build.outputs, product.path, &RawBuild::Output::path);
    if (output != build.outputs.end())
        packer.sameAsOutput(static_cast<std::size_t>(output - build.outputs.begin()));
    else
        packer.path(product.path, {build.nixName, {}});
    packer.text(product.defaultPath);
    packer.text(product.sha256);
    packer.byte(product.size ? 1 : 0);
    if (product.size)
        packer.signedNumber(*product.size);
}

void BuildTableWriter::indexById()
{
    const auto &rows = m_data->rows;
    std::vector<std::uint64_t> order(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        order[i] = std::uint64_t(rows[i].id) << 32 | i;
    if (!std::ranges::is_sorted(order))
        std::ranges::sort(order);
    m_data->byId.resize(rows.size());
    std::ranges::transform(
        order, m_data->byId.begin(), [](std::uint64_t entry) { return static_cast<quint32>(entry); });
}

std::shared_ptr<const BuildTable::Data> BuildTableWriter::finish()
{
    indexById();
    m_data->rows.shrink_to_fit();
    m_data->pool.shrink_to_fit();
    m_data->evalLists.shrink_to_fit();
    return m_data;
}

} // namespace narscope::hydra
