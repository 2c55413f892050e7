// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/contentaddress.h"
#include "nix/derivation.h"
#include "nix/nar.h"
#include "nix/narcheck.h"
#include "nix/pathcompute.h"
#include "nix/refscan.h"
#include "support/tool.h"

#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

QByteArray sourceOf(const QString &name)
{
    QFile file(QStringLiteral(NARSCOPE_SOURCE_DIR "/tests/contract/nix/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class RealDerivationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyPathThatNixInstantiatedIsRecomputed();
    void emptiedOutputsGetThePathsThatNixGaveThem();
    void textsAndSourcesHaveThePathsThatNixGaveThem();
    void referencesOfBuildsAreThoseThatNixFound();
    void contentAddressedBuildsLieWhereTheirContentsSay();

private:
    [[nodiscard]] QByteArray storeDir() const { return m_store.storeDir().toUtf8(); }
    [[nodiscard]] StorePath storePath(const QByteArray &text) const { return *StorePath::fromText(text, storeDir()); }
    [[nodiscard]] QByteArray contents(const StorePath &path) const
    {
        QFile file(QString::fromUtf8(path.text()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    [[nodiscard]] DerivationCloser closer() const
    {
        return DerivationCloser(
            [this](const StorePath &path) -> Result<QByteArray> { return contents(path); }, storeDir());
    }
    [[nodiscard]] QByteArray dump(const QByteArray &path) const
    {
        return m_store.run(u"nix-store"_s, {u"--dump"_s, QString::fromUtf8(path)}).out;
    }
    /// The built outputs, by the name in the store path.
    [[nodiscard]] StorePath built(QByteArrayView name) const
    {
        for (const auto &path : m_built) {
            if (path.name() == name)
                return path;
        }
        qFatal("%s was not built", name.constData());
    }

    test::NixStore m_store;
    std::vector<StorePath> m_derivations;
    std::vector<StorePath> m_built;
};

void RealDerivationsTest::initTestCase()
{
    if (!test::NixStore::isHere())
        QSKIP("nix is not here: nothing was checked.");
    m_store.writeFile(u"src/a"_s, "hi\n", true);
    m_store.writeFile(u"src/sub/b"_s, "there\n");
    QFile::link(u"a"_s, m_store.root() + u"/src/l"_s);
    m_store.writeFile(u"plain"_s, "one file\n");
    for (const auto &name : {u"closure.nix"_s, u"builds.nix"_s})
        m_store.writeFile(name, sourceOf(name));
    const auto instantiated = m_store.run(u"nix-instantiate"_s, {u"closure.nix"_s});
    QVERIFY2(instantiated.code == 0, instantiated.err.constData());
    const auto build = m_store.run(u"nix-build"_s, {u"builds.nix"_s, u"--no-out-link"_s});
    QVERIFY2(build.code == 0, build.err.constData());
    for (const auto &line : build.line().split('\n'))
        m_built.push_back(storePath(line));
    for (const auto &name : QDir(m_store.storeDir()).entryList({u"*.drv"_s}))
        m_derivations.push_back(*StorePath::fromBaseName(name.toUtf8(), storeDir()));
    QVERIFY(m_derivations.size() >= 22);
}

void RealDerivationsTest::everyPathThatNixInstantiatedIsRecomputed()
{
    std::map<OutputKind, int> seen;
    auto closer = this->closer();
    for (const auto &path : m_derivations) {
        const auto check = closer.check(path);
        QVERIFY2(check, qPrintable(check ? QString() : describe(check.error())));
        QVERIFY2(check->holds(), path.text().constData());
        QCOMPARE(check->computedPath, path);
        for (const auto &output : check->outputs)
            ++seen[output.kind];
    }
    QVERIFY(closer.misnamed().empty());
    QVERIFY(seen[OutputKind::InputAddressed] >= 12 && seen[OutputKind::FixedOutput] == 5);
    QVERIFY(seen[OutputKind::Floating] >= 3 && seen[OutputKind::Deferred] == 2 && seen[OutputKind::Impure] == 1);
}

void RealDerivationsTest::emptiedOutputsGetThePathsThatNixGaveThem()
{
    auto closer = this->closer();
    for (const auto &path : m_derivations) {
        QVERIFY(closer.check(path));
        const auto bytes = contents(path);
        auto derivation = *readDerivation(bytes, storeDir());
        QCOMPARE(writeDerivation(derivation), bytes);
        if (derivation.environment.contains("__json"_ba))
            continue; // there the paths stand inside of one text
        for (auto &[output, value] : derivation.outputs) {
            if (value.path)
                derivation.environment[output].clear();
            value.path.reset();
        }
        const auto complete = withOutputPaths(derivation, derivationName(path), closer.hashes(), storeDir());
        QVERIFY2(complete, path.text().constData());
        QCOMPARE(writeDerivation(*complete), bytes);
    }
}

void RealDerivationsTest::textsAndSourcesHaveThePathsThatNixGaveThem()
{
    std::set<QByteArray> seen;
    for (const auto &name : QDir(m_store.storeDir()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot)) {
        const auto path = *StorePath::fromBaseName(name.toUtf8(), storeDir());
        if (path.name() == "note.txt")
            QCOMPARE(*textPath(contents(path), {}, path.name(), storeDir()), path);
        else if (path.name() == "refs.txt") {
            const auto text = contents(path);
            const std::array references{storePath(text.sliced(4).trimmed())};
            QCOMPARE(*textPath(text, references, path.name(), storeDir()), path);
        } else if (path.name() == "src" || path.name() == "plain" || path.name() == "filtered") {
            QCOMPARE(*sourcePath(hashOf(dump(path.text())), path.name(), storeDir()), path);
        } else
            continue;
        seen.insert(path.name().toByteArray());
    }
    QCOMPARE(seen.size(), 5u);
}

void RealDerivationsTest::referencesOfBuildsAreThoseThatNixFound()
{
    QSet<QByteArray> all;
    for (const auto &name : QDir(m_store.storeDir()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
        all.insert(name.left(32).toUtf8());
    int edges = 0;
    for (const auto &path : m_built) {
        NarCheckRequest request;
        request.wanted = all;
        request.storeDir = storeDir();
        const auto facts = checkNar(dump(path.text()), request);
        QVERIFY(!facts.form);
        QSet<QByteArray> expected;
        const auto lines
            = m_store.run(u"nix-store"_s, {u"-q"_s, u"--references"_s, QString::fromUtf8(path.text())}).line();
        for (const auto &line : lines.split('\n')) {
            if (!line.isEmpty())
                expected.insert(storePath(line).hashPart().toByteArray());
        }
        QCOMPARE(facts.found, expected);
        QVERIFY(facts.mentioned.isEmpty());
        edges += int(expected.size());
        QCOMPARE(facts.narHash.prefixedNix32(),
            m_store.run(u"nix-store"_s, {u"-q"_s, u"--hash"_s, QString::fromUtf8(path.text())}).line());
        QCOMPARE(QByteArray::number(quint64(facts.narSize)),
            m_store.run(u"nix-store"_s, {u"-q"_s, u"--size"_s, QString::fromUtf8(path.text())}).line());
    }
    QCOMPARE(edges, 4); // input: dep and itself; floating: the same
}

void RealDerivationsTest::contentAddressedBuildsLieWhereTheirContentsSay()
{
    const auto dep
        = *StorePath::fromBaseName(QDir(m_store.storeDir()).entryList({u"*-dep"_s}).value(0).toUtf8(), storeDir());
    const std::array references{dep};
    const auto floating = built("floating");
    SelfReferenceHasher hasher(HashAlgorithm::Sha256, floating.hashPart().toByteArray());
    hasher.add(dump(floating.text()));
    const auto hashes = hasher.finish();
    const auto path = [&](const Hash &hash) {
        return *contentAddressedPath(
            {.method = ContentMethod::Recursive, .hash = hash}, references, true, "floating", storeDir());
    };
    // Which of the two depends on the version of Nix.
    QVERIFY(path(hashes.masked) == floating || path(hashes.withOffsets) == floating);

    const auto flat = built("floating-flat");
    const ContentAddress address{.method = ContentMethod::Flat, .hash = hashOf("flat\n")};
    NarCheckRequest request;
    request.contentAddress = address;
    QCOMPARE(checkNar(dump(flat.text()), request).contentHash, address.hash);
    QCOMPARE(*contentAddressedPath(address, {}, false, "floating-flat", storeDir()), flat);
}

QTEST_APPLESS_MAIN(RealDerivationsTest)
#include "derivations_test.moc"
