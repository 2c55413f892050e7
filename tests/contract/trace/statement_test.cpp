// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/infrastructure.h"
#include "github/parsers.h"
#include "hydra/jsonparsers.h"
#include "nix/narlisting.h"
#include "support/tool.h"
#include "trace/localsystem.h"
#include "unit/trace/bundlehelp.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QJsonDocument>
#include <QTest>

#include <functional>

using namespace narscope;
using namespace narscope::test;

namespace {

const auto schemas = u"/usr/share/gocode/src/github.com/in-toto/attestation/protos"_s;

bool areToolsHere()
{
    return QFile::exists(schemas) && runTool(u"protoc"_s, {u"--version"_s}).code == 0
        && runTool(
               u"python3"_s, {u"-c"_s, u"import securesystemslib.dsse, google.protobuf.json_format, cryptography"_s})
               .code
        == 0;
}

QString script(const QString &name)
{
    return QStringLiteral(NARSCOPE_SOURCE_DIR "/tests/contract/trace/") + name;
}

QByteArray bundleBytes()
{
    const auto cache = keyOf("test-cache-1");
    const auto bytes = writeBundle(traceOf(cache), keyOf("mira.example.org-1"), policyOf(cache), test::now, u"0.1.0"_s);
    return bytes ? *bytes : QByteArray();
}

using Reader = std::function<bool(QByteArray)>;

template <typename T> Reader by(Result<T> (*parse)(QByteArrayView), bool (*isRight)(const T &))
{
    return [parse, isRight](const QByteArray &body) {
        const auto read = parse(body);
        return read && isRight(*read);
    };
}

const QString revision = u"a50de1b7d8a586adc18d2395c19de7d6058e6030"_s;
const QString openapv = u"/nix/store/0mg3mag909yg8pk14cjsppxs2px7iqfv-openapv-0.2.1.2"_s;

/// Samples of the distribution that other tests do not read, with what the reference says that they mean.
std::map<QString, Reader> readers()
{
    std::map<QString, Reader> list;
    list[u"hydra/iso-build.RECONSTRUCTED.json"_s] = by<hydra::Build>(hydra::parseBuild, [](const hydra::Build &build) {
        return build.job.job == "nixos.iso_minimal.x86_64-linux"_L1 && build.state() == hydra::BuildState::Succeeded
            && !build.products.isEmpty() && !build.products.first().sha256.isEmpty();
    });
    list[u"hydra/latest-finished-build.RECONSTRUCTED.json"_s]
        = by<hydra::Build>(hydra::parseBuild, [](const hydra::Build &build) {
              return build.job.jobset.text() == "nixos:release-26.05"_L1 && build.job.job == "tested"_L1
                  && build.evals == QList{EvalId(1830000)};
          });
    list[u"hydra/search-drvpath.RECONSTRUCTED.json"_s]
        = by<hydra::SearchResult>(hydra::parseSearch, [](const hydra::SearchResult &found) {
              return found.byDerivation.size() == 1 && found.byDerivation.first().id == BuildId(331111111);
          });
    list[u"hydra/get-info.RECONSTRUCTED.json"_s] = by<hydra::BuildInfo>(
        hydra::parseBuildInfo, [](const hydra::BuildInfo &info) { return info.outPath == openapv; });
    list[u"github/compare-contains.RECONSTRUCTED.json"_s]
        = by<github::Comparison>(github::parseComparison, [](const github::Comparison &comparison) {
              return comparison.status == github::CompareStatus::Behind && comparison.aheadBy == 0;
          });
    list[u"github/commits-pulls.RECONSTRUCTED.json"_s]
        = by<QList<github::PullRequest>>(github::parsePulls, [](const QList<github::PullRequest> &pulls) {
              return !pulls.isEmpty() && pulls.first().number == PullRequestNr(123456)
                  && pulls.first().state == github::PullState::Merged;
          });
    list[u"github/commit-verification.RECONSTRUCTED.json"_s] = by<github::Commit>(github::parseCommit,
        [](const github::Commit &read) { return read.signature.verified && read.signature.byGitHub; });
    list[u"cache/ls.RECONSTRUCTED.json"_s] = [](const QByteArray &body) { return bool(nix::readListing(body)); };
    list[u"pathinfo/nixos-version-json.RECONSTRUCTED.json"_s]
        = [](const QByteArray &body) { return trace::nixpkgsRevisionIn(body) == revision; };
    list[u"crypto/staging-bash-two-sigs.narinfo"_s] = [](const QByteArray &body) {
        const auto read = nix::readNarInfo(body);
        return read && read->info.signatures.size() == 2;
    };
    list[u"provenance/slsa-statement-nix.RECONSTRUCTED.json"_s] = [](const QByteArray &body) {
        const auto statement = QJsonDocument::fromJson(body).object();
        return statement.value("predicateType"_L1) == trace::provenanceType
            && statement["subject"_L1][0]["mediaType"_L1] == "application/x-nix-nar"_L1;
    };
    return list;
}

/// Formats of tools that Narscope has nothing to do with, or does not ask (distribution.md §4, §2.6): why each is not
/// read.
const QStringList withoutReader{u"README.md"_s, // the list of the samples
    u"cache/debuginfo-entry.RECONSTRUCTED.json"_s, // debuggers ask for it
    u"channels/flake-lock-channel-entries.RECORDED.json"_s, // a flake's own file
    u"crypto/drv-closure-local/expr.nix.txt"_s, // what the closure beside it was made from
    u"hydra/eval.RECONSTRUCTED.json"_s, // class C; the page of an evaluation tells the same, and its jobset
    u"hydra/eval-store-paths.RECONSTRUCTED.json"_s, // class D; a release has the same list
    u"pathinfo/build-trace-entry-v3.RECORDED-nix-doc.json"_s, // nixpkgs has no content-addressed derivations
    u"pathinfo/nar-info-v1.RECORDED-nix-testdata.json"_s, // `nix path-info` of a local store: not run
    u"pathinfo/nar-info-v2.RECORDED-nix-testdata.json"_s, u"pathinfo/nar-info-v3.RECORDED-nix-testdata.json"_s,
    u"pathinfo/os-release.RECONSTRUCTED.txt"_s, // nixos-version says the same
    u"prometheus/hydra-job-prometheus.RECONSTRUCTED.txt"_s, // Prometheus itself is asked, not Hydra
    u"provenance/determinate-path-info-provenance.RECORDED-test-expectation.json"_s, // another vendor's field
    u"provenance/pr-tracker-v2-landings.RECONSTRUCTED.json"_s, // another tracker's service
    u"provenance/rekor-entry.RECONSTRUCTED.json"_s, // Nix has no entry there
    u"rebuild/rebuilderd-builds.RECONSTRUCTED.json"_s, // other distributions
    u"rebuild/rebuilderd-dashboard.RECONSTRUCTED.json"_s};

} // namespace

/// Every sample of the distribution: read here, read by another test, or said why not.
class DistributionSamplesTest : public QObject {
    Q_OBJECT

    const QDir m_folder{QStringLiteral(NARSCOPE_SHARED_DIR "/samples/distribution")};

    [[nodiscard]] QByteArray sample(const QString &name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    /// Names of samples stand in the sources of the tests that read them.
    static QByteArray sourcesOfTests()
    {
        QByteArray all;
        QDirIterator files(
            QStringLiteral(NARSCOPE_SOURCE_DIR "/tests"), {u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!file.fileName().endsWith("statement_test.cpp"_L1) && file.open(QIODevice::ReadOnly))
                all += file.readAll();
        }
        return all;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_folder.exists())
            QSKIP("no samples of the distribution beside the checkout");
    }

    void everySampleIsReadOrSaidWhyNot()
    {
        const auto own = readers();
        const auto sources = sourcesOfTests();
        QStringList unread;
        QDirIterator files(m_folder.path(), QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const auto name = m_folder.relativeFilePath(files.next());
            const auto base = name.section(u'/', -1).toUtf8();
            const auto stem = base.left(base.lastIndexOf('.')); // all of it without a dot
            const bool isElsewhere = sources.contains(base) || sources.contains(stem + "\"_s")
                || name.endsWith(".drv"_L1) || name.endsWith(".tsv"_L1);
            if (const auto reader = own.find(name); reader != own.end())
                QVERIFY2(reader->second(sample(name)), qPrintable(name));
            else if (!isElsewhere)
                unread << name;
        }
        unread.sort();
        auto expected = withoutReader;
        expected.sort();
        QCOMPARE(unread, expected);
    }

    /// What the endpoint inspector holds the world against is what the zone files say.
    void theShippedTableIsThatOfTheZoneFiles()
    {
        QHash<QString, QStringList> published; // «A cache.nixos.org»
        for (const auto &zone : {u"nixos.org"_s, u"ofborg.org"_s}) {
            for (const auto &line : sample(u"dns/"_s + zone + u".tsv"_s).split('\n')) {
                const auto parts = QString::fromUtf8(line).split(u'\t');
                if (parts.size() < 3)
                    continue;
                const auto name = parts[1] == "@"_L1 ? zone : parts[1] + u'.' + zone;
                auto value = parts[2];
                if (parts[0] == "CNAME"_L1)
                    value = value.endsWith(u'.') ? value.chopped(1) : value + u'.' + zone;
                published[parts[0] + u' ' + name] << value;
            }
        }
        QVERIFY(published.size() > 50);
        int compared = 0;
        for (const auto &host : channels::shippedInfrastructure().hosts) {
            for (const auto &[type, values] : host.records) {
                const auto key = word(type) + u' ' + host.name;
                if (!published.contains(key))
                    continue;
                auto zone = published.value(key);
                zone.sort();
                QCOMPARE(values, zone);
                ++compared;
            }
        }
        QVERIFY(compared >= 10);
    }
};

/// What we sign, read by the in-toto project's own schemas and verified by its own library.
class StatementTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!areToolsHere())
            QSKIP("no protoc, in-toto schemas or securesystemslib here");
    }

    /// Strict: members that the schemas do not know are errors, but for those of SLSA's rule for extensions
    /// (VENDOR_NAME).
    void theStatementsKeepTheSchemasOfInTotoAndSlsa()
    {
        const QTemporaryDir folder;
        const auto compiled = runTool(u"protoc"_s,
            {u"-I"_s + schemas, u"-I/usr/include"_s, u"--python_out=."_s, u"in_toto_attestation/v1/statement.proto"_s,
                u"in_toto_attestation/v1/resource_descriptor.proto"_s,
                u"in_toto_attestation/predicates/provenance/v1/provenance.proto"_s,
                u"in_toto_attestation/predicates/vsa/v1/vsa.proto"_s},
            folder.path());
        QVERIFY2(compiled.code == 0, compiled.err.constData());
        const auto run = runTool(u"python3"_s, {script(u"statements.py"_s)}, folder.path(), bundleBytes());
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(run.line(), "2 2");
    }

    void theEnvelopesVerifyWithTheLibraryOfInToto()
    {
        const auto run = runTool(u"python3"_s, {script(u"envelopes.py"_s)}, {}, bundleBytes());
        QVERIFY2(run.code == 0, run.err.constData());
        QCOMPARE(run.line(), "2");
    }
};

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    DistributionSamplesTest samples;
    StatementTest statements;
    return QTest::qExec(&samples, argc, argv) + QTest::qExec(&statements, argc, argv);
}

#include "statement_test.moc"
