// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/openlog.h"

#include "log/share.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

/// Below the best score: what is left out are words like «error» in names, and what only follows from an error.
constexpr int likelyGap = 30;
constexpr size_t mostArrivals = 100'000;

std::vector<log::ErrorFinding> likelyOf(const log::ErrorExtract &extract)
{
    std::vector<log::ErrorFinding> likely;
    std::ranges::copy_if(extract.findings, std::back_inserter(likely),
        [&extract](const auto &finding) { return finding.score >= extract.findings.front().score - likelyGap; });
    std::ranges::sort(likely, {}, &log::ErrorFinding::line);
    return likely;
}

} // namespace

OpenLog::OpenLog(log::LogOrder order, Pools &pools, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_order(std::move(order))
    , m_pools(pools)
    , m_clock(clock)
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
    connect(m_document.get(), &log::Document::changed, this, &OpenLog::noteArrival);
    connect(m_document.get(), &log::Document::changed, this, &OpenLog::judgeWhenWhole);
    connect(m_document.get(), &log::Document::changed, this, &OpenLog::changed);
    connect(m_document.get(), &log::Document::failed, this, &OpenLog::trouble);
    Q_EMIT began();
}

QString OpenLog::identity() const
{
    using Kind = log::LogPlace::Kind;
    const auto &place = m_about.place;
    const auto server = m_order.server.isEmpty() ? m_about.source : m_order.server;
    switch (place.kind) {
    case Kind::Build:
        return u"build %1 %2"_s.arg(server, place.build.text());
    case Kind::Step:
        return u"step %1 %2/%3"_s.arg(server, place.build.text(), place.step.text());
    case Kind::Derivation:
        return u"derivation "_s + place.text;
    case Kind::Address:
        return u"address "_s + place.text;
    case Kind::File:
        return place.text.isEmpty() ? QString() : u"file "_s + QFileInfo(place.text).absoluteFilePath();
    default:
        return {};
    }
}

/// What was there when the log was opened has no time.
void OpenLog::noteArrival()
{
    const auto lines = m_document->state()->index.lineCount();
    const bool hasNew = m_arrivals.empty() ? lines > 0 : lines > m_arrivals.back().lines;
    if (isLive() && hasNew && m_arrivals.size() < mostArrivals)
        m_arrivals.push_back({lines, m_arrivals.empty() ? 0 : m_clock.now().count()});
}

/// Milliseconds since 1970; 0: not known.
qint64 OpenLog::cameAt(log::Line line) const
{
    const auto arrival = std::ranges::upper_bound(m_arrivals, line.value, {}, &Arrival::lines);
    return arrival == m_arrivals.end() ? 0 : arrival->msecs;
}

std::optional<double> OpenLog::secondsOf(const log::Phase &phase, log::Line end) const
{
    if (phase.seconds)
        return phase.seconds;
    const bool isOver = end.value < m_document->state()->index.lineCount();
    const auto began = cameAt(phase.begin);
    const auto ended = cameAt(isOver ? end : log::Line(end.value - 1));
    if (began == 0 || ended == 0 || (!isOver && m_stage != Stage::Complete))
        return {};
    return double(ended - began) / 1000;
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

void OpenLog::keep(const log::ArchivedLog &kept, const QList<log::ArchivedLog> &same)
{
    m_kept = kept;
    m_same = same;
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
        log::standBack();
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
    QMetaObject::invokeMethod(
        this,
        [this] {
            Q_EMIT judged();
            judgeWhenWhole();
            if (!std::exchange(m_isStudying, true))
                m_scope.start(studyLines());
        },
        Qt::QueuedConnection);
}

/// What nobody waits for.
Task<void> OpenLog::studyLines()
{
    struct Studied {
        log::Findings warnings;
        std::vector<log::RepeatedLines> repeats;
    };
    auto work = [bytes = m_document->bytes(), state = m_document->state(), pool = &m_pools.log,
                    cancelled = m_cancelled]() -> Result<Studied> {
        log::standBack();
        auto warnings = log::findWarnings(*bytes, state->index, pool, cancelled.get());
        if (!warnings)
            return std::unexpected(warnings.error());
        auto repeats = log::findRepeats(*bytes, state->index, cancelled.get());
        if (!repeats)
            return std::unexpected(repeats.error());
        return Studied{std::move(*warnings), std::move(*repeats)};
    };
    auto made = co_await runOn(m_pools.log, std::move(work));
    m_isStudying = false;
    if (!made) // the view tells what cannot be read
        co_return;
    m_warnings = std::move(made->warnings);
    m_repeats = std::move(made->repeats);
    QMetaObject::invokeMethod(this, &OpenLog::studied, Qt::QueuedConnection);
}

} // namespace narscope::ui
