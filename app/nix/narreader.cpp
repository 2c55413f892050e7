// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/nar.h"

#include <QtEndian>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr std::uint64_t tokenLimit = 32;
constexpr std::uint64_t nameLimit = 255;
constexpr std::uint64_t targetLimit = 4095;
constexpr std::size_t depthLimit = 64;

constexpr qsizetype paddingOf(std::uint64_t length)
{
    return qsizetype((8 - length % 8) % 8);
}

bool allZero(QByteArrayView bytes)
{
    return std::ranges::all_of(bytes, [](char c) { return c == '\0'; });
}

QString shown(QByteArrayView text)
{
    return QString::fromUtf8(text.toByteArray().toPercentEncoding(" !\"#$&'()*+,/:;<=>?@[\\]^`{|}~"));
}

} // namespace

QString word(NarRule rule)
{
    switch (rule) {
    case NarRule::Magic:
        return u"magic"_s;
    case NarRule::Field:
        return u"field"_s;
    case NarRule::StringLength:
        return u"string-length"_s;
    case NarRule::Padding:
        return u"padding"_s;
    case NarRule::Name:
        return u"name"_s;
    case NarRule::Order:
        return u"order"_s;
    case NarRule::Target:
        return u"target"_s;
    case NarRule::Depth:
        return u"depth"_s;
    case NarRule::Truncated:
        return u"truncated"_s;
    case NarRule::Trailing:
        return u"trailing"_s;
    }
    return {};
}

/// A place where only one string may stand, and what comes after it.
struct NarReader::Fixed {
    Want want;
    QByteArrayView token;
    Want next;
};

NarReader::NarReader(NarEvents *events)
    : m_events(events)
{
}

Result<void> NarReader::feed(QByteArrayView bytes)
{
    if (m_problem)
        return std::unexpected(*m_problem);
    while (!bytes.isEmpty()) {
        if (!step(bytes))
            return std::unexpected(*m_problem);
    }
    return {};
}

Result<void> NarReader::finish()
{
    if (!m_problem && m_want != Want::End)
        fault(NarRule::Truncated, u"The archive ends in the middle."_s, m_position);
    if (m_problem)
        return std::unexpected(*m_problem);
    return {};
}

bool NarReader::step(QByteArrayView &input)
{
    switch (m_want) {
    case Want::Contents:
        passContents(input);
        return true;
    case Want::ContentsLength:
        return readContentsLength(input);
    case Want::ContentsPadding:
        return readContentsPadding(input);
    case Want::End:
        return fault(NarRule::Trailing, u"There are bytes after the end of the archive."_s, m_position);
    default:
        return readString(input);
    }
}

std::optional<QByteArrayView> NarReader::take(QByteArrayView &input, qsizetype count)
{
    const auto part = input.first(qMin(input.size(), count - m_held.size()));
    input = input.sliced(part.size());
    m_position += std::uint64_t(part.size());
    if (m_held.isEmpty() && part.size() == count)
        return part;
    m_held.append(part);
    if (m_held.size() < count)
        return {};
    m_taken = std::exchange(m_held, {});
    return QByteArrayView(m_taken);
}

bool NarReader::readString(QByteArrayView &input)
{
    if (!m_length) {
        if (m_held.isEmpty())
            m_stringStart = m_position;
        const auto bytes = take(input, 8);
        if (!bytes)
            return true;
        m_length = qFromLittleEndian<quint64>(bytes->data());
        if (*m_length > lengthLimit())
            return fault(
                NarRule::StringLength, u"A text is longer than its place in the archive allows."_s, m_stringStart);
    }
    const auto length = qsizetype(*m_length);
    const auto bytes = take(input, length + paddingOf(*m_length));
    if (!bytes)
        return true;
    m_length.reset();
    if (!allZero(bytes->sliced(length)))
        return fault(NarRule::Padding, u"Padding holds something other than zero bytes."_s, m_stringStart);
    return onString(bytes->first(length));
}

bool NarReader::readContentsLength(QByteArrayView &input)
{
    const auto bytes = take(input, 8);
    if (!bytes)
        return true;
    m_file.size = qFromLittleEndian<quint64>(bytes->data());
    m_file.offset = m_position;
    m_contentsLeft = m_file.size;
    m_want = Want::Contents;
    if (m_events)
        m_events->beginFile(nodeName(), m_file);
    if (m_contentsLeft == 0)
        m_want = Want::NodeClose;
    if (m_contentsLeft == 0 && m_events)
        m_events->endFile();
    return true;
}

void NarReader::passContents(QByteArrayView &input)
{
    const auto count = qsizetype(std::min(m_contentsLeft, std::uint64_t(input.size())));
    if (m_events)
        m_events->fileData(input.first(count));
    input = input.sliced(count);
    m_position += std::uint64_t(count);
    m_contentsLeft -= std::uint64_t(count);
    if (m_contentsLeft > 0)
        return;
    if (m_events)
        m_events->endFile();
    m_want = paddingOf(m_file.size) > 0 ? Want::ContentsPadding : Want::NodeClose;
}

bool NarReader::readContentsPadding(QByteArrayView &input)
{
    const auto bytes = take(input, paddingOf(m_file.size));
    if (!bytes)
        return true;
    if (!allZero(*bytes))
        return fault(NarRule::Padding, u"The padding after a file's contents is not zero."_s, m_position);
    m_want = Want::NodeClose;
    return true;
}

std::uint64_t NarReader::lengthLimit() const
{
    switch (m_want) {
    case Want::Name:
        return nameLimit;
    case Want::Target:
        return targetLimit;
    case Want::ExecutableValue:
        return 0;
    default:
        return tokenLimit;
    }
}

bool NarReader::onString(QByteArrayView text)
{
    static constexpr std::array fixed{
        Fixed{Want::Magic, "nix-archive-1", Want::NodeOpen},
        Fixed{Want::NodeOpen, "(", Want::TypeKey},
        Fixed{Want::TypeKey, "type", Want::Type},
        Fixed{Want::ExecutableValue, "", Want::ContentsKey},
        Fixed{Want::ContentsKey, "contents", Want::ContentsLength},
        Fixed{Want::TargetKey, "target", Want::Target},
        Fixed{Want::EntryOpen, "(", Want::NameKey},
        Fixed{Want::NameKey, "name", Want::Name},
        Fixed{Want::NodeKey, "node", Want::NodeOpen},
        Fixed{Want::EntryClose, ")", Want::EntryOrClose},
        Fixed{Want::NodeClose, ")", Want::End},
    };
    for (const auto &place : fixed) {
        if (place.want == m_want)
            return onFixed(place, text);
    }
    switch (m_want) {
    case Want::Type:
        return onType(text);
    case Want::FileField:
        return onFileField(text);
    case Want::EntryOrClose:
        return onEntryOrClose(text);
    case Want::Name:
        return onName(text);
    default:
        return onTarget(text);
    }
}

bool NarReader::onFixed(const Fixed &fixed, QByteArrayView text)
{
    if (text != fixed.token && fixed.want == Want::Magic)
        return fault(NarRule::Magic, u"This is not a Nix archive: it does not start like one."_s, 0);
    if (text != fixed.token)
        return unexpected(text, QString::fromLatin1(fixed.token));
    if (fixed.want == Want::NodeOpen && m_names.size() >= depthLimit)
        return fault(NarRule::Depth, u"Directories are nested deeper than 63."_s, m_stringStart);
    if (fixed.want == Want::NodeClose)
        endNode();
    else
        m_want = fixed.next;
    return true;
}

bool NarReader::onType(QByteArrayView text)
{
    if (text == "regular") {
        m_file = {};
        m_want = Want::FileField;
    } else if (text == "symlink") {
        m_want = Want::TargetKey;
    } else if (text == "directory") {
        if (m_events)
            m_events->beginDirectory(nodeName());
        m_names.emplace_back();
        m_want = Want::EntryOrClose;
    } else {
        return unexpected(text, u"regular, symlink or directory"_s);
    }
    return true;
}

bool NarReader::onFileField(QByteArrayView text)
{
    if (text != "executable" && text != "contents")
        return unexpected(text, u"executable or contents"_s);
    m_file.executable = text == "executable";
    m_want = m_file.executable ? Want::ExecutableValue : Want::ContentsLength;
    return true;
}

bool NarReader::onEntryOrClose(QByteArrayView text)
{
    if (text == "entry") {
        m_want = Want::EntryOpen;
        return true;
    }
    if (text != ")")
        return unexpected(text, u"entry or )"_s);
    m_names.pop_back();
    if (m_events)
        m_events->endDirectory();
    endNode();
    return true;
}

bool NarReader::onName(QByteArrayView text)
{
    if (text.isEmpty() || text == "." || text == ".." || text.contains('/') || text.contains('\0'))
        return fault(NarRule::Name, u"A name in the archive is not a file name."_s, m_stringStart);
    // An empty previous name means that this is the directory's first.
    if (!m_names.back().isEmpty() && text.compare(m_names.back()) <= 0)
        return fault(NarRule::Order, u"The names of a directory are not sorted, or one stands twice."_s, m_stringStart);
    m_names.back() = text.toByteArray();
    m_want = Want::NodeKey;
    return true;
}

bool NarReader::onTarget(QByteArrayView text)
{
    if (text.isEmpty() || text.contains('\0'))
        return fault(NarRule::Target, u"A symbolic link's target is empty or holds a NUL."_s, m_stringStart);
    if (m_events)
        m_events->symlink(nodeName(), text);
    m_want = Want::NodeClose;
    return true;
}

void NarReader::endNode()
{
    m_want = m_names.empty() ? Want::End : Want::EntryClose;
}

QByteArrayView NarReader::nodeName() const
{
    return m_names.empty() ? QByteArrayView("") : QByteArrayView(m_names.back());
}

bool NarReader::fault(NarRule rule, const QString &sentence, std::uint64_t offset)
{
    QByteArray path;
    for (const auto &name : m_names)
        path += '/' + name;
    auto where = u"byte %1"_s.arg(offset);
    if (!path.isEmpty())
        where += u", in "_s + shown(path);
    m_broken = rule;
    m_problem = problemSaying(ProblemKind::Malformed, sentence, where, word(rule)).error();
    return false;
}

bool NarReader::unexpected(QByteArrayView text, const QString &wanted)
{
    fault(NarRule::Field, u"The archive has something else where “%1” must stand."_s.arg(wanted), m_stringStart);
    m_problem->detail += u": "_s + shown(text);
    return false;
}

} // namespace narscope::nix
