// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/types.h"
#include "ui/widgets/look.h"

#include <QWidget>

class QPainter;

namespace narscope::ui {

inline constexpr qreal censusMark = 18; ///< px from a mark to its words
inline constexpr qreal censusGap = 20; ///< px between two grades

/// «13 asserted over TLS».
[[nodiscard]] QString censusWords(trace::Grade grade, int count);
/// Around `middle`, 12 px at scale 1: filled diamond, pencil, two arrows, house, dotted circle.
void paintGrade(QPainter &painter, const QPointF &middle, qreal scale, trace::Grade grade, const QColor &ink);

/// A grade's mark as a widget; nothing for no grade.
class GradeLabel : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    void setGrade(std::optional<trace::Grade> grade);
    [[nodiscard]] QSize sizeHint() const override { return {16, 16}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<trace::Grade> m_grade;
};

} // namespace narscope::ui
