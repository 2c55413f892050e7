// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/client.h"
#include "nix/isocheck.h"
#include "sim/simulator.h"
#include "unit/verify/verifyhelp.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::test;
using nix::IsoStepName;
using nix::Verdict;

/// From a channel's address to a signature, over real HTTP.
class SimulatedImageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theImageThatAChannelPublishesIsInsideASignedArchive()
    {
        SystemClock clock;
        sim::Simulator simulator({}, clock);
        const auto addresses = simulator.start();
        QVERIFY(addresses);
        net::Client client(clock,
            {net::serverAt(addresses->cache, net::ServerKind::Cache),
                net::serverAt(addresses->channels, net::ServerKind::Channels),
                net::serverAt(addresses->releases, net::ServerKind::Releases)});
        Pools pools;
        nix::Batch batch(pools.hash);
        const nix::CacheDoors doors{.http = client, .pools = pools, .clock = clock, .batch = batch};
        const auto cache = nix::openCache(addresses->cache.toString(), doors).value();
        const auto key = nix::parsePublicKey(addresses->cacheKey).value();
        nix::Verifier verifier({cache}, {}, doors, optionsWith({key}, nix::Depth::Nar));
        nix::IsoCheck check(verifier, doors, {.channels = addresses->channels, .releases = addresses->releases});
        const auto address = addresses->channels.toString() + u"/nixos-unstable"_s;
        const auto report = waitFor(check.check(address, {}));
        QStringList details;
        for (const auto &step : report.steps)
            details << nix::word(step.name) + u' ' + nix::word(step.verdict) + u": "_s + step.detail;
        QVERIFY2(report.verdict == Verdict::Holds, qPrintable(u'\n' + details.join(u'\n')));
        QCOMPARE(report.step(IsoStepName::Contents).verdict, Verdict::Holds);
        QCOMPARE(report.ladder->keys, QList<QByteArray>{key.name});
    }
};

QTEST_GUILESS_MAIN(SimulatedImageTest)
#include "simulated_image_test.moc"
