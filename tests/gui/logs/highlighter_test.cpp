// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/highlighter.h"

#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

class HighlighterTest : public QObject {
    Q_OBJECT

    LogHighlighter m_highlighter;

    /// «[1!error:] text»: palette index, ! for bold, around what it colours.
    QString printed(const QString &line)
    {
        QString text;
        const auto spans = m_highlighter.highlight(line);
        qsizetype at = 0;
        for (size_t i = 0; i < spans.size(); ++i) {
            text += line.sliced(at, spans[i].begin - at);
            at = spans[i].begin;
            if (spans[i].style == log::TextStyle{})
                continue;
            const auto end = i + 1 < spans.size() ? spans[i + 1].begin : qint32(line.size());
            const bool coloured = spans[i].style.foreground.kind == log::Colour::Kind::Indexed;
            text += u'[' + (coloured ? QString::number(spans[i].style.foreground.index) : QString())
                + (spans[i].style.bold ? u"!"_s : QString()) + u'|' + line.sliced(at, end - at) + u']';
            at = end;
        }
        return text + line.sliced(at);
    }

private Q_SLOTS:
    void whatMattersInABuildLogStandsOut()
    {
        QCOMPARE(printed(u"a.c:12:3: error: no member"_s), u"[!|a.c:12:3]: [1!|error:] no member"_s);
        QCOMPARE(printed(u"gcc -c -o error.o src/error.c"_s), u"gcc -c -o error.o src/error.c"_s);
        QCOMPARE(printed(u"src/b.rs:4: warning: unused"_s), u"[!|src/b.rs:4]: [3!|warning:] unused"_s);
        QCOMPARE(printed(u"Running phase: buildPhase"_s), u"[!|Running phase: buildPhase]"_s);
        QCOMPARE(printed(u"[12/340] Linking"_s), u"[7|[12/340]] Linking"_s);
        QCOMPARE(printed(u"make: *** [Makefile:3: a.o] Error 1"_s), u"[1!|make: *** [Makefile:3: a.o] Error 1]"_s);
        QCOMPARE(printed(u"at /nix/store/0c1q8vyz5s1w5yk0l8m3jcn4q7rb2xfa-zlib-1.3/lib"_s),
            u"at [4|/nix/store/0c1q8vyz5s1w5yk0l8m3jcn4q7rb2xfa-zlib-1.3]/lib"_s);
    }

    void noLineColoursTheNextAndLongOnesAreCut()
    {
        printed(u"@nix {\"action\":\"msg\""_s);
        QCOMPARE(printed(u"plain words"_s), u"plain words"_s);
        const auto spans = m_highlighter.highlight(QString(5000, u'x') + u" error:"_s);
        QVERIFY(spans.empty());
    }
};

QTEST_GUILESS_MAIN(HighlighterTest)
#include "highlighter_test.moc"
