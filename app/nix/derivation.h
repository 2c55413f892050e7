// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/hash.h"
#include "nix/contentaddress.h"
#include "nix/storepath.h"

#include <QByteArray>
#include <QList>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace narscope::nix {

/// How an output of a derivation gets its path.
enum class OutputKind {
    InputAddressed, ///< from the derivation: recomputable
    FixedOutput, ///< from the hash written in the derivation: recomputable
    Floating, ///< content-addressed, known only after the build
    Deferred, ///< input-addressed, but an input is floating
    Impure,
};

struct DerivationOutput {
    OutputKind kind = OutputKind::InputAddressed;
    std::optional<StorePath> path; ///< as written; none when floating, deferred or impure
    QByteArray hashMode; ///< as written: "", "sha256", "r:sha256", "text:sha256", ...
    QByteArray hash; ///< as written: "", base 16, or "impure"

    bool operator==(const DerivationOutput &) const = default;
};

/// A `.drv` file. Maps and sets keep Nix's own order, bytewise.
struct Derivation {
    std::map<QByteArray, DerivationOutput> outputs;
    std::map<StorePath, std::set<QByteArray>> inputDerivations; ///< and which of their outputs
    std::set<StorePath> inputSources;
    QByteArray system;
    QByteArray builder;
    QList<QByteArray> arguments;
    std::map<QByteArray, QByteArray> environment;

    bool operator==(const Derivation &) const = default;
    [[nodiscard]] bool isFixedOutput() const;
    /// The content address of a fixed output; a Problem when mode or hash are not valid.
    [[nodiscard]] Result<ContentAddress> fixedOutput() const;
};

inline constexpr qsizetype maxDerivationSize = 64 * 1024 * 1024;

/// Reads the ATerm form, exactly as Nix writes it: sorted, each key once, the five escapes, nothing behind the last
/// bracket. Dynamic derivations (`DrvWithVersion`) are Unsupported. `where` has the offset in bytes. Pure.
[[nodiscard]] Result<Derivation> readDerivation(QByteArrayView aterm, const QByteArray &storeDir = defaultStoreDir());
/// The ATerm form: writeDerivation(*readDerivation(x)) == x.
[[nodiscard]] QByteArray writeDerivation(const Derivation &derivation);

/// `hello-2.12` of `...-hello-2.12.drv`.
[[nodiscard]] QByteArray derivationName(const StorePath &derivationPath);
/// The path of the .drv itself: a text path over the bytes, the references being all inputs.
[[nodiscard]] Result<StorePath> derivationPath(const Derivation &derivation, QByteArrayView aterm, QByteArrayView name,
    const QByteArray &storeDir = defaultStoreDir());

/// What a derivation is to those that depend on it.
struct HashModulo {
    std::map<QByteArray, QByteArray> hexByOutput; ///< base 16 of SHA-256
    bool deferred = false; ///< paths that depend on it are known only after its build

    bool operator==(const HashModulo &) const = default;
};
using HashModuloOf = std::function<const HashModulo *(const StorePath &)>;

/// Nix's hashDerivationModulo: the hash of the derivation with each input derivation replaced by its own hash
/// modulo, so that fixed outputs count for what they are and not for how they are fetched. NotFound when
/// `inputs` has none for an input derivation or its output.
[[nodiscard]] Result<HashModulo> hashDerivationModulo(const Derivation &derivation, const HashModuloOf &inputs);

struct ComputedOutput {
    QByteArray name;
    OutputKind kind = OutputKind::InputAddressed;
    std::optional<StorePath> written;
    std::optional<StorePath> computed; ///< none for floating, deferred and impure outputs

    bool operator==(const ComputedOutput &) const = default;
    [[nodiscard]] bool agrees() const { return written == computed; }
};

/// The outputs' paths, recomputed. The derivation may have empty output paths: they are what a new one gets.
[[nodiscard]] Result<std::vector<ComputedOutput>> computeOutputs(const Derivation &derivation, QByteArrayView name,
    const HashModuloOf &inputs, const QByteArray &storeDir = defaultStoreDir());

/// Sets the outputs' paths (and the environment variables of the same names) to the computed ones: how Nix
/// completes a new derivation.
[[nodiscard]] Result<Derivation> withOutputPaths(Derivation derivation, QByteArrayView name, const HashModuloOf &inputs,
    const QByteArray &storeDir = defaultStoreDir());

/// What recomputing one derivation of a closure says.
struct DerivationCheck {
    StorePath path; ///< the one its file name claims
    std::optional<StorePath> computedPath; ///< from its bytes
    std::vector<ComputedOutput> outputs;
    bool inputsHold = true; ///< every derivation that it depends on has the bytes that its path claims

    bool operator==(const DerivationCheck &) const = default;
    [[nodiscard]] bool holds() const; ///< the path, all outputs and the inputs agree
};

/// Recomputes derivations whose inputs can be loaded. Every derivation is loaded and hashed once; the walk keeps its
/// own stack, so a deep closure is no danger. The inputs of a fixed-output derivation are not loaded: its path does
/// not depend on them. One thread.
class DerivationCloser {
public:
    /// The bytes of a .drv; NotFound when there is none.
    using Load = std::function<Result<QByteArray>(const StorePath &)>;

    explicit DerivationCloser(Load load, QByteArray storeDir = defaultStoreDir());

    /// NotFound names the input derivation that is missing (in `where`).
    [[nodiscard]] Result<DerivationCheck> check(const StorePath &derivationPath);
    /// Derivations seen so far whose bytes do not belong to their path: nothing that depends on them is proved.
    [[nodiscard]] const std::set<StorePath> &misnamed() const { return m_misnamed; }
    [[nodiscard]] const HashModulo *hashModulo(const StorePath &derivationPath) const;
    /// For the functions above; valid as long as this object.
    [[nodiscard]] HashModuloOf hashes() const;
    [[nodiscard]] qsizetype size() const { return qsizetype(m_known.size()); }

private:
    struct Known {
        HashModulo modulo;
        DerivationCheck check;
    };
    struct Open;
    [[nodiscard]] Result<Open> open(const StorePath &path) const;
    [[nodiscard]] Result<void> close(Open open);
    [[nodiscard]] bool inputsHold(const Derivation &derivation) const;

    Load m_load;
    QByteArray m_storeDir;
    std::map<StorePath, Known> m_known;
    std::set<StorePath> m_misnamed;
};

} // namespace narscope::nix
