// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/workflowpage.h"

#include "ui/trace/factlist.h"
#include "ui/trace/pageparts.h"
#include "ui/widgets/browser.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/style.h"

#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace narscope::ui {

WorkflowPage::WorkflowPage(QWidget *parent)
    : QWidget(parent)
    , m_sentence(new SentenceRow)
    , m_banner(new ProblemBanner)
    , m_filter(filterField(tr("Filter …")))
    , m_again(new QPushButton(tr("Ask again")))
    , m_open(new QPushButton(tr("Open page")))
    , m_list(new FactList(workflowHeaders(), {260, 430, 90, 110, 190}, 1))
    , m_empty(new EmptyState)
    , m_stack(new QStackedWidget)
{
    auto *column = pageColumn(*this, {m_sentence});
    column->addWidget(m_banner);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    row->addWidget(m_filter, 1);
    row->addStretch(1);
    row->addWidget(m_open);
    row->addWidget(m_again);
    column->addLayout(row);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_list);
    column->addWidget(m_stack, 1);
    setFocusProxy(m_list);
    const auto openCurrent = [this] {
        if (const auto *current = m_list->current())
            openInBrowser(QUrl(current->copy, QUrl::StrictMode));
    };
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_list->setFilter(text.trimmed());
        showState();
    });
    connect(m_again, &QPushButton::clicked, this, &WorkflowPage::refreshRequested);
    connect(m_banner, &ProblemBanner::retryRequested, this, &WorkflowPage::refreshRequested);
    connect(m_open, &QPushButton::clicked, this, openCurrent);
    connect(m_list, &FactList::activatedRow, this, openCurrent);
    connect(m_list, &FactList::currentRowChanged, this, &WorkflowPage::showState);
    showState();
}

void WorkflowPage::setNews(const watch::WorkflowNews &news, qint64 now)
{
    m_news = news;
    m_list->setRows(workflowRows(news, now));
    tick(now);
    showState();
}

void WorkflowPage::tick(qint64 now)
{
    m_sentence->setSentence(sentenceOf(m_news, now));
    const auto troubled = std::ranges::find_if(
        m_news.reports, [](const watch::WorkflowReport &report) { return report.problem.has_value(); });
    if (troubled != m_news.reports.end() && !m_news.asked.isRunning)
        m_banner->setProblem(*troubled->problem, std::chrono::seconds(std::max<qint64>(0, now - m_news.asked.at)));
    else
        m_banner->clear();
}

void WorkflowPage::showState()
{
    const auto *current = m_list->current();
    m_open->setEnabled(current && mayOpen(QUrl(current->copy, QUrl::StrictMode)));
    m_again->setEnabled(!m_news.asked.isRunning);
    const bool isFiltered = !m_filter->text().isEmpty();
    m_empty->setText(isFiltered ? tr("No run passes the filter.")
            : m_news.problem    ? m_news.problem->sentence
                                : tr("Asking GitHub for the last runs …"),
        isFiltered ? tr("Clear it with Esc.") : QString());
    m_stack->setCurrentIndex(m_list->facts().rowCount() == 0 ? 0 : 1);
}

} // namespace narscope::ui
