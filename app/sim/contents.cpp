// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/contents.h"

#include "sim/filetree.h"
#include "sim/packing.h"

#include <algorithm>
#include <array>

namespace narscope::sim {

namespace {

constexpr std::array<std::pair<const char *, IncidentKind>, 5> incidentRules{{
    {"openapv", IncidentKind::OtherNar},
    {"tmux", IncidentKind::UnknownKey},
    {"ripgrep", IncidentKind::FlippedByte},
    {"curl", IncidentKind::TwoSignatures},
    {"jq", IncidentKind::Missing},
}};

constexpr qsizetype keptNars = 300;

nix::SecretKey keyFrom(const QByteArray &name, quint64 seed)
{
    QByteArray bytes;
    for (quint64 i = 0; bytes.size() < nix::seedSize; ++i) {
        const quint64 part = mix(mixText(name, seed), i);
        bytes.append(reinterpret_cast<const char *>(&part), sizeof part);
    }
    return *nix::secretKeyFromSeed(name, bytes);
}

// The cache moved from xz to zstd; what was built long ago stays as it is.
bool isOldUpload(const Recipes &recipes, Drv drv)
{
    return recipes.chance(drv, 0x717) % 4 == 0;
}

void sign(nix::NarInfo &info, const nix::SecretKey &key)
{
    info.signatures.append(nix::sign(nix::fingerprint(info), key).text());
}

} // namespace

QByteArray word(IncidentKind kind)
{
    switch (kind) {
    case IncidentKind::OtherNar:
        return "other-nar";
    case IncidentKind::UnknownKey:
        return "unknown-key";
    case IncidentKind::FlippedByte:
        return "flipped-byte";
    case IncidentKind::TwoSignatures:
        return "two-signatures";
    case IncidentKind::Missing:
        return "missing";
    }
    return {};
}

QByteArray sentence(IncidentKind kind)
{
    switch (kind) {
    case IncidentKind::OtherNar:
        return "The signature is right, but the NAR that the narinfo names is another package's.";
    case IncidentKind::UnknownKey:
        return "The only signature is by a key that nobody trusts.";
    case IncidentKind::FlippedByte:
        return "One byte of the compressed NAR is not what was uploaded.";
    case IncidentKind::TwoSignatures:
        return "Signed by the old and by the new key of the cache: all is well.";
    case IncidentKind::Missing:
        return "The build succeeded, but the cache does not have its output.";
    }
    return {};
}

Contents::Contents(Recipes &recipes, quint64 seed, std::function<bool(Drv)> failed)
    : m_recipes(recipes)
    , m_failed(std::move(failed))
    , m_key(keyFrom("narscope-demo-cache-2", seed))
    , m_oldKey(keyFrom("narscope-demo-cache-1", seed))
    , m_secondKey(keyFrom("narscope-demo-mirror-1", seed))
    , m_unknownKey(keyFrom("narscope-demo-stranger-1", seed))
    , m_made(keptNars)
{
    for (const auto &[name, kind] : incidentRules) {
        if (const auto attr = recipes.universe().find(name))
            m_rules.emplace_back(*attr, kind);
    }
}

QList<std::pair<QByteArray, IncidentKind>> Contents::incidentPackages()
{
    QList<std::pair<QByteArray, IncidentKind>> list;
    for (const auto &[name, kind] : incidentRules)
        list.append({name, kind});
    return list;
}

std::optional<IncidentKind> Contents::incident(Drv drv, int output) const
{
    if (drv.source || drv.system != System::X86Linux || m_recipes.isAggregate(drv.instance)
        || output != int(m_recipes.mainOutput(drv)))
        return std::nullopt;
    const auto rule = std::ranges::find(m_rules, m_recipes.attr(drv.instance), &std::pair<Attr, IncidentKind>::first);
    return rule == m_rules.end() ? std::nullopt : std::optional(rule->second);
}

QByteArray Contents::nar(Drv drv, int output)
{
    return made(drv, output).nar;
}

std::vector<nix::StorePath> Contents::references(Drv drv, int output)
{
    return made(drv, output).info.references;
}

QList<ProductFile> Contents::productFiles(Drv drv)
{
    return productsOf(m_recipes, drv);
}

// References are found by looking for the hash parts of all paths that could be mentioned, as Nix does.
const Contents::Made &Contents::made(Drv drv, int output)
{
    const std::pair key{drv.key(), output};
    if (const Made *known = m_made.object(key))
        return *known;
    nix::NarTree tree = fileTree(m_recipes, drv, size_t(output));
    if (m_failed && m_failed(drv))
        tree.entries["nix-support"].entries["failed"] = nix::NarTree::file({});
    QByteArray nar = nix::writeNar(tree);
    std::vector<nix::StorePath> candidates;
    for (const OutputOf &own : m_recipes.outputs(drv))
        candidates.push_back(own.path);
    for (const Drv input : m_recipes.runtimeInputs(drv)) {
        for (const OutputOf &needed : m_recipes.outputs(input))
            candidates.push_back(needed.path);
    }
    std::vector<nix::StorePath> references;
    for (const nix::StorePath &path : candidates) {
        if (nar.contains(path.hashPart()))
            references.push_back(path);
    }
    std::ranges::sort(references);
    nix::NarInfo info{.path = m_recipes.outputs(drv).at(size_t(output)).path,
        .url = {},
        .compression = {},
        .fileHash = std::nullopt,
        .fileSize = std::nullopt,
        .narHash = hashOf(nar),
        .narSize = quint64(nar.size()),
        .references = std::move(references),
        .deriver = m_recipes.drvPath(drv),
        .signatures = {},
        .contentAddress = std::nullopt,
        .others = {}};
    if (drv.source)
        info.contentAddress
            = nix::ContentAddress{.method = nix::ContentMethod::Flat, .hash = hashOf(m_recipes.sourceBytes(drv))};
    auto *result = new Made{.nar = std::move(nar), .info = std::move(info)};
    m_made.insert(key, result);
    return *result;
}

CacheEntry Contents::good(Drv drv, int output)
{
    const Made &content = made(drv, output);
    CacheEntry entry{.info = content.info, .file = {}};
    const bool xz = isOldUpload(m_recipes, drv);
    entry.file = xz ? xzCompressed(content.nar) : zstdCompressed(content.nar);
    entry.info.compression = xz ? "xz" : "zstd";
    entry.info.fileHash = hashOf(entry.file);
    entry.info.fileSize = quint64(entry.file.size());
    entry.info.url
        = xz ? "nar/" + entry.info.fileHash->nix32() + ".nar.xz" : "nar/" + entry.info.narHash.nix32() + ".nar.zst";
    sign(entry.info, m_key);
    return entry;
}

void Contents::remember(const nix::NarInfo &info, Drv drv, int output, bool second)
{
    m_files.insert(info.url.mid(info.url.lastIndexOf('/') + 1), {.drv = drv, .output = output, .second = second});
}

CacheEntry Contents::entry(Drv drv, int output)
{
    CacheEntry result = good(drv, output);
    remember(result.info, drv, output, false);
    return withIncident(std::move(result), drv, output);
}

CacheEntry Contents::withIncident(CacheEntry entry, Drv drv, int output)
{
    const auto kind = incident(drv, output);
    if (kind == IncidentKind::FlippedByte)
        entry.file[entry.file.size() / 2] = char(entry.file.at(entry.file.size() / 2) ^ 0x20);
    if (kind == IncidentKind::UnknownKey) {
        entry.info.signatures.clear();
        sign(entry.info, m_unknownKey);
    }
    if (kind == IncidentKind::TwoSignatures) {
        entry.info.signatures.clear();
        sign(entry.info, m_oldKey);
        sign(entry.info, m_key);
    }
    if (kind == IncidentKind::OtherNar) {
        const Drv other = m_recipes.shell(drv);
        const CacheEntry wrong = this->entry(other, int(m_recipes.mainOutput(other)));
        entry.info.url = wrong.info.url;
        entry.info.compression = wrong.info.compression;
        entry.file = wrong.file;
    }
    return entry;
}

CacheEntry Contents::secondEntry(Drv drv, int output)
{
    const Made &content = made(drv, output);
    CacheEntry entry{.info = content.info, .file = content.nar};
    entry.info.compression = "none";
    entry.info.fileHash = content.info.narHash;
    entry.info.fileSize = content.info.narSize;
    entry.info.url = "nar/" + content.info.narHash.nix32() + ".nar";
    sign(entry.info, m_secondKey);
    remember(entry.info, drv, output, true);
    return entry;
}

std::optional<QByteArray> Contents::file(const QByteArray &fileName)
{
    const auto found = m_files.constFind(fileName);
    if (found == m_files.cend())
        return std::nullopt;
    const FileOf of = *found;
    return of.second ? secondEntry(of.drv, of.output).file : entry(of.drv, of.output).file;
}

} // namespace narscope::sim
