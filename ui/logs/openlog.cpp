// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/openlog.h"

namespace narscope::ui {

namespace {

/// Below the best score: what is left out are words like «error» in names, and what only follows from an error.
constexpr int likelyGap = 30;

std::vector<log::ErrorFinding> likelyOf(const log::ErrorExtract &extract)
{
    std::vector<log::ErrorFinding> likely;
    std::ranges::copy_if(extract.findings, std::back_inserter(likely),
        [&extract](const auto &finding) { return finding.score >= extract.findings.front().score - likelyGap; });
    std::ranges::sort(likely, {}, &log::ErrorFinding::line);
    return likely;
}

} // namespace

OpenLog::OpenLog(log::LogOrder order, Pools &pools, QObject *parent)
    : QObject(parent)
    , m_order(std::move(order))
    , m_pools(pools)
{
    m_about.title = m_order.text;
}

OpenLog::~OpenLog()
{
    *m_cancelled = true;
}

void OpenLog::begin(const std::shared_ptr<const log::Bytes> &bytes, const log::LogAbout &about)
{
    m_stage = Stage::Arriving;
    m_about = about;
    m_document = std::make_unique<log::Document>(bytes, m_pools.log);
    connect(m_document.get(), &log::Document::changed, this, &OpenLog::judgeWhenWhole);
    connect(m_document.get(), &log::Document::changed, this, &OpenLog::changed);
    connect(m_document.get(), &log::Document::failed, this, &OpenLog::trouble);
    Q_EMIT began();
}

void OpenLog::grow()
{
    if (m_document)
        m_document->grow();
}

void OpenLog::trouble(const Problem &problem)
{
    m_problem = problem;
    Q_EMIT changed();
}

void OpenLog::complete(const log::LogAbout &about)
{
    m_stage = Stage::Complete;
    m_about = about;
    if (m_document)
        m_document->complete();
    Q_EMIT changed();
}

/// What came is shown to its end.
void OpenLog::fail(const Problem &problem)
{
    m_stage = Stage::Failed;
    m_problem = problem;
    if (m_document)
        m_document->complete();
    Q_EMIT changed();
}

/// Once the log is whole, and again when a file got longer.
void OpenLog::judgeWhenWhole()
{
    const auto state = m_document->state();
    if (!state->isComplete || m_isJudging || m_judgedBytes == state->index.bytesIndexed())
        return;
    m_isJudging = true;
    m_scope.start(judgeLines());
}

Task<void> OpenLog::judgeLines()
{
    const auto state = m_document->state();
    m_judgedBytes = state->index.bytesIndexed();
    auto work = [bytes = m_document->bytes(), state, pool = &m_pools.log, cancelled = m_cancelled] {
        return log::extractErrors(*bytes, state->index, state->phases, pool, cancelled.get());
    };
    const auto extract = co_await runOn(m_pools.log, std::move(work));
    m_isJudging = false;
    if (extract) {
        m_errors = *extract;
        m_likely = likelyOf(m_errors);
    } else {
        m_problem = extract.error();
    }
    m_isJudged = extract.has_value();
    // Queued: whoever listens may close this log, which ends the flow that says so.
    QMetaObject::invokeMethod(this, [this] {
        Q_EMIT judged();
        judgeWhenWhole();
    }, Qt::QueuedConnection);
}

} // namespace narscope::ui
