// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/archive.h"
#include "log/extract.h"
#include "log/place.h"

#include <QObject>

// The few lines of a failed build's log that say why, for pages that are not about logs.

namespace narscope::log {

struct ExcerptLine {
    std::optional<Line> number; ///< nothing: only the log's end was read
    QString text; ///< as seen, cut to maxExcerptText

    bool operator==(const ExcerptLine &) const = default;
};

struct LogExcerpt {
    QList<ExcerptLine> lines; ///< the cause is the last one
    QString message; ///< what broke, one line
    QString phase; ///< empty: the log has none, or only its end was read
    qint64 lineCount = 0; ///< of what was read
    bool isEnd = false; ///< only the last excerptTail lines were read
    QString source; ///< who had the log

    bool operator==(const LogExcerpt &) const = default;
};

inline constexpr int excerptTail = 200; ///< lines asked of a server
inline constexpr int excerptBefore = 3; ///< lines shown before the cause
inline constexpr qsizetype maxExcerptText = 400; ///< UTF-16 units

/// Nothing: no line of it looks like a cause. Not for the GUI thread.
[[nodiscard]] Result<std::optional<LogExcerpt>> excerptOf(const Bytes &bytes, bool isEnd);

/// Which log, and of which attempt.
struct ExcerptOrder {
    quint64 run = 0; ///< chosen by who asks; answers carry it
    QString server; ///< id of the Hydra
    BuildId build;
    StepNr step; ///< 0: of the whole build
    qint64 stoppedAt = 0; ///< seconds since 1970; an archived log of another attempt does not count

    bool operator==(const ExcerptOrder &) const = default;
};

/// Looks into the archive, then asks for the last lines of the log, never for a whole one that is long. A new order
/// takes the place of the one before. Lives on the thread of the doors.
class ExcerptDesk : public QObject {
    Q_OBJECT
public:
    /// The clients, the doors and the pools must outlive it; `folder` is for what arrives. Without an archive the
    /// servers are asked at once.
    ExcerptDesk(QList<hydra::Client *> hydras, net::Servers servers, net::Http &http, Pools &pools, QString folder,
        std::shared_ptr<const Archive> archive = nullptr);

    void ask(const narscope::log::ExcerptOrder &order);

Q_SIGNALS:
    /// Once an order, unless another one came. Nothing: no line looks like a cause.
    void told(quint64 run, const std::optional<narscope::log::LogExcerpt> &excerpt);
    void failed(quint64 run, const narscope::Problem &problem);

private:
    using Excerpt = std::optional<LogExcerpt>;
    Task<void> run(ExcerptOrder order);
    /// Nothing outside: the archive has no such log.
    Task<std::optional<Excerpt>> fromArchive(ExcerptOrder order);
    Task<Result<Excerpt>> fromServers(ExcerptOrder order);

    QList<hydra::Client *> m_hydras;
    net::Servers m_servers;
    net::Http &m_http;
    Pools &m_pools;
    QString m_folder;
    std::shared_ptr<const Archive> m_archive;
    Scope m_scope; ///< last, so that flows end before what they use
};

} // namespace narscope::log
