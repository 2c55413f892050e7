// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/hash.h"
#include "nix/narinfo.h"
#include "trace/bundlecheck.h"
#include "trace/statement.h"

#include <QDateTime>

// A trace of one job with two outputs, as a tracer would keep it.

namespace narscope::test {

using namespace narscope::trace;
using namespace Qt::StringLiterals;

inline constexpr qint64 now = 1795608000; // 2026-11-25 12:00 UTC
inline const QString commit = QStringLiteral("65179426c83bb3f6bc14898b42ea1c6f01d374b0");
inline const QString evaluated = QStringLiteral("04b4e759e843a50de1b7d8a586adc18d2395c19d");

inline nix::SecretKey keyOf(const QByteArray &name)
{
    return *nix::secretKeyFromSeed(name, hashOf(name).digest);
}

inline Answer answerOf(const QString &url, const QByteArray &body)
{
    return {.sha256 = hashOf(body).base16(),
        .url = QUrl(url),
        .finalUrl = QUrl(url),
        .at = now - 60,
        .status = 200,
        .size = body.size(),
        .body = body};
}

/// A narinfo signed by the key.
inline QByteArray narInfoText(const QByteArray &path, const QByteArray &contents, const nix::SecretKey &key)
{
    const QByteArray text = "StorePath: " + path + "\nURL: nar/x.nar.xz\nCompression: xz\nNarHash: "
        + hashOf(contents).prefixedNix32() + "\nNarSize: " + QByteArray::number(contents.size()) + "\nReferences: \n";
    const auto reading = nix::readNarInfo(text);
    return text + "Sig: " + nix::sign(nix::fingerprint(reading->info), key).text() + '\n';
}

/// A build as Hydra's /build/N says it.
inline QByteArray buildText(const QByteArray &out, const QByteArray &dev)
{
    return "{\"id\":309998812,\"project\":\"nixpkgs\",\"jobset\":\"unstable\",\"job\":\"hello.x86_64-linux\","
           "\"nixname\":\"hello-2.12.2\",\"system\":\"x86_64-linux\","
           "\"finished\":1,\"buildstatus\":0,\"priority\":100,\"timestamp\":1795600000,\"starttime\":"
           "1795603000,\"stoptime\":1795603180,\"releasename\":null,"
           "\"drvpath\":\"/nix/store/"
           "mgm5gvvx44crc7ss5dlcz5qf9vpkcjfd-hello-2.12.2.drv\",\"jobsetevals\":[1824991],\"buildproducts\":{"
           "},\"buildmetrics\":{},"
           "\"buildoutputs\":{\"out\":{\"path\":\""
        + out + "\"},\"dev\":{\"path\":\"" + dev + "\"}}}";
}

/// The parts of Hydra's page of an evaluation that name it and its input.
inline QByteArray evaluationPage(const QString &revision)
{
    return "<!DOCTYPE html><html><head><title>Hydra - Evaluation 1824991 of jobset "
           "nixpkgs:unstable</title></head><body>"
           "<div class=\"page-header\"><h1>Evaluation 1824991 of jobset <a "
           "href=\"https://hydra.nixos.org/jobset/nixpkgs/unstable\">nixpkgs:unstable</a></h1></div>"
           "<div id=\"tabs-inputs\"><table><thead><tr><th>Name</th><th>Type</th><th>Value</th><th>Revision</th>"
           "<th>Store path</th></tr></thead><tbody><tr><td>nixpkgs</td><td>Git checkout</td>"
           "<td>https://github.com/NixOS/nixpkgs.git</td><td>"
        + revision.toLatin1() + "</td><td></td></tr></tbody></table></div></body></html>";
}

inline const QByteArray outPath = "/nix/store/zi6ypq21l3knhj0q5r9vbsmm8c6c3mzy-hello-2.12.2";
inline const QByteArray devPath = "/nix/store/0mg3mag909yg8pk14cjsppxs2px7iqfv-hello-2.12.2-dev";

inline Trace traceOf(const nix::SecretKey &cacheKey)
{
    Trace trace{.asked = u"#533911"_s, .startedAt = now - 100, .changedAt = now};
    trace.tracks.append({.id = u"pr/533911"_s,
        .pullRequest = 533911,
        .repository = u"NixOS/nixpkgs"_s,
        .title = u"hello: 2.12.1 -> 2.12.2"_s,
        .mergeCommit = commit});
    trace.answers << answerOf(u"https://hydra.nixos.org/build/309998812"_s, buildText(outPath, devPath))
                  << answerOf(u"https://cache.nixos.org/zi6ypq21l3knhj0q5r9vbsmm8c6c3mzy.narinfo"_s,
                         narInfoText(outPath, "contents", cacheKey))
                  << answerOf(u"https://cache.nixos.org/0mg3mag909yg8pk14cjsppxs2px7iqfv.narinfo"_s,
                         narInfoText(devPath, "other", cacheKey))
                  << answerOf(u"https://api.github.com/repos/NixOS/nixpkgs/pulls/533911"_s, "{\"number\":533911}")
                  << answerOf(u"https://hydra.nixos.org/eval/1824991"_s, evaluationPage(evaluated));
    Stop evaluation{.id = u"e"_s,
        .track = u"pr/533911"_s,
        .lane = Lane::Evaluation,
        .kind = StopKind::Evaluated,
        .state = StopState::Reached,
        .name = u"nixpkgs:unstable"_s};
    evaluation.subject = Subject::ofEvaluation(u"hydra.nixos.org"_s, EvalId(1824991));
    trace.stops << evaluation;
    trace.hops.append({.id = u"m>e"_s,
        .from = u"m"_s,
        .to = u"e"_s,
        .claim = Claim::EvaluatedIn,
        .subject = commit,
        .object = u"1824991"_s,
        .grade = Grade::HashLinked,
        .sentence = u"The revision evaluated has the commit."_s,
        .covered = {{.name = u"revision"_s, .value = evaluated}}});
    trace.hops.append({.id = u"b>s"_s,
        .from = u"b"_s,
        .to = u"s"_s,
        .claim = Claim::SignedAs,
        .subject = QString::fromUtf8(outPath),
        .object = u"test-cache-1"_s,
        .grade = Grade::Signed,
        .answers = {trace.answers[1].sha256}});
    trace.hops.append({.id = u"o>m"_s,
        .from = u"o"_s,
        .to = u"m"_s,
        .claim = Claim::MergedAs,
        .subject = u"#533911"_s,
        .object = commit,
        .grade = Grade::AssertedOverTls,
        .answers = {trace.answers[3].sha256}});
    return trace;
}

inline nix::TrustPolicy policyOf(const nix::SecretKey &cacheKey)
{
    nix::TrustPolicy policy;
    policy.keys.push_back({.key = cacheKey.publicKey()});
    return policy;
}

} // namespace narscope::test
