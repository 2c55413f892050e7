// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/decoder.h"
#include "nix/keys.h"
#include "nix/nar.h"
#include "nix/narinfo.h"
#include "support/tool.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

test::ToolRun cli(const QStringList &arguments, const QByteArray &input = {}, const QString &folder = {})
{
    return test::runTool(QStringLiteral(NARSCOPE_CLI), arguments, folder, input);
}

QJsonObject json(const test::ToolRun &run)
{
    return QJsonDocument::fromJson(run.out).object();
}

NarTree tree()
{
    return NarTree::directory(
        {{"bin"_ba, NarTree::directory({{"hello"_ba, NarTree::file("#!/bin/sh\n\x1b[31m", true)}})},
            {"l"_ba, NarTree::link("bin/hello")}, {"bad\nname"_ba, NarTree::file("x")}});
}

QByteArray signedNarInfo(const SecretKey &key)
{
    NarInfo info{.path = *StorePath::fromBaseName("00bgd045z0d4icpbc2yyz4gx48ak44la-made-1.0"),
        .url = "nar/x.nar"_ba,
        .compression = "none"_ba,
        .fileHash = {},
        .fileSize = {},
        .narHash = hashOf("x"),
        .narSize = 1,
        .references = {},
        .deriver = {},
        .signatures = {},
        .contentAddress = {},
        .others = {}};
    info.signatures.append(sign(fingerprint(info), key).text());
    return writeNarInfo(info);
}

} // namespace

class CommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void archivesAreListedWhateverTheirCompression();
    void oneFileOfAnArchiveIsWritten();
    void filesAreFoundByTheBytesOfTheirNames();
    void brokenArchivesFailAndMissingOnesAreNotChecked();
    void narInfosAreJudgedByTheKeysGiven();
    void keysAreListedAndTheirListIsReadAgain();
    void derivationsThatNixMadeHold();
    void whatCannotBeReadIsReportedBesideTheRest();
};

void CommandsTest::archivesAreListedWhateverTheirCompression()
{
    for (const auto compression : {Compression::None, Compression::Xz, Compression::Zstd}) {
        const auto packed = *compress(writeNar(tree()), compression);
        const auto listed = cli({u"nar"_s, u"ls"_s, u"-"_s}, packed);
        QCOMPARE(listed.code, 0);
        QCOMPARE(listed.out,
            "dr-xr-xr-x             0 .\n"
            "-r--r--r--             1 bad\\nname\n"
            "dr-xr-xr-x             0 bin\n"
            "-r-xr-xr-x            15 bin/hello\n"
            "lrwxrwxrwx             0 l -> bin/hello\n");
    }
    test::NixStore store;
    store.writeFile(u"t.nar"_s, writeNar(tree()));
    const auto real = store.run(u"nix"_s, {u"nar"_s, u"ls"_s, u"--json"_s, u"-R"_s, u"t.nar"_s, u"/"_s});
    if (real.code != 0)
        QSKIP("nix is not here: its listing was not compared.");
    const auto listing = json(cli({u"nar"_s, u"ls"_s, u"--json"_s, u"t.nar"_s}, {}, store.root()));
    QCOMPARE(listing.value(u"root"_s).toObject(), QJsonDocument::fromJson(real.out).object());
}

void CommandsTest::oneFileOfAnArchiveIsWritten()
{
    const auto packed = *compress(writeNar(tree()), Compression::Zstd);
    for (const auto &path : {u"bin/hello"_s, u"/bin/hello"_s, u"./bin//hello"_s}) {
        const auto file = cli({u"nar"_s, u"cat"_s, u"-"_s, path}, packed);
        QCOMPARE(file.code, 0);
        QCOMPARE(file.out, "#!/bin/sh\n\x1b[31m");
    }
    QCOMPARE(cli({u"nar"_s, u"cat"_s, u"-"_s, u"/"_s}, writeNar(NarTree::file("alone"))).out, "alone");
    for (const auto &path : {u"bin"_s, u"l"_s, u"nothing"_s, u"hello"_s})
        QCOMPARE(cli({u"nar"_s, u"cat"_s, u"-"_s, path}, packed).code, 2);
}

void CommandsTest::filesAreFoundByTheBytesOfTheirNames()
{
    // The shell gives the bytes: QProcess has texts only.
    const auto nar
        = writeNar(NarTree::directory({{"\xff"_ba, NarTree::directory({{"\xfe"_ba, NarTree::file("bytes")}})}}));
    const auto cat = [&](const QString &printed) {
        const auto command = u"exec \"$0\" nar cat - \"$(printf '%1')\""_s.arg(printed);
        return test::runTool(u"sh"_s, {u"-c"_s, command, QStringLiteral(NARSCOPE_CLI)}, {}, nar);
    };
    QCOMPARE(cat(u"/\\377/../\\377/\\376"_s).out, "bytes");
    QCOMPARE(cat(u"\\377/\\375"_s).code, 2);
}

void CommandsTest::brokenArchivesFailAndMissingOnesAreNotChecked()
{
    const auto nar = writeNar(tree());
    const auto run = [](const QByteArray &bytes, const QStringList &more = {}) {
        return cli(QStringList{u"nar"_s, u"verify"_s, u"--json"_s, u"-"_s} + more, bytes);
    };
    QCOMPARE(run(nar).code, 0);
    QCOMPARE(run(nar, {u"--hash"_s, QString::fromLatin1(hashOf(nar).sri())}).code, 0);
    QCOMPARE(run(nar, {u"--hash"_s, QString::fromLatin1(hashOf(nar).digest.toHex())}).code, 0);
    QCOMPARE(run(nar, {u"--hash"_s, QString::fromLatin1(hashOf("x").sri())}).code, 1);
    QCOMPARE(run({}).code, 1);
    const auto trailing = run(nar + "x");
    QCOMPARE(trailing.code, 1);
    const auto archive = json(trailing).value(u"archives"_s).toArray().at(0).toObject();
    QCOMPARE(archive.value(u"brokenRule"_s).toString(), u"trailing"_s);
    QCOMPARE(archive.value(u"narHash"_s).toString().toLatin1(), hashOf(nar + "x").prefixedNix32());
    QCOMPARE(run(compress(nar, Compression::Xz)->chopped(1)).code, 1);
    QCOMPARE(cli({u"nar"_s, u"verify"_s, u"there-is-no-such-file"_s}).code, 2);
    QCOMPARE(cli({u"nar"_s, u"ls"_s, u"-"_s}, nar.chopped(1)).code, 1);
}

void CommandsTest::narInfosAreJudgedByTheKeysGiven()
{
    const auto key = *secretKeyFromSeed("test-1"_ba, QByteArray(seedSize, 's'));
    const auto text = signedNarInfo(key);
    const auto run = [](const QByteArray &bytes, const QStringList &more = {}) {
        return cli(QStringList{u"narinfo"_s, u"--json"_s, u"-"_s} + more, bytes);
    };
    const QStringList trust{u"--key"_s, QString::fromLatin1(key.publicKey().text())};
    const auto good = run(text, trust);
    QCOMPARE(good.code, 0);
    const auto facts = json(good).value(u"narinfos"_s).toArray().at(0).toObject();
    QCOMPARE(facts.value(u"keys"_s).toArray(), QJsonArray{u"test-1"_s});
    QVERIFY(facts.value(u"fingerprint"_s)
            .toString()
            .startsWith(u"1;/nix/store/00bgd045z0d4icpbc2yyz4gx48ak44la-made-1.0;sha256:"_s));
    QCOMPARE(run(text).code, 2);
    QCOMPARE(run(text, trust + QStringList{u"--threshold"_s, u"2"_s}).code, 2);
    QCOMPARE(run(QByteArray(text).replace("NarSize: 1", "NarSize: 2"), trust).code, 1);
    QCOMPARE(run(text + "\n", trust).code, 1);
    QCOMPARE(run(text, {u"--key"_s, u"no key"_s}).code, 2);
    QCOMPARE(run(text, {u"--threshold"_s, u"0"_s}).code, 2);
}

void CommandsTest::keysAreListedAndTheirListIsReadAgain()
{
    const auto key = secretKeyFromSeed("test-1"_ba, QByteArray(seedSize, 's'))->publicKey().text();
    const auto listed = cli({u"keys"_s, u"--json"_s, u"--no-default-keys"_s, u"--key"_s, QString::fromLatin1(key)});
    QCOMPARE(listed.code, 0);
    QTemporaryDir folder;
    QFile file(folder.filePath(u"keys.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(listed.out) == listed.out.size());
    file.close();
    const auto again = cli({u"keys"_s, u"--no-default-keys"_s, u"--keys-file"_s, file.fileName()});
    QCOMPARE(again.code, 0);
    QCOMPARE(again.out.count("trusted  "), 1);
    QVERIFY(again.out.startsWith("trusted  " + key));
    QVERIFY(again.out.contains("cache.nixos.org-1:")); // known, though not trusted
    const auto cut
        = cli({u"keys"_s, u"--no-default-keys"_s, u"--keys-file"_s, u"-"_s}, key + "\ncut-1:" + key.sliced(7, 40));
    QCOMPARE(cut.code, 1);
    QCOMPARE(cut.err.count("cut-1"), 1);
}

void CommandsTest::derivationsThatNixMadeHold()
{
    if (!test::NixStore::isHere())
        QSKIP("nix is not here: nothing was checked.");
    test::NixStore store;
    store.writeFile(u"t.nix"_s,
        R"(let d = n: x: derivation { name = n; system = "x"; builder = "/bin/sh"; y = x; }; in d "top" (d "dep" "z"))");
    // This command knows /nix/store only: instantiating there writes nothing outside of the test's folder.
    const auto made = store.run(u"nix-instantiate"_s,
        {u"--store"_s, u"local?store=/nix/store&root="_s + store.root() + u"/root"_s, u"t.nix"_s});
    QVERIFY2(made.code == 0, made.err.constData());
    const auto folder = store.root() + u"/root/nix/store/"_s;
    const auto top = QDir(folder).entryList({u"*-top.drv"_s}).value(0),
               dep = QDir(folder).entryList({u"*-dep.drv"_s}).value(0);
    const auto check = cli({u"drv-path"_s, folder + top, u"--json"_s});
    QCOMPARE(check.code, 0);
    const auto facts = json(check).value(u"derivations"_s).toArray().at(0).toObject();
    QCOMPARE(facts.value(u"computedPath"_s).toString(), u"/nix/store/"_s + top);
    QFile file(folder + top);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto bytes = file.readAll();
    const auto piped = cli({u"drv-path"_s, u"-"_s, u"--inputs"_s, folder, u"--json"_s}, bytes);
    QCOMPARE(piped.code, 0);
    QCOMPARE(
        json(piped).value(u"derivations"_s).toArray().at(0).toObject().value(u"outputs"_s), facts.value(u"outputs"_s));
    QCOMPARE(
        cli({u"drv-path"_s, u"-"_s, u"--inputs"_s, folder}, QByteArray(bytes).replace("/bin/sh", "/bin/ls")).code, 1);
    QCOMPARE(cli({u"drv-path"_s, u"-"_s, u"--inputs"_s, store.root()}, bytes).code, 2);
    QCOMPARE(cli({u"drv-path"_s, u"-"_s}, bytes.chopped(1)).code, 1);
    QVERIFY(!dep.isEmpty());
}

void CommandsTest::whatCannotBeReadIsReportedBesideTheRest()
{
    QTemporaryDir folder;
    QFile archive(folder.filePath(u"a\x1b[31m.nar"_s));
    QVERIFY(archive.open(QIODevice::WriteOnly) && archive.write(writeNar(tree())) > 0);
    archive.close();
    const auto run = cli({u"verify"_s, u"--json"_s, u"no path"_s, archive.fileName(), folder.path()});
    QCOMPARE(run.code, 2);
    QSet<QString> seen;
    for (const auto &path : json(run).value(u"paths"_s).toArray()) {
        QCOMPARE(path[u"verdict"_s].toString(), u"unchecked"_s);
        QCOMPARE(path[u"rungs"_s].toArray().size(), 11);
        seen << path[u"path"_s].toString();
    }
    QCOMPARE(seen, (QSet<QString>{u"no path"_s, archive.fileName(), folder.path()}));
    QCOMPARE(cli({u"verify"_s, u"--json"_s, u"-"_s}, "\n \n").out, QByteArray("{\"paths\":[]}\n"));
    // A broken archive fails whatever else could not be read.
    QCOMPARE(cli({u"verify"_s, u"no path"_s, u"-"_s}, "URL: x\n").code, 1);
    for (const auto &command : {u"narinfo"_s, u"drv-path"_s, u"nar verify"_s}) {
        QCOMPARE(cli(command.split(u' ')).code, 2); // nothing given is no success
        const auto shown = cli(command.split(u' ') << archive.fileName());
        QVERIFY(!shown.out.contains('\x1b') && !shown.err.contains('\x1b'));
    }
}

QTEST_APPLESS_MAIN(CommandsTest)
#include "commands_test.moc"
