// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/refscan.h"

#include <QRandomGenerator>
#include <QTest>

using namespace narscope;
using namespace narscope::nix;
using namespace Qt::StringLiterals;

namespace {

const QByteArray a = "00bgd045z0d4icpbc2yyz4gx48ak44la"_ba;
const QByteArray b = "8qmm4zkfs03js9prrq8164zzy2fgymis"_ba;
const QByteArray c = "n5glp21rsz314qssw9fbvfswgy3kc68f"_ba;

struct Seen {
    QSet<QByteArray> found;
    QSet<QByteArray> mentioned;

    bool operator==(const Seen &) const = default;
};

Seen scan(QByteArrayView text, QSet<QByteArray> wanted, qsizetype step = 1 << 20)
{
    ReferenceScanner scanner(std::move(wanted));
    for (qsizetype at = 0; at < text.size(); at += step)
        scanner.add(text.sliced(at, qMin(step, text.size() - at)));
    return {.found = scanner.found(), .mentioned = scanner.mentioned()};
}

/// The definition: any 32 bytes.
QSet<QByteArray> foundByDefinition(const QByteArray &text, const QSet<QByteArray> &wanted)
{
    QSet<QByteArray> found;
    for (const auto &part : wanted) {
        if (text.contains(part))
            found.insert(part);
    }
    return found;
}

} // namespace

class RefScanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsAreFoundWhereverTheyStand_data();
    void partsAreFoundWhereverTheyStand();
    void mentionsAreKeptApart();
    void aChunkBorderHidesNothing();
    void randomTextsGiveWhatTheDefinitionGives();
    void mentionsAreBounded();
};

void RefScanTest::partsAreFoundWhereverTheyStand_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("holds");
    QTest::newRow("alone") << a << true;
    QTest::newRow("in a path") << "/nix/store/" + a + "-x/bin" << true;
    QTest::newRow("behind 31 digits") << a.chopped(1) + a << true;
    QTest::newRow("behind 33 digits") << "0" + a + a << true;
    QTest::newRow("between zeros") << QByteArray(31, '\0') + a + QByteArray(31, '\0') << true;
    QTest::newRow("between digits") << QByteArray(100, 'z') + a + QByteArray(100, 'z') << true;
    QTest::newRow("one digit less") << a.chopped(1) << false;
    QTest::newRow("one digit other") << a.chopped(1) + "b" << false;
    QTest::newRow("letter that is no digit") << a.first(10) + "e" + a.sliced(11) << false;
    QTest::newRow("upper case") << a.toUpper() << false;
    QTest::newRow("broken by a line") << a.first(16) + "\n" + a.sliced(16) << false;
    QTest::newRow("nothing") << ""_ba << false;
}

void RefScanTest::partsAreFoundWhereverTheyStand()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, holds);
    for (const qsizetype step : {1, 5, 31, 32, 33, 1 << 20})
        QCOMPARE(scan(text, {a, b}, step).found, holds ? QSet<QByteArray>{a} : QSet<QByteArray>());
}

void RefScanTest::mentionsAreKeptApart()
{
    const auto text = "/nix/store/" + a + "-x /nix/store/" + b + "-y /gnu/store/" + c + "-z " + c + " /nix/store/"
        + b.chopped(1) + "-";
    QCOMPARE(scan(text, {a}), (Seen{.found = {a}, .mentioned = {b}}));
    QCOMPARE(scan(text, {}), (Seen{.found = {}, .mentioned = {a, b}}));
}

void RefScanTest::aChunkBorderHidesNothing()
{
    const auto text = "some text /nix/store/" + a + "-x, and /nix/store/" + b + "-y.";
    const Seen whole{.found = {a}, .mentioned = {b}};
    for (qsizetype border = 0; border <= text.size(); ++border) {
        ReferenceScanner scanner({a, c});
        scanner.add(QByteArrayView(text).first(border));
        scanner.add(QByteArrayView(text).sliced(border));
        QCOMPARE((Seen{.found = scanner.found(), .mentioned = scanner.mentioned()}), whole);
    }
    for (qsizetype step = 1; step < 60; ++step)
        QCOMPARE(scan(text, {a, c}, step), whole);
}

// Few kinds of characters, so that long runs of digits and near misses come up all the time.
void RefScanTest::randomTextsGiveWhatTheDefinitionGives()
{
    QRandomGenerator random(7);
    int hits = 0;
    for (int round = 0; round < 500; ++round) {
        QByteArray text;
        while (text.size() < 400) {
            const auto piece = QList{a, b, c}.at(random.bounded(3));
            const auto from = random.bounded(2) * random.bounded(32);
            text += piece.sliced(from, random.bounded(2) ? 32 - from : random.bounded(33 - from));
            text += QByteArray(random.bounded(3), "e0\0-"[random.bounded(4)]);
        }
        const QSet<QByteArray> wanted{a, b, c};
        const auto expected = foundByDefinition(text, wanted);
        QCOMPARE(scan(text, wanted, 1 + random.bounded(80)).found, expected);
        hits += int(expected.size());
    }
    QVERIFY(hits > 500 && hits < 1500);
}

void RefScanTest::mentionsAreBounded()
{
    QByteArray text;
    for (int i = 0; i < 3000; ++i)
        text += "/nix/store/" + QByteArray::number(i).rightJustified(32, '0') + "-x ";
    QCOMPARE(scan(text, {}).mentioned.size(), ReferenceScanner::maxMentions);
}

QTEST_APPLESS_MAIN(RefScanTest)
#include "refscan_test.moc"
