// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/http.h"
#include "net/servers.h"
#include "trace/evidencelog.h"

#include <QHash>

#include <vector>

namespace narscope::trace {

/// What an answer says that should be the same for everybody: none, one, or, where a redirect of a channel
/// was followed, two. Pure.
[[nodiscard]] std::vector<Sighting> sightingsOf(
    const net::Request &request, const net::Response &response, net::ServerKind kind, Milliseconds now);

/// Keeps the evidence log of what is seen. The same seen again is written once an hour, so that polling does
/// not fill the disk. A log that cannot be written is given up, and said once (narscope.evidence). Core
/// thread.
class EvidenceRecorder {
public:
    explicit EvidenceRecorder(std::unique_ptr<EvidenceLog> log);
    void saw(const Sighting &seen);
    /// Why nothing more is written.
    [[nodiscard]] const std::optional<Problem> &problem() const { return m_problem; }

private:
    struct Last {
        QString value;
        Milliseconds at{};
    };
    std::unique_ptr<EvidenceLog> m_log;
    QHash<QString, Last> m_last;
    std::optional<Problem> m_problem;
};

/// Passes requests on and shows the recorder what comes back. All three others must outlive it; it is used on
/// the thread of the Http it wraps.
class WitnessHttp final : public net::Http {
public:
    WitnessHttp(net::Http &http, const net::Servers &servers, Clock &clock, std::unique_ptr<EvidenceRecorder> recorder);
    [[nodiscard]] Task<Result<net::Response>> fetch(net::Request request) override;
    [[nodiscard]] const EvidenceRecorder &recorder() const { return *m_recorder; }

private:
    net::Http &m_http;
    const net::Servers &m_servers; ///< may grow meanwhile
    Clock &m_clock;
    std::unique_ptr<EvidenceRecorder> m_recorder;
};

} // namespace narscope::trace
