// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/keys.h"

#include <sodium.h>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

static_assert(publicKeySize == crypto_sign_PUBLICKEYBYTES);
static_assert(secretKeySize == crypto_sign_SECRETKEYBYTES);
static_assert(signatureSize == crypto_sign_BYTES);
static_assert(seedSize == crypto_sign_SEEDBYTES);

constexpr QByteArrayView base64Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

constexpr std::array<qint8, 256> base64Values = [] {
    std::array<qint8, 256> values{};
    values.fill(-1);
    for (qsizetype i = 0; i < base64Alphabet.size(); ++i)
        values[size_t(base64Alphabet[i])] = qint8(i);
    return values;
}();

struct NamedBytes {
    QByteArray name;
    QByteArray bytes;
};

QString shown(QByteArrayView text)
{
    return QString::fromUtf8(text.first(qMin(text.size(), 200)));
}

Result<NamedBytes> splitNamed(QByteArrayView text)
{
    const auto colon = text.indexOf(':');
    if (colon <= 0 || colon + 1 == text.size())
        return problemSaying(ProblemKind::Malformed, u"A key or signature is not NAME:BASE64."_s, shown(text));
    auto bytes = decodeBase64AsNix(text.sliced(colon + 1));
    if (!bytes)
        return std::unexpected(std::move(bytes.error()));
    return NamedBytes{.name = text.first(colon).toByteArray(), .bytes = std::move(*bytes)};
}

Result<NamedBytes> splitKey(QByteArrayView text, qsizetype size)
{
    auto named = splitNamed(text);
    if (named && named->bytes.size() != size)
        return problemSaying(ProblemKind::Unsupported,
            u"The key %1 is not an Ed25519 key: it has %2 bytes instead of %3."_s.arg(shown(named->name))
                .arg(named->bytes.size())
                .arg(size));
    return named;
}

void startSodium()
{
    [[maybe_unused]] static const int started = sodium_init();
}

const unsigned char *raw(QByteArrayView bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

unsigned char *raw(QByteArray &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}

} // namespace

Result<QByteArray> decodeBase64AsNix(QByteArrayView text)
{
    QByteArray bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned held = 0;
    int bits = 0;
    for (const char c : text) {
        if (c == '=')
            break;
        if (c == '\n')
            continue;
        const auto value = base64Values[uchar(c)];
        if (value < 0)
            return problemSaying(
                ProblemKind::Malformed, u"A base64 text has a character outside its alphabet."_s, shown(text));
        held = (held << 6 | unsigned(value)) & 0xfff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.append(char(held >> bits & 0xff));
        }
    }
    return bytes;
}

Result<PublicKey> parsePublicKey(QByteArrayView text)
{
    return splitKey(text, publicKeySize).transform([](NamedBytes key) {
        return PublicKey{.name = std::move(key.name), .bytes = std::move(key.bytes)};
    });
}

Result<SecretKey> parseSecretKey(QByteArrayView text)
{
    auto key = splitKey(text, secretKeySize);
    if (!key) { // the text is a secret: it must not reach a log
        key.error().where.clear();
        return std::unexpected(std::move(key.error()));
    }
    return SecretKey{.name = std::move(key->name), .bytes = std::move(key->bytes)};
}

Result<Signature> parseSignature(QByteArrayView text)
{
    return splitNamed(text).transform([](NamedBytes signature) {
        return Signature{.name = std::move(signature.name), .bytes = std::move(signature.bytes)};
    });
}

Result<SecretKey> secretKeyFromSeed(QByteArray name, QByteArrayView seed)
{
    if (seed.size() != seedSize || name.isEmpty() || name.contains(':'))
        return problemSaying(ProblemKind::Usage, u"A key needs a name without a colon and a seed of 32 bytes."_s);
    startSodium();
    QByteArray ignored(publicKeySize, '\0');
    SecretKey key{.name = std::move(name), .bytes = QByteArray(secretKeySize, '\0')};
    crypto_sign_seed_keypair(raw(ignored), raw(key.bytes), raw(seed));
    return key;
}

SecretKey generateSecretKey(QByteArray name)
{
    startSodium();
    QByteArray ignored(publicKeySize, '\0');
    SecretKey key{.name = std::move(name), .bytes = QByteArray(secretKeySize, '\0')};
    crypto_sign_keypair(raw(ignored), raw(key.bytes));
    return key;
}

Signature sign(QByteArrayView message, const SecretKey &key)
{
    startSodium();
    Signature signature{.name = key.name, .bytes = QByteArray(signatureSize, '\0')};
    if (key.bytes.size() == secretKeySize)
        crypto_sign_detached(raw(signature.bytes), nullptr, raw(message), size_t(message.size()), raw(key.bytes));
    return signature;
}

bool verify(QByteArrayView message, QByteArrayView signature, QByteArrayView publicKey)
{
    if (signature.size() != signatureSize || publicKey.size() != publicKeySize)
        return false;
    startSodium();
    return crypto_sign_verify_detached(raw(signature), raw(message), size_t(message.size()), raw(publicKey)) == 0;
}

} // namespace narscope::nix
