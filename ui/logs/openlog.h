// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "log/desk.h"
#include "log/document.h"
#include "log/extract.h"
#include "log/repeats.h"
#include "log/warnings.h"

#include <QMap>

namespace narscope::ui {

/// When lines of a log that was followed came: what stands before `lines` was there at `msecs` (UTC).
struct Arrival {
    qint64 lines = 0;
    qint64 msecs = 0; ///< 0: before this program looked
};

/// One log that the Logs place has open: what was asked for, what is known of it, its lines, its errors. GUI thread.
class OpenLog : public QObject {
    Q_OBJECT
public:
    enum class Stage { Waiting, Arriving, Complete, Failed };

    OpenLog(log::LogOrder order, Pools &pools, const Clock &clock, QObject *parent = nullptr);
    ~OpenLog() override;

    [[nodiscard]] const log::LogOrder &order() const { return m_order; }
    [[nodiscard]] Stage stage() const { return m_stage; }
    [[nodiscard]] const log::LogAbout &about() const { return m_about; }
    /// The build still runs, and its log is followed.
    [[nodiscard]] bool isLive() const { return m_about.isLive && m_stage == Stage::Arriving; }
    [[nodiscard]] log::Document *document() const { return m_document.get(); } ///< null while waiting
    [[nodiscard]] const log::ErrorExtract &errors() const { return m_errors; }
    /// Those likely enough to be shown as errors, by line.
    [[nodiscard]] const std::vector<log::ErrorFinding> &likelyErrors() const { return m_likely; }
    /// Whether all lines were looked at for errors.
    [[nodiscard]] bool isJudged() const { return m_isJudged; }
    [[nodiscard]] const std::optional<Problem> &problem() const { return m_problem; }
    /// Empty until studied().
    [[nodiscard]] const log::Findings &warnings() const { return m_warnings; }
    [[nodiscard]] const std::vector<log::RepeatedLines> &repeats() const { return m_repeats; }
    /// When lines came, of a log that was followed while this program looked.
    [[nodiscard]] const std::vector<Arrival> &arrivals() const { return m_arrivals; }
    /// How long a phase took that ends before the line `end`: as the log says, else as its lines came. Nothing: not
    /// known.
    [[nodiscard]] std::optional<double> secondsOf(const log::Phase &phase, log::Line end) const;
    /// What marks are kept under: the same log has it again after a restart. Empty: none are kept.
    [[nodiscard]] QString identity() const;

    void begin(const std::shared_ptr<const log::Bytes> &bytes, const log::LogAbout &about);
    void grow();
    void trouble(const Problem &problem);
    void complete(const log::LogAbout &about);
    void fail(const Problem &problem);
    void keep(const log::ArchivedLog &kept, const QList<log::ArchivedLog> &same);
    [[nodiscard]] bool isKept() const { return m_kept.has_value(); }
    [[nodiscard]] const std::optional<log::ArchivedLog> &kept() const { return m_kept; }
    /// Archived logs of others that broke for the same reason.
    [[nodiscard]] const QList<log::ArchivedLog> &same() const { return m_same; }

    log::Line cursor; ///< where it was left
    QMap<qint64, QString> notes; ///< bookmarks by line
    bool hasNotes = false; ///< those kept from before were read
    bool wasShown = false; ///< it was opened at its error, or a person went elsewhere

Q_SIGNALS:
    void began();
    void changed();
    void judged();
    void studied(); ///< warnings and repeated lines are known

private:
    [[nodiscard]] qint64 cameAt(log::Line line) const;
    void noteArrival();
    void judgeWhenWhole();
    Task<void> judgeLines();
    Task<void> studyLines();

    log::LogOrder m_order;
    Pools &m_pools;
    const Clock &m_clock;
    Stage m_stage = Stage::Waiting;
    log::LogAbout m_about;
    std::unique_ptr<log::Document> m_document;
    log::ErrorExtract m_errors;
    std::vector<log::ErrorFinding> m_likely;
    std::optional<log::ArchivedLog> m_kept;
    QList<log::ArchivedLog> m_same;
    log::Findings m_warnings;
    std::vector<log::RepeatedLines> m_repeats;
    std::vector<Arrival> m_arrivals;
    std::optional<Problem> m_problem;
    qint64 m_judgedBytes = -1;
    bool m_isJudging = false;
    bool m_isJudged = false;
    bool m_isStudying = false;
    std::shared_ptr<std::atomic<bool>> m_cancelled = std::make_shared<std::atomic<bool>>(false);
    Scope m_scope;
};

} // namespace narscope::ui
