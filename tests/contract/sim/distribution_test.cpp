// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"
#include "sim/distribution.h"
#include "sim/runnermetrics.h"
#include "sim/world.h"
#include "support/fakeclock.h"
#include "support/tool.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace narscope;
using namespace narscope::sim;
using namespace Qt::StringLiterals;

// Channels, releases and metrics of the simulator beside recorded and reconstructed ones of the real servers.

namespace {

QByteArray sample(const QString &name)
{
    QFile file(QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray headerOf(const HttpAnswer &answer, const char *name)
{
    for (const auto &[key, value] : answer.headers) {
        if (key == name)
            return value;
    }
    return {};
}

} // namespace

class DistributionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void channelsRedirectToTheirRelease();
    void releaseFilesAgreeWithHydra();
    void indexIsWrittenAsTheRealOne();
    void publishedImageIsTheOneThatHydraBuilt();
    void storePathsAreTheEvaluationsOutputs();
    void bucketListsAllReleasesPageByPage();
    void runnerMetricsAreKnownOnes();

private:
    [[nodiscard]] HttpAnswer channel(const QByteArray &target) { return m_channels.answer(httpRequest(target)); }
    [[nodiscard]] HttpAnswer release(const QByteArray &target) { return m_releases.answer(httpRequest(target)); }
    /// The path below the releases' address that a channel leads to.
    [[nodiscard]] QByteArray place(const QByteArray &target)
    {
        const QByteArray location = headerOf(channel(target), "Location");
        return location.mid(m_addresses.releases.toEncoded().size());
    }
    [[nodiscard]] const Release &current(const char *name)
    {
        return m_world.releases(*m_world.findChannel(name)).back();
    }

    test::FakeClock m_clock;
    World m_world{{.seed = 1, .jobs = 450, .start = m_clock.nowSeconds()}};
    Addresses m_addresses;
    Stage m_stage{.clock = m_clock, .world = m_world, .addresses = m_addresses};
    ChannelsService m_channels{m_stage};
    ReleasesService m_releases{m_stage};
};

void DistributionTest::initTestCase()
{
    m_addresses.hydra = QUrl(u"http://127.0.0.1:1"_s);
    m_addresses.cache = QUrl(u"http://127.0.0.1:2"_s);
    m_addresses.releases = QUrl(u"http://127.0.0.1:3"_s);
}

void DistributionTest::channelsRedirectToTheirRelease()
{
    static const QRegularExpression form(
        u"^/(nixos|nixpkgs)(/[a-z0-9.-]+)?/(nixos|nixpkgs)-(\\d\\d\\.\\d\\d)(pre|\\.)(\\d+)\\.([0-9a-f]{12})$"_s);
    for (const ChannelFacts &facts : m_world.channels()) {
        const HttpAnswer answer = channel('/' + facts.name);
        QCOMPARE(answer.status, 302);
        QVERIFY2(
            form.match(QString::fromLatin1(place('/' + facts.name))).hasMatch(), place('/' + facts.name).constData());
        QCOMPARE(place('/' + facts.name + "/git-revision"), place('/' + facts.name) + "/git-revision");
        const HttpAnswer tarball = channel('/' + facts.name + "/nixexprs.tar.xz");
        QVERIFY(headerOf(tarball, "Link")
                .contains(
                    "?rev=" + m_world.source().commit(current(facts.name.constData()).commit).sha + "&lastModified="));
        QCOMPARE(channel('/' + facts.name + "/src-url").status, 404); // only below the release
    }
    QCOMPARE(channel("/nixos-13.37").status, 404);
}

void DistributionTest::releaseFilesAgreeWithHydra()
{
    for (const ChannelFacts &facts : m_world.channels()) {
        const Release &now = current(facts.name.constData());
        const QByteArray at = place('/' + facts.name);
        const HttpAnswer revision = release(at + "/git-revision");
        QCOMPARE(revision.body.size(), 40); // no line end
        QCOMPARE(revision.body, m_world.source().commit(now.commit).sha);
        QVERIFY(now.name.endsWith('.' + revision.body.first(12)));
        QCOMPARE(m_world.evaluation(now.eval)->revision, revision.body);
        QCOMPARE(release(at + "/src-url").body, "http://127.0.0.1:1/eval/" + QByteArray::number(now.eval.value));
        QCOMPARE(release(at + "/binary-cache-url").body, "http://127.0.0.1:2");
        QVERIFY(release(at + "/nixexprs.tar.zst").body.startsWith("\x28\xb5\x2f\xfd"));
        QCOMPARE(release(at + "/no-such-file").status, 404);
    }
}

void DistributionTest::indexIsWrittenAsTheRealOne()
{
    const QByteArray real = sample(u"channels/release-index.RECONSTRUCTED.html"_s);
    if (real.isEmpty())
        QSKIP("The samples are not here.");
    // Everything that differs from release to release becomes a mark.
    const auto skeleton = [](QByteArray html) {
        QString text = QString::fromUtf8(html);
        text.replace(QRegularExpression(u"<tr><td>.*</td></tr>"_s), u"ROWS"_s);
        text.replace(QRegularExpression(u"https?://[a-z0-9.:]+/"_s), u"URL/"_s);
        text.replace(QRegularExpression(u"[0-9a-f]{40}"_s), u"REV"_s);
        text.replace(QRegularExpression(u"\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"_s), u"TIME"_s);
        text.replace(QRegularExpression(u"nixos-26\\.05\\.\\d+\\.[0-9a-f]{12}"_s), u"NAME"_s);
        text.replace(QRegularExpression(u"(evaluation |eval/)\\d+"_s), u"\\1N"_s);
        return text.trimmed();
    };
    const QByteArray ours = release(place("/nixos-26.05")).body;
    QCOMPARE(skeleton(ours), skeleton(real));
    // Each row tells the file's size and hash.
    static const QRegularExpression row(
        u"<tr><td><a href='([^']+)'>([^<]+)</a></td><td align='right'>(\\d+)</td><td><tt>([0-9a-f]{64})</tt></td></tr>"_s);
    int rows = 0;
    for (auto it = row.globalMatch(QString::fromUtf8(ours)); it.hasNext(); ++rows) {
        const QRegularExpressionMatch match = it.next();
        const QByteArray body = release(match.captured(1).toUtf8()).body;
        QCOMPARE(QString::number(body.size()), match.captured(3));
        QCOMPARE(QString::fromLatin1(hashOf(body).base16()), match.captured(4));
    }
    QVERIFY(rows >= 8);
}

void DistributionTest::publishedImageIsTheOneThatHydraBuilt()
{
    const QByteArray at = place("/nixos-26.05/latest-nixos-minimal-x86_64-linux.iso");
    const HttpAnswer image = release(at);
    QCOMPARE(image.status, 200);
    const QByteArray published = release(place("/nixos-26.05/latest-nixos-minimal-x86_64-linux.iso.sha256")).body;
    QCOMPARE(published, hashOf(image.body).base16() + "  " + at.mid(at.lastIndexOf('/') + 1));
    const Evaluation &eval = *m_world.evaluation(current("nixos-26.05").eval);
    const auto build = m_world.build(eval, *m_world.findJob(eval.jobset, "nixos.iso_minimal.x86_64-linux"));
    const std::vector<ProductFacts> products = m_world.products(*build);
    QCOMPARE(products.size(), size_t(1));
    QCOMPARE(products.front().sha256, hashOf(image.body).base16());
    QCOMPARE(products.front().size, std::optional<qint64>(image.body.size()));
}

void DistributionTest::storePathsAreTheEvaluationsOutputs()
{
    if (test::runTool(u"xz"_s, {u"--version"_s}).code != 0)
        QSKIP("There is no xz here: the real tool cannot be asked.");
    const test::ToolRun unpacked
        = test::runTool(u"xz"_s, {u"-dc"_s}, {}, release(place("/nixos-unstable-small") + "/store-paths.xz").body);
    QCOMPARE(unpacked.code, 0);
    std::set<QByteArray> expected;
    for (const quint32 number : m_world.evaluation(current("nixos-unstable-small").eval)->builds) {
        const BuildFacts build = m_world.buildAt(number);
        if (number == 0 || !build.succeeded())
            continue;
        for (const OutputOf &output : m_world.recipes().outputs(build.drv))
            expected.insert(output.path.text());
    }
    QCOMPARE(unpacked.out, QByteArrayList(expected.begin(), expected.end()).join('\n') + '\n');
}

void DistributionTest::bucketListsAllReleasesPageByPage()
{
    static const QRegularExpression key(u"<Key>([^<]+)</Key>"_s);
    static const QRegularExpression next(u"<NextMarker>([^<]+)</NextMarker>"_s);
    std::set<QByteArray> seen;
    QByteArray marker;
    for (int page = 0; page < 200; ++page) {
        const QString xml
            = QString::fromUtf8(release("/?delimiter=/&prefix=nixos/unstable-small/&max-keys=7&marker=" + marker).body);
        for (auto it = key.globalMatch(xml); it.hasNext();)
            QVERIFY(seen.insert(it.next().captured(1).toUtf8()).second);
        if (xml.contains(u"<IsTruncated>false</IsTruncated>"_s))
            break;
        marker = next.match(xml).captured(1).toUtf8();
    }
    std::set<QByteArray> expected;
    for (const Release &one : m_world.releases(*m_world.findChannel("nixos-unstable-small")))
        expected.insert("nixos/unstable-small/" + one.name);
    QCOMPARE(seen, expected);
}

void DistributionTest::runnerMetricsAreKnownOnes()
{
    const QByteArray table = sample(u"queue-runner-metrics.tsv"_s);
    if (table.isEmpty())
        QSKIP("The samples are not here.");
    QHash<QByteArray, QByteArrayList> known;
    for (const QByteArray &line : table.split('\n')) {
        const QByteArrayList columns = line.split('\t');
        if (columns.size() >= 3)
            known.insert(columns.at(0), columns);
    }
    for (const MetricSeries &series : runnerMetrics(m_world)) {
        // A histogram's series have its name and a suffix (Prometheus' text format).
        const bool isHistogram = series.type == "histogram";
        const QByteArray family = isHistogram ? series.name.first(series.name.lastIndexOf('_')) : series.name;
        QVERIFY2(known.contains(family), series.name.constData());
        const QByteArrayList columns = known.value(family);
        const QByteArray type = columns.at(1).startsWith("Histogram") ? "histogram"
            : columns.at(1).contains("Counter")                       ? "counter"
                                                                      : "gauge";
        QCOMPARE(series.type, type);
        QCOMPARE(columns.at(2), series.labels.isEmpty() ? QByteArray("{}") : '{' + series.labels.first().first + '}');
    }
}

QTEST_GUILESS_MAIN(DistributionTest)
#include "distribution_test.moc"
