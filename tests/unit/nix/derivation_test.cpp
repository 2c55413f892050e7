// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/cacheinfo.h"
#include "nix/derivation.h"
#include "nix/pathcompute.h"

#include <QDir>
#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

using Files = std::map<QByteArray, QByteArray>; ///< base name to bytes

DerivationCloser::Load loaderOf(const Files &files)
{
    return [&files](const StorePath &path) -> Result<QByteArray> {
        const auto found = files.find(path.baseName());
        if (found == files.end())
            return problem(ProblemKind::NotFound, QString::fromUtf8(path.text()));
        return found->second;
    };
}

Files localClosure()
{
    Files files;
    const QDir dir(QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution/crypto/drv-closure-local"));
    for (const auto &name : dir.entryList({u"*.drv"_s})) {
        QFile file(dir.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            files[name.toUtf8()] = file.readAll();
    }
    return files;
}

// No raw text with a backslash in this file: moc 6.8 finds no class in a file that has one.
const QByteArray small
    = R"(Derive([("out","/nix/store/9wmgsy3mdj8cn6igp46g9a8x605wzw9m-mid","","")],[("/nix/store/gl5saksxjnwxbn99w29jycik9bdna9h2-source.drv",["dev","out"])],["/nix/store/wzkc4ipqp83j2g4pvaxymy88mj9q2nhf-builder.sh"],)"
      "\"x86_64-linux\",\"/bin/sh\",[\"-e\",\"a\\\"b\\\\c\\nd\\te\\rf\"],[(\"a\",\"1\"),(\"b\",\"\")])"_ba;

/// Like Nix would instantiate it: name, one output, inputs; adds the file and gives its path.
StorePath add(Files &files, DerivationCloser &closer, const QByteArray &name, const std::vector<StorePath> &inputs)
{
    Derivation derivation;
    derivation.outputs["out"_ba] = {};
    for (const auto &input : inputs) {
        [[maybe_unused]] const auto known = closer.check(input);
        derivation.inputDerivations[input] = {"out"_ba};
    }
    derivation.system = "x86_64-linux"_ba;
    derivation.builder = "/bin/sh"_ba;
    const auto complete = withOutputPaths(derivation, name, closer.hashes());
    const auto bytes = writeDerivation(*complete);
    const auto path = derivationPath(*complete, bytes, name);
    files[path->baseName()] = bytes;
    return *path;
}

} // namespace

class DerivationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasReadIsWrittenAlike();
    void brokenDerivationsAreRefused_data();
    void brokenDerivationsAreRefused();
    void dynamicDerivationsAreUnsupported();
    void outputKindsAreRecognised();
    void aClosureThatNixMadeIsRecomputed();
    void emptiedOutputsAreCompletedAsNixDid();
    void aChangedDerivationNeitherKeepsItsNameNorItsOutputs();
    void aMissingInputIsNamed();
    void aDerivationThatDependsOnItselfEnds();
    void aDeepClosureNeedsNoStack();
    void anInputThatFloatsDefersItsDependents();
    void selfReferencesAreHashedAsZeros();
    void cacheInfoIsReadAsNixReadsIt();
};

void DerivationTest::whatWasReadIsWrittenAlike()
{
    const auto derivation = readDerivation(small);
    QVERIFY2(derivation, qPrintable(derivation ? QString() : describe(derivation.error())));
    QCOMPARE(derivation->arguments, (QList{"-e"_ba, "a\"b\\c\nd\te\rf"_ba}));
    QCOMPARE(derivation->inputDerivations.begin()->second, (std::set{"dev"_ba, "out"_ba}));
    QCOMPARE(writeDerivation(*derivation), small);
}

void DerivationTest::brokenDerivationsAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, QByteArrayView from, QByteArrayView to) {
        auto text = small;
        Q_ASSERT(text.contains(from));
        QTest::newRow(name) << text.replace(from.toByteArray(), to.toByteArray());
    };
    QTest::newRow("empty") << ""_ba;
    QTest::newRow("line feed behind") << small + '\n';
    QTest::newRow("cut") << small.chopped(1);
    row("no outputs", R"([("out","/nix/store/9wmgsy3mdj8cn6igp46g9a8x605wzw9m-mid","","")])", "[]");
    row("space", "Derive([", "Derive( [");
    row("unknown escape", "\\t", "\\x");
    row("raw line feed", "\\n", "\n");
    row("needless escape", "\"-e\"", "\"\\-e\"");
    row("unsorted environment", R"(("a","1"))", R"(("c","1"))");
    row("variable twice", R"(("a","1"))", R"(("b","1"))");
    row("unsorted outputs of an input", R"(["dev","out"])", R"(["out","dev"])");
    row("input that is no derivation", "-source.drv", "-source");
    row("input in another store", "/nix/store/gl5", "/gnu/store/gl5");
    row("bad source", "wzkc4", "WZKC4");
    row("comma at a list's end", R"(("b","")])", R"(("b",""),])");
    row("hash without its kind", R"(-mid","",""))", R"(-mid","","00"))");
    row("path of a floating output", R"(-mid","",""))", R"(-mid","sha256",""))");
}

void DerivationTest::brokenDerivationsAreRefused()
{
    QFETCH(QByteArray, text);
    const auto derivation = readDerivation(text);
    QVERIFY(!derivation);
    QCOMPARE(derivation.error().kind, ProblemKind::Malformed);
}

void DerivationTest::dynamicDerivationsAreUnsupported()
{
    QCOMPARE(readDerivation(R"(DrvWithVersion("xp-dyn-drv",[]))").error().kind, ProblemKind::Unsupported);
}

void DerivationTest::outputKindsAreRecognised()
{
    const auto kind = [](QByteArrayView output) {
        auto text = small;
        const auto read = readDerivation(
            text.replace(R"("/nix/store/9wmgsy3mdj8cn6igp46g9a8x605wzw9m-mid","","")", output.toByteArray()));
        return read ? std::optional(read->outputs.begin()->second.kind) : std::nullopt;
    };
    QCOMPARE(kind(R"("/nix/store/9wmgsy3mdj8cn6igp46g9a8x605wzw9m-mid","","")"), OutputKind::InputAddressed);
    QCOMPARE(kind(R"("/nix/store/9wmgsy3mdj8cn6igp46g9a8x605wzw9m-mid","r:sha256","00")"), OutputKind::FixedOutput);
    QCOMPARE(kind(R"("","r:sha256","")"), OutputKind::Floating);
    QCOMPARE(kind(R"("","","")"), OutputKind::Deferred);
    QCOMPARE(kind(R"("","r:sha256","impure")"), OutputKind::Impure);
}

// CHECK.txt says of each: the path of the .drv and of its outputs as Nix 2.8 made them.
void DerivationTest::aClosureThatNixMadeIsRecomputed()
{
    const auto files = localClosure();
    if (files.empty())
        QSKIP("The shared samples are not here: nothing was checked.");
    DerivationCloser closer(loaderOf(files));
    for (const auto &[name, bytes] : files) {
        const auto check = closer.check(*StorePath::fromBaseName(name));
        QVERIFY2(check, qPrintable(check ? QString() : describe(check.error())));
        QVERIFY2(check->holds(), name.constData());
        const auto derivation = readDerivation(bytes);
        QCOMPARE(writeDerivation(*derivation), bytes);
    }
    QCOMPARE(closer.size(), qsizetype(files.size()));
    QVERIFY(closer.misnamed().empty());
}

void DerivationTest::emptiedOutputsAreCompletedAsNixDid()
{
    const auto files = localClosure();
    if (files.empty())
        QSKIP("The shared samples are not here: nothing was checked.");
    DerivationCloser closer(loaderOf(files));
    for (const auto &[name, bytes] : files) {
        const auto path = *StorePath::fromBaseName(name);
        QVERIFY(closer.check(path));
        auto derivation = *readDerivation(bytes);
        for (auto &[output, value] : derivation.outputs) {
            value.path.reset();
            derivation.environment[output].clear();
        }
        const auto complete = withOutputPaths(derivation, derivationName(path), closer.hashes());
        QVERIFY(complete);
        QCOMPARE(writeDerivation(*complete), bytes);
    }
}

void DerivationTest::aChangedDerivationNeitherKeepsItsNameNorItsOutputs()
{
    auto files = localClosure();
    if (files.empty())
        QSKIP("The shared samples are not here: nothing was checked.");
    auto &libfoo = files["l2n80n5pqcc8xv6snz0hrisvrarmdrz6-libfoo-1.0.drv"];
    libfoo.replace("\"-e\"", "\"-x\"");
    DerivationCloser closer(loaderOf(files));
    const auto changed = closer.check(*StorePath::fromBaseName("l2n80n5pqcc8xv6snz0hrisvrarmdrz6-libfoo-1.0.drv"));
    QVERIFY(changed);
    QVERIFY(changed->computedPath != changed->path);
    QVERIFY(!changed->outputs[0].agrees());
    const auto dependent = closer.check(*StorePath::fromBaseName("gs69lx0pabjykjfc39cjixs1k24dsyfv-hello-2.12.drv"));
    QVERIFY(dependent);
    QVERIFY(!dependent->inputsHold && !dependent->holds());
    QCOMPARE(closer.misnamed().size(), 1u);
}

void DerivationTest::aMissingInputIsNamed()
{
    auto files = localClosure();
    if (files.empty())
        QSKIP("The shared samples are not here: nothing was checked.");
    files.erase("1rzi78ryskx60yfv3xh226cmr27vfhrm-mid.drv");
    DerivationCloser closer(loaderOf(files));
    const auto check = closer.check(*StorePath::fromBaseName("gs69lx0pabjykjfc39cjixs1k24dsyfv-hello-2.12.drv"));
    QVERIFY(!check);
    QCOMPARE(check.error().kind, ProblemKind::NotFound);
    QVERIFY(check.error().where.contains(u"1rzi78ryskx60yfv3xh226cmr27vfhrm-mid.drv"));
}

void DerivationTest::aDerivationThatDependsOnItselfEnds()
{
    const Files files{{"00000000000000000000000000000000-a.drv",
        R"(Derive([("out","","","")],[("/nix/store/00000000000000000000000000000000-a.drv",["out"])],[],"","",[],[]))"}};
    DerivationCloser closer(loaderOf(files));
    QCOMPARE(closer.check(*StorePath::fromBaseName("00000000000000000000000000000000-a.drv")).error().kind,
        ProblemKind::Malformed);
}

void DerivationTest::aDeepClosureNeedsNoStack()
{
    Files files;
    DerivationCloser maker(loaderOf(files));
    std::vector<StorePath> paths;
    for (int i = 0; i < 5'000; ++i)
        paths.push_back(add(files, maker, "n" + QByteArray::number(i),
            paths.empty() ? std::vector<StorePath>() : std::vector{paths.back()}));
    DerivationCloser closer(loaderOf(files));
    const auto check = closer.check(paths.back());
    QVERIFY(check);
    QVERIFY(check->holds());
    QCOMPARE(closer.size(), 5'000);
}

void DerivationTest::anInputThatFloatsDefersItsDependents()
{
    Files files;
    const auto floating
        = R"(Derive([("out","","r:sha256","")],[],[],"x","/bin/sh",[],[("out","/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9")]))"_ba;
    const auto path = *derivationPath(*readDerivation(floating), floating, "f");
    files[path.baseName()] = floating;
    DerivationCloser closer(loaderOf(files));
    const auto check = closer.check(path);
    QVERIFY(check && check->holds());
    QCOMPARE(check->outputs[0].kind, OutputKind::Floating);
    const auto top = add(files, closer, "top", {path});
    const auto topCheck = closer.check(top);
    QVERIFY(topCheck && topCheck->holds());
    QVERIFY(!topCheck->outputs[0].computed);
}

// What Nix does for a self reference: NULs in its place; Nix 2.8 adds the offsets at the end.
void DerivationTest::selfReferencesAreHashedAsZeros()
{
    const auto part = "8qmm4zkfs03js9prrq8164zzy2fgymis"_ba;
    const auto text = "xx" + part + part + "yyy" + part.chopped(1) + "z" + part;
    const auto zeros = QByteArray(32, '\0');
    const auto masked = "xx" + zeros + zeros + "yyy" + part.chopped(1) + "z" + zeros;
    const SelfReferenceHashes expected{.masked = hashOf(masked), .withOffsets = hashOf(masked + "|2|34|101")};
    for (qsizetype step : {1, 7, 31, 32, 33, 1000}) {
        SelfReferenceHasher hasher(HashAlgorithm::Sha256, part);
        for (qsizetype at = 0; at < text.size(); at += step)
            hasher.add(QByteArrayView(text).sliced(at, qMin(step, text.size() - at)));
        QCOMPARE(hasher.finish(), expected);
    }
    SelfReferenceHasher plain(HashAlgorithm::Sha256, {});
    plain.add(text);
    QCOMPARE(plain.finish(), (SelfReferenceHashes{.masked = hashOf(text), .withOffsets = hashOf(text)}));
}

void DerivationTest::cacheInfoIsReadAsNixReadsIt()
{
    const auto info = readCacheInfo("StoreDir: /nix/store\nWantMassQuery: 1\nPriority:  40 \nnonsense\nOther: x");
    QCOMPARE(info, (CacheInfo{.storeDir = "/nix/store"_ba, .wantMassQuery = true, .priority = 40}));
    QVERIFY(readCacheInfo("")->isFor());
    QVERIFY(!readCacheInfo("StoreDir: /gnu/store")->isFor());
    QVERIFY(!readCacheInfo("Priority: many")->priority);
}

QTEST_APPLESS_MAIN(DerivationTest)
#include "derivation_test.moc"
