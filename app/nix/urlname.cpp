// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/urlname.h"

namespace narscope::nix {

namespace {

/// "abc" of "nar/abc.nar.xz?hash=x".
QByteArray stem(const QByteArray &url)
{
    auto name = url.left(url.indexOf('?') < 0 ? url.size() : url.indexOf('?'));
    name = name.sliced(name.lastIndexOf('/') + 1);
    return name.left(name.indexOf('.') < 0 ? name.size() : name.indexOf('.'));
}

std::optional<Hash> sha256In(const QByteArray &digits)
{
    auto digest = digits.size() == 52 ? fromNix32(digits, 32) : digits.size() == 64 ? fromBase16(digits) : QByteArray();
    if (!digest || digest->size() != 32)
        return {};
    return Hash{.algorithm = HashAlgorithm::Sha256, .digest = std::move(*digest)};
}

} // namespace

UrlName checkUrlName(const NarInfo &info)
{
    UrlName result;
    for (const auto &part : stem(info.url).split('-')) {
        const auto hash = sha256In(part);
        if (!hash)
            continue;
        if (hash == info.narHash)
            return {.verdict = UrlNameVerdict::IsNarHash, .hash = part};
        if (hash == info.fileHash)
            return {.verdict = UrlNameVerdict::IsFileHash, .hash = part};
        // A FileHash of another algorithm is no hash to compare the name with.
        const bool isTold = info.fileHash && info.fileHash->algorithm == HashAlgorithm::Sha256;
        result = {.verdict = isTold ? UrlNameVerdict::OtherHash : UrlNameVerdict::Unknown, .hash = part};
    }
    return result;
}

} // namespace narscope::nix
