// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/githubservice.h"
#include "sim/hydraservice.h"
#include "sim/ofborgservice.h"
#include "support/fakeclock.h"

namespace narscope::test {

/// A simulated pipeline without a network: requests are handed to the services, time stands still.
struct Pipeline {
    explicit Pipeline(int jobs = 600, quint64 seed = 1);

    [[nodiscard]] sim::HttpAnswer hydra(const QByteArray &target, const QByteArray &accept = "application/json");
    /// The body of a 200 of the type asked for; fails the running test otherwise.
    [[nodiscard]] QByteArray json(const QByteArray &target);
    [[nodiscard]] QByteArray html(const QByteArray &target);
    [[nodiscard]] sim::HttpAnswer gitHub(const QByteArray &target, const sim::HttpHeaders &headers = {});
    [[nodiscard]] sim::HttpAnswer ofBorg(const QByteArray &target, const sim::HttpHeaders &headers = {});

    /// Builds of different kinds: one for each status, one running, one queued, an aggregate, one with
    /// products, one whose dependency failed, one taken from an earlier build; as many as the world has.
    [[nodiscard]] std::vector<sim::BuildFacts> variety() const;
    [[nodiscard]] const sim::Evaluation &lastEvaluation(const char *project, const char *jobset) const;

    FakeClock clock;
    sim::World world;
    sim::Addresses addresses;
    sim::Stage stage{.clock = clock, .world = world, .addresses = addresses};
    sim::HydraService hydraService{stage};
    sim::GitHubService gitHubService{stage};
    sim::OfBorgService ofBorgService{stage};
};

} // namespace narscope::test
