// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/service.h"

#include <QHttpHeaders>
#include <QHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QMetaEnum>
#include <QTimer>

#include <memory>

namespace narscope::sim {

namespace {

QByteArray decoded(QByteArrayView text)
{
    return QByteArray::fromPercentEncoding(text.toByteArray());
}

HttpHeaders readQuery(QByteArrayView text)
{
    HttpHeaders query;
    for (const QByteArray &part : text.toByteArray().split('&')) {
        const qsizetype equals = part.indexOf('=');
        if (part.isEmpty())
            continue;
        const QByteArray value = equals < 0 ? QByteArray() : part.mid(equals + 1);
        query.emplace_back(
            decoded(part.first(equals < 0 ? part.size() : equals)), decoded(QByteArray(value).replace('+', ' ')));
    }
    return query;
}

HttpRequest readRequest(const QHttpServerRequest &from)
{
    HttpRequest request = httpRequest(from.url().toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority));
    request.method
        = QByteArray(QMetaEnum::fromType<QHttpServerRequest::Method>().valueToKey(static_cast<int>(from.method())))
              .toUpper();
    const QHttpHeaders &headers = from.headers();
    for (qsizetype i = 0; i < headers.size(); ++i)
        request.headers.emplace_back(QByteArray(headers.nameAt(i)).toLower(), headers.valueAt(i).toByteArray());
    request.body = from.body();
    return request;
}

// Sends one chunk for each turn of the event loop, so that other clients are answered meanwhile. One is always
// kept back, for QHttpServer wants the last one marked as such.
struct Sending : std::enable_shared_from_this<Sending> {
    Sending(QHttpServerResponder &&r, std::function<QByteArray()> m, QObject *c)
        : responder(std::move(r))
        , more(std::move(m))
        , context(c)
        , kept(more())
    {
    }
    void step()
    {
        QByteArray next = kept.isEmpty() ? QByteArray() : more();
        if (next.isEmpty()) {
            responder.writeEndChunked(kept);
            return;
        }
        responder.writeChunk(std::exchange(kept, std::move(next)));
        QTimer::singleShot(0, context, [self = shared_from_this()] { self->step(); });
    }
    QHttpServerResponder responder;
    std::function<QByteArray()> more;
    QObject *context;
    QByteArray kept;
};

void send(QHttpServer &server, HttpAnswer answer, QHttpServerResponder &responder, bool headOnly)
{
    const auto status = static_cast<QHttpServerResponder::StatusCode>(answer.status);
    QHttpHeaders headers;
    for (const auto &[name, value] : answer.headers)
        headers.append(name, value);
    if (!answer.type.isEmpty())
        headers.append(QHttpHeaders::WellKnownHeader::ContentType, answer.type);
    if (headOnly && !answer.more)
        headers.append(QHttpHeaders::WellKnownHeader::ContentLength, QByteArray::number(answer.body.size()));
    if (headOnly || !answer.more) {
        responder.write(headOnly ? QByteArray() : answer.body, headers, status);
        return;
    }
    responder.writeBeginChunked(headers, status);
    std::make_shared<Sending>(std::move(responder), std::move(answer.more), &server)->step();
}

} // namespace

QByteArray HttpRequest::header(QByteArrayView lowerCaseName) const
{
    for (const auto &[name, value] : headers) {
        if (name == lowerCaseName)
            return value;
    }
    return {};
}

std::optional<QByteArray> HttpRequest::parameter(QByteArrayView name) const
{
    for (const auto &[key, value] : query) {
        if (key == name)
            return value;
    }
    return {};
}

HttpRequest httpRequest(QByteArrayView target)
{
    HttpRequest request;
    const qsizetype question = target.indexOf('?');
    request.path = target.first(question < 0 ? target.size() : question).toByteArray();
    for (const QByteArray &part : request.path.split('/')) {
        if (!part.isEmpty())
            request.segments += decoded(part);
    }
    if (question >= 0)
        request.query = readQuery(target.sliced(question + 1));
    return request;
}

QByteArray HttpAnswer::drained() const
{
    QByteArray all = body;
    if (!more)
        return all;
    for (QByteArray chunk = more(); !chunk.isEmpty(); chunk = more())
        all += chunk;
    return all;
}

void serve(QHttpServer &server, std::shared_ptr<HttpService> service)
{
    server.setMissingHandler(
        &server, [&server, service](const QHttpServerRequest &request, QHttpServerResponder &responder) {
            const bool headOnly = request.method() == QHttpServerRequest::Method::Head;
            send(server, service->answer(readRequest(request)), responder, headOnly);
        });
}

} // namespace narscope::sim
