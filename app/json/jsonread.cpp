// SPDX-License-Identifier: GPL-3.0-or-later
#include "json/jsonread.h"

#include <charconv>
#include <cmath>
#include <cstdint>

using namespace Qt::StringLiterals;

namespace narscope::json {

QString utf8Text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::unexpected<Problem> malformedJson(const QString &path, const QString &detail)
{
    return problemSaying(ProblemKind::Malformed, u"The server's JSON answer is not what it should be."_s, path, detail);
}

std::unexpected<Problem> unreadableJson(simdjson::error_code error)
{
    const auto detail = QString::fromUtf8(simdjson::error_message(error));
    if (error == simdjson::DEPTH_ERROR)
        return problemSaying(
            ProblemKind::Malformed, u"The JSON answer is nested deeper than any real one."_s, u"$"_s, detail);
    if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC)
        return problem(ProblemKind::TooLarge, u"$"_s, detail);
    return problemSaying(ProblemKind::Malformed, u"The answer is not JSON, or was cut off."_s, u"$"_s, detail);
}

Result<simdjson::dom::element> parseJson(simdjson::dom::parser &parser, QByteArrayView body)
{
    if (body.size() > largestJson)
        return problem(ProblemKind::TooLarge, u"$"_s, u"%1 bytes of JSON"_s.arg(body.size()));
    const auto size = static_cast<std::size_t>(body.size());
    simdjson::dom::element top;
    if (const auto error = parser.allocate(size, deepestJson))
        return unreadableJson(error);
    if (const auto error = parser.parse(body.data(), size).get(top))
        return unreadableJson(error);
    return top;
}

std::optional<qint64> wholeNumber(std::string_view digits)
{
    qint64 number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size())
        return {};
    return number;
}

std::optional<double> realNumber(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return {};
    return number;
}

QString textOf(simdjson::dom::element value)
{
    if (std::string_view text; value.get(text) == simdjson::SUCCESS)
        return utf8Text(text);
    if (std::int64_t number = 0; value.get(number) == simdjson::SUCCESS)
        return QString::number(number);
    return {};
}

std::optional<qint64> numberOf(simdjson::dom::element value)
{
    if (std::int64_t number = 0; value.get(number) == simdjson::SUCCESS)
        return number;
    if (bool flag = false; value.get(flag) == simdjson::SUCCESS)
        return flag ? 1 : 0;
    if (std::string_view digits; value.get(digits) == simdjson::SUCCESS)
        return wholeNumber(digits);
    // Within the range in which a double holds every whole number.
    if (double real = 0; value.get(real) == simdjson::SUCCESS && std::abs(real) < 9e15)
        return static_cast<qint64>(real);
    return {};
}

std::optional<double> realOf(simdjson::dom::element value)
{
    if (double number = 0; value.get(number) == simdjson::SUCCESS)
        return number;
    if (std::string_view text; value.get(text) == simdjson::SUCCESS)
        return realNumber(text);
    return {};
}

std::optional<simdjson::dom::element> JsonObject::find(std::string_view key) const
{
    simdjson::dom::element value;
    if (!m_object || m_object->at_key(key).get(value) != simdjson::SUCCESS)
        return {};
    return value;
}

QString JsonObject::text(std::string_view key) const
{
    const auto value = find(key);
    return value ? textOf(*value) : QString();
}

std::optional<qint64> JsonObject::number(std::string_view key) const
{
    const auto value = find(key);
    return value ? numberOf(*value) : std::nullopt;
}

std::optional<int> JsonObject::maybeInteger(std::string_view key) const
{
    const auto value = number(key);
    return value ? std::optional(clampedInt(*value)) : std::nullopt;
}

std::optional<double> JsonObject::real(std::string_view key) const
{
    const auto value = find(key);
    return value ? realOf(*value) : std::nullopt;
}

bool JsonObject::flag(std::string_view key, bool otherwise) const
{
    const auto value = number(key);
    return value ? *value != 0 : otherwise;
}

QStringList JsonObject::texts(std::string_view key) const
{
    QStringList list;
    eachOf(key, [&list](simdjson::dom::element item) { list.append(textOf(item)); });
    return list;
}

JsonObject JsonObject::object(std::string_view key) const
{
    const auto value = find(key);
    return value ? JsonObject(*value) : JsonObject();
}

Result<QString> requiredText(const JsonObject &object, std::string_view key, const QString &path)
{
    if (!object.isObject())
        return malformedJson(path, u"not an object"_s);
    auto text = object.text(key);
    if (text.isEmpty())
        return malformedJson(path + u'.' + utf8Text(key), u"missing, or not a text"_s);
    return text;
}

Result<qint64> requiredNumber(const JsonObject &object, std::string_view key, const QString &path)
{
    if (!object.isObject())
        return malformedJson(path, u"not an object"_s);
    const auto number = object.number(key);
    if (!number)
        return malformedJson(path + u'.' + utf8Text(key), u"missing, or not a number"_s);
    return *number;
}

} // namespace narscope::json
