// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/pool.h"
#include "base/task.h"
#include "channels/parsers.h"
#include "channels/prometheus.h"
#include "hydra/client.h"
#include "net/http.h"
#include "net/servers.h"

namespace narscope::channels {

using hydra::Ask;

/// Base addresses; an empty one is not asked (Usage).
struct Places {
    QUrl channels;
    QUrl releases;
    QUrl channelsBucket; ///< S3 itself, without the CDN in front
    QUrl releasesBucket;
    QUrl prometheus;

    bool operator==(const Places &) const = default;
};
[[nodiscard]] Places placesOf(const net::Servers &servers);

/// Asks channels, releases, their buckets and Prometheus; none of it costs Hydra anything. Asks exactly what
/// it is told, never retries. Belongs to the thread of its Http; must outlive its tasks. Parsing runs on
/// pools.parse, unpacking on pools.hash.
///
/// A folder is asked for only after a pointer named it: a 404 stays in the CDN for a day (distribution.md
/// §1.7).
class Client {
public:
    Client(net::Http &http, Places places, Pools &pools);

    [[nodiscard]] const Places &places() const { return m_places; }

    /// The redirect of the channel itself; not followed, never cached. NotFound: no such channel.
    Task<Result<Pointer>> pointer(QString channel, Ask ask);
    /// The redirect of its nixexprs.tar.xz, which also tells revision and commit time.
    Task<Result<Pointer>> pointerWithRevision(QString channel, Ask ask);
    /// The same pointer as S3 holds it: another way of trust.
    Task<Result<Pointer>> bucketPointer(QString channel, Ask ask);

    Task<Result<ReleaseIndex>> releaseIndex(QString folder, Ask ask);
    Task<Result<QString>> revision(QString folder, Ask ask); ///< git-revision
    Task<Result<std::pair<EvalId, QUrl>>> evaluation(QString folder, Ask ask); ///< src-url
    Task<Result<Hash>> fileHash(QString folder, QString file, Ask ask); ///< FILE.sha256; not beside every file
    Task<Result<QList<QByteArray>>> storePaths(QString folder, Ask ask);
    Task<Result<QList<Package>>> packages(QString folder, Ask ask); ///< 10 MB

    /// Releases below a folder with a slash at the end ("nixos/unstable/"), from after `marker`; 500 a page.
    Task<Result<BucketPage>> releases(QString prefix, QString marker, Ask ask);

    Task<Result<QList<Sample>>> query(QString promql, Ask ask);
    /// `end` and `start` in seconds since 1970, step in seconds. Usage when that makes more than longestRange
    /// points.
    Task<Result<QList<Series>>> queryRange(QString promql, qint64 start, qint64 end, qint64 step, Ask ask);

    /// The page of a release, for a browser; no request.
    [[nodiscard]] QUrl releaseUrl(const QString &folder) const;
    [[nodiscard]] QUrl channelUrl(const QString &channel) const;

private:
    Task<Result<Pointer>> redirect(QString channel, QString file, Ask ask);

    net::Http &m_http;
    Places m_places;
    Pools &m_pools;
};

/// Queries of distribution.md §2.6, one request for all channels each.
[[nodiscard]] QString channelStateQuery(); ///< channel_revision, channel_update_time, channel_current
[[nodiscard]] QString gateJobsQuery(); ///< hydra_job_failed of all gate jobs; also for queryRange
[[nodiscard]] QString updateUnitsQuery(); ///< states of the units that publish

/// One channel as Prometheus tells it.
struct ChannelState {
    QString channel;
    QString revision;
    QString status;
    QString variant;
    bool isCurrent = true;
    Epoch updatedAt; ///< when git-revision was uploaded: minutes before the redirect moved

    bool operator==(const ChannelState &) const = default;
};
[[nodiscard]] QList<ChannelState> channelStates(const QList<Sample> &samples);

/// The gate job's last finished build as Prometheus tells it.
struct GateState {
    QString channel;
    JobName job;
    bool hasFailed = false; ///< aborted and cancelled count as failed

    bool operator==(const GateState &) const = default;
};
[[nodiscard]] QList<GateState> gateStates(const QList<Sample> &samples);

/// The unit's state by unit name: "active", "activating", "failed", "inactive", "deactivating".
[[nodiscard]] QHash<QString, QString> unitStates(const QList<Sample> &samples);

} // namespace narscope::channels
