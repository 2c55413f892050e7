// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/simulator.h"
#include "sim/world.h"
#include "support/fakeclock.h"
#include "support/tool.h"

#include <QTest>
#include <QThread>

#include <map>
#include <set>

using namespace narscope;
using namespace narscope::sim;
using namespace Qt::StringLiterals;

// The simulated cache in the hands of the real Nix.

namespace {

/// A Nix expression that makes the same derivations, so that the real Nix computes their paths.
class Expression {
public:
    explicit Expression(Recipes &recipes)
        : m_recipes(recipes)
    {
    }

    /// Adds a derivation and all that it needs; returns its name in the expression.
    QByteArray add(Drv drv)
    {
        if (const auto known = m_names.find(drv.key()); known != m_names.end())
            return known->second;
        for (const Drv input : m_recipes.inputs(drv))
            add(input);
        if (const Drv shell = m_recipes.shell(drv); shell != drv)
            add(shell);
        const QByteArray name = "d" + QByteArray::number(m_names.size());
        m_names.emplace(drv.key(), name);
        for (const OutputOf &output : m_recipes.outputs(drv))
            m_places.emplace(output.path.text(), name + '.' + output.name);
        m_text += "  " + name + " = derivation { " + attributes(*nix::readDerivation(m_recipes.aterm(drv))) + "};\n";
        return name;
    }
    [[nodiscard]] QByteArray text(const QByteArray &result) const
    {
        return "let\n  script = builtins.path { path = ./default-builder.sh; name = \"default-builder.sh\"; "
               "};\n"
            + m_text + "in " + result + '\n';
    }

private:
    // A string in which store paths stand as what they are: outputs of other derivations.
    QByteArray quoted(QByteArray text) const
    {
        text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${");
        static const QByteArray prefix = "/nix/store/";
        for (qsizetype at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
            for (const auto &[path, place] : m_places) {
                if (QByteArrayView(text).sliced(at).startsWith(path))
                    text.replace(at, path.size(), "${" + place + '}');
            }
        }
        return '"' + text + '"';
    }
    QByteArray attributes(const nix::Derivation &derivation) const
    {
        QByteArray list;
        for (const auto &[key, value] : derivation.environment) {
            if (key == "outputs")
                list += "outputs = builtins.filter builtins.isString (builtins.split \" \" \"" + value + "\"); ";
            else if (!derivation.outputs.contains(key))
                list += '"' + key + "\" = " + quoted(value) + "; ";
        }
        return derivation.arguments.isEmpty() ? list : list + "args = [ \"-e\" \"${script}\" ]; ";
    }

    Recipes &m_recipes;
    std::map<quint64, QByteArray> m_names;
    std::map<QByteArray, QByteArray> m_places;
    QByteArray m_text;
};

} // namespace

class CacheTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void nixComputesTheSamePaths();
    void nixVerifiesGoodPaths();
    void nixCopiesAClosure();
    void nixRefusesIncidents_data();
    void nixRefusesIncidents();
    void nixReadsLogsOfOldBuilds();
    void bothCachesTellTheSameContents();

private:
    [[nodiscard]] test::ToolRun nix(QStringList arguments) const
    {
        return test::runTool(u"nix"_s, std::move(arguments), m_folder.path(), {}, m_environment);
    }
    /// The newest build of a package on x86_64-linux that succeeded.
    [[nodiscard]] BuildFacts built(const char *attr);

    QTemporaryDir m_folder;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    test::FakeClock m_clock;
    QThread m_thread;
    QObject *m_inThread = nullptr;
    std::unique_ptr<Simulator> m_simulator;
    Addresses m_addresses;
};

void CacheTest::initTestCase()
{
    if (!test::NixStore::isHere())
        QSKIP("There is no nix here: the real tool cannot be asked.");
    const auto write = [this](const QString &name, const QByteArray &bytes) {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    };
    // The simulator has a thread of its own: the tools are waited for here.
    m_inThread = new QObject;
    m_inThread->moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_inThread,
        [this] {
            m_simulator = std::make_unique<Simulator>(Config{.seed = 1, .jobs = 450}, m_clock);
            const auto addresses = m_simulator->start();
            if (addresses)
                m_addresses = *addresses;
        },
        Qt::BlockingQueuedConnection);
    QVERIFY(!m_addresses.cache.isEmpty());
    write(u"nix.conf"_s,
        "experimental-features = nix-command\nsubstituters =\nbuild-users-group =\nsandbox = "
        "false\ntrusted-public-keys = "
            + m_addresses.cacheKey + ' ' + m_addresses.secondCacheKey + '\n');
    write(u"default-builder.sh"_s, Recipes::builderScript());
    m_environment.insert(u"HOME"_s, m_folder.path());
    m_environment.insert(u"NIX_CONF_DIR"_s, m_folder.path());
    m_environment.insert(u"XDG_CACHE_HOME"_s, m_folder.filePath(u"cache"_s));
    m_environment.remove(u"NIX_REMOTE"_s);
}

void CacheTest::cleanupTestCase()
{
    if (m_inThread != nullptr)
        QMetaObject::invokeMethod(m_inThread, [this] { m_simulator.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
    delete m_inThread;
    test::runTool(u"chmod"_s, {u"-R"_s, u"u+w"_s, m_folder.path()});
}

// Nothing else runs in the simulator's thread while a tool is not asking.
BuildFacts CacheTest::built(const char *attr)
{
    World &world = m_simulator->world();
    const auto jobset = world.findJobset("nixpkgs", "unstable");
    for (const BuildFacts &build :
        world.history(*jobset, *world.findJob(*jobset, QByteArray(attr) + ".x86_64-linux"))) {
        if (build.succeeded())
            return build;
    }
    qFatal("%s was not built", attr);
}

void CacheTest::nixComputesTheSamePaths()
{
    Recipes &recipes = m_simulator->world().recipes();
    Expression expression(recipes);
    QByteArray asked;
    QByteArray expected;
    for (const char *attr : {"hello", "curl", "systemd", "python3", "nix"}) {
        const Drv drv = built(attr).drv;
        asked += expression.add(drv) + ' ';
        expected += recipes.drvPath(drv).text() + '\n';
        for (const OutputOf &output : recipes.outputs(drv))
            expected += output.path.text() + '\n';
    }
    const QByteArray text
        = expression.text("builtins.concatStringsSep \"\" (builtins.concatMap (d: map (p: "
                          "\"${builtins.unsafeDiscardStringContext p}\\n\") "
                          "([ d.drvPath ] ++ map (o: d.${o}.outPath) (builtins.sort builtins.lessThan d.outputs))) [ "
            + asked + "])");
    QFile file(m_folder.filePath(u"all.nix"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    const test::ToolRun run
        = nix({u"eval"_s, u"--store"_s, m_folder.filePath(u"evaluated"_s), u"--raw"_s, u"--file"_s, file.fileName()});
    QVERIFY2(run.code == 0, run.err.constData());
    QCOMPARE(run.out, expected);
}

void CacheTest::nixVerifiesGoodPaths()
{
    for (const char *attr : {"hello", "openssl", "python3", "curl", "git"}) {
        const BuildFacts build = built(attr);
        for (const OutputOf &output : m_simulator->world().recipes().outputs(build.drv)) {
            const test::ToolRun run = nix({u"store"_s, u"verify"_s, u"--store"_s, m_addresses.cache.toString(),
                QString::fromLatin1(output.path.text())});
            QVERIFY2(run.code == 0, run.err.constData());
        }
    }
}

void CacheTest::nixCopiesAClosure()
{
    const QByteArray path = m_simulator->world().recipes().mainPath(built("curl").drv).text();
    const QString store = m_folder.filePath(u"copied"_s);
    const test::ToolRun copy
        = nix({u"copy"_s, u"--from"_s, m_addresses.cache.toString(), u"--to"_s, store, QString::fromLatin1(path)});
    QVERIFY2(copy.code == 0, copy.err.constData());
    const test::ToolRun check
        = nix({u"store"_s, u"verify"_s, u"--store"_s, store, u"--recursive"_s, QString::fromLatin1(path)});
    QVERIFY2(check.code == 0, check.err.constData());
    const test::ToolRun closure
        = nix({u"path-info"_s, u"--store"_s, store, u"--recursive"_s, QString::fromLatin1(path)});
    QVERIFY(closure.out.count('\n') > 10);
    QVERIFY(closure.out.contains("-glibc-") && closure.out.contains("-openssl-"));
}

void CacheTest::nixRefusesIncidents_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<bool>("isGood");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("other package's NAR") << QByteArray("other-nar") << false << QByteArray("was modified");
    QTest::newRow("unknown key") << QByteArray("unknown-key") << false << QByteArray("is untrusted");
    // With or without a checksum of its own, depending on the compression.
    QTest::newRow("flipped byte") << QByteArray("flipped-byte") << false << QByteArray("was modified|orrupt");
    QTest::newRow("missing") << QByteArray("missing") << false << QByteArray("is not valid");
    QTest::newRow("two signatures") << QByteArray("two-signatures") << true << QByteArray();
}

void CacheTest::nixRefusesIncidents()
{
    QFETCH(QByteArray, kind);
    QFETCH(bool, isGood);
    QFETCH(QByteArray, reason);
    for (const Incident &incident : m_simulator->world().incidents()) {
        if (word(incident.kind) != kind)
            continue;
        const QString path = QString::fromLatin1(incident.path.text());
        const test::ToolRun check = nix({u"store"_s, u"verify"_s, u"--store"_s, m_addresses.cache.toString(), path});
        QCOMPARE(check.code == 0, isGood);
        const QRegularExpression reasons(QString::fromLatin1(reason));
        QVERIFY2(isGood || reasons.match(QString::fromUtf8(check.err)).hasMatch(), check.err.constData());
        const test::ToolRun copy = nix(
            {u"copy"_s, u"--from"_s, m_addresses.cache.toString(), u"--to"_s, m_folder.filePath(u"copied"_s), path});
        QCOMPARE(copy.code == 0, isGood);
        return;
    }
    QFAIL("There is no such incident.");
}

void CacheTest::nixReadsLogsOfOldBuilds()
{
    World &world = m_simulator->world();
    for (qint64 id = 310'000'001;; ++id) {
        const BuildFacts build = *world.build(BuildId{id});
        if (!build.succeeded() || world.builtAt(build.drv) >= world.historyStart()
            || world.recipes().nixName(build.drv) == "bootstrap-tools")
            continue;
        const QString drv = QString::fromLatin1(world.recipes().drvPath(build.drv).text());
        const test::ToolRun run = nix({u"store"_s, u"cat"_s, u"--store"_s, m_addresses.cache.toString(), drv});
        QVERIFY2(run.code != 0, "a cache holds no derivations");
        const test::ToolRun log = nix({u"log"_s, u"--store"_s, m_addresses.cache.toString(), drv});
        QVERIFY2(log.code == 0, log.err.constData());
        QCOMPARE(log.out.trimmed(), world.log(build.drv)->trimmed());
        return;
    }
}

void CacheTest::bothCachesTellTheSameContents()
{
    int both = 0;
    for (const char *attr : {"hello", "openssl", "python3", "git", "zlib", "xz", "bash", "perl"}) {
        const QString path = QString::fromLatin1(m_simulator->world().recipes().mainPath(built(attr).drv).text());
        const test::ToolRun run
            = nix({u"store"_s, u"verify"_s, u"--store"_s, m_addresses.secondCache.toString(), path});
        both += run.code == 0 ? 1 : 0;
        QVERIFY2(run.code == 0 || run.err.contains("is not valid"), run.err.constData());
    }
    QVERIFY(both > 2);
}

QTEST_GUILESS_MAIN(CacheTest)
#include "cache_test.moc"
