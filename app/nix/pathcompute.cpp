// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/pathcompute.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

/// `type:ref:ref...:self`, the references sorted and each once.
QByteArray typeWithReferences(QByteArrayView type, std::span<const StorePath> references, bool self)
{
    std::vector<StorePath> sorted(references.begin(), references.end());
    std::ranges::sort(sorted);
    const auto repeated = std::ranges::unique(sorted);
    sorted.erase(repeated.begin(), repeated.end());
    auto text = type.toByteArray();
    for (const auto &reference : sorted)
        text += ':' + reference.text();
    if (self)
        text += ":self";
    return text;
}

QByteArrayView methodPrefix(ContentMethod method)
{
    switch (method) {
    case ContentMethod::Recursive:
        return "r:";
    case ContentMethod::Git:
        return "git:";
    case ContentMethod::Text:
    case ContentMethod::Flat:
        return "";
    }
    return "";
}

QByteArray fold(QByteArrayView digest)
{
    QByteArray folded(20, '\0');
    for (qsizetype i = 0; i < digest.size(); ++i)
        folded[i % 20] = char(uchar(folded[i % 20]) ^ uchar(digest[i]));
    return folded;
}

} // namespace

Result<StorePath> computeStorePath(
    QByteArrayView type, QByteArrayView innerHex, QByteArrayView name, const QByteArray &storeDir)
{
    Hasher hasher;
    hasher.add(type);
    hasher.add(":sha256:");
    hasher.add(innerHex);
    hasher.add(":");
    hasher.add(storeDir);
    hasher.add(":");
    hasher.add(name);
    return StorePath::fromDigest(fold(hasher.finish().digest), name, storeDir);
}

Result<StorePath> textPath(
    QByteArrayView contents, std::span<const StorePath> references, QByteArrayView name, const QByteArray &storeDir)
{
    return computeStorePath(typeWithReferences("text", references, false), hashOf(contents).base16(), name, storeDir);
}

Result<StorePath> sourcePath(const Hash &narHash, QByteArrayView name, const QByteArray &storeDir)
{
    return contentAddressedPath({.method = ContentMethod::Recursive, .hash = narHash}, {}, false, name, storeDir);
}

Result<StorePath> contentAddressedPath(const ContentAddress &address, std::span<const StorePath> references, bool self,
    QByteArrayView name, const QByteArray &storeDir)
{
    const bool sha256 = address.hash.algorithm == HashAlgorithm::Sha256;
    if (address.method == ContentMethod::Text) {
        if (!sha256 || self)
            return problemSaying(ProblemKind::Unsupported, u"A text path needs a SHA-256 and cannot refer to itself."_s,
                QString::fromUtf8(address.text()));
        return computeStorePath(typeWithReferences("text", references, false), address.hash.base16(), name, storeDir);
    }
    if (address.method == ContentMethod::Recursive && sha256)
        return computeStorePath(typeWithReferences("source", references, self), address.hash.base16(), name, storeDir);
    if (self || !references.empty())
        return problemSaying(ProblemKind::Unsupported,
            u"A path with this kind of content address cannot refer to other paths."_s,
            QString::fromUtf8(address.text()));
    const auto inner = "fixed:out:" + methodPrefix(address.method).toByteArray() + address.hash.prefixedBase16() + ':';
    return computeStorePath("output:out", hashOf(inner).base16(), name, storeDir);
}

Result<StorePath> outputPath(
    QByteArrayView outputName, const Hash &hashModulo, QByteArrayView derivationName, const QByteArray &storeDir)
{
    return computeStorePath("output:" + outputName.toByteArray(), hashModulo.base16(),
        outputPathName(derivationName, outputName), storeDir);
}

QByteArray outputPathName(QByteArrayView derivationName, QByteArrayView outputName)
{
    auto name = derivationName.toByteArray();
    if (outputName != "out")
        name += '-' + outputName.toByteArray();
    return name;
}

} // namespace narscope::nix
