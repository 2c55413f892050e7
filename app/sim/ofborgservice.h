// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/service.h"
#include "sim/services.h"

namespace narscope::sim {

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
