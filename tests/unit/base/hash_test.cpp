// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"

#include <QTest>

using namespace narscope;
using namespace Qt::StringLiterals;

class HashTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void digestsAreThoseOfFips180()
    {
        QCOMPARE(hashOf("abc").base16(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"_ba);
        QCOMPARE(hashOf("abc", HashAlgorithm::Sha1).base16(), "a9993e364706816aba3e25717850c26c9cd0d89d"_ba);
        QCOMPARE(hashOf("abc", HashAlgorithm::Md5).base16(), "900150983cd24fb0d6963f7d28e17f72"_ba);
    }

    // The first two are the definition's own corners; the third is what `nix hash` prints for SHA-256("abc").
    void nix32HasTheLastByteFirst()
    {
        QByteArray low(32, '\0');
        low[0] = 1;
        QCOMPARE(toNix32(low), QByteArray(51, '0') + '1');
        QByteArray high(32, '\0');
        high[31] = char(0x80);
        QCOMPARE(toNix32(high), '1' + QByteArray(51, '0'));
        QCOMPARE(hashOf("abc").nix32(), "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s"_ba);
    }

    void everySpellingReadsBack()
    {
        const auto hash = hashOf("abc");
        for (const auto &text :
            {hash.prefixedNix32(), hash.prefixedBase16(), hash.prefixedBase16().replace("ba7816", "BA7816"), hash.sri(),
                "sha256:"_ba + hash.digest.toBase64()}) {
            const auto parsed = parseHash(text);
            QVERIFY2(parsed, text.constData());
            QCOMPARE(*parsed, hash);
        }
    }

    void brokenSpellingsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto nix32 = hashOf("abc").nix32();
        QTest::newRow("empty") << ""_ba;
        QTest::newRow("no algorithm") << nix32;
        QTest::newRow("unknown algorithm") << "blake9:"_ba + nix32;
        QTest::newRow("short") << "sha256:"_ba + nix32.chopped(1);
        QTest::newRow("long") << "sha256:"_ba + nix32 + '0';
        QTest::newRow("letter e") << "sha256:e"_ba + nix32.sliced(1);
        QTest::newRow("spare bits") << "sha256:2"_ba + nix32.sliced(1);
        QTest::newRow("sri of another length") << "sha256-YWJj"_ba;
        QTest::newRow("sri without padding") << hashOf("abc").sri().chopped(1);
        QTest::newRow("NUL") << "sha256:"_ba + QByteArray(52, '\0');
    }
    void brokenSpellingsAreRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parseHash(text));
    }
};

QTEST_APPLESS_MAIN(HashTest)
#include "hash_test.moc"
