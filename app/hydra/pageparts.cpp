// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/pageparts.h"

#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

constexpr int perPage = 20; ///< in all of Hydra's paged lists

/// The decoded path segments that follow the last `word` in a link's path.
QStringList segmentsAfter(const QString &href, const QString &word)
{
    const auto path = QUrl::fromEncoded(href.toUtf8()).path(QUrl::FullyDecoded);
    const auto segments = path.split(u'/', Qt::SkipEmptyParts);
    const auto at = segments.lastIndexOf(word);
    return at < 0 ? QStringList() : segments.mid(at + 1);
}

template <typename Id> std::optional<Id> idAfter(const QString &href, const QString &word)
{
    const auto segments = segmentsAfter(href, word);
    bool isNumber = false;
    const auto number = segments.value(0).toLongLong(&isNumber);
    return isNumber ? std::optional(Id(number)) : std::nullopt;
}

std::pair<QString, QString> comparedRevisions(const QString &link)
{
    const QUrl url(link);
    static const QRegularExpression compare(u"/compare/([^/]+)\\.\\.\\.([^/]+)$"_s);
    if (const auto match = compare.match(url.path()); match.hasMatch())
        return {match.captured(1), match.captured(2)};
    const QUrlQuery query(url);
    return {query.queryItemValue(u"rev1"_s), query.queryItemValue(u"rev2"_s)};
}

InputDiff diffOf(HtmlNode name, HtmlNode what)
{
    InputDiff diff{.name = name.text(), .text = what.text(), .fromRevision = {}, .toRevision = {}, .link = {}};
    if (diff.text.endsWith("(copy)"_L1))
        diff.text = diff.text.chopped(6).trimmed();
    for (const auto &link : what.all(GUMBO_TAG_A)) {
        if (link.hasClass("rev-copy"_L1)) {
            diff.toRevision = fullRevision(link.attribute("title"));
        } else if (diff.link.isEmpty()) {
            diff.link = link.attribute("href");
            std::tie(diff.fromRevision, diff.toRevision) = comparedRevisions(diff.link);
        }
    }
    return diff;
}

/// «project:jobset:job» in lists over several jobsets, else the job alone.
void setJob(BuildRow &row, const QString &text)
{
    row.job = text;
    if (text.count(u':') >= 2) {
        row.jobset = JobsetName{text.section(u':', 0, 0), text.section(u':', 1, 1)};
        row.job = text.section(u':', 2);
    }
}

void setCell(BuildRow &row, const QString &heading, HtmlNode cell)
{
    if (heading.isEmpty()) {
        row.state = stateIn(cell).value_or(row.state);
    } else if (heading == "#"_L1) {
        row.id = firstLink(cell, buildOf).value_or(BuildId());
    } else if (heading == "Job"_L1) {
        const auto link = cell.first(GUMBO_TAG_A);
        setJob(row, link ? link.text() : cell.text());
    } else if (heading.startsWith("Finished"_L1)) {
        row.finished = timeIn(cell);
    } else if (heading.startsWith("Package"_L1)) {
        row.nixName = cell.text();
    } else if (heading == "System"_L1) {
        row.system = cell.text();
    }
}

} // namespace

Result<HtmlTree> parsePage(QByteArrayView body)
{
    auto tree = HtmlTree::parse(body);
    if (!tree)
        return tree;
    const auto title = tree->root().first(GUMBO_TAG_TITLE).text();
    if (title != "Hydra"_L1 && !title.startsWith("Hydra - "_L1))
        return problem(ProblemKind::CrawlerGuard, u"<title>"_s, title.left(200));
    return tree;
}

std::unexpected<Problem> malformedPage(const QString &missing, HtmlNode root)
{
    return problemSaying(ProblemKind::Malformed,
        u"The page is not the one that was asked for: it has no %1."_s.arg(missing),
        root.first(GUMBO_TAG_TITLE).text());
}

PageFacts pageFacts(HtmlNode root)
{
    PageFacts facts;
    facts.title = root.first(GUMBO_TAG_TITLE).text();
    if (facts.title.startsWith("Hydra - "_L1))
        facts.title = facts.title.sliced(8);
    facts.version = root.first(GUMBO_TAG_FOOTER).text();
    if (facts.version.startsWith("Hydra "_L1))
        facts.version = facts.version.sliced(6);
    if (facts.version.endsWith(u'.'))
        facts.version.chop(1);
    static const QRegularExpression queue(u"^Queue \\((\\d+)/(\\d+)\\)$"_s);
    for (const auto &item : root.first(GUMBO_TAG_NAV).all(GUMBO_TAG_A)) {
        if (const auto match = queue.match(item.text()); match.hasMatch()) {
            facts.running = match.captured(1).toLongLong();
            facts.queued = match.captured(2).toLongLong();
            break;
        }
    }
    return facts;
}

Paging pagingOf(HtmlNode root)
{
    static const QRegularExpression showing(u"^Showing \\D*(\\d+) - (\\d+) (?:out )?of (?:about )?(\\d+)"_s);
    Paging paging;
    for (const auto &paragraph : root.all(GUMBO_TAG_P)) {
        const auto match = showing.match(paragraph.text());
        if (!match.hasMatch())
            continue;
        paging.page = (qMax(1, match.captured(1).toInt()) - 1) / perPage + 1;
        paging.total = match.captured(3).toInt();
        paging.hasNext = match.captured(2).toInt() < *paging.total;
        return paging;
    }
    return paging;
}

std::optional<BuildId> buildOf(const QString &href)
{
    return idAfter<BuildId>(href, u"build"_s);
}

std::optional<EvalId> evalOf(const QString &href)
{
    return idAfter<EvalId>(href, u"eval"_s);
}

std::optional<StepNr> stepOf(const QString &href)
{
    const auto step = idAfter<StepNr>(href, u"step"_s);
    return step ? step : idAfter<StepNr>(href, u"nixlog"_s);
}

std::optional<JobsetName> jobsetOf(const QString &href)
{
    const auto segments = segmentsAfter(href, u"jobset"_s);
    return segments.size() >= 2 ? std::optional(JobsetName{segments[0], segments[1]}) : std::nullopt;
}

std::optional<JobName> jobOf(const QString &href)
{
    const auto segments = segmentsAfter(href, u"job"_s);
    return segments.size() >= 3 ? std::optional(JobName{{segments[0], segments[1]}, segments[2]}) : std::nullopt;
}

QString fullRevision(const QString &text)
{
    static const QRegularExpression revision(u"(?<![0-9a-f])([0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])"_s);
    return revision.match(text).captured(1);
}

Epoch timeIn(HtmlNode below)
{
    bool isNumber = false;
    const auto time = below.first(GUMBO_TAG_TIME).attribute("data-timestamp").toLongLong(&isNumber);
    return isNumber ? Epoch(time) : Epoch();
}

std::optional<BuildState> stateIn(HtmlNode below)
{
    if (const auto icon = below.first(GUMBO_TAG_IMG, "build-status"_L1))
        return stateOfIcon(icon.attribute("alt"));
    if (const auto badge = below.first(GUMBO_TAG_SPAN, "badge"_L1))
        return stateOfIcon(badge.text());
    return {};
}

QStringList headings(HtmlNode table)
{
    QStringList texts;
    for (const auto &cell : table.first(GUMBO_TAG_TR).cells())
        texts.append(cell.text());
    return texts;
}

HtmlNode tableWith(HtmlNode below, const QStringList &starts)
{
    for (const auto &table : below.all(GUMBO_TAG_TABLE)) {
        if (headings(table).mid(0, starts.size()) == starts)
            return table;
    }
    return {};
}

HtmlNode beside(HtmlNode table, QLatin1StringView name)
{
    for (const auto &row : table.rows()) {
        const auto cells = row.cells();
        if (cells.size() >= 2 && cells[0].text() == name)
            return cells[1];
    }
    return {};
}

QList<BuildRow> buildRows(HtmlNode table)
{
    QList<BuildRow> rows;
    const auto columns = headings(table);
    for (const auto &tableRow : table.rows()) {
        const auto cells = tableRow.cells();
        if (cells.isEmpty() || cells.size() != columns.size() || cells.first().is(GUMBO_TAG_TH))
            continue;
        BuildRow row;
        for (qsizetype i = 0; i < cells.size(); ++i)
            setCell(row, columns[i], cells[i]);
        rows.append(row);
    }
    return rows;
}

QList<EvalInput> inputRows(HtmlNode table)
{
    QList<EvalInput> inputs;
    for (const auto &row : table.rows()) {
        const auto cells = row.cells();
        if (cells.size() < 5 || cells.first().is(GUMBO_TAG_TH))
            continue;
        EvalInput input{.name = cells[0].text(),
            .type = cells[1].text(),
            .value = cells[2].text(),
            .uri = {},
            .revision = cells[3].text(),
            .storePath = cells[4].text()};
        if (!input.revision.isEmpty())
            input.uri = input.value;
        inputs.append(input);
    }
    return inputs;
}

QList<InputDiff> diffRows(HtmlNode table)
{
    QList<InputDiff> diffs;
    for (const auto &row : table.rows()) {
        const auto cells = row.cells();
        if (cells.size() == 2 && !cells.first().is(GUMBO_TAG_TH))
            diffs.append(diffOf(cells[0], cells[1]));
    }
    return diffs;
}

} // namespace narscope::hydra
