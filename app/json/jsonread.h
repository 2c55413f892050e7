// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArrayView>
#include <QList>
#include <QString>
#include <QStringList>

#include <simdjson.h>

#include <algorithm>
#include <concepts>
#include <limits>
#include <optional>
#include <string_view>

// Servers' JSON, read as leniently as they write it: a number may be a number, a boolean or digits in a string,
// and null stands for whatever is absent. What a value cannot do without is required with its JSON path.

namespace narscope::json {

inline constexpr qint64 largestJson = 256 * 1024 * 1024; ///< bytes; bulk bodies have a limit of their own
inline constexpr std::size_t deepestJson = 32; ///< real answers have 7 levels at most

[[nodiscard]] std::unexpected<Problem> malformedJson(const QString &path, const QString &detail);
/// A problem of the reader itself: not JSON, nested too deep, cut off.
[[nodiscard]] std::unexpected<Problem> unreadableJson(simdjson::error_code error);

/// Digits with an optional sign and nothing else.
[[nodiscard]] std::optional<qint64> wholeNumber(std::string_view digits);
[[nodiscard]] std::optional<double> realNumber(std::string_view text); ///< finite; JSON knows no other

[[nodiscard]] QString utf8Text(std::string_view utf8);
[[nodiscard]] QString textOf(simdjson::dom::element value); ///< empty for null and for what is no text
[[nodiscard]] std::optional<qint64> numberOf(simdjson::dom::element value);
[[nodiscard]] std::optional<double> realOf(simdjson::dom::element value);

/// An int that holds any number by holding on to its ends.
[[nodiscard]] constexpr int clampedInt(qint64 number)
{
    return static_cast<int>(
        std::clamp<qint64>(number, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

/// The document's top; lives as long as the parser.
[[nodiscard]] Result<simdjson::dom::element> parseJson(simdjson::dom::parser &parser, QByteArrayView body);

/// An object's members by key. A missing object has no members.
class JsonObject {
public:
    JsonObject() = default;
    /// Of anything: what is no object has no members.
    explicit JsonObject(simdjson::dom::element value)
    {
        if (simdjson::dom::object object; value.get(object) == simdjson::SUCCESS)
            m_object = object;
    }

    [[nodiscard]] bool isObject() const { return m_object.has_value(); }
    [[nodiscard]] std::optional<simdjson::dom::element> find(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return find(key).has_value(); }

    [[nodiscard]] QString text(std::string_view key) const;
    [[nodiscard]] std::optional<qint64> number(std::string_view key) const;
    [[nodiscard]] qint64 number(std::string_view key, qint64 otherwise) const
    {
        return number(key).value_or(otherwise);
    }
    [[nodiscard]] int integer(std::string_view key, int otherwise = 0) const
    {
        return clampedInt(number(key, otherwise));
    }
    [[nodiscard]] std::optional<int> maybeInteger(std::string_view key) const;
    [[nodiscard]] std::optional<double> real(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key, bool otherwise = false) const;
    [[nodiscard]] QStringList texts(std::string_view key) const;
    [[nodiscard]] JsonObject object(std::string_view key) const;

    /// Calls with the key and the value of every member of the object under `key`.
    template <std::invocable<std::string_view, simdjson::dom::element> Call>
    void eachIn(std::string_view key, Call call) const
    {
        object(key).each(call);
    }
    template <std::invocable<std::string_view, simdjson::dom::element> Call> void each(Call call) const
    {
        if (!m_object)
            return;
        for (const auto member : *m_object)
            call(member.key, member.value);
    }
    template <std::invocable<simdjson::dom::element> Call> void eachOf(std::string_view key, Call call) const
    {
        simdjson::dom::array array;
        const auto value = find(key);
        if (!value || value->get(array) != simdjson::SUCCESS)
            return;
        for (const auto item : array)
            call(item);
    }

private:
    std::optional<simdjson::dom::object> m_object;
};

/// What the thing at `path` cannot do without.
[[nodiscard]] Result<QString> requiredText(const JsonObject &object, std::string_view key, const QString &path);
[[nodiscard]] Result<qint64> requiredNumber(const JsonObject &object, std::string_view key, const QString &path);

/// Parses and reads in one go: what `read` is given is gone when this returns.
template <typename T> Result<T> readJson(QByteArrayView body, Result<T> (*read)(simdjson::dom::element top))
{
    simdjson::dom::parser parser;
    auto top = parseJson(parser, body);
    if (!top)
        return std::unexpected(std::move(top.error()));
    return read(*top);
}

/// A list of things that each read by themselves; the first that does not read ends it.
template <typename T>
Result<QList<T>> readList(
    simdjson::dom::element top, Result<T> (*read)(simdjson::dom::element item, const QString &path))
{
    simdjson::dom::array array;
    if (top.get(array) != simdjson::SUCCESS)
        return malformedJson(QStringLiteral("$"), QStringLiteral("not an array"));
    QList<T> list;
    for (const auto item : array) {
        auto value = read(item, QStringLiteral("$[%1]").arg(list.size()));
        if (!value)
            return std::unexpected(std::move(value.error()));
        list.append(std::move(*value));
    }
    return list;
}

} // namespace narscope::json
