// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/probe.h"

#include "support/flow.h"
#include "support/tool.h"

#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTest>
#include <QUdpSocket>
#include <QtEndian>

using namespace narscope;
using namespace narscope::net;
using namespace Qt::StringLiterals;

namespace {

/// A name server that knows a few records; wire format after RFC 1035 §4.
class NameServerStub : public QObject {
public:
    struct Record {
        quint16 type;
        QByteArray data;
    };

    NameServerStub()
    {
        m_socket.bind(QHostAddress::LocalHost, 0);
        connect(&m_socket, &QUdpSocket::readyRead, this, &NameServerStub::answer);
    }
    [[nodiscard]] NameServer address() const { return {.address = u"127.0.0.1"_s, .port = m_socket.localPort()}; }
    void add(const QByteArray &name, quint16 type, const QByteArray &data)
    {
        m_records[encoded(name)].append({type, data});
    }
    void setSilent() { m_isSilent = true; }

    [[nodiscard]] static QByteArray encoded(const QByteArray &name)
    {
        QByteArray labels;
        for (const auto &label : name.split('.'))
            labels += char(label.size()) + label;
        return labels + '\0';
    }

private:
    static QByteArray number16(quint16 value)
    {
        QByteArray bytes(2, '\0');
        qToBigEndian(value, bytes.data());
        return bytes;
    }
    void answer()
    {
        QByteArray query(int(m_socket.pendingDatagramSize()), '\0');
        QHostAddress from;
        quint16 port = 0;
        m_socket.readDatagram(query.data(), query.size(), &from, &port);
        if (m_isSilent || query.size() < 17)
            return;
        const auto end = query.indexOf('\0', 12);
        const auto name = query.sliced(12, end - 11);
        const auto type = qFromBigEndian<quint16>(query.constData() + end + 1);
        QByteArray records;
        quint16 count = 0;
        for (const auto &record : m_records.value(name)) {
            if (record.type != type)
                continue;
            ++count;
            records += "\xc0\x0c"_ba + number16(record.type) + number16(1) + number16(0) + number16(300)
                + number16(quint16(record.data.size())) + record.data;
        }
        const quint16 flags = m_records.contains(name) ? 0x8180 : 0x8183; // an answer; 3: no such name
        m_socket.writeDatagram(query.first(2) + number16(flags) + number16(1) + number16(count) + number16(0)
                + number16(0) + query.sliced(12, end - 11 + 4) + records,
            from, port);
    }

    QUdpSocket m_socket;
    QHash<QByteArray, QList<Record>> m_records;
    bool m_isSilent = false;
};

constexpr quint16 typeA = 1;
constexpr quint16 typeNs = 2;
constexpr quint16 typeCname = 5;
constexpr quint16 typeAaaa = 28;

QByteArray contentsOf(const QString &file)
{
    QFile source(file);
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

} // namespace

class ProbeTest : public QObject {
    Q_OBJECT

    SystemClock m_clock;

private Q_SLOTS:
    void recordsAreLookedUpByType()
    {
        NameServerStub server;
        server.add("cache.example.org", typeCname, NameServerStub::encoded("Dualstack.cdn.example.net"));
        server.add("hydra.example.org", typeA, QByteArray::fromHex("9d5a6822"));
        server.add("hydra.example.org", typeA, QByteArray::fromHex("01020304"));
        server.add("hydra.example.org", typeAaaa, QByteArray::fromHex("2a0104f8222011c80000000000000001"));
        server.add("example.org", typeNs, NameServerStub::encoded("ns1.example.com"));
        Probe probe(m_clock, server.address());
        const auto records = [&](const QString &name, DnsType type) { return test::waitFor(probe.lookUp(name, type)); };
        QCOMPARE(records(u"cache.example.org"_s, DnsType::Cname)->values, QStringList{u"dualstack.cdn.example.net"_s});
        QCOMPARE(records(u"hydra.example.org"_s, DnsType::A)->values, QStringList({u"1.2.3.4"_s, u"157.90.104.34"_s}));
        QCOMPARE(records(u"hydra.example.org"_s, DnsType::Aaaa)->values, QStringList{u"2a01:4f8:2220:11c8::1"_s});
        QCOMPARE(records(u"example.org"_s, DnsType::Ns)->values, QStringList{u"ns1.example.com"_s});
        QCOMPARE(records(u"hydra.example.org"_s, DnsType::A)->timeToLive, 300u);
    }

    void aNameThatDoesNotExistIsSaidToBeSo()
    {
        NameServerStub server;
        Probe probe(m_clock, server.address());
        QCOMPARE(test::waitFor(probe.lookUp(u"nothing.example.org"_s, DnsType::A)).error().kind, ProblemKind::NotFound);
    }

    void aNameServerThatIsSilentIsNotWaitedForLongerThanAllowed()
    {
        NameServerStub server;
        server.setSilent();
        Probe probe(m_clock, server.address(), Milliseconds(200));
        QCOMPARE(test::waitFor(probe.lookUp(u"cache.example.org"_s, DnsType::A)).error().kind, ProblemKind::Timeout);
    }

    void aCertificateThatDoesNotHoldIsShownAndSaidNotToHold()
    {
        const QTemporaryDir folder;
        const auto made = test::runTool(u"openssl"_s,
            {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:prime256v1"_s, u"-nodes"_s,
                u"-keyout"_s, u"key"_s, u"-out"_s, u"certificate"_s, u"-days"_s, u"10"_s, u"-subj"_s,
                u"/CN=cache.example.org/O=Nobody"_s, u"-addext"_s,
                u"subjectAltName=DNS:cache.example.org,DNS:*.example.org"_s},
            folder.path());
        if (made.code != 0)
            QSKIP("no openssl here");
        QSslServer server;
        auto configuration = QSslConfiguration::defaultConfiguration();
        const QSslCertificate certificate(contentsOf(folder.filePath(u"certificate"_s)));
        configuration.setLocalCertificate(certificate);
        configuration.setPrivateKey(QSslKey(contentsOf(folder.filePath(u"key"_s)), QSsl::Ec));
        server.setSslConfiguration(configuration);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        Probe probe(m_clock);
        const auto facts = test::waitFor(probe.greet(u"127.0.0.1"_s, server.serverPort()));
        QVERIFY(facts && facts->problem);
        QCOMPARE(facts->problem->kind, ProblemKind::Tls);
        QCOMPARE(facts->chain.size(), 1);
        QCOMPARE(facts->chain.first().subject, u"cache.example.org"_s);
        QCOMPARE(facts->chain.first().issuer, u"Nobody, cache.example.org"_s);
        QCOMPARE(facts->chain.first().names, QStringList({u"*.example.org"_s, u"cache.example.org"_s}));
        QCOMPARE(facts->chain.first().validUntil - facts->chain.first().validFrom, 10 * 24 * 3600);
        // What openssl says of the same file.
        const auto digest = test::runTool(u"openssl"_s,
            {u"x509"_s, u"-in"_s, u"certificate"_s, u"-noout"_s, u"-fingerprint"_s, u"-sha256"_s}, folder.path());
        QCOMPARE(facts->chain.first().sha256, digest.line().split('=').last().replace(":", "").toLower());
    }

    void whereNothingListensIsSaid()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const auto port = server.serverPort();
        server.close();
        Probe probe(m_clock);
        QCOMPARE(test::waitFor(probe.greet(u"127.0.0.1"_s, port)).error().kind, ProblemKind::Network);
    }

    void aServerThatNeverGreetsIsGivenUp()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        Probe probe(m_clock, {}, Milliseconds(200));
        QCOMPARE(test::waitFor(probe.greet(u"127.0.0.1"_s, server.serverPort())).error().kind, ProblemKind::Timeout);
    }

    void addressesAreNoNames()
    {
        QVERIFY(isAddress(u"127.0.0.1"_s) && isAddress(u"::1"_s) && isAddress(u"localhost"_s));
        QVERIFY(!isAddress(u"cache.nixos.org"_s));
    }
};

QTEST_GUILESS_MAIN(ProbeTest)
#include "probe_test.moc"
