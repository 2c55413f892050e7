// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>

#include <optional>
#include <span>
#include <vector>

// The packages that the simulated nixpkgs holds: names, versions and who needs whom. No state: all of it follows
// from the seed and the number of jobs asked for.

namespace narscope::sim {

enum class System : quint8 { X86Linux, ArmLinux, X86Darwin, ArmDarwin };
inline constexpr int systemCount = 4;
inline constexpr System allSystems[] = {System::X86Linux, System::ArmLinux, System::X86Darwin, System::ArmDarwin};

/// "x86_64-linux", ...
[[nodiscard]] const QByteArray &name(System system);
[[nodiscard]] std::optional<System> systemNamed(QByteArrayView text);
[[nodiscard]] constexpr quint8 bit(System system)
{
    return static_cast<quint8>(1U << static_cast<unsigned>(system));
}

/// A place in the universe. A package needs only packages of smaller numbers.
enum class Attr : quint32 { };
[[nodiscard]] constexpr quint32 index(Attr attr)
{
    return static_cast<quint32>(attr);
}

enum class Kind : quint8 {
    Bootstrap, ///< gcc, glibc, stdenv: everything is built again when one changes
    Package,
    Test, ///< a NixOS VM test
    Image, ///< an ISO
    Document, ///< manual, options
    Tarball, ///< the channel's sources
};

/// Made anew with every commit, and named after it.
[[nodiscard]] constexpr bool isReleased(Kind kind)
{
    return kind == Kind::Image || kind == Kind::Document || kind == Kind::Tarball;
}

/// A deterministic 64-bit mixture (SplitMix64): the only source of chance in the simulator. (qHash() is no
/// substitute: it differs between processors.)
[[nodiscard]] constexpr quint64 mix(quint64 a, quint64 b = 0)
{
    quint64 x = a + 0x9e3779b97f4a7c15ULL * (b + 1);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

[[nodiscard]] constexpr quint64 mixText(QByteArrayView text, quint64 seed = 0)
{
    for (const char byte : text)
        seed = mix(seed, static_cast<unsigned char>(byte));
    return seed;
}

/// A few hundred real names first, then as many of the big sets (python3Packages, haskellPackages, ...) as the
/// number of jobs needs. Constant after construction; safe to read from any thread.
class Universe {
public:
    /// `jobs`: how many (package, system) pairs there are to be, about; at least 400.
    Universe(quint64 seed, int jobs);

    [[nodiscard]] quint32 size() const { return static_cast<quint32>(m_entries.size()); }
    /// "openssl", "python3Packages.requests", "nixos.tests.login": the path below the jobset's prefix.
    [[nodiscard]] QByteArray attrName(Attr attr) const;
    /// Without the version: "python3.13-requests".
    [[nodiscard]] QByteArray packageName(Attr attr) const;
    /// Revision 0 is the version at the beginning; each revision is a later one, unless it is only a rebuild.
    [[nodiscard]] QByteArray version(Attr attr, quint16 revision) const;
    [[nodiscard]] Kind kind(Attr attr) const { return m_entries[index(attr)].kind; }
    /// Bits of the systems it is built for.
    [[nodiscard]] quint8 platforms(Attr attr) const { return m_entries[index(attr)].platforms; }
    [[nodiscard]] std::span<const Attr> dependencies(Attr attr) const;
    /// The default one first; "out" is always among them, "dev", "lib", "man", "doc", ... for some.
    [[nodiscard]] QList<QByteArray> outputs(Attr attr) const;
    [[nodiscard]] QByteArray description(Attr attr) const;
    [[nodiscard]] QByteArray homepage(Attr attr) const;
    [[nodiscard]] QByteArray license(Attr attr) const;
    /// GitHub names.
    [[nodiscard]] QList<QByteArray> maintainers(Attr attr) const;
    /// Where the source comes from.
    [[nodiscard]] QByteArray sourceUrl(Attr attr, quint16 revision) const;
    /// Seconds that a build takes on a machine of speed 1.
    [[nodiscard]] int buildSeconds(Attr attr) const;
    /// How many packages need it, all levels down.
    [[nodiscard]] quint32 dependents(Attr attr) const { return m_entries[index(attr)].dependents; }
    [[nodiscard]] std::optional<Attr> find(QByteArrayView attrName) const;
    /// "hello-2.12.2"; only the name for packages without a version.
    [[nodiscard]] QByteArray nixName(Attr attr, quint16 revision) const;

private:
    struct Entry {
        quint32 dependenciesBegin = 0;
        quint16 family = 0; ///< 0: one of the named ones; else a set of the big families
        quint16 dependencyCount = 0;
        quint32 within = 0; ///< row of the table, or number within the family
        quint32 dependents = 0;
        Kind kind = Kind::Package;
        quint8 platforms = 0;
    };
    void addNamed();
    void addFamilies(int jobs);
    void add(Entry entry, std::span<const Attr> needs);
    void countDependents();
    [[nodiscard]] quint64 chance(Attr attr, quint64 what) const { return mix(mix(m_seed, index(attr)), what); }

    quint64 m_seed;
    std::vector<Entry> m_entries;
    std::vector<Attr> m_dependencies;
    QHash<QByteArray, Attr> m_byName;
    int m_pairs = 0;
};

} // namespace narscope::sim
