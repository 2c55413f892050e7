// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"
#include "nix/nar.h"

#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::nix;

namespace {

QByteArray contentsOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The first broken rule, or nothing. `step` bytes at a time.
std::optional<NarRule> brokenRule(QByteArrayView nar, qsizetype step)
{
    NarReader reader;
    for (qsizetype at = 0; at < nar.size(); at += step) {
        if (!reader.feed(nar.sliced(at, qMin(step, nar.size() - at))))
            return reader.brokenRule();
    }
    return reader.finish() ? std::nullopt : reader.brokenRule();
}

/// The index says «bad: ...» in its own words.
NarRule expectedRule(const QByteArray &words)
{
    static const QList<std::pair<QByteArray, NarRule>> rules{{"magic", NarRule::Magic}, {"too deep", NarRule::Depth},
        {"not sorted", NarRule::Order}, {"bad name", NarRule::Name}, {"string too long", NarRule::StringLength},
        {"non-zero padding", NarRule::Padding}, {"truncated", NarRule::Truncated}, {"trailing", NarRule::Trailing},
        {"bad target", NarRule::Target}, {"expected", NarRule::Field}};
    for (const auto &[word, rule] : rules) {
        if (words.contains(word))
            return rule;
    }
    qFatal("unknown words in the index: %s", words.constData());
}

/// A NAR text: strings as Nix writes them.
QByteArray strings(std::initializer_list<QByteArrayView> texts)
{
    QByteArray nar;
    for (const auto text : texts) {
        for (int i = 0; i < 8; ++i)
            nar.append(char((quint64(text.size()) >> (8 * i)) & 0xff));
        nar.append(text);
        nar.append((8 - text.size() % 8) % 8, '\0');
    }
    return nar;
}

NarTree smallTree()
{
    return NarTree::directory({{"bin", NarTree::directory({{"hello", NarTree::file("#!/bin/sh\n", true)}})},
        {"empty", NarTree::directory()}, {"link", NarTree::link("bin/hello")}, {"zero", NarTree::file({})}});
}

} // namespace

class NarReaderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachVectorBreaksTheRuleThatTheIndexNames();
    void theWriterWritesWhatTheGrammarSays();
    void aTreeWrittenAndReadIsTheSame();
    void everyPrefixOfAnArchiveIsTruncated();
    void offsetsAndSizesAreThoseOfTheArchive();
    void aProblemStaysAndNamesThePlace();
};

void NarReaderTest::eachVectorBreaksTheRuleThatTheIndexNames()
{
    const auto folder = QStringLiteral(NARSCOPE_SHARED_DIR "/vectors/nar/");
    const auto index = contentsOf(folder + u"index.tsv"_s);
    if (index.isEmpty())
        QSKIP("vectors/nar is not there");
    int good = 0, bad = 0;
    for (const auto &line : index.split('\n').mid(1)) {
        const auto fields = line.split('\t');
        if (fields.size() < 8)
            continue;
        const auto nar = contentsOf(folder + QString::fromUtf8(fields[0]));
        QCOMPARE(nar.size(), fields[1].toLongLong());
        QCOMPARE(hashOf(nar).nix32(), fields[2]);
        const bool fine = fields[7] == "ok";
        for (const auto step : {nar.size(), qsizetype(1), qsizetype(7), qsizetype(64)}) {
            const auto rule = brokenRule(nar, step);
            QVERIFY2(rule.has_value() != fine, fields[0].constData());
            if (rule)
                QCOMPARE(
                    fields[0] + ": " + word(*rule).toUtf8(), fields[0] + ": " + word(expectedRule(fields[7])).toUtf8());
        }
        ++(fine ? good : bad);
    }
    QCOMPARE(good, 20);
    QCOMPARE(bad, 47);
}

void NarReaderTest::theWriterWritesWhatTheGrammarSays()
{
    const auto expected = strings({"nix-archive-1", "(", "type", "directory", "entry", "(", "name", "a", "node", "(",
        "type", "regular", "executable", "", "contents", "12345678", ")", ")", "entry", "(", "name", "b", "node", "(",
        "type", "symlink", "target", "a", ")", ")", ")"});
    const auto tree = NarTree::directory({{"a", NarTree::file("12345678", true)}, {"b", NarTree::link("a")}});
    QCOMPARE(writeNar(tree), expected);
}

void NarReaderTest::aTreeWrittenAndReadIsTheSame()
{
    const auto read = readNarTree(writeNar(smallTree()));
    QVERIFY(read);
    QVERIFY(*read == smallTree());
}

void NarReaderTest::everyPrefixOfAnArchiveIsTruncated()
{
    const auto nar = writeNar(smallTree());
    for (qsizetype length = 0; length < nar.size(); ++length)
        QVERIFY(brokenRule(nar.first(length), 1 << 20) == NarRule::Truncated);
    QVERIFY(brokenRule(nar + '\0', 1 << 20) == NarRule::Trailing);
}

void NarReaderTest::offsetsAndSizesAreThoseOfTheArchive()
{
    class Files final : public NarEvents {
    public:
        void beginFile(QByteArrayView name, const NarFile &file) override { found.append({name.toByteArray(), file}); }
        QList<std::pair<QByteArray, NarFile>> found;
    };
    Files files;
    NarReader reader(&files);
    const auto nar = writeNar(smallTree());
    QVERIFY(reader.feed(nar) && reader.finish());
    QCOMPARE(files.found.size(), 2);
    const auto &[name, file] = files.found[0];
    QCOMPARE(name, "hello");
    QVERIFY(file.executable);
    QCOMPARE(nar.mid(qsizetype(file.offset), qsizetype(file.size)), "#!/bin/sh\n");
    // The contents of an archive that is one file start at byte 96 (cache.md 4.4).
    Files root;
    NarReader rootReader(&root);
    QVERIFY(rootReader.feed(writeNar(NarTree::file("x"))));
    QCOMPARE(root.found[0].second.offset, 96u);
}

void NarReaderTest::aProblemStaysAndNamesThePlace()
{
    NarReader reader;
    const auto nar = strings({"nix-archive-1", "(", "type", "directory", "entry", "(", "name", "b", "node", "(", "type",
        "directory", "entry", "(", "name", ".."});
    const auto fed = reader.feed(nar);
    QVERIFY(!fed);
    QCOMPARE(fed.error().where, u"byte 264, in /b/"_s);
    QCOMPARE(fed.error().detail, u"name"_s);
    QVERIFY(reader.feed("more").error() == fed.error());
    QVERIFY(reader.finish().error() == fed.error());
}

QTEST_GUILESS_MAIN(NarReaderTest)
#include "nar_reader_test.moc"
