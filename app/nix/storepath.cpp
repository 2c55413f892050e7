// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/storepath.h"

#include "base/hash.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype shownBytes = 300; // of a text that is refused

constexpr bool isNameCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-'
        || c == '.' || c == '_' || c == '?' || c == '=';
}

constexpr bool isNix32Digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z' && c != 'e' && c != 'o' && c != 'u' && c != 't');
}

std::unexpected<Problem> refuse(QByteArrayView text, QString why)
{
    return problemSaying(
        ProblemKind::Malformed, std::move(why), QString::fromUtf8(text.first(qMin(text.size(), shownBytes))));
}

} // namespace

const QByteArray &defaultStoreDir()
{
    static const QByteArray dir = "/nix/store"_ba;
    return dir;
}

bool isHashPart(QByteArrayView text)
{
    return text.size() == StorePath::hashLength && std::ranges::all_of(text, isNix32Digit);
}

QString storeNameFault(QByteArrayView name)
{
    if (name.isEmpty())
        return u"The name of a store path is empty."_s;
    if (name.size() > StorePath::maxNameLength)
        return u"The name of a store path is longer than 211 characters."_s;
    if (name == "." || name == ".." || name.startsWith(".-") || name.startsWith("..-"))
        return u"The name of a store path starts with a dot that Nix does not allow."_s;
    if (!std::ranges::all_of(name, isNameCharacter))
        return u"The name of a store path has a character that Nix does not allow."_s;
    return {};
}

Result<StorePath> StorePath::fromBaseName(QByteArrayView baseName, const QByteArray &storeDir)
{
    if (baseName.size() < hashLength + 1)
        return refuse(baseName, u"This is too short for a store path."_s);
    if (!isHashPart(baseName.first(hashLength)))
        return refuse(baseName, u"The hash of a store path has a character outside nix32."_s);
    if (baseName[hashLength] != '-')
        return refuse(baseName, u"A store path has no dash after its hash."_s);
    if (auto fault = storeNameFault(baseName.sliced(hashLength + 1)); !fault.isEmpty())
        return refuse(baseName, std::move(fault));
    return StorePath(storeDir, baseName.toByteArray());
}

Result<StorePath> StorePath::fromText(QByteArrayView path, const QByteArray &storeDir)
{
    if (!path.startsWith(storeDir) || path.size() <= storeDir.size() || path[storeDir.size()] != '/')
        return refuse(path, u"This path is not in the store %1."_s.arg(QString::fromUtf8(storeDir)));
    return fromBaseName(path.sliced(storeDir.size() + 1), storeDir);
}

Result<StorePath> StorePath::fromDigest(QByteArrayView digest, QByteArrayView name, const QByteArray &storeDir)
{
    if (digest.size() != 20)
        return refuse(name, u"The digest of a store path is not 20 bytes long."_s);
    return fromBaseName(toNix32(digest) + '-' + name.toByteArray(), storeDir);
}

std::strong_ordering StorePath::operator<=>(const StorePath &other) const
{
    const int dirs = m_storeDir.compare(other.m_storeDir);
    return (dirs != 0 ? dirs : m_baseName.compare(other.m_baseName)) <=> 0;
}

Result<StorePathMention> readStorePathMention(QByteArrayView text, const QByteArray &storeDir)
{
    auto rest = text.trimmed();
    if (rest.startsWith(storeDir) && rest.size() > storeDir.size() && rest[storeDir.size()] == '/')
        rest = rest.sliced(storeDir.size() + 1);
    else if (rest.startsWith('/'))
        return refuse(rest, u"This path is not in the store %1."_s.arg(QString::fromUtf8(storeDir)));
    if (isHashPart(rest))
        return StorePathMention{.hashPart = rest.toByteArray(), .path = {}, .inside = {}};
    const auto slash = rest.indexOf('/');
    const auto base = slash < 0 ? rest : rest.first(slash);
    auto path = StorePath::fromBaseName(base, storeDir);
    if (!path)
        return std::unexpected(std::move(path.error()));
    auto hashPart = path->hashPart().toByteArray();
    return StorePathMention{.hashPart = std::move(hashPart),
        .path = std::move(*path),
        .inside = slash < 0 ? QByteArray() : rest.sliced(slash).toByteArray()};
}

} // namespace narscope::nix
