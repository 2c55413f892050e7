// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/signature.h"

#include "base/hash.h"

#include <QtEndian>

using namespace Qt::StringLiterals;

namespace narscope::github {

namespace {

constexpr qsizetype longestArmor = 64 * 1024;
constexpr qsizetype keyIdBytes = 8;

/// Takes bytes from the front; nothing once there are too few.
class Bytes {
public:
    explicit Bytes(QByteArrayView left)
        : m_left(left)
    {
    }
    [[nodiscard]] bool isEmpty() const { return m_left.isEmpty(); }
    [[nodiscard]] std::optional<QByteArrayView> take(qsizetype count)
    {
        if (count < 0 || count > m_left.size())
            return {};
        const auto taken = m_left.first(count);
        m_left = m_left.sliced(count);
        return taken;
    }
    template <typename Number> [[nodiscard]] std::optional<Number> number()
    {
        const auto bytes = take(sizeof(Number));
        return bytes ? std::optional(qFromBigEndian<Number>(bytes->data())) : std::nullopt;
    }
    /// The length of an old or new packet or of a subpacket: one, two or five bytes (RFC 9580 §4.2.1,
    /// §5.2.3.1).
    [[nodiscard]] std::optional<qsizetype> length()
    {
        const auto first = number<quint8>();
        if (!first || *first < 192)
            return first;
        if (*first == 255)
            return number<quint32>();
        const auto second = number<quint8>();
        return second && *first < 255 ? std::optional<qsizetype>(((*first - 192) << 8) + *second + 192) : std::nullopt;
    }

private:
    QByteArrayView m_left;
};

/// What stands between the armor's lines, without its headers and checksum.
QByteArray unarmored(QByteArrayView armored)
{
    QByteArray digits;
    bool isBody = false;
    bool sawEmpty = false;
    for (const auto &raw : armored.first(qMin(armored.size(), longestArmor)).toByteArray().split('\n')) {
        const auto line = raw.trimmed();
        if (line.startsWith("-----")) {
            if (isBody)
                break;
            isBody = true;
        } else if (line.isEmpty()) {
            sawEmpty = true;
        } else if (isBody && !line.contains(':') && !(sawEmpty && line.startsWith('='))) {
            digits += line;
        }
    }
    return QByteArray::fromBase64(digits);
}

QString issuerIn(QByteArrayView subpackets)
{
    constexpr quint8 issuerKeyId = 16;
    constexpr quint8 issuerFingerprint = 33;
    QString found;
    for (Bytes bytes(subpackets); !bytes.isEmpty();) {
        const auto length = bytes.length();
        const auto packet = length && *length > 0 ? bytes.take(*length) : std::nullopt;
        if (!packet)
            return found;
        const quint8 type = static_cast<quint8>(packet->front()) & 0x7f;
        if (type == issuerKeyId && packet->size() == 1 + keyIdBytes)
            found = QString::fromLatin1(packet->sliced(1).toByteArray().toHex().toUpper());
        // A version byte, then the fingerprint; a version 4 key's id is its end.
        else if (type == issuerFingerprint && packet->size() == 1 + 1 + 20 && packet->at(1) == 4)
            return QString::fromLatin1(packet->last(keyIdBytes).toByteArray().toHex().toUpper());
    }
    return found;
}

QString issuerOf(QByteArrayView packet)
{
    Bytes bytes(packet);
    const auto tag = bytes.number<quint8>();
    constexpr quint8 isPacket = 0x80;
    constexpr quint8 isNew = 0x40;
    if (!tag || !(*tag & isPacket))
        return {};
    const int kind = *tag & isNew ? *tag & 0x3f : (*tag & 0x3c) >> 2;
    const auto length = *tag & isNew ? bytes.length()
        : (*tag & 3) == 0            ? std::optional<qsizetype>(bytes.number<quint8>())
        : (*tag & 3) == 1            ? std::optional<qsizetype>(bytes.number<quint16>())
                                     : std::nullopt;
    const auto body = length ? bytes.take(*length) : std::nullopt;
    if (kind != 2 || !body || body->isEmpty())
        return {};
    Bytes signature(*body);
    constexpr qsizetype beforeSubpackets = 4; // version, type, two algorithms
    const auto head = signature.take(beforeSubpackets);
    if (!head || head->front() != 4)
        return {};
    const auto hashedSize = signature.number<quint16>();
    const auto hashed = hashedSize ? signature.take(*hashedSize) : std::nullopt;
    const auto unhashedSize = hashed ? signature.number<quint16>() : std::nullopt;
    const auto unhashed = unhashedSize ? signature.take(*unhashedSize) : std::nullopt;
    if (!hashed)
        return {};
    const auto inHashed = issuerIn(*hashed);
    return inHashed.isEmpty() && unhashed ? issuerIn(*unhashed) : inHashed;
}

/// As `ssh-keygen -l` writes it.
QString sshKey(QByteArrayView blob)
{
    Bytes bytes(blob);
    const auto magic = bytes.take(6);
    const auto version = bytes.number<quint32>();
    const auto size = bytes.number<quint32>();
    const auto key = size ? bytes.take(*size) : std::nullopt;
    if (!magic || *magic != QByteArrayView("SSHSIG") || version != 1U || !key)
        return {};
    return u"SHA256:"_s + QString::fromLatin1(hashOf(*key).digest.toBase64(QByteArray::OmitTrailingEquals));
}

} // namespace

Signature readSignature(QByteArrayView armored)
{
    Signature signature;
    const auto start = armored.first(qMin<qsizetype>(armored.size(), 100)).toByteArray();
    if (start.contains("BEGIN PGP SIGNATURE")) {
        signature.kind = Signature::Kind::OpenPgp;
        signature.keyId = issuerOf(unarmored(armored));
    } else if (start.contains("BEGIN SSH SIGNATURE")) {
        signature.kind = Signature::Kind::Ssh;
        signature.keyId = sshKey(unarmored(armored));
    } else if (start.contains("BEGIN SIGNED MESSAGE") || start.contains("BEGIN PKCS7")) {
        signature.kind = Signature::Kind::Smime;
    }
    return signature;
}

} // namespace narscope::github
