// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/coursepart.h"

#include "ui/jobs/jobwords.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace narscope::ui {

namespace {

constexpr qsizetype longestStrip = 30; ///< builds

} // namespace

CoursePart::CoursePart(QWidget *parent)
    : QWidget(parent)
    , m_rows(new DetailRows)
    , m_label(new TextLabel(TextRole::Quiet))
    , m_strip(new MarkStrip)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_rows);
    auto *line = new QHBoxLayout;
    line->setSpacing(metric::cellPadding);
    m_label->setFixedWidth(metric::labelColumn);
    line->addWidget(m_label);
    line->addWidget(m_strip, 1);
    column->addLayout(line);
    connect(m_rows, &DetailRows::openRequested, this, &CoursePart::openRequested);
    connect(m_strip, &MarkStrip::openRequested, this, &CoursePart::openRequested);
}

void CoursePart::setCourse(const trace::JobCourse &course, const QList<DetailRow> &rows, qint64 now)
{
    m_rows->setRows(rows);
    m_rows->setVisible(!rows.isEmpty());
    const auto marks = stripOf(course, longestStrip, now);
    m_strip->setMarks(marks);
    m_label->setText(tr("Last %1").arg(marks.size()));
    m_strip->setVisible(!marks.isEmpty());
    m_label->setVisible(!marks.isEmpty());
}

} // namespace narscope::ui
