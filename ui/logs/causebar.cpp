// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/causebar.h"

#include "base/format.h"
#include "ui/logs/logcolours.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int barHeight = 32;

} // namespace

CauseBar::CauseBar(QWidget *parent)
    : QWidget(parent)
    , m_where(new TextLabel(TextRole::Bold))
    , m_what(new TextLabel)
    , m_same(new QPushButton)
{
    setFixedHeight(barHeight);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 1, metric::cellPadding, 0);
    row->setSpacing(metric::cellPadding);
    auto *mark = new MarkLabel;
    mark->setMark(Mark::Failed);
    auto *show = new QPushButton(tr("Show"));
    auto *copy = new QPushButton(tr("Copy as Markdown"));
    show->setToolTip(plainTip(tr("First error (E)")));
    m_where->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
    row->addWidget(mark);
    row->addWidget(m_where);
    row->addWidget(m_what, 1);
    row->addWidget(m_same);
    row->addWidget(show);
    m_same->hide();
    connect(m_same, &QPushButton::clicked, this, &CauseBar::sameRequested);
    row->addWidget(copy);
    connect(show, &QPushButton::clicked, this, &CauseBar::showRequested);
    connect(copy, &QPushButton::clicked, this, &CauseBar::copyRequested);
    hide();
}

void CauseBar::setExtract(const log::ErrorExtract &extract)
{
    setVisible(!extract.findings.empty());
    if (extract.findings.empty())
        return;
    const auto &first = extract.findings.front();
    const auto kind = log::word(first.kind);
    m_where->setText(tr("First cause, line %1:").arg(formatCount(first.line.value + 1)));
    m_where->updateGeometry();
    m_what->setText((first.phase.isEmpty() ? kind : tr("%1 in %2").arg(kind, first.phase)) + u". "_s + first.why);
}

void CauseBar::setSame(qsizetype count)
{
    m_same->setVisible(count > 0);
    m_same->setText(
        count == 1 ? tr("The same in 1 other log") : tr("The same in %1 other logs").arg(formatCount(count)));
    m_same->setToolTip(plainTip(tr("Logs in this computer's archive that broke for the same reason")));
}

QString CauseBar::text() const
{
    return m_where->text() + u' ' + m_what->text() + (m_same->isHidden() ? QString() : u' ' + m_same->text());
}

void CauseBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    painter.fillRect(rect(), logColours(look).errorTint);
    painter.fillRect(QRect(0, 0, width(), 1), look.failed);
}

} // namespace narscope::ui
