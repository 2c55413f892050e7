// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/jobcourse.h"
#include "ui/widgets/detailrows.h"

namespace narscope::ui {

class MarkStrip;
class TextLabel;

/// Since when a job fails, and its last builds as a strip.
class CoursePart : public QWidget {
    Q_OBJECT
public:
    explicit CoursePart(QWidget *parent = nullptr);

    void setCourse(const trace::JobCourse &course, const QList<DetailRow> &rows, qint64 now);
    [[nodiscard]] const QList<DetailRow> &rows() const { return m_rows->rows(); }
    [[nodiscard]] MarkStrip *strip() const { return m_strip; }

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

private:
    DetailRows *m_rows;
    TextLabel *m_label;
    MarkStrip *m_strip;
};

} // namespace narscope::ui
