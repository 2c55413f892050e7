// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmlparsers.h"
#include "hydra/pageparts.h"

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

/// «name → revision, name → revision», or «-»: names are text, revisions elements.
void readChanges(HtmlNode cell, EvalSummary &eval)
{
    QString name;
    for (const auto &child : cell.children()) {
        if (child.isText()) {
            const auto text = child.text();
            name = text.contains(u'→') ? text.section(u'→', 0, 0).remove(u',').trimmed() : name;
            continue;
        }
        if (child.hasClass("badge-warning"_L1)) {
            eval.hasErrors = true;
        } else if (!name.isEmpty()) {
            const auto shown = child.text();
            const auto whole = fullRevision(child.attribute("title"));
            eval.changes.append({.name = name, .revision = whole.isEmpty() ? shown : whole, .shown = shown});
            name.clear();
        }
    }
}

int countIn(HtmlNode cell)
{
    return cell.text().toInt();
}

std::optional<EvalSummary> readRow(HtmlNode row)
{
    const auto cells = row.cells();
    // «More...» has one cell.
    if (cells.size() < 7 || cells.first().is(GUMBO_TAG_TH))
        return {};
    const auto id = firstLink(cells.first(), evalOf);
    if (!id)
        return {};
    const auto changes = cells.size() - 5;
    EvalSummary eval{.id = *id,
        .jobset = cells.size() >= 8 ? firstLink(cells[1], jobsetOf) : std::nullopt,
        .time = timeIn(cells[changes - 1]).value_or(0),
        .changes = {},
        .hasErrors = false,
        .succeeded = countIn(cells[changes + 1]),
        .failed = countIn(cells[changes + 2]),
        .scheduled = countIn(cells[changes + 3]),
        .delta = {}};
    readChanges(cells[changes], eval);
    bool isNumber = false;
    if (const auto delta = cells[changes + 4].text().toInt(&isNumber); isNumber)
        eval.delta = delta;
    return eval;
}

std::optional<JobsetName> jobsetOfPage(HtmlNode root, const QString &title)
{
    const auto header = root.first(GUMBO_TAG_DIV, "page-header"_L1);
    if (auto jobset = firstLink(header, jobsetOf))
        return jobset;
    // A jobset's own page links only the project; its title is «project:jobset».
    return title.count(u':') == 1 ? std::optional(JobsetName{title.section(u':', 0, 0), title.section(u':', 1)})
                                  : std::nullopt;
}

} // namespace

Result<EvalPage> parseEvalPage(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    const auto table = tableWith(tree->root(), {u"#"_s});
    if (!table)
        return malformedPage(u"list of evaluations"_s, tree->root());
    EvalPage page;
    page.page = pageFacts(tree->root());
    page.jobset = jobsetOfPage(tree->root(), page.page.title);
    page.paging = pagingOf(tree->root());
    for (const auto &row : table.rows()) {
        if (auto eval = readRow(row))
            page.evals.append(std::move(*eval));
    }
    return page;
}

} // namespace narscope::hydra
