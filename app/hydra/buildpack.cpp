// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildpack.h"

#include <array>
#include <bit>
#include <cstring>

namespace narscope::hydra {

namespace {

constexpr std::string_view storeDir = "/nix/store/";
constexpr std::size_t hashDigits = 32;
constexpr std::string_view digits = "0123456789abcdfghijklmnpqrsvwxyz"; // nix32

enum PathKind : std::uint8_t { Empty, Raw, Named, Derivation, NamedOutput, Suffixed, FirstOutput };

constexpr auto digitValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(0xff);
    for (std::size_t i = 0; i < digits.size(); ++i)
        values[static_cast<std::uint8_t>(digits[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

/// 8 digits are 5 bytes. False when there is another character among them.
bool packHash(std::string_view hash, char *bytes)
{
    std::uint8_t all = 0;
    for (std::size_t group = 0; group < hashDigits; group += 8) {
        std::uint64_t bits = 0;
        for (std::size_t i = group; i < group + 8; ++i) {
            const auto value = digitValues[static_cast<std::uint8_t>(hash[i])];
            all |= value;
            bits = bits << 5 | value;
        }
        for (int shift = 32; shift >= 0; shift -= 8)
            *bytes++ = static_cast<char>(bits >> shift & 0xff);
    }
    return all < 32;
}

void unpackHash(const char *bytes, QByteArray &text)
{
    for (std::size_t group = 0; group < hashDigits; group += 8) {
        std::uint64_t bits = 0;
        for (int i = 0; i < 5; ++i)
            bits = bits << 8 | static_cast<std::uint8_t>(*bytes++);
        for (int shift = 35; shift >= 0; shift -= 5)
            text.append(digits[bits >> shift & 31]);
    }
}

void append(QByteArray &text, std::string_view more)
{
    text.append(more.data(), static_cast<qsizetype>(more.size()));
}

} // namespace

void Packer::number(std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
}

void Packer::signedNumber(std::int64_t value)
{
    const auto bits = static_cast<std::uint64_t>(value);
    number(bits << 1 ^ (value < 0 ? ~std::uint64_t(0) : 0));
}

void Packer::real(double value)
{
    const auto bits = std::bit_cast<std::array<char, sizeof value>>(value);
    m_pool.insert(m_pool.end(), bits.begin(), bits.end());
}

void Packer::text(std::string_view text)
{
    number(text.size());
    m_pool.insert(m_pool.end(), text.begin(), text.end());
}

void Packer::path(std::string_view path, PathNames names)
{
    constexpr auto nameAt = storeDir.size() + hashDigits + 1;
    if (path.empty())
        return byte(Empty);
    std::array<char, 1 + hashDigits * 5 / 8> packed{};
    const bool isNamed = path.size() >= nameAt && path.starts_with(storeDir) && path[nameAt - 1] == '-'
        && path.substr(nameAt).starts_with(names.nixName)
        && packHash(path.substr(storeDir.size(), hashDigits), packed.data() + 1);
    if (!isNamed) {
        byte(Raw);
        return text(path);
    }
    const auto suffix = path.substr(nameAt + names.nixName.size());
    const bool isOutput
        = suffix.size() == names.output.size() + 1 && suffix.front() == '-' && suffix.substr(1) == names.output;
    const auto kind = suffix.empty() ? Named : suffix == ".drv" ? Derivation : isOutput ? NamedOutput : Suffixed;
    packed[0] = static_cast<char>(kind);
    m_pool.insert(m_pool.end(), packed.begin(), packed.end());
    if (kind == Suffixed)
        text(suffix);
}

void Packer::sameAsOutput(std::size_t index)
{
    byte(FirstOutput);
    number(index);
}

std::uint64_t Unpacker::number()
{
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
        const auto next = byte();
        value |= std::uint64_t(next & 0x7f) << shift;
        if (next < 0x80)
            return value;
    }
}

std::int64_t Unpacker::signedNumber()
{
    const auto bits = number();
    return static_cast<std::int64_t>(bits >> 1 ^ (bits & 1 ? ~std::uint64_t(0) : 0));
}

double Unpacker::real()
{
    double value = 0;
    std::memcpy(&value, m_at, sizeof value);
    m_at += sizeof value;
    return value;
}

std::string_view Unpacker::text()
{
    const auto size = number();
    const std::string_view text(m_at, size);
    m_at += size;
    return text;
}

std::pair<int, QByteArray> Unpacker::path(PathNames names)
{
    const auto kind = byte();
    QByteArray path;
    if (kind == FirstOutput)
        return {static_cast<int>(number()), path};
    if (kind == Raw)
        append(path, text());
    if (kind == Empty || kind == Raw)
        return {-1, path};
    append(path, storeDir);
    unpackHash(m_at, path);
    m_at += hashDigits * 5 / 8;
    path.append('-');
    append(path, names.nixName);
    if (kind == Derivation) {
        append(path, ".drv");
    } else if (kind == NamedOutput) {
        path.append('-');
        append(path, names.output);
    } else if (kind == Suffixed) {
        append(path, text());
    }
    return {-1, path};
}

} // namespace narscope::hydra
