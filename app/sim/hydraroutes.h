// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/hydrajson.h"
#include "sim/hydrapages.h"
#include "sim/service.h"

// How Hydra answers, path by path. Internal to HydraService.

namespace narscope::sim {

/// One request and all that an answer is made from.
struct HydraAsk {
    const HttpRequest &http;
    HydraView view;
    bool json = false; ///< the client wants JSON; else HTML
    bool oldRunner = false;

    [[nodiscard]] World &world() const { return view.world; }
    /// A part of the path; empty behind its end.
    [[nodiscard]] QByteArray at(qsizetype place) const { return http.segments.value(place); }
    [[nodiscard]] qsizetype size() const { return http.segments.size(); }
    /// "/a/b" of the parts from `place` on, encoded again.
    [[nodiscard]] QByteArray rest(qsizetype place) const;
    /// ?page=; as Perl reads it: nonsense and 0 are 1. Negative ones come through.
    [[nodiscard]] qint64 page() const;
};

[[nodiscard]] HttpAnswer jsonAnswer(JsonWriter &json);
[[nodiscard]] HttpAnswer pageAnswer(const QByteArray &html);
[[nodiscard]] HttpAnswer textAnswer(const QByteArray &text);
/// `path` is below the base.
[[nodiscard]] HttpAnswer redirect(const HydraAsk &ask, int status, const QByteArray &path);
[[nodiscard]] HttpAnswer failure(const HydraAsk &ask, int status, const QByteArray &message);
[[nodiscard]] HttpAnswer pageNotFound(const HydraAsk &ask);
/// What PostgreSQL says through Hydra when a text is no number, or too large a one; nothing when it is one.
[[nodiscard]] std::optional<HttpAnswer> numberFault(const HydraAsk &ask, const QByteArray &text);
/// What a page gives as HTML that exists as JSON only.
[[nodiscard]] HttpAnswer noTemplate(const HydraAsk &ask);

// By the first part of the path.
[[nodiscard]] HttpAnswer answerProject(const HydraAsk &ask);
[[nodiscard]] HttpAnswer answerJobset(const HydraAsk &ask);
[[nodiscard]] HttpAnswer answerJob(const HydraAsk &ask);
[[nodiscard]] HttpAnswer answerEvaluation(const HydraAsk &ask);
[[nodiscard]] HttpAnswer answerBuild(const HydraAsk &ask);
[[nodiscard]] HttpAnswer answerLog(const HydraAsk &ask);
[[nodiscard]] HttpAnswer answerApi(const HydraAsk &ask);
[[nodiscard]] HttpAnswer answerSearch(const HydraAsk &ask);
/// The pages of one part: /queue, /machines, /evals and their like, and "/".
[[nodiscard]] HttpAnswer answerOverall(const HydraAsk &ask);

/// The jobset that parts 1 and 2 of the path name, or the answer instead: a redirect from a former name, or
/// 404.
struct NamedJobset {
    std::optional<JobsetIndex> jobset;
    HttpAnswer instead;
};
[[nodiscard]] NamedJobset namedJobset(const HydraAsk &ask);

} // namespace narscope::sim
