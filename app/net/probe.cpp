// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/probe.h"

#include <QDnsLookup>
#include <QHostAddress>
#include <QSslCipher>
#include <QSslConfiguration>
#include <QSslSocket>

#include <memory>

using namespace Qt::StringLiterals;

namespace narscope::net {

namespace {

/// Deleted later, since it may be in the middle of a signal; silent from then on.
struct GiveUp {
    template <typename Object> void operator()(Object *object) const
    {
        object->disconnect();
        object->abort();
        object->deleteLater();
    }
};

QDnsLookup::Type typeOf(DnsType type)
{
    switch (type) {
    case DnsType::Ns:
        return QDnsLookup::NS;
    case DnsType::Cname:
        return QDnsLookup::CNAME;
    case DnsType::A:
        return QDnsLookup::A;
    case DnsType::Aaaa:
        break;
    }
    return QDnsLookup::AAAA;
}

QString plainName(const QString &name)
{
    const auto lower = name.toLower();
    return lower.endsWith(u'.') ? lower.chopped(1) : lower;
}

template <typename Records, typename Value> void collect(const Records &records, Value value, DnsRecords &into)
{
    for (const auto &record : records) {
        into.values << value(record);
        into.timeToLive = std::min(into.timeToLive.value_or(record.timeToLive()), record.timeToLive());
    }
}

DnsRecords recordsOf(const QDnsLookup &answer, DnsType type)
{
    DnsRecords records;
    const auto name = [](const QDnsDomainNameRecord &record) { return plainName(record.value()); };
    if (type == DnsType::Ns)
        collect(answer.nameServerRecords(), name, records);
    else if (type == DnsType::Cname)
        collect(answer.canonicalNameRecords(), name, records);
    else
        collect(
            answer.hostAddressRecords(), [](const QDnsHostAddressRecord &record) { return record.value().toString(); },
            records);
    records.values.removeDuplicates();
    records.values.sort();
    return records;
}

Result<DnsRecords> outcomeOf(const QDnsLookup &answer, DnsType type)
{
    switch (answer.error()) {
    case QDnsLookup::NoError:
        return recordsOf(answer, type);
    case QDnsLookup::NotFoundError:
        return problemSaying(ProblemKind::NotFound, u"There is no such name."_s, answer.name());
    case QDnsLookup::TimeoutError:
        return problemSaying(
            ProblemKind::Timeout, u"The name server did not answer in time."_s, answer.name(), answer.errorString());
    default:
        return problemSaying(
            ProblemKind::Network, u"The name could not be looked up."_s, answer.name(), answer.errorString());
    }
}

QString joined(const QStringList &parts)
{
    return parts.join(u", "_s);
}

Certificate certificateOf(const QSslCertificate &certificate)
{
    Certificate facts;
    facts.names = certificate.subjectAlternativeNames().values(QSsl::DnsEntry);
    facts.names.sort();
    facts.subject = joined(certificate.subjectInfo(QSslCertificate::CommonName));
    if (facts.subject.isEmpty())
        facts.subject = facts.names.value(0);
    facts.issuer = joined(
        certificate.issuerInfo(QSslCertificate::Organization) + certificate.issuerInfo(QSslCertificate::CommonName));
    facts.validFrom = certificate.effectiveDate().toSecsSinceEpoch();
    facts.validUntil = certificate.expiryDate().toSecsSinceEpoch();
    facts.sha256 = certificate.digest(QCryptographicHash::Sha256).toHex();
    return facts;
}

QString versionOf(QSsl::SslProtocol protocol)
{
    switch (protocol) {
    case QSsl::TlsV1_2:
        return u"TLS 1.2"_s;
    case QSsl::TlsV1_3:
        return u"TLS 1.3"_s;
    default:
        return {};
    }
}

TlsFacts factsOf(const QSslSocket &socket)
{
    TlsFacts facts;
    for (const auto &certificate : socket.peerCertificateChain())
        facts.chain << certificateOf(certificate);
    facts.version = versionOf(socket.sessionProtocol());
    facts.cipher = socket.sessionCipher().name();
    facts.protocol = QString::fromLatin1(socket.sslConfiguration().nextNegotiatedProtocol());
    facts.address = socket.peerAddress().toString();
    return facts;
}

Problem tlsProblem(const QSslSocket &socket, const QString &host)
{
    QStringList reasons;
    for (const auto &error : socket.sslHandshakeErrors())
        reasons << error.errorString();
    return problem(ProblemKind::Tls, host, reasons.isEmpty() ? socket.errorString() : reasons.join(u"; "_s)).error();
}

using Greeting = Completion<Result<TlsFacts>>;

void answerGreeting(QSslSocket &socket, const QString &host, const Greeting &done)
{
    auto *raw = &socket;
    QObject::connect(raw, &QSslSocket::encrypted, raw, [raw, done] { done.set(factsOf(*raw)); });
    QObject::connect(raw, &QAbstractSocket::errorOccurred, raw, [raw, host, done](QAbstractSocket::SocketError error) {
        auto facts = factsOf(*raw);
        if (error == QAbstractSocket::SslHandshakeFailedError && !facts.chain.isEmpty()) {
            facts.problem = tlsProblem(*raw, host);
            return done.set(facts);
        }
        if (error == QAbstractSocket::SslHandshakeFailedError)
            return done.set(std::unexpected(tlsProblem(*raw, host)));
        done.set(problem(ProblemKind::Network, host, raw->errorString()));
    });
}

} // namespace

bool isAddress(const QString &host)
{
    return !QHostAddress(host).isNull() || host == "localhost"_L1;
}

QString word(DnsType type)
{
    switch (type) {
    case DnsType::Ns:
        return u"NS"_s;
    case DnsType::Cname:
        return u"CNAME"_s;
    case DnsType::A:
        return u"A"_s;
    case DnsType::Aaaa:
        break;
    }
    return u"AAAA"_s;
}

Probe::Probe(Clock &clock, std::optional<NameServer> nameServer, Milliseconds patience)
    : m_clock(clock)
    , m_nameServer(std::move(nameServer))
    , m_patience(patience)
{
}

Task<Result<DnsRecords>> Probe::lookUp(QString name, DnsType type)
{
    const std::unique_ptr<QDnsLookup, GiveUp> look(new QDnsLookup(typeOf(type), name));
    if (m_nameServer)
        look->setNameserver(QHostAddress(m_nameServer->address), m_nameServer->port);
    Completion<Result<DnsRecords>> done;
    auto *raw = look.get();
    QObject::connect(raw, &QDnsLookup::finished, raw, [raw, type, done] { done.set(outcomeOf(*raw, type)); });
    m_clock.callLater(m_patience, raw, [done, name] { done.set(problem(ProblemKind::Timeout, name)); });
    look->lookup();
    co_return co_await done;
}

Task<Result<TlsFacts>> Probe::greet(QString host, quint16 port)
{
    if (!QSslSocket::supportsSsl())
        co_return problemSaying(ProblemKind::Unsupported, u"Qt has no TLS here."_s, host);
    const std::unique_ptr<QSslSocket, GiveUp> socket(new QSslSocket);
    auto configuration = QSslConfiguration::defaultConfiguration();
    configuration.setAllowedNextProtocols(
        {QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
    socket->setSslConfiguration(configuration);
    const Greeting done;
    answerGreeting(*socket, host, done);
    m_clock.callLater(m_patience, socket.get(), [done, host] { done.set(problem(ProblemKind::Timeout, host)); });
    socket->connectToHostEncrypted(host, port);
    co_return co_await done;
}

} // namespace narscope::net
