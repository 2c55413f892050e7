// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/parsers.h"
#include "hydra/htmltree.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using narscope::hydra::HtmlNode;
using narscope::hydra::HtmlTree;

// The page that the channel script writes beside a release (distribution.md §1.4):
//   <h1>CHANNEL release NAME</h1><p>Released on TIME from <a><tt>REVISION</tt></a> from TIME via <a
//   href=…/eval/N>… <table>… <tr><td><a>FILE</a></td><td>SIZE</td><td><tt>SHA256</tt></td></tr>

namespace narscope::channels {

namespace {

std::unexpected<Problem> notAnIndex(const QString &missing)
{
    return problemSaying(ProblemKind::Malformed, u"This is no index of a release."_s, {}, u"missing: "_s + missing);
}

qint64 timeOf(const QString &text)
{
    auto time = QDateTime::fromString(text, u"yyyy-MM-dd HH:mm:ss"_s);
    time.setTimeZone(QTimeZone::UTC);
    return time.isValid() ? time.toSecsSinceEpoch() : 0;
}

Result<void> readTitle(const QString &title, ReleaseIndex &index)
{
    static const QRegularExpression form(u"\\A(\\S+) release (\\S+)\\z"_s);
    const auto match = form.match(title);
    if (!match.hasMatch())
        return notAnIndex(u"«CHANNEL release NAME»"_s);
    index.channel = match.captured(1);
    index.release = match.captured(2);
    return {};
}

Result<void> readSentence(const QString &sentence, ReleaseIndex &index)
{
    static const QRegularExpression form(
        u"Released on (\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) UTC from Git commit ([0-9a-f]{40}) from (\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) UTC"_s);
    const auto match = form.match(sentence);
    if (!match.hasMatch())
        return notAnIndex(u"«Released on …»"_s);
    index.releasedAt = timeOf(match.captured(1));
    index.revision = match.captured(2);
    index.committedAt = timeOf(match.captured(3));
    return {};
}

Result<void> readEvaluation(const HtmlNode &paragraph, ReleaseIndex &index)
{
    for (const auto &link : paragraph.all(GUMBO_TAG_A)) {
        if (const auto source = parseSourceUrl(link.attribute("href").toUtf8())) {
            std::tie(index.eval, index.hydra) = *source;
            return {};
        }
    }
    return notAnIndex(u"the evaluation"_s);
}

QList<ReleaseFile> filesOf(const HtmlNode &table)
{
    QList<ReleaseFile> files;
    for (const auto &row : table.rows()) {
        const auto cells = row.cells();
        if (cells.size() != 3 || !cells.front().is(GUMBO_TAG_TD))
            continue;
        files.append({.name = cells[0].text(), .size = cells[1].text().toLongLong(), .sha256 = cells[2].text()});
    }
    return files;
}

} // namespace

Result<ReleaseIndex> parseReleaseIndex(QByteArrayView html)
{
    auto tree = HtmlTree::parse(html);
    if (!tree)
        return std::unexpected(std::move(tree.error()));
    ReleaseIndex index;
    const auto paragraph = tree->root().first(GUMBO_TAG_P);
    for (const auto &read : {readTitle(tree->root().first(GUMBO_TAG_H1).text(), index),
             readSentence(paragraph.text(), index), readEvaluation(paragraph, index)}) {
        if (!read)
            return std::unexpected(read.error());
    }
    index.files = filesOf(tree->root().first(GUMBO_TAG_TABLE));
    return index;
}

} // namespace narscope::channels
