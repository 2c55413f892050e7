// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/jsonparsers.h"
#include "hydra/jsonread.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::hydra {

namespace {

QList<EvalInput> inputsOf(const JsonObject &eval)
{
    QList<EvalInput> inputs;
    eval.eachIn("jobsetevalinputs", [&inputs](std::string_view name, element value) {
        const JsonObject input(value);
        inputs.append({.name = utf8Text(name),
            .type = input.text("type"),
            .value = input.text("value"),
            .uri = input.text("uri"),
            .revision = input.text("revision"),
            .storePath = {}});
    });
    std::ranges::sort(inputs, {}, &EvalInput::name);
    return inputs;
}

QList<BuildId> buildsOf(const JsonObject &eval)
{
    QList<BuildId> builds;
    eval.eachOf("builds", [&builds](element item) {
        if (const auto id = numberOf(item))
            builds.append(BuildId(*id));
    });
    return builds;
}

Result<Eval> readEval(element item, const QString &path)
{
    const JsonObject eval(item);
    const auto id = requiredNumber(eval, "id", path);
    if (!id)
        return std::unexpected(id.error());
    return Eval{.id = EvalId(*id),
        .time = eval.number("timestamp", 0),
        .checkoutSeconds = eval.number("checkouttime"),
        .evalSeconds = eval.number("evaltime"),
        .hasNewBuilds = eval.flag("hasnewbuilds"),
        .flake = eval.text("flake"),
        .inputs = inputsOf(eval),
        .builds = buildsOf(eval),
        .hasDiff = eval.has("diff")};
}

/// In /evals each evaluation is wrapped together with its counts.
Result<Eval> readWrappedEval(element item, const QString &path)
{
    const auto inner = JsonObject(item).find("eval");
    return inner ? readEval(*inner, path + u".eval"_s) : readEval(item, path);
}

} // namespace

Result<Eval> parseEval(QByteArrayView body)
{
    return readJson<Eval>(body, [](element top) { return readEval(top, u"$"_s); });
}

Result<QList<Eval>> parseEvalList(QByteArrayView body)
{
    return readJson<QList<Eval>>(body, [](element top) {
        const auto inner = JsonObject(top).find("evals");
        return readList<Eval>(inner.value_or(top), readWrappedEval);
    });
}

} // namespace narscope::hydra
