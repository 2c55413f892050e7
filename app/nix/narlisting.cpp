// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/narlisting.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype depthLimit = 64;

auto malformed(const QString &sentence, const QByteArray &path)
{
    return problemSaying(ProblemKind::Malformed, sentence, QString::fromUtf8(path));
}

Result<std::uint64_t> number(const QJsonObject &node, const QString &key, const QByteArray &path)
{
    const auto value = node.value(key);
    const auto whole = value.toInteger(-1);
    if (whole < 0)
        return malformed(u"A listing has no valid “%1” for a file."_s.arg(key), path);
    return std::uint64_t(whole);
}

Result<NarEntry> leaf(const QJsonObject &node, const QByteArray &path)
{
    const auto type = node.value("type"_L1).toString();
    NarEntry entry;
    if (type == "regular"_L1) {
        auto size = number(node, u"size"_s, path);
        if (!size)
            return std::unexpected(std::move(size.error()));
        // Listings made before there were offsets leave them out.
        auto offset = node.contains("narOffset"_L1) ? number(node, u"narOffset"_s, path) : Result<std::uint64_t>(0);
        if (!offset)
            return std::unexpected(std::move(offset.error()));
        entry.file = {.executable = node.value("executable"_L1).toBool(), .size = *size, .offset = *offset};
        return entry;
    }
    if (type == "symlink"_L1) {
        entry.kind = NarEntry::Kind::Symlink;
        entry.target = node.value("target"_L1).toString().toUtf8();
        if (entry.target.isEmpty() || entry.target.size() > 4095 || entry.target.contains('\0'))
            return malformed(u"A listing has a symbolic link without a valid target."_s, path);
        return entry;
    }
    if (type != "directory"_L1)
        return malformed(u"A listing has a node of an unknown type."_s, path);
    entry.kind = NarEntry::Kind::Directory;
    return entry;
}

bool isFileName(const QByteArray &name)
{
    return !name.isEmpty() && name.size() <= 255 && name != "." && name != ".." && !name.contains('/')
        && !name.contains('\0');
}

struct Child {
    QByteArray name;
    QJsonObject node;
};

Result<std::vector<Child>> childrenOf(const QJsonObject &directory, const QByteArray &path)
{
    const auto entries = directory.value("entries"_L1);
    if (!entries.isObject())
        return malformed(u"A listing has a directory without entries."_s, path);
    std::vector<Child> children;
    const auto object = entries.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        auto name = it.key().toUtf8();
        if (!isFileName(name) || !it.value().isObject())
            return malformed(u"A listing has a name that is not a file name, or an entry that is not a node."_s, path);
        children.push_back({std::move(name), it.value().toObject()});
    }
    // JSON text is ordered by UTF-16; the archive by bytes. Descending, since they are taken from the end.
    std::ranges::sort(children, std::ranges::greater{}, &Child::name);
    return children;
}

struct OpenNode {
    qint32 index;
    std::vector<Child> left;
};

QByteArray quoted(const QByteArray &text)
{
    const auto list = QJsonDocument(QJsonArray{QString::fromUtf8(text)}).toJson(QJsonDocument::Compact);
    return list.sliced(1, list.size() - 2);
}

/// The node as JSON; that of a directory stays open.
QByteArray nodeStart(const NarEntry &entry)
{
    switch (entry.kind) {
    case NarEntry::Kind::Symlink:
        return R"({"type":"symlink","target":)" + quoted(entry.target) + '}';
    case NarEntry::Kind::Directory:
        return R"({"type":"directory","entries":{)"_ba;
    case NarEntry::Kind::Regular:
        break;
    }
    return R"({"type":"regular","size":)" + QByteArray::number(quint64(entry.file.size))
        + (entry.file.executable ? R"(,"executable":true)" : "") + R"(,"narOffset":)"
        + QByteArray::number(quint64(entry.file.offset)) + '}';
}

} // namespace

QByteArray NarListing::path(qsizetype index) const
{
    QByteArray path;
    for (auto at = qint32(index); at > 0; at = entries[size_t(at)].parent)
        path.prepend(path.isEmpty() ? entries[size_t(at)].name : entries[size_t(at)].name + '/');
    return path;
}

std::optional<qsizetype> NarListing::find(QByteArrayView path) const
{
    if (entries.empty())
        return {};
    qint32 at = 0;
    for (const auto &name : path.toByteArray().split('/')) {
        if (name.isEmpty())
            continue;
        const auto child = std::ranges::find_if(entries.begin() + at, entries.end(),
            [&](const NarEntry &entry) { return entry.parent == at && entry.name == name; });
        if (child == entries.end())
            return {};
        at = qint32(child - entries.begin());
    }
    return at;
}

void NarLister::beginDirectory(QByteArrayView name)
{
    m_open.push_back(
        add({.kind = NarEntry::Kind::Directory, .parent = -1, .name = name.toByteArray(), .file = {}, .target = {}}));
}

void NarLister::endDirectory()
{
    m_open.pop_back();
}

void NarLister::beginFile(QByteArrayView name, const NarFile &file)
{
    add({.kind = NarEntry::Kind::Regular, .parent = -1, .name = name.toByteArray(), .file = file, .target = {}});
}

void NarLister::symlink(QByteArrayView name, QByteArrayView target)
{
    add({.kind = NarEntry::Kind::Symlink,
        .parent = -1,
        .name = name.toByteArray(),
        .file = {},
        .target = target.toByteArray()});
}

qint32 NarLister::add(NarEntry entry)
{
    if (m_cut || qsizetype(m_listing.entries.size()) >= maxEntries) {
        m_cut = true;
        return -1;
    }
    entry.parent = m_open.empty() ? -1 : m_open.back();
    m_listing.entries.push_back(std::move(entry));
    return qint32(m_listing.entries.size() - 1);
}

Result<NarListing> listNar(QByteArrayView nar)
{
    NarLister lister;
    NarReader reader(&lister);
    if (auto fed = reader.feed(nar); !fed)
        return std::unexpected(std::move(fed.error()));
    if (auto ended = reader.finish(); !ended)
        return std::unexpected(std::move(ended.error()));
    return lister.take();
}

Result<QByteArray> writeListing(const NarListing &listing)
{
    if (listing.entries.empty())
        return problemSaying(ProblemKind::Usage, u"An empty listing has no root."_s);
    auto json = R"({"version":1,"root":)"_ba;
    std::vector<qint32> open; // directories that the text is inside of
    for (qint32 index = 0; const auto &entry : listing.entries) {
        if (!entry.name.isValidUtf8() || !entry.target.isValidUtf8())
            return malformed(u"A name in the archive is not UTF-8, which JSON cannot carry."_s, listing.path(index));
        for (; !open.empty() && open.back() != entry.parent; open.pop_back())
            json += "}}";
        if (entry.parent >= 0)
            json += (json.endsWith('{') ? "" : ",") + quoted(entry.name) + ':';
        json += nodeStart(entry);
        if (entry.kind == NarEntry::Kind::Directory)
            open.push_back(index);
        ++index;
    }
    return json + QByteArray("}}").repeated(qsizetype(open.size())) + '}';
}

Result<NarListing> readListing(QByteArrayView json)
{
    if (json.size() > maxListingSize)
        return problem(ProblemKind::TooLarge, u".ls"_s);
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(json.toByteArray(), &error);
    const auto top = document.object();
    if (error.error != QJsonParseError::NoError || top.value("version"_L1).toInt() != 1
        || !top.value("root"_L1).isObject())
        return malformed(u"This is not a listing of version 1."_s, error.errorString().toUtf8());

    NarListing listing;
    std::vector<OpenNode> open{{-1, {}}};
    open.back().left.push_back({{}, top.value("root"_L1).toObject()});
    while (!open.empty()) {
        if (open.back().left.empty()) {
            open.pop_back();
            continue;
        }
        const auto child = std::move(open.back().left.back());
        open.back().left.pop_back();
        auto entry = leaf(child.node, child.name);
        if (!entry)
            return std::unexpected(std::move(entry.error()));
        entry->parent = open.back().index;
        entry->name = child.name;
        listing.entries.push_back(std::move(*entry));
        if (listing.entries.back().kind != NarEntry::Kind::Directory)
            continue;
        auto children = childrenOf(child.node, child.name);
        if (!children)
            return std::unexpected(std::move(children.error()));
        if (qsizetype(open.size()) >= depthLimit)
            return malformed(u"A listing is nested deeper than an archive may be."_s, child.name);
        open.push_back({qint32(listing.entries.size() - 1), std::move(*children)});
    }
    return listing;
}

} // namespace narscope::nix
