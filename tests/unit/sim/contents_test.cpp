// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/derivation.h"
#include "nix/keys.h"
#include "nix/nar.h"
#include "sim/packing.h"
#include "sim/promquery.h"
#include "sim/world.h"

#include <QTest>

#include <algorithm>

using namespace narscope;
using namespace narscope::sim;

namespace {

constexpr qint64 start = 1'795'000'000;

} // namespace

class ContentsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void derivationsComputeToTheirPaths();
    void narinfosDescribeTheirNars();
    void incidentsAreWhatTheyAreCalled();
    void closuresAreWhole();
    void selectorsMatchAsPrometheusDoes();
    void tarballsUnpackToTheirFiles();

private:
    [[nodiscard]] std::vector<BuildFacts> someBuilds();
    World m_world{{.seed = 1, .jobs = 450, .start = start}};
};

std::vector<BuildFacts> ContentsTest::someBuilds()
{
    std::vector<BuildFacts> list;
    for (const BuildFacts &build : m_world.latestFinishedBuilds(0, 3000)) {
        if (build.succeeded() && build.id.value % 23 == 0)
            list.push_back(build);
    }
    return list;
}

void ContentsTest::derivationsComputeToTheirPaths()
{
    nix::DerivationCloser closer([this](const nix::StorePath &path) -> Result<QByteArray> {
        const auto found = m_world.find(path.hashPart());
        if (!found)
            return problem(ProblemKind::NotFound, QString::fromLatin1(path.text()));
        return m_world.recipes().aterm(found->drv);
    });
    int checked = 0;
    for (const BuildFacts &build : someBuilds()) {
        const auto check = closer.check(m_world.recipes().drvPath(build.drv));
        QVERIFY2(check, check ? "" : qPrintable(describe(check.error())));
        QVERIFY(check->holds());
        ++checked;
    }
    QVERIFY(checked > 20);
    QVERIFY(closer.misnamed().empty());
}

void ContentsTest::narinfosDescribeTheirNars()
{
    const nix::PublicKey key = m_world.contents().key().publicKey();
    int checked = 0;
    for (const BuildFacts &build : someBuilds()) {
        const auto &outputs = m_world.recipes().outputs(build.drv);
        for (size_t i = 0; i < outputs.size(); ++i) {
            if (m_world.contents().incident(build.drv, int(i)))
                continue;
            const CacheEntry entry = m_world.contents().entry(build.drv, int(i));
            const QByteArray nar = m_world.contents().nar(build.drv, int(i));
            QCOMPARE(entry.info.path, outputs[i].path);
            QCOMPARE(entry.info.narHash, hashOf(nar));
            QCOMPARE(entry.info.narSize, quint64(nar.size()));
            QCOMPARE(entry.info.fileHash, std::optional(hashOf(entry.file)));
            nix::NarReader reader;
            QVERIFY(reader.feed(nar) && reader.finish());
            QCOMPARE(entry.info.deriver, std::optional(m_world.recipes().drvPath(build.drv)));
            for (const nix::StorePath &reference : entry.info.references)
                QVERIFY(nar.contains(reference.hashPart()));
            const auto signature = nix::parseSignature(entry.info.signatures.first());
            QVERIFY(nix::verify(nix::fingerprint(entry.info), signature->bytes, key.bytes));
            QCOMPARE(m_world.contents().file(entry.info.url.mid(4)), std::optional(entry.file));
            ++checked;
        }
    }
    QVERIFY(checked > 40);
}

void ContentsTest::incidentsAreWhatTheyAreCalled()
{
    const auto verifies = [](const nix::NarInfo &info, const nix::SecretKey &key) {
        return std::ranges::any_of(info.signatures, [&](const QByteArray &text) {
            const auto signature = nix::parseSignature(text);
            return signature && nix::verify(nix::fingerprint(info), signature->bytes, key.publicKey().bytes);
        });
    };
    Contents &contents = m_world.contents();
    const std::vector<Incident> incidents = m_world.incidents();
    QCOMPARE(incidents.size(), size_t(5));
    for (const Incident &incident : incidents) {
        const int output = int(m_world.recipes().mainOutput(incident.drv));
        const CacheEntry entry = contents.entry(incident.drv, output);
        const bool fileIsRight = entry.info.fileHash == hashOf(entry.file);
        const bool urlIsOwn = entry.info.url.contains(entry.info.narHash.nix32())
            || entry.info.url.contains(entry.info.fileHash->nix32());
        QCOMPARE(verifies(entry.info, contents.key()), incident.kind != IncidentKind::UnknownKey);
        QCOMPARE(verifies(entry.info, contents.oldKey()), incident.kind == IncidentKind::TwoSignatures);
        QCOMPARE(fileIsRight, incident.kind != IncidentKind::FlippedByte && incident.kind != IncidentKind::OtherNar);
        QCOMPARE(urlIsOwn, incident.kind != IncidentKind::OtherNar);
        QCOMPARE(*contents.file(entry.info.url.mid(4)) == entry.file, true);
        QVERIFY(m_world.isBuilt(incident.drv));
        // In the second cache there is nothing wrong.
        const CacheEntry second = contents.secondEntry(incident.drv, output);
        QVERIFY(verifies(second.info, contents.secondKey()));
        QCOMPARE(hashOf(second.file), second.info.narHash);
    }
}

void ContentsTest::closuresAreWhole()
{
    for (const BuildFacts &build : someBuilds()) {
        const auto &outputs = m_world.recipes().outputs(build.drv);
        for (size_t i = 0; i < outputs.size(); ++i) {
            for (const nix::StorePath &path : m_world.contents().references(build.drv, int(i))) {
                const auto found = m_world.find(path.hashPart());
                QVERIFY(found && found->output >= 0);
                QVERIFY(m_world.isBuilt(found->drv));
            }
        }
        const qint64 own = m_world.outputSize(build);
        QVERIFY(own > 0 && own <= m_world.closureSize(build));
    }
}

void ContentsTest::selectorsMatchAsPrometheusDoes()
{
    const PromLabels labels{{"__name__", "channel_revision"}, {"channel", "nixos-unstable"}};
    const auto matches = [&labels](const QByteArray &query) {
        const auto selector = parsePromQuery(query);
        return selector && selector->matches(labels);
    };
    QVERIFY(matches("channel_revision"));
    QVERIFY(matches("last_over_time(channel_revision[15m])"));
    QVERIFY(matches(R"({__name__=~"channel_.*",channel="nixos-unstable"})"));
    QVERIFY(matches(R"(channel_revision{variant=""})"));
    QVERIFY(!matches(R"(channel_revision{channel!="nixos-unstable"})"));
    QVERIFY(!matches(R"(channel_revision{channel=~"nixos"})")); // anchored at both ends
    QCOMPARE(parsePromQuery("").error().kind, ProblemKind::Malformed);
    QCOMPARE(parsePromQuery("a{b=").error().kind, ProblemKind::Malformed);
    QCOMPARE(parsePromQuery("sum(a)").error().kind, ProblemKind::Unsupported);
}

void ContentsTest::tarballsUnpackToTheirFiles()
{
    const QByteArray tarball = makeTarball("hello-1", {{"README", "hi\n"}});
    QCOMPARE(tarball.first(2), QByteArray("\x1f\x8b"));
    QCOMPARE(makeTarball("hello-1", {{"README", "hi\n"}}), tarball);
}

QTEST_GUILESS_MAIN(ContentsTest)
#include "contents_test.moc"
