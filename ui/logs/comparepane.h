// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logs/openlog.h"
#include "ui/logs/shownline.h"
#include "ui/logs/viewrows.h"
#include "ui/widgets/sentence.h"

namespace narscope::ui {

class LogView;
class SideHeader;

/// Another log at the left of the one that a place shows: rows beside one another, scrolled together, with what differs
/// marked between them. Owns the other log.
class ComparePane : public QWidget {
    Q_OBJECT
public:
    /// The view is the place's own, at the right; it must outlive this.
    ComparePane(LogView &right, Pools &pools, QWidget *parent = nullptr);
    ~ComparePane() override;

    /// Stands above the right view; whoever lays the place out owns it.
    [[nodiscard]] QWidget *rightHeader() const;
    [[nodiscard]] LogView *leftView() const { return m_left; }

    /// `mine` is in the right view and must outlive the comparison. `role`: «Last good», «aarch64-linux».
    void begin(OpenLog *mine, std::unique_ptr<OpenLog> other, const QString &role);
    void end();
    [[nodiscard]] OpenLog *other() const { return m_other.get(); }
    [[nodiscard]] bool isActive() const { return m_other != nullptr; }
    /// Null until both logs are whole and were compared.
    [[nodiscard]] const std::shared_ptr<const ComparePlan> &plan() const { return m_plan; }
    [[nodiscard]] const std::optional<Problem> &problem() const { return m_problem; }

    void setShows(ComparePlan::Shows shows);
    /// To the next difference, or the one before; round and round.
    void step(int by);
    /// «difference 2 of 7»
    [[nodiscard]] QString count() const;
    /// Lines of the right log where differences begin.
    [[nodiscard]] std::vector<log::Line> differentLines() const;
    [[nodiscard]] Sentence sentence() const;

Q_SIGNALS:
    void changed();

private:
    class Gutter;
    void compareWhenWhole();
    Task<void> compare();
    void makePlan(bool isNew);
    void unfold(qint64 row);
    void link();
    void sayHeaders();
    [[nodiscard]] qint64 rowHere() const;
    /// What of the right log's errors is new; empty: nothing.
    [[nodiscard]] QString newErrorText() const;
    [[nodiscard]] std::vector<TextRange> emphasis(qint64 row, bool isLeft) const;

    LogView &m_right;
    Pools &m_pools;
    LogView *m_left;
    Gutter *m_gutter;
    SideHeader *m_leftHeader;
    SideHeader *m_rightHeader;
    OpenLog *m_mine = nullptr;
    std::unique_ptr<OpenLog> m_other;
    QString m_role;
    std::shared_ptr<const ComparePlan> m_plan;
    std::vector<size_t> m_unfolded;
    ComparePlan::Shows m_shows = ComparePlan::Shows::Differences;
    std::optional<Problem> m_problem;
    bool m_isComparing = false;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    Scope m_scope;
};

} // namespace narscope::ui
