// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/contents.h"

#include "nix/refscan.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype namesShown = 5;

void set(PathReport &report, RungName name, Verdict verdict, QString detail, QByteArray bytes = {})
{
    auto &rung = report.rung(name);
    if (!rung.asked)
        return;
    rung.verdict = verdict;
    rung.detail = std::move(detail);
    rung.bytes = std::move(bytes);
}

/// A compressor adds little to what it cannot shrink.
quint64 largestFile(const NarInfo &info)
{
    constexpr quint64 slack = 1024 * 1024;
    return std::max(info.fileSize.value_or(0), info.narSize + std::min(info.narSize / 16, quint64(1) << 40) + slack);
}

QByteArray compared(const Hash &declared, const Hash &found)
{
    return "declared " + declared.prefixedNix32() + "\nfound    " + found.prefixedNix32();
}

QString sizes(quint64 declared, quint64 found)
{
    return u"%1 bytes declared, %2 found"_s.arg(declared).arg(found);
}

/// `found` is of FileHash's algorithm.
void climbFileHash(PathReport &report, const Hash &found, quint64 size)
{
    const auto &info = *report.info;
    if (!info.fileHash && !info.fileSize)
        return set(report, RungName::FileHash, Verdict::Unavailable,
            u"The narinfo declares neither FileHash nor FileSize."_s, found.prefixedNix32());
    const auto bytes = info.fileHash ? compared(*info.fileHash, found) : found.prefixedNix32();
    if (info.fileHash && *info.fileHash != found)
        return set(report, RungName::FileHash, Verdict::Fails,
            u"The file served has another hash than FileHash (%1)."_s.arg(sizes(info.fileSize.value_or(size), size)),
            bytes);
    if (info.fileSize && *info.fileSize != size)
        return set(report, RungName::FileHash, Verdict::Fails,
            u"The file served has another size than FileSize (%1)."_s.arg(sizes(*info.fileSize, size)), bytes);
    const auto declared = !info.fileHash ? u"size"_s : info.fileSize ? u"hash and size"_s : u"hash"_s;
    set(report, RungName::FileHash, Verdict::Holds,
        u"The file served has the %1 declared (%2 bytes); no signature covers that."_s.arg(declared).arg(size), bytes);
}

/// A name that could not be compared for want of a FileHash can be now.
void climbUrlAgain(PathReport &report, const Hash &file)
{
    auto &rung = report.rung(RungName::Url);
    if (rung.verdict == Verdict::Unavailable && report.info->url.contains(file.nix32())) {
        rung.verdict = Verdict::Holds;
        rung.detail = u"The file's name is the hash of the file served."_s;
    }
}

void leaveUnpacked(PathReport &report, const QString &reason)
{
    set(report, RungName::NarForm, Verdict::Unchecked, reason);
    set(report, RungName::References, Verdict::Unchecked, reason);
}

void climbNarHash(PathReport &report, const NarFacts &facts)
{
    const auto &info = *report.info;
    if (facts.decoderFault == DecoderFault::OutputLimit)
        return set(report, RungName::NarHash, Verdict::Fails,
            u"The contents are longer than the signed NarSize of %1 bytes."_s.arg(info.narSize));
    if (facts.decoderFault == DecoderFault::MemoryLimit)
        return set(
            report, RungName::NarHash, Verdict::Unchecked, u"Unpacking it takes more memory than Narscope gives it."_s);
    if (facts.decoding)
        return set(report, RungName::NarHash, Verdict::Fails,
            u"The file cannot be unpacked as %1: %2"_s.arg(
                QString::fromUtf8(info.compression), facts.decoding->sentence),
            facts.decoding->detail.toUtf8());
    const auto bytes = compared(info.narHash, facts.narHash);
    if (facts.narHash != info.narHash)
        return set(report, RungName::NarHash, Verdict::Fails,
            u"The contents have another hash than NarHash (%1)."_s.arg(sizes(info.narSize, facts.narSize)), bytes);
    if (facts.narSize != info.narSize)
        return set(report, RungName::NarHash, Verdict::Fails,
            u"The contents have the hash, but another size than NarSize (%1)."_s.arg(
                sizes(info.narSize, facts.narSize)),
            bytes);
    set(report, RungName::NarHash, Verdict::Holds,
        u"The contents have the hash and the size declared (%1 bytes)."_s.arg(facts.narSize), bytes);
}

void climbNarForm(PathReport &report, const NarFacts &facts)
{
    if (facts.form)
        return set(report, RungName::NarForm, Verdict::Fails,
            u"The contents are not one well-formed archive: %1 (%2)"_s.arg(facts.form->sentence, facts.form->where),
            facts.form->detail.toUtf8());
    set(report, RungName::NarForm, Verdict::Holds, u"The contents are exactly one well-formed archive."_s);
}

QString some(QList<QByteArray> names)
{
    std::ranges::sort(names);
    QStringList shown;
    for (const auto &name : std::as_const(names).first(qMin(names.size(), namesShown)))
        shown << QString::fromUtf8(name);
    auto text = shown.join(u", "_s);
    if (names.size() > namesShown)
        text += u" and %1 more"_s.arg(names.size() - namesShown);
    return text;
}

/// Its references are part of the path, which the CA field and the contents make: they are what its maker said.
/// A derivation names its outputs and a source its examples, without referring to them.
bool isProvedByItsAddress(const PathReport &report, const NarFacts &facts)
{
    return report.rung(RungName::ContentAddress).verdict == Verdict::Holds && facts.contentHash
        && *facts.contentHash == report.info->contentAddress->hash;
}

void climbReferences(PathReport &report, const NarFacts &facts)
{
    QList<QByteArray> absent;
    for (const auto &reference : report.info->references) {
        if (!facts.found.contains(reference.hashPart().toByteArray()))
            absent << reference.baseName();
    }
    if (absent.isEmpty() && facts.mentioned.isEmpty())
        return set(report, RungName::References, Verdict::Holds,
            u"The references in the contents are those declared (%1)."_s.arg(report.info->references.size()));
    QStringList faults;
    if (!absent.isEmpty())
        faults << u"declared but not in the contents: "_s + some(absent);
    if (!facts.mentioned.isEmpty())
        faults << u"not declared but in the contents: "_s + some(facts.mentioned.values())
                + u" (a dependency that the build did not know of, or only an example in a text: both look the same)"_s;
    if (isProvedByItsAddress(report, facts))
        return set(report, RungName::References, Verdict::Holds,
            u"The references declared (%1) are part of the content-addressed path; %2."_s.arg(
                QString::number(report.info->references.size()), faults.join(u"; "_s)));
    if (!report.info->references.empty())
        faults.prepend(
            u"%1 of %2 declared references found"_s.arg(facts.found.size()).arg(report.info->references.size()));
    auto text = faults.join(u"; "_s) + u'.';
    text.front() = text.front().toUpper();
    set(report, RungName::References, Verdict::Fails, std::move(text));
}

void climbContentAddress(PathReport &report, const NarFacts &facts)
{
    auto &rung = report.rung(RungName::ContentAddress);
    if (rung.verdict != Verdict::Holds)
        return;
    const auto &address = *report.info->contentAddress;
    if (address.method == ContentMethod::Git) {
        rung.detail = u"The path follows from the CA field; the git hash of the contents was not computed."_s;
        return;
    }
    const bool same = facts.contentHash == address.hash;
    rung.verdict = same ? Verdict::Holds : Verdict::Fails;
    rung.detail = same ? u"The path follows from the CA field, and the contents have that hash."_s
        : facts.contentHash
        ? u"The path follows from the CA field, but the contents have another hash."_s
        : u"The path follows from the CA field, but the contents are not of the kind that it names."_s;
    if (facts.contentHash)
        rung.bytes = compared(address.hash, *facts.contentHash);
}

void climbFacts(PathReport &report, const NarFacts &facts)
{
    climbNarHash(report, facts);
    if (facts.decoding) {
        leaveUnpacked(report, u"Not checked: the contents could not be unpacked."_s);
        return;
    }
    climbNarForm(report, facts);
    climbReferences(report, facts);
    if (report.rung(RungName::NarHash).asked)
        climbContentAddress(report, facts);
}

NarCheckRequest requestFor(const NarInfo &info, Compression compression, Depth depth)
{
    NarCheckRequest request{.compression = compression,
        .limits = {.output = info.narSize},
        .hashFile = true,
        .references = depth >= Depth::References,
        .wanted = {},
        .storeDir = info.path.storeDir(),
        .contentAddress = info.contentAddress,
        .selfHashPart = {}};
    if (request.references)
        request.wanted = hashParts(info.references);
    if (info.refersToItself())
        request.selfHashPart = info.path.hashPart().toByteArray();
    return request;
}

} // namespace

ContentCheck::ContentCheck(
    const NarInfo &info, Depth depth, std::shared_ptr<std::atomic<quint64>> bytes, std::shared_ptr<NarEvents> events)
    : m_bytes(std::move(bytes))
    , m_events(std::move(events))
    , m_limit(largestFile(info))
{
    if (depth > Depth::File) {
        if (const auto compression = compressionNamed(info.compression))
            m_nar.emplace(requestFor(info, *compression, depth), m_events.get());
        else
            m_compression = compression.error();
    }
    if (!m_nar)
        m_file.emplace();
    if (info.fileHash && info.fileHash->algorithm != HashAlgorithm::Sha256)
        m_declared.emplace(info.fileHash->algorithm);
}

Result<void> ContentCheck::take(QByteArrayView piece)
{
    m_taken += quint64(piece.size());
    m_bytes->fetch_add(quint64(piece.size()), std::memory_order_relaxed);
    if (m_nar)
        m_nar->feed(piece);
    else
        m_file->add(piece);
    if (m_declared)
        m_declared->add(piece);
    m_isTooLong = m_taken > m_limit;
    if (m_isTooLong)
        return problemSaying(
            ProblemKind::TooLarge, u"The file is larger than anything with the signed NarSize can be."_s);
    return {};
}

void ContentCheck::climb(PathReport &report, const Result<Stream> &streamed, const QString &note)
{
    if (!streamed && !m_isTooLong) {
        for (const auto name : {RungName::FileHash, RungName::NarHash, RungName::NarForm, RungName::References})
            set(report, name, Verdict::Unchecked, u"The file could not be fetched: "_s + streamed.error().sentence);
        return;
    }
    std::optional<NarFacts> facts;
    if (m_nar)
        facts = m_nar->finish();
    const auto file = facts ? *facts->fileHash : m_file->finish();
    climbFileHash(report, m_declared ? m_declared->finish() : file, m_taken);
    climbUrlAgain(report, file);
    if (streamed)
        report.evidence.push_back({.what = u"nar"_s,
            .url = streamed->url,
            .at = streamed->at,
            .sha256 = file,
            .size = m_taken,
            .note = note});
    if (facts) {
        climbFacts(report, *facts);
    } else if (m_compression) {
        set(report, RungName::NarHash, Verdict::Unchecked, m_compression->sentence);
        leaveUnpacked(report, m_compression->sentence);
    }
}

namespace {

Result<NarFacts> readNarFile(const QString &fileName, std::atomic<quint64> &bytes)
{
    constexpr qint64 pieceSize = 256 * 1024;
    QFile file(fileName);
    if (!QFileInfo(fileName).isFile() || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return problem(ProblemKind::Io, fileName, file.errorString());
    auto piece = file.read(pieceSize);
    NarCheckRequest request{.compression = compressionOfFile(fileName, piece),
        .limits = {.output = quint64(file.size()) * 4096 + (quint64(1) << 30)}, // a bomb ends somewhere
        .hashFile = true,
        .references = false,
        .wanted = {},
        .storeDir = {},
        .contentAddress = {},
        .selfHashPart = {}};
    NarCheck check(std::move(request));
    while (!piece.isEmpty()) {
        bytes.fetch_add(quint64(piece.size()), std::memory_order_relaxed);
        check.feed(piece);
        piece = file.read(pieceSize);
    }
    if (file.error() != QFile::NoError)
        return problem(ProblemKind::Io, fileName, file.errorString());
    return check.finish();
}

} // namespace

void climbNarFile(PathReport &report, const QString &fileName, Milliseconds at, std::atomic<quint64> &bytes)
{
    for (auto &rung : report.rungs) {
        if (rung.asked)
            rung.detail = u"Only the archive is at hand, without its narinfo."_s;
    }
    const auto facts = readNarFile(fileName, bytes);
    auto &form = report.rung(RungName::NarForm);
    form.asked = true;
    if (!facts) {
        form.detail = facts.error().sentence;
        return;
    }
    report.evidence.push_back({.what = u"file"_s,
        .url = QUrl::fromLocalFile(fileName),
        .at = at,
        .sha256 = *facts->fileHash,
        .size = facts->fileSize,
        .note = {}});
    report.rung(RungName::FileHash).detail = u"Its SHA-256 is %1; no narinfo says what it should be."_s.arg(
        QString::fromLatin1(facts->fileHash->prefixedNix32()));
    if (facts->decoding)
        return set(
            report, RungName::NarForm, Verdict::Fails, u"The file cannot be unpacked: "_s + facts->decoding->sentence);
    report.rung(RungName::NarHash).detail = u"The contents' hash is %1 (%2 bytes); no narinfo says what it should be."_s
                                                .arg(QString::fromLatin1(facts->narHash.prefixedNix32()))
                                                .arg(facts->narSize);
    climbNarForm(report, *facts);
}

} // namespace narscope::nix
