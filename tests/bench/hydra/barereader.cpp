// SPDX-License-Identifier: GPL-3.0-or-later
#include "barereader.h"

#include <simdjson.h>

#include <cstdlib>

using namespace simdjson;

namespace narscope::bench {

namespace {

/// A text or null.
std::size_t textSize(ondemand::value value)
{
    std::string_view text;
    return value.get_string().get(text) == SUCCESS ? text.size() : 0;
}

/// A number or null.
quint64 number(ondemand::value value)
{
    std::int64_t number = 0;
    return value.get_int64().get(number) == SUCCESS ? quint64(number) : 0;
}

quint64 readMember(std::string_view key, ondemand::value value)
{
    quint64 sum = 0;
    if (key == "jobsetevals") {
        for (auto id : value.get_array())
            sum += quint64(id.get_int64().value());
    } else if (key == "buildoutputs") {
        for (auto output : value.get_object()) {
            sum += output.unescaped_key().value().size();
            for (auto field : output.value().get_object())
                sum += textSize(field.value());
        }
    } else if (key == "buildproducts") {
        for (auto product : value.get_object()) {
            sum += product.unescaped_key().value().size();
            for (auto field : product.value().get_object())
                sum += field.escaped_key().value() == "filesize" ? number(field.value()) : textSize(field.value());
        }
    } else if (key == "buildmetrics") {
        for (auto metric : value.get_object()) {
            for (auto field : metric.value().get_object())
                sum += field.escaped_key().value() == "value" ? quint64(double(field.value()))
                                                              : textSize(field.value());
        }
    } else if (key == "job" || key == "nixname" || key == "drvpath" || key == "system" || key == "jobset"
        || key == "project" || key == "releasename") {
        sum += textSize(value);
    } else {
        sum += number(value);
    }
    return sum;
}

} // namespace

quint64 readBare(const QByteArray &padded)
{
    ondemand::parser parser;
    quint64 sum = 0;
    try {
        auto document = parser.iterate(padded.constData(), std::size_t(padded.size()), std::size_t(padded.capacity()));
        for (auto build : document.get_array()) {
            for (auto field : build.get_object())
                sum += readMember(field.escaped_key(), field.value());
        }
    } catch (const simdjson_error &) {
        std::abort();
    }
    return sum;
}

} // namespace narscope::bench
