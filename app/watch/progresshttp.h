// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"

namespace narscope::watch {

/// Passes every request on and tells how many bytes went into a sink: how far a long answer is.
class ProgressHttp final : public net::Http {
public:
    using Report = std::function<void(const QUrl &url, qint64 bytes)>;
    ProgressHttp(net::Http &http, Report report);

    [[nodiscard]] Task<Result<net::Response>> fetch(net::Request request) override;

private:
    net::Http &m_http;
    Report m_report;
};

} // namespace narscope::watch
