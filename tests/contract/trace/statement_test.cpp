// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/tool.h"
#include "unit/trace/bundlehelp.h"

#include <QTest>

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

} // namespace

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

QTEST_APPLESS_MAIN(StatementTest)
#include "statement_test.moc"
