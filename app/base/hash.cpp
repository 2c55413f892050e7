// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"

#include <openssl/evp.h>

using namespace Qt::StringLiterals;

namespace narscope {

namespace {

constexpr QByteArrayView alphabet("0123456789abcdfghijklmnpqrsvwxyz");
constexpr std::array algorithms{HashAlgorithm::Md5, HashAlgorithm::Sha1, HashAlgorithm::Sha256, HashAlgorithm::Sha512};

constexpr std::array<qint8, 256> digitValues = [] {
    std::array<qint8, 256> values{};
    values.fill(-1);
    for (qsizetype i = 0; i < alphabet.size(); ++i)
        values[uchar(alphabet[i])] = qint8(i);
    return values;
}();

constexpr qsizetype nix32Length(qsizetype bytes)
{
    return (bytes * 8 + 4) / 5;
}

const EVP_MD *evp(HashAlgorithm algorithm)
{
    switch (algorithm) {
    case HashAlgorithm::Md5:
        return EVP_md5();
    case HashAlgorithm::Sha1:
        return EVP_sha1();
    case HashAlgorithm::Sha256:
        return EVP_sha256();
    case HashAlgorithm::Sha512:
        return EVP_sha512();
    }
    return EVP_sha256();
}

auto malformed(QByteArrayView text, QString why)
{
    return problemSaying(ProblemKind::Malformed, std::move(why), QString::fromUtf8(text.first(qMin(text.size(), 120))));
}

Result<QByteArray> digestFrom(QByteArrayView digits, qsizetype size)
{
    if (digits.size() == size * 2)
        return fromBase16(digits);
    if (digits.size() == nix32Length(size))
        return fromNix32(digits, size);
    if (digits.size() == (size + 2) / 3 * 4)
        return fromBase64(digits);
    return malformed(digits, u"A hash has the wrong length for its algorithm."_s);
}

} // namespace

qsizetype digestSize(HashAlgorithm algorithm)
{
    switch (algorithm) {
    case HashAlgorithm::Md5:
        return 16;
    case HashAlgorithm::Sha1:
        return 20;
    case HashAlgorithm::Sha256:
        return 32;
    case HashAlgorithm::Sha512:
        return 64;
    }
    return 32;
}

QByteArray name(HashAlgorithm algorithm)
{
    switch (algorithm) {
    case HashAlgorithm::Md5:
        return "md5"_ba;
    case HashAlgorithm::Sha1:
        return "sha1"_ba;
    case HashAlgorithm::Sha256:
        return "sha256"_ba;
    case HashAlgorithm::Sha512:
        return "sha512"_ba;
    }
    return "sha256"_ba;
}

QByteArray toNix32(QByteArrayView bytes)
{
    const auto length = nix32Length(bytes.size());
    QByteArray digits(length, Qt::Uninitialized);
    for (qsizetype n = length - 1, out = 0; n >= 0; --n, ++out) {
        const auto bit = n * 5;
        const auto byte = bit / 8;
        const auto shift = bit % 8;
        const unsigned low = uchar(bytes[byte]) >> shift;
        const unsigned high = byte + 1 < bytes.size() ? unsigned(uchar(bytes[byte + 1])) << (8 - shift) : 0;
        digits[out] = alphabet[(low | high) & 31];
    }
    return digits;
}

Result<QByteArray> fromNix32(QByteArrayView digits, qsizetype size)
{
    if (digits.size() != nix32Length(size))
        return malformed(digits, u"A nix32 text has the wrong length."_s);
    QByteArray bytes(size, '\0');
    for (qsizetype n = 0; n < digits.size(); ++n) {
        const auto value = digitValues[uchar(digits[digits.size() - 1 - n])];
        if (value < 0)
            return malformed(digits, u"A nix32 text has a character outside its alphabet."_s);
        const auto bit = n * 5;
        const auto byte = bit / 8;
        const auto shift = bit % 8;
        const unsigned spread = unsigned(value) << shift;
        bytes[byte] = char(uchar(bytes[byte]) | (spread & 0xff));
        const auto carry = spread >> 8;
        if (byte + 1 < size)
            bytes[byte + 1] = char(uchar(bytes[byte + 1]) | carry);
        else if (carry != 0)
            return malformed(digits, u"A nix32 text has spare bits that are not zero."_s);
    }
    return bytes;
}

Result<QByteArray> fromBase16(QByteArrayView digits)
{
    if (digits.size() % 2 != 0)
        return malformed(digits, u"A base16 text has an odd length."_s);
    for (const char c : digits) {
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return malformed(digits, u"A base16 text has a character that is no hex digit."_s);
    }
    return QByteArray::fromHex(digits.toByteArray());
}

Result<QByteArray> fromBase64(QByteArrayView digits)
{
    auto decoded = QByteArray::fromBase64Encoding(digits.toByteArray(), QByteArray::AbortOnBase64DecodingErrors);
    // Writing it again refuses what the decoder lets pass: missing padding and spare bits that are not zero.
    if (!decoded || decoded.decoded.toBase64() != digits)
        return malformed(digits, u"A base64 text is not well-formed."_s);
    return std::move(decoded.decoded);
}

QByteArray Hash::sri() const
{
    return name(algorithm) + '-' + digest.toBase64();
}

QByteArray Hash::prefixedNix32() const
{
    return name(algorithm) + ':' + nix32();
}

QByteArray Hash::prefixedBase16() const
{
    return name(algorithm) + ':' + base16();
}

Result<Hash> parseHash(QByteArrayView text)
{
    for (const auto algorithm : algorithms) {
        const auto prefix = name(algorithm);
        if (!text.startsWith(prefix) || text.size() <= prefix.size())
            continue;
        const auto separator = text[prefix.size()];
        const auto digits = text.sliced(prefix.size() + 1);
        if (separator != ':' && separator != '-')
            continue;
        auto digest = separator == ':' ? digestFrom(digits, digestSize(algorithm)) : fromBase64(digits);
        if (!digest)
            return std::unexpected(std::move(digest.error()));
        if (digest->size() != digestSize(algorithm))
            return malformed(text, u"A hash has the wrong length for its algorithm."_s);
        return Hash{.algorithm = algorithm, .digest = std::move(*digest)};
    }
    return malformed(text, u"A hash does not name an algorithm that Narscope knows."_s);
}

struct Hasher::Context {
    EVP_MD_CTX *evp = EVP_MD_CTX_new();
    Context() = default;
    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;
    ~Context() { EVP_MD_CTX_free(evp); }
};

Hasher::Hasher(HashAlgorithm algorithm)
    : m_algorithm(algorithm)
    , m_context(std::make_unique<Context>())
{
    EVP_DigestInit_ex(m_context->evp, evp(algorithm), nullptr);
}

Hasher::Hasher(Hasher &&) noexcept = default;
Hasher &Hasher::operator=(Hasher &&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::add(QByteArrayView bytes)
{
    EVP_DigestUpdate(m_context->evp, bytes.data(), size_t(bytes.size()));
}

Hash Hasher::finish()
{
    Hash hash{.algorithm = m_algorithm, .digest = QByteArray(digestSize(m_algorithm), Qt::Uninitialized)};
    EVP_DigestFinal_ex(m_context->evp, reinterpret_cast<unsigned char *>(hash.digest.data()), nullptr);
    return hash;
}

Hash hashOf(QByteArrayView bytes, HashAlgorithm algorithm)
{
    Hasher hasher(algorithm);
    hasher.add(bytes);
    return hasher.finish();
}

} // namespace narscope
