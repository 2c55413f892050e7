// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/narinfo.h"

#include "nix/pathcompute.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

QByteArray writeNarInfo(const NarInfo &info)
{
    QByteArray text;
    const auto line = [&text](QByteArrayView key, QByteArrayView value) {
        text.append(key).append(": ").append(value).append('\n');
    };
    line("StorePath", info.path.text());
    line("URL", info.url);
    line("Compression", info.compression);
    if (info.fileHash)
        line("FileHash", info.fileHash->prefixedNix32());
    if (info.fileSize)
        line("FileSize", QByteArray::number(*info.fileSize));
    line("NarHash", info.narHash.prefixedNix32());
    line("NarSize", QByteArray::number(info.narSize));
    QByteArrayList references;
    for (const auto &reference : info.references)
        references.append(reference.baseName());
    line("References", references.join(' '));
    if (info.deriver)
        line("Deriver", info.deriver->baseName());
    for (const auto &signature : info.signatures)
        line("Sig", signature);
    if (info.contentAddress)
        line("CA", info.contentAddress->text());
    for (const auto &[key, value] : info.others)
        line(key, value);
    return text;
}

QByteArray fingerprint(const NarInfo &info)
{
    return fingerprintWith(info, info.references);
}

QByteArray fingerprintWith(const NarInfo &info, const std::vector<StorePath> &references)
{
    auto text
        = "1;" + info.path.text() + ';' + info.narHash.prefixedNix32() + ';' + QByteArray::number(info.narSize) + ';';
    qsizetype size = text.size();
    for (const auto &reference : references)
        size += reference.storeDir().size() + reference.baseName().size() + 2;
    text.reserve(size);
    for (const auto &reference : references) {
        if (&reference != &references.front())
            text.append(',');
        text.append(reference.storeDir()).append('/').append(reference.baseName());
    }
    return text;
}

ContentAddressCheck checkContentAddress(const NarInfo &info)
{
    if (!info.contentAddress)
        return {};
    auto others = info.references;
    std::erase(others, info.path);
    auto computed = contentAddressedPath(
        *info.contentAddress, others, others.size() != info.references.size(), info.path.name(), info.path.storeDir());
    if (!computed)
        return {.verdict = ContentAddressCheck::Verdict::Fails, .computed = {}, .detail = computed.error().sentence};
    const bool same = *computed == info.path;
    return {.verdict = same ? ContentAddressCheck::Verdict::Holds : ContentAddressCheck::Verdict::Fails,
        .computed = std::move(*computed),
        .detail = {}};
}

QString word(NarInfoNoteKind kind)
{
    switch (kind) {
    case NarInfoNoteKind::CompressionAssumed:
        return u"compression-assumed"_s;
    case NarInfoNoteKind::CompressionUnknown:
        return u"compression-unknown"_s;
    case NarInfoNoteKind::RepeatedField:
        return u"repeated-field"_s;
    case NarInfoNoteKind::UnknownField:
        return u"unknown-field"_s;
    case NarInfoNoteKind::SignatureMalformed:
        return u"signature-malformed"_s;
    case NarInfoNoteKind::ReferencesUnsorted:
        return u"references-unsorted"_s;
    case NarInfoNoteKind::ReferencesRepeated:
        return u"references-repeated"_s;
    case NarInfoNoteKind::NumberSpelling:
        return u"number-spelling"_s;
    case NarInfoNoteKind::HashSpelling:
        return u"hash-spelling"_s;
    }
    return {};
}

QString describe(const NarInfoNote &note)
{
    const auto subject = QString::fromUtf8(note.subject);
    switch (note.kind) {
    case NarInfoNoteKind::CompressionAssumed:
        return u"No Compression is given: Nix takes bzip2."_s;
    case NarInfoNoteKind::CompressionUnknown:
        return u"Nix does not know the compression «%1»: since 2.35 it rejects the narinfo."_s.arg(subject);
    case NarInfoNoteKind::RepeatedField:
        return u"%1 is given again: the last one counts."_s.arg(subject);
    case NarInfoNoteKind::UnknownField:
        return u"Nix does not know the field «%1» and ignores it; it is not signed."_s.arg(subject);
    case NarInfoNoteKind::SignatureMalformed:
        return u"The signature «%1» is not NAME:BASE64: since 2.34 Nix rejects the narinfo for it."_s.arg(subject);
    case NarInfoNoteKind::ReferencesUnsorted:
        return u"The references are not sorted; Nix checks the signature over the sorted list."_s;
    case NarInfoNoteKind::ReferencesRepeated:
        return u"A reference is listed twice; Nix counts it once."_s;
    case NarInfoNoteKind::NumberSpelling:
        return u"%1 has a plus sign or leading zeros; the signed text has the plain number."_s.arg(subject);
    case NarInfoNoteKind::HashSpelling:
        return u"%1 is not spelled in nix32; Nix reads it all the same."_s.arg(subject);
    }
    return {};
}

} // namespace narscope::nix
