// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/detailrows.h"

#include "ui/widgets/textlabel.h"

#include <QGridLayout>

namespace narscope::ui {

DetailRows::DetailRows(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnStretch(2, 1);
    setLabelWidth(metric::labelColumn);
}

void DetailRows::setLabelWidth(int pixels)
{
    m_grid->setColumnMinimumWidth(0, pixels);
}

void DetailRows::addLine()
{
    const int row = int(m_lines.size());
    const Line line{new TextLabel(TextRole::Quiet), new MarkLabel, new TextLabel, new LinkLabel};
    m_grid->addWidget(line.label, row, 0);
    m_grid->addWidget(line.mark, row, 1);
    m_grid->addWidget(line.text, row, 2);
    m_grid->addWidget(line.link, row, 2, Qt::AlignLeft); // else its own width limits the column
    connect(line.link, &LinkLabel::activated, this, [this, row] {
        if (row < m_rows.size() && m_rows[row].subject)
            Q_EMIT openRequested(*m_rows[row].subject);
    });
    m_lines.push_back(line);
}

void DetailRows::fill(const Line &line, const DetailRow &row)
{
    const auto role = row.mono ? TextRole::Mono : (row.quiet ? TextRole::Quiet : TextRole::Data);
    line.label->setText(row.label);
    line.mark->setMark(row.mark);
    for (auto *label : {line.text, static_cast<TextLabel *>(line.link)}) {
        label->setText(row.text);
        label->setWhole(row.whole);
        label->setRole(role);
    }
}

void DetailRows::setRows(const QList<DetailRow> &rows)
{
    if (rows == m_rows)
        return;
    m_rows = rows;
    while (m_lines.size() < size_t(rows.size()))
        addLine();
    for (size_t i = 0; i < m_lines.size(); ++i) {
        const auto &line = m_lines[i];
        const bool used = i < size_t(rows.size());
        const auto row = used ? rows[qsizetype(i)] : DetailRow{};
        fill(line, row);
        line.label->setVisible(used);
        line.mark->setVisible(used && row.mark != Mark::None);
        line.text->setVisible(used && !row.subject);
        line.link->setVisible(used && row.subject.has_value());
    }
}

} // namespace narscope::ui
