// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/branchgraph.h"
#include "github/signature.h"
#include "github/types.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::github;

namespace {

Review review(const QString &user, ReviewState state, qint64 at, const QString &commit)
{
    return {.id = at, .user = user, .state = state, .submittedAt = at, .commit = commit};
}

QByteArray armored(const char *kind, const QByteArray &packet)
{
    return "-----BEGIN " + QByteArray(kind) + " SIGNATURE-----\nVersion: 1\n\n" + packet.toBase64()
        + "\n=AAAA\n-----END " + kind + " SIGNATURE-----\n";
}

} // namespace

class ValuesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// pull-requests.md A.7.
    void verdictsOfOfBorgAreInTheTitle_data()
    {
        QTest::addColumn<QString>("conclusion");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("success") << u"success"_s << u"Success"_s << u"success"_s;
        QTest::newRow("failure") << u"neutral"_s << u"Failure"_s << u"failure"_s;
        QTest::newRow("timed out") << u"neutral"_s << u"Timed out, unknown build status"_s << u"timed-out"_s;
        QTest::newRow("error") << u"neutral"_s << u"Unexpected error: command failed with exit code 1"_s << u"error"_s;
        QTest::newRow("hash") << u"failure"_s << u"A fixed output derivation's hash was incorrect"_s
                              << u"hash-mismatch"_s;
        QTest::newRow("skipped") << u"skipped"_s << u"No attempt"_s << u"skipped"_s;
        QTest::newRow("as failure (PR 675)") << u"failure"_s << u"Failure"_s << u"failure"_s;
        QTest::newRow("unknown title") << u"neutral"_s << u"Something new"_s << u"unknown"_s;
    }
    void verdictsOfOfBorgAreInTheTitle()
    {
        QFETCH(QString, conclusion);
        QFETCH(QString, title);
        QFETCH(QString, verdict);
        QCOMPARE(word(checkVerdict(u"ofborg"_s, u"completed"_s, conclusion, title)), verdict);
    }

    void aNeutralCheckOfActionsIsNeutral()
    {
        QCOMPARE(checkVerdict(u"github-actions"_s, u"completed"_s, u"neutral"_s, u"Failure"_s), Verdict::Neutral);
        QCOMPARE(checkVerdict(u"ofborg"_s, u"queued"_s, {}, {}), Verdict::Queued);
    }

    void theLatestOpinionOfEachReviewerCounts()
    {
        using enum ReviewState;
        const QString old = u"old"_s;
        const QString head = u"head"_s;
        const QList<Review> reviews{review(u"a"_s, Approved, 1, old), review(u"b"_s, ChangesRequested, 2, head),
            review(u"b"_s, Approved, 3, head), review(u"b"_s, Commented, 4, head), review(u"c"_s, Approved, 5, head),
            review(u"c"_s, Dismissed, 6, head)};
        QCOMPARE(approvals(reviews, head), (Approvals{.onHead = 1, .older = 1, .changesRequested = 0}));
    }

    void ofOverlappingLabelsTheNarrowestCounts()
    {
        const auto range = [](const QStringList &names) {
            QList<Label> labels;
            for (const auto &name : names)
                labels.append({.name = name});
            return rebuildRange(labels, u"linux"_s);
        };
        QCOMPARE(range({u"10.rebuild-linux: 1-10"_s, u"10.rebuild-linux: 1"_s}),
            std::optional(RebuildRange{.least = 1, .most = 1}));
        QCOMPARE(range({u"10.rebuild-linux: 501+"_s, u"10.rebuild-linux: 1001-2500"_s}),
            std::optional(RebuildRange{.least = 1001, .most = 2500}));
        QCOMPARE(range({u"10.rebuild-linux: 5001+"_s, u"10.rebuild-linux: 501+"_s, u"10.rebuild-linux-stdenv"_s}),
            std::optional(RebuildRange{.least = 5001, .most = {}, .stdenv = true}));
        QCOMPARE(range({u"10.rebuild-darwin: 1"_s}), std::optional<RebuildRange>());
    }

    void namesOfBuildsAreReadFromTheirEnd()
    {
        QCOMPARE(buildName(u"work on on x86_64-linux"_s)->attributes, QStringList(u"work on"_s));
        QVERIFY(buildName(u"(unknown attributes) on aarch64-linux"_s)->attributes.isEmpty());
        QVERIFY(!buildName(u"Eval / compare"_s));
    }

    /// A version 4 signature packet of RFC 9580 §5.2, written by hand.
    void theKeyOfAnOpenPgpSignatureIsTold()
    {
        const auto fingerprint = QByteArray::fromHex("00112233445566778899aabbccddeeff01234567");
        const auto hashed = QByteArray::fromHex("1621") + '\x04' + fingerprint; // length 22, type 33
        const auto unhashed = QByteArray::fromHex("0910") + fingerprint.last(8); // length 9, type 16
        const auto rest = QByteArray::fromHex("abcd") + QByteArray(258, 'n');
        const auto body = QByteArray::fromHex("04000108") + '\0' + char(hashed.size()) + hashed + '\0'
            + char(unhashed.size()) + unhashed + rest;
        const auto size = body.size();
        const auto old = QByteArray("\x89") + char(size >> 8) + char(size & 0xff) + body;
        QCOMPARE(readSignature(armored("PGP", old)).keyId, u"CCDDEEFF01234567"_s);
        const auto fresh = QByteArray("\xc2") + char(((size - 192) >> 8) + 192) + char((size - 192) & 0xff) + body;
        QCOMPARE(readSignature(armored("PGP", fresh)).keyId, u"CCDDEEFF01234567"_s);
        QCOMPARE(readSignature(armored("PGP", old)).kind, Signature::Kind::OpenPgp);
        for (qsizetype cut = 0; cut < 40; ++cut)
            QVERIFY(readSignature(armored("PGP", old.first(cut))).keyId.isEmpty());
    }

    /// PROTOCOL.sshsig: "SSHSIG", version, the key; its name is what ssh-keygen -l prints.
    void theKeyOfAnSshSignatureIsTold()
    {
        const QByteArray key = "key";
        const auto blob = QByteArray("SSHSIG") + QByteArray::fromHex("0000000100000003") + key
            + QByteArray::fromHex("00000003") + "git";
        const auto signature = readSignature(armored("SSH", blob));
        QCOMPARE(signature.kind, Signature::Kind::Ssh);
        QCOMPARE(signature.keyId, u"SHA256:LHDhK3oGRvkiefQnx7OOczTY5Tic/xZ6HcMOc/gmtoM"_s); // SHA-256 of «key», base64
    }

    void whatIsDownstreamStandsInOrder()
    {
        const auto graph = BranchGraph::shipped().withReleases({u"26.05"_s});
        const auto reached = graph.downstream(u"staging"_s);
        QCOMPARE(reached.first(2), QStringList({u"staging-next"_s, u"master"_s}));
        QVERIFY(reached.contains(u"nixos-unstable"_s) && !reached.contains(u"nixos-26.05"_s)
            && !reached.contains(u"staging"_s));
        QCOMPARE(graph.downstream(u"staging-nixos-26.05"_s).first(), u"release-26.05"_s);
        QCOMPARE(graph.downstream(u"wip/mine"_s), QStringList());
        QCOMPARE(graph.downstream(u"nixos-unstable"_s), QStringList());
        QCOMPARE(releasesIn({u"nixos-26.05"_s, u"nixos-26.05-small"_s, u"nixos-unstable"_s, u"nixos-25.11"_s}),
            QStringList({u"26.05"_s, u"25.11"_s}));
        QCOMPARE(branchKind(u"release-26.05"_s), BranchKind::Primary);
        QCOMPARE(branchKind(u"staging-next-26.05"_s), BranchKind::Secondary);
        QCOMPARE(branchKind(u"nixpkgs-26.05-darwin"_s), BranchKind::Channel);
        QCOMPARE(branchKind(u"wip/x"_s), BranchKind::Other);
    }

    void aGraphWithACycleEnds()
    {
        const auto graph = BranchGraph::parse("{\"edges\":[[\"a\",\"b\"],[\"b\",\"a\"]],\"channels\":[{\"name\":\"c\","
                                              "\"source\":\"b\",\"job\":\"p/j/x\"}]}");
        QVERIFY(graph);
        QVERIFY(graph->downstream(u"a"_s).size() <= 2);
    }
};

QTEST_GUILESS_MAIN(ValuesTest)
#include "values_test.moc"
