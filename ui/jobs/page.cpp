// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/page.h"

#include "ui/jobs/factsview.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace narscope::ui {

namespace {

constexpr int betweenSections = 16;

} // namespace

Section::Section(const QString &title, QWidget *content, QWidget *parent)
    : QWidget(parent)
    , m_hint(new TextLabel(TextRole::Quiet))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *head = new QHBoxLayout;
    auto *label = new TextLabel(TextRole::Bold);
    label->setText(title);
    label->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    head->addWidget(label);
    head->addStretch(1);
    head->addWidget(m_hint);
    column->addLayout(head);
    column->addWidget(content);
    hide();
}

void Section::setHint(const QString &hint)
{
    m_hint->setText(hint);
}

Page::Page(Clock &clock, Scrolls scrolls, QWidget *parent)
    : QWidget(parent)
    , m_clock(clock)
    , m_banner(new ProblemBanner)
    , m_crumbs(new Crumbs)
    , m_sentence(new SentenceRow)
    , m_buttons(new QHBoxLayout)
    , m_body(new QVBoxLayout)
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(metric::margin, metric::marginTop, metric::margin, 0);
    column->setSpacing(2);
    column->addWidget(m_crumbs);
    column->addWidget(m_sentence);
    m_buttons->setSpacing(4);
    m_buttons->setContentsMargins(0, metric::cellPadding, 0, 0);
    column->addLayout(m_buttons);
    column->addLayout(m_body, 1);
    m_body->setContentsMargins(0, metric::cellPadding, 0, 0);
    m_body->setSpacing(scrolls == Scrolls::Content ? betweenSections : metric::cellPadding);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(m_banner);
    if (scrolls == Scrolls::Content) {
        auto *area = new QScrollArea;
        area->setFrameShape(QFrame::NoFrame);
        area->setWidgetResizable(true);
        area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        area->setFocusPolicy(Qt::NoFocus);
        area->setWidget(content);
        whole->addWidget(area, 1);
    } else {
        whole->addWidget(content, 1);
    }
    connect(m_crumbs, &Crumbs::openRequested, this, &Page::openRequested);
    connect(m_banner, &ProblemBanner::retryRequested, this, &Page::retryRequested);
}

void Page::setCrumbs(const QList<Crumb> &path, const QList<Crumb> &right)
{
    m_crumbs->setCrumbs(path, right);
}

void Page::setButtonsFor(const Subject &subject, const std::optional<Subject> &also)
{
    if ((m_buttonsFor == subject && m_buttonsAlsoFor == also) || !m_actions)
        return;
    m_buttonsFor = subject;
    m_buttonsAlsoFor = also;
    while (auto *item = m_buttons->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    for (const auto &action : *m_actions) {
        const auto fitting = action.fits(subject) ? std::optional(subject) : also;
        if (!fitting || !action.fits(*fitting))
            continue;
        auto *button = new QPushButton(action.text);
        connect(button, &QPushButton::clicked, this, [run = action.run, fitting] { run(*fitting); });
        m_buttons->addWidget(button);
    }
    m_buttons->addStretch(1);
}

Section *Page::addSection(const QString &title, QWidget *content)
{
    auto *section = new Section(title, content);
    m_body->addWidget(section);
    return section;
}

void Page::addTable(FactsView *table)
{
    connect(table, &FactsView::openRequested, this, &Page::openRequested);
}

void Page::showProblems()
{
    if (m_problem && m_problem != m_shownProblem)
        m_problemSince = m_clock.now();
    m_shownProblem = m_problem;
    if (m_problem) {
        if (m_problem->retryAfter)
            *m_problem->retryAfter -= m_clock.now() - m_problemSince;
        const auto age = m_oldest == 0 ? std::nullopt
                                       : std::optional(m_clock.now() - Milliseconds(std::chrono::seconds(m_oldest)));
        m_banner->setProblem(*m_problem, age);
    } else {
        m_banner->clear();
    }
    m_problem.reset();
    m_oldest = 0;
}

} // namespace narscope::ui
