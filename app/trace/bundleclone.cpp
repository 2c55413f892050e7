// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/bundleclone.h"

#include "github/gitrun.h"

#include <QHash>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

using enum BundleVerdict;

BundleCheck unchecked(const QString &folder, const QString &sentence)
{
    return {.name = u"clone"_s, .subject = folder, .verdict = Unchecked, .sentence = sentence};
}

QStringList commitsIn(const BundleReport &report)
{
    auto commits = report.commits;
    for (const auto &claim : report.ancestry)
        commits << claim.ancestor << claim.descendant;
    commits.removeDuplicates();
    return commits;
}

Task<bool> isShallow(QString folder)
{
    auto asking = github::runGit(folder, {u"rev-parse"_s, u"--is-shallow-repository"_s});
    const auto answer = co_await std::move(asking);
    co_return answer && answer->out.trimmed() == "true";
}

Task<Result<QStringList>> commitsThere(QString folder, QStringList commits)
{
    QStringList there;
    for (const auto &commit : commits) {
        auto asking = github::runGit(folder, {u"cat-file"_s, u"-e"_s, commit + u"^{commit}"_s});
        const auto answer = co_await std::move(asking);
        if (!answer)
            co_return std::unexpected(answer.error());
        if (answer->exitCode == 0)
            there << commit;
    }
    co_return there;
}

BundleCheck commitCheck(const QString &commit, bool isThere)
{
    return {.name = u"commit"_s,
        .subject = commit,
        .verdict = isThere ? Holds : Unchecked,
        .sentence = isThere
            ? u"The clone has the commit %1 that a provenance names as what was built."_s.arg(commit)
            : u"The clone does not have the commit %1 that a provenance names: fetch, and check again."_s.arg(commit)};
}

BundleCheck ancestryCheck(const GitClaim &claim, std::optional<int> code, bool shallow)
{
    const auto said = u"%1 has %2 among its ancestors"_s.arg(claim.descendant, claim.ancestor);
    // A shallow clone ends somewhere: what it does not find may lie before that.
    const auto verdict = code == 0 ? Holds : code == 1 && !shallow ? Fails : Unchecked;
    const auto sentence = verdict == Holds ? said + u'.'
        : verdict == Fails                 ? u"It is not so that %1."_s.arg(said)
        : code == 1                        ? u"The clone is shallow, and cannot tell whether %1."_s.arg(said)
                                           : u"The clone lacks one of them, and cannot tell whether %1."_s.arg(said);
    return {.name = u"ancestry"_s, .subject = claim.ancestor, .verdict = verdict, .sentence = sentence};
}

} // namespace

Task<QList<BundleCheck>> checkInClone(QString folder, BundleReport report)
{
    auto opening = github::runGit(folder, {u"rev-parse"_s, u"--git-dir"_s});
    const auto opened = co_await std::move(opening);
    if (!opened)
        co_return QList{unchecked(folder, opened.error().sentence)};
    if (opened->exitCode != 0)
        co_return QList{unchecked(folder, u"This folder is no clone that git can read: %1"_s.arg(opened->error))};
    const auto commits = commitsIn(report);
    if (commits.isEmpty())
        co_return QList{unchecked(folder, u"The bundle names no commits that a clone could show."_s)};
    auto looking = commitsThere(folder, commits);
    const auto there = co_await std::move(looking);
    if (!there)
        co_return QList{unchecked(folder, there.error().sentence)};
    if (there->isEmpty())
        co_return QList{unchecked(folder,
            u"The clone has none of the %1 commits of the bundle: it is of another repository, or its last fetch is older than they are."_s
                .arg(commits.size()))};
    auto asking = isShallow(folder);
    const bool shallow = co_await std::move(asking);
    QList<BundleCheck> checks;
    for (const auto &commit : report.commits)
        checks << commitCheck(commit, there->contains(commit));
    for (const auto &claim : report.ancestry) {
        auto testing
            = github::runGit(folder, {u"merge-base"_s, u"--is-ancestor"_s, u"--"_s, claim.ancestor, claim.descendant});
        const auto answer = co_await std::move(testing);
        checks << ancestryCheck(claim, answer ? std::optional(answer->exitCode) : std::nullopt, shallow);
    }
    co_return checks;
}

} // namespace narscope::trace
