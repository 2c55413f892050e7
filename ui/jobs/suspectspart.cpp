// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/suspectspart.h"

#include "base/format.h"
#include "ui/jobs/factsview.h"
#include "ui/jobs/jobwords.h"
#include "ui/widgets/browser.h"
#include "ui/widgets/textlabel.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

SuspectsPart::SuspectsPart(QWidget *parent)
    : QWidget(parent)
    , m_ask(new LinkLabel(tr("Look for commits that name it")))
    , m_note(new TextLabel(TextRole::Quiet))
    , m_table(new FactsView({QString(), QString(), QString()}, 1))
    , m_all(new LinkLabel(tr("All of them at GitHub")))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_ask);
    column->addWidget(m_note);
    column->addWidget(m_table);
    column->addWidget(m_all);
    m_ask->setWhole(tr("Asks GitHub up to three times for the commits between the last success and the first failure"));
    connect(m_ask, &LinkLabel::activated, this, &SuspectsPart::askNow);
    connect(m_all, &LinkLabel::activated, this, [this] { openInBrowser(m_comparison); });
    m_note->hide();
    m_table->hide();
    m_all->hide();
}

void SuspectsPart::setActions(const SubjectActions *actions)
{
    m_table->setActions(actions);
}

QString SuspectsPart::note() const
{
    return m_note->isHidden() ? QString() : m_note->text();
}

void SuspectsPart::setOrder(const trace::SuspectOrder &order)
{
    if (order == m_order)
        return;
    m_order = order;
    m_ask->show();
    m_note->hide();
    m_table->hide();
    m_all->hide();
    Q_EMIT hintChanged({});
}

void SuspectsPart::askNow()
{
    m_ask->hide();
    m_note->setText(tr("Asking GitHub …"));
    m_note->show();
    Q_EMIT ordered(m_order);
}

void SuspectsPart::take(const trace::Suspects &suspects, qint64 now)
{
    if (suspects.order != m_order)
        return;
    const auto looked = formatCount(suspects.looked);
    Q_EMIT hintChanged(suspects.looked < suspects.total
            ? tr("%1 of %2 commits looked at").arg(looked, formatCount(suspects.total))
            : tr("%1 commits").arg(looked));
    m_table->setRows(suspectRows(suspects, now));
    m_table->setVisible(!suspects.named.isEmpty());
    m_comparison = QUrl(u"https://github.com/%1/compare/%2...%3"_s.arg(Subject::nixpkgs(), suspects.from, suspects.to));
    m_all->setVisible(suspects.total > 0);
    m_ask->hide();
    m_note->setText(tr("None of them names it in its first line."));
    m_note->setVisible(suspects.named.isEmpty());
}

void SuspectsPart::takeFailure(const trace::SuspectOrder &order, const Problem &problem)
{
    if (order != m_order)
        return;
    m_note->setText(problem.sentence);
    m_note->show();
    m_ask->show();
}

} // namespace narscope::ui
