// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/verifier.h"
#include "nix/verifyinput.h"
#include "support/flow.h"

#include <QList>

#include <functional>

namespace narscope::test {

/// Answers from a table and keeps what was asked. What is not in the table is not found.
class TableHttp final : public net::Http {
public:
    [[nodiscard]] Task<Result<net::Response>> fetch(net::Request request) override;

    QHash<QString, QByteArray> bodies; ///< by URL
    QHash<QString, Problem> problems; ///< by URL: instead of an answer
    QString silent; ///< this URL is never answered
    QList<QUrl> asked;
    int breakAfter = 0; ///< this many streamed bodies break in the middle
    /// What the server makes of a wish for the rest of a file: it never said that it can; it sends the rest; it said so
    /// and sends the whole again, as when the file has changed.
    enum class Ranges { Unknown, Taken, Forgotten } ranges = Ranges::Unknown;
};

/// Everything a verifier needs, and a way to run one to its end.
class VerifyBench {
public:
    VerifyBench();

    [[nodiscard]] std::vector<std::shared_ptr<nix::CacheClient>> open(const QStringList &addresses);
    [[nodiscard]] nix::CacheDoors doors() { return {.http = http, .pools = pools, .clock = clock, .batch = batch}; }
    [[nodiscard]] std::vector<nix::PathReport> run(const QStringList &caches, std::vector<nix::VerifyTarget> targets,
        const nix::VerifyOptions &options, const QStringList &challengers = {});
    [[nodiscard]] nix::PathReport runOne(const QStringList &caches, const QString &target,
        const nix::VerifyOptions &options, const QStringList &challengers = {});

    SystemClock clock;
    TableHttp http;
    Pools pools;
    nix::Batch batch;
    nix::VerifyResult last;
};

/// Trusts these keys only.
[[nodiscard]] nix::VerifyOptions optionsWith(
    const QList<nix::PublicKey> &keys, nix::Depth depth = nix::Depth::References);
[[nodiscard]] nix::VerifyTarget targetOf(const QString &text);
/// «signature=holds url=fails» for the rungs asked for.
[[nodiscard]] QString printed(const nix::PathReport &report);

} // namespace narscope::test
