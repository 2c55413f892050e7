// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/verifier.h"

#include <QStringList>

namespace narscope::nix {

struct VerifyInput {
    std::vector<VerifyTarget> targets;
    QStringList images; ///< ISO files, and addresses of channels, releases and ISOs: for IsoCheck
    std::vector<Problem> problems; ///< parts that mean nothing to us

    bool operator==(const VerifyInput &) const = default;
};

/// One word or line: a store path (also a file inside one), a hash part, or the URL of a narinfo on a cache.
[[nodiscard]] Result<VerifyTarget> verifyTarget(const QString &text, const QByteArray &storeDir = defaultStoreDir());

/// A text as people paste or drop it: a narinfo, the output of `nix path-info --json` or `nix-store -qR`, a
/// flake.lock (the store paths of its sources), or any of the above a line; `#` begins a line of comment. Pure.
[[nodiscard]] VerifyInput readVerifyInput(QByteArrayView text, const QByteArray &storeDir = defaultStoreDir());

/// A file that a person names or drops: an ISO image, a NAR, a narinfo (whose name says which path it has to be
/// about), a link into the store, or a text as above of at most 64 MiB. Blocks on the disk.
[[nodiscard]] VerifyInput readVerifyFile(const QString &name, const QByteArray &storeDir = defaultStoreDir());

/// Where a `result` link, a profile (a link to a link) or another link into the store leads, or what is named behind
/// such a link (`result/bin/hello`), or the path itself when it is in there; empty: nowhere in the store. What it leads
/// to need not be there. Blocks on the disk.
[[nodiscard]] QString inStore(const QString &name, const QByteArray &storeDir = defaultStoreDir());

/// An address that is no narinfo's and no archive's: taken as that of a channel, a release or an image.
[[nodiscard]] bool isImageAddress(const QString &text);

/// `x.nar`, `x.nar.xz`: the name of a file or the last part of an address.
[[nodiscard]] bool isArchiveName(const QString &file);

/// The text is a narinfo, good or bad, rather than a list of something.
[[nodiscard]] bool looksLikeNarInfo(QByteArrayView text);

} // namespace narscope::nix
