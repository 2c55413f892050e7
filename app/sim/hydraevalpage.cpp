// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydrapages.h"

#include <QHash>

#include <array>

using namespace Qt::StringLiterals;

// One evaluation, compared with another one.

namespace narscope::sim {

namespace {

constexpr size_t rowsInTab = 250;

enum Category : quint8 { Aborted, NowFail, NowSucceed, New, Removed, StillFail, StillSucceed, Unfinished, None };

struct Tab {
    QByteArrayView id;
    QByteArrayView title;
    QByteArrayView cssClass;
};
constexpr std::array<Tab, None> tabs{{
    {"tabs-aborted", "Aborted / Timed out Jobs", "text-warning"},
    {"tabs-now-fail", "Newly Failing Jobs", "text-warning"},
    {"tabs-now-succeed", "Newly Succeeding Jobs", "text-success"},
    {"tabs-new", "New Jobs", {}},
    {"tabs-removed", "Removed Jobs", {}},
    {"tabs-still-fail", "Still Failing Jobs", {}},
    {"tabs-still-succeed", "Still Succeeding Jobs", {}},
    {"tabs-unfinished", "Queued Jobs", {}},
}};

// SQL's ILIKE over the whole text, with % and _.
bool isLike(QByteArrayView text, QByteArrayView pattern)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    qsizetype t = 0;
    qsizetype p = 0;
    qsizetype star = -1;
    qsizetype mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '%') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && (pattern[p] == '_' || lower(pattern[p]) == lower(text[t]))) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '%')
        ++p;
    return p == pattern.size();
}

// Hydra's rule: what was aborted here counts as neither failing nor succeeding.
Category categoryOf(const BuildFacts &build, const std::optional<BuildFacts> &before)
{
    const bool aborted
        = build.finished() && (build.status == 3 || build.status == 4 || build.status == 7 || build.status == 10);
    if (aborted)
        return Aborted;
    if (!before)
        return New;
    if (!build.finished() || !before->finished())
        return Unfinished;
    if (build.succeeded())
        return before->succeeded() ? StillSucceed : NowSucceed;
    return before->succeeded() ? NowFail : StillFail;
}

// Finds a job of one evaluation in the other: by place in the same jobset, by name in another one.
class Counterparts {
public:
    Counterparts(const World &world, JobsetIndex jobset, const Evaluation *other)
        : m_world(world)
        , m_jobset(jobset)
        , m_other(other)
    {
    }
    [[nodiscard]] std::optional<BuildFacts> of(JobIndex job) const
    {
        if (m_other == nullptr)
            return {};
        if (m_other->jobset == m_jobset)
            return m_world.build(*m_other, job);
        const auto found = m_world.findJob(m_other->jobset, m_world.jobName(m_jobset, job));
        return found ? m_world.build(*m_other, *found) : std::nullopt;
    }

private:
    const World &m_world;
    JobsetIndex m_jobset;
    const Evaluation *m_other;
};

struct Content {
    std::array<QByteArray, None> rows;
    std::array<size_t, None> counts{};
};

class Comparison {
public:
    Comparison(const HydraView &view, const Evaluation &evaluation, const EvaluationQuery &query)
        : m_view(view)
        , m_evaluation(evaluation)
        , m_query(query)
        , m_pattern('%' + query.filter + '%')
    {
    }
    [[nodiscard]] Content content()
    {
        addBuilds();
        if (m_query.comparedWith != nullptr)
            addRemoved(*m_query.comparedWith);
        return std::move(m_content);
    }

private:
    [[nodiscard]] bool passes(JobsetIndex jobset, JobIndex job) const
    {
        return m_query.filter.isEmpty() || isLike(m_view.world.jobName(jobset, job), m_pattern);
    }
    [[nodiscard]] bool counted(Category category)
    {
        const size_t count = ++m_content.counts[category];
        return m_query.full || count <= rowsInTab;
    }
    void addBuilds()
    {
        const Counterparts before(m_view.world, m_evaluation.jobset, m_query.comparedWith);
        for (const JobIndex job : m_view.order.of(m_view.world, m_evaluation.jobset)) {
            const auto build = m_view.world.build(m_evaluation, job);
            if (!build || !passes(m_evaluation.jobset, job))
                continue;
            const Category category = categoryOf(*build, before.of(job));
            if (counted(category))
                m_content.rows[category] += buildListRow(m_view, *build, {});
        }
    }
    void addRemoved(const Evaluation &before)
    {
        const Counterparts now(m_view.world, before.jobset, &m_evaluation);
        for (const JobIndex job : m_view.order.of(m_view.world, before.jobset)) {
            if (!m_view.world.build(before, job) || now.of(job) || !passes(before.jobset, job))
                continue;
            const QByteArray shown = m_view.world.jobName(before.jobset, job);
            if (counted(Removed))
                m_content.rows[Removed] += cat("          <tr>\n            <td>",
                    link(jobUrl(m_view, m_evaluation.jobset, shown), escaped(shown)), "</td>\n            <td><tt>",
                    name(m_view.world.jobSystem(before.jobset, job)), "</tt></td>\n          </tr>");
        }
    }

    const HydraView &m_view;
    const Evaluation &m_evaluation;
    const EvaluationQuery &m_query;
    QByteArray m_pattern;
    Content m_content;
};

QByteArray tabTitle(const Tab &tab, size_t count)
{
    const QByteArray text = cat(tab.title, " (", count, ")");
    return cat("    <li class=\"nav-item\"><a class=\"nav-link\" href=\"#", tab.id, "\" data-toggle=\"tab\">",
        tab.cssClass.isEmpty() ? text : cat("<span class=\"", tab.cssClass, "\">", text, "</span>"), "</a></li>");
}

QByteArray tabTitles(const Content &content, bool hasErrors)
{
    QByteArray titles;
    for (size_t i = 0; i < tabs.size(); ++i) {
        if (content.counts[i] > 0)
            titles += tabTitle(tabs[i], content.counts[i]);
    }
    titles += "  <li class=\"nav-item\"><a class=\"nav-link\" href=\"#tabs-inputs\" "
              "data-toggle=\"tab\">Inputs</a></li>\n";
    if (hasErrors)
        titles += "    <li class=\"nav-item\"><a class=\"nav-link\" href=\"#tabs-errors\" "
                  "data-toggle=\"tab\"><span "
                  "class=\"text-warning\">Evaluation Errors</span></a></li>";
    return titles;
}

QByteArray fullUrl(
    const HydraView &view, const Evaluation &evaluation, const EvaluationQuery &query, QByteArrayView tab)
{
    const QByteArray filter = query.filter.isEmpty() ? QByteArray() : cat("&amp;filter=", encoded(query.filter));
    return cat(view.base, "/eval/", evaluation.id.value, "?full=1", filter, "#", tab);
}

QByteArray tabPane(const HydraView &view, const Evaluation &evaluation, const EvaluationQuery &query,
    const Content &content, Category category)
{
    const Tab &tab = tabs[category];
    const size_t count = content.counts[category];
    const size_t omitted = query.full || count <= rowsInTab ? 0 : count - rowsInTab;
    const QByteArray start = cat("\n  <div id=\"", tab.id, "\" class=\"tab-pane\">");
    if (category == Removed) {
        const QByteArray more = omitted == 0 ? QByteArray() : tailRow(2, {}, cat("(", omitted, " more jobs omitted)"));
        return cat(start,
            "\n    <table class=\"table table-striped table-condensed clickable-rows\">\n      <thead>\n     "
            "   "
            "<tr><th>Job</th><th>System</th></tr>\n      </thead>\n      <tbody>",
            content.rows[category], more, "      </tbody>\n    </table>\n  </div>\n");
    }
    BuildListForm form;
    if (omitted > 0)
        form.tail = tailRow(6, fullUrl(view, evaluation, query, tab.id), cat("(", omitted, " more builds omitted)"));
    return cat(start, buildList(content.rows[category], form), "  </div>\n");
}

QByteArray compareMenu(const HydraView &view, const Evaluation &evaluation)
{
    QByteArray others;
    const JobsetFacts &own = view.world.jobset(evaluation.jobset);
    for (const JobsetFacts &jobset : view.world.jobsets()) {
        if (jobset.project == own.project && jobset.name != own.name && jobset.visible)
            others += cat("        <a class=\"dropdown-item\" href=\"?compare=", encoded(jobset.name),
                "&full=0\">Jobset <tt>", escaped(jobset.project), ":", escaped(jobset.name), "</tt></a>");
    }
    return cat("<div class=\"dropdown\">\n  <button class=\"btn btn-primary dropdown-toggle float-right\" "
               "data-toggle=\"dropdown\">Compare to...</button>\n  <div class=\"dropdown-menu "
               "dropdown-menu-right\">\n"
               "    <a class=\"dropdown-item\" href=\"?\">Preceding evaluation in this jobset</a>\n"
               "    <a class=\"dropdown-item\" href=\"?compare=-86400&full=0\">This jobset <strong>one "
               "day</strong> earlier</a>\n"
               "    <a class=\"dropdown-item\" href=\"?compare=-604800&full=0\">This jobset <strong>one "
               "week</strong> earlier</a>\n",
        others, "  </div>\n</div>\n");
}

QByteArray introduction(const HydraView &view, const Evaluation &evaluation, const EvaluationQuery &query)
{
    const JobsetFacts &jobset = view.world.jobset(evaluation.jobset);
    const QByteArray flake = jobset.flake.isEmpty()
        ? QByteArray()
        : cat("from the flake <tt>", escaped(jobset.flake), "/", evaluation.revision, "</tt>");
    QByteArray text = cat("<p>This evaluation was performed ", flake, " on ",
        timeTag(evaluation.time, view.world.now(), TimeForm::Absolute), ". Fetching the dependencies took ",
        evaluation.checkoutSeconds, "s and evaluation took ", evaluation.evalSeconds, "s.</p>\n");
    const Evaluation *before = query.comparedWith;
    if (before != nullptr)
        text += cat("<p>Comparisons are relative to ", jobsetLinks(view, before->jobset, false), " evaluation ",
            link(cat(view.base, "/eval/", before->id.value), piece(before->id.value)), ".</p>\n");
    return text
        + cat("<form>\n  <div class=\"form-group\">\n    <input name=\"filter\" type=\"text\" "
              "class=\"form-control\" "
              "placeholder=\"Search jobs by name...\" value=\"",
            escaped(query.filter), "\"/>\n    <input name=\"compare\" type=\"hidden\" value=\"",
            before == nullptr ? QByteArray() : piece(before->id.value),
            "\"/>\n    <input name=\"full\" type=\"hidden\" value=\"", query.full ? "1" : "",
            "\"/>\n  </div>\n</form>\n\n");
}

} // namespace

QByteArray evaluationPage(const HydraView &view, const Evaluation &evaluation, const EvaluationQuery &query)
{
    const Content content = Comparison(view, evaluation, query).content();
    const bool hasErrors = !view.world.errors(evaluation).isEmpty();
    const QByteArray url = cat(view.base, "/eval/", evaluation.id.value);
    QByteArray panes;
    for (quint8 i = 0; i < None; ++i)
        panes += tabPane(view, evaluation, query, content, static_cast<Category>(i));
    const QList<EvaluationInput> inputs = view.world.inputs(evaluation);
    const QList<EvaluationInput> before
        = query.comparedWith == nullptr ? QList<EvaluationInput>() : view.world.inputs(*query.comparedWith);
    panes += cat("\n  <div id=\"tabs-inputs\" class=\"tab-pane\">", inputTable(inputs), inputChanges(before, inputs),
        "  </div>\n");
    if (hasErrors)
        panes += cat("\n  <div id=\"tabs-errors\" class=\"tab-pane\">\n    <iframe src=\"", url,
            "/errors\" loading=\"lazy\"></iframe>\n  </div>\n");
    return framed(jobsetFrame(view, evaluation.jobset, cat("Evaluation ", evaluation.id.value, " of jobset ")),
        cat(compareMenu(view, evaluation), introduction(view, evaluation, query), "<ul class=\"nav nav-tabs\">",
            tabTitles(content, hasErrors), "\n</ul>\n\n<div class=\"tab-content\">\n", panes, "</div>\n"));
}

namespace {

// The errors' page has no frame around it: it is shown inside others.
QByteArray errorsPage(const HydraView &view, qint64 time, const QByteArray &errors)
{
    return cat("<!DOCTYPE html>\n<html lang=\"en\">\n  <head>\n    <meta http-equiv=\"Content-Type\" "
               "content=\"text/html; "
               "charset=utf-8\" />\n  </head>\n  <body>\n    <div class=\"tab-content tab-pane\">\n      "
               "<div id=\"tabs-errors\" "
               "class=\"\">\n",
        errors.isEmpty()
            ? QByteArray()
            : cat("        <p>Errors occurred at ", timeTag(time, view.world.now(), TimeForm::Absolute), ".</p>\n"),
        "        <div class=\"card bg-light\"><div class=\"card-body\"><pre>", escaped(errors),
        "</pre></div></div>\n      </div>\n    </div>\n  </body>\n</html>\n");
}

} // namespace

QByteArray evaluationErrorsPage(const HydraView &view, const Evaluation &evaluation)
{
    return errorsPage(view, evaluation.time, view.world.errors(evaluation));
}

QByteArray jobsetErrorsPage(const HydraView &view, JobsetIndex jobset)
{
    const QByteArray fetch = view.world.jobset(jobset).fetchError;
    const qint64 time = view.world.times(jobset).errorTime;
    return errorsPage(view, time, fetch.isEmpty() ? view.world.errors(jobset) : fetch);
}

} // namespace narscope::sim
