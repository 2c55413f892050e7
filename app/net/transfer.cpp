// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/transfer.h"

#include "net/exchange.h"

#include <QBuffer>
#include <QHttpHeaders>
#include <QSslCertificate>
#include <QSslConfiguration>

using namespace Qt::StringLiterals;

namespace narscope::net {

namespace {

/// Left in Qt's buffer until there is this much: small answers are then taken in one piece at their end.
constexpr qint64 drainAt = 256 * 1024;
/// What Qt may buffer before it stops reading the connection.
constexpr qint64 readBuffer = 1024 * 1024;
constexpr qint64 longestErrorBody = 64 * 1024;
constexpr qint64 chunkSize = 256 * 1024;

ProblemKind kindOf(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::SslHandshakeFailedError:
        return ProblemKind::Tls;
    case QNetworkReply::TimeoutError:
        return ProblemKind::Timeout;
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::UnknownContentError:
        return ProblemKind::Malformed;
    default:
        return ProblemKind::Network;
    }
}

} // namespace

struct Transfer::Drain {
    std::mutex mutex;
    Transfer *transfer;
};

void DeleteTransfer::operator()(Transfer *transfer) const
{
    transfer->stop();
}

Transfer::Transfer(Plan plan, const Clock &clock, Done done)
    : m_plan(std::move(plan))
    , m_clock(clock)
    , m_done(std::move(done))
{
    if (!m_plan.sink)
        return;
    m_drain = std::make_shared<Drain>();
    m_drain->transfer = this;
    m_plan.sink->drained = [drain = m_drain] {
        const std::scoped_lock lock(drain->mutex);
        if (auto *transfer = drain->transfer)
            QMetaObject::invokeMethod(transfer, [transfer] { transfer->read(); }, Qt::QueuedConnection);
    };
}

Transfer::~Transfer()
{
    if (!m_drain)
        return;
    const std::scoped_lock lock(m_drain->mutex);
    m_drain->transfer = nullptr;
}

void Transfer::start(QNetworkReply *reply)
{
    m_source = m_reply = reply;
    setParent(reply);
    if (m_plan.sink)
        reply->setReadBufferSize(readBuffer);
    // The head is judged before anything of the body is unpacked.
    connect(reply, &QNetworkReply::metaDataChanged, this, [this] {
        if (m_done)
            (void)readHead();
    });
    connect(reply, &QNetworkReply::readyRead, this, &Transfer::read);
    connect(reply, &QNetworkReply::finished, this, &Transfer::finish);
}

void Transfer::start(Result<Answer> recorded, QObject *parent)
{
    setParent(parent);
    if (recorded) {
        m_answer = std::move(*recorded);
        auto *buffer = new QBuffer(this);
        buffer->setData(std::exchange(m_answer.body, {}));
        buffer->open(QIODevice::ReadOnly);
        m_source = buffer;
        m_headRead = true;
        recorded = {};
    }
    // Never at once: a flow that asks in a loop must not find itself deeper with each answer.
    QMetaObject::invokeMethod(
        this,
        [this, outcome = std::move(recorded)] {
            if (!m_done)
                return;
            if (!m_headRead)
                return end(outcome);
            if (auto ok = checkHead(); !ok)
                return end(std::unexpected(ok.error()));
            finish();
        },
        Qt::QueuedConnection);
}

void Transfer::stop()
{
    m_done = {};
    if (!m_reply)
        return deleteLater();
    m_reply->disconnect(this);
    if (!m_finished)
        m_reply->abort();
    m_reply->deleteLater(); // and this with it
}

void Transfer::checkDeadline(Milliseconds now)
{
    if (m_plan.sink && m_plan.sink->isFull())
        m_plan.deadline = now + m_plan.patience;
    if (now < m_plan.deadline)
        return;
    const QString got = m_headRead
        ? u"%1 bytes had come"_s.arg(std::max(m_answer.bytes, m_answer.body.size() + m_source->bytesAvailable()))
        : u"no answer had come"_s;
    end(problem(ProblemKind::Timeout, m_plan.url.toDisplayString(), got));
}

qint64 Transfer::limit() const
{
    return m_answer.isGood() ? m_plan.maxBody : std::min(m_plan.maxBody, longestErrorBody);
}

std::unexpected<Problem> Transfer::tooLarge(qint64 size) const
{
    return problem(ProblemKind::TooLarge, m_plan.url.toDisplayString(),
        u"%1 bytes or more, the limit is %2"_s.arg(size).arg(limit()));
}

bool Transfer::readHead()
{
    if (m_headRead)
        return true;
    m_answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (m_answer.status == 0)
        return false;
    m_headRead = true;
    if (m_plan.readsCertificate && m_reply->url().scheme() == "https"_L1) {
        if (const auto own = m_reply->sslConfiguration().peerCertificate(); !own.isNull())
            m_answer.certificateEnds = own.expiryDate().toSecsSinceEpoch();
    }
    const auto headers = m_reply->headers();
    m_answer.headers.reserve(headers.size());
    for (qsizetype i = 0; i < headers.size(); ++i) {
        const auto name = headers.nameAt(i); // in lower case
        m_answer.headers.emplaceBack(QByteArray(name.data(), name.size()), headers.valueAt(i).toByteArray());
    }
    if (auto ok = checkHead(); !ok) {
        end(std::unexpected(ok.error()));
        return false;
    }
    return true;
}

Result<void> Transfer::checkHead()
{
    if (!m_answer.isGood() || m_plan.method == "HEAD")
        return {};
    bool isNumber = false;
    const auto field = m_answer.header("content-length");
    const auto length = field.toLongLong(&isNumber);
    if (!field.isEmpty() && (!isNumber || length < 0))
        return problem(
            ProblemKind::Malformed, m_plan.url.toDisplayString(), u"the length of the answer is no number"_s);
    if (isNumber && length > limit())
        return tooLarge(length);
    if (m_reply && (!isNumber || length > readBuffer))
        m_reply->setReadBufferSize(readBuffer);
    if (auto ok = checkType(m_plan.expect, m_answer, m_plan.url); !ok || !m_plan.sink)
        return ok;
    return m_plan.sink->begin(m_answer.status, m_answer.headers);
}

void Transfer::read()
{
    if (!m_done || !readHead())
        return;
    if (goesToSink())
        readToSink();
    else
        readToMemory();
    if (m_done && m_finished && m_source->bytesAvailable() == 0)
        complete();
}

void Transfer::readToSink()
{
    if (m_source->bytesAvailable() > 0)
        m_plan.deadline = m_clock.monotonic() + m_plan.patience;
    while (m_source->bytesAvailable() > 0 && !m_plan.sink->isFull()) {
        auto chunk = m_source->read(chunkSize);
        if (chunk.isEmpty())
            return;
        m_answer.bytes += chunk.size();
        if (m_answer.bytes > limit())
            return end(tooLarge(m_answer.bytes));
        if (m_plan.copy)
            m_plan.copy->write(chunk);
        if (auto ok = m_plan.sink->write(std::move(chunk)); !ok)
            return end(std::unexpected(std::move(ok.error())));
    }
}

void Transfer::readToMemory()
{
    const auto available = m_source->bytesAvailable();
    auto &body = m_answer.body;
    if (body.size() + available > limit()) {
        if (m_answer.isGood())
            return end(tooLarge(body.size() + available));
        body += m_source->read(limit() - body.size());
        m_answer.bytes = body.size();
        return end(std::move(m_answer)); // the beginning of an error page says enough
    }
    if (available == 0 || (!m_finished && available < drainAt))
        return;
    if (body.isEmpty()) {
        body = m_source->read(available);
        return;
    }
    const auto held = body.size();
    body.resize(held + available);
    body.truncate(held + std::max<qint64>(0, m_source->read(body.data() + held, available)));
}

void Transfer::finish()
{
    m_finished = true;
    if (!m_done)
        return;
    if (!m_headRead && m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 0)
        return end(std::unexpected(wireProblem()));
    read();
}

Problem Transfer::wireProblem() const
{
    const auto kind = kindOf(m_reply->error());
    auto found = problem(kind, m_plan.url.toDisplayString(), m_reply->errorString()).error();
    found.retryHelps = kind != ProblemKind::Tls;
    if (m_headRead)
        found.sentence
            = kind == ProblemKind::Network ? u"The connection broke in the middle of the answer."_s : found.sentence;
    else if (m_reply->error() == QNetworkReply::RemoteHostClosedError) // also where Qt drops its head
        found.sentence = u"The connection broke before there was an answer."_s;
    else if (m_reply->error() == QNetworkReply::HostNotFoundError)
        found.sentence = u"The server's name is not known."_s;
    else if (m_reply->error() == QNetworkReply::ConnectionRefusedError)
        found.sentence = u"Nothing listens at the server's address."_s;
    return found;
}

void Transfer::complete()
{
    if (!goesToSink())
        m_answer.bytes = m_answer.body.size();
    // A status from 400 is an error to Qt, and an answer to us.
    if (m_reply && m_answer.status < 400 && m_reply->error() != QNetworkReply::NoError)
        return end(std::unexpected(wireProblem()));
    if (auto ok = checkLength(); !ok)
        return end(std::unexpected(ok.error()));
    if (m_answer.isGood() && !m_plan.sink) {
        if (auto ok = checkBody(m_plan.expect, m_plan.kind, m_answer, m_plan.url); !ok)
            return end(std::unexpected(ok.error()));
    }
    end(std::move(m_answer));
}

/// Qt takes a connection that closes early for the end of some answers.
Result<void> Transfer::checkLength() const
{
    bool isNumber = false;
    const auto length = m_answer.header("content-length").toLongLong(&isNumber);
    if (!m_reply || !isNumber || !m_answer.isGood() || m_plan.method == "HEAD"
        || !m_answer.header("content-encoding").isEmpty() || m_answer.bytes >= length)
        return {};
    return problemSaying(ProblemKind::Network, u"The connection broke in the middle of the answer."_s,
        m_plan.url.toDisplayString(), u"%1 of %2 bytes came"_s.arg(m_answer.bytes).arg(length));
}

void Transfer::end(Result<Answer> result)
{
    if (const auto done = std::exchange(m_done, {}))
        done(std::move(result));
}

} // namespace narscope::net
