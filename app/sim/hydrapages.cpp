// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrapages.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

QByteArray reason(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    default:
        return "Internal Server Error";
    }
}

} // namespace

const std::vector<JobIndex> &JobOrder::of(const World &world, JobsetIndex jobset)
{
    std::vector<JobIndex> &order = m_orders[jobset];
    if (order.size() == world.jobCount(jobset))
        return order;
    std::vector<std::pair<QByteArray, JobIndex>> named;
    for (quint32 i = 0; i < world.jobCount(jobset); ++i)
        named.emplace_back(world.jobName(jobset, static_cast<JobIndex>(i)), static_cast<JobIndex>(i));
    std::ranges::sort(named);
    order.clear();
    for (const auto &[name, job] : named)
        order.push_back(job);
    return order;
}

Frame frame(const HydraView &view, const QByteArray &title)
{
    qint64 running = 0;
    for (const System system : allSystems)
        running += view.world.queued(system).running;
    return {.base = view.base,
        .title = title,
        .heading = {},
        .project = {},
        .jobset = {},
        .job = {},
        .running = running,
        .queued = static_cast<qint64>(view.world.unfinished().size())};
}

Frame jobsetFrame(const HydraView &view, JobsetIndex index, const QByteArray &before)
{
    const JobsetFacts &jobset = view.world.jobset(index);
    Frame f = frame(view, before + jobset.project + ':' + jobset.name);
    f.heading = escaped(before) + link(view.base + "/project/" + encoded(jobset.project), escaped(jobset.project)) + ':'
        + (before.isEmpty() ? escaped(jobset.name) : link(jobsetUrl(view, index), escaped(jobset.name)));
    f.project = jobset.project;
    f.jobset = jobset.name;
    return f;
}

Frame jobFrame(const HydraView &view, JobsetIndex index, const QByteArray &job, const QByteArray &before,
    const QByteArray &beforeHtml)
{
    const JobsetFacts &jobset = view.world.jobset(index);
    Frame f = frame(view, before + jobset.project + ':' + jobset.name + ':' + job);
    f.heading = beforeHtml + link(view.base + "/project/" + encoded(jobset.project), escaped(jobset.project)) + ':'
        + link(jobsetUrl(view, index), escaped(jobset.name)) + ':'
        + (before.isEmpty() ? escaped(job) : link(jobUrl(view, index, job), escaped(job)));
    f.project = jobset.project;
    f.jobset = jobset.name;
    f.job = job;
    return f;
}

QByteArray jobsetUrl(const HydraView &view, JobsetIndex index)
{
    const JobsetFacts &jobset = view.world.jobset(index);
    return cat(view.base, "/jobset/", encoded(jobset.project), "/", encoded(jobset.name));
}

QByteArray jobUrl(const HydraView &view, JobsetIndex index, const QByteArray &job)
{
    const JobsetFacts &jobset = view.world.jobset(index);
    return cat(view.base, "/job/", encoded(jobset.project), "/", encoded(jobset.name), "/", encoded(job));
}

QByteArray buildUrl(const HydraView &view, BuildId build)
{
    return cat(view.base, "/build/", build.value);
}

QByteArray jobsetLinks(const HydraView &view, JobsetIndex index, bool rowLink)
{
    const JobsetFacts &jobset = view.world.jobset(index);
    return cat("<tt><a href=\"", view.base, "/project/", encoded(jobset.project), "\"><tt>", escaped(jobset.project),
        "</tt></a>:<a ", rowLink ? "class=\"row-link\"" : "", "href=\"", jobsetUrl(view, index), "\"><tt>",
        escaped(jobset.name), "</tt></a></tt>");
}

QByteArray jobLinks(const HydraView &view, JobsetIndex index, const QByteArray &job)
{
    const JobsetFacts &jobset = view.world.jobset(index);
    return cat("<tt><a href=\"", view.base, "/project/", encoded(jobset.project), "\"><tt>", escaped(jobset.project),
        "</tt></a>:<a href=\"", jobsetUrl(view, index), "\"><tt>", escaped(jobset.name), "</tt></a>:<a href=\"",
        jobUrl(view, index, job), "\">", escaped(job), "</a></tt>");
}

QByteArray tailRow(int columns, const QByteArray &url, const QByteArray &text)
{
    const QByteArray target = url.isEmpty() ? QByteArray() : cat("href=\"", url, "\"");
    return cat(
        "    <tr><td class=\"centered\" colspan=\"", columns, "\"><a ", target, "><em>", text, "</em></a></td></tr>");
}

QByteArray buildListRow(const HydraView &view, const BuildFacts &build, const BuildListForm &form)
{
    const auto status = build.finished() ? std::optional<int>(build.status) : std::nullopt;
    const QByteArray url = buildUrl(view, build.id);
    const QByteArray job = view.world.jobName(build.jobset, build.job);
    const JobsetFacts &jobset = view.world.jobset(build.jobset);
    const QByteArray shown = form.fullNames ? jobset.project + ':' + jobset.name + ':' + job : job;
    const qint64 time = form.badge.isEmpty() ? build.stoppedAt : build.queuedAt;
    const bool hasTime = build.finished() || !form.badge.isEmpty();
    return cat("    <tr>        <td>", form.badge.isEmpty() ? statusIcon(view.base, status, 16) : piece(form.badge),
        "        </td>      <td>", link(url, piece(build.id.value), "row-link"), "</td>",
        form.jobColumn ? cat("        <td>\n          ", link(url, escaped(shown)), "        </td>") : QByteArray(),
        "      <td class=\"nowrap\">", hasTime ? timeTag(time, view.world.now(), TimeForm::Relative) : "-"_ba,
        "</td>\n      <td>", escaped(view.world.nixName(build)), "</td>\n      <td class=\"nowrap\"><tt>",
        name(view.world.jobSystem(build.jobset, build.job)), "</tt></td>    </tr>");
}

QByteArray buildList(const QByteArray &rows, const BuildListForm &form)
{
    return cat("  <table class=\"table table-striped table-condensed clickable-rows\">\n    <thead>\n      "
               "<tr>          "
               "<th></th>        <th>#</th>",
        form.jobColumn ? "        <th>Job</th>" : "", "        <th>", form.timeTitle,
        "</th>\n        <th>Package/release name</th>\n        <th>System</th>      </tr>\n    </thead>\n    "
        "<tbody>",
        rows, form.tail, "    </tbody>\n  </table>");
}

QByteArray buildList(const HydraView &view, std::span<const BuildFacts> builds, const BuildListForm &form)
{
    QByteArray rows;
    for (const BuildFacts &build : builds)
        rows += buildListRow(view, build, form);
    return buildList(rows, form);
}

QByteArray errorPage(const HydraView &view, int status, const QByteArray &message)
{
    return framed(frame(view, cat(status, " ", reason(status))),
        cat("   <div class=\"alert alert-error\">", escaped(message), "</div>"));
}

QByteArray preformattedPage(const HydraView &view, const QByteArray &title, const QByteArray &text)
{
    return framed(frame(view, title), cat("<pre>", escaped(text), "</pre>"));
}

} // namespace narscope::sim
