// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/narcheck.h"

#include "nix/refscan.h"

namespace narscope::nix {

namespace {

/// Computes what a content address says of an archive while it passes by.
class ContentHasher final : public NarEvents {
public:
    ContentHasher(const ContentAddress &address, const QByteArray &selfHashPart, NarEvents *next)
        : m_method(address.method)
        , m_claimed(address.hash)
        , m_file(address.hash.algorithm)
        , m_next(next)
    {
        // SHA-256 of an archive that does not hold its own path is its NAR hash: no second pass.
        const bool isNarHash = address.hash.algorithm == HashAlgorithm::Sha256 && selfHashPart.isEmpty();
        if (m_method == ContentMethod::Recursive && !isNarHash)
            m_archive.emplace(address.hash.algorithm, selfHashPart);
    }

    void archiveData(QByteArrayView bytes)
    {
        if (m_archive)
            m_archive->add(bytes);
    }

    /// For a complete, well-formed archive.
    [[nodiscard]] std::optional<Hash> finish(const Hash &narHash)
    {
        if (m_archive) {
            const auto hashes = m_archive->finish();
            return hashes.withOffsets == m_claimed ? hashes.withOffsets : hashes.masked;
        }
        if (m_method == ContentMethod::Recursive)
            return narHash;
        const bool ofFile = m_method == ContentMethod::Flat || m_method == ContentMethod::Text;
        return ofFile && m_isPlainFile ? std::optional(m_file.finish()) : std::nullopt;
    }

    void beginDirectory(QByteArrayView name) override { m_next->beginDirectory(name); }
    void endDirectory() override { m_next->endDirectory(); }
    void beginFile(QByteArrayView name, const NarFile &file) override
    {
        m_isPlainFile = name.isEmpty() && !file.executable;
        m_next->beginFile(name, file);
    }
    void fileData(QByteArrayView bytes) override
    {
        if (m_isPlainFile && m_method != ContentMethod::Recursive)
            m_file.add(bytes);
        m_next->fileData(bytes);
    }
    void endFile() override { m_next->endFile(); }
    void symlink(QByteArrayView name, QByteArrayView target) override { m_next->symlink(name, target); }

private:
    ContentMethod m_method;
    Hash m_claimed;
    Hasher m_file;
    std::optional<SelfReferenceHasher> m_archive;
    bool m_isPlainFile = false; ///< the root is a file that is not executable
    NarEvents *m_next;
};

} // namespace

class NarCheck::Impl {
public:
    Impl(NarCheckRequest request, NarEvents *next)
        : content(contentHasher(request, next ? next : &m_nobody))
        , reader(content ? content.get() : next)
        , decoder(request.compression, [this](QByteArrayView bytes) { return pass(bytes); }, request.limits)
    {
        if (request.hashFile)
            file.emplace();
        if (request.references)
            scanner.emplace(std::move(request.wanted), std::move(request.storeDir));
    }

    std::optional<Hasher> file;
    std::uint64_t fileSize = 0;
    Hasher nar;
    std::optional<ReferenceScanner> scanner;
    std::unique_ptr<ContentHasher> content; ///< none: not asked for
    NarReader reader;
    Decoder decoder;

private:
    static std::unique_ptr<ContentHasher> contentHasher(const NarCheckRequest &request, NarEvents *next)
    {
        if (!request.contentAddress)
            return {};
        return std::make_unique<ContentHasher>(*request.contentAddress, request.selfHashPart, next);
    }

    bool pass(QByteArrayView bytes)
    {
        nar.add(bytes);
        if (scanner)
            scanner->add(bytes);
        if (content)
            content->archiveData(bytes);
        // A broken archive stays broken; its bytes count for the hash all the same.
        [[maybe_unused]] const auto read = reader.feed(bytes);
        return true;
    }

    NarEvents m_nobody;
};

NarCheck::NarCheck(NarCheckRequest request, NarEvents *events)
    : m_impl(std::make_unique<Impl>(std::move(request), events))
{
}

NarCheck::NarCheck(NarCheck &&) noexcept = default;
NarCheck &NarCheck::operator=(NarCheck &&) noexcept = default;
NarCheck::~NarCheck() = default;

bool NarCheck::feed(QByteArrayView bytes)
{
    auto &check = *m_impl;
    if (check.file)
        check.file->add(bytes);
    check.fileSize += std::uint64_t(bytes.size());
    return check.decoder.feed(bytes).has_value();
}

NarFacts NarCheck::finish()
{
    auto &check = *m_impl;
    NarFacts facts{.fileHash = check.file ? std::optional(check.file->finish()) : std::nullopt,
        .fileSize = check.fileSize,
        .narHash = {},
        .narSize = 0,
        .decoderFault = {},
        .decoding = {},
        .brokenRule = {},
        .form = {},
        .found = {},
        .mentioned = {},
        .contentHash = {}};
    if (const auto decoded = check.decoder.finish(); !decoded)
        facts.decoding = decoded.error();
    facts.decoderFault = check.decoder.fault();
    if (const auto read = check.reader.finish(); !read)
        facts.form = read.error();
    facts.brokenRule = check.reader.brokenRule();
    facts.narHash = check.nar.finish();
    facts.narSize = check.decoder.produced();
    if (check.scanner) {
        facts.found = check.scanner->found();
        facts.mentioned = check.scanner->mentioned();
    }
    if (check.content && !facts.form && !facts.decoding)
        facts.contentHash = check.content->finish(facts.narHash);
    return facts;
}

std::uint64_t NarCheck::consumed() const
{
    return m_impl->fileSize;
}

std::uint64_t NarCheck::produced() const
{
    return m_impl->decoder.produced();
}

NarFacts checkNar(QByteArrayView bytes, NarCheckRequest request)
{
    NarCheck check(std::move(request));
    check.feed(bytes);
    return check.finish();
}

} // namespace narscope::nix
