// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "hydra/buildpack.h"
#include "hydra/buildtable.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

// How a BuildTable keeps 250,000 builds in less than 200 bytes each: a fixed row of 44 bytes, and in one pool of
// bytes the job, the Nix name and, packed, all that is looked at one build at a time. A store path is its 20 bytes
// of hash wherever its name follows from the build's own; words and lists of evaluations are shared.

namespace narscope::hydra {

struct BuildTable::Data {
    struct Row {
        quint32 id = 0;
        quint32 queued = 0; ///< epoch seconds, as the next two; 0: none
        quint32 started = 0;
        quint32 stopped = 0;
        quint32 jobAt = 0; ///< in `pool`, as the next two
        quint32 nixNameAt = 0;
        quint32 packedAt = 0;
        quint32 evals = 0; ///< in `evalLists`
        quint16 jobSize = 0;
        quint16 nixNameSize = 0;
        quint16 system = 0; ///< in `words`
        quint16 jobset = 0; ///< in `jobsets`
        qint16 status = 0;
        bool hasStatus = false;
        bool finished = false;
    };

    std::vector<Row> rows;
    std::vector<char> pool;
    std::vector<QByteArray> words;
    std::vector<JobsetName> jobsets;
    std::vector<quint32> evalLists; ///< each: how many, then the ids, ascending
    std::vector<quint32> byId; ///< rows in the order of their ids

    [[nodiscard]] qsizetype memory() const;
};

/// One build as its JSON has it; texts live as long as the reader's buffer.
struct RawBuild {
    struct Output {
        std::string_view name;
        std::string_view path;
    };
    struct Product {
        std::int64_t number = 0;
        std::string_view type;
        std::string_view subtype;
        std::string_view name;
        std::string_view path;
        std::string_view defaultPath;
        std::string_view sha256;
        std::optional<std::int64_t> size;
    };
    struct Metric {
        std::string_view name;
        std::string_view unit;
        double value = 0;
    };

    std::optional<std::int64_t> id;
    std::optional<std::int64_t> queued;
    std::optional<std::int64_t> started;
    std::optional<std::int64_t> stopped;
    std::optional<std::int64_t> status;
    std::optional<std::int64_t> priority;
    bool finished = false;
    std::string_view project;
    std::string_view jobset;
    std::string_view job;
    std::string_view nixName;
    std::string_view system;
    std::string_view releaseName;
    std::string_view drvPath;
    std::vector<quint32> evals;
    std::vector<Output> outputs;
    std::vector<Product> products;
    std::vector<Metric> metrics;

    void clear();
};

/// Packs builds into a table's data.
class BuildTableWriter {
public:
    explicit BuildTableWriter(std::size_t expectedRows);

    /// Refuses a build without an id or job, and texts longer than a row can point at; `path` is its JSON path.
    [[nodiscard]] Result<void> append(RawBuild &build);
    [[nodiscard]] std::shared_ptr<const BuildTable::Data> finish();
    [[nodiscard]] std::size_t size() const { return m_data->rows.size(); }

private:
    // Small caches without collision handling: what they miss is stored twice or looked up slowly.
    static constexpr std::size_t nameSlots = 4096;
    static constexpr std::size_t wordSlots = 256;
    static constexpr std::size_t evalSlots = 1024;

    struct StoredText {
        quint32 at = 0;
        quint32 size = 0;
    };
    struct StoredEvals {
        std::vector<quint32> asRead;
        quint32 at = 0;
    };

    [[nodiscard]] quint32 addText(std::string_view text);
    [[nodiscard]] quint32 nixNameAt(std::string_view name);
    [[nodiscard]] quint32 wordIndex(std::string_view word);
    [[nodiscard]] quint32 jobsetIndex(const RawBuild &build);
    [[nodiscard]] quint32 evalsAt(std::vector<quint32> &evals);
    void pack(const RawBuild &build);
    void packProduct(const RawBuild::Product &product, const RawBuild &build, Packer &packer);
    void indexById();

    std::shared_ptr<BuildTable::Data> m_data;
    std::array<StoredText, nameSlots> m_names{};
    std::array<quint32, wordSlots> m_recentWords{}; ///< index + 1
    std::array<StoredEvals, evalSlots> m_recentEvals{};
    std::unordered_map<std::string, quint32> m_words;
    std::string m_lastProject;
    std::string m_lastJobset;
    quint32 m_lastJobsetIndex = 0;
};

} // namespace narscope::hydra
