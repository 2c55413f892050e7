// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/imageview.h"

#include "ui/verify/ladderview.h"
#include "ui/verify/verdictmark.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QEvent>
#include <QTreeView>
#include <QVBoxLayout>

namespace narscope::ui {

nix::PathReport rowOf(const nix::IsoReport &image)
{
    auto row = image.ladder.value_or(nix::newReport(image.asked, {}));
    row.asked = image.asked;
    row.path.reset();
    row.verdict = image.verdict;
    return row;
}

ImageView::ImageView(Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_name(new TextLabel(TextRole::Mono))
    , m_sentence(new SentenceRow)
    , m_steps(checkList(m_model))
    , m_ladder(new LadderView(clock))
    , m_rest(new QWidget)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *top = new QVBoxLayout;
    top->setContentsMargins(metric::margin, metric::marginTop, metric::margin, 0);
    top->setSpacing(8);
    m_name->setElide(Qt::ElideMiddle);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_name, m_sentence, m_steps})
        top->addWidget(widget);
    column->addLayout(top);
    column->addWidget(m_ladder, 1);
    column->addWidget(m_rest, 1);
    setFocusProxy(m_steps);
    connect(m_ladder, &LadderView::openRequested, this, &ImageView::openRequested);
}

void ImageView::setReport(const nix::IsoReport &report)
{
    m_model.setChecks(checksOf(report));
    m_name->setText(report.asked);
    m_sentence->setSentence(verdictSentence(report.verdict, summary(report)));
    m_ladder->setVisible(report.ladder.has_value());
    m_rest->setVisible(!report.ladder); // so that the steps stay together
    if (report.ladder)
        m_ladder->setReport(*report.ladder);
    fitSteps();
}

void ImageView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fitSteps();
}

void ImageView::fitSteps()
{
    m_steps->setFixedHeight(metric::headerRow + 2 + m_model.rowCount() * rowHeightOf(m_steps));
}

} // namespace narscope::ui
