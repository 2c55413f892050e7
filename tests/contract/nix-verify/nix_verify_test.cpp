// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/decoder.h"
#include "support/tool.h"
#include "unit/verify/verifyhelp.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;
using nix::Verdict;

namespace {

const auto keyA = nix::secretKeyFromSeed("test-a-1", QByteArray(32, 'a')).value();
const auto keyB = nix::secretKeyFromSeed("test-b-1", QByteArray(32, 'b')).value();
const auto stranger = nix::secretKeyFromSeed("stranger-1", QByteArray(32, 's')).value();

enum Path { Lib, App, Fixed };

QByteArray readFile(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeFile(const QString &name, const QByteArray &bytes)
{
    QFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(name));
}

/// One path of a cache folder, to be changed.
struct Entry {
    QString folder;
    QByteArray storeDir;
    nix::StorePath path;

    [[nodiscard]] QString file() const
    {
        return folder + u'/' + QString::fromLatin1(path.hashPart().toByteArray()) + u".narinfo"_s;
    }
    [[nodiscard]] QByteArray text() const { return readFile(file()); }
    [[nodiscard]] nix::NarInfo info() const { return nix::readNarInfo(text(), storeDir).value().info; }
    [[nodiscard]] QString narFile() const { return folder + u'/' + QString::fromUtf8(info().url); }
    void put(const QByteArray &text) const { writeFile(file(), text); }
    void put(nix::NarInfo info) const { put(nix::writeNarInfo(info)); }
    void putSigned(nix::NarInfo info) const
    {
        info.signatures = {nix::sign(nix::fingerprint(info), keyA).text()};
        put(info);
    }
    /// Other contents, with everything that depends on them made to match.
    void putNar(nix::NarInfo info, const QByteArray &nar, bool isSigned) const
    {
        const auto file = nix::compress(nar, nix::Compression::Xz).value();
        info.url = "nar/" + hashOf(file).nix32() + ".nar.xz";
        info.fileHash = hashOf(file);
        info.fileSize = quint64(file.size());
        info.narHash = hashOf(nar);
        info.narSize = quint64(nar.size());
        writeFile(folder + u'/' + QString::fromUtf8(info.url), file);
        info.signatures.clear();
        isSigned ? putSigned(info) : put(info);
    }
    [[nodiscard]] QByteArray nar() const
    {
        return nix::decompress(readFile(narFile()), nix::Compression::Xz, {.output = 1'000'000}).value();
    }
};

using Change = std::function<void(const Entry &)>;

/// A way to tamper, and how the two must answer: with contents, then signatures only.
struct Variant {
    const char *name;
    Path path;
    Change change;
    bool nixAccepts;
    bool nixAcceptsSignatures;
    bool weAccept;
    bool weAcceptSignatures;
    const char *why = ""; ///< of a difference
};

/// Each writes through Entry; none reads what another wrote.
std::vector<Variant> variants()
{
    return {
        {"untouched", App, [](const Entry &) {}, true, true, true, true},
        {"NarHash changed", App,
            [](const Entry &e) {
                auto i = e.info();
                i.narHash = hashOf("x");
                e.put(i);
            },
            false, false, false, false},
        {"NarSize changed", App,
            [](const Entry &e) {
                auto i = e.info();
                i.narSize += 8;
                e.put(i);
            },
            false, false, false, false},
        {"NarSize changed and signed", App,
            [](const Entry &e) {
                auto i = e.info();
                i.narSize += 8;
                e.putSigned(i);
            },
            true, true, false, true, "nix store verify compares no NarSize; nix copy does"},
        {"reference added", Lib,
            [](const Entry &e) {
                auto i = e.info();
                i.references.push_back(i.path);
                e.put(i);
            },
            false, false, false, false},
        {"references dropped", App,
            [](const Entry &e) {
                auto i = e.info();
                i.references.clear();
                e.put(i);
            },
            false, false, false, false},
        {"references dropped and signed", App,
            [](const Entry &e) {
                auto i = e.info();
                i.references.clear();
                e.putSigned(i);
            },
            true, true, false, true, "nix scans for references after a build only"},
        {"deriver changed", App,
            [](const Entry &e) {
                auto i = e.info();
                i.deriver.reset();
                e.put(i);
            },
            true, true, true, true},
        {"no signature", App,
            [](const Entry &e) {
                auto i = e.info();
                i.signatures.clear();
                e.put(i);
            },
            false, false, false, false},
        {"signed by a stranger", App,
            [](const Entry &e) {
                auto i = e.info();
                i.signatures = {nix::sign(nix::fingerprint(i), stranger).text()};
                e.put(i);
            },
            false, false, false, false},
        {"signature of another path", App,
            [](const Entry &e) {
                auto i = e.info();
                i.signatures = {nix::sign("1;other", keyA).text()};
                e.put(i);
            },
            false, false, false, false},
        {"a bad signature beside the good one", App,
            [](const Entry &e) {
                auto i = e.info();
                i.signatures.prepend(nix::sign("1;other", keyA).text());
                e.put(i);
            },
            true, true, true, true},
        {"a byte of the file changed", App,
            [](const Entry &e) {
                auto f = readFile(e.narFile());
                f[f.size() / 2] = char(f[f.size() / 2] ^ 1);
                writeFile(e.narFile(), f);
            },
            false, true, false, true},
        {"file cut", App,
            [](const Entry &e) {
                const auto f = readFile(e.narFile());
                writeFile(e.narFile(), f.chopped(12));
            },
            false, true, false, true},
        {"file gone", App, [](const Entry &e) { QFile::remove(e.narFile()); }, false, true, false, true},
        {"another NAR under its name", App,
            [](const Entry &e) {
                writeFile(e.narFile(),
                    nix::compress(nix::writeNar(nix::NarTree::file("other")), nix::Compression::Xz).value());
            },
            false, true, false, true},
        {"URL of another NAR", App,
            [](const Entry &e) {
                auto i = e.info();
                const auto file
                    = nix::compress(nix::writeNar(nix::NarTree::file("other")), nix::Compression::Xz).value();
                i.url = "nar/" + hashOf(file).nix32() + ".nar.xz";
                writeFile(e.folder + u'/' + QString::fromUtf8(i.url), file);
                e.put(i);
            },
            false, true, false, false, "the URL's name is neither FileHash nor NarHash: known without a download"},
        {"FileSize changed", App,
            [](const Entry &e) {
                auto i = e.info();
                *i.fileSize += 1;
                e.put(i);
            },
            true, true, false, true, "nix uses FileSize for progress only"},
        {"no FileHash, no FileSize", App,
            [](const Entry &e) {
                auto i = e.info();
                i.fileHash.reset();
                i.fileSize.reset();
                e.put(i);
            },
            true, true, true, true},
        {"bytes behind the archive, signed", App,
            [](const Entry &e) { e.putNar(e.info(), e.nar() + QByteArray(8, '\0'), true); }, true, true, false, true,
            "nix store verify hashes and does not parse"},
        {"no archive at all, signed", Lib, [](const Entry &e) { e.putNar(e.info(), "no archive", true); }, true, true,
            false, true, "nix store verify hashes and does not parse"},
        {"Compression: xz on plain bytes", App, [](const Entry &e) { writeFile(e.narFile(), e.nar()); }, false, true,
            false, true},
        {"CRLF", App,
            [](const Entry &e) {
                auto t = e.text();
                e.put(t.replace("\n", "\r\n"));
            },
            false, false, false, false},
        {"blank line at the end", App, [](const Entry &e) { e.put(e.text() + '\n'); }, false, false, false, false},
        {"NarSize: 0", App,
            [](const Entry &e) {
                auto t = e.text();
                const auto at = t.indexOf("NarSize: ") + 9;
                e.put(t.replace(at, t.indexOf('\n', at) - at, "0"));
            },
            false, false, false, false},
        {"another name", App,
            [](const Entry &e) {
                auto t = e.text();
                e.put(t.replace("app-2.0\nURL", "app-2.1\nURL"));
            },
            false, false, false, false},
        {"narinfo gone", App, [](const Entry &e) { QFile::remove(e.file()); }, false, false, false, false},
        {"unknown field", App, [](const Entry &e) { e.put(e.text() + "X-Foo: bar\n"); }, true, true, true, true},
        {"content-addressed, unsigned", Fixed,
            [](const Entry &e) {
                auto i = e.info();
                i.signatures.clear();
                e.put(i);
            },
            true, true, true, true},
        {"content-addressed, other contents", Fixed,
            [](const Entry &e) { e.putNar(e.info(), nix::writeNar(nix::NarTree::file("forged")), false); }, true, true,
            false, true, "nix store verify compares the CA field with the path, not with the contents"},
        {"CA field changed, signed", Fixed,
            [](const Entry &e) {
                auto i = e.info();
                i.contentAddress->hash = hashOf("y");
                e.putSigned(i);
            },
            true, true, false, false, "nix warns; the CA field is not signed"},
    };
}

} // namespace

/// Caches that the real Nix makes, changed in every way that we could think of: the same question to both.
class NixVerifyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyCompressionIsAcceptedByBoth();
    void bothCountKeysAlike();
    void tamperingIsJudgedAlikeOrForAReason();

private:
    struct Answers {
        bool nix;
        bool ours;
        QString told;
    };
    [[nodiscard]] Answers ask(const QString &folder, const nix::StorePath &path, bool contents,
        const QList<nix::SecretKey> &keys, int needed = 1);
    [[nodiscard]] bool nixAccepts(const QString &folder, const nix::StorePath &path, bool contents,
        const QList<nix::SecretKey> &keys, int needed, QString *told);
    [[nodiscard]] QString copied(const QString &name);

    NixStore m_store;
    VerifyBench m_bench;
    std::vector<nix::StorePath> m_paths;
};

void NixVerifyTest::initTestCase()
{
    if (!NixStore::isHere())
        QSKIP("nix is not here: nothing was checked.");
    const auto source = readFile(QStringLiteral(NARSCOPE_SOURCE_DIR) + u"/tests/contract/nix-verify/paths.nix"_s);
    m_store.writeFile(u"paths.nix"_s, source);
    const auto built = m_store.run(u"nix-build"_s, {u"--no-out-link"_s, u"paths.nix"_s});
    QVERIFY2(built.code == 0, built.err.constData());
    const auto storeDir = m_store.storeDir().toUtf8();
    for (const auto &line : built.line().split('\n'))
        m_paths.push_back(nix::StorePath::fromText(line, storeDir).value());
    QCOMPARE(m_paths.size(), size_t(3));
    m_store.writeFile(u"a.sec"_s, keyA.text());
    m_store.writeFile(u"b.sec"_s, keyB.text());
    const auto all = built.line().split('\n');
    for (const auto &line : all)
        QCOMPARE(m_store.run(u"nix"_s, {u"store"_s, u"sign"_s, u"-k"_s, u"a.sec"_s, QString::fromUtf8(line)}).code, 0);
    QCOMPARE(m_store.run(u"nix"_s, {u"store"_s, u"sign"_s, u"-k"_s, u"b.sec"_s, QString::fromUtf8(all[App])}).code, 0);
    for (const auto &compression : {u"none"_s, u"xz"_s, u"zstd"_s, u"bzip2"_s, u"gzip"_s, u"br"_s, u"lz4"_s}) {
        QStringList words{u"copy"_s, u"--to"_s, u"file://%1/%2?compression=%2"_s.arg(m_store.root(), compression)};
        for (const auto &line : all)
            words << QString::fromUtf8(line);
        const auto copy = m_store.run(u"nix"_s, words);
        QVERIFY2(copy.code == 0, copy.err.constData());
    }
}

bool NixVerifyTest::nixAccepts(const QString &folder, const nix::StorePath &path, bool contents,
    const QList<nix::SecretKey> &keys, int needed, QString *told)
{
    QStringList texts;
    for (const auto &key : keys)
        texts << QString::fromUtf8(key.publicKey().text());
    QStringList words{u"store"_s, u"verify"_s, u"--store"_s, u"file://"_s + folder, u"--option"_s,
        u"trusted-public-keys"_s, texts.join(u' ')};
    if (needed > 1)
        words << u"--sigs-needed"_s << QString::number(needed);
    if (!contents)
        words << u"--no-contents"_s;
    const auto run = m_store.run(u"nix"_s, words << QString::fromUtf8(path.text()));
    *told = QString::fromUtf8(run.err).trimmed().section(u'\n', -1).left(90);
    return run.code == 0;
}

NixVerifyTest::Answers NixVerifyTest::ask(
    const QString &folder, const nix::StorePath &path, bool contents, const QList<nix::SecretKey> &keys, int needed)
{
    QList<nix::PublicKey> publicKeys;
    for (const auto &key : keys)
        publicKeys << key.publicKey();
    auto options = optionsWith(publicKeys, contents ? nix::Depth::References : nix::Depth::Signature);
    options.trust.policy.threshold = needed;
    options.trust.storeDir = m_store.storeDir().toUtf8();
    nix::VerifyTarget target;
    target.text = QString::fromUtf8(path.text());
    target.question = {.hashPart = path.hashPart().toByteArray(), .path = path};
    const auto report = m_bench.run({folder}, {target}, options).at(0);
    Answers answers{.nix = false, .ours = report.verdict == Verdict::Holds, .told = {}};
    answers.nix = nixAccepts(folder, path, contents, keys, needed, &answers.told);
    if (answers.ours != answers.nix)
        answers.told += u" | ours: "_s + printed(report);
    return answers;
}

QString NixVerifyTest::copied(const QString &name)
{
    const auto folder = m_store.root() + u'/' + name;
    runTool(u"cp"_s, {u"-r"_s, m_store.root() + u"/xz"_s, folder});
    return folder;
}

void NixVerifyTest::everyCompressionIsAcceptedByBoth()
{
    for (const auto &compression : {u"none"_s, u"xz"_s, u"zstd"_s, u"bzip2"_s, u"gzip"_s, u"br"_s, u"lz4"_s}) {
        for (const auto &path : m_paths) {
            const auto answers = ask(m_store.root() + u'/' + compression, path, true, {keyA});
            QVERIFY2(answers.nix && answers.ours, qPrintable(compression + u": "_s + answers.told));
        }
    }
}

void NixVerifyTest::bothCountKeysAlike()
{
    const auto folder = m_store.root() + u"/xz"_s;
    const auto both = [&](Path path, const QList<nix::SecretKey> &keys, int needed) {
        const auto answers = ask(folder, m_paths[path], false, keys, needed);
        return answers.nix == answers.ours ? (answers.nix ? u"accept"_s : u"reject"_s) : u"differ: "_s + answers.told;
    };
    QCOMPARE(both(App, {keyA, keyB}, 2), u"accept"_s);
    QCOMPARE(both(Lib, {keyA, keyB}, 2), u"reject"_s);
    QCOMPARE(both(App, {keyB}, 1), u"accept"_s);
    QCOMPARE(both(Lib, {keyB}, 1), u"reject"_s);
    QCOMPARE(both(App, {}, 1), u"reject"_s);
    QCOMPARE(both(Fixed, {}, 1), u"accept"_s); // content-addressed
}

void NixVerifyTest::tamperingIsJudgedAlikeOrForAReason()
{
    const auto word = [](bool accepts) { return accepts ? "accept" : "reject"; };
    QStringList table{u"%1 %2 %3 %4 %5"_s.arg("variant"_L1, -38)
            .arg("nix"_L1, -8)
            .arg("ours"_L1, -8)
            .arg("nix sigs"_L1, -9)
            .arg("ours sigs"_L1)};
    QStringList wrong;
    int number = 0;
    for (const auto &variant : variants()) {
        const Entry entry{.folder = copied(u"t%1"_s.arg(++number)),
            .storeDir = m_store.storeDir().toUtf8(),
            .path = m_paths[variant.path]};
        variant.change(entry);
        const auto whole = ask(entry.folder, entry.path, true, {keyA});
        const auto signatures = ask(entry.folder, entry.path, false, {keyA});
        const auto name = QString::fromLatin1(variant.name);
        table << u"%1 %2 %3 %4 %5 %6"_s.arg(name, -38)
                     .arg(QLatin1StringView(word(whole.nix)), -8)
                     .arg(QLatin1StringView(word(whole.ours)), -8)
                     .arg(QLatin1StringView(word(signatures.nix)), -9)
                     .arg(QLatin1StringView(word(signatures.ours)), -10)
                     .arg(QLatin1StringView(variant.why));
        if (whole.nix != variant.nixAccepts || signatures.nix != variant.nixAcceptsSignatures)
            wrong << name + u": nix said "_s + whole.told + u"; "_s + signatures.told;
        if (whole.ours != variant.weAccept || signatures.ours != variant.weAcceptSignatures)
            wrong << name + u": we said otherwise; "_s + whole.told + u"; "_s + signatures.told;
        const bool differs
            = variant.nixAccepts != variant.weAccept || variant.nixAcceptsSignatures != variant.weAcceptSignatures;
        QVERIFY2(differs == (*variant.why != '\0'), variant.name);
        QVERIFY2(variant.nixAccepts || !variant.weAccept, "we never accept what nix rejects");
    }
    qInfo().noquote() << u'\n' + table.join(u'\n');
    QVERIFY2(wrong.isEmpty(), qPrintable(u'\n' + wrong.join(u'\n')));
}

QTEST_GUILESS_MAIN(NixVerifyTest)
#include "nix_verify_test.moc"
