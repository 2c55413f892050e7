// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/narlisting.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::nix;

class NarListingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aListingOfAnArchiveIsWhatNixWrites();
    void whatWasWrittenReadsTheSame();
    void pathsAreFound();
    void badListingsAreRefused_data();
    void badListingsAreRefused();
};

namespace {

QByteArray archive()
{
    return writeNar(NarTree::directory({{"a", NarTree::file("123", true)},
        {"d", NarTree::directory({{"x", NarTree::link("../a")}, {"y", NarTree::file({})}})}}));
}

} // namespace

void NarListingTest::aListingOfAnArchiveIsWhatNixWrites()
{
    const auto listing = listNar(archive());
    QVERIFY(listing);
    const auto written = writeListing(*listing);
    QVERIFY(written);
    QCOMPARE(*written,
        R"({"version":1,"root":{"type":"directory","entries":{)"
        R"("a":{"type":"regular","size":3,"executable":true,"narOffset":264},)"
        R"("d":{"type":"directory","entries":{"x":{"type":"symlink","target":"../a"},)"
        R"("y":{"type":"regular","size":0,"narOffset":784}}}}}})"_ba);
}

void NarListingTest::whatWasWrittenReadsTheSame()
{
    const auto listing = listNar(archive());
    const auto again = readListing(*writeListing(*listing));
    QVERIFY(again);
    QVERIFY(*again == *listing);
}

void NarListingTest::pathsAreFound()
{
    const auto listing = listNar(archive());
    QCOMPARE(listing->find("/d/y"), std::optional<qsizetype>(4));
    QCOMPARE(listing->find("d"), std::optional<qsizetype>(2));
    QCOMPARE(listing->find(""), std::optional<qsizetype>(0));
    QVERIFY(!listing->find("d/z"));
    QCOMPARE(listing->path(4), "d/y");
}

void NarListingTest::badListingsAreRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("not JSON") << "{"_ba;
    QTest::newRow("another version") << R"({"version":2,"root":{"type":"directory","entries":{}}})"_ba;
    QTest::newRow("unknown type") << R"({"version":1,"root":{"type":"fifo"}})"_ba;
    QTest::newRow("no size") << R"({"version":1,"root":{"type":"regular"}})"_ba;
    QTest::newRow("negative size") << R"({"version":1,"root":{"type":"regular","size":-1}})"_ba;
    QTest::newRow("no target") << R"({"version":1,"root":{"type":"symlink"}})"_ba;
    QTest::newRow("bad name")
        << R"({"version":1,"root":{"type":"directory","entries":{"..":{"type":"symlink","target":"a"}}}})"_ba;
    QTest::newRow("too deep") << "{\"version\":1,\"root\":" + R"({"type":"directory","entries":{"a":)"_ba.repeated(64)
            + R"({"type":"symlink","target":"a"})" + QByteArray("}}").repeated(64) + "}";
}

void NarListingTest::badListingsAreRefused()
{
    QFETCH(QByteArray, json);
    QVERIFY(!readListing(json));
}

QTEST_GUILESS_MAIN(NarListingTest)
#include "nar_listing_test.moc"
