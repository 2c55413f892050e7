// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

#include <QList>
#include <QString>

#include <optional>

// What lies below HTTP at a host: its name's records and its certificate. One look-up, one connection:
// nothing is asked of the server itself.

namespace narscope::net {

enum class DnsType { Ns, Cname, A, Aaaa };

/// Records of one name, sorted; names in lower case without the dot at the end. Empty: the name has none of
/// the type.
struct DnsRecords {
    QStringList values;
    std::optional<quint32> timeToLive; ///< seconds, the least of them

    bool operator==(const DnsRecords &) const = default;
};

struct Certificate {
    QString subject; ///< common name, or the first alternative name
    QString issuer; ///< organisation and common name: «Let's Encrypt, E7»
    QStringList names; ///< alternative names: DNS only
    qint64 validFrom = 0; ///< since 1970
    qint64 validUntil = 0;
    QByteArray sha256; ///< of the DER form, in hex

    bool operator==(const Certificate &) const = default;
};

/// What a TLS handshake showed. It is also had from a server whose certificate does not hold: then `problem`
/// says so, and nothing was sent after the handshake.
struct TlsFacts {
    QList<Certificate> chain; ///< the server's own first
    QString version; ///< «TLS 1.3»
    QString cipher;
    QString protocol; ///< by ALPN: «h2», «http/1.1»; empty: the server chose none
    QString address; ///< that was connected to
    std::optional<Problem> problem;

    bool operator==(const TlsFacts &) const = default;
};

/// Where look-ups go; without one the system's resolver decides.
struct NameServer {
    QString address;
    quint16 port = 53;
};

/// Looks at hosts from below. On one thread with an event loop; destroying a task gives it up.
class Probe {
public:
    explicit Probe(
        Clock &clock, std::optional<NameServer> nameServer = {}, Milliseconds patience = Milliseconds(15'000));

    /// NotFound: no such name. Network: the resolver does not answer. Timeout.
    [[nodiscard]] Task<Result<DnsRecords>> lookUp(QString name, DnsType type);
    /// Network, Timeout: no connection. A certificate that does not hold is no Problem of the Result.
    [[nodiscard]] Task<Result<TlsFacts>> greet(QString host, quint16 port);

private:
    Clock &m_clock;
    std::optional<NameServer> m_nameServer;
    Milliseconds m_patience;
};

/// Whether the host is no name but an IP address, or this machine's own name for itself.
[[nodiscard]] bool isAddress(const QString &host);

/// "NS", "CNAME", "A", "AAAA".
[[nodiscard]] QString word(DnsType type);

} // namespace narscope::net
