// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundlehelp.h"
#include "support/flow.h"
#include "support/tool.h"
#include "trace/bundleclone.h"
#include "trace/bundlekey.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::test;

namespace {

QByteArray bundleOf(const Trace &trace, const nix::SecretKey &mine, const nix::SecretKey &cache)
{
    const auto bytes = writeBundle(trace, mine, policyOf(cache), now, u"0.1.0"_s);
    return bytes ? *bytes : QByteArray();
}

BundleReport check(const QByteArray &bytes, const nix::SecretKey &cache, const QList<nix::PublicKey> &signers = {})
{
    return checkBundle(bytes, {.signers = signers, .policy = policyOf(cache), .today = QDate(2026, 11, 25)});
}

QStringList failuresOf(const BundleReport &report)
{
    QStringList names;
    for (const auto &one : report.checks) {
        if (one.verdict == BundleVerdict::Fails)
            names << one.name;
    }
    return names;
}

QString verdictOf(const BundleReport &report, const QString &name)
{
    const auto found = std::ranges::find(report.checks, name, &BundleCheck::name);
    return found == report.checks.end() ? QString() : word(found->verdict);
}

QJsonObject sample(const QString &name)
{
    QFile file(QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution/provenance/") + name);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QByteArray json(const QJsonValue &value)
{
    return QJsonDocument(value.toObject()).toJson();
}

QList<QJsonObject> statementsIn(const QByteArray &bytes)
{
    QList<QJsonObject> statements;
    const auto bundle = *readBundle(bytes);
    for (const auto &envelope : bundle.envelopes)
        statements << statementIn(envelope);
    return statements;
}

} // namespace

class BundleTest : public QObject {
    Q_OBJECT

    const nix::SecretKey m_mine = keyOf("mira.example.org-1");
    const nix::SecretKey m_cache = keyOf("test-cache-1");

private Q_SLOTS:
    void theSpecificationsVectorIsEncodedAndItsSignatureHolds()
    {
        const auto vector = sample(u"dsse-spec-vector.RECORDED.json"_s);
        if (vector.isEmpty())
            QSKIP("no samples beside the checkout");
        const auto envelope = readEnvelope(json(vector["envelope"_L1]));
        QVERIFY(envelope);
        QCOMPARE(envelope->payload, "hello world");
        const auto encoded = preAuthEncoding(envelope->payloadType, envelope->payload);
        QCOMPARE(encoded.toHex(), vector["paeHex"_L1].toString().toLatin1());
        // ECDSA is nothing that Narscope signs with: the real openssl checks it, over our encoding.
        const QTemporaryDir folder;
        const auto script = R"(
import base64, subprocess, sys
x, y, sig = int(sys.argv[1]), int(sys.argv[2]), base64.b64decode(sys.argv[3])
def integer(n):
    body = n.to_bytes(33, "big").lstrip(bytes(1))
    if body[0] > 127:
        body = bytes(1) + body
    return bytes([2, len(body)]) + body
der = integer(int.from_bytes(sig[:32], "big")) + integer(int.from_bytes(sig[32:], "big"))
open("sig", "wb").write(bytes([48, len(der)]) + der)
head = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
open("key", "wb").write(head + bytes([4]) + x.to_bytes(32, "big") + y.to_bytes(32, "big"))
open("message", "wb").write(sys.stdin.buffer.read())
sys.exit(subprocess.run(["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", "key", "-signature", "sig", "message"]).returncode)
)";
        const auto key = vector["ecdsaP256"_L1];
        const auto run = runTool(u"python3"_s,
            {u"-c"_s, QString::fromUtf8(script), key["x"_L1].toString(), key["y"_L1].toString(),
                vector["envelope"_L1]["signatures"_L1][0]["sig"_L1].toString()},
            folder.path(), encoded);
        QVERIFY2(run.code == 0, (run.err + run.out).constData());
    }

    void anEnvelopeThatAnotherProgramSignedHoldsAndIsSignedAlike()
    {
        const auto vector = sample(u"dsse-nix-example.GENERATED.json"_s);
        if (vector.isEmpty())
            QSKIP("no samples beside the checkout");
        const auto envelope = readEnvelope(json(vector["envelope"_L1]));
        QVERIFY(envelope);
        const auto publicKey = QByteArray::fromBase64(vector["publicKeyBase64"_L1].toString().toLatin1());
        QVERIFY(isSignedBy(*envelope, publicKey));
        QVERIFY(!isSignedBy(*envelope, m_mine.publicKey().bytes));
        // Ed25519 has one signature for a key and a message.
        const auto key = nix::secretKeyFromSeed("test", hashOf("nix monitor test key, not secret").digest);
        QVERIFY(key && key->publicKey().bytes == publicKey);
        QCOMPARE(signedEnvelope(envelope->payloadType, envelope->payload, *key).signatures, envelope->signatures);
    }

    void envelopesOfOtherProgramsAreRead()
    {
        const auto envelope
            = readEnvelope("{\"payloadType\":\"t\",\"more\":[1],\"payload\":\"-_8\",\"signatures\":[{\"sig\":"
                           "\"AA==\",\"x\":1},{\"sig\":\"AQ\",\"keyid\":\"k\"}]}");
        QVERIFY(envelope);
        QCOMPARE(envelope->payload.toHex(), "fbff");
        QCOMPARE(envelope->signatures,
            QList<DsseSignature>(
                {{.keyId = {}, .bytes = QByteArray(1, '\0')}, {.keyId = "k", .bytes = QByteArray(1, '\1')}}));
        QVERIFY(!readEnvelope("{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]}"));
        QVERIFY(!readEnvelope("{\"payloadType\":\"t\",\"payload\":\"?\",\"signatures\":[{\"sig\":\"AA==\"}]}"));
    }

    void aBundleHoldsAndSaysWhoVouches()
    {
        const auto report = check(bundleOf(traceOf(m_cache), m_mine, m_cache), m_cache);
        QCOMPARE(failuresOf(report), QStringList());
        QVERIFY(!report.isOpen());
        QCOMPARE(report.result, u"PASSED"_s);
        QStringList vouched;
        for (const auto &hop : report.hops)
            vouched << hop.grade + u": "_s + hop.vouchedBy;
        QCOMPARE(vouched,
            QStringList({u"hash-linked: nobody needs to: it follows from hashes"_s,
                u"signed: test-cache-1, by signature"_s, u"asserted-over-tls: api.github.com, over TLS"_s}));
        QCOMPARE(report.ancestry, QList<GitClaim>({{.hop = u"m>e"_s, .ancestor = commit, .descendant = evaluated}}));
    }

    void theProvenanceIsOneOfTheBuildAndItsOutputs()
    {
        const auto statements = statementsIn(bundleOf(traceOf(m_cache), m_mine, m_cache));
        QCOMPARE(statements.size(), 2);
        const auto &provenance = statements[0];
        QCOMPARE(provenance["subject"_L1].toArray().size(), 2);
        QCOMPARE(provenance["subject"_L1][0]["digest"_L1]["sha256"_L1].toString().toLatin1(),
            QCryptographicHash::hash("contents", QCryptographicHash::Sha256).toHex());
        const auto predicate = provenance["predicate"_L1];
        QCOMPARE(
            predicate["buildDefinition"_L1]["externalParameters"_L1]["job"_L1].toString(), u"hello.x86_64-linux"_s);
        QCOMPARE(predicate["buildDefinition"_L1]["resolvedDependencies"_L1][0]["digest"_L1]["gitCommit"_L1].toString(),
            evaluated);
        QCOMPARE(predicate["runDetails"_L1]["metadata"_L1]["startedOn"_L1].toString(), u"2026-11-25T10:36:40Z"_s);
    }

    void everyFlippedBitIsFound()
    {
        const auto bytes = bundleOf(traceOf(m_cache), m_mine, m_cache);
        QVERIFY(!check(bytes, m_cache).fails());
        quint32 state = 4711;
        for (int i = 0; i < 1000; ++i) {
            state = state * 1664525 + 1013904223;
            const auto at = qsizetype(state % quint32(bytes.size()));
            auto broken = bytes;
            broken[at] = char(broken[at] ^ char(1 << (state >> 16) % 8));
            QVERIFY2(check(broken, m_cache).fails(), qPrintable(u"byte %1"_s.arg(at)));
        }
    }

    void everyExchangedByteIsFound()
    {
        const auto bytes = bundleOf(traceOf(m_cache), m_mine, m_cache);
        quint32 state = 815;
        for (int i = 0; i < 1000; ++i) {
            state = state * 1664525 + 1013904223;
            const auto at = qsizetype(state % quint32(bytes.size()));
            auto broken = bytes;
            broken[at] = char(broken[at] + 1 + char((state >> 8) % 255));
            QVERIFY2(check(broken, m_cache).fails(), qPrintable(u"byte %1"_s.arg(at)));
        }
    }

    void nothingCanBeCutOffOrAdded()
    {
        const auto bytes = bundleOf(traceOf(m_cache), m_mine, m_cache);
        for (qsizetype size = 0; size < bytes.size(); size += size < 200 || bytes.size() - size < 200 ? 1 : 97)
            QVERIFY2(check(bytes.first(size), m_cache).fails(), qPrintable(u"%1 bytes"_s.arg(size)));
        const auto lines = bytes.chopped(1).split('\n');
        for (qsizetype i = 0; i < lines.size(); ++i) {
            auto fewer = lines;
            fewer.removeAt(i);
            QVERIFY2(check(fewer.join('\n') + '\n', m_cache).fails(), qPrintable(u"without line %1"_s.arg(i + 1)));
            auto more = lines;
            more.insert(i, lines[i]);
            QVERIFY2(check(more.join('\n') + '\n', m_cache).fails(), qPrintable(u"line %1 twice"_s.arg(i + 1)));
        }
        for (const auto &added :
            {"\n"_ba, " "_ba, "{}\n"_ba,
                "{\"content\":\"\",\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}\n"_ba}) {
            QVERIFY2(check(bytes + added, m_cache).fails(), added.constData());
            QVERIFY2(check(added + bytes, m_cache).fails(), added.constData());
        }
    }

    void aBundleOfAnotherSignerIsRefusedWhenASignerIsNamed()
    {
        const auto bytes = bundleOf(traceOf(m_cache), m_mine, m_cache);
        QCOMPARE(failuresOf(check(bytes, m_cache, {m_mine.publicKey()})), QStringList());
        QCOMPARE(failuresOf(check(bytes, m_cache, {m_cache.publicKey()})), QStringList{u"signer"_s});
    }

    void anAttestorWhoLiesIsFound_data()
    {
        QTest::addColumn<int>("lie");
        QTest::addColumn<QStringList>("failures");
        QTest::newRow("a build that is not in the file") << 0 << QStringList{u"build"_s};
        QTest::newRow("another hash of the contents") << 1 << QStringList{u"narinfo"_s};
        QTest::newRow("another job") << 2 << QStringList{u"build"_s};
        QTest::newRow("another revision than was evaluated") << 3 << QStringList{u"revision"_s};
        QTest::newRow("nothing") << 4 << QStringList();
    }
    /// The signer makes statements that the evidence does not bear out, and signs them well.
    void anAttestorWhoLiesIsFound()
    {
        QFETCH(int, lie);
        QFETCH(QStringList, failures);
        auto bundle = *readBundle(bundleOf(traceOf(m_cache), m_mine, m_cache));
        auto provenance = QString::fromUtf8(bundle.envelopes[0].payload);
        if (lie == 0)
            provenance.replace(u"/build/309998812\""_s, u"/build/309998813\""_s);
        if (lie == 1)
            provenance.replace(QString::fromLatin1(hashOf("contents").base16()), QString(64, u'0'));
        if (lie == 2)
            provenance.replace(u"hello.x86_64"_s, u"hallo.x86_64"_s);
        if (lie == 3)
            provenance.replace(evaluated, commit);
        auto summary = QString::fromUtf8(bundle.envelopes[1].payload);
        summary.replace(QString::fromLatin1(hashOf(bundle.envelopes[0].payload).base16()),
            QString::fromLatin1(hashOf(provenance.toUtf8()).base16()));
        bundle.envelopes = {signedEnvelope(inTotoPayloadType, provenance.toUtf8(), m_mine),
            signedEnvelope(inTotoPayloadType, summary.toUtf8(), m_mine)};
        QCOMPARE(failuresOf(check(writeBundle(bundle), m_cache)), failures);
    }

    void aRevisionThatNoPageInTheFileTellsStaysOpen()
    {
        auto trace = traceOf(m_cache);
        const auto whole = *readBundle(bundleOf(trace, m_mine, m_cache));
        auto bundle = whole;
        auto summary = QString::fromUtf8(bundle.envelopes[1].payload);
        const auto page = QString::fromLatin1(hashOf(evaluationPage(evaluated)).base16());
        bundle.evidence.erase(page.toLatin1());
        // The signer leaves the page out of the list as well: it was too large to keep.
        const auto at = summary.indexOf(page);
        const auto included = summary.lastIndexOf(u"\"included\":true"_s, at);
        QVERIFY(at > 0 && included > 0);
        summary.replace(included, 15, u"\"included\":false"_s);
        bundle.envelopes[1] = signedEnvelope(inTotoPayloadType, summary.toUtf8(), m_mine);
        const auto report = check(writeBundle(bundle), m_cache);
        QCOMPARE(failuresOf(report), QStringList());
        QCOMPARE(verdictOf(report, u"revision"_s), u"unchecked"_s);
    }

    void aCloneShowsWhichCommitComesFromWhich()
    {
        const QTemporaryDir folder;
        const auto git = [&](const QStringList &arguments) {
            return runTool(u"git"_s,
                QStringList{u"-c"_s, u"user.name=a"_s, u"-c"_s, u"user.email=a@example.org"_s} + arguments,
                folder.path());
        };
        QVERIFY(git({u"init"_s, u"-q"_s}).code == 0);
        QStringList commits; // on a line
        for (const auto *subject : {"one", "two", "three"}) {
            QVERIFY(git({u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s, QString::fromLatin1(subject)}).code == 0);
            commits << QString::fromLatin1(git({u"rev-parse"_s, u"HEAD"_s}).line());
        }
        const auto checked = [&](const QString &ancestor, const QString &descendant, const QString &where) {
            BundleReport report;
            report.ancestry = {{.hop = u"m>e"_s, .ancestor = ancestor, .descendant = descendant}};
            report.commits = {descendant};
            QStringList said;
            for (const auto &one : waitFor(checkInClone(where, report)))
                said << one.name + u' ' + word(one.verdict);
            return said;
        };
        QCOMPARE(checked(commits[0], commits[2], folder.path()), (QStringList{u"commit holds"_s, u"ancestry holds"_s}));
        QCOMPARE(checked(commits[2], commits[0], folder.path()), (QStringList{u"commit holds"_s, u"ancestry fails"_s}));
        QCOMPARE(checked(commits[0], evaluated, folder.path()),
            (QStringList{u"commit unchecked"_s, u"ancestry unchecked"_s}));
        // Another repository, no repository, nothing at all: said, and nothing is called false.
        QCOMPARE(checked(commit, evaluated, folder.path()), QStringList{u"clone unchecked"_s});
        const QTemporaryDir empty;
        QCOMPARE(checked(commits[0], commits[2], empty.path()), QStringList{u"clone unchecked"_s});
        QCOMPARE(checked(commits[0], commits[2], u"/does/not/exist"_s), QStringList{u"clone unchecked"_s});
        // A replacement must not make an ancestor out of a stranger.
        QVERIFY(git({u"replace"_s, u"--graft"_s, commits[0], commits[2]}).code == 0);
        QCOMPARE(checked(commits[2], commits[0], folder.path()), (QStringList{u"commit holds"_s, u"ancestry fails"_s}));
        // What a shallow clone does not find may lie before its end.
        const QTemporaryDir shallow;
        QVERIFY(git({u"clone"_s, u"-q"_s, u"--depth=1"_s, u"file://"_s + folder.path(), shallow.filePath(u"c"_s)}).code
            == 0);
        QVERIFY(!checked(commits[0], commits[2], shallow.filePath(u"c"_s)).contains(u"ancestry fails"_s));
    }

    void aNarinfoThatNobodyTrustedSignedStaysOpen()
    {
        const auto other = keyOf("other-cache-1");
        const auto report = check(bundleOf(traceOf(other), m_mine, m_cache), m_cache);
        QVERIFY(!report.fails());
        QCOMPARE(verdictOf(report, u"narinfo"_s), u"unchecked"_s);
        QCOMPARE(report.result, u"FAILED"_s);
    }

    void realNarinfosVerifyOffline()
    {
        auto trace = traceOf(m_cache);
        trace.answers.clear();
        for (const auto &name : {u"curl-7.82.0-bin"_s, u"glibc-2.27"_s}) {
            QFile file(QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution/crypto/%1.narinfo").arg(name));
            if (!file.open(QIODevice::ReadOnly))
                QSKIP("no samples beside the checkout");
            trace.answers << answerOf(u"https://cache.nixos.org/%1.narinfo"_s.arg(name), file.readAll());
        }
        const auto bytes = writeBundle(trace, m_mine, nix::defaultPolicy(), now, u"0.1.0"_s);
        QVERIFY(bytes);
        const auto report
            = checkBundle(*bytes, {.signers = {}, .policy = nix::defaultPolicy(), .today = QDate(2026, 11, 25)});
        QCOMPARE(failuresOf(report), QStringList());
        QCOMPARE(std::ranges::count(report.checks, u"narinfo"_s, &BundleCheck::name), 2);
        QVERIFY(!report.isOpen());
    }

    void aTraceWithoutAnythingMakesNoBundle() { QVERIFY(!writeBundle(Trace{}, m_mine, {}, now, u"0.1.0"_s)); }

    void twoBundlesDiffer()
    {
        const auto one = *readBundle(bundleOf(traceOf(m_cache), m_mine, m_cache));
        QCOMPARE(differences(one, one), QList<BundleDifference>());
        auto trace = traceOf(m_cache);
        trace.answers[1] = answerOf(trace.answers[1].url.toString(), narInfoText(outPath, "changed", m_cache));
        trace.hops[2].grade = Grade::Signed;
        QStringList found;
        for (const auto &difference : differences(one, *readBundle(bundleOf(trace, m_mine, m_cache))))
            found << difference.what + u' ' + difference.name;
        QCOMPARE(found,
            QStringList({u"evidence https://cache.nixos.org/zi6ypq21l3knhj0q5r9vbsmm8c6c3mzy.narinfo"_s, u"hop o>m"_s,
                u"subject "_s + QString::fromUtf8(outPath)}));
    }

    void aKeyFileIsForItsOwnerAlone()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(u"keys/mine"_s);
        const auto made = makeBundleKey(file, "mira.example.org-1");
        QVERIFY(made);
        QCOMPARE(runTool(u"stat"_s, {u"-c"_s, u"%a"_s, file}).line(), "600");
        const auto read = readBundleKey(file);
        QVERIFY(read && read->bytes == made->bytes && read->name == made->name);
        QVERIFY2(!makeBundleKey(file, "mira.example.org-1"), "a key must never be overwritten");
        QVERIFY(!makeBundleKey(folder.filePath(u"other"_s), "two words"));
        QFile(file).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup);
        QCOMPARE(readBundleKey(file).error().kind, ProblemKind::NotAllowed);
        QCOMPARE(readBundleKey(folder.filePath(u"none"_s)).error().kind, ProblemKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(BundleTest)
#include "bundle_test.moc"
