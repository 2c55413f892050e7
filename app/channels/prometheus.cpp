// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/prometheus.h"
#include "json/jsonread.h"

#include <limits>

using namespace Qt::StringLiterals;
using narscope::json::JsonObject;
using simdjson::dom::element;

namespace narscope::channels {

namespace {

std::unexpected<Problem> malformed(const QString &detail)
{
    return problemSaying(ProblemKind::Malformed, u"Prometheus' answer is not what it should be."_s, {}, detail);
}

/// Numbers are strings there: «0», «+Inf», «NaN».
std::optional<double> valueOf(element value)
{
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS)
        return {};
    if (text == "NaN")
        return std::numeric_limits<double>::quiet_NaN();
    if (text == "+Inf" || text == "-Inf")
        return text.front() == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return json::realNumber(text);
}

std::optional<Point> pointOf(element value)
{
    simdjson::dom::array pair;
    double time = 0;
    if (value.get(pair) != simdjson::SUCCESS || pair.size() != 2 || pair.at(0).get(time) != simdjson::SUCCESS)
        return {};
    element number;
    const auto real = pair.at(1).get(number) == simdjson::SUCCESS ? valueOf(number) : std::nullopt;
    return real ? std::optional(Point{.time = time, .value = *real}) : std::nullopt;
}

Labels labelsOf(const JsonObject &item)
{
    Labels labels;
    item.eachIn("metric",
        [&labels](std::string_view name, element value) { labels.insert(json::utf8Text(name), json::textOf(value)); });
    return labels;
}

Problem toldBy(const JsonObject &answer)
{
    const auto kind = answer.text("errorType") == "bad_data"_L1 ? ProblemKind::Usage : ProblemKind::ServerError;
    return problemSaying(kind, u"Prometheus refuses the query."_s, {}, answer.text("error")).error();
}

/// Hands every element of the result to `take`, which says whether it could be read.
template <typename Take> Result<void> eachResult(element top, QLatin1StringView type, Take take)
{
    const JsonObject answer(top);
    if (answer.text("status") == "error"_L1)
        return std::unexpected(toldBy(answer));
    const auto data = answer.object("data");
    if (answer.text("status") != "success"_L1 || data.text("resultType") != type)
        return malformed(u"a result of type «%1»"_s.arg(data.text("resultType")));
    bool isWhole = true;
    data.eachOf("result", [&](element item) { isWhole = isWhole && take(JsonObject(item)); });
    return isWhole ? Result<void>() : malformed(u"a sample without a value"_s);
}

} // namespace

Result<QList<Sample>> parseSamples(QByteArrayView body)
{
    return json::readJson<QList<Sample>>(body, [](element top) -> Result<QList<Sample>> {
        QList<Sample> samples;
        const auto read = eachResult(top, "vector"_L1, [&samples](const JsonObject &item) {
            const auto value = item.find("value");
            const auto point = value ? pointOf(*value) : std::nullopt;
            if (point)
                samples.append({labelsOf(item), *point});
            return point.has_value();
        });
        if (!read)
            return std::unexpected(read.error());
        return samples;
    });
}

Result<QList<Series>> parseSeries(QByteArrayView body)
{
    return json::readJson<QList<Series>>(body, [](element top) -> Result<QList<Series>> {
        QList<Series> all;
        const auto read = eachResult(top, "matrix"_L1, [&all](const JsonObject &item) {
            Series series{labelsOf(item), {}};
            bool isWhole = true;
            item.eachOf("values", [&](element value) {
                const auto point = pointOf(value);
                isWhole = isWhole && point;
                if (point)
                    series.points.append(*point);
            });
            all.append(std::move(series));
            return isWhole;
        });
        if (!read)
            return std::unexpected(read.error());
        return all;
    });
}

} // namespace narscope::channels
