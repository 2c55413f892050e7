// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/escapes.h"

#include <QRandomGenerator>
#include <QTest>

using namespace narscope::log;
using namespace Qt::StringLiterals;

class EscapesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatABackspaceTakesAwayHasNoStyleAndNoLink()
    {
        const auto cooked = cook("a\x1b[31mb\x1b]8;;https://x\x1b\\cd\x1b]8;;\x1b\\\x1b[m\b\b\b");
        QCOMPARE(cooked.text, u"a"_s);
        QVERIFY(cooked.links.empty());
        for (const auto &span : cooked.spans)
            QVERIFY(span.begin <= cooked.text.size());
        const auto written = cook("abc\x1b[31m\b\bX");
        QCOMPARE(written.text, u"aX"_s);
        QCOMPARE(written.spans.back().begin, 1);
        QCOMPARE(written.spans.back().style.foreground.index, quint8(1));
    }

    void visibleTextIsWhatATerminalLeaves_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("seen");
        // GCC's own coloured diagnostic: the words stand apart in the bytes only.
        QTest::newRow("gcc") << "\x1b[01m\x1b[Ka.c:1:3:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kno"_ba
                             << "a.c:1:3: error: no"_ba;
        QTest::newRow("link ended by ST") << "\x1b]8;;https://e.org/W\x1b\\-Wall\x1b]8;;\x1b\\!"_ba << "-Wall!"_ba;
        QTest::newRow("title ended by BEL") << "\x1b]0;title\atext"_ba << "text"_ba;
        QTest::newRow("progress") << "10%\r50%\r100%\n"_ba << "100%\n"_ba;
        QTest::newRow("progress, shorter at last") << "downloading\rdone\n"_ba << "done\n"_ba;
        QTest::newRow("DOS line end") << "text\r\nmore\r\n"_ba << "text\nmore\n"_ba;
        QTest::newRow("return and erase before the end") << "text\r\x1b[K\n"_ba << "text\n"_ba;
        QTest::newRow("backspaces") << "ab\b\bcd\n"_ba << "cd\n"_ba;
        QTest::newRow("backspace over two bytes") << "\xc3\xa9\be"_ba << "e"_ba;
        QTest::newRow("backspace over half a character at a line's begin") << "a\n\x88\bx\n"_ba << "a\nx\n"_ba;
        QTest::newRow("unfinished at the line's end") << "a\x1b[31\nb"_ba << "a\nb"_ba;
        QTest::newRow("unfinished string at the line's end") << "a\x1b]8;;http\nb"_ba << "a\nb"_ba;
        QTest::newRow("character set") << "\x1b(Bplain"_ba << "plain"_ba;
        QTest::newRow("two escapes") << "\x1b\x1b[1mx"_ba << "x"_ba;
        QTest::newRow("NUL and bad bytes stay") << QByteArray("a\0b\xff", 4) << QByteArray("a\0b\xff", 4);
        QTest::newRow("return does not reach the line before") << "one\n\rtwo\n"_ba << "one\ntwo\n"_ba;
    }
    void visibleTextIsWhatATerminalLeaves()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, seen);
        QCOMPARE(visible(bytes), seen);
    }

    void stylesOfAllThreeKinds()
    {
        const auto line = cook("\x1b[1;31mred\x1b[0;38;5;208mpal\x1b[48;2;1;2;3mrgb\x1b[m.");
        QCOMPARE(line.text, u"redpalrgb."_s);
        const Colour red{.kind = Colour::Kind::Indexed, .index = 1};
        const Colour orange{.kind = Colour::Kind::Indexed, .index = 208};
        const Colour ground{Colour::Kind::Rgb, 1, 2, 3};
        TextStyle boldRed;
        boldRed.foreground = red;
        boldRed.bold = true;
        TextStyle onGround;
        onGround.foreground = orange;
        TextStyle withGround = onGround;
        withGround.background = ground;
        const std::vector<StyleSpan> spans{{0, boldRed}, {3, onGround}, {6, withGround}, {9, {}}};
        QVERIFY(line.spans == spans);
        QVERIFY(line.end == TextStyle{});
    }

    void aStyleGoesOnInTheNextLine()
    {
        const auto first = cook("\x1b[33mwarn");
        QVERIFY(first.end.foreground.index == 3);
        QVERIFY(cook("ing", first.end).spans.front().style == first.end);
        QVERIFY(styleAfter("\x1b[33mwarn", {}) == first.end);
    }

    void linksKeepTheirPlaceAndAddress()
    {
        const auto line = cook("see \x1b]8;id=1;https://nixos.org/a\x07that\x1b]8;;\x07.");
        QCOMPARE(line.text, u"see that."_s);
        const std::vector<LinkSpan> links{{4, 8, "https://nixos.org/a"_ba}};
        QVERIFY(line.links == links);
    }

    void controlsAndBadBytesAreShown()
    {
        QCOMPARE(cook(QByteArrayView("a\0b\x07\x7f", 5)).text, u"a\u2400b\u2407\u2421"_s);
        QCOMPARE(cook("a\xff\xfe z").text, u"a\ufffd\ufffd z"_s);
    }

    void progressCanBeUnfolded()
    {
        QVERIFY(cook("1%\r2%").isProgress);
        QCOMPARE(cook("1%\r2%").text, u"2%"_s);
        QCOMPARE(cook("1%\r2%", {}, true).text, u"1%\u240d2%"_s);
        QVERIFY(!cook("whole\r").isProgress);
    }

    /// What search looks at and what is drawn must be the same text, for any bytes.
    void searchedAndShownTextAgree()
    {
        QRandomGenerator random(11);
        const QList<QByteArray> parts{"word ", "\x1b[1m", "\x1b[", "\x1b", "\r", "\b", "\x1b]8;;https://x\x1b\\",
            "\x1b]", "\a", "31m", "\xc3\xa9", "é中", "\xf0\x9f\x98\x80", "\x1b(B", "x", ";", "\x1bM"};
        for (int round = 0; round < 20'000; ++round) {
            QByteArray line;
            for (int i = random.bounded(12); i > 0; --i)
                line += parts[random.bounded(parts.size())];
            const auto seen = cook(visible(line)).text;
            QVERIFY2(cook(line).text == seen, line.toPercentEncoding().constData());
        }
    }
};

QTEST_APPLESS_MAIN(EscapesTest)
#include "escapes_test.moc"
