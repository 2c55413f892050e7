// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>
#include <QRandomGenerator>
#include <QString>

#include <utility>

// The ways in which the simulator's servers misbehave, on purpose and in a fixed order.

namespace narscope::sim {

enum class Service {
    Hydra,
    QueueRunner,
    Cache,
    SecondCache,
    GitHub,
    OfBorg,
    Channels,
    Releases,
    ChannelsBucket,
    ReleasesBucket,
    Prometheus
};

enum class Fault {
    None,
    Guard, ///< 200 with a crawler guard's nonsense in HTML
    TooManyRequests, ///< 429 with Retry-After
    BadGateway, ///< 502, nginx's page
    GatewayTimeout, ///< 504, nginx's page
    Cut, ///< the right head and half of the body, then the connection goes
    Endless, ///< a body without a length that never ends
    Slow, ///< the right answer, late
    WrongTypes, ///< the right JSON with numbers as words, texts as numbers, lists as objects
    Deep, ///< 10,000 nested JSON arrays
    Bomb, ///< 4 MiB of gzip that decode to 4 GiB of spaces
};

/// "hydra", "queue-runner", "cache", "second-cache", "github", "ofborg", "channels", "releases", "channels-bucket",
/// "releases-bucket", "prometheus".
[[nodiscard]] QByteArray word(Service service);
/// "guard", "429", "502", "504", "cut", "endless", "slow", "wrong-types", "deep", "bomb"; "none".
[[nodiscard]] QByteArray word(Fault fault);
[[nodiscard]] Result<Fault> parseFault(QByteArrayView word);
/// "hydra:429": which server does what.
[[nodiscard]] Result<std::pair<Service, Fault>> parseServiceFault(QByteArrayView text);

/// Decides request by request. Armed faults go first, in the order they were armed; after them, if the seeded
/// mode is on, one request in ten gets a fault that a real server has on a bad day.
class FaultPlan {
public:
    FaultPlan(Service service, quint64 seed, bool seeded);

    /// The next `count` requests get the fault; a negative count means every one from now on. None clears.
    void arm(Fault fault, int count);
    [[nodiscard]] Fault next();

private:
    struct Armed {
        Fault fault = Fault::None;
        int left = 0;
    };
    QList<Armed> m_armed;
    QRandomGenerator m_random;
    bool m_seeded;
};

/// A whole HTTP/1.1 answer for the faults that need nothing of the real one (Guard to GatewayTimeout, Deep,
/// Bomb). Empty for the others.
[[nodiscard]] QByteArray faultAnswer(Fault fault);
/// The same JSON text with every value's type changed; anything but JSON comes back as it was.
[[nodiscard]] QByteArray withWrongTypes(const QByteArray &json);

} // namespace narscope::sim
