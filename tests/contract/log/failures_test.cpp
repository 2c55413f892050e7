// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/escapes.h"
#include "log/extract.h"

#include <QDir>
#include <QRegularExpression>
#include <QTest>

using namespace narscope;
using namespace narscope::log;
using namespace Qt::StringLiterals;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// Logs of builds that really failed (make-failures made them): the line a person would point at must come first.
class FailuresTest : public QObject {
    Q_OBJECT

    const QDir m_folder{QStringLiteral(NARSCOPE_SOURCE_DIR "/tests/contract/log/failures")};

    static QString firstLine(const QByteArray &log, ErrorExtract *all = nullptr)
    {
        const MemoryBytes bytes(log);
        LineIndex index;
        OutlineScanner outline;
        if (!index.extend(bytes) || !outline.extend(bytes, index, true))
            return {};
        const auto extract = extractErrors(bytes, index, outline.phases());
        if (!extract || extract->findings.empty())
            return {};
        if (all)
            *all = *extract;
        return QString::fromUtf8(visible(log).split('\n').value(extract->findings.front().line.value));
    }

private Q_SLOTS:
    void theCauseComesFirstInNineOfTen()
    {
        int right = 0;
        QStringList misses;
        const auto rows = contents(m_folder.filePath(u"index.tsv"_s)).split('\n');
        for (const auto &row : rows) {
            const auto fields = row.split('\t');
            if (fields.size() != 2)
                continue;
            const auto name = QString::fromUtf8(fields[0]);
            const auto line = firstLine(contents(m_folder.filePath(name + u".log"_s)));
            if (QRegularExpression(QString::fromUtf8(fields[1])).match(line).hasMatch())
                ++right;
            else
                misses << name + u": «"_s + line + u'»';
        }
        const auto count = right + misses.size();
        qInfo("the right line is first in %d of %lld logs", right, static_cast<long long>(count));
        for (const auto &miss : std::as_const(misses))
            qInfo("missed: %s", qUtf8Printable(miss));
        QVERIFY(count >= 60);
        QVERIFY(right * 10 >= count * 9);
    }

    void aLogWithoutErrorsHasNone()
    {
        const auto log
            = "Running phase: configurePhase\nchecking for strerror... yes\n-- Looking for error.h - found\n0 errors, "
              "3 warnings\n"
              "[1/2] Building CXX object src/error.cpp.o\nerror.c:12:3: warning: unused\n100% tests passed, 0 tests "
              "failed out of 3\nxfailed test_a\n   "
              "Compiling quick-error v2.0.1\n   Compiling error-chain v0.12.4\ncp src/error.rs out/lib/error/\n"
              "[INFO] Failed tests are listed below, if any\nPASS: error-test\nXFAIL: failed-open\n"
              "SKIP: missing-tool.sh\n# ERROR: 0\n  fails with an error when the input is invalid [\xe2\x9c\x94]\n"
              "Program missing-tool found: NO\n2/4 invalid-input  EXPECTEDFAIL  0.01s  exit status 1\n"
              "4/4 failed-open  SKIP  0.01s  exit status 77\n=== 410 passed, 1 xfailed in 3.21s ===\n"
              "    - cannot be undefined\nrm: cannot remove 'nothere': No such file or directory\n"
              "make: [Makefile:2: all] Error 1 (ignored)\nconfigure.ac:12: installing './compile'\n"_ba;
        ErrorExtract all;
        QCOMPARE(firstLine(log, &all), QString());
        QCOMPARE(all.findings.size(), 0u);
    }

    void theSameCauseHasTheSameFingerprint()
    {
        ErrorExtract one;
        ErrorExtract two;
        ErrorExtract other;
        firstLine("gcc -c a\n/build/tmp.x1/a.c:12:3: error: 'foo' undeclared\nmake: *** [Makefile:3: a.o] Error 1\n"_ba,
            &one);
        firstLine("other words\n/build/tmp.y2/a.c:12:3: error: 'foo' undeclared\n"_ba, &two);
        firstLine("a.c:12:3: error: 'bar' undeclared\n"_ba, &other);
        QVERIFY(!one.fingerprint().isEmpty());
        QCOMPARE(one.fingerprint(), two.fingerprint());
        QVERIFY(one.fingerprint() != other.fingerprint());
    }
};

QTEST_APPLESS_MAIN(FailuresTest)
#include "failures_test.moc"
