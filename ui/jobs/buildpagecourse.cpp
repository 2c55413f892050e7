// SPDX-License-Identifier: GPL-3.0-or-later
// How the build's job fared, what waits for it, and the build's JSON.
#include "ui/jobs/buildpage.h"

#include "ui/jobs/coursepart.h"
#include "ui/jobs/foldbar.h"
#include "ui/jobs/jobwords.h"
#include "ui/jobs/rawview.h"
#include "ui/jobs/suspectspart.h"
#include "ui/jobs/words.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace narscope::ui {

namespace {

constexpr int coursePause = 900; ///< ms; who walks along failures asks for no other builds
constexpr int betweenColumns = 32;

} // namespace

void BuildPage::addCourse()
{
    auto *since = new QWidget;
    auto *column = new QVBoxLayout(since);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_course);
    column->addWidget(m_courseNote);
    m_courseSection = new Section(tr("Since"), since);
    m_holdsSection = new Section(tr("It holds"), m_holds);
    auto *beside = new QHBoxLayout;
    beside->setSpacing(betweenColumns);
    beside->addWidget(m_courseSection, 1, Qt::AlignTop);
    beside->addWidget(m_holdsSection, 1, Qt::AlignTop);
    body()->addLayout(beside);
    m_suspectsSection = addSection(tr("Who might have broken it"), m_suspects);
    addTable(m_suspects->table());
    m_coursePause.setSingleShot(true);
    m_coursePause.setInterval(coursePause);
    connect(&m_coursePause, &QTimer::timeout, this, [this] { orderCourse(false); });
    connect(m_course, &CoursePart::openRequested, this, &Page::openRequested);
    connect(m_holds, &DetailRows::openRequested, this, &Page::openRequested);
    connect(m_suspects, &SuspectsPart::ordered, this, &BuildPage::suspectsOrdered);
    connect(m_suspects, &SuspectsPart::hintChanged, m_suspectsSection, &Section::setHint);
}

void BuildPage::forgetCourse()
{
    m_coursePause.stop();
    m_courseOrder.reset();
    m_courseTold.reset();
    m_rawIsAsked = false;
    m_raw->begin();
}

std::optional<trace::JobOrder> BuildPage::courseWanted() const
{
    const auto state = stateOf(m_json.value, m_details.value);
    if (!hydra::isFailing(state) || !(m_json.value || m_details.value))
        return {};
    return trace::JobOrder{
        .server = m_server, .job = m_json.value ? m_json.value->job : m_details.value->job, .at = m_build};
}

/// Asks a while after the build came into view, once.
void BuildPage::updateCourse()
{
    const auto wanted = courseWanted();
    if (wanted && wanted != m_courseOrder) {
        m_courseNote->setText(tr("Looking …"));
        if (isVisible() && !m_coursePause.isActive())
            m_coursePause.start();
    }
    m_courseSection->setVisible(wanted.has_value());
    m_courseNote->setVisible(!m_courseTold);
    m_course->setVisible(m_courseTold.has_value());
    if (m_courseTold)
        m_course->setCourse(*m_courseTold, turnRows(*m_courseTold, now()), now());
    const auto turn = m_courseTold ? m_courseTold->turn : std::nullopt;
    m_suspectsSection->setVisible(wanted && turn && turn->lastGood);
    if (wanted && turn)
        m_suspects->setOrder({.server = m_server, .job = wanted->job, .firstBad = turn->firstBad.id});
}

void BuildPage::orderCourse(bool anew)
{
    const auto wanted = courseWanted();
    if (!wanted || !isVisible())
        return;
    m_courseOrder = wanted;
    Q_EMIT courseOrdered(*wanted, anew);
}

void BuildPage::refresh()
{
    if (m_courseOrder)
        orderCourse(true);
    if (m_folds->open() == RawFold)
        askRaw();
}

void BuildPage::take(const trace::JobCourse &course)
{
    if (course.order != m_courseOrder)
        return;
    m_courseTold = course;
    updateCourse();
}

void BuildPage::takeFailure(const trace::JobOrder &order, const Problem &problem)
{
    if (order != m_courseOrder)
        return;
    m_courseNote->setText(tr("It cannot be had now. %1").arg(problem.sentence));
}

void BuildPage::askRaw()
{
    m_rawIsAsked = true;
    m_raw->begin();
    Q_EMIT rawOrdered({.server = m_server, .build = m_build});
}

void BuildPage::take(const trace::RawAnswer &answer)
{
    if (answer.order == trace::RawOrder{.server = m_server, .build = m_build})
        m_raw->take(answer);
}

void BuildPage::takeFailure(const trace::RawOrder &order, const Problem &problem)
{
    if (order == trace::RawOrder{.server = m_server, .build = m_build})
        m_raw->takeFailure(problem);
}

void BuildPage::take(const watch::ChannelBoard &board)
{
    m_board = board;
    updateHolds();
}

void BuildPage::updateHolds()
{
    const auto rows = heldBy(m_board, m_server, m_build);
    m_holds->setRows(rows);
    m_holdsSection->setVisible(!rows.isEmpty());
}

} // namespace narscope::ui
