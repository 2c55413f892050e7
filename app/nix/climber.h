// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/gate.h"
#include "nix/verifier.h"

#include <atomic>

// For verifier.cpp: the ladder of one path.

namespace narscope::nix {

/// What one climb is asked, and where it says how it goes.
struct Climb {
    Asked asked;
    std::shared_ptr<std::atomic<quint64>> bytes; ///< counts what was read of files served
    std::function<void(const PathReport &)> changed; ///< the narinfo's rungs are known; may be empty
    std::shared_ptr<NarEvents> events; ///< told what the archive holds; may be empty
};

/// Fetches what each rung needs and climbs. One thread; must outlive its tasks.
class Climber {
public:
    Climber(std::vector<std::shared_ptr<CacheClient>> caches, std::vector<std::shared_ptr<CacheClient>> challengers,
        CacheDoors doors, const VerifyOptions &options);

    /// Asks each cache once which store it is for. Climbs may begin meanwhile: they wait before they believe a cache,
    /// not before they ask it, so that no check begins with a round trip of its own.
    [[nodiscard]] Task<void> meetCaches();
    [[nodiscard]] Task<PathReport> climb(VerifyTarget target, Climb climb);

private:
    struct Cache {
        std::shared_ptr<CacheClient> client;
        std::optional<Problem> refused; ///< it is for another store
        bool isAsked = false;
        bool isMet = false;
        std::vector<Completion<bool>> waiting; ///< for it to be met
    };
    struct Found {
        CacheAnswer answer;
        std::shared_ptr<CacheClient> client;
    };

    [[nodiscard]] Task<PathReport> climbPath(VerifyTarget target, Climb climb);
    [[nodiscard]] Task<PathReport> climbText(VerifyTarget target, Climb climb);
    [[nodiscard]] Task<PathReport> climbFile(VerifyTarget target, Climb climb);
    [[nodiscard]] Task<Result<Found>> findNarInfo(VerifyTarget target);
    [[nodiscard]] Task<PathReport> climbContents(PathReport report, std::shared_ptr<CacheClient> client, Climb climb);
    [[nodiscard]] Task<PathReport> climbChallenge(PathReport report);
    [[nodiscard]] Task<PathReport> climbDeriver(PathReport report);
    [[nodiscard]] Task<void> meet(Cache *cache);
    [[nodiscard]] static Task<void> met(Cache *cache);
    [[nodiscard]] Task<void> allMet();
    [[nodiscard]] Task<Result<Found>> findNamed(VerifyTarget target);
    [[nodiscard]] std::vector<std::shared_ptr<CacheClient>> clients() const;

    std::vector<Cache> m_caches;
    std::vector<Cache> m_challengers;
    std::map<QString, Cache> m_named; ///< those that a target named itself, by address
    CacheDoors m_doors;
    std::shared_ptr<const Trust> m_trust;
    QString m_derivations;
    Gate m_streams;
};

} // namespace narscope::nix
