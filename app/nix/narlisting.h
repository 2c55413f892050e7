// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/nar.h"

namespace narscope::nix {

struct NarEntry {
    enum class Kind { Regular, Symlink, Directory };

    Kind kind = Kind::Regular;
    qint32 parent = -1; ///< index into NarListing::entries; -1 for the root
    QByteArray name; ///< bytes as they stand; empty for the root
    NarFile file; ///< of a regular file
    QByteArray target; ///< of a symlink

    bool operator==(const NarEntry &) const = default;
};

/// What an archive holds, without the contents. Flat and in the archive's order: a directory stands before
/// its entries, so that entries[0] is the root.
struct NarListing {
    std::vector<NarEntry> entries;

    bool operator==(const NarListing &) const = default;
    /// "bin/hello"; empty for the root.
    [[nodiscard]] QByteArray path(qsizetype index) const;
    /// Index of the entry with this path ("" or "/" is the root; a slash in front does not matter).
    [[nodiscard]] std::optional<qsizetype> find(QByteArrayView path) const;
};

/// Makes a listing out of a NarReader's events.
class NarLister final : public NarEvents {
public:
    static constexpr qsizetype maxEntries = 4'000'000;

    void beginDirectory(QByteArrayView name) override;
    void endDirectory() override;
    void beginFile(QByteArrayView name, const NarFile &file) override;
    void symlink(QByteArrayView name, QByteArrayView target) override;

    [[nodiscard]] NarListing take() { return std::move(m_listing); }
    /// There were more than maxEntries; the rest was left out.
    [[nodiscard]] bool isCut() const { return m_cut; }

private:
    qint32 add(NarEntry entry);

    NarListing m_listing;
    std::vector<qint32> m_open; ///< -1 for a directory that was left out
    bool m_cut = false;
};

[[nodiscard]] Result<NarListing> listNar(QByteArrayView nar);

inline constexpr qsizetype maxListingSize = 64 * 1024 * 1024;

/// The `.ls` form that caches serve, byte for byte as Nix writes it: {"version":1,"root":{...}}. Names that are not
/// UTF-8 are Malformed, since JSON cannot carry them.
[[nodiscard]] Result<QByteArray> writeListing(const NarListing &listing);
/// Reads the `.ls` form, with the archive's own rules for names, targets and depth. It is not signed: a claim
/// until it equals the listing of a NAR that was checked. A link has no offset, a directory no size.
[[nodiscard]] Result<NarListing> readListing(QByteArrayView json);

} // namespace narscope::nix
