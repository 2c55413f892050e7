// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/bundle.h"
#include "trace/traceparts.h"

#include <QDate>
#include <QList>

// What a bundle proves to somebody who has nothing but the file: no network is asked.

namespace narscope::trace {

enum class BundleVerdict { Holds, Fails, Unchecked };
[[nodiscard]] QString word(BundleVerdict verdict);

struct BundleCheck {
    QString name; ///< "form", "signature", "signer", "summary", "evidence", "narinfo", "build", "revision",
                  ///< and in a clone "clone", "commit", "ancestry"
    QString subject; ///< path, build, commit; may be empty
    BundleVerdict verdict = BundleVerdict::Unchecked;
    QString sentence;

    bool operator==(const BundleCheck &) const = default;
};

/// One hop of the signed summary.
struct BundleHop {
    QString id;
    QString claim;
    QString subject;
    QString object;
    QString grade;
    QString vouchedBy;

    bool operator==(const BundleHop &) const = default;
};

struct BundleReport {
    QByteArray publicKey; ///< of the signer
    QList<BundleCheck> checks;
    QString asked;
    QString headline;
    QString result; ///< the signer's own verdict: "PASSED", "FAILED"
    QString verifiedAt; ///< by the signer's clock
    QList<BundleHop> hops;
    QStringList findings; ///< sentences
    QList<GitClaim> ancestry; ///< to be checked in a clone
    QStringList commits; ///< that the provenances name as what was built; each once

    bool operator==(const BundleReport &) const = default;
    [[nodiscard]] bool fails() const;
    [[nodiscard]] bool isOpen() const; ///< something could not be checked
};

struct BundleTrust {
    QList<nix::PublicKey> signers; ///< whose bundles are believed; empty: anybody's, and the report says so
    nix::TrustPolicy policy; ///< whose signatures of narinfos count
    QDate today;
};

/// Everything that the bytes alone can show. Ancestry of commits stays open: see GitClaim.
[[nodiscard]] BundleReport checkBundle(QByteArrayView bytes, const BundleTrust &trust);

/// What differs between two bundles, a line each. Signatures are not checked.
struct BundleDifference {
    QString what; ///< "signer", "subject", "hop", "finding", "evidence"
    QString name;
    QString left; ///< empty: only the right one has it
    QString right;

    bool operator==(const BundleDifference &) const = default;
};
[[nodiscard]] QList<BundleDifference> differences(const Bundle &left, const Bundle &right);

} // namespace narscope::trace
