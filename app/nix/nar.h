// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

// The Nix archive format. The grammar and every rule are those of Nix 2.36 (NarReader enforces all of them),
// plus one that Nix leaves to its callers: the input ends with the archive.

namespace narscope::nix {

/// The rule a bad archive breaks.
enum class NarRule {
    Magic, ///< starts with "nix-archive-1"
    Field, ///< fields in one fixed order, each exactly once
    StringLength, ///< tokens to 32 bytes, names to 255, targets to 4095, the executable marker empty
    Padding, ///< padding bytes are zero
    Name, ///< not empty, not "." or "..", no slash, no NUL
    Order, ///< names in a directory strictly increase, compared as unsigned bytes
    Target, ///< symlink targets are not empty and hold no NUL
    Depth, ///< at most 63 directories above a node
    Truncated, ///< the input ends inside the archive
    Trailing, ///< the input goes on after the archive
};

[[nodiscard]] QString word(NarRule rule);

struct NarFile {
    bool executable = false;
    std::uint64_t size = 0;
    std::uint64_t offset = 0; ///< of the contents, from the start of the archive

    bool operator==(const NarFile &) const = default;
};

/// What a NarReader finds, in the archive's order. Names are bytes as they stand; the root's is empty.
/// Views live for the call only.
class NarEvents {
public:
    NarEvents() = default;
    NarEvents(const NarEvents &) = delete;
    NarEvents &operator=(const NarEvents &) = delete;
    virtual ~NarEvents() = default;
    virtual void beginDirectory(QByteArrayView) { }
    virtual void endDirectory() { }
    virtual void beginFile(QByteArrayView, const NarFile &) { }
    virtual void fileData(QByteArrayView) { }
    virtual void endFile() { }
    virtual void symlink(QByteArrayView, QByteArrayView) { }
};

/// Reads an archive as it arrives. Memory: one name for each open directory (64 at most) and one string of at
/// most 4 KiB, whatever the archive's size. Never writes files, never follows links. Not thread-safe.
class NarReader {
public:
    /// `events` may be null (check only) and must outlive the reader.
    explicit NarReader(NarEvents *events = nullptr);

    /// After a problem the reader stays broken and gives the same problem again. The problem's detail starts
    /// with word(rule), its place is the byte offset and the path inside the archive.
    [[nodiscard]] Result<void> feed(QByteArrayView bytes);
    /// Call at the end of the input.
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] bool isComplete() const { return m_want == Want::End && !m_problem; }
    [[nodiscard]] std::optional<NarRule> brokenRule() const { return m_broken; }
    /// Bytes consumed so far.
    [[nodiscard]] std::uint64_t position() const { return m_position; }

private:
    enum class Want {
        Magic,
        NodeOpen,
        TypeKey,
        Type,
        FileField,
        ExecutableValue,
        ContentsKey,
        ContentsLength,
        Contents,
        ContentsPadding,
        NodeClose,
        TargetKey,
        Target,
        EntryOrClose,
        EntryOpen,
        NameKey,
        Name,
        NodeKey,
        EntryClose,
        End
    };
    struct Fixed;

    [[nodiscard]] bool step(QByteArrayView &input);
    [[nodiscard]] bool readString(QByteArrayView &input);
    [[nodiscard]] bool readContentsLength(QByteArrayView &input);
    void passContents(QByteArrayView &input);
    [[nodiscard]] bool readContentsPadding(QByteArrayView &input);
    [[nodiscard]] std::optional<QByteArrayView> take(QByteArrayView &input, qsizetype count);
    [[nodiscard]] std::uint64_t lengthLimit() const;

    [[nodiscard]] bool onString(QByteArrayView text);
    [[nodiscard]] bool onFixed(const Fixed &fixed, QByteArrayView text);
    [[nodiscard]] bool onType(QByteArrayView text);
    [[nodiscard]] bool onFileField(QByteArrayView text);
    [[nodiscard]] bool onEntryOrClose(QByteArrayView text);
    [[nodiscard]] bool onName(QByteArrayView text);
    [[nodiscard]] bool onTarget(QByteArrayView text);
    void endNode();

    [[nodiscard]] QByteArrayView nodeName() const;
    bool fault(NarRule rule, const QString &sentence, std::uint64_t offset);
    bool unexpected(QByteArrayView text, const QString &wanted);

    NarEvents *m_events;
    Want m_want = Want::Magic;
    std::optional<std::uint64_t> m_length; ///< of the string being read
    std::uint64_t m_position = 0;
    std::uint64_t m_stringStart = 0;
    std::uint64_t m_contentsLeft = 0;
    NarFile m_file;
    QByteArray m_held; ///< the part of a string that came with earlier input
    QByteArray m_taken;
    std::vector<QByteArray> m_names; ///< for each open directory the name read last
    std::optional<NarRule> m_broken;
    std::optional<Problem> m_problem;
};

/// Writes an archive piece by piece. The caller keeps the order: names sorted, data of exactly the given size.
class NarWriter {
public:
    using Output = std::function<void(QByteArrayView)>;

    /// Writes the magic at once.
    explicit NarWriter(Output output);

    void beginDirectory();
    /// Before each node of a directory; the node is followed by endEntry().
    void beginEntry(QByteArrayView name);
    void endEntry();
    void endDirectory();
    void beginFile(std::uint64_t size, bool executable);
    void fileData(QByteArrayView bytes);
    void endFile();
    void symlink(QByteArrayView target);

private:
    void string(QByteArrayView text);
    void pad(std::uint64_t length);

    Output m_output;
    std::uint64_t m_fileSize = 0;
};

/// A file system object in memory, for archives that we make.
struct NarTree {
    enum class Kind { Regular, Symlink, Directory };

    Kind kind = Kind::Directory;
    bool executable = false;
    QByteArray bytes; ///< contents or target
    std::map<QByteArray, NarTree> entries;

    bool operator==(const NarTree &) const = default;
    [[nodiscard]] static NarTree file(QByteArray contents, bool executable = false);
    [[nodiscard]] static NarTree link(QByteArray target);
    [[nodiscard]] static NarTree directory(std::map<QByteArray, NarTree> entries = {});
};

[[nodiscard]] QByteArray writeNar(const NarTree &tree);
/// The whole archive in memory; for small ones (a NAR of a simulator or of a test).
[[nodiscard]] Result<NarTree> readNarTree(QByteArrayView nar);

} // namespace narscope::nix
