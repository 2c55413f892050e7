// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/storepath.h"

#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {
const QByteArray hash = "00bgd045z0d4icpbc2yyz4gx48ak44la"_ba;
}

class StorePathTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsOfAPath()
    {
        const auto path = StorePath::fromText("/nix/store/" + hash + "-net-tools-1.60.drv");
        QVERIFY(path);
        QCOMPARE(path->hashPart(), hash);
        QCOMPARE(path->name(), "net-tools-1.60.drv");
        QCOMPARE(path->text(), "/nix/store/" + hash + "-net-tools-1.60.drv");
        QVERIFY(path->isDerivation());
        QVERIFY(StorePath::fromText("/gnu/store/" + hash + "-x", "/gnu/store"_ba));
    }

    void brokenPathsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto store = "/nix/store/"_ba;
        QTest::newRow("empty") << ""_ba;
        QTest::newRow("store alone") << store;
        QTest::newRow("other store") << "/gnu/store/"_ba + hash + "-a";
        QTest::newRow("no slash") << "/nix/storex"_ba + hash + "-a";
        QTest::newRow("no name") << store + hash + "-";
        QTest::newRow("no dash") << store + hash + "_a";
        QTest::newRow("letter e in the hash") << store + "e" + hash.sliced(1) + "-a";
        QTest::newRow("capital in the hash") << store + "A" + hash.sliced(1) + "-a";
        QTest::newRow("short hash") << store + hash.sliced(1) + "-a";
        QTest::newRow("dot") << store + hash + "-.";
        QTest::newRow("two dots") << store + hash + "-..";
        QTest::newRow("dot dash") << store + hash + "-.-a";
        QTest::newRow("dots dash") << store + hash + "-..-a";
        QTest::newRow("space") << store + hash + "-a b";
        QTest::newRow("umlaut") << store + hash + "-ä";
        QTest::newRow("NUL") << store + hash + "-a" + QByteArray(1, '\0');
        QTest::newRow("something behind") << store + hash + "-a/bin";
        QTest::newRow("212 characters") << store + hash + '-' + QByteArray(212, 'a');
    }
    void brokenPathsAreRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!StorePath::fromText(text));
    }

    void namesAtTheLimitPass()
    {
        for (const auto &name : {QByteArray(211, 'a'), ".a"_ba, "..a"_ba, "+-._?="_ba, "..."_ba})
            QVERIFY2(StorePath::fromBaseName(hash + '-' + name), name.constData());
    }

    void mentionsOfEveryForm()
    {
        const auto path = *StorePath::fromBaseName(hash + "-a");
        const auto whole = readStorePathMention(" /nix/store/" + hash + "-a/bin/x y \n");
        QVERIFY(whole);
        QCOMPARE(*whole, (StorePathMention{.hashPart = hash, .path = path, .inside = "/bin/x y"}));
        QCOMPARE(*readStorePathMention(hash + "-a"), (StorePathMention{.hashPart = hash, .path = path, .inside = {}}));
        QCOMPARE(*readStorePathMention(hash), (StorePathMention{.hashPart = hash, .path = {}, .inside = {}}));
        QCOMPARE(*readStorePathMention("/nix/store/" + hash),
            (StorePathMention{.hashPart = hash, .path = {}, .inside = {}}));
        QVERIFY(!readStorePathMention("/usr/" + hash));
        QVERIFY(!readStorePathMention("hello"));
    }
};

QTEST_APPLESS_MAIN(StorePathTest)
#include "storepath_test.moc"
