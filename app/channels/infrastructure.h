// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "net/probe.h"

#include <QList>

#include <map>
#include <optional>

// What is published about the hosts of the pipeline: data in resources/infrastructure.json, after the DNS
// zones and the Terraform files of NixOS/infra (distribution.md §2.1, §2.2).

namespace narscope::channels {

/// Where the CDN gets what it does not have.
struct Origin {
    QString bucket;
    QString region;
    QString host;
    quint16 port = 443;
    QString shield; ///< the CDN's node in front of it; empty: none
    QString from; ///< file that says so

    [[nodiscard]] bool isPlain() const { return port == 80; }
    bool operator==(const Origin &) const = default;
};

struct PublishedHost {
    QString name;
    QString role;
    std::map<net::DnsType, QStringList> records; ///< sorted; of types that are not there nothing is published
    QString cdn; ///< "Fastly", or empty
    QString issuer; ///< of the certificate; empty: not published
    std::optional<Origin> origin;

    bool operator==(const PublishedHost &) const = default;
};

struct Infrastructure {
    QString source; ///< "NixOS/infra"
    QString revision;
    QString date; ///< of the revision
    QList<PublishedHost> hosts;

    [[nodiscard]] const PublishedHost *find(const QString &name) const;
    bool operator==(const Infrastructure &) const = default;
};

[[nodiscard]] Result<Infrastructure> parseInfrastructure(QByteArrayView json);
/// The one shipped with the program.
[[nodiscard]] const Infrastructure &shippedInfrastructure();

} // namespace narscope::channels
