// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildtabledata.h"
#include "hydra/jsonparsers.h"
#include "hydra/jsonread.h"

#include <cmath>

using namespace Qt::StringLiterals;
using namespace simdjson;

namespace narscope::hydra {

namespace {

constexpr qint64 largestBody = 512 * 1024 * 1024; ///< bytes; 250,000 builds are some 130 MB
constexpr qint64 bytesPerBuild = 480;

using Value = ondemand::value;

/// Null, absent and of another type are all an empty text.
std::string_view text(Value value)
{
    std::string_view text;
    return value.get_string().get(text) == SUCCESS ? text : std::string_view();
}

std::optional<std::int64_t> number(Value value)
{
    ondemand::json_type type{};
    if (value.type().get(type) != SUCCESS)
        return {};
    if (type == ondemand::json_type::number) {
        if (std::int64_t whole = 0; value.get_int64().get(whole) == SUCCESS)
            return whole;
        double real = 0;
        return value.get_double().get(real) == SUCCESS && std::abs(real) < 9e15
            ? std::optional(static_cast<std::int64_t>(real))
            : std::nullopt;
    }
    if (type == ondemand::json_type::boolean) {
        bool flag = false;
        return value.get_bool().get(flag) == SUCCESS ? std::optional<std::int64_t>(flag) : std::nullopt;
    }
    return type == ondemand::json_type::string ? wholeNumber(text(value)) : std::nullopt;
}

double real(Value value)
{
    if (double number = 0; value.get_double().get(number) == SUCCESS)
        return number;
    return realNumber(text(value)).value_or(0);
}

/// Calls with key and value of each member; what is no object has none. A broken document ends the walk, and the
/// error comes up again where the outer walk goes on.
template <typename Call> error_code eachMember(Value value, Call call)
{
    ondemand::object object;
    if (const auto error = value.get_object().get(object))
        return error == INCORRECT_TYPE ? SUCCESS : error;
    for (auto member : object) {
        ondemand::field field;
        std::string_view key;
        if (const auto error = std::move(member).get(field))
            return error;
        if (const auto error = field.unescaped_key().get(key))
            return error;
        call(key, field.value());
    }
    return SUCCESS;
}

error_code readEvals(Value value, RawBuild &build)
{
    ondemand::array array;
    if (const auto error = value.get_array().get(array))
        return error == INCORRECT_TYPE ? SUCCESS : error;
    for (auto item : array) {
        Value id;
        if (const auto error = std::move(item).get(id))
            return error;
        if (const auto read = number(id); read && *read >= 0 && *read <= std::numeric_limits<quint32>::max())
            build.evals.push_back(static_cast<quint32>(*read));
    }
    return SUCCESS;
}

error_code readOutputs(Value value, RawBuild &build)
{
    error_code inner = SUCCESS;
    const auto outer = eachMember(value, [&](std::string_view name, Value output) {
        build.outputs.push_back({name, {}});
        inner = eachMember(output, [&](std::string_view key, Value path) {
            if (key == "path")
                build.outputs.back().path = text(path);
        });
    });
    return outer ? outer : inner;
}

void readProductField(std::string_view key, Value value, RawBuild::Product &product)
{
    if (key == "type")
        product.type = text(value);
    else if (key == "subtype")
        product.subtype = text(value);
    else if (key == "name")
        product.name = text(value);
    else if (key == "path")
        product.path = text(value);
    else if (key == "defaultpath")
        product.defaultPath = text(value);
    else if (key == "sha256hash")
        product.sha256 = text(value);
    else if (key == "filesize")
        product.size = number(value);
}

error_code readProducts(Value value, RawBuild &build)
{
    error_code inner = SUCCESS;
    const auto outer = eachMember(value, [&](std::string_view name, Value product) {
        build.products.push_back({.number = clampedInt(wholeNumber(name).value_or(0))});
        inner = eachMember(
            product, [&](std::string_view key, Value field) { readProductField(key, field, build.products.back()); });
    });
    return outer ? outer : inner;
}

error_code readMetrics(Value value, RawBuild &build)
{
    error_code inner = SUCCESS;
    const auto outer = eachMember(value, [&](std::string_view name, Value metric) {
        build.metrics.push_back({.name = name});
        inner = eachMember(metric, [&](std::string_view key, Value field) {
            if (key == "value")
                build.metrics.back().value = real(field);
            else if (key == "unit")
                build.metrics.back().unit = text(field);
        });
    });
    return outer ? outer : inner;
}

error_code readNested(std::string_view key, Value value, RawBuild &build)
{
    if (key == "jobsetevals")
        return readEvals(value, build);
    if (key == "buildoutputs")
        return readOutputs(value, build);
    if (key == "buildproducts")
        return readProducts(value, build);
    if (key == "buildmetrics")
        return readMetrics(value, build);
    return SUCCESS;
}

bool readText(std::string_view key, Value value, RawBuild &build)
{
    std::string_view *target = key == "job" ? &build.job
        : key == "nixname"                  ? &build.nixName
        : key == "drvpath"                  ? &build.drvPath
        : key == "system"                   ? &build.system
        : key == "jobset"                   ? &build.jobset
        : key == "project"                  ? &build.project
        : key == "releasename"              ? &build.releaseName
                                            : nullptr;
    if (target)
        *target = text(value);
    return target;
}

bool readNumber(std::string_view key, Value value, RawBuild &build)
{
    if (key == "finished") {
        build.finished = number(value).value_or(0) != 0;
        return true;
    }
    auto *target = key == "id" ? &build.id
        : key == "timestamp"   ? &build.queued
        : key == "starttime"   ? &build.started
        : key == "stoptime"    ? &build.stopped
        : key == "buildstatus" ? &build.status
        : key == "priority"    ? &build.priority
                               : nullptr;
    if (target)
        *target = number(value);
    return target;
}

error_code readBuild(ondemand::object &object, RawBuild &build)
{
    build.clear();
    for (auto member : object) {
        ondemand::field field;
        if (const auto error = std::move(member).get(field))
            return error;
        const auto key = field.escaped_key();
        if (readText(key, field.value(), build) || readNumber(key, field.value(), build))
            continue;
        if (const auto error = readNested(key, field.value(), build))
            return error;
    }
    return SUCCESS;
}

Result<void> readBuilds(ondemand::array &array, BuildTableWriter &writer)
{
    RawBuild build;
    for (auto item : array) {
        ondemand::object object;
        if (const auto error = std::move(item).get_object().get(object)) {
            if (error == INCORRECT_TYPE)
                return malformedJson(u"$[%1]"_s.arg(writer.size()), u"not an object"_s);
            return unreadableJson(error);
        }
        if (const auto error = readBuild(object, build))
            return unreadableJson(error);
        if (auto appended = writer.append(build); !appended)
            return appended;
    }
    return {};
}

} // namespace

Result<BuildTable> parseEvalBuilds(QByteArray body)
{
    if (body.size() > largestBody)
        return problem(ProblemKind::TooLarge, u"$"_s, u"%1 bytes of builds"_s.arg(body.size()));
    body.reserve(body.size() + qsizetype(SIMDJSON_PADDING));
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array array;
    const padded_string_view padded(body.constData(), std::size_t(body.size()), std::size_t(body.capacity()));
    if (const auto error = parser.iterate(padded).get(document))
        return unreadableJson(error);
    if (const auto error = document.get_array().get(array))
        return error == INCORRECT_TYPE ? Result<BuildTable>(malformedJson(u"$"_s, u"not an array"_s))
                                       : Result<BuildTable>(unreadableJson(error));
    BuildTableWriter writer(std::size_t(body.size() / bytesPerBuild));
    if (auto read = readBuilds(array, writer); !read)
        return std::unexpected(std::move(read.error()));
    if (!document.at_end())
        return malformedJson(u"$"_s, u"more follows the array"_s);
    return BuildTable(writer.finish());
}

} // namespace narscope::hydra
