// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/linereader.h"

namespace narscope::log {

namespace {

constexpr qint64 ahead = 64 * 1024; ///< bytes read at once

} // namespace

LineReader::LineReader(const Bytes &bytes, const LineIndex &index, qsizetype most)
    : m_bytes(bytes)
    , m_index(index)
    , m_most(most)
{
}

Result<QByteArrayView> LineReader::line(Line line)
{
    if (!goTo(line)) {
        const auto begin = m_index.offsetOf(line, m_bytes);
        if (!begin)
            return std::unexpected(begin.error());
        auto text = m_bytes.read(*begin, ahead);
        if (text && text->size() < m_most && !text->contains('\n')) // a long line
            text = m_bytes.read(*begin, m_most);
        if (!text)
            return std::unexpected(text.error());
        m_text = std::move(*text);
        m_line = line.value;
        m_at = 0;
    }
    const auto end = m_text.indexOf('\n', m_at);
    const auto length = (end < 0 ? m_text.size() : end) - m_at;
    return QByteArrayView(m_text).sliced(m_at, qMin(length, m_most));
}

/// False: the line does not stand whole in what was read.
bool LineReader::goTo(Line line)
{
    if (line.value < m_line)
        return false;
    while (m_line < line.value) {
        const auto end = m_text.indexOf('\n', m_at);
        if (end < 0)
            return false;
        m_at = end + 1;
        ++m_line;
    }
    return m_text.indexOf('\n', m_at) >= 0;
}

} // namespace narscope::log
