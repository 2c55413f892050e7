// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/service.h"
#include "sim/services.h"

#include <map>

// The end of the pipeline: channels.nixos.org, which only redirects, and releases.nixos.org with its S3 listing.

namespace narscope::sim {

class ChannelsService final : public HttpService {
public:
    explicit ChannelsService(const Stage &stage)
        : m_stage(stage)
    {
    }
    /// `/<channel>[/<file>]`: 302 to the release that the channel points to.
    [[nodiscard]] HttpAnswer answer(const HttpRequest &request) override;

private:
    const Stage &m_stage;
};

/// S3 behind channels: the same pointers as metadata of empty objects, with no CDN in between.
class ChannelsBucketService final : public HttpService {
public:
    explicit ChannelsBucketService(const Stage &stage)
        : m_channels(stage)
    {
    }
    [[nodiscard]] HttpAnswer answer(const HttpRequest &request) override;

private:
    ChannelsService m_channels;
};

/// A published file of a release.
struct ReleaseFile {
    QByteArray name;
    QByteArray bytes;
    QByteArray type = "application/octet-stream";
    QByteArray encoding = {};
};

class ReleasesService final : public HttpService {
public:
    explicit ReleasesService(const Stage &stage)
        : m_stage(stage)
    {
    }
    /// `/<prefix>/<release>` (HTML index), `/<prefix>/<release>/<file>`, `/?prefix=…&delimiter=/&marker=…` (S3).
    [[nodiscard]] HttpAnswer answer(const HttpRequest &request) override;

private:
    [[nodiscard]] const QList<ReleaseFile> &files(World &world, const Release &release);
    [[nodiscard]] QByteArray index(World &world, const Release &release);
    [[nodiscard]] HttpAnswer bucket(World &world, const HttpRequest &request);

    const Stage &m_stage;
    std::map<QByteArray, QList<ReleaseFile>> m_files; ///< by prefix and name; a release never changes
};

} // namespace narscope::sim
