// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/promquery.h"
#include "sim/runnermetrics.h"
#include "sim/service.h"
#include "sim/services.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

struct Sample {
    PromLabels labels;
    double value = 0;
};

const PromLabels runnerTarget{{"instance", "hydra.nixos.org:9198"}, {"job", "hydra_queue_runner"}};
constexpr qint64 longestRange = 11'000; ///< points of one series, as in Prometheus

void addChannelSamples(std::vector<Sample> &samples, const World &world, qint64 time)
{
    for (quint16 i = 0; i < world.channels().size(); ++i) {
        const ChannelFacts &channel = world.channels()[i];
        const Release *then = nullptr;
        for (const Release &release : world.releases(ChannelIndex{i}))
            then = release.time <= time ? &release : then;
        if (then == nullptr)
            continue;
        const PromLabels common{{"channel", channel.name}, {"instance", "127.0.0.1:9402"}, {"job", "channel-updates"}};
        PromLabels revision{{"__name__", "channel_revision"}, {"current", "1"},
            {"revision", world.source().commit(then->commit).sha}, {"status", channel.status}};
        if (!channel.variant.isEmpty())
            revision.append({"variant", channel.variant});
        samples.push_back({.labels = revision + common, .value = 1});
        // The exporter reads when git-revision was uploaded: minutes before the redirect moved.
        samples.push_back(
            {.labels = PromLabels{{"__name__", "channel_update_time"}} + common, .value = double(then->time - 240)});
        samples.push_back({.labels = PromLabels{{"__name__", "channel_current"}} + common, .value = 1});
        const QByteArray unit = world.unitState(ChannelIndex{i}, time);
        for (const char *state : {"active", "activating", "failed", "inactive"})
            samples.push_back({.labels = {{"__name__", "node_systemd_unit_state"}, {"instance", "pluto.nixos.org:9100"},
                                   {"job", "node"}, {"name", "update-" + channel.name + ".service"}, {"state", state}},
                .value = unit == state ? 1.0 : 0.0});
    }
}

void addJobSamples(std::vector<Sample> &samples, const World &world, qint64 time)
{
    for (const ChannelFacts &channel : world.channels()) {
        const auto job = world.findJob(channel.gateJobset, channel.gateJob);
        const std::vector<BuildFacts> history = world.history(channel.gateJobset, *job);
        const auto last = std::ranges::find_if(
            history, [time](const BuildFacts &build) { return build.finished() && build.stoppedAt <= time; });
        if (last == history.end())
            continue;
        const JobsetFacts &jobset = world.jobset(channel.gateJobset);
        const PromLabels labels{{"channel", channel.name}, {"current", "1"}, {"exported_job", channel.gateJob},
            {"instance", "hydra.nixos.org:443"}, {"job", "channel-job-" + channel.name}, {"jobset", jobset.name},
            {"project", jobset.project}};
        samples.push_back(
            {.labels = PromLabels{{"__name__", "hydra_job_failed"}} + labels, .value = last->status > 0 ? 1.0 : 0.0});
        samples.push_back({.labels = PromLabels{{"__name__", "hydra_job_completion_time"}} + labels,
            .value = double(last->stoppedAt)});
    }
}

std::vector<Sample> samplesAt(const World &world, qint64 time)
{
    std::vector<Sample> samples;
    addChannelSamples(samples, world, time);
    addJobSamples(samples, world, time);
    if (time == world.now()) {
        for (const MetricSeries &series : runnerMetrics(world))
            samples.push_back({.labels = PromLabels{{"__name__", series.name}} + runnerTarget + series.labels,
                .value = series.value});
    }
    return samples;
}

QJsonObject metricObject(const Sample &sample, bool dropsName)
{
    QJsonObject object;
    for (const auto &[label, value] : sample.labels) {
        if (!dropsName || label != "__name__")
            object.insert(QString::fromLatin1(label), QString::fromUtf8(value));
    }
    return object;
}

QJsonArray point(double time, double value)
{
    return {time, QString::number(value, 'g', 15)};
}

HttpAnswer json(int status, const QJsonObject &object)
{
    return {.status = status,
        .type = "application/json",
        .body = QJsonDocument(object).toJson(QJsonDocument::Compact),
        .headers = {{"Access-Control-Allow-Origin", "*"}}};
}

HttpAnswer success(const QString &type, const QJsonArray &result)
{
    return json(
        200, {{u"status"_s, u"success"_s}, {u"data"_s, QJsonObject{{u"resultType"_s, type}, {u"result"_s, result}}}});
}

HttpAnswer failure(int status, const QString &kind, const QString &text)
{
    return json(status, {{u"status"_s, u"error"_s}, {u"errorType"_s, kind}, {u"error"_s, text}});
}

// Unix seconds, or RFC 3339.
std::optional<double> timeOf(const std::optional<QByteArray> &text)
{
    if (!text)
        return std::nullopt;
    bool ok = false;
    const double seconds = text->toDouble(&ok);
    if (ok)
        return seconds;
    const QDateTime time = QDateTime::fromString(QString::fromLatin1(*text), Qt::ISODate);
    return time.isValid() ? std::optional(double(time.toSecsSinceEpoch())) : std::nullopt;
}

// "3600", "1h", "15m".
std::optional<qint64> stepOf(const QByteArray &text)
{
    static const QMap<char, qint64> units{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}};
    const bool hasUnit = !text.isEmpty() && units.contains(text.back());
    bool ok = false;
    const double number = (hasUnit ? text.chopped(1) : text).toDouble(&ok);
    const qint64 step = qint64(number * double(hasUnit ? units.value(text.back()) : 1));
    return ok && step > 0 ? std::optional(step) : std::nullopt;
}

/// By its metric's name; a selector without one asks for channels.
bool asksForRunner(const PromSelector &selector)
{
    const auto name = std::ranges::find(selector.matchers, "__name__", &PromMatcher::label);
    return name != selector.matchers.end()
        && (name->isRegex ? name->pattern.pattern().contains(u"hydraqueuerunner_"_s)
                          : name->value.startsWith("hydraqueuerunner_"));
}

QJsonArray runnerMatrix(const World &world, const PromSelector &selector, qint64 start, qint64 end, qint64 step)
{
    QJsonArray result;
    for (const PastSeries &past : runnerPast(world, start, end, step)) {
        const Sample sample{.labels = PromLabels{{"__name__", past.name}} + runnerTarget + past.labels};
        if (!selector.matches(sample.labels))
            continue;
        QJsonArray values;
        for (const auto &[time, value] : past.points)
            values.append(point(double(time), value));
        result.append(QJsonObject{{u"metric"_s, metricObject(sample, selector.dropsName)}, {u"values"_s, values}});
    }
    return result;
}

class PrometheusService final : public HttpService {
public:
    explicit PrometheusService(const Stage &stage)
        : m_stage(stage)
    {
    }
    HttpAnswer answer(const HttpRequest &asked) override
    {
        World &world = m_stage.now();
        HttpRequest request = asked;
        if (request.method == "POST") // a form
            request.query = httpRequest("/?" + request.body).query;
        if (request.path != "/api/v1/query" && request.path != "/api/v1/query_range")
            return {.status = 404, .type = "text/plain", .body = "404 page not found\n"};
        const auto selector = parsePromQuery(request.parameter("query").value_or(QByteArray()));
        if (!selector)
            return selector.error().kind == ProblemKind::Malformed
                ? failure(400, u"bad_data"_s, selector.error().sentence)
                : failure(422, u"execution"_s, selector.error().sentence);
        return request.path.endsWith("_range") ? range(world, request, *selector) : instant(world, request, *selector);
    }

private:
    static HttpAnswer instant(const World &world, const HttpRequest &request, const PromSelector &selector)
    {
        const double time = timeOf(request.parameter("time")).value_or(double(world.now()));
        QJsonArray result;
        for (const Sample &sample : samplesAt(world, qint64(time))) {
            if (selector.matches(sample.labels))
                result.append(QJsonObject{
                    {u"metric"_s, metricObject(sample, selector.dropsName)}, {u"value"_s, point(time, sample.value)}});
        }
        return success(u"vector"_s, result);
    }

    static HttpAnswer range(const World &world, const HttpRequest &request, const PromSelector &selector)
    {
        const auto start = timeOf(request.parameter("start"));
        const auto end = timeOf(request.parameter("end"));
        const auto step = stepOf(request.parameter("step").value_or(QByteArray()));
        if (!start || !end || !step || *end < *start)
            return failure(400, u"bad_data"_s, u"invalid parameter \"start\", \"end\" or \"step\""_s);
        if ((*end - *start) / double(*step) > double(longestRange))
            return failure(400, u"bad_data"_s,
                u"exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"_s);
        if (asksForRunner(selector))
            return success(u"matrix"_s, runnerMatrix(world, selector, qint64(*start), qint64(*end), *step));
        QMap<QByteArray, std::pair<QJsonObject, QJsonArray>> series;
        for (double time = qMax(*start, double(world.historyStart())); time <= qMin(*end, double(world.now()));
            time += double(*step)) {
            for (const Sample &sample : samplesAt(world, qint64(time))) {
                if (!selector.matches(sample.labels))
                    continue;
                const QJsonObject metric = metricObject(sample, selector.dropsName);
                auto &[object, values] = series[QJsonDocument(metric).toJson(QJsonDocument::Compact)];
                object = metric;
                values.append(point(time, sample.value));
            }
        }
        QJsonArray result;
        for (const auto &[object, values] : std::as_const(series))
            result.append(QJsonObject{{u"metric"_s, object}, {u"values"_s, values}});
        return success(u"matrix"_s, result);
    }

    const Stage &m_stage;
};

} // namespace

void addPrometheus(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<PrometheusService>(stage));
}

} // namespace narscope::sim
