// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/githubjson.h"
#include "sim/service.h"

// How GitHub answers, path by path. Internal to GitHubService.

namespace narscope::sim {

struct GitHubAsk {
    const HttpRequest &http;
    const Stage &stage;
    World &world;
    QList<QByteArray> path; ///< below /repos/NixOS/nixpkgs

    [[nodiscard]] QByteArray at(qsizetype place) const { return path.value(place); }
    /// The rest of the path as one text: branches may have slashes.
    [[nodiscard]] QByteArray from(qsizetype place) const { return path.mid(place).join('/'); }
    [[nodiscard]] const Source &source() const { return world.source(); }
};

[[nodiscard]] HttpAnswer gitHubJson(JsonWriter &json);
[[nodiscard]] HttpAnswer gitHubError(int status, const QByteArray &message);
/// Everything below /repos/NixOS/nixpkgs.
[[nodiscard]] HttpAnswer answerRepository(const GitHubAsk &ask);

} // namespace narscope::sim
