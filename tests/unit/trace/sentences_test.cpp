// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/start.h"
#include "trace/types.h"

#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::trace;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 now = 1'763'700'000;
constexpr qint64 hour = 3600;

Order orderOf(const QString &text)
{
    Order order;
    order.text = text;
    return order;
}

const QList<HydraAddress> hydras{{.id = u"hydra.nixos.org"_s, .url = QUrl(u"https://hydra.nixos.org"_s)}};

} // namespace

/// What people read, and what they may give.
class SentencesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aGateSaysWhatFailsAndForHowLong()
    {
        Excuse excuse{
            .kind = ExcuseKind::GateFailed, .what = u"nixos-unstable"_s, .waitsFor = u"nixos:unstable/tested"_s};
        excuse.since = now - 11 * hour;
        QCOMPARE(sentence(excuse, now), u"nixos-unstable waits for 11 h: its gate nixos:unstable/tested fails."_s);
        excuse.blockers << Blocker{.name = u"nixos.tests.openssh"_s, .cause = u"failed"_s};
        excuse.blocking = 1;
        QCOMPARE(
            sentence(excuse, now), u"nixos-unstable waits for 11 h for nixos.tests.openssh (failed), which fails."_s);
        excuse.blocking = 3;
        QCOMPARE(sentence(excuse, now),
            u"nixos-unstable waits for 11 h for nixos.tests.openssh (failed) and 2 more, which fail."_s);
    }

    void aBandIsSaidAsTimeFromNow()
    {
        Excuse excuse{.kind = ExcuseKind::Queued, .what = u"hello on x86_64-linux"_s};
        excuse.likely = Band{.from = now + 2 * hour, .to = now + 4 * hour, .fromHistory = true};
        QCOMPARE(sentence(excuse, now), u"hello on x86_64-linux is queued; likely in 2 h to 4 h."_s);
        excuse.likely = Band{.from = now - hour, .to = now + hour};
        QCOMPARE(sentence(excuse, now), u"hello on x86_64-linux is queued; usually within 1 h."_s);
        excuse.likely = Band{.from = now - 2 * hour, .to = now - hour};
        QCOMPARE(sentence(excuse, now), u"hello on x86_64-linux is queued; it is overdue."_s);
    }

    void everyKindMakesASentence()
    {
        for (int kind = 0; kind <= int(ExcuseKind::NotFoundOut); ++kind) {
            const Excuse excuse{.kind = ExcuseKind(kind), .what = u"It"_s, .waitsFor = u"that"_s};
            const auto text = sentence(excuse, now);
            QVERIFY2(text.startsWith("It"_L1) && text.endsWith(u'.') && !text.contains(u'%'), qPrintable(text));
            QVERIFY(!word(ExcuseKind(kind)).isEmpty());
        }
    }

    void theHeadlineClaimsNoMoreThanIsReached()
    {
        Trace trace;
        trace.stops
            << Stop{.id = u"a"_s, .kind = StopKind::Served, .state = StopState::Reached, .name = u"nixpkgs-unstable"_s}
            << Stop{.id = u"b"_s, .kind = StopKind::Served, .state = StopState::Waiting, .name = u"nixos-unstable"_s};
        QCOMPARE(headline(trace, now), u"In nixpkgs-unstable; not yet in nixos-unstable."_s);
        trace.stops[1].state = StopState::Reached;
        QCOMPARE(headline(trace, now), u"In nixpkgs-unstable and nixos-unstable."_s);
        trace.stops.clear();
        QCOMPARE(headline(trace, now), u"Nothing is known yet."_s);
    }

    void aNumberIsAPullRequestBeforeItIsABuild()
    {
        const auto start = readStart(orderOf(u"429664"_s), hydras);
        QVERIFY(start);
        QCOMPARE(start->kind, TraceStart::Kind::PullRequest);
        QCOMPARE(
            readStart(orderOf(u"https://hydra.nixos.org/build/309998812"_s), hydras)->kind, TraceStart::Kind::Build);
        QCOMPARE(
            readStart(orderOf(u"https://hydra.nixos.org/eval/1824750"_s), hydras)->kind, TraceStart::Kind::Evaluation);
    }

    void pathsHashesNarinfosImagesAndTheSystemAreUnderstood()
    {
        const auto path = u"/nix/store/zi6ypq21bk2vm60dzb0vgzj6b1p1b2b3-hello-2.12.2"_s;
        const auto hash = u"zi6ypq21bk2vm60dzb0vgzj6b1p1b2b3"_s;
        QCOMPARE(readStart(orderOf(path), hydras)->subject.name, path);
        QCOMPARE(readStart(orderOf(hash), hydras)->subject.name, hash);
        QCOMPARE(readStart(orderOf(u"https://cache.nixos.org/%1.narinfo"_s.arg(hash)), hydras)->subject.name, hash);
        const auto image = readStart(orderOf(u"nixos-minimal-26.05.4193.a50de1b7d8a5-x86_64-linux.iso"_s), hydras);
        QCOMPARE(image->kind, TraceStart::Kind::Image);
        QCOMPARE(readStart(orderOf(u"system"_s), hydras)->kind, TraceStart::Kind::System);
    }

    void nonsenseIsRefusedWithASentence()
    {
        const auto start = readStart(orderOf(u"what is this"_s), hydras);
        QVERIFY(!start);
        QCOMPARE(start.error().kind, ProblemKind::Usage);
        Order order;
        order.subject = Subject::ofProject(u"hydra.nixos.org"_s, u"nixpkgs"_s);
        QVERIFY(!readStart(order, hydras));
    }
};

QTEST_APPLESS_MAIN(SentencesTest)
#include "sentences_test.moc"
