// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/linecache.h"

namespace narscope::ui {

namespace {

constexpr qint64 chunkLines = 16;
constexpr int longestWait = 8; ///< ms, for the others of a frame
constexpr qsizetype cacheBytes = qsizetype(24) << 20;

} // namespace

LineCache::LineCache(QThreadPool &pool, QObject *parent)
    : QObject(parent)
    , m_pool(pool)
{
    m_saying.setSingleShot(true);
    connect(&m_saying, &QTimer::timeout, this, [this] {
        const auto problem = std::exchange(m_problem, {});
        Q_EMIT filled();
        if (problem)
            Q_EMIT failed(*problem);
    });
}

void LineCache::setDocument(const log::Document *document)
{
    m_scope.cancelAll();
    m_pending.clear();
    m_saying.stop();
    m_problem.reset();
    m_chunks.clear();
    m_memory = 0;
    m_document = document;
}

bool LineCache::isOld(const Chunk &chunk) const
{
    // While the next pattern is compiled, milliseconds, the marks of the one before stay.
    const auto &search = m_document->currentSearch();
    const bool isComing = !search && m_document->isSearching();
    return (chunk.search != search && !isComing)
        || (chunk.isLast && chunk.indexed != m_document->state()->index.bytesIndexed());
}

const ShownLine *LineCache::peek(log::Line line) const
{
    const auto chunk = m_chunks.find(line.value / chunkLines);
    const auto at = size_t(line.value % chunkLines);
    return chunk != m_chunks.end() && at < chunk->second.lines.size() ? &chunk->second.lines[at] : nullptr;
}

ShownLine *LineCache::line(log::Line line)
{
    if (!m_document || line.value < 0 || line.value >= m_document->state()->index.lineCount())
        return nullptr;
    const auto number = line.value / chunkLines;
    const auto chunk = m_chunks.find(number);
    if (chunk != m_chunks.end())
        chunk->second.frame = m_frame;
    if ((chunk == m_chunks.end() || isOld(chunk->second)) && !m_pending.contains(number)) {
        m_pending.insert(number);
        m_scope.start(fetch(number));
    }
    // Fetching ends later: the chunk is the one found before.
    const auto at = size_t(line.value % chunkLines);
    return chunk != m_chunks.end() && at < chunk->second.lines.size() ? &chunk->second.lines[at] : nullptr;
}

void LineCache::forgetColours()
{
    for (auto &[number, chunk] : m_chunks) {
        for (auto &line : chunk.lines)
            line.own.reset();
    }
}

/// Lines of the frame in view stay even when they alone are over the limit: without them it would never be painted.
void LineCache::keep(qint64 number, Chunk chunk)
{
    for (const auto &line : chunk.lines)
        chunk.memory += line.memory();
    chunk.frame = m_frame;
    auto &kept = m_chunks[number];
    m_memory += chunk.memory - kept.memory;
    kept = std::move(chunk);
    while (m_memory > cacheBytes) {
        const auto oldest
            = std::ranges::min_element(m_chunks, {}, [](const auto &entry) { return entry.second.frame; });
        if (oldest->second.frame == m_frame)
            break;
        m_memory -= oldest->second.memory;
        m_chunks.erase(oldest);
    }
}

Task<void> LineCache::fetch(qint64 number)
{
    auto work
        = [bytes = m_document->bytes(), state = m_document->state(), search = m_document->currentSearch(), number] {
              Chunk chunk{.lines = {}, .search = search, .indexed = state->index.bytesIndexed(), .problem = {}};
              const log::Line first(number * chunkLines);
              chunk.isLast = first.value + chunkLines >= state->index.lineCount();
              auto style = styleBefore(*bytes, state->index, first);
              const auto lines = readLines(*bytes, state->index, first, chunkLines);
              if (!style || !lines) {
                  chunk.problem = style ? lines.error() : style.error();
                  return chunk;
              }
              for (const auto &line : *lines) {
                  chunk.lines.push_back(showLine(line, *style, search.get()));
                  style = chunk.lines.back().cooked.end;
              }
              return chunk;
          };
    auto chunk = co_await runOn(m_pool, std::move(work));
    m_pending.remove(number);
    const auto problem = chunk.problem;
    keep(number, std::move(chunk));
    if (problem)
        m_problem = problem;
    // Later: whoever listens may set another document, which ends the flow that says this. And at once for all that
    // come together, since a frame costs more than the lines in it.
    if (!m_saying.isActive())
        m_saying.start(m_pending.isEmpty() ? 0 : longestWait);
    else if (m_pending.isEmpty())
        m_saying.start(0);
}

} // namespace narscope::ui
