// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/subject.h"

#include <QTest>

using namespace narscope;
using namespace Qt::StringLiterals;

namespace {

QList<HydraAddress> hydras()
{
    return {
        {u"hydra.nixos.org"_s, QUrl(u"https://hydra.nixos.org"_s)}, {u"demo"_s, QUrl(u"http://127.0.0.1:4711/sub/"_s)}};
}

/// Kind and text of each meaning, «server» in brackets.
QString printed(const QString &text)
{
    QStringList lines;
    for (const auto &subject : recognise(text, hydras()))
        lines << subject.kindWord() + u' '
                + (subject.number                ? QString::number(subject.number)
                        : subject.name.isEmpty() ? subject.text()
                                                 : subject.text() + u' ' + subject.name)
                + (subject.server.isEmpty() ? QString() : u" ("_s + subject.server + u')');
    return lines.join(u"; "_s);
}

} // namespace

class SubjectTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTextMeansWhatItLooksLike_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("meaning");
        const auto row = [](const char *name, const QString &text, const QString &meaning) {
            QTest::newRow(name) << text << meaning;
        };
        row("bare number", u" 309998812\n"_s, u"build 309998812; evaluation 309998812; pull request 309998812"_s);
        row("said number", u"eval 1824991"_s, u"evaluation 1824991"_s);
        row("build page", u"https://hydra.nixos.org/build/309998812#tabs-details"_s,
            u"build 309998812 (hydra.nixos.org)"_s);
        row("log of a build", u"https://hydra.nixos.org/build/309998812/nixlog/1/tail"_s,
            u"build 309998812 (hydra.nixos.org)"_s);
        row("evaluation page", u"http://127.0.0.1:4711/sub/eval/77?filter=x"_s, u"evaluation 77 (demo)"_s);
        row("jobset page", u"https://hydra.nixos.org/jobset/nixpkgs/unstable/evals"_s,
            u"jobset nixpkgs:unstable (hydra.nixos.org)"_s);
        row("job page", u"https://hydra.nixos.org/job/nixos/unstable/tested/latest"_s,
            u"job nixos:unstable:tested tested (hydra.nixos.org)"_s);
        row("front page", u"https://hydra.nixos.org/"_s, u"server hydra.nixos.org (hydra.nixos.org)"_s);
        row("project", u"nixpkgs"_s, u"project nixpkgs"_s);
        row("jobset", u"nixpkgs:unstable"_s, u"jobset nixpkgs:unstable"_s);
        row("jobset with a slash", u"nixos/release-26.05"_s, u"jobset nixos:release-26.05"_s);
        row("job", u"nixpkgs:unstable:hello.x86_64-linux"_s,
            u"job nixpkgs:unstable:hello.x86_64-linux hello.x86_64-linux"_s);
        const auto path = u"/nix/store/zi6ypq21zqz0xdzzh1hw1yvbbqzaqj6v-hello-2.12.2"_s;
        row("store path", u"\"%1\","_s.arg(path), u"store path hello-2.12.2 "_s + path);
        row("file in a store path", path + u"/bin/hello"_s, u"store path hello-2.12.2 "_s + path);
        row("derivation", path + u".drv"_s, u"derivation hello-2.12.2.drv "_s + path + u".drv"_s);
        row("pull request with a hash sign", u"#533911"_s, u"pull request 533911"_s);
        row("pull request said", u"PR 533911"_s, u"pull request 533911"_s);
        row("pull request page", u"https://github.com/NixOS/nixpkgs/pull/533911/files#diff-1"_s,
            u"pull request 533911"_s);
        row("pull request elsewhere", u"NixOS/nix#12"_s, u"pull request 12"_s);
        row("commit", u"04b4e759e84304b4e759e84304b4e759e84304b4"_s,
            u"commit 04b4e759e843 04b4e759e84304b4e759e84304b4e759e84304b4"_s);
        row("channel", u"nixos-26.05-small"_s,
            u"channel nixos-26.05-small nixos-26.05-small; project nixos-26.05-small"_s);
        row("channel page", u"https://channels.nixos.org/nixos-unstable/git-revision"_s,
            u"channel nixos-unstable nixos-unstable"_s);
        row("another server", u"https://example.org/build/1"_s, {});
        row("other scheme", u"file:///build/1"_s, {});
        row("short hash", u"/nix/store/abc-hello"_s, {});
        row("path climbing out", u"nixpkgs/../admin"_s, {});
        row("number out of range", u"99999999999999999999"_s, {});
        row("nothing", u"  "_s, {});
    }
    void aTextMeansWhatItLooksLike()
    {
        QFETCH(QString, text);
        QFETCH(QString, meaning);
        QCOMPARE(printed(text), meaning);
    }

    void aPageReadBackIsTheSameSubject()
    {
        const QList<Subject> all{Subject::ofBuild(u"demo"_s, BuildId(5)), Subject::ofEvaluation(u"demo"_s, EvalId(6)),
            Subject::ofJobset(u"demo"_s, {u"p"_s, u"j"_s}),
            Subject::ofJob(u"demo"_s, {{u"p"_s, u"j"_s}, u"hello c++.x86_64-linux"_s}),
            Subject::ofProject(u"demo"_s, u"p"_s), Subject::ofServer(u"demo"_s)};
        QCOMPARE(Subject::ofPullRequest(PullRequestNr(12), u"NixOS/nix"_s).text(), u"NixOS/nix#12"_s);
        for (const auto &subject : all
                + QList<Subject>{Subject::ofPullRequest(PullRequestNr(12)), Subject::ofCommit(QString(40, u'a')),
                    Subject::ofChannel(u"nixos-unstable"_s)})
            QCOMPARE(recognise(subject.page(hydras()[1].url).toString(QUrl::FullyEncoded), hydras()),
                QList<Subject>{subject});
    }
};

QTEST_GUILESS_MAIN(SubjectTest)
#include "subject_test.moc"
