// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakehttp.h"

using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

QString keyOf(const QString &url, net::Expect expect)
{
    return QString::number(int(expect)) + u' ' + url;
}

net::Response response(const QString &url, int status, QByteArray body)
{
    return {.status = status, .url = QUrl::fromEncoded(url.toUtf8()), .headers = {}, .body = std::move(body)};
}

} // namespace

void FakeHttp::answer(const QString &url, QByteArray body)
{
    m_answers.insert(url, response(url, 200, std::move(body)));
}

void FakeHttp::answer(const QString &url, net::Expect expect, QByteArray body)
{
    m_answers.insert(keyOf(url, expect), response(url, 200, std::move(body)));
}

void FakeHttp::redirect(const QString &url, const QString &location, int status)
{
    auto answer = response(url, status, {});
    answer.headers.append({"location"_ba, location.toUtf8()});
    m_answers.insert(url, answer);
}

void FakeHttp::fail(const QString &url, Problem problem)
{
    m_answers.insert(url, std::unexpected(std::move(problem)));
}

void FakeHttp::release()
{
    m_isHeld = false;
    const auto waiting = std::exchange(m_waiting, {});
    for (const auto &one : waiting)
        one.set(true);
}

QStringList FakeHttp::urls() const
{
    QStringList urls;
    for (const auto &request : m_requests)
        urls.append(QString::fromUtf8(request.url.toEncoded()));
    return urls;
}

Result<net::Response> FakeHttp::answerTo(const net::Request &request) const
{
    const auto url = QString::fromUtf8(request.url.toEncoded());
    auto found = m_answers.find(keyOf(url, request.expect));
    if (found == m_answers.end())
        found = m_answers.find(url);
    if (found == m_answers.end())
        return problem(ProblemKind::NotFound, url);
    return *found;
}

Task<Result<net::Response>> FakeHttp::fetch(net::Request request)
{
    m_requests.append(request);
    if (m_isHeld) {
        const Completion<bool> turn;
        m_waiting.append(turn);
        co_await turn;
    }
    auto answer = answerTo(request);
    // As the real client: followed redirects end at their target.
    if (answer && answer->status >= 300 && request.followRedirects) {
        request.url = answer->location();
        m_requests.append(request);
        answer = answerTo(request);
    }
    if (answer && answer->status < 300 && request.sink) {
        if (const auto written = request.sink->write(std::exchange(answer->body, {})); !written)
            co_return std::unexpected(written.error());
    }
    co_return answer;
}

} // namespace narscope::test
