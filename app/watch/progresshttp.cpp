// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/progresshttp.h"

namespace narscope::watch {

namespace {

class CountingSink final : public net::BodySink {
public:
    CountingSink(std::shared_ptr<net::BodySink> inner, QUrl url, ProgressHttp::Report report)
        : m_inner(std::move(inner))
        , m_url(std::move(url))
        , m_report(std::move(report))
    {
    }

    Result<void> begin(int status, const QList<std::pair<QByteArray, QByteArray>> &headers) override
    {
        return m_inner->begin(status, headers);
    }
    Result<void> write(QByteArray chunk) override
    {
        m_bytes += chunk.size();
        m_report(m_url, m_bytes);
        return m_inner->write(std::move(chunk));
    }
    [[nodiscard]] bool isFull() const override { return m_inner->isFull(); }

private:
    std::shared_ptr<net::BodySink> m_inner;
    QUrl m_url;
    ProgressHttp::Report m_report;
    qint64 m_bytes = 0;
};

} // namespace

ProgressHttp::ProgressHttp(net::Http &http, Report report)
    : m_http(http)
    , m_report(std::move(report))
{
}

Task<Result<net::Response>> ProgressHttp::fetch(net::Request request)
{
    if (request.sink) {
        const auto inner = request.sink;
        const auto counting = std::make_shared<CountingSink>(inner, request.url, m_report);
        // The reader calls the inner one's, from any thread, perhaps after the request.
        inner->drained = [weak = std::weak_ptr(counting)] {
            if (const auto sink = weak.lock(); sink && sink->drained)
                sink->drained();
        };
        request.sink = counting;
    }
    return m_http.fetch(std::move(request));
}

} // namespace narscope::watch
