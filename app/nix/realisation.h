// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/storepath.h"

#include <QByteArray>
#include <QList>

#include <map>

namespace narscope::nix {

/// The statement «this output of this content-addressed derivation is that path», signed like a narinfo.
struct Realisation {
    /// Since 2.35 («build trace»): names the derivation by its path; before: by its masked hash modulo.
    enum class Form { BuildTrace, Hashed };

    Form form = Form::BuildTrace;
    QByteArray derivation; ///< base name of the .drv, or `sha256:<hex>`
    QByteArray outputName;
    StorePath outPath;
    QList<QByteArray> signatures; ///< `name:base64`
    std::map<QByteArray, QByteArray> dependents; ///< Hashed only: id to base name of a path

    bool operator==(const Realisation &) const = default;
    /// The text that is signed: compact JSON, keys sorted, without the signatures. Check with checkSignatures().
    [[nodiscard]] QByteArray signedText() const;
    /// `sha256:<hex>!out` of the hashed form.
    [[nodiscard]] QByteArray id() const { return derivation + '!' + outputName; }
};

inline constexpr qsizetype maxRealisationSize = 4 * 1024 * 1024;

/// Reads `realisations/<id>.doi`, and a build trace entry that carries its key.
[[nodiscard]] Result<Realisation> readRealisation(QByteArrayView json, const QByteArray &storeDir = defaultStoreDir());
/// Reads `build-trace-v2/<drv base name>/<output>.doi`, which holds only the value: the key is its address.
[[nodiscard]] Result<Realisation> readBuildTrace(
    QByteArrayView json, const StorePath &derivation, QByteArrayView outputName);

} // namespace narscope::nix
