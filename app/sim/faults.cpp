// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/faults.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>

#include <zlib.h>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

constexpr std::array<std::pair<Service, const char *>, 11> serviceWords{{
    {Service::Hydra, "hydra"},
    {Service::QueueRunner, "queue-runner"},
    {Service::Cache, "cache"},
    {Service::SecondCache, "second-cache"},
    {Service::GitHub, "github"},
    {Service::OfBorg, "ofborg"},
    {Service::Channels, "channels"},
    {Service::Releases, "releases"},
    {Service::ChannelsBucket, "channels-bucket"},
    {Service::ReleasesBucket, "releases-bucket"},
    {Service::Prometheus, "prometheus"},
}};

constexpr std::array<std::pair<Fault, const char *>, 11> faultWords{{
    {Fault::None, "none"},
    {Fault::Guard, "guard"},
    {Fault::TooManyRequests, "429"},
    {Fault::BadGateway, "502"},
    {Fault::GatewayTimeout, "504"},
    {Fault::Cut, "cut"},
    {Fault::Endless, "endless"},
    {Fault::Slow, "slow"},
    {Fault::WrongTypes, "wrong-types"},
    {Fault::Deep, "deep"},
    {Fault::Bomb, "bomb"},
}};

template <typename Table> auto find(const Table &table, QByteArrayView text)
{
    return std::ranges::find_if(table, [text](const auto &row) { return text == QByteArrayView(row.second); });
}

QByteArray answer(const QByteArray &status, const QByteArray &headers, const QByteArray &body)
{
    return "HTTP/1.1 " + status + "\r\nServer: nginx\r\n" + headers
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

QByteArray nginxPage(const QByteArray &status, const QByteArray &headers = {})
{
    const QByteArray body = "<html>\r\n<head><title>" + status + "</title></head>\r\n<body>\r\n<center><h1>" + status
        + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    return answer(status, "Content-Type: text/html\r\n" + headers, body);
}

QByteArray guardPage()
{
    QByteArray body = "<!DOCTYPE html>\n<html><head><title>moss ledger of tides</title></head><body>\n";
    constexpr std::array words{"lantern", "of", "the", "quiet", "harbour", "folds", "seven", "maps", "under", "amber"};
    for (size_t paragraph = 0; paragraph < 12; ++paragraph) {
        body += "<p>";
        for (size_t i = 0; i < 40; ++i)
            body += QByteArray(words.at((i * 7 + paragraph * 3) % words.size())) + ' ';
        body += "<a href=\"/" + QByteArray::number(quint64(paragraph * 7919), 36) + "/\">further</a></p>\n";
    }
    return answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", body + "</body></html>\n");
}

QByteArray deepJson()
{
    constexpr qsizetype depth = 10'000;
    return answer("200 OK", "Content-Type: application/json\r\n", QByteArray(depth, '[') + QByteArray(depth, ']'));
}

// One MiB of spaces, deflated up to a full flush: such pieces may be repeated, so a bomb of any size is made
// without compressing it.
QByteArray deflatedSpaces(int flush, const QByteArray &plain)
{
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    QByteArray out(4096 + plain.size() / 100, Qt::Uninitialized);
    QByteArray in = plain;
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = uInt(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, flush);
    out.truncate(qsizetype(stream.total_out));
    deflateEnd(&stream);
    return out;
}

QByteArray gzipBomb()
{
    constexpr int pieces = 4096;
    const QByteArray plain(1 << 20, ' ');
    const QByteArray piece = deflatedSpaces(Z_FULL_FLUSH, plain);
    const uLong pieceCrc = crc32(0, reinterpret_cast<const Bytef *>(plain.constData()), uInt(plain.size()));
    QByteArray body("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff", 10);
    uLong crc = 0;
    for (int i = 0; i < pieces; ++i) {
        body += piece;
        crc = crc32_combine(crc, pieceCrc, z_off_t(plain.size()));
    }
    body += deflatedSpaces(Z_FINISH, {});
    for (const quint32 tail : {quint32(crc), quint32(quint64(pieces) << 20)}) {
        for (unsigned shift = 0; shift < 32; shift += 8)
            body += char(tail >> shift & 0xff);
    }
    return answer("200 OK", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", body);
}

QJsonValue twisted(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Double:
        return u"not a number"_s;
    case QJsonValue::String:
        return 42;
    case QJsonValue::Bool:
        return QJsonArray{};
    case QJsonValue::Array: {
        QJsonObject object;
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            object.insert(QString::number(i), array.at(i));
        return object;
    }
    case QJsonValue::Object: {
        QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            it.value() = twisted(it.value());
        return object;
    }
    default:
        return QJsonObject{};
    }
}

} // namespace

QByteArray word(Service service)
{
    return std::ranges::find(serviceWords, service, &std::pair<Service, const char *>::first)->second;
}

QByteArray word(Fault fault)
{
    return std::ranges::find(faultWords, fault, &std::pair<Fault, const char *>::first)->second;
}

Result<Fault> parseFault(QByteArrayView text)
{
    const auto found = find(faultWords, text);
    if (found == faultWords.end())
        return problemSaying(ProblemKind::Usage, u"There is no fault of this name."_s, QString::fromUtf8(text));
    return found->first;
}

Result<std::pair<Service, Fault>> parseServiceFault(QByteArrayView text)
{
    const qsizetype colon = text.indexOf(':');
    const auto service = find(serviceWords, colon < 0 ? text : text.first(colon));
    if (colon < 0 || service == serviceWords.end())
        return problemSaying(
            ProblemKind::Usage, u"A fault is written SERVER:FAULT, like hydra:429."_s, QString::fromUtf8(text));
    return parseFault(text.sliced(colon + 1)).transform([service](Fault fault) {
        return std::pair{service->first, fault};
    });
}

FaultPlan::FaultPlan(Service service, quint64 seed, bool seeded)
    : m_random(quint32(seed * 31 + quint64(service) + 1))
    , m_seeded(seeded)
{
}

void FaultPlan::arm(Fault fault, int count)
{
    if (fault == Fault::None)
        m_armed.clear();
    else if (count != 0)
        m_armed.append({.fault = fault, .left = count});
}

Fault FaultPlan::next()
{
    if (!m_armed.isEmpty()) {
        const Fault fault = m_armed.first().fault;
        if (m_armed.first().left > 0 && --m_armed.first().left == 0)
            m_armed.removeFirst();
        return fault;
    }
    constexpr std::array usual{
        Fault::TooManyRequests, Fault::BadGateway, Fault::GatewayTimeout, Fault::Guard, Fault::Cut, Fault::Slow};
    if (!m_seeded || m_random.bounded(10) != 0)
        return Fault::None;
    return usual.at(size_t(m_random.bounded(int(usual.size()))));
}

QByteArray faultAnswer(Fault fault)
{
    switch (fault) {
    case Fault::Guard:
        return guardPage();
    case Fault::TooManyRequests:
        return nginxPage("429 Too Many Requests", "Retry-After: 30\r\n");
    case Fault::BadGateway:
        return nginxPage("502 Bad Gateway");
    case Fault::GatewayTimeout:
        return nginxPage("504 Gateway Time-out");
    case Fault::Deep:
        return deepJson();
    case Fault::Bomb:
        return gzipBomb();
    default:
        return {};
    }
}

QByteArray withWrongTypes(const QByteArray &json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (document.isObject())
        return QJsonDocument(twisted(document.object()).toObject()).toJson(QJsonDocument::Compact);
    if (document.isArray())
        return QJsonDocument(twisted(document.array()).toObject()).toJson(QJsonDocument::Compact);
    return json;
}

} // namespace narscope::sim
