// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/desk.h"
#include "log/document.h"
#include "log/extract.h"

namespace narscope::ui {

/// One log that the Logs place has open: what was asked for, what is known of it, its lines, its errors. GUI thread.
class OpenLog : public QObject {
    Q_OBJECT
public:
    enum class Stage { Waiting, Arriving, Complete, Failed };

    OpenLog(log::LogOrder order, Pools &pools, QObject *parent = nullptr);
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

    void begin(const std::shared_ptr<const log::Bytes> &bytes, const log::LogAbout &about);
    void grow();
    void trouble(const Problem &problem);
    void complete(const log::LogAbout &about);
    void fail(const Problem &problem);

    log::Line cursor; ///< where it was left
    bool wasShown = false; ///< it was opened at its error, or a person went elsewhere

Q_SIGNALS:
    void began();
    void changed();
    void judged();

private:
    void judgeWhenWhole();
    Task<void> judgeLines();

    log::LogOrder m_order;
    Pools &m_pools;
    Stage m_stage = Stage::Waiting;
    log::LogAbout m_about;
    std::unique_ptr<log::Document> m_document;
    log::ErrorExtract m_errors;
    std::vector<log::ErrorFinding> m_likely;
    std::optional<Problem> m_problem;
    qint64 m_judgedBytes = -1;
    bool m_isJudging = false;
    bool m_isJudged = false;
    std::shared_ptr<std::atomic<bool>> m_cancelled = std::make_shared<std::atomic<bool>>(false);
    Scope m_scope;
};

} // namespace narscope::ui
