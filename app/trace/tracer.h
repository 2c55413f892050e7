// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "base/task.h"
#include "github/token.h"
#include "net/http.h"
#include "net/servers.h"
#include "nix/trust.h"
#include "trace/types.h"

#include <QObject>

#include <functional>
#include <map>
#include <memory>

namespace narscope::history {
class History;
}

namespace narscope::trace {

/// What one round may cost. What no longer fits stays a stop NotTried whose excuse says so, and is tried in
/// the next round.
struct Limits {
    int hydra = 6; ///< of one track with one attribute
    int hydraPerAttribute = 1; ///< for each further one
    int gitHub = 12; ///< without a token
    int gitHubWithToken = 60;

    bool operator==(const Limits &) const = default;
};

/// What to trace, and how far.
struct Order {
    quint64 run = 0; ///< chosen by who asks; traces carry it
    QString text; ///< pasted: anything that base/subject.h recognises, a hash, a narinfo's address, an ISO's
                  ///< name, a file
    std::optional<Subject> subject; ///< instead of the text
    QStringList attrs; ///< instead of those found out
    QStringList systems; ///< empty: all
    Limits limits;
    bool everyOutput = false; ///< those of further attributes too: a request to Hydra for each system
    bool contents = false; ///< fetch the NARs and check them: as much as they are large
    bool search = false; ///< a way back may spend one search on Hydra (slow for it)

    bool operator==(const Order &) const = default;
};

struct TracerDoors {
    net::Http &http;
    Pools &pools;
    Clock &clock;
    history::History *history = nullptr; ///< what is known for good is looked up and kept there; may be null
    std::function<github::Token()> gitHubToken; ///< empty, or gives an empty one: without
    QString gitClone; ///< a local clone of nixpkgs; empty: none
    QString systemFolder = QStringLiteral("/run/current-system");
};

/// Follows changes from pull request to channel and back, any number at once. Lives on the core thread;
/// everything given must outlive it. Each answer is a whole value; an unchanged one is not said again.
class Tracer : public QObject {
    Q_OBJECT
public:
    Tracer(net::Servers servers, nix::TrustPolicy policy, TracerDoors doors);
    ~Tracer() override;

    /// For traces begun from now on.
    void setPolicy(nix::TrustPolicy policy);

public Q_SLOTS:
    /// Begins a trace, or begins it anew when its run is known.
    void start(const narscope::trace::Order &order);
    /// Asks again about stops that can still change, when their source has moved. Does nothing while a round
    /// runs.
    void refresh(quint64 run);
    /// Stops a round; what was found stays, and refresh() goes on from it.
    void cancel(quint64 run);
    /// Stops and forgets.
    void forget(quint64 run);

Q_SIGNALS:
    /// The trace as it is known now; grows while `isRunning`. Said from inside a round: a slot on this thread
    /// must not call back.
    void changed(const narscope::trace::Trace &trace);
    /// The round is over, also when it found nothing: Trace::problems says why.
    void ended(quint64 run);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace narscope::trace
