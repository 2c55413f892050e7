// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/farmtypes.h"
#include "hydra/types.h"

#include <array>
#include <numeric>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

struct CategoryWords {
    QLatin1StringView word;
    QLatin1StringView key;
};

constexpr std::array<CategoryWords, evalCategories> categoryWords{{
    {"Aborted"_L1, "aborted"_L1},
    {"Newly failing"_L1, "now-fail"_L1},
    {"Newly succeeding"_L1, "now-succeed"_L1},
    {"New"_L1, "new"_L1},
    {"Removed"_L1, "removed"_L1},
    {"Still failing"_L1, "still-fail"_L1},
    {"Still succeeding"_L1, "still-succeed"_L1},
    {"Queued"_L1, "unfinished"_L1},
}};

std::optional<qint64> between(std::optional<qint64> from, std::optional<qint64> to)
{
    if (!from || !to || *to < *from)
        return {};
    return *to - *from;
}

} // namespace

QString word(EvalCategory category)
{
    return categoryWords.at(static_cast<std::size_t>(category)).word;
}

QString key(EvalCategory category)
{
    return categoryWords.at(static_cast<std::size_t>(category)).key;
}

int EvalHeader::total() const
{
    return std::accumulate(std::begin(counts), std::end(counts), 0) - count(EvalCategory::Removed);
}

QString EvalHeader::nixpkgsRevision() const
{
    QString only;
    int withRevision = 0;
    for (const auto &input : inputs) {
        if (input.revision.isEmpty())
            continue;
        if (input.name == "nixpkgs"_L1)
            return input.revision;
        only = input.revision;
        ++withRevision;
    }
    return withRevision == 1 ? only : QString();
}

int EvalJobs::omittedRows() const
{
    return std::accumulate(std::begin(omitted), std::end(omitted), 0);
}

const StepRow *BuildDetails::failedStep() const
{
    const StepRow *failed = nullptr;
    for (const auto &step : steps) {
        const bool didFail = step.kind == StepRow::Kind::Build && isFailing(step.state)
            && step.state != BuildState::DependencyFailed && !step.paths.isEmpty();
        if (didFail && (!failed || failed->number < step.number))
            failed = &step;
    }
    return failed;
}

std::optional<qint64> Build::waitSeconds() const
{
    // A restarted build keeps the times of its first run until it runs again.
    return finished ? between(queuedAt, startedAt) : std::nullopt;
}

std::optional<qint64> Build::durationSeconds() const
{
    return finished ? between(startedAt, stoppedAt) : std::nullopt;
}

qint64 QueueSummary::total() const
{
    return std::accumulate(jobsets.begin(), jobsets.end(), qint64(0),
        [](qint64 sum, const JobsetQueue &queue) { return sum + queue.queued; });
}

QByteArray MetricSample::label(QByteArrayView wanted) const
{
    for (const auto &[key, text] : labels) {
        if (key == wanted)
            return text;
    }
    return {};
}

std::optional<double> Metrics::value(QByteArrayView name) const
{
    std::optional<double> any;
    for (const auto &sample : samples) {
        if (sample.name != name)
            continue;
        if (sample.labels.isEmpty())
            return sample.value;
        if (!any)
            any = sample.value;
    }
    return any;
}

QList<MetricSample> Metrics::named(QByteArrayView name) const
{
    QList<MetricSample> found;
    for (const auto &sample : samples) {
        if (sample.name == name)
            found.append(sample);
    }
    return found;
}

} // namespace narscope::hydra
