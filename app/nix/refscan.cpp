// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/refscan.h"

#include <QtEndian>

#include <array>
#include <string_view>

namespace narscope::nix {

namespace {

constexpr qsizetype partLength = StorePath::hashLength;

constexpr std::array<bool, 256> digits = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("0123456789abcdfghijklmnpqrsvwxyz"))
        table[size_t(c)] = true;
    return table;
}();

bool isDigit(char c)
{
    return digits[static_cast<unsigned char>(c)];
}

size_t slot(const char *part)
{
    return (qFromUnaligned<quint32>(part) * 2654435761u) >> 16;
}

} // namespace

ReferenceScanner::ReferenceScanner(QSet<QByteArray> wanted, QByteArray storeDir)
    : m_wanted(std::move(wanted))
    , m_prefix(std::move(storeDir) + '/')
{
    m_wanted.removeIf([](const QByteArray &part) { return part.size() != partLength; });
    for (const auto &part : std::as_const(m_wanted))
        m_perhapsWanted.set(slot(part.constData()));
}

void ReferenceScanner::add(QByteArrayView bytes)
{
    const auto overlap = m_prefix.size() + partLength - 1;
    m_tail.append(bytes.first(qMin(bytes.size(), overlap)));
    scan(m_tail);
    scan(bytes);
    m_tail = bytes.size() >= overlap ? bytes.last(overlap).toByteArray() : m_tail.right(overlap);
}

void ReferenceScanner::scan(QByteArrayView bytes)
{
    const char *data = bytes.data();
    qsizetype at = 0; // where the window begins
    qsizetype checked = 0; // from `at` to here stand digits
    while (at + partLength <= bytes.size()) {
        // Backwards: what is no digit rules out every window that holds it.
        const auto end = at + partLength;
        auto next = end;
        while (next > checked && isDigit(data[next - 1]))
            --next;
        const bool whole = next == checked;
        checked = end;
        if (whole)
            judge(bytes, at);
        at = whole ? at + 1 : next;
    }
}

void ReferenceScanner::judge(QByteArrayView bytes, qsizetype at)
{
    const bool isMention = at >= m_prefix.size() && bytes[at - 1] == '/'
        && bytes.sliced(at - m_prefix.size(), m_prefix.size()) == m_prefix;
    if (!isMention && !m_perhapsWanted[slot(bytes.data() + at)])
        return;
    const auto part = bytes.sliced(at, partLength);
    const auto key = QByteArray::fromRawData(part.data(), part.size());
    if (m_wanted.contains(key)) {
        if (!m_found.contains(key))
            m_found.insert(part.toByteArray());
        return;
    }
    if (isMention && m_mentioned.size() < maxMentions)
        m_mentioned.insert(part.toByteArray());
}

QSet<QByteArray> hashParts(std::span<const StorePath> paths)
{
    QSet<QByteArray> parts;
    for (const auto &path : paths)
        parts.insert(path.hashPart().toByteArray());
    return parts;
}

} // namespace narscope::nix
