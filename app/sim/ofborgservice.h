// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/service.h"
#include "sim/services.h"

namespace narscope::sim {

// What the log API and the message bus both tell.

/// The pull request of "nixos/nixpkgs.451386"; null when there is none.
[[nodiscard]] const PullRequest *pullOfOfBorgKey(const World &world, const QByteArray &key);
/// Each attempt to build as the check that it becomes; a running one is InProgress and has its id.
[[nodiscard]] std::vector<Check> ofborgAttempts(const World &world, const PullRequest &pull);
[[nodiscard]] QByteArray ofborgMetadata(const Check &check); ///< BuildLogStart, JSON
[[nodiscard]] QByteArray ofborgResult(World &world, const PullRequest &pull, const Check &check); ///< BuildResult, JSON
[[nodiscard]] QByteArray ofborgIdentity(const Check &check); ///< the machine

/// logs.ofborg.org: the log API, the files behind it and the page that shows them (pull-requests.md A.2 to
/// A.4).
class OfBorgService final : public HttpService {
public:
    explicit OfBorgService(const Stage &stage);
    [[nodiscard]] HttpAnswer answer(const HttpRequest &request) override;

private:
    [[nodiscard]] HttpAnswer attempts(const HttpRequest &request);
    [[nodiscard]] HttpAnswer file(const HttpRequest &request);

    const Stage &m_stage;
};

} // namespace narscope::sim
