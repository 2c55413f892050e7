// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydraroutes.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// /build and /log.

namespace narscope::sim {

namespace {

HttpAnswer constituents(const HydraAsk &ask, const BuildFacts &build)
{
    if (!ask.json)
        return noTemplate(ask);
    JsonWriter json;
    json.beginArray();
    for (const BuildFacts &constituent : ask.world().constituents(build))
        writeBuild(json, ask.world(), constituent);
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer info(const HydraAsk &ask, const BuildFacts &build)
{
    Recipes &recipes = ask.world().recipes();
    JsonWriter json;
    json.beginObject();
    json.field("buildId", build.id.value);
    json.field("drvPath", recipes.drvPath(build.drv).text());
    json.field("outPath", recipes.outputs(build.drv).front().path.text());
    json.endObject();
    HttpAnswer answer = jsonAnswer(json);
    answer.type = "application/json; charset=utf-8";
    return answer;
}

// The three faces of a log: "", "raw" and "tail".
HttpAnswer logFace(
    const HydraAsk &ask, const BuildFacts &build, const std::optional<StepFacts> &step, const QByteArray &face)
{
    if (face == "raw") {
        const nix::StorePath &drv = ask.world().recipes().drvPath(step ? step->drv : build.drv);
        return redirect(ask, 302, "/log/" + encoded(drv.baseName()));
    }
    if (face.isEmpty() || face == "tail")
        return pageAnswer(logPage(ask.view, build, step, face == "tail"));
    return failure(ask, 500, "Unknown log display mode '" + face + "'.");
}

HttpAnswer stepAnswer(const HydraAsk &ask, const BuildFacts &build)
{
    const std::vector<StepFacts> steps = ask.world().steps(build);
    const auto step = std::ranges::find(steps, StepNr(ask.at(3).toLongLong()), &StepFacts::number);
    if (step == steps.end())
        return failure(ask, 404, cat("Build doesn't have a build step ", ask.at(3), "."));
    if (ask.at(4) == "log")
        return logFace(ask, build, *step, ask.at(5));
    if (ask.size() > 4)
        return pageNotFound(ask);
    if (!ask.json)
        return pageAnswer(stepPage(ask.view, build, *step));
    JsonWriter json;
    writeStep(json, ask.world(), build, *step);
    return jsonAnswer(json);
}

HttpAnswer buildEvaluations(const HydraAsk &ask, const BuildFacts &build)
{
    std::vector<const Evaluation *> evaluations;
    const std::vector<EvalId> ids = ask.world().evaluationsWith(build);
    for (auto id = ids.rbegin(); id != ids.rend() && evaluations.size() < rowsPerPage; ++id)
        evaluations.push_back(ask.world().evaluation(*id));
    return pageAnswer(framed(frame(ask.view, cat("Evaluations containing build ", build.id.value)),
        cat("<p>Showing evaluations 1 - ", evaluations.size(), " out of ", ids.size(), ".</p>\n",
            evaluationTable(ask.view, evaluations, true, {}))));
}

HttpAnswer latestEvaluationOf(const HydraAsk &ask, const BuildFacts &build)
{
    const std::vector<EvalId> ids = ask.world().evaluationsWith(build);
    if (ids.empty())
        return failure(ask, 404, "This build is not part of an evaluation.");
    return redirect(ask, 302, cat("/eval/", ids.back().value, ask.rest(3)));
}

HttpAnswer buildPart(const HydraAsk &ask, const BuildFacts &build)
{
    const QByteArray part = ask.at(2);
    if (part == "constituents")
        return constituents(ask, build);
    if (part == "api" && ask.at(3) == "get-info")
        return info(ask, build);
    if (part == "step" && ask.size() > 3)
        return stepAnswer(ask, build);
    if (part == "nixlog" && ask.size() > 3)
        return redirect(ask, 301, cat("/build/", build.id.value, "/step/", encoded(ask.at(3)), "/log", ask.rest(4)));
    if (part == "log")
        return logFace(ask, build, {}, ask.at(3));
    if (part == "evals")
        return buildEvaluations(ask, build);
    if (part == "eval")
        return latestEvaluationOf(ask, build);
    return pageNotFound(ask);
}

// As `tail -n` does; a last line without an end counts.
QByteArray lastLines(const QByteArray &text, qint64 lines)
{
    qsizetype from = text.size();
    if (text.endsWith('\n'))
        --from;
    for (; lines > 0 && from > 0; --lines)
        from = text.lastIndexOf('\n', from - 1);
    return lines > 0 || from < 0 ? text : text.mid(from + 1);
}

} // namespace

HttpAnswer answerBuild(const HydraAsk &ask)
{
    if (ask.size() < 2)
        return pageNotFound(ask);
    if (auto fault = numberFault(ask, ask.at(1)))
        return *fault;
    const auto build = ask.world().build(BuildId(ask.at(1).toLongLong()));
    if (!build)
        return failure(ask, 404, cat("Build with ID ", ask.at(1), " doesn't exist."));
    if (ask.size() > 2)
        return buildPart(ask, *build);
    if (!ask.json)
        return pageAnswer(buildPage(ask.view, *build));
    JsonWriter json;
    writeBuild(json, ask.world(), *build);
    return jsonAnswer(json);
}

HttpAnswer answerLog(const HydraAsk &ask)
{
    const QByteArray name = ask.at(1);
    const auto found = ask.world().find(name.first(qMin<qsizetype>(name.size(), nix::StorePath::hashLength)));
    const bool isDerivation
        = found && found->output < 0 && ask.world().recipes().drvPath(found->drv).baseName() == name;
    const auto log = isDerivation ? ask.world().log(found->drv) : std::nullopt;
    if (!log)
        return failure(ask, 404, cat("The build log of /nix/store/", name, " is not available."));
    const auto tail = ask.http.parameter("tail");
    if (!tail || *tail == "0")
        return textAnswer(*log);
    bool isNumber = false;
    const qint64 lines = tail->toLongLong(&isNumber);
    if (!isNumber || lines < 0)
        return failure(ask, 500, "Caught exception in Hydra::Controller::Root->log \"Died\"");
    // Comes from a pipe there, so in chunks without a length.
    return {.type = "text/plain; charset=utf-8",
        .more = [rest = lastLines(*log, lines)]() mutable { return std::exchange(rest, {}); }};
}

} // namespace narscope::sim
