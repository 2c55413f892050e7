// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cdn.h"

#include "base/hash.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

namespace narscope::sim {

namespace {

HttpHeaders cdnHeaders(bool hit)
{
    return {{"Via", "1.1 varnish, 1.1 varnish"},
        {"X-Served-By", "cache-iad-kiad7000165-IAD, cache-fra-eddf8230179-FRA"},
        {"X-Cache", hit ? "HIT, HIT" : "MISS, MISS"}, {"X-Cache-Hits", hit ? "3, 1" : "0, 0"},
        {"Access-Control-Allow-Origin", "*"}};
}

} // namespace

QByteArray httpDate(qint64 epochSeconds)
{
    const QDateTime time = QDateTime::fromSecsSinceEpoch(epochSeconds, QTimeZone::UTC);
    return QLocale::c().toString(time, QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'")).toLatin1();
}

HttpAnswer cdnObject(const QByteArray &type, QByteArray body, qint64 modified, const QByteArray &encoding)
{
    const QByteArray etag = '"' + hashOf(body, HashAlgorithm::Md5).base16() + '"';
    HttpAnswer answer{.status = 200, .type = type, .body = std::move(body), .headers = cdnHeaders(true)};
    answer.headers.append({"ETag", etag});
    answer.headers.append({"Last-Modified", httpDate(modified)});
    if (!encoding.isEmpty())
        answer.headers.append({"Content-Encoding", encoding});
    return answer;
}

HttpAnswer ifChanged(HttpAnswer answer, const HttpRequest &request)
{
    const QByteArray known = request.header("if-none-match");
    const bool same = !known.isEmpty() && answer.headers.contains(std::pair<QByteArray, QByteArray>("ETag", known));
    if (answer.status != 200 || !same)
        return answer;
    return {.status = 304, .type = {}, .body = {}, .headers = std::move(answer.headers)};
}

HttpAnswer cdnNotFound()
{
    return {.status = 404, .type = "text/plain", .body = "404", .headers = cdnHeaders(false)};
}

} // namespace narscope::sim
