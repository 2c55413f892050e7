// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/containment.h"
#include "github/zip.h"
#include "support/flow.h"
#include "support/tool.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace narscope;
using namespace narscope::github;
using namespace narscope::test;

// Containment over real clones, and archives made by another tool.

namespace {

QString git(const QString &folder, QStringList arguments)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const auto *who : {"AUTHOR", "COMMITTER"}) {
        environment.insert(u"GIT_%1_NAME"_s.arg(QLatin1StringView(who)), u"Somebody"_s);
        environment.insert(u"GIT_%1_EMAIL"_s.arg(QLatin1StringView(who)), u"somebody@example.org"_s);
    }
    environment.insert(u"GIT_CONFIG_GLOBAL"_s, u"/dev/null"_s);
    const auto run = runTool(u"git"_s, arguments, folder, {}, environment);
    if (run.code != 0)
        qFatal("git %s: %s", qPrintable(arguments.join(u' ')), run.err.constData());
    return QString::fromLatin1(run.line());
}

QString commit(const QString &folder, const QString &message)
{
    git(folder, {u"commit"_s, u"--quiet"_s, u"--allow-empty"_s, u"-m"_s, message});
    return git(folder, {u"rev-parse"_s, u"HEAD"_s});
}

} // namespace

class GitTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_origin;
    QString m_clone;
    QString m_change; ///< a commit of a pull request, merged to staging, carried to master
    QString m_mergeToStaging;
    QString m_carrier; ///< the merge of staging into master
    QString m_unmerged;

    Containing ask(CloneContainment &clone, const QString &branch, const QString &sha)
    {
        auto answer = waitFor(clone.contains(branch, sha, {}));
        if (!answer)
            qFatal("%s", qPrintable(describe(answer.error())));
        return *answer;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (runTool(u"git"_s, {u"--version"_s}).code != 0)
            QSKIP("there is no git here");
        m_origin = m_folder.filePath(u"origin"_s);
        m_clone = m_folder.filePath(u"clone"_s);
        git(m_folder.path(), {u"init"_s, u"--quiet"_s, u"-b"_s, u"master"_s, m_origin});
        commit(m_origin, u"first"_s);
        git(m_origin, {u"checkout"_s, u"--quiet"_s, u"-b"_s, u"staging"_s});
        git(m_origin, {u"checkout"_s, u"--quiet"_s, u"-b"_s, u"change"_s});
        m_change = commit(m_origin, u"hello: 1 -> 2"_s);
        git(m_origin, {u"checkout"_s, u"--quiet"_s, u"staging"_s});
        git(m_origin, {u"merge"_s, u"--quiet"_s, u"--no-ff"_s, u"-m"_s, u"Merge pull request #1"_s, u"change"_s});
        m_mergeToStaging = git(m_origin, {u"rev-parse"_s, u"HEAD"_s});
        git(m_origin, {u"checkout"_s, u"--quiet"_s, u"master"_s});
        commit(m_origin, u"second"_s);
        git(m_origin, {u"merge"_s, u"--quiet"_s, u"--no-ff"_s, u"-m"_s, u"staging into master"_s, u"staging"_s});
        m_carrier = git(m_origin, {u"rev-parse"_s, u"HEAD"_s});
        commit(m_origin, u"third"_s);
        git(m_origin, {u"checkout"_s, u"--quiet"_s, u"-b"_s, u"nixos-unstable"_s, u"HEAD~2"_s});
        git(m_origin, {u"checkout"_s, u"--quiet"_s, u"-b"_s, u"wip/other"_s, u"master"_s});
        m_unmerged = commit(m_origin, u"not merged"_s);
        git(m_folder.path(), {u"clone"_s, u"--quiet"_s, m_origin, m_clone});
    }

    void aBranchContainsWhatIsMergedIntoIt()
    {
        CloneContainment clone(m_clone);
        QCOMPARE(ask(clone, u"staging"_s, m_change).contained, Contained::Yes);
        QCOMPARE(ask(clone, u"master"_s, m_change).contained, Contained::Yes);
        QCOMPARE(ask(clone, u"nixos-unstable"_s, m_change).contained, Contained::No);
        QCOMPARE(ask(clone, u"master"_s, m_unmerged).contained, Contained::No);
        const auto itself = ask(clone, u"master"_s, git(m_origin, {u"rev-parse"_s, u"master"_s}));
        QCOMPARE(itself.contained, Contained::Yes);
        QCOMPARE(itself.head, git(m_origin, {u"rev-parse"_s, u"master"_s}));
    }

    void theCommandThatIsToldSaysTheSame()
    {
        CloneContainment clone(m_clone);
        for (const auto &branch : {u"master"_s, u"nixos-unstable"_s}) {
            const auto answer = ask(clone, branch, m_change);
            auto words = answer.how.split(u' ');
            QCOMPARE(words.takeFirst(), u"git"_s);
            QCOMPARE(runTool(u"git"_s, words).code, answer.contained == Contained::Yes ? 0 : 1);
        }
    }

    void whatTheCloneDoesNotHaveIsUnknownAndNotNo()
    {
        CloneContainment clone(m_clone);
        QCOMPARE(ask(clone, u"master"_s, QString(40, u'1')).contained, Contained::Unknown);
        QCOMPARE(ask(clone, u"nixos-13.10"_s, m_change).contained, Contained::Unknown);
    }

    void theCarrierIsTheMergeOnTheBranchsOwnLine()
    {
        CloneContainment clone(m_clone);
        QCOMPARE(*waitFor(clone.carrier(u"master"_s, m_change)), std::optional(m_carrier));
        QCOMPARE(*waitFor(clone.carrier(u"staging"_s, m_change)), std::optional(m_mergeToStaging));
        QCOMPARE(*waitFor(clone.carrier(u"staging"_s, m_mergeToStaging)), std::optional(m_mergeToStaging));
        QCOMPARE(*waitFor(clone.carrier(u"master"_s, m_carrier)), std::optional(m_carrier));
        QCOMPARE(*waitFor(clone.carrier(u"nixos-unstable"_s, m_change)), std::optional<QString>());
    }

    void aBareCloneHasTheBranchesAsItsOwn()
    {
        const auto bare = m_folder.filePath(u"bare.git"_s);
        git(m_folder.path(), {u"clone"_s, u"--quiet"_s, u"--bare"_s, m_origin, bare});
        CloneContainment clone(bare);
        QCOMPARE(ask(clone, u"master"_s, m_change).contained, Contained::Yes);
        QCOMPARE(ask(clone, u"wip/other"_s, m_unmerged).contained, Contained::Yes);
    }

    void namesThatCouldBeOptionsOrExpressionsAreRefused()
    {
        CloneContainment clone(m_clone);
        for (const auto &branch :
            {u"--output=x"_s, u"-x"_s, u"master..staging"_s, u"master^{/x}"_s, u"a b"_s, u""_s, u"../x"_s})
            QCOMPARE(waitFor(clone.contains(branch, m_change, {})).error().kind, ProblemKind::Usage);
        for (const auto &sha : {u"HEAD"_s, u"--all"_s, QString(39, u'a'), QString(40, u'A')})
            QCOMPARE(waitFor(clone.contains(u"master"_s, sha, {})).error().kind, ProblemKind::Usage);
    }

    void nothingOfTheClonesOwnConfigurationIsRun()
    {
        const auto folder = m_folder.filePath(u"hostile"_s);
        const auto trap = m_folder.filePath(u"trap"_s);
        const auto sprung = m_folder.filePath(u"sprung"_s);
        git(m_folder.path(), {u"clone"_s, u"--quiet"_s, m_origin, folder});
        QFile script(trap);
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\ntouch " + sprung.toLocal8Bit() + "\nexit 0\n");
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        for (const auto &key : {u"core.fsmonitor"_s, u"core.pager"_s, u"core.sshCommand"_s, u"core.editor"_s,
                 u"remote.origin.uploadpack"_s, u"alias.merge-base"_s})
            git(folder, {u"config"_s, key, key.startsWith("alias"_L1) ? u"!"_s + trap : trap});
        // A partial clone would fetch what it lacks.
        git(folder, {u"config"_s, u"extensions.partialClone"_s, u"origin"_s});
        git(folder, {u"config"_s, u"remote.origin.promisor"_s, u"true"_s});
        CloneContainment clone(folder);
        QCOMPARE(ask(clone, u"master"_s, m_change).contained, Contained::Yes);
        QCOMPARE(ask(clone, u"master"_s, QString(40, u'1')).contained, Contained::Unknown);
        QVERIFY(!QFile::exists(sprung));
    }

    void aFolderWithoutACloneIsAProblemThatSaysSo()
    {
        CloneContainment clone(m_folder.path());
        const auto answer = waitFor(clone.contains(u"master"_s, m_change, {}));
        QVERIFY(!answer);
        QVERIFY(answer.error().advice.contains(u"clone of nixpkgs"_s));
    }

    void filesOfAnArchiveMadeByAnotherToolAreRead()
    {
        if (runTool(u"python3"_s, {u"--version"_s}).code != 0)
            QSKIP("there is no python3 here");
        const auto made = m_folder.filePath(u"made.zip"_s);
        const auto code = u"import zipfile,sys\nwith zipfile.ZipFile(sys.argv[1],'w') as z:\n"
                          " z.writestr('step-summary.md','# x'*5000,zipfile.ZIP_DEFLATED)\n"
                          " z.writestr('owners.txt','someone',zipfile.ZIP_STORED)\n"
                          " z.comment=b'made elsewhere'\n"_s;
        QCOMPARE(runTool(u"python3"_s, {u"-c"_s, code, made}).code, 0);
        QFile file(made);
        QVERIFY(file.open(QIODevice::ReadOnly));
        auto zip = file.readAll();
        QCOMPARE(fileInZip(zip, "owners.txt", 100).value_or("?"), QByteArray("someone"));
        QCOMPARE(fileInZip(zip, "step-summary.md", 100000).value_or("?"), QByteArray("# x").repeated(5000));
        QCOMPARE(fileInZip(zip, "step-summary.md", 14999).error().kind, ProblemKind::TooLarge);
        QCOMPARE(fileInZip(zip, "nothing", 100).error().kind, ProblemKind::NotFound);
        const auto at = zip.indexOf("someone");
        zip[at] = 'S';
        QCOMPARE(fileInZip(zip, "owners.txt", 100).error().kind, ProblemKind::Malformed);
        for (qsizetype size = 0; size < zip.size(); size += 7)
            QVERIFY(!fileInZip(zip.first(size), "owners.txt", 100));
    }
};

QTEST_GUILESS_MAIN(GitTest)
#include "git_test.moc"
