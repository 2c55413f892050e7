// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/containment.h"

#include "github/gitrun.h"
#include "github/names.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::github {

namespace {

constexpr auto remotes = "refs/remotes/"_L1;
constexpr auto ownHeads = "refs/heads/"_L1;

struct Ref {
    QString name;
    QString sha;
};

/// «refname sha» a line.
QList<Ref> refsIn(const QByteArray &text)
{
    QList<Ref> refs;
    for (const auto &line : QString::fromUtf8(text).split(u'\n', Qt::SkipEmptyParts)) {
        const auto space = line.lastIndexOf(u' ');
        if (space > 0)
            refs.append({line.first(space), line.sliced(space + 1)});
    }
    return refs;
}

/// The remote that is nixpkgs: by its address, else «origin» if there is one. Lines are «remote.NAME.url
/// ADDRESS».
QString upstreamIn(const QByteArray &text)
{
    QString origin;
    for (const auto &line : QString::fromUtf8(text).split(u'\n', Qt::SkipEmptyParts)) {
        const auto key = line.section(u' ', 0, 0);
        auto address = line.section(u' ', 1).toLower();
        if (!key.startsWith("remote."_L1) || !key.endsWith(".url"_L1))
            continue;
        const auto name = key.sliced(7, key.size() - 11);
        if (address.endsWith(".git"_L1))
            address.chop(4);
        if (address.endsWith("github.com/nixos/nixpkgs"_L1) || address.endsWith("github.com:nixos/nixpkgs"_L1))
            return name;
        if (name == "origin"_L1)
            origin = name;
    }
    return origin;
}

std::unexpected<Problem> gitRefuses(const QString &folder, const GitAnswer &answer)
{
    auto found = problemSaying(ProblemKind::Io, u"git does not answer about this folder."_s, folder, answer.error);
    found.error().advice = answer.error.contains("not a git repository"_L1)
        ? u"Name the folder of a clone of nixpkgs."_s
        : answer.error.contains("dubious ownership"_L1)
        ? u"The clone belongs to somebody else; git reads only your own."_s
        : QString();
    return found;
}

/// Where that branch of nixpkgs is in the clone, as of its last fetch.
Task<Result<QList<Ref>>> upstreamRefs(QString folder)
{
    auto configuring = runGit(folder, {u"config"_s, u"--get-regexp"_s, u"^remote\\..*\\.url$"_s});
    const auto configured = co_await std::move(configuring);
    if (!configured)
        co_return std::unexpected(configured.error());
    auto listing = runGit(
        folder, {u"for-each-ref"_s, u"--format=%(refname) %(objectname)"_s, u"refs/remotes"_s, u"refs/heads"_s});
    const auto listed = co_await std::move(listing);
    if (!listed)
        co_return std::unexpected(listed.error());
    if (listed->exitCode != 0)
        co_return gitRefuses(folder, *listed);
    const auto upstream = upstreamIn(configured->out);
    auto refs = refsIn(listed->out);
    const auto prefix = remotes + upstream + u'/';
    const bool hasRemote
        = !upstream.isEmpty() && std::ranges::any_of(refs, [&](const Ref &ref) { return ref.name.startsWith(prefix); });
    // A mirror has the branches as its own; in other clones own branches are a person's work.
    refs.removeIf([&](const Ref &ref) { return !ref.name.startsWith(hasRemote ? prefix : QString(ownHeads)); });
    co_return refs;
}

Task<Result<QString>> headOf(QString folder, QString ref)
{
    auto resolving = runGit(folder, {u"rev-parse"_s, u"--verify"_s, u"--end-of-options"_s, ref + u"^{commit}"_s});
    const auto answer = co_await std::move(resolving);
    if (!answer)
        co_return std::unexpected(answer.error());
    if (answer->exitCode != 0)
        co_return gitRefuses(folder, *answer);
    // Older gits repeat the option before its argument.
    co_return QString::fromLatin1(answer->out.trimmed()).section(u'\n', -1);
}

/// The oldest of a branch's line («commit parents...», newest first) that descends from the commit.
std::optional<QString> carrierIn(const QByteArray &line, const QByteArray &descendants, const QString &sha)
{
    const auto shas = descendants.split('\n');
    const QSet<QByteArray> known(shas.begin(), shas.end());
    QByteArrayList oldest;
    for (const auto &entry : line.split('\n')) {
        const auto names = entry.split(' ');
        if (!names.first().isEmpty() && known.contains(names.first()))
            oldest = names;
    }
    if (oldest.isEmpty())
        return {};
    // On the line itself nobody carried it.
    return oldest.value(1) == sha.toLatin1() ? sha : QString::fromLatin1(oldest.first());
}

bool isWholeSha(const QString &text)
{
    static const QRegularExpression sha(u"^[0-9a-f]{40}$"_s);
    return sha.match(text).hasMatch();
}

QString branchOf(const QString &ref)
{
    return ref.startsWith(ownHeads) ? ref.sliced(ownHeads.size()) : ref.sliced(remotes.size()).section(u'/', 1);
}

} // namespace

CloneContainment::CloneContainment(QString folder)
    : m_folder(std::move(folder))
{
}

Task<Result<QString>> CloneContainment::refOf(QString branch)
{
    if (isWholeSha(branch))
        co_return branch;
    if (!m_refs.contains(branch)) {
        auto listing = upstreamRefs(m_folder);
        const auto refs = co_await std::move(listing);
        if (!refs)
            co_return std::unexpected(refs.error());
        for (const auto &ref : *refs)
            m_refs.insert(branchOf(ref.name), ref.name);
    }
    co_return m_refs.value(branch);
}

Task<Result<Containing>> CloneContainment::contains(QString branch, QString sha, Ask)
{
    if (auto ok = checkNames(branch, sha); !ok)
        co_return std::unexpected(ok.error());
    auto finding = refOf(branch);
    const auto ref = co_await std::move(finding);
    if (!ref)
        co_return std::unexpected(ref.error());
    Containing containing{.contained = Contained::Unknown,
        .head = {},
        .how = u"git -C %1 merge-base --is-ancestor %2 %3"_s.arg(m_folder, sha, *ref)};
    if (ref->isEmpty()) {
        containing.how = u"git -C %1 for-each-ref"_s.arg(m_folder);
        co_return containing;
    }
    auto resolving = headOf(m_folder, *ref);
    const auto head = co_await std::move(resolving);
    if (!head && isWholeSha(branch))
        co_return containing; // not fetched yet, perhaps
    if (!head)
        co_return std::unexpected(head.error());
    containing.head = *head;
    auto asking = runGit(m_folder, {u"merge-base"_s, u"--is-ancestor"_s, u"--"_s, sha, containing.head});
    const auto answer = co_await std::move(asking);
    if (!answer)
        co_return std::unexpected(answer.error());
    // Anything but 0 and 1: the clone does not have the commit, or not yet.
    if (answer->exitCode == 0)
        containing.contained = Contained::Yes;
    if (answer->exitCode == 1) {
        auto ending = isShallow();
        const bool shallow = co_await std::move(ending);
        containing.contained = shallow ? Contained::Unknown : Contained::No;
    }
    co_return containing;
}

Task<bool> CloneContainment::isShallow()
{
    if (!m_shallow) {
        auto asking = runGit(m_folder, {u"rev-parse"_s, u"--is-shallow-repository"_s});
        const auto answer = co_await std::move(asking);
        m_shallow = answer && answer->out.trimmed() == "true";
    }
    co_return *m_shallow;
}

Task<Result<std::optional<QString>>> CloneContainment::carrier(QString branch, QString sha)
{
    if (auto ok = checkNames(branch, sha); !ok)
        co_return std::unexpected(ok.error());
    auto finding = refOf(branch);
    const auto ref = co_await std::move(finding);
    if (!ref)
        co_return std::unexpected(ref.error());
    if (ref->isEmpty())
        co_return std::optional<QString>{};
    auto resolving = headOf(m_folder, *ref);
    const auto head = co_await std::move(resolving);
    if (!head)
        co_return std::unexpected(head.error());
    if (*head == sha)
        co_return std::optional(sha);
    const auto range = sha + u".."_s + *head;
    auto walking = runGit(m_folder, {u"rev-list"_s, u"--first-parent"_s, u"--parents"_s, u"--end-of-options"_s, range});
    const auto line = co_await std::move(walking);
    if (!line)
        co_return std::unexpected(line.error());
    auto listing = runGit(m_folder, {u"rev-list"_s, u"--ancestry-path"_s, u"--end-of-options"_s, range});
    const auto descendants = co_await std::move(listing);
    if (!descendants)
        co_return std::unexpected(descendants.error());
    co_return carrierIn(line->out, descendants->out, sha);
}

} // namespace narscope::github
