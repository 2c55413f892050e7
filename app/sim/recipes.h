// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/derivation.h"
#include "nix/storepath.h"
#include "sim/packages.h"

#include <QHash>

#include <compare>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

// Derivations: real ATerms with correctly computed paths, made when somebody asks.

namespace narscope::sim {

/// One package at one state of the sources: its own revision and the instances of all it needs. Two states of the
/// sources that build the same thing have the same instance.
enum class Instance : quint32 { None = 0 };

/// One derivation: an instance on a system, or the tarball it is built from.
struct Drv {
    Instance instance = Instance::None;
    System system = System::X86Linux;
    bool source = false; ///< the fixed-output derivation that fetches the source

    bool operator==(const Drv &) const = default;
    [[nodiscard]] quint64 key() const
    {
        return quint64(static_cast<quint32>(instance)) << 3 | quint64(static_cast<unsigned>(system)) << 1
            | quint64(source);
    }
};

struct OutputOf {
    QByteArray name; ///< "out", "dev", ...
    nix::StorePath path;

    bool operator==(const OutputOf &) const = default;
};

/// Not thread-safe: the paths are kept once computed.
class Recipes {
public:
    explicit Recipes(const Universe &universe);

    [[nodiscard]] const Universe &universe() const { return m_universe; }
    /// The instance with these parts; the same parts give the same instance.
    Instance intern(Attr attr, quint16 revision, std::span<const Instance> dependencies);
    /// An aggregate job (`tested`), which depends on all its constituents.
    Instance internAggregate(QByteArray name, std::span<const Drv> constituents);

    /// A number for chance to rest on: it follows from what is built, not from the order of questions.
    [[nodiscard]] quint64 chance(Drv drv, quint64 what) const;
    [[nodiscard]] bool isAggregate(Instance instance) const;
    [[nodiscard]] Attr attr(Instance instance) const; ///< of one that is no aggregate
    [[nodiscard]] quint16 revision(Instance instance) const;
    /// Derivations it is built from, the source first.
    [[nodiscard]] std::vector<Drv> inputs(Drv drv) const;
    [[nodiscard]] bool hasSource(Instance instance) const;

    /// The shell that runs its builder: bash, or the bootstrap tools for what bash itself needs.
    [[nodiscard]] Drv shell(Drv drv) const;
    /// The inputs that a built package still refers to: no compilers and build tools, but the shell and the C library.
    [[nodiscard]] std::vector<Drv> runtimeInputs(Drv drv) const;

    /// The revision that stands for a release's version ("26.11pre812345.abcdef012345"), for images, manuals and
    /// tarballs, which are new with every commit.
    [[nodiscard]] quint16 releaseRevision(const QByteArray &version);
    [[nodiscard]] QByteArray version(Instance instance) const;
    /// "hello-2.12.1"
    [[nodiscard]] QByteArray nixName(Drv drv) const;
    [[nodiscard]] const nix::StorePath &drvPath(Drv drv);
    [[nodiscard]] const std::vector<OutputOf> &outputs(Drv drv);
    /// Of the default output.
    [[nodiscard]] const nix::StorePath &mainPath(Drv drv) { return outputs(drv).at(mainOutput(drv)).path; }
    [[nodiscard]] size_t mainOutput(Drv drv) const; ///< its place in outputs()
    /// The tarball that a source derivation fetches.
    [[nodiscard]] QByteArray sourceBytes(Drv drv) const;
    /// The script that every builder runs; a source in the store, as in nixpkgs.
    [[nodiscard]] static const QByteArray &builderScript();
    /// The .drv file's text.
    [[nodiscard]] QByteArray aterm(Drv drv);

    struct Found {
        Drv drv;
        int output = -1; ///< place in outputs(); -1: the derivation itself
    };
    /// By the 32 digits, among all paths computed so far.
    [[nodiscard]] std::optional<Found> find(QByteArrayView hashPart) const;

private:
    struct Node {
        Attr attr{};
        quint16 revision = 0;
        bool aggregate = false;
        quint64 key = 0; ///< of the parts, and their parts
        quint32 begin = 0; ///< in m_dependencies, or in m_constituents
        quint32 count = 0;
    };
    struct Computed {
        nix::StorePath drvPath;
        std::vector<OutputOf> outputs;
        nix::HashModulo modulo; ///< what it is to those that depend on it
    };
    const Computed &computed(Drv drv);
    void compute(Drv drv);
    [[nodiscard]] nix::Derivation derivation(Drv drv);
    [[nodiscard]] nix::Derivation package(Drv drv);
    [[nodiscard]] nix::Derivation fetcher(Drv drv);
    [[nodiscard]] nix::Derivation aggregate(Drv drv);
    void addInput(nix::Derivation &derivation, Drv input, const QByteArray &output);
    [[nodiscard]] nix::HashModuloOf modulos();
    [[nodiscard]] const Node &node(Instance instance) const { return m_nodes[static_cast<size_t>(instance)]; }

    const Universe &m_universe;
    std::optional<Attr> m_bash;
    std::optional<Attr> m_stdenv;
    std::optional<Attr> m_gcc;
    std::vector<Node> m_nodes;
    std::vector<Instance> m_dependencies;
    std::vector<Drv> m_constituents;
    std::vector<QByteArray> m_aggregateNames;
    std::vector<QByteArray> m_releaseVersions; ///< the revision is the place
    std::unordered_multimap<quint64, Instance> m_byParts;
    std::unordered_map<quint64, Computed> m_computed;
    QHash<QByteArray, std::pair<quint64, int>> m_byHash;
};

} // namespace narscope::sim
