// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/attrs.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr qsizetype mostAttributes = 20;
constexpr qsizetype longestTitle = 1000;

/// Words that stand before a colon and are no attributes.
bool isTopic(const QString &word)
{
    static const QStringList topics{u"treewide"_s, u"maintainers"_s, u"lib"_s, u"doc"_s, u"docs"_s, u"ci"_s, u"nixos"_s,
        u"nixpkgs"_s, u"release"_s, u"release-notes"_s, u"workflows"_s, u"README"_s, u"CONTRIBUTING"_s, u"teams"_s,
        u"various"_s, u"fix"_s, u"feat"_s, u"chore"_s};
    return topics.contains(word);
}

bool isAttribute(const QString &word)
{
    static const QRegularExpression attribute(u"^[A-Za-z_][A-Za-z0-9_'+-]*(\\.[A-Za-z0-9_'+-]+)*$"_s);
    return attribute.match(word).hasMatch() && !isTopic(word.section(u'.', 0, 0));
}

QString withoutFrame(QString title)
{
    static const QRegularExpression tag(u"^\\s*\\[[^\\]]{1,80}\\]\\s*"_s);
    static const QRegularExpression revert(u"^\\s*(?:Revert|Reapply)\\s+\"(.*)\"\\s*$"_s);
    for (int i = 0; i < 4; ++i) { // a revert of a backport of …
        title.remove(tag);
        if (const auto match = revert.match(title); match.hasMatch())
            title = match.captured(1);
    }
    return title;
}

/// «a.{b,c}» as «a.b» and «a.c».
QStringList unfolded(const QString &word)
{
    static const QRegularExpression braces(u"^([^{}]*)\\{([^{}]*)\\}([^{}]*)$"_s);
    const auto match = braces.match(word);
    if (!match.hasMatch())
        return {word};
    QStringList words;
    for (const auto &part : match.captured(2).split(u',', Qt::SkipEmptyParts))
        words << match.captured(1) + part.trimmed() + match.captured(3);
    return words;
}

/// At commas outside of braces.
QStringList listed(const QString &head)
{
    QStringList words;
    QString word;
    int depth = 0;
    for (const QChar c : head) {
        depth += c == u'{' ? 1 : c == u'}' ? -1 : 0;
        if (depth == 0 && (c == u',' || c == u'&')) {
            words << word.trimmed();
            word.clear();
        } else {
            word += c;
        }
    }
    words << word.trimmed();
    return words;
}

} // namespace

QStringList attributesInTitle(const QString &title)
{
    const auto bare = withoutFrame(title.first(qMin(title.size(), longestTitle)));
    const auto colon = bare.indexOf(u':');
    if (colon <= 0)
        return {};
    QStringList found;
    for (const auto &word : listed(bare.first(colon))) {
        for (const auto &attr : unfolded(word)) {
            if (isAttribute(attr) && !found.contains(attr) && found.size() < mostAttributes)
                found << attr;
        }
    }
    return found;
}

std::optional<JobParts> jobParts(const QString &job, const QString &prefix)
{
    static const QRegularExpression system(
        u"\\.((?:x86_64|aarch64|i686|armv7l|riscv64|powerpc64le)-(?:linux|darwin))$"_s);
    if (!job.startsWith(prefix))
        return {};
    const auto match = system.match(job);
    if (!match.hasMatch() || match.capturedStart() <= prefix.size())
        return {};
    return JobParts{
        .attr = job.sliced(prefix.size(), match.capturedStart() - prefix.size()), .system = match.captured(1)};
}

QString packagePrefix(const QString &project)
{
    return project == "nixos"_L1 ? u"nixpkgs."_s : QString();
}

qint64 pullRequestInMessage(const QString &message)
{
    static const QRegularExpression squashed(u"\\(#(\\d{1,9})\\)\\s*$"_s);
    static const QRegularExpression merged(u"^Merge pull request #(\\d{1,9})\\b"_s);
    const auto line = message.section(u'\n', 0, 0);
    for (const auto &form : {merged, squashed}) {
        if (const auto match = form.match(line); match.hasMatch())
            return match.captured(1).toLongLong();
    }
    return 0;
}

} // namespace narscope::trace
