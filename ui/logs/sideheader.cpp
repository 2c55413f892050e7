// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/sideheader.h"

#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QPainter>

namespace narscope::ui {

SideHeader::SideHeader(QWidget *parent)
    : QWidget(parent)
    , m_mark(new MarkLabel)
    , m_role(new TextLabel(TextRole::Bold))
    , m_what(new TextLabel(TextRole::Quiet))
{
    setFixedHeight(metric::button);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::cellPadding, 0, metric::cellPadding, 1);
    row->setSpacing(metric::cellPadding);
    m_role->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    row->addWidget(m_mark);
    row->addWidget(m_role);
    row->addWidget(m_what, 1);
}

void SideHeader::say(Mark mark, const QString &role, const QString &what)
{
    m_mark->setMark(mark);
    m_role->setText(role);
    m_role->updateGeometry();
    m_what->setText(what);
}

QString SideHeader::text() const
{
    return m_role->text() + u' ' + m_what->text();
}

void SideHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    painter.fillRect(rect(), look.window);
    painter.fillRect(QRect(0, height() - 1, width(), 1), look.line);
}

} // namespace narscope::ui
