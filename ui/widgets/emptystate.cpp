// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/emptystate.h"

#include "ui/widgets/sentence.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace narscope::ui {

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_sentence(new SentenceRow)
    , m_action(new QPushButton)
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::margin, 2 * metric::margin, metric::margin, metric::margin);
    column->setSpacing(metric::marginTop);
    column->addWidget(m_sentence);
    column->addWidget(m_action, 0, Qt::AlignLeft);
    column->addStretch();
    m_action->hide();
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
}

void EmptyState::setText(const QString &why, const QString &whatToDo)
{
    m_sentence->setSentence({.mark = Mark::None, .what = {}, .why = why, .quiet = whatToDo});
}

void EmptyState::setAction(const QString &text)
{
    m_action->setText(text);
    m_action->setVisible(!text.isEmpty());
}

QString EmptyState::text() const
{
    return m_sentence->sentence().why + u' ' + m_sentence->sentence().quiet;
}

} // namespace narscope::ui
