// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/sourcelife.h"
#include "sim/worldtypes.h"

#include <array>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

// The builders and what they make: which derivation is built when, where and with which result.

namespace narscope::sim {

/// A place in Farm's list; 0: none.
enum class MakingIndex : quint32 { None = 0 };

/// One derivation and its one build on the farm.
struct Making {
    quint32 instance = 0;
    quint8 system = 0;
    quint8 status = 0; ///< Hydra's code, valid from `stop` on
    quint16 machine = 0; ///< plus 1; 0: nothing ran
    quint32 start = 0; ///< seconds after the farm's beginning
    quint32 stop = 0;
    quint32 owner = 0; ///< the build on whose behalf it is made
    MakingIndex cause = MakingIndex::None; ///< the dependency that failed first

    [[nodiscard]] Drv drv() const { return {.instance = Instance{instance}, .system = static_cast<System>(system)}; }
    /// There are outputs.
    [[nodiscard]] bool succeeded() const { return status == 0 || status == 6; }
};

/// Decides a derivation's whole course when it is first wanted. Its dependencies must have been wanted before.
class Farm {
public:
    /// `begin`: epoch seconds before everything that it ever tells.
    Farm(
        const Recipes &recipes, const SourceLife &life, quint64 seed, std::vector<MachineFacts> machines, qint64 begin);

    [[nodiscard]] const std::vector<MachineFacts> &machines() const { return m_machines; }
    [[nodiscard]] qint64 begin() const { return m_begin; }
    [[nodiscard]] qint64 time(quint32 seconds) const { return m_begin + seconds; }
    [[nodiscard]] quint32 seconds(qint64 time) const { return quint32(time - m_begin); }

    /// The making of a derivation (no source), planned now if it is new. `isGate`: a channel waits for it, so that
    /// it seldom fails. Before `settled` everything has been made already, and no machine is taken.
    MakingIndex want(Drv drv, qint64 when, bool isGate, bool settled);
    /// The build that was planned has failed, and nobody tries again until again(). Returns what was planned.
    Making putOff(MakingIndex index);
    /// A second attempt, which succeeds.
    void again(MakingIndex index, qint64 when) { schedule(at(index), seconds(when) + 20, false, 0); }
    [[nodiscard]] MakingIndex find(Drv drv) const;
    [[nodiscard]] Making &at(MakingIndex index) { return m_makings[size_t(index)]; }
    [[nodiscard]] const Making &at(MakingIndex index) const { return m_makings[size_t(index)]; }
    [[nodiscard]] size_t size() const { return m_makings.size(); }
    /// When a first attempt was aborted and the second one began; 0: there was one attempt.
    [[nodiscard]] quint32 retriedAt(const Making &making) const;

private:
    struct Slot {
        quint32 free = 0;
        quint16 machine = 0;
        bool operator>(const Slot &other) const { return free > other.free; }
    };
    using Slots = std::priority_queue<Slot, std::vector<Slot>, std::greater<>>;

    [[nodiscard]] quint64 chance(Drv drv, quint64 what) const { return mix(m_seed, m_recipes.chance(drv, what)); }
    [[nodiscard]] int outcome(Drv drv, bool isGate, bool settled) const;
    /// A job that fails and succeeds by turns, though nothing in it changes.
    [[nodiscard]] bool flaps(Attr attr) const;
    [[nodiscard]] int bySources(Drv drv) const;
    [[nodiscard]] quint32 duration(Drv drv, int status, double speed) const;
    [[nodiscard]] bool isUnlikelyToFail(Attr attr) const;
    void schedule(Making &making, quint32 ready, bool settled, int status);

    const Recipes &m_recipes;
    const SourceLife &m_life;
    quint64 m_seed;
    std::vector<MachineFacts> m_machines;
    qint64 m_begin;
    std::array<Slots, systemCount> m_slots;
    std::vector<Making> m_makings;
    std::vector<std::array<MakingIndex, systemCount>> m_byInstance;
};

} // namespace narscope::sim
