// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/outline.h"

#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

QString printed(const std::vector<Phase> &phases)
{
    QStringList lines;
    for (const auto &phase : phases)
        lines << u"%1 %2-%3%4"_s.arg(phase.name)
                     .arg(phase.begin.value)
                     .arg(phase.end.value)
                     .arg(phase.seconds ? u" %1 s"_s.arg(*phase.seconds) : QString());
    return lines.join(u'\n');
}

} // namespace

class OutlineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void phasesInBothSpellingsAndTheirTimes()
    {
        const MemoryBytes bytes("building '/nix/store/x.drv'\n"
                                "@nix { \"action\": \"setPhase\", \"phase\": \"unpackPhase\" }\n"
                                "Running phase: unpackPhase\n"
                                "unpacking source archive\n"
                                "\x1b[0mRunning phase: buildPhase\x1b[0m\n"
                                "the phase: nothing\n"
                                "buildPhase completed in 1 minutes 3 seconds\n"
                                "hello> Running phase: checkPhase\n"
                                "I am not unning phase: x\n"
                                "ok"_ba);
        LineIndex index;
        QVERIFY(index.extend(bytes));
        OutlineScanner scanner;
        QVERIFY(scanner.extend(bytes, index, true));
        QCOMPARE(printed(scanner.phases()), u" 0-1\nunpackPhase 1-4\nbuildPhase 4-7 63 s\ncheckPhase 7-10"_s);
    }

    void aGrowingLogGivesTheSameOutline()
    {
        QByteArray log;
        for (int i = 0; i < 300; ++i)
            log += "Running phase: phase" + QByteArray::number(i) + '\n' + QByteArray(i * 37, 'x') + "\n\n";
        OutlineScanner grown;
        LineIndex index;
        for (qsizetype size = 1000; size < log.size() + 1000; size += 1000) {
            const MemoryBytes part(log.first(qMin(size, log.size())));
            QVERIFY(index.extend(part));
            QVERIFY(grown.extend(part, index, size >= log.size()));
        }
        LineIndex all;
        const MemoryBytes bytes(log);
        QVERIFY(all.extend(bytes));
        OutlineScanner whole;
        QVERIFY(whole.extend(bytes, all, true));
        QCOMPARE(whole.phases().size(), 300u);
        QVERIFY(whole.phases() == grown.phases());
        QCOMPARE(whole.phases()[1].begin.value, 3);
    }

    void eventsAreReadAndBrokenOnesAreNot()
    {
        QVERIFY((readNixEvent("@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"hello\"}")
            == NixEvent{NixEvent::Kind::Message, u"hello"_s}));
        QVERIFY(readNixEvent("@nix {broken")->kind == NixEvent::Kind::Other);
        QVERIFY(!readNixEvent("say @nix {}"));
        QVERIFY(!phaseBegun("@nix {\"action\":\"setPhase\"}"));
    }
};

QTEST_APPLESS_MAIN(OutlineTest)
#include "outline_test.moc"
