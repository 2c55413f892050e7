// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/document.h"

#include "log/share.h"

#include <QAbstractEventDispatcher>
#include <QMutex>
#include <QPointer>
#include <QThreadPool>

namespace narscope::log {

/// The part that lives on the pool: one task at a time has it.
struct Document::Worker {
    LineIndex index;
    OutlineScanner outline;
    std::atomic<bool> cancelled{false};
};

struct Document::Step {
    std::shared_ptr<const DocumentState> state;
    bool isAll = false; ///< nothing is left to index
    Result<void> result;
};

namespace {

constexpr int frame = 16; ///< ms

}

/// What a search's threads and the document share.
struct SearchRun {
    std::atomic<bool> cancelled{false};
    QMutex mutex;
    std::vector<BlockFinding> fresh; ///< not yet taken
    std::atomic<bool> isAnnounced{false};
};

Document::Document(std::shared_ptr<const Bytes> bytes, QThreadPool &pool, QObject *parent)
    : QObject(parent)
    , m_bytes(std::move(bytes))
    , m_pool(pool)
    , m_state(std::make_shared<DocumentState>())
    , m_worker(std::make_shared<Worker>())
{
    m_saying.setSingleShot(true);
    connect(&m_saying, &QTimer::timeout, this, &Document::sayChanged);
    m_finding.setSingleShot(true);
    connect(&m_finding, &QTimer::timeout, this, &Document::sayFindings);
    grow();
}

Document::~Document()
{
    m_worker->cancelled = true;
    stopSearch();
}

void Document::grow()
{
    m_grew = true;
    if (!std::exchange(m_indexing, true))
        m_scope.start(index());
}

void Document::complete()
{
    m_completing = true;
    grow();
}

Task<void> Document::index()
{
    constexpr qint64 firstStep = LineIndex::blockSize;
    constexpr qint64 laterStep = 256 * LineIndex::blockSize;
    // In steps, so that its beginning is there at once however long the log is.
    while (std::exchange(m_grew, false)) {
        const bool isLast = m_completing;
        const auto have = m_state->index.bytesIndexed();
        auto work = [worker = m_worker, bytes = m_bytes, pool = &m_pool, isLast,
                        upTo = have + (have == 0 ? firstStep : laterStep)]() -> Step {
            standBack();
            auto &index = worker->index;
            auto result = index.extend(*bytes, pool, &worker->cancelled, upTo);
            const bool isAll = result && index.bytesIndexed() == bytes->size();
            if (result)
                result = worker->outline.extend(*bytes, index, isLast && isAll, &worker->cancelled);
            return {
                std::make_shared<const DocumentState>(DocumentState{index, worker->outline.phases(), isLast && isAll}),
                isAll, result};
        };
        const auto step = co_await runOn(m_pool, std::move(work));
        m_state = step.state;
        m_grew = m_grew || (!step.isAll && step.result);
        sayChanged();
        if (!step.result)
            Q_EMIT failed(step.result.error());
        else if (m_search && !m_searching && m_state->index.bytesIndexed() > m_searchedTo)
            startSearch(m_query, Line(qMax<qint64>(0, m_state->index.lineCount() - 1)));
    }
    m_indexing = false;
}

void Document::sayChanged()
{
    const auto left = m_said.isValid() && !m_state->isComplete ? frame - m_said.elapsed() : 0;
    if (left > 0) {
        if (!m_saying.isActive())
            m_saying.start(int(left));
        return;
    }
    m_saying.stop();
    m_said.start();
    Q_EMIT changed();
}

void Document::startSearch(const Query &query, Line near)
{
    m_searching = true;
    m_searchScope.start(runSearch(query, near));
}

void Document::stopSearch()
{
    if (m_run)
        m_run->cancelled = true;
    m_run.reset();
    m_finding.stop();
    m_searchScope.cancelAll();
    m_searching = false;
}

void Document::search(const Query &query, Line near)
{
    stopSearch();
    m_query = query;
    m_search.reset();
    m_findings.clear();
    m_searchedTo = 0;
    if (query.anyOf.empty()) {
        Q_EMIT found();
        return;
    }
    startSearch(query, near);
    Q_EMIT found();
}

Task<void> Document::runSearch(Query query, Line near)
{
    auto run = std::make_shared<SearchRun>();
    m_run = run;
    if (!m_search) {
        auto compile = [query] {
            standBack();
            return Search::compile(query);
        };
        const auto compiled = co_await runOn(m_pool, std::move(compile));
        if (!compiled) {
            endSearch(run, compiled.error());
            co_return;
        }
        m_search = *compiled;
    }
    // Pool threads may outlive this object: they only carry the pointer back to its thread.
    auto announce = [self = QPointer(this), home = QAbstractEventDispatcher::instance(), run] {
        if (!run->isAnnounced.exchange(true))
            QMetaObject::invokeMethod(
                home,
                [self, run] {
                    if (self && self->m_run == run)
                        self->sayFindings();
                },
                Qt::QueuedConnection);
    };
    do {
        const auto state = m_state;
        const auto from = m_searchedTo / LineIndex::blockSize;
        m_searchedTo = state->index.bytesIndexed();
        auto work = [search = m_search, bytes = m_bytes, state, run, near, from, pool = &m_pool, announce] {
            standBack();
            auto blocks = searchOrder(state->index, near);
            // The block that was open is searched again, and the one before: its last line may have been open too.
            std::erase_if(blocks, [from](qint64 block) { return block < from - 1; });
            const auto take = [&](BlockFinding finding) {
                {
                    const QMutexLocker lock(&run->mutex);
                    run->fresh.push_back(std::move(finding));
                }
                announce(); // without the lock, which the document wants when it hears of it
                return true;
            };
            return searchAll(*search, *bytes, state->index, blocks, pool, take, &run->cancelled);
        };
        const auto result = co_await runOn(m_pool, std::move(work));
        if (!result) {
            endSearch(run, result.error());
            co_return;
        }
    } while (m_state->index.bytesIndexed() > m_searchedTo);
    endSearch(run, {});
}

void Document::endSearch(const std::shared_ptr<SearchRun> &run, const std::optional<Problem> &problem)
{
    // Queued: whoever listens may begin another search, which destroys the flow that calls this.
    QMetaObject::invokeMethod(
        this,
        [this, run, problem] {
            if (m_run != run)
                return;
            m_searching = false;
            takeFindings();
            if (problem)
                Q_EMIT searchFailed(*problem);
            Q_EMIT found();
            if (m_search && !problem && m_state->index.bytesIndexed() > m_searchedTo)
                startSearch(m_query, Line(qMax<qint64>(0, m_state->index.lineCount() - 1)));
        },
        Qt::QueuedConnection);
}

bool Document::takeFindings()
{
    std::vector<BlockFinding> fresh;
    {
        const QMutexLocker lock(&m_run->mutex);
        fresh.swap(m_run->fresh);
        m_run->isAnnounced = false;
    }
    for (auto &finding : fresh)
        m_findings.add(std::move(finding));
    return !fresh.empty();
}

/// The first ones at once, then what a frame brings; until it is over nobody announces more.
void Document::sayFindings()
{
    if (!m_run || m_finding.isActive() || !takeFindings())
        return;
    m_finding.start(frame);
    Q_EMIT found();
}

} // namespace narscope::log
