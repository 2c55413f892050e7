// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"
#include "nix/narlisting.h"
#include "support/tool.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

/// Names, sizes and kinds that an archive treats each in its own way.
NarTree sampleTree()
{
    std::map<QByteArray, NarTree> sizes;
    for (const int size : {0, 1, 7, 8, 9, 4095, 4096, 100'000})
        sizes["size-" + QByteArray::number(size)] = NarTree::file(QByteArray(size, char('a' + size % 26)));
    auto deep = NarTree::file("bottom");
    for (int i = 0; i < 20; ++i)
        deep = NarTree::directory({{"d"_ba, deep}});
    return NarTree::directory({{"sizes"_ba, NarTree::directory(sizes)}, {"empty"_ba, NarTree::directory()},
        {"deep"_ba, deep}, {"run"_ba, NarTree::file("#!/bin/sh\n", true)}, {"link"_ba, NarTree::link("sizes/size-1")},
        {"dangling"_ba, NarTree::link("/nowhere at all")}, {"a"_ba, NarTree::file("1")}, {"a.b"_ba, NarTree::file("2")},
        {"a-b"_ba, NarTree::file("3")}, {"A"_ba, NarTree::file("4")}, {"\xc3\xbc\xe2\x86\x92"_ba, NarTree::file("5")},
        {"back\\slash \"quoted\""_ba, NarTree::file("6")}, {"line\nfeed"_ba, NarTree::file("7")},
        {"\xff\xfe"_ba, NarTree::file("no UTF-8")}, {QByteArray(255, 'n'), NarTree::file("8")}});
}

bool writeBytes(const NarTree &tree, const QByteArray &path)
{
    auto *file = std::fopen(path.constData(), "wb"); // QFile would encode the name
    if (!file)
        return false;
    const bool written
        = std::fwrite(tree.bytes.constData(), 1, size_t(tree.bytes.size()), file) == size_t(tree.bytes.size());
    return std::fclose(file) == 0 && written && ::chmod(path.constData(), tree.executable ? 0755 : 0644) == 0;
}

bool make(const NarTree &tree, const QByteArray &path)
{
    switch (tree.kind) {
    case NarTree::Kind::Directory:
        return ::mkdir(path.constData(), 0755) == 0 && std::ranges::all_of(tree.entries, [&](const auto &entry) {
            return make(entry.second, path + '/' + entry.first);
        });
    case NarTree::Kind::Symlink:
        return ::symlink(tree.bytes.constData(), path.constData()) == 0;
    case NarTree::Kind::Regular:
        return writeBytes(tree, path);
    }
    return false;
}

} // namespace

class RealArchivesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void whatNixDumpsIsWhatWeWrite();
    void whatWeWriteIsRestoredByNix();
    void listingsAreThoseOfNix();

private:
    test::NixStore m_store;
    QByteArray m_dump;
};

void RealArchivesTest::initTestCase()
{
    if (!test::NixStore::isHere())
        QSKIP("nix is not here: nothing was checked.");
    QVERIFY(make(sampleTree(), m_store.root().toUtf8() + "/tree"));
    const auto dump = m_store.run(u"nix-store"_s, {u"--dump"_s, u"tree"_s});
    QVERIFY2(dump.code == 0, dump.err.constData());
    m_dump = dump.out;
}

void RealArchivesTest::whatNixDumpsIsWhatWeWrite()
{
    QVERIFY(writeNar(sampleTree()) == m_dump);
    const auto read = readNarTree(m_dump);
    QVERIFY(read && *read == sampleTree());
    QCOMPARE(hashOf(m_dump).nix32(),
        m_store.run(u"nix-hash"_s, {u"--type"_s, u"sha256"_s, u"--base32"_s, u"tree"_s}).line());
    const auto file = m_store.run(u"nix-store"_s, {u"--dump"_s, u"tree/run"_s});
    QVERIFY(file.out == writeNar(NarTree::file("#!/bin/sh\n", true)));
}

void RealArchivesTest::whatWeWriteIsRestoredByNix()
{
    const auto restored = m_store.run(u"nix-store"_s, {u"--restore"_s, u"again"_s}, writeNar(sampleTree()));
    QVERIFY2(restored.code == 0, restored.err.constData());
    QVERIFY(m_store.run(u"nix-store"_s, {u"--dump"_s, u"again"_s}).out == m_dump);
}

void RealArchivesTest::listingsAreThoseOfNix()
{
    auto tree = sampleTree();
    tree.entries.erase("\xff\xfe"_ba); // JSON cannot carry it
    const auto nar = writeNar(tree);
    m_store.writeFile(u"tree.nar"_s, nar);
    const auto real = m_store.run(u"nix"_s, {u"nar"_s, u"ls"_s, u"--json"_s, u"-R"_s, u"tree.nar"_s, u"/"_s});
    QVERIFY2(real.code == 0, real.err.constData());
    const auto listing = listNar(nar);
    QVERIFY(listing);
    const auto ours = QJsonDocument::fromJson(*writeListing(*listing)).object().value(u"root"_s).toObject();
    QCOMPARE(ours, QJsonDocument::fromJson(real.out).object());
    QVERIFY(!ours.isEmpty());
    const auto read = readListing(R"({"version":1,"root":)" + real.out + '}');
    QVERIFY(read && *read == *listing);
}

QTEST_APPLESS_MAIN(RealArchivesTest)
#include "archives_test.moc"
