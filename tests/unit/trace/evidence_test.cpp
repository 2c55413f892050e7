// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "support/fakehttp.h"
#include "support/flow.h"
#include "support/tool.h"
#include "trace/evidencecheck.h"
#include "trace/evidencecompare.h"
#include "trace/evidencewitness.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::trace;
using namespace Qt::StringLiterals;

namespace {

constexpr Milliseconds noon{1795608000000};
const auto channelsUrl = u"https://channels.nixos.org"_s;

Sighting pointer(Milliseconds at, const QString &release, const QString &host = u"channels.nixos.org"_s)
{
    return {.kind = EvidenceKind::ChannelPointer,
        .at = at,
        .subject = u"nixos-unstable"_s,
        .value = u"nixos/unstable/"_s + release,
        .url = QUrl(u"https://"_s + host + u"/nixos-unstable"_s),
        .text = "https://releases.nixos.org/nixos/unstable/" + release.toUtf8(),
        .node = u"cache-iad-kiad7000165-IAD, cache-fra-eddf8230179-FRA"_s,
        .cache = u"MISS, MISS"_s};
}

/// A log of some entries, in memory, as EvidenceLog writes it.
QByteArray logOf(const QList<Sighting> &sightings)
{
    QByteArray log;
    auto previous = noEvidenceHash;
    qint64 number = 0;
    for (const auto &seen : sightings) {
        const auto entry = evidenceEntry(seen, number++, previous);
        previous = entry.hash;
        log += writeEvidenceLine(entry);
    }
    return log;
}

QByteArray tenEntries()
{
    QList<Sighting> sightings;
    for (int i = 0; i < 10; ++i)
        sightings.append(
            pointer(noon + std::chrono::minutes(10 * i), u"nixos-26.11pre%1.04b4e759e843"_s.arg(1027151 + i)));
    return logOf(sightings);
}

QStringList faultsOf(const QByteArray &log, const std::optional<EvidenceHead> &head = {})
{
    QStringList faults;
    for (const auto &fault : readEvidence(log, head).faults)
        faults << u"%1 %2"_s.arg(fault.line).arg(word(fault.kind));
    return faults;
}

QByteArray contentsOf(const QString &file)
{
    QFile source(file);
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

void overwrite(const QString &file, const QByteArray &bytes)
{
    QFile target(file);
    QVERIFY(target.open(QIODevice::WriteOnly | QIODevice::Truncate));
    target.write(bytes);
}

std::unique_ptr<EvidenceLog> opened(const QString &file)
{
    auto log = EvidenceLog::open(file, noon);
    return log ? std::move(*log) : nullptr;
}

EvidenceComparison compared(const QList<Sighting> &mine, const QList<Sighting> &theirs)
{
    EvidenceComparer comparer;
    for (int log = 0; log < 2; ++log)
        (void)readEvidence(
            logOf(log == 0 ? mine : theirs), {}, [&](const EvidenceEntry &entry) { comparer.add(log, entry); });
    return comparer.compare();
}

} // namespace

class EvidenceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLogAsWrittenHolds()
    {
        const auto reading = readEvidence(tenEntries(), {});
        QVERIFY(reading.holds());
        QCOMPARE(reading.entries, 10);
        QCOMPARE(reading.head.number, 9);
    }

    void aRemovedReorderedOrAlteredEntryIsFound_data()
    {
        QTest::addColumn<QByteArray>("log");
        QTest::addColumn<QStringList>("faults");
        const auto lines = tenEntries().chopped(1).split('\n');
        const auto joined = [](const QList<QByteArray> &all) { return all.join('\n') + '\n'; };
        auto removed = lines;
        removed.removeAt(4);
        QTest::newRow("removed") << joined(removed) << QStringList{u"5 missing"_s};
        auto first = lines;
        first.removeFirst();
        QTest::newRow("the first removed") << joined(first) << QStringList{u"1 missing"_s};
        auto swapped = lines;
        swapped.swapItemsAt(4, 5);
        QTest::newRow("reordered") << joined(swapped)
                                   << QStringList{u"5 missing"_s, u"6 out-of-order"_s, u"7 missing"_s};
        auto altered = lines;
        altered[4].replace("FRA", "LHR");
        QTest::newRow("altered") << joined(altered) << QStringList{u"5 unreadable"_s};
        auto last = lines;
        last[9].replace("FRA", "LHR");
        QTest::newRow("the last altered") << joined(last) << QStringList{u"10 unreadable"_s};
        auto exchanged = lines;
        auto entry = *readEvidenceLine(lines[4]);
        entry.seen.node = u"cache-lhr-1-LHR"_s;
        exchanged[4] = writeEvidenceLine(evidenceEntry(entry.seen, entry.number, entry.previous)).chopped(1);
        QTest::newRow("altered, with a hash made for it")
            << joined(exchanged) << QStringList{u"6 not-the-one-before"_s};
        QTest::newRow("a space put in") << tenEntries().replace("{\"at\"", "{ \"at\"")
                                        << QStringList{u"1 unreadable"_s, u"2 unreadable"_s, u"3 unreadable"_s,
                                               u"4 unreadable"_s, u"5 unreadable"_s, u"6 unreadable"_s,
                                               u"7 unreadable"_s, u"8 unreadable"_s, u"9 unreadable"_s,
                                               u"10 unreadable"_s};
        auto twice = lines;
        twice.insert(5, lines[4]);
        QTest::newRow("said twice") << joined(twice) << QStringList{u"6 out-of-order"_s};
        QTest::newRow("cut in a line") << tenEntries().chopped(40) << QStringList{u"10 torn"_s};
        QTest::newRow("empty lines") << lines.join('\n') + "\n\n" << QStringList{u"11 unreadable"_s};
    }
    void aRemovedReorderedOrAlteredEntryIsFound()
    {
        QFETCH(QByteArray, log);
        QFETCH(QStringList, faults);
        QCOMPARE(faultsOf(log), faults);
    }

    void everyByteOfALogCounts()
    {
        const auto log = tenEntries();
        const auto head = readEvidence(log, {}).head;
        quint32 state = 12345;
        for (int i = 0; i < 500; ++i) {
            state = state * 1664525 + 1013904223;
            const auto at = qsizetype(state % quint32(log.size()));
            auto broken = log;
            broken[at] = char(broken[at] ^ char(1 << (state >> 16) % 8));
            QVERIFY2(!readEvidence(broken, head).holds(), qPrintable(u"byte %1"_s.arg(at)));
        }
    }

    void entriesTakenFromTheEndAreMissedWhenTheEndIsKnown()
    {
        const auto log = tenEntries();
        const auto head = readEvidence(log, {}).head;
        const auto lines = log.split('\n');
        const auto shortened = lines.first(8).join('\n') + '\n';
        QCOMPARE(faultsOf(shortened), QStringList());
        QCOMPARE(faultsOf(shortened, head), QStringList{u"8 cut-off"_s});
    }

    void aTornLineIsSaidByTheNextEntryAndTheChainGoesOn()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(u"evidence.jsonl"_s);
        QVERIFY(opened(file)->append(pointer(noon, u"nixos-26.11pre1.04b4e759e843"_s)));
        const auto whole = contentsOf(file);
        overwrite(file, whole + "{\"at\":\"2026-11-25T1");
        const auto torn = readEvidenceFile(file, {});
        QVERIFY(torn && torn->isOnlyTorn());
        QVERIFY(opened(file)->append(pointer(noon, u"nixos-26.11pre2.04b4e759e843"_s)));
        const auto reading = readEvidenceFile(file, {});
        QVERIFY(reading && reading->holds());
        QCOMPARE(reading->resumed, std::vector<qint64>{4});
        QVERIFY(contentsOf(file).startsWith(whole + "{\"at\":\"2026-11-25T1" + '\n'));
        // Whoever alters the torn line later is found like anybody else.
        overwrite(file, contentsOf(file).replace("25T1\n", "25T2\n"));
        QCOMPARE(readEvidenceFile(file, {})->faults.front().kind, EvidenceFaultKind::Unreadable);
    }

    void aLogCutShortBetweenRunsSaysSoItself()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(u"evidence.jsonl"_s);
        {
            const auto log = opened(file);
            for (int i = 0; i < 3; ++i)
                QVERIFY(log->append(pointer(noon, u"nixos-26.11pre%1.04b4e759e843"_s.arg(i))));
        }
        overwrite(file, contentsOf(file).split('\n').first(2).join('\n') + '\n');
        QCOMPARE(readEvidenceFile(file, {})->faults.front().kind, EvidenceFaultKind::CutOff);
        QVERIFY(opened(file));
        const auto reading = readEvidenceFile(file, {});
        QVERIFY(reading && reading->holds());
        QCOMPARE(reading->resumed, std::vector<qint64>{3});
    }

    void twoProgramsWriteOneChain()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(u"evidence.jsonl"_s);
        const auto one = opened(file);
        const auto two = opened(file);
        for (int i = 0; i < 20; ++i)
            QVERIFY((i % 3 ? one : two)->append(pointer(noon, u"nixos-26.11pre%1.04b4e759e843"_s.arg(i))));
        const auto reading = readEvidenceFile(file, {});
        QVERIFY(reading && reading->holds());
        QCOMPARE(reading->entries, 21);
        QVERIFY(reading->resumed.empty());
    }

    void linesStayShortWhateverIsSeen()
    {
        auto seen = pointer(noon, u"nixos-26.11pre1.04b4e759e843"_s);
        seen.node = QString(100000, QChar(0x1f));
        seen.subject = QString(3000, u'\u00e4');
        seen.text = QByteArray(30000, '\1');
        const auto line = writeEvidenceLine(evidenceEntry(seen, 1, noEvidenceHash));
        QVERIFY(line.size() <= maxEvidenceLine);
        const auto entry = readEvidenceLine(line.chopped(1));
        QVERIFY2(entry.has_value(), entry ? "" : qPrintable(describe(entry.error())));
        QCOMPARE(entry->size, 30000);
        QVERIFY(entry->seen.text.isEmpty());
    }

    void anotherProgramFindsTheSameHashes()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(u"evidence.jsonl"_s);
        auto seen = pointer(noon, u"nixos-26.11pre1.04b4e759e843"_s);
        seen.text = "tab\t quote\" backslash\\ line\n \xc3\xa4 \x1f \x7f /";
        QVERIFY(opened(file)->append(seen));
        const auto script = R"(
import hashlib, json, sys
previous = "0" * 64
for n, line in enumerate(open(sys.argv[1], "rb")):
    entry = json.loads(line)
    said = entry.pop("hash")
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(canonical).hexdigest() == said, n
    assert entry["prev"] == previous and entry["n"] == n, n
    if "text" in entry:
        assert hashlib.sha256(entry["text"].encode()).hexdigest() == entry["sha256"], n
    previous = said
print(n + 1)
)";
        const auto run = test::runTool(u"python3"_s, {u"-c"_s, QString::fromUtf8(script), file});
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(run.line(), "2");
    }

    void twoPeopleServedDifferentlySeeIt_data()
    {
        QTest::addColumn<QList<Sighting>>("mine");
        QTest::addColumn<QList<Sighting>>("theirs");
        QTest::addColumn<QStringList>("differences");
        const auto at = [](int minutes) { return noon + std::chrono::minutes(minutes); };
        const auto a = u"nixos-26.11pre1.aaaaaaaaaaaa"_s;
        const auto b = u"nixos-26.11pre2.bbbbbbbbbbbb"_s;
        const auto revision = [&](const QString &digits) {
            return Sighting{.kind = EvidenceKind::GitRevision,
                .at = noon,
                .subject = u"nixos/unstable/"_s + a,
                .value = digits,
                .url = QUrl(u"https://releases.nixos.org"_s),
                .text = digits.toUtf8(),
                .node = {},
                .cache = {}};
        };
        using List = QList<Sighting>;
        QTest::newRow("the same") << List{pointer(at(0), a), pointer(at(60), b)}
                                  << List{pointer(at(5), a), pointer(at(70), b)} << QStringList();
        QTest::newRow("near the move, either is right")
            << List{pointer(at(0), a), pointer(at(60), a), pointer(at(62), b)}
            << List{pointer(at(0), a), pointer(at(61), b)} << QStringList();
        QTest::newRow("an old release while the other had the new one") << List{pointer(at(0), b),
            pointer(at(60), b)} << List{pointer(at(30), a)} << QStringList{u"other-at-the-time nixos-unstable"_s};
        QTest::newRow("by two ways of one server's pointer")
            << List{pointer(at(0), b, u"nix-channels.s3.amazonaws.com"_s),
                   pointer(at(60), b, u"nix-channels.s3.amazonaws.com"_s)}
            << List{pointer(at(30), a)} << QStringList{u"other-at-the-time nixos-unstable"_s};
        QTest::newRow("back to a release that was left") << List{pointer(at(0), a), pointer(at(60), b),
            pointer(at(90), a)} << List{} << QStringList{u"went-back nixos-unstable"_s};
        QTest::newRow("two revisions of one release")
            << List{revision(QString(40, u'a'))} << List{revision(QString(40, u'b'))}
            << QStringList{u"different nixos/unstable/"_s + a};
        QTest::newRow("two revisions of one release, both seen here") << List{revision(QString(40, u'a')),
            revision(QString(40, u'b'))} << List{} << QStringList{u"different nixos/unstable/"_s + a};
    }
    void twoPeopleServedDifferentlySeeIt()
    {
        QFETCH(QList<Sighting>, mine);
        QFETCH(QList<Sighting>, theirs);
        QFETCH(QStringList, differences);
        QStringList found;
        for (const auto &difference : compared(mine, theirs).differences) {
            found << word(difference.kind) + u' ' + difference.subject;
            QVERIFY(describe(difference).endsWith(u'.'));
        }
        QCOMPARE(found, differences);
    }

    void aCopyThatWentItsOwnWayIsKnownByItsBeginning()
    {
        const auto x = pointer(noon, u"nixos-26.11pre1.aaaaaaaaaaaa"_s);
        const auto y = pointer(noon, u"nixos-26.11pre2.aaaaaaaaaaaa"_s);
        QCOMPARE(compared({x, x, x}, {x, x, y}).sameStart, 2);
    }

    void whatServersSaidIsSeen()
    {
        test::FakeClock clock;
        test::FakeHttp http;
        const auto location = u"https://releases.nixos.org/nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"_s;
        http.redirect(channelsUrl + u"/nixos-26.05"_s, location);
        http.redirect(channelsUrl + u"/nixos-26.05/git-revision"_s, location + u"/git-revision"_s);
        http.answer(location, "<html>Released on");
        http.answer(location + u"/git-revision"_s, "a50de1b7d8a586adc18d2395c19de7d6058e6030");
        const auto file = QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution/crypto/curl-7.82.0-bin.narinfo");
        const auto narInfo = u"https://cache.nixos.org/q1d3y7jk7vx09v08v6xgwhqk5kqgy5d6.narinfo"_s;
        http.answer(narInfo, contentsOf(file));
        const QTemporaryDir folder;
        const auto log = folder.filePath(u"evidence.jsonl"_s);
        const auto servers = net::shippedServers();
        WitnessHttp witness(http, servers, clock, std::make_unique<EvidenceRecorder>(opened(log)));
        const auto ask = [&](const QString &url, bool follow) {
            net::Request request;
            request.url = QUrl(url);
            request.followRedirects = follow;
            QVERIFY(test::waitFor(witness.fetch(request)).has_value());
        };
        ask(channelsUrl + u"/nixos-26.05"_s, false);
        ask(channelsUrl + u"/nixos-26.05/git-revision"_s,
            true); // the pointer again: within an hour it is not written twice
        ask(location, false);
        QStringList seen;
        const auto read = readEvidenceFile(log, {}, [&](const EvidenceEntry &entry) {
            seen << word(entry.seen.kind) + u' ' + entry.seen.subject + u' ' + entry.seen.value;
        });
        QVERIFY(read && read->holds());
        const auto release = u"nixos/26.05/nixos-26.05.4193.a50de1b7d8a5"_s;
        QCOMPARE(seen.sliced(1),
            QStringList({u"channel-pointer nixos-26.05 "_s + release,
                u"git-revision "_s + release + u" a50de1b7d8a586adc18d2395c19de7d6058e6030"_s,
                u"release-index "_s + release + u" sha256:"_s
                    + QString::fromLatin1(
                        QCryptographicHash::hash("<html>Released on", QCryptographicHash::Sha256).toHex())}));
        if (!QFile::exists(file))
            QSKIP("no samples beside the checkout");
        ask(narInfo, false);
        (void)readEvidenceFile(log, {}, [&](const EvidenceEntry &entry) {
            seen << entry.seen.subject + u' ' + entry.seen.value.section(u';', 0, 1);
        });
        // What the sample says itself, read with grep.
        const auto of = [&](const QString &name) {
            return QString::fromUtf8(test::runTool(u"sed"_s, {u"-n"_s, u"s/^%1: //p"_s.arg(name), file}).line());
        };
        QCOMPARE(seen.last(), of(u"StorePath"_s) + u' ' + of(u"NarHash"_s) + u';' + of(u"NarSize"_s));
    }
};

QTEST_GUILESS_MAIN(EvidenceTest)
#include "evidence_test.moc"
