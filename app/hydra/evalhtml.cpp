// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmlparsers.h"
#include "hydra/pageparts.h"

#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

constexpr std::array categories{EvalCategory::Aborted, EvalCategory::NowFail, EvalCategory::NowSucceed,
    EvalCategory::New, EvalCategory::Removed, EvalCategory::StillFail, EvalCategory::StillSucceed,
    EvalCategory::Unfinished};

std::optional<EvalCategory> categoryOf(const QString &href)
{
    for (const auto category : categories) {
        if (href == u"#tabs-"_s + key(category))
            return category;
    }
    return {};
}

/// «Still Failing Jobs (3)»: tabs without jobs are left out.
void readTabs(HtmlNode root, EvalHeader &header)
{
    static const QRegularExpression count(u"\\((\\d+)\\)$"_s);
    for (const auto &link : root.all(GUMBO_TAG_A)) {
        const auto href = link.attribute("href");
        if (href == "#tabs-errors"_L1)
            header.hasErrors = true;
        if (const auto category = categoryOf(href))
            header.counts[static_cast<int>(*category)] = count.match(link.text()).captured(1).toInt();
    }
}

void readSentences(HtmlNode root, EvalHeader &header)
{
    static const QRegularExpression fetching(u"Fetching the dependencies took (\\d+)s"_s);
    static const QRegularExpression evaluating(u"evaluation took (\\d+)s"_s);
    for (const auto &paragraph : root.all(GUMBO_TAG_P)) {
        const auto text = paragraph.text();
        if (text.startsWith("This evaluation was performed"_L1)) {
            header.time = timeIn(paragraph);
            if (text.contains("from the flake"_L1))
                header.flake = paragraph.first(GUMBO_TAG_TT).text();
        }
        if (const auto match = fetching.match(text); match.hasMatch())
            header.checkoutSeconds = match.captured(1).toLongLong();
        if (const auto match = evaluating.match(text); match.hasMatch())
            header.evalSeconds = match.captured(1).toLongLong();
        if (text.startsWith("Comparisons are relative to"_L1)) {
            header.comparedWith = firstLink(paragraph, evalOf);
            header.comparedJobset = firstLink(paragraph, jobsetOf);
        }
    }
}

Result<EvalHeader> readHeader(const HtmlTree &tree)
{
    static const QRegularExpression title(u"^Evaluation (\\d+) of jobset"_s);
    const auto root = tree.root();
    EvalHeader header;
    header.page = pageFacts(root);
    const auto match = title.match(header.page.title);
    const auto jobset = firstLink(root.first(GUMBO_TAG_DIV, "page-header"_L1), jobsetOf);
    if (!match.hasMatch() || !jobset)
        return malformedPage(u"evaluation's title"_s, root);
    header.id = EvalId(match.captured(1).toLongLong());
    header.jobset = *jobset;
    readSentences(root, header);
    readTabs(root, header);
    const auto inputs = tree.byId(u"tabs-inputs"_s);
    header.inputs = inputRows(tableWith(inputs, {u"Name"_s, u"Type"_s}));
    header.changes = diffRows(tableWith(inputs, {u"Input"_s, u"Changes"_s}));
    return header;
}

QList<BuildRow> removedRows(HtmlNode table)
{
    QList<BuildRow> rows;
    for (const auto &tableRow : table.rows()) {
        const auto cells = tableRow.cells();
        if (cells.size() != 2 || cells.first().is(GUMBO_TAG_TH))
            continue;
        BuildRow row;
        row.job = cells[0].text();
        row.system = cells[1].text();
        rows.append(row);
    }
    return rows;
}

/// «(144 more builds omitted)» in the last row.
int omittedIn(HtmlNode table)
{
    static const QRegularExpression omitted(u"^\\((\\d+) more (?:builds|jobs) omitted\\)$"_s);
    const auto rows = table.rows();
    return rows.isEmpty() ? 0 : omitted.match(rows.last().text()).captured(1).toInt();
}

void readCategory(const HtmlTree &tree, EvalCategory category, EvalJobs &jobs)
{
    const auto table = tree.byId(u"tabs-"_s + key(category)).first(GUMBO_TAG_TABLE);
    auto rows = category == EvalCategory::Removed ? removedRows(table) : buildRows(table);
    for (auto &row : rows)
        row.category = category;
    jobs.rows.append(std::move(rows));
    jobs.omitted[static_cast<int>(category)] = omittedIn(table);
}

} // namespace

Result<EvalHeader> parseEvalHeader(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    return readHeader(*tree);
}

Result<EvalJobs> parseEvalJobs(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    auto header = readHeader(*tree);
    if (!header)
        return std::unexpected(header.error());
    EvalJobs jobs{.header = std::move(*header), .rows = {}, .omitted = {}};
    for (const auto category : categories)
        readCategory(*tree, category, jobs);
    return jobs;
}

QList<EvalError> splitEvalErrors(const QString &text)
{
    static const QRegularExpression begin(u"^(?:in job ‘(.+?)’|at top-level):$"_s, QRegularExpression::MultilineOption);
    QList<EvalError> errors;
    qsizetype bodyFrom = 0;
    const auto close = [&](qsizetype end) {
        const auto body = text.sliced(bodyFrom, end - bodyFrom).trimmed();
        if (!errors.isEmpty())
            errors.last().text = body;
        else if (!body.isEmpty())
            errors.append({{}, body});
    };
    auto matches = begin.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        close(match.capturedStart());
        errors.append({match.captured(1), {}});
        bodyFrom = match.capturedEnd();
    }
    close(text.size());
    return errors;
}

Result<EvalErrors> parseEvalErrors(QByteArrayView body)
{
    // This page stands in a frame: it has neither title nor footer.
    const auto tree = HtmlTree::parse(body);
    if (!tree)
        return std::unexpected(tree.error());
    const auto title = tree->root().first(GUMBO_TAG_TITLE).text();
    if (!tree->byId(u"tabs-errors"_s) && !title.startsWith("Hydra"_L1))
        return problem(ProblemKind::CrawlerGuard, u"#tabs-errors"_s, title.left(200));
    EvalErrors errors;
    errors.time = timeIn(tree->root());
    errors.text = tree->root().first(GUMBO_TAG_PRE).lines();
    errors.blocks = splitEvalErrors(errors.text);
    return errors;
}

} // namespace narscope::hydra
