// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/narinfo.h"

#include "nix/keys.h"

#include <algorithm>
#include <array>
#include <limits>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr std::array<QByteArrayView, 13> compressions{
    "none", "xz", "zstd", "bzip2", "br", "gzip", "lz4", "lzip", "lzma", "lzop", "compress", "lrzip", "grzip"};

using Fault = std::optional<QString>; ///< the reason Nix rejects the file

/// The loop of cache.md §2.2: a key up to the colon, a value from the second character behind it to the line's end.
class Reader {
public:
    Reader(QByteArrayView bytes, const QByteArray &storeDir)
        : m_bytes(bytes)
        , m_storeDir(storeDir)
    {
    }
    Result<NarInfoReading> read();

private:
    using Handler = Fault (Reader::*)(QByteArrayView);
    struct Field {
        QByteArrayView key;
        Handler handler;
        bool mayRepeat;
    };

    Fault readField();
    Fault dispatch(QByteArrayView key, QByteArrayView value);
    Fault storePath(QByteArrayView value);
    Fault url(QByteArrayView value);
    Fault compression(QByteArrayView value);
    Fault fileHash(QByteArrayView value);
    Fault fileSize(QByteArrayView value);
    Fault narHash(QByteArrayView value);
    Fault narSize(QByteArrayView value);
    Fault references(QByteArrayView value);
    Fault deriver(QByteArrayView value);
    Fault signature(QByteArrayView value);
    Fault contentAddress(QByteArrayView value);

    Fault hash(QByteArrayView value, QByteArrayView field, std::optional<Hash> &into);
    Fault number(QByteArrayView value, QByteArrayView field, std::optional<quint64> &into);
    void note(NarInfoNoteKind kind, QByteArrayView subject)
    {
        m_notes.push_back({kind, m_line, subject.toByteArray()});
    }
    [[nodiscard]] QString missing() const;
    void settleCompression();
    std::vector<StorePath> settleReferences();
    Result<NarInfoReading> finish();
    [[nodiscard]] std::unexpected<Problem> refuse(QString why, ProblemKind kind = ProblemKind::Malformed) const;

    QByteArrayView m_bytes;
    const QByteArray &m_storeDir;
    qsizetype m_at = 0;
    int m_line = 1;
    unsigned m_seen = 0;
    std::optional<StorePath> m_path;
    QByteArray m_url;
    QByteArray m_compression;
    int m_compressionLine = 0;
    std::optional<Hash> m_fileHash;
    std::optional<quint64> m_fileSize;
    std::optional<Hash> m_narHash;
    std::optional<quint64> m_narSize;
    std::vector<StorePath> m_references;
    int m_referencesLine = 0;
    std::optional<StorePath> m_deriver;
    QList<QByteArray> m_signatures;
    std::optional<ContentAddress> m_contentAddress;
    std::vector<std::pair<QByteArray, QByteArray>> m_others;
    std::vector<NarInfoNote> m_notes;

    static const std::array<Field, 11> fields;
};

// References and CA have rules of their own for a second line; Sig is a list.
const std::array<Reader::Field, 11> Reader::fields{{
    {"StorePath", &Reader::storePath, false},
    {"URL", &Reader::url, false},
    {"Compression", &Reader::compression, false},
    {"FileHash", &Reader::fileHash, false},
    {"FileSize", &Reader::fileSize, false},
    {"NarHash", &Reader::narHash, false},
    {"NarSize", &Reader::narSize, false},
    {"References", &Reader::references, false},
    {"Deriver", &Reader::deriver, false},
    {"Sig", &Reader::signature, true},
    {"CA", &Reader::contentAddress, false},
}};

std::unexpected<Problem> Reader::refuse(QString why, ProblemKind kind) const
{
    return problemSaying(kind, std::move(why), u"line %1"_s.arg(m_line));
}

Result<NarInfoReading> Reader::read()
{
    if (m_bytes.size() > maxNarInfoSize)
        return problemSaying(ProblemKind::TooLarge, u"This narinfo is larger than 4 MiB."_s);
    while (m_at < m_bytes.size()) {
        if (auto fault = readField())
            return refuse(std::move(*fault));
    }
    return finish();
}

Fault Reader::readField()
{
    const auto colon = m_bytes.indexOf(':', m_at);
    if (colon < 0)
        return u"A line has no colon."_s;
    const auto key = m_bytes.sliced(m_at, colon - m_at);
    if (key.contains('\n'))
        return key.startsWith('\n') ? u"A line is blank."_s : u"A line has no colon."_s;
    const auto from = colon + 2;
    const auto end = from <= m_bytes.size() ? m_bytes.indexOf('\n', from) : -1;
    if (end < 0)
        return u"The last line does not end with a line feed."_s;
    const auto value = m_bytes.sliced(from, end - from);
    if (auto fault = dispatch(key, value))
        return fault;
    m_line += m_bytes[colon + 1] == '\n' ? 2 : 1;
    m_at = end + 1;
    return {};
}

Fault Reader::dispatch(QByteArrayView key, QByteArrayView value)
{
    for (size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].key != key)
            continue;
        const unsigned bit = 1u << i;
        if ((m_seen & bit) != 0 && !fields[i].mayRepeat)
            note(NarInfoNoteKind::RepeatedField, key);
        m_seen |= bit;
        return (this->*fields[i].handler)(value);
    }
    note(NarInfoNoteKind::UnknownField, key);
    m_others.emplace_back(key.toByteArray(), value.toByteArray());
    return {};
}

Fault Reader::storePath(QByteArrayView value)
{
    auto path = StorePath::fromText(value, m_storeDir);
    if (!path)
        return u"StorePath: "_s + path.error().sentence;
    m_path = std::move(*path);
    return {};
}

Fault Reader::url(QByteArrayView value)
{
    m_url = value.toByteArray();
    return {};
}

Fault Reader::compression(QByteArrayView value)
{
    m_compression = value.toByteArray();
    m_compressionLine = m_line;
    return {};
}

Fault Reader::fileHash(QByteArrayView value)
{
    return hash(value, "FileHash", m_fileHash);
}

Fault Reader::fileSize(QByteArrayView value)
{
    return number(value, "FileSize", m_fileSize);
}

Fault Reader::narHash(QByteArrayView value)
{
    return hash(value, "NarHash", m_narHash);
}

Fault Reader::narSize(QByteArrayView value)
{
    return number(value, "NarSize", m_narSize);
}

Fault Reader::hash(QByteArrayView value, QByteArrayView field, std::optional<Hash> &into)
{
    auto parsed = parseHash(value);
    if (!parsed)
        return u"%1: %2"_s.arg(QString::fromLatin1(field), parsed.error().sentence);
    if (parsed->prefixedNix32() != value)
        note(NarInfoNoteKind::HashSpelling, field);
    into = std::move(*parsed);
    return {};
}

Fault Reader::number(QByteArrayView value, QByteArrayView field, std::optional<quint64> &into)
{
    const auto digits = value.startsWith('+') ? value.sliced(1) : value;
    quint64 sum = 0;
    for (const char c : digits) {
        const auto digit = quint64(uchar(c)) - '0';
        if (digit > 9)
            return u"%1 is not a plain number."_s.arg(QString::fromLatin1(field));
        if (sum > (std::numeric_limits<quint64>::max() - digit) / 10)
            return u"%1 does not fit into 64 bits."_s.arg(QString::fromLatin1(field));
        sum = sum * 10 + digit;
    }
    if (digits.isEmpty())
        return u"%1 has no number."_s.arg(QString::fromLatin1(field));
    if (value.size() > 1 && (value[0] == '+' || value[0] == '0'))
        note(NarInfoNoteKind::NumberSpelling, field);
    into = sum;
    return {};
}

Fault Reader::references(QByteArrayView value)
{
    if (!m_references.empty())
        return u"References is given twice."_s;
    m_referencesLine = m_line;
    for (qsizetype at = 0; at < value.size();) {
        const auto space = value.indexOf(' ', at);
        const auto end = space < 0 ? value.size() : space;
        if (end > at) {
            auto path = StorePath::fromBaseName(value.sliced(at, end - at), m_storeDir);
            if (!path)
                return u"References: "_s + path.error().sentence;
            m_references.push_back(std::move(*path));
        }
        at = end + 1;
    }
    return {};
}

Fault Reader::deriver(QByteArrayView value)
{
    if (value == "unknown-deriver")
        return {};
    auto path = StorePath::fromBaseName(value, m_storeDir);
    if (!path)
        return u"Deriver: "_s + path.error().sentence;
    m_deriver = std::move(*path);
    return {};
}

Fault Reader::signature(QByteArrayView value)
{
    m_signatures.append(value.toByteArray());
    if (!parseSignature(value))
        note(NarInfoNoteKind::SignatureMalformed, value.first(qMin(value.size(), 100)));
    return {};
}

Fault Reader::contentAddress(QByteArrayView value)
{
    if (m_contentAddress)
        return u"CA is given twice."_s;
    if (value.isEmpty())
        return {};
    auto address = parseContentAddress(value);
    if (!address)
        return u"CA: "_s + address.error().sentence;
    m_contentAddress = std::move(*address);
    return {};
}

QString Reader::missing() const
{
    if (!m_path)
        return u"StorePath is missing."_s;
    if (m_url.isEmpty())
        return u"URL is missing."_s;
    if (!m_narHash)
        return u"NarHash is missing."_s;
    return m_narSize.value_or(0) == 0 ? u"NarSize is missing or zero."_s : QString();
}

void Reader::settleCompression()
{
    m_line = m_compressionLine;
    if (m_compression.isEmpty()) {
        m_compression = "bzip2"_ba;
        note(NarInfoNoteKind::CompressionAssumed, "Compression");
    } else if (!std::ranges::contains(compressions, QByteArrayView(m_compression))) {
        note(NarInfoNoteKind::CompressionUnknown, m_compression);
    }
}

/// Sorts the references and gives the list as it was when that changed it.
std::vector<StorePath> Reader::settleReferences()
{
    m_line = m_referencesLine;
    if (std::ranges::adjacent_find(m_references, std::ranges::greater_equal()) == m_references.end())
        return {};
    auto listed = m_references;
    if (!std::ranges::is_sorted(m_references))
        note(NarInfoNoteKind::ReferencesUnsorted, "References");
    std::ranges::sort(m_references);
    const auto repeated = std::ranges::unique(m_references);
    if (!repeated.empty())
        note(NarInfoNoteKind::ReferencesRepeated, "References");
    m_references.erase(repeated.begin(), repeated.end());
    return listed;
}

Result<NarInfoReading> Reader::finish()
{
    if (auto why = missing(); !why.isEmpty())
        return refuse(std::move(why));
    if (m_narHash->algorithm != HashAlgorithm::Sha256)
        return refuse(u"NarHash is not a SHA-256: Nix could not copy this path."_s, ProblemKind::Unsupported);
    settleCompression();
    auto listed = settleReferences();
    return NarInfoReading{
        .info = {.path = std::move(*m_path),
            .url = std::move(m_url),
            .compression = std::move(m_compression),
            .fileHash = std::move(m_fileHash),
            .fileSize = m_fileSize,
            .narHash = std::move(*m_narHash),
            .narSize = *m_narSize,
            .references = std::move(m_references),
            .deriver = std::move(m_deriver),
            .signatures = std::move(m_signatures),
            .contentAddress = std::move(m_contentAddress),
            .others = std::move(m_others)},
        .notes = std::move(m_notes),
        .listedReferences = std::move(listed),
    };
}

} // namespace

Result<NarInfoReading> readNarInfo(QByteArrayView bytes, const QByteArray &storeDir)
{
    return Reader(bytes, storeDir).read();
}

bool NarInfo::refersToItself() const
{
    return std::ranges::binary_search(references, path);
}

} // namespace narscope::nix
