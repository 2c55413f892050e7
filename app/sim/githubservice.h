// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/service.h"
#include "sim/services.h"

#include <map>

namespace narscope::sim {

/// GitHub's REST API, as much of it as pull-requests.md B.1 asks for, over NixOS/nixpkgs alone: with its
/// limits (60 requests an hour for everybody without a token, 5000 with one), ETags, pages and errors. Any
/// token is taken.
class GitHubService final : public HttpService {
public:
    explicit GitHubService(const Stage &stage);
    [[nodiscard]] HttpAnswer answer(const HttpRequest &request) override;

private:
    struct Quota {
        qint64 reset = 0; ///< epoch seconds
        int used = 0;
    };
    [[nodiscard]] Quota &quota(const QByteArray &token);
    void addQuota(HttpAnswer &answer, const QByteArray &token, const Quota &quota) const;

    const Stage &m_stage;
    std::map<QByteArray, Quota> m_quotas; ///< by token; anonymous ones under the empty one
};

} // namespace narscope::sim
