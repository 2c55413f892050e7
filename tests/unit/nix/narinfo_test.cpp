// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/narinfo.h"

#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

const QByteArray good = "StorePath: /nix/store/00bgd045z0d4icpbc2yyz4gx48ak44la-net-tools-1.60\n"
                        "URL: nar/1094wph9z4nwlgvsd53abfz8i117ykiv5dwnq9nnhz846s7xqd7d.nar.xz\n"
                        "Compression: xz\n"
                        "FileHash: sha256:1094wph9z4nwlgvsd53abfz8i117ykiv5dwnq9nnhz846s7xqd7d\n"
                        "FileSize: 114980\n"
                        "NarHash: sha256:0lxjvvpr59c2mdram7ympy5ay741f180kv3349hvfc3f8nrmbqf6\n"
                        "NarSize: 464152\n"
                        "References: 7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-glibc-2.27\n"
                        "Deriver: 10dx1q4ivjb115y3h90mipaaz533nr0d-net-tools-1.60.drv\n"
                        "Sig: cache.example-1:AAAA\n"
                        "CA: fixed:r:sha1:vyxa86dl8l17nm1vcmcrd6kc9s2dyn42\n"_ba;

QByteArray changed(QByteArrayView from, QByteArrayView to)
{
    auto text = good;
    Q_ASSERT(text.contains(from));
    return text.replace(from.toByteArray(), to.toByteArray());
}

/// "kind@line subject" for each note.
QStringList notesOf(const QByteArray &text)
{
    const auto reading = readNarInfo(text);
    if (!reading)
        return {u"refused: "_s + reading.error().sentence + u' ' + reading.error().where};
    QStringList notes;
    for (const auto &note : reading->notes)
        notes.append(word(note.kind) + u'@' + QString::number(note.line) + u' ' + QString::fromUtf8(note.subject));
    return notes;
}

} // namespace

class NarInfoTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldIsRead()
    {
        const auto reading = readNarInfo(good);
        QVERIFY(reading);
        QVERIFY(reading->notes.empty());
        const auto &info = reading->info;
        QCOMPARE(info.path.name(), "net-tools-1.60");
        QCOMPARE(info.url, "nar/1094wph9z4nwlgvsd53abfz8i117ykiv5dwnq9nnhz846s7xqd7d.nar.xz");
        QCOMPARE(info.compression, "xz");
        QCOMPARE(info.fileSize, 114980u);
        QCOMPARE(info.narSize, 464152u);
        QCOMPARE(info.references.size(), 1u);
        QCOMPARE(info.deriver->name(), "net-tools-1.60.drv");
        QCOMPARE(info.signatures, QList{"cache.example-1:AAAA"_ba});
        QCOMPARE(info.contentAddress->method, ContentMethod::Recursive);
        QCOMPARE(writeNarInfo(info), good);
    }

    // Each row is a finding about the real Nix, numbered as in the reference on caches.
    void whatNixRejectsIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        const auto row
            = [](const char *name, const QByteArray &text, int line) { QTest::newRow(name) << text << line; };
        row("empty", "", 1);
        row("49 no line feed at the end", good.chopped(1), 11);
        row("50 blank line", changed("Compression", "\nCompression"), 3);
        row("51 blank line at the end", good + '\n', 12);
        row("line without a colon", changed("Compression", "hello\nCompression"), 3);
        row("a4 no space", changed("StorePath: ", "StorePath:"), 1);
        row("c0 References without its space",
            changed("References: 7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-glibc-2.27", "References:"), 8);
        row("48 CRLF", QByteArray(good).replace("\n", "\r\n"), 1);
        row("a9 BOM", "\xef\xbb\xbf" + good, 12);
        row("a3 key in lower case", changed("NarHash", "narhash"), 12);
        row("a6 space behind a number", changed("464152", "464152 "), 7);
        row("71 negative", changed("464152", "-1"), 7);
        row("74 letters", changed("464152", "12x"), 7);
        row("75 2^64", changed("464152", "18446744073709551616"), 7);
        row("plus alone", changed("464152", "+"), 7);
        row("two plus signs", changed("464152", "++1"), 7);
        row("69 zero", changed("464152", "0"), 12);
        row("FileSize not a number", changed("114980", "many"), 5);
        row("78 other store", changed("/nix/store", "/gnu/store"), 1);
        row("80 full path as reference", changed("7gx4", "/nix/store/7gx4"), 8);
        row("83 tab between references", changed("glibc-2.27", "glibc-2.27\t7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-a"), 8);
        row("85 bad deriver", changed("10dx1q4ivjb115y3h90mipaaz533nr0d-net-tools-1.60.drv", "garbage"), 9);
        row("c5 bad FileHash",
            changed("sha256:1094wph9z4nwlgvsd53abfz8i117ykiv5dwnq9nnhz846s7xqd7d\nFileSize", "abc\nFileSize"), 4);
        row("64 spare bits", changed("NarHash: sha256:0", "NarHash: sha256:2"), 6);
        row("66 no algorithm", changed("NarHash: sha256:", "NarHash: "), 6);
        row("97 CA twice", good + "CA: fixed:r:sha1:vyxa86dl8l17nm1vcmcrd6kc9s2dyn42\n", 12);
        row("98 CA syntax", changed("fixed:r:sha1:", "fixed:x:"), 11);
        row("CA in SRI",
            changed("fixed:r:sha1:vyxa86dl8l17nm1vcmcrd6kc9s2dyn42", "fixed:sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="), 11);
        row("55 References twice", good + "References: \n", 12);
        row("43 URL missing", changed("URL", "Url"), 12);
        row("URL empty", changed("nar/1094wph9z4nwlgvsd53abfz8i117ykiv5dwnq9nnhz846s7xqd7d.nar.xz", ""), 12);
        row("a2 NUL in a name", changed("net-tools-1.60\n", QByteArrayView("net\0tools\n", 10)), 1);
        row("colon at the very end", good + "Sig:", 12);
    }
    void whatNixRejectsIsRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        const auto reading = readNarInfo(text);
        QVERIFY(!reading);
        QCOMPARE(reading.error().kind, ProblemKind::Malformed);
        QCOMPARE(reading.error().where, u"line %1"_s.arg(line));
    }

    void whatNixReadsIsReadAndNoted_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("notes");
        const auto row = [](const char *name, const QByteArray &text, const QStringList &notes) {
            QTest::newRow(name) << text << notes;
        };
        row("no Compression", changed("Compression: xz\n", ""), {u"compression-assumed@0 Compression"_s});
        row("empty Compression", changed("Compression: xz", "Compression: "), {u"compression-assumed@3 Compression"_s});
        row("45 unknown compression", changed("Compression: xz", "Compression: foo"), {u"compression-unknown@3 foo"_s});
        row("72 plus sign", changed("464152", "+464152"), {u"number-spelling@7 NarSize"_s});
        row("73 leading zeros", changed("464152", "000464152"), {u"number-spelling@7 NarSize"_s});
        row("52 NarSize twice", good + "NarSize: 464152\n", {u"repeated-field@12 NarSize"_s});
        row("56 References again after an empty one", changed("References", "References: \nReferences"),
            {u"repeated-field@9 References"_s});
        row("unknown key", good + "System: x\n", {u"unknown-field@12 System"_s});
        row("23 empty Sig", good + "Sig: \n", {u"signature-malformed@12 "_s});
        row("82 several spaces", changed("References: ", "References:   "), {});
        row("84 unknown deriver", changed("10dx1q4ivjb115y3h90mipaaz533nr0d-net-tools-1.60.drv", "unknown-deriver"),
            {});
        row("96 empty CA", changed("fixed:r:sha1:vyxa86dl8l17nm1vcmcrd6kc9s2dyn42", ""), {});
        row("08 unsorted references", changed("7gx4", "zgx4kiv5m0i7d7qkixq2cwzbr10lvxwc-a 7gx4"),
            {u"references-unsorted@8 References"_s});
        row("09 repeated reference", changed("glibc-2.27", "glibc-2.27 7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-glibc-2.27"),
            {u"references-repeated@8 References"_s});
        row("60 base 16",
            changed("sha256:0lxjvvpr59c2mdram7ympy5ay741f180kv3349hvfc3f8nrmbqf6",
                "sha256:c6dd56ba1a3a06df2e03cb87d8a13d5dcb5a7fb72cee51af4be4e28a71e0b0a5"),
            {u"hash-spelling@6 NarHash"_s});
    }
    void whatNixReadsIsReadAndNoted()
    {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, notes);
        QCOMPARE(notesOf(text), notes);
        const auto info = readNarInfo(text)->info;
        QCOMPARE(readNarInfo(writeNarInfo(info))->info, info);
    }

    void lastOfTwoCounts()
    {
        QCOMPARE(readNarInfo(good + "NarSize: 7\nURL: x\n")->info.narSize, 7u);
        QCOMPARE(readNarInfo(good + "NarSize: 7\nURL: x\n")->info.url, "x");
    }

    void fingerprintIsThatOfTheDefinition()
    {
        auto info = readNarInfo(changed("7gx4", "zgx4kiv5m0i7d7qkixq2cwzbr10lvxwc-a 7gx4"))->info;
        QCOMPARE(fingerprint(info),
            "1;/nix/store/00bgd045z0d4icpbc2yyz4gx48ak44la-net-tools-1.60;"
            "sha256:0lxjvvpr59c2mdram7ympy5ay741f180kv3349hvfc3f8nrmbqf6;464152;"
            "/nix/store/7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-glibc-2.27,/nix/store/"
            "zgx4kiv5m0i7d7qkixq2cwzbr10lvxwc-a");
        info.references.clear();
        QVERIFY(fingerprint(info).endsWith(";464152;"));
    }

    void narHashOtherThanSha256IsUnsupported()
    {
        const auto reading = readNarInfo(changed(
            "sha256:0lxjvvpr59c2mdram7ympy5ay741f180kv3349hvfc3f8nrmbqf6", "sha1:vyxa86dl8l17nm1vcmcrd6kc9s2dyn42"));
        QVERIFY(!reading);
        QCOMPARE(reading.error().kind, ProblemKind::Unsupported);
    }

    void longReferencesPassAndLargeFilesDoNot()
    {
        QByteArray references;
        for (int i = 0; i < 5000; ++i)
            references += "7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-n" + QByteArray::number(i) + ' ';
        const auto reading = readNarInfo(changed("7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-glibc-2.27", references));
        QVERIFY(reading);
        QCOMPARE(reading->info.references.size(), 5000u);
        QCOMPARE(readNarInfo(QByteArray(maxNarInfoSize + 1, ' ')).error().kind, ProblemKind::TooLarge);
    }
};

QTEST_APPLESS_MAIN(NarInfoTest)
#include "narinfo_test.moc"
