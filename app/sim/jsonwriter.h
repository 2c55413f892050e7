// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <concepts>
#include <optional>

namespace narscope::sim {

/// Writes compact JSON straight into bytes: an evaluation of 250,000 builds would not fit well in a tree.
/// Calls must balance; text is UTF-8 and is passed on as it is, but for what JSON must escape.
class JsonWriter {
public:
    [[nodiscard]] QByteArray take() { return std::exchange(m_out, {}); }
    void reserve(qsizetype bytes) { m_out.reserve(bytes); }

    void beginObject() { open('{'); }
    void endObject() { close('}'); }
    void beginArray() { open('['); }
    void endArray() { close(']'); }
    void key(QByteArrayView name);

    void value(QByteArrayView text);
    template <std::same_as<bool> Bool> void value(Bool flag) { raw(flag ? "true" : "false"); }
    template <std::integral Int>
        requires(!std::same_as<Int, bool>)
    void value(Int number)
    {
        raw(QByteArray::number(static_cast<qlonglong>(number)));
    }
    void value(double number); ///< always with a point, as Hydra's metrics are
    void value(std::nullptr_t) { raw("null"); }
    template <typename T> void value(const std::optional<T> &some)
    {
        if (some)
            value(*some);
        else
            value(nullptr);
    }
    /// Anything that is JSON already.
    void raw(QByteArrayView json);

    template <typename T> void field(QByteArrayView name, const T &some)
    {
        key(name);
        value(some);
    }
    /// 0 means that it has not happened.
    void timeField(QByteArrayView name, qint64 epoch)
    {
        field(name, epoch == 0 ? std::optional<qint64>() : std::optional<qint64>(epoch));
    }

private:
    void separate();
    void open(char bracket);
    void close(char bracket);

    QByteArray m_out;
    bool m_needsComma = false;
};

} // namespace narscope::sim
