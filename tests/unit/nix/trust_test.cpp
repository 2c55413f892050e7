// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/realisation.h"
#include "nix/trust.h"

#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

const QDate today(2026, 11, 25);

SecretKey keyNamed(const QByteArray &name, char seed)
{
    return *secretKeyFromSeed(name, QByteArray(seedSize, seed));
}

TrustedKey trusted(const PublicKey &key)
{
    return {.key = key, .purpose = {}, .source = u"test"_s, .reference = {}, .added = {}, .retired = {}};
}

QString verdicts(const TrustResult &result)
{
    QStringList words;
    for (const auto &check : result.signatures)
        words.append(word(check.verdict));
    return words.join(u' ');
}

} // namespace

class TrustTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // RFC 8032 §7.1, test 2.
    void ed25519IsThatOfTheRfc()
    {
        const auto key = secretKeyFromSeed(
            "k"_ba, QByteArray::fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        QVERIFY(key);
        QCOMPARE(key->publicKey().bytes.toHex(), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        const auto signature = sign("\x72", *key);
        QCOMPARE(signature.bytes.toHex(),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00");
        QVERIFY(verify("\x72", signature.bytes, key->publicKey().bytes));
        QVERIFY(!verify("\x73", signature.bytes, key->publicKey().bytes));
        QVERIFY(!verify("\x72", signature.bytes.chopped(1), key->publicKey().bytes));
        QVERIFY(!verify("\x72", signature.bytes, key->publicKey().bytes.chopped(1)));
    }

    void base64IsAsLenientAsNix()
    {
        QCOMPARE(*decodeBase64AsNix("YWJj"), "abc");
        QCOMPARE(*decodeBase64AsNix("YW\nJjZA=="), "abcd");
        QCOMPARE(*decodeBase64AsNix("YWJjZA"), "abcd");
        QCOMPARE(*decodeBase64AsNix("YWJjZB=="), "abcd");
        QCOMPARE(*decodeBase64AsNix("YWJjZA==!junk"), "abcd");
        QCOMPARE(*decodeBase64AsNix(""), "");
        QVERIFY(!decodeBase64AsNix("YW-j"));
        QVERIFY(!decodeBase64AsNix("YW j"));
    }

    void keysOfOtherAlgorithmsAreUnsupportedNotBroken()
    {
        QCOMPARE(parsePublicKey("ml-1:" + QByteArray(1312, 'x').toBase64()).error().kind, ProblemKind::Unsupported);
        for (const auto &text : {"nokey"_ba, ":AAAA"_ba, "name:"_ba, "name:!!!!"_ba, ""_ba})
            QCOMPARE(parsePublicKey(text).error().kind, ProblemKind::Malformed);
        const auto named = parsePublicKey("a name with spaces:" + QByteArray(32, 'x').toBase64());
        QVERIFY(named);
        QCOMPARE(named->name, "a name with spaces");
    }

    void aSecretNeverReachesAProblem()
    {
        const auto secret = QByteArray(63, 's').toBase64();
        const auto key = parseSecretKey("k:" + secret);
        QVERIFY(!key);
        QVERIFY(!describe(key.error()).contains(QString::fromLatin1(secret)));
        const auto odd = parseSecretKey("k:" + secret + '!');
        QVERIFY(!odd && !describe(odd.error()).contains(QString::fromLatin1(secret)));
    }

    void eachSignatureHasItsVerdict()
    {
        const auto a = keyNamed("a-1", 1), b = keyNamed("b-1", 2), old = keyNamed("old-1", 3),
                   stranger = keyNamed("x-1", 4);
        auto retired = trusted(old.publicKey());
        retired.retired = today;
        auto again = trusted({.name = "a-again"_ba, .bytes = a.publicKey().bytes});
        const TrustPolicy policy{
            .keys = {trusted(a.publicKey()), trusted(b.publicKey()), retired, again}, .threshold = 2};
        const auto text = "1;/nix/store/x;sha256:y;1;"_ba;
        const auto good = sign(text, a).text();
        const Signature renamed{.name = "a-again"_ba, .bytes = sign(text, a).bytes};
        const QList<QByteArray> signatures{sign("other", a).text(), good, good, good.chopped(2), renamed.text(),
            sign(text, old).text(), sign(text, stranger).text(), "b-1:AAAA"_ba, "z-1:AAAA"_ba, "b-1:*"_ba, ""_ba,
            "junk"_ba};
        const auto result = checkSignatures(text, signatures, policy, today);
        QCOMPARE(verdicts(result),
            u"bad good duplicate duplicate duplicate retired unknown-key malformed unsupported malformed malformed malformed"_s);
        QCOMPARE(result.goodKeys, QList{"a-1"_ba});
        QVERIFY(!result.enough);
        QVERIFY(checkSignatures(text, {good, sign(text, b).text()}, policy, today).enough);
        QCOMPARE(verdicts(checkSignatures(text, {sign(text, old).text()}, policy, today.addDays(-1))), u"good"_s);
    }

    void noSignatureIsNeverEnough()
    {
        for (const int threshold : {-1, 0, 1})
            QVERIFY(!checkSignatures("x"_ba, {}, {.keys = {}, .threshold = threshold}, today).enough);
    }

    void endlessSignaturesAreNotAllTried()
    {
        const auto a = keyNamed("a-1", 1);
        const auto result = checkSignatures("x"_ba, QList<QByteArray>(1000, sign("y", a).text()),
            {.keys = {trusted(a.publicKey())}, .threshold = 1}, today);
        QCOMPARE(result.signatures.back().verdict, SignatureVerdict::NotChecked);
    }

    void shippedKeysAreThere()
    {
        QVERIFY(shippedKeys().size() >= 2);
        const auto policy = defaultPolicy();
        QCOMPARE(policy.keys.size(), 1u);
        QCOMPARE(policy.keys[0].key.text(), "cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=");
        QCOMPARE(policy.keys[0].added, QDate(2015, 6, 1));
        QCOMPARE(parseKeysJson(writeKeysJson(shippedKeys()), {}), shippedKeys());
    }

    void nixConfIsReadAsNixReadsIt()
    {
        const auto a = keyNamed("a-1", 1).publicKey().text(), b = keyNamed("b-1", 2).publicKey().text(),
                   c = keyNamed("c-1", 3).publicKey().text();
        const auto found = keysFromNixConf("# trusted-public-keys = " + c
            + "\ninclude other.conf\n!include x\ntrusted-public-keys = " + c + "\nextra-trusted-public-keys = " + b
            + " # why\n\ntrusted-public-keys  =  " + a + "\t" + a + "\nsubstituters = https://x " + c + '\n');
        QVERIFY(found.problems.empty());
        QCOMPARE(found.keys.size(), 2u);
        QCOMPARE(found.keys[0].key.text(), a);
        QCOMPARE(found.keys[1].key.text(), b);
        QCOMPARE(found.keys[0].source, u"nix.conf"_s);
    }

    void keysAreFoundInAnyText()
    {
        const auto a = keyNamed("a-1", 1).publicKey().text(), b = keyNamed("b.org-2", 2).publicKey().text();
        const auto found = keysFromText(
            "nix.settings = {\n substituters = [ \"https://a.cachix.org\" ];\n trusted-public-keys = [ \"" + a + "\" '"
                + b + "' ];\n};\nml-1:" + QByteArray(1312, 'x').toBase64(),
            u"pasted"_s);
        QCOMPARE(found.keys.size(), 2u);
        QCOMPARE(found.keys[1].key.text(), b);
        QCOMPARE(found.problems.size(), 1u);
        QCOMPARE(found.problems[0].kind, ProblemKind::Unsupported);
    }

    void aKeyInACommentIsNotTrusted()
    {
        const auto a = keyNamed("a-1", 1).publicKey().text(), b = keyNamed("b-1", 2).publicKey().text();
        const auto found = keysFromText(
            "# " + b + "\n  #" + b + "\n" + a + "   # instead of " + b + "\r\n\"https://x/#" + b + '"', u"list"_s);
        QCOMPARE(found.keys.size(), 1u);
        QCOMPARE(found.keys[0].key.text(), a);
    }

    void brokenKeyListsAreRefused()
    {
        for (const auto &json : {""_ba, "[]"_ba, "{}"_ba, R"({"keys":[{"key":"x"}]})"_ba, R"({"keys":[7]})"_ba})
            QVERIFY(!parseKeysJson(json, {}));
        const auto key = keyNamed("a-1", 1).publicKey().text();
        QVERIFY(!parseKeysJson(R"({"keys":[{"key":")" + key + R"(","added":"yesterday"}]})", {}));
    }

    // Text, key and signature from Nix's own unit tests of realisations.
    void buildTraceEntryIsSignedAsNixSignsIt()
    {
        const auto key = parseSecretKey("test-key:tU7tTvLcScf8pmz/eTV0BEtLmRsPpZfKaRcd0nCN+pysBZPHSeg61/"
                                        "u2oc7mIOewfuAY1V1BiX32homTaDJ2Jw==");
        QVERIFY(key);
        const auto drv = StorePath::fromBaseName("g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-bar.drv");
        const auto entry = readBuildTrace(
            R"({"outPath":"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo","signatures":[{"keyName":"test-key",
            "sig":"WsjxK4/EI74COtzMDI+VCjQU9O4FydK0+YeY1CE5hUevogd+T+CPvNXza7oog3GTMS+ZlBwsC2S3ppwusKnJDg=="}]})",
            *drv, "foo");
        QVERIFY(entry);
        QCOMPARE(entry->signedText(),
            R"({"key":{"drvPath":"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-bar.drv","outputName":"foo"},"value":{"outPath":"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo"}})");
        const TrustPolicy policy{.keys = {trusted(key->publicKey())}, .threshold = 1};
        QVERIFY(checkSignatures(entry->signedText(), entry->signatures, policy, today).enough);
        const auto whole = readRealisation(
            R"({"key":{"drvPath":"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-bar.drv","outputName":"foo"},
            "value":{"outPath":"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo","signatures":["asdf:AAAA"]}})");
        QVERIFY(whole);
        QCOMPARE(whole->signedText(), entry->signedText());
        QCOMPARE(whole->signatures, QList{"asdf:AAAA"_ba});
    }

    void hashedRealisationHasItsOldSignedText()
    {
        const auto text
            = R"({"dependentRealisations":{"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad!foo":"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo.drv"},"id":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad!out","outPath":"g1w7hy3qg1w7hy3qg1w7hy3qg1w7hy3q-foo.drv"})"_ba;
        const auto realisation = readRealisation(text.chopped(1) + R"(,"signatures":[]})");
        QVERIFY(realisation);
        QCOMPARE(realisation->signedText(), text);
        QCOMPARE(realisation->outputName, "out");
        for (const auto &broken :
            {""_ba, "[]"_ba, "{}"_ba, R"({"id":"x!out"})"_ba, R"({"id":"sha256:00!out","outPath":"x"})"_ba})
            QVERIFY(!readRealisation(broken));
    }
};

QTEST_APPLESS_MAIN(TrustTest)
#include "trust_test.moc"
