// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildlist.h"
#include "hydra/htmlparsers.h"
#include "hydra/pageparts.h"
#include "hydra/stephtml.h"

#include <QRegularExpression>

#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

/// What is «not given» is an <em>.
QString given(HtmlNode cell)
{
    const auto text = cell.text();
    return text == "not given"_L1 && cell.first(GUMBO_TAG_EM) ? QString() : text;
}

/// «2.86 MiB (history)».
std::optional<qint64> sizeIn(HtmlNode cell)
{
    static const QRegularExpression mib(u"^([0-9]{1,12}(?:\\.[0-9]+)?) MiB"_s);
    const auto match = mib.match(cell.text());
    return match.hasMatch() ? std::optional(qint64(std::llround(match.captured(1).toDouble() * 1024 * 1024)))
                            : std::nullopt;
}

/// Pages before 2026-04 list the paths alone: the output is what follows the derivation's name.
QString outputName(const QString &path, const QString &drvPath)
{
    constexpr qsizetype prefix = 11 + 32 + 1; // /nix/store/HASH-
    const auto drvName = drvPath.mid(prefix).chopped(qMin<qsizetype>(4, drvPath.mid(prefix).size()));
    const auto rest = path.mid(prefix);
    return rest.startsWith(drvName + u'-') ? rest.sliced(drvName.size() + 1) : u"out"_s;
}

QList<BuildOutput> outputsIn(HtmlNode cell, const QString &drvPath)
{
    QList<BuildOutput> outputs;
    if (const auto table = cell.first(GUMBO_TAG_TABLE)) {
        for (const auto &row : table.rows()) {
            const auto cells = row.cells();
            if (cells.size() == 2)
                outputs.append({cells[0].text(), cells[1].text()});
        }
        return outputs;
    }
    for (const auto &path : cell.text().split(u',', Qt::SkipEmptyParts))
        outputs.append({outputName(path.trimmed(), drvPath), path.trimmed()});
    return outputs;
}

std::optional<Constituents> constituentsIn(const QString &status)
{
    static const QRegularExpression all(u"all (\\d+) constituent builds succeeded"_s);
    static const QRegularExpression some(
        u"(\\d+) out of (\\d+) constituent builds failed(?: \\((\\d+) still pending\\))?"_s);
    if (const auto match = all.match(status); match.hasMatch())
        return Constituents{.total = match.captured(1).toInt()};
    if (const auto match = some.match(status); match.hasMatch())
        return Constituents{.total = match.captured(2).toInt(),
            .failed = match.captured(1).toInt(),
            .pending = match.captured(3).toInt()};
    return {};
}

/// The icon is the same for several codes; the words beside it are not.
BuildState stateOfPage(HtmlNode summary, const QString &status)
{
    if (status == "Build in progress"_L1)
        return BuildState::Running;
    if (status == "Unsupported system type"_L1)
        return BuildState::Unsupported;
    const auto icon = stateIn(summary).value_or(BuildState::Unknown);
    // An unknown code has the icon «Failed» and the word «Aborted».
    return icon == BuildState::Failed && status == "Aborted"_L1 ? BuildState::Unknown : icon;
}

void readStatus(HtmlNode summary, HtmlNode cell, BuildDetails &build)
{
    const auto strong = cell.first(GUMBO_TAG_STRONG);
    build.status = (strong ? strong : cell.first(GUMBO_TAG_SPAN, "error"_L1)).text();
    if (build.status.isEmpty())
        build.status = cell.text();
    build.state = stateOfPage(summary, build.status);
    build.constituentCounts = constituentsIn(cell.text());
}

void readSummary(HtmlNode summary, BuildDetails &build)
{
    static const QRegularExpression others(u"\\(and (\\d+) others\\)"_s);
    const auto table = summary.first(GUMBO_TAG_TABLE, "info-table"_L1);
    readStatus(summary, beside(table, "Status:"_L1), build);
    build.cachedFrom = firstLink(beside(table, "Cached from:"_L1), buildOf);
    const auto part = beside(table, "Part of:"_L1);
    build.eval = firstLink(part, evalOf);
    build.otherEvals = others.match(part.text()).captured(1).toInt();
    build.finishedAt = timeIn(beside(table, "Finished at:"_L1));
    build.system = beside(table, "System:"_L1).text();
    build.changes = diffRows(tableWith(summary, {u"Input"_s, u"Changes"_s}));
}

void readDetails(HtmlNode details, BuildDetails &build)
{
    const auto table = details.first(GUMBO_TAG_TABLE, "info-table"_L1);
    build.queuedAt = timeIn(beside(table, "Queued at:"_L1));
    build.startedAt = timeIn(beside(table, "Build started:"_L1));
    if (const auto finished = timeIn(beside(table, "Build finished:"_L1)))
        build.finishedAt = finished;
    build.description = given(beside(table, "Short description:"_L1));
    build.license = given(beside(table, "License:"_L1));
    build.homepage = given(beside(table, "Homepage:"_L1));
    build.maintainers = given(beside(table, "Maintainer(s):"_L1));
    build.nixName = beside(table, "Nix name:"_L1).text();
    build.drvPath = beside(table, "Derivation store path:"_L1).text();
    build.outputs = outputsIn(beside(table, "Output store paths:"_L1), build.drvPath);
    build.closureSize = sizeIn(beside(table, "Closure size:"_L1));
    build.outputSize = sizeIn(beside(table, "Output size:"_L1));
}

/// A list of builds: the first table with numbers.
HtmlNode buildTable(HtmlNode root)
{
    for (const auto &table : root.all(GUMBO_TAG_TABLE)) {
        if (headings(table).contains("#"_L1))
            return table;
    }
    return {};
}

bool isQueuedList(HtmlNode table)
{
    return headings(table).contains("Queued at"_L1);
}

} // namespace

Result<BuildDetails> parseBuildDetails(QByteArrayView body)
{
    static const QRegularExpression title(u"^Build (\\d+) of job "_s);
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    BuildDetails build;
    build.page = pageFacts(tree->root());
    const auto match = title.match(build.page.title);
    const auto job = firstLink(tree->root().first(GUMBO_TAG_DIV, "page-header"_L1), jobOf);
    if (!match.hasMatch() || !job)
        return malformedPage(u"build's title"_s, tree->root());
    build.id = BuildId(match.captured(1).toLongLong());
    build.job = *job;
    readSummary(tree->byId(u"tabs-summary"_s), build);
    readDetails(tree->byId(u"tabs-details"_s), build);
    build.inputs = inputRows(tree->byId(u"tabs-buildinputs"_s).first(GUMBO_TAG_TABLE));
    build.steps = stepRows(tree->byId(u"tabs-buildsteps"_s).first(GUMBO_TAG_TABLE));
    build.constituents = buildRows(tree->byId(u"tabs-constituents"_s).first(GUMBO_TAG_TABLE));
    return build;
}

Result<JobPage> parseJobPage(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    JobPage page;
    page.page = pageFacts(tree->root());
    const auto &title = page.page.title;
    const auto status = tree->byId(u"tabs-status"_s);
    if (title.count(u':') < 2 || !status)
        return malformedPage(u"job's title"_s, tree->root());
    page.job = {{title.section(u':', 0, 0), title.section(u':', 1, 1)}, title.section(u':', 2)};
    page.inLatestEval
        = !tree->root().first(GUMBO_TAG_DIV, "alert-warning"_L1).text().startsWith("This job is not a member"_L1);
    for (const auto &table : status.all(GUMBO_TAG_TABLE))
        (isQueuedList(table) ? page.queued : page.latest).append(buildRows(table));
    page.exists = !page.latest.isEmpty() || !page.queued.isEmpty();
    return page;
}

Result<BuildList> parseJobBuilds(QByteArrayView body)
{
    const auto tree = parsePage(body);
    if (!tree)
        return std::unexpected(tree.error());
    BuildList list{.builds = buildRows(buildTable(tree->root())),
        .paging = pagingOf(tree->root()),
        .page = pageFacts(tree->root())};
    if (!list.page.title.startsWith("Latest builds for job "_L1))
        return malformedPage(u"title of a list of a job's builds"_s, tree->root());
    return list;
}

} // namespace narscope::hydra
