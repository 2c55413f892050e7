// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hydra/types.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <vector>

namespace narscope::hydra {

/// All builds of an evaluation, at most 200 bytes each: fixed-size rows, one pool of text, shared words.
/// Immutable once read; copies share. Reading is safe from any thread. Rows are in the server's order,
/// which is none; `byId` finds one.
class BuildTable {
public:
    struct Data;

    BuildTable();
    explicit BuildTable(std::shared_ptr<const Data> data);

    [[nodiscard]] qsizetype size() const;
    [[nodiscard]] bool isEmpty() const { return size() == 0; }
    /// Bytes of heap held by all copies together.
    [[nodiscard]] qsizetype memory() const;

    [[nodiscard]] BuildId id(qsizetype row) const;
    [[nodiscard]] BuildState state(qsizetype row) const;
    [[nodiscard]] std::optional<BuildStatus> status(qsizetype row) const;
    [[nodiscard]] qint64 queuedAt(qsizetype row) const;
    [[nodiscard]] Epoch startedAt(qsizetype row) const;
    [[nodiscard]] Epoch stoppedAt(qsizetype row) const;
    // UTF-8, valid while any copy of the table lives.
    [[nodiscard]] QByteArrayView job(qsizetype row) const;
    [[nodiscard]] QByteArrayView nixName(qsizetype row) const;
    [[nodiscard]] QByteArrayView system(qsizetype row) const;
    [[nodiscard]] JobsetName jobset(qsizetype row) const;
    [[nodiscard]] QByteArray drvPath(qsizetype row) const;

    /// Everything the body had about the row.
    [[nodiscard]] Build row(qsizetype row) const;
    /// -1 when there is none.
    [[nodiscard]] qsizetype byId(BuildId id) const;

private:
    std::shared_ptr<const Data> m_data;
};

} // namespace narscope::hydra
