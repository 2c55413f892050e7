// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/service.h"
#include "sim/services.h"

namespace narscope::sim {

/// A binary cache as cache.nixos.org is one: narinfos, NARs, listings, logs of what was built long ago.
/// A path is there from the moment that its build has succeeded.
class CacheService final : public HttpService {
public:
    enum class Which { Main, Second };
    CacheService(const Stage &stage, Which which);

    [[nodiscard]] HttpAnswer answer(const HttpRequest &request) override;

private:
    /// What a narinfo or listing is asked for.
    struct Place {
        Drv drv;
        int output = 0;
        qint64 time = 0; ///< when it was uploaded
    };
    [[nodiscard]] HttpAnswer info() const;
    [[nodiscard]] HttpAnswer narInfo(World &world, const QByteArray &hashPart) const;
    [[nodiscard]] HttpAnswer listing(World &world, const QByteArray &hashPart) const;
    [[nodiscard]] HttpAnswer nar(World &world, const QByteArray &fileName) const;
    [[nodiscard]] HttpAnswer log(World &world, const QByteArray &drvName) const;
    [[nodiscard]] std::optional<Place> find(World &world, const QByteArray &hashPart) const;
    [[nodiscard]] CacheEntry entry(World &world, const Place &place) const;

    const Stage &m_stage;
    Which m_which;
};

} // namespace narscope::sim
