// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>
#include <string_view>
#include <vector>

// The bytes behind a row of a BuildTable. Written and read in the same order by buildtablewriter.cpp and
// buildtable.cpp; never leaves the process.

namespace narscope::hydra {

/// What a store path's name can follow from.
struct PathNames {
    std::string_view nixName;
    std::string_view output; ///< name of the output; empty for what is none
};

class Packer {
public:
    explicit Packer(std::vector<char> &pool)
        : m_pool(pool)
    {
    }

    void byte(std::uint8_t value) { m_pool.push_back(static_cast<char>(value)); }
    void number(std::uint64_t value);
    void signedNumber(std::int64_t value);
    void real(double value);
    void text(std::string_view text);
    void path(std::string_view path, PathNames names);
    /// A path that is that of an output of the same build.
    void sameAsOutput(std::size_t index);

private:
    std::vector<char> &m_pool;
};

/// Trusts what a Packer wrote.
class Unpacker {
public:
    explicit Unpacker(const char *at)
        : m_at(at)
    {
    }

    [[nodiscard]] std::uint8_t byte() { return static_cast<std::uint8_t>(*m_at++); }
    [[nodiscard]] std::uint64_t number();
    [[nodiscard]] std::int64_t signedNumber();
    [[nodiscard]] double real();
    [[nodiscard]] std::string_view text();
    /// Gives the index when the path is that of an output, else -1 and the path.
    [[nodiscard]] std::pair<int, QByteArray> path(PathNames names);

private:
    const char *m_at;
};

} // namespace narscope::hydra
