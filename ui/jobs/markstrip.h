// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "ui/widgets/look.h"

#include <QWidget>

namespace narscope::ui {

/// One build in a strip.
struct StripMark {
    Mark mark = Mark::None;
    QString words; ///< on hover and for who cannot see it
    Subject subject; ///< what it opens
    bool isHere = false; ///< the one that the page is about

    bool operator==(const StripMark &) const = default;
};

/// Builds of one job as a row of marks, the newest at the right: how it went, at a glance. Each opens by mouse, or
/// by the arrows and Enter. Where there is no room the oldest are left out.
class MarkStrip : public QWidget {
    Q_OBJECT
public:
    explicit MarkStrip(QWidget *parent = nullptr);

    /// Oldest first.
    void setMarks(const QList<StripMark> &marks);
    [[nodiscard]] const QList<StripMark> &marks() const { return m_marks; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] qsizetype first() const; ///< the oldest that has room
    [[nodiscard]] QRect boxOf(qsizetype mark) const;
    [[nodiscard]] qsizetype markAt(QPoint position) const; ///< -1: none

    QList<StripMark> m_marks;
    qsizetype m_current = 0; ///< of the keyboard
};

} // namespace narscope::ui
