// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/nar.h"

#include <QtEndian>

namespace narscope::nix {

NarWriter::NarWriter(Output output)
    : m_output(std::move(output))
{
    string("nix-archive-1");
}

void NarWriter::beginDirectory()
{
    for (const QByteArrayView token : {"(", "type", "directory"})
        string(token);
}

void NarWriter::beginEntry(QByteArrayView name)
{
    for (const QByteArrayView token : {"entry", "(", "name"})
        string(token);
    string(name);
    string("node");
}

void NarWriter::endEntry()
{
    string(")");
}

void NarWriter::endDirectory()
{
    string(")");
}

void NarWriter::beginFile(std::uint64_t size, bool executable)
{
    for (const QByteArrayView token : {"(", "type", "regular"})
        string(token);
    if (executable) {
        string("executable");
        string("");
    }
    string("contents");
    m_fileSize = size;
    char length[8];
    qToLittleEndian<quint64>(size, length);
    m_output({length, 8});
}

void NarWriter::fileData(QByteArrayView bytes)
{
    m_output(bytes);
}

void NarWriter::endFile()
{
    pad(m_fileSize);
    string(")");
}

void NarWriter::symlink(QByteArrayView target)
{
    for (const QByteArrayView token : {"(", "type", "symlink", "target"})
        string(token);
    string(target);
    string(")");
}

void NarWriter::string(QByteArrayView text)
{
    char length[8];
    qToLittleEndian<quint64>(quint64(text.size()), length);
    m_output({length, 8});
    m_output(text);
    pad(std::uint64_t(text.size()));
}

void NarWriter::pad(std::uint64_t length)
{
    static constexpr char zeros[8] = {};
    m_output({zeros, qsizetype((8 - length % 8) % 8)});
}

NarTree NarTree::file(QByteArray contents, bool executable)
{
    return {.kind = Kind::Regular, .executable = executable, .bytes = std::move(contents), .entries = {}};
}

NarTree NarTree::link(QByteArray target)
{
    return {.kind = Kind::Symlink, .executable = false, .bytes = std::move(target), .entries = {}};
}

NarTree NarTree::directory(std::map<QByteArray, NarTree> entries)
{
    return {.kind = Kind::Directory, .executable = false, .bytes = {}, .entries = std::move(entries)};
}

namespace {

struct OpenDirectory {
    const NarTree *tree;
    std::map<QByteArray, NarTree>::const_iterator next;
};

/// Writes a leaf whole, or opens a directory.
void beginNode(NarWriter &writer, const NarTree &tree, std::vector<OpenDirectory> &open)
{
    switch (tree.kind) {
    case NarTree::Kind::Regular:
        writer.beginFile(std::uint64_t(tree.bytes.size()), tree.executable);
        writer.fileData(tree.bytes);
        writer.endFile();
        return;
    case NarTree::Kind::Symlink:
        writer.symlink(tree.bytes);
        return;
    case NarTree::Kind::Directory:
        writer.beginDirectory();
        open.push_back({&tree, tree.entries.begin()});
        return;
    }
}

class TreeBuilder final : public NarEvents {
public:
    void beginDirectory(QByteArrayView name) override { m_open.push_back(add(name, NarTree::directory())); }
    void endDirectory() override { m_open.pop_back(); }
    void beginFile(QByteArrayView name, const NarFile &file) override
    {
        m_file = add(name, NarTree::file({}, file.executable));
    }
    void fileData(QByteArrayView bytes) override { m_file->bytes.append(bytes); }
    void symlink(QByteArrayView name, QByteArrayView target) override
    {
        add(name, NarTree::link(target.toByteArray()));
    }

    NarTree root;

private:
    NarTree *add(QByteArrayView name, NarTree node)
    {
        auto &place = m_open.empty() ? root : m_open.back()->entries[name.toByteArray()];
        place = std::move(node);
        return &place;
    }

    std::vector<NarTree *> m_open;
    NarTree *m_file = nullptr;
};

} // namespace

QByteArray writeNar(const NarTree &tree)
{
    QByteArray nar;
    NarWriter writer([&nar](QByteArrayView bytes) { nar.append(bytes); });
    std::vector<OpenDirectory> open;
    beginNode(writer, tree, open);
    while (!open.empty()) {
        auto &directory = open.back();
        const bool done = directory.next == directory.tree->entries.end();
        if (!done) {
            const auto &[name, node] = *directory.next++;
            writer.beginEntry(name);
            const auto depth = open.size();
            beginNode(writer, node, open);
            if (open.size() == depth)
                writer.endEntry();
            continue;
        }
        writer.endDirectory();
        open.pop_back();
        if (!open.empty())
            writer.endEntry();
    }
    return nar;
}

Result<NarTree> readNarTree(QByteArrayView nar)
{
    TreeBuilder builder;
    NarReader reader(&builder);
    if (auto fed = reader.feed(nar); !fed)
        return std::unexpected(std::move(fed.error()));
    if (auto ended = reader.finish(); !ended)
        return std::unexpected(std::move(ended.error()));
    return std::move(builder.root);
}

} // namespace narscope::nix
