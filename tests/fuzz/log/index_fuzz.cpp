// SPDX-License-Identifier: GPL-3.0-or-later
#include "../nix/fuzz.h"

#include "log/lineindex.h"
#include "log/outline.h"

using namespace narscope;
using namespace narscope::log;

namespace {

class Growing final : public Bytes {
public:
    explicit Growing(QByteArrayView all)
        : m_all(all)
    {
    }
    void growTo(qsizetype size) { m_size = size; }
    [[nodiscard]] qint64 size() const override { return m_size; }
    [[nodiscard]] Result<qint64> readInto(Offset offset, std::span<char> buffer) const override
    {
        const auto count = qBound<qint64>(0, m_size - offset.value, qint64(buffer.size()));
        std::copy_n(m_all.data() + offset.value, count, buffer.data());
        return count;
    }

private:
    QByteArrayView m_all;
    qsizetype m_size = 0;
};

} // namespace

/// The first bytes say in which steps the rest grows; the index must not care.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 4)
        return 0;
    const auto text = fuzz::view(data + 4, size - 4);
    Growing bytes(text);
    LineIndex index;
    OutlineScanner outline;
    for (std::size_t i = 0; i < 4; ++i) {
        bytes.growTo(qMax<qsizetype>(bytes.size(), text.size() * data[i] / 255));
        fuzz::require(index.extend(bytes).has_value());
        fuzz::require(outline.extend(bytes, index, false).has_value());
    }
    bytes.growTo(text.size());
    fuzz::require(index.extend(bytes).has_value() && outline.extend(bytes, index, true).has_value());
    LineIndex atOnce;
    fuzz::require(atOnce.extend(bytes).has_value() && atOnce == index);
    const qint64 lines = text.count('\n') + (text.isEmpty() || text.endsWith('\n') ? 0 : 1);
    fuzz::require(index.lineCount() == lines);
    qint64 begin = 0;
    for (qint64 line = 0; line < qMin<qint64>(lines, 600); ++line) {
        fuzz::require(index.offsetOf(Line(line), bytes) == Result<Offset>(Offset(begin)));
        fuzz::require(index.lineAt(Offset(begin), bytes) == Result<Line>(Line(line)));
        begin = text.indexOf('\n', begin) + 1;
    }
    qint64 next = 0;
    for (const auto &phase : outline.phases()) {
        fuzz::require(phase.begin.value == next && phase.end >= phase.begin);
        next = phase.end.value;
    }
    return 0;
}
