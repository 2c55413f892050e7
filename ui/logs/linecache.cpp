// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/linecache.h"

namespace narscope::ui {

namespace {

constexpr qint64 chunkLines = 64;
constexpr qsizetype cacheBytes = qsizetype(24) << 20;

} // namespace

LineCache::LineCache(QThreadPool &pool, QObject *parent)
    : QObject(parent)
    , m_pool(pool)
    , m_chunks(cacheBytes)
{
}

void LineCache::setDocument(const log::Document *document)
{
    m_scope.cancelAll();
    m_pending.clear();
    m_chunks.clear();
    m_document = document;
}

bool LineCache::isOld(const Chunk &chunk) const
{
    return chunk.search != m_document->currentSearch() || (chunk.isLast && chunk.indexed != m_document->state()->index.bytesIndexed());
}

const ShownLine *LineCache::peek(log::Line line) const
{
    const auto *chunk = m_chunks.object(line.value / chunkLines);
    const auto at = size_t(line.value % chunkLines);
    return chunk && at < chunk->lines.size() ? &chunk->lines[at] : nullptr;
}

const ShownLine *LineCache::line(log::Line line)
{
    if (!m_document || line.value < 0 || line.value >= m_document->state()->index.lineCount())
        return nullptr;
    const auto number = line.value / chunkLines;
    const auto *chunk = m_chunks.object(number);
    if ((!chunk || isOld(*chunk)) && !m_pending.contains(number)) {
        m_pending.insert(number);
        m_scope.start(fetch(number));
    }
    return peek(line);
}

Task<void> LineCache::fetch(qint64 number)
{
    auto work = [bytes = m_document->bytes(), state = m_document->state(), search = m_document->currentSearch(), number] {
        Chunk chunk {.lines = {}, .search = search, .indexed = state->index.bytesIndexed(), .problem = {}};
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
    qsizetype memory = 1;
    for (const auto &line : chunk.lines)
        memory += line.memory();
    const auto problem = chunk.problem;
    m_chunks.insert(number, new Chunk(std::move(chunk)), memory);
    // Queued: whoever listens may set another document, which ends the flow that says this.
    QMetaObject::invokeMethod(this, [this, problem] {
        Q_EMIT filled();
        if (problem)
            Q_EMIT failed(*problem);
    }, Qt::QueuedConnection);
}

} // namespace narscope::ui
