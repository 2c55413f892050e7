// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/problembanner.h"

#include "base/format.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int bannerHeight = 36;

QString restOf(const Problem &problem, std::optional<Milliseconds> dataAge)
{
    QStringList parts;
    if (dataAge)
        parts << ProblemBanner::tr("You see what was there %1 ago.").arg(formatAge(*dataAge));
    if (problem.retryAfter > Milliseconds(0)) // else it is under way
        parts << ProblemBanner::tr("Next try in %1.").arg(formatDuration(*problem.retryAfter));
    if (!problem.advice.isEmpty())
        parts << problem.advice;
    return parts.join(u' ');
}

} // namespace

ProblemBanner::ProblemBanner(QWidget *parent)
    : QWidget(parent)
    , m_sentence(new TextLabel(TextRole::Bold))
    , m_rest(new TextLabel)
    , m_retry(new QPushButton(tr("Try now")))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    row->setSpacing(8);
    auto *mark = new MarkLabel(metric::sentenceMark - 2);
    mark->setMark(Mark::Warning);
    row->addWidget(mark);
    row->addWidget(m_sentence);
    row->addWidget(m_rest, 1);
    row->addWidget(m_retry);
    m_sentence->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setFixedHeight(bannerHeight);
    connect(m_retry, &QPushButton::clicked, this, &ProblemBanner::retryRequested);
    setAccessibleName(tr("Problem"));
    hide();
}

void ProblemBanner::setProblem(const Problem &problem, std::optional<Milliseconds> dataAge)
{
    m_problem = problem;
    m_sentence->setText(problem.sentence);
    m_rest->setText(restOf(problem, dataAge));
    m_retry->setVisible(problem.retryHelps);
    QStringList more{problem.where, problem.detail};
    more.removeAll(QString());
    setToolTip(plainTip(more.join(u'\n')));
    setAccessibleDescription(text());
    show();
}

void ProblemBanner::showClosable(const Problem &problem)
{
    setProblem(problem, {});
    m_retry->setText(tr("Close"));
    m_retry->show();
    connect(m_retry, &QPushButton::clicked, this, &ProblemBanner::clear, Qt::UniqueConnection);
}

void ProblemBanner::clear()
{
    m_problem.reset();
    hide();
}

QString ProblemBanner::text() const
{
    return m_problem ? (m_sentence->text() + u' ' + m_rest->text()).trimmed() : QString();
}

void ProblemBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    painter.fillRect(rect(), look.band);
    painter.fillRect(QRect(0, height() - 1, width(), 1), look.bandLine);
}

} // namespace narscope::ui
