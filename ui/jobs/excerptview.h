// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/excerpt.h"

#include <QWidget>

namespace narscope::ui {

/// The lines of a log that say why a build failed, the cause in bold; opens the log by mouse or by Enter.
class ExcerptView : public QWidget {
    Q_OBJECT
public:
    explicit ExcerptView(QWidget *parent = nullptr);

    void setExcerpt(const log::LogExcerpt &excerpt);
    [[nodiscard]] const log::LogExcerpt &excerpt() const { return m_excerpt; }
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void activated();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    [[nodiscard]] int lineHeight() const;
    [[nodiscard]] int numberWidth() const; ///< px; 0 without numbers

    log::LogExcerpt m_excerpt;
};

} // namespace narscope::ui
