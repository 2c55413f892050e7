// SPDX-License-Identifier: GPL-3.0-or-later
// What the place asks when a person looks closer, and what is told of it.
#include "ui/jobs/jobsplace.h"

#include "ui/jobs/buildpage.h"
#include "ui/jobs/jobpage.h"
#include "ui/jobs/suspectspart.h"

namespace narscope::ui {

void JobsPlace::connectCourse()
{
    connect(m_jobPage, &JobPage::ordered, this, &JobsPlace::courseOrdered);
    connect(m_buildPage, &BuildPage::courseOrdered, this, &JobsPlace::courseOrdered);
    connect(m_buildPage, &BuildPage::suspectsOrdered, this, &JobsPlace::suspectsOrdered);
    connect(m_buildPage, &BuildPage::rawOrdered, this, &JobsPlace::rawOrdered);
}

void JobsPlace::takeCourse(const trace::JobCourse &course)
{
    m_jobPage->take(course);
    m_buildPage->take(course);
}

void JobsPlace::takeCourseFailure(const trace::JobOrder &order, const Problem &problem)
{
    m_jobPage->takeFailure(order, problem);
    m_buildPage->takeFailure(order, problem);
}

void JobsPlace::takeSuspects(const trace::Suspects &suspects)
{
    m_buildPage->suspects()->take(suspects, m_clock.nowSeconds());
}

void JobsPlace::takeSuspectsFailure(const trace::SuspectOrder &order, const Problem &problem)
{
    m_buildPage->suspects()->takeFailure(order, problem);
}

void JobsPlace::takeRaw(const trace::RawAnswer &answer)
{
    m_buildPage->take(answer);
}

void JobsPlace::takeRawFailure(const trace::RawOrder &order, const Problem &problem)
{
    m_buildPage->takeFailure(order, problem);
}

void JobsPlace::takeChannels(const watch::ChannelBoard &board)
{
    m_buildPage->take(board);
}

void JobsPlace::refreshCourse()
{
    if (m_jobPage->isVisible())
        m_jobPage->refresh();
    if (m_buildPage->isVisible())
        m_buildPage->refresh();
}

} // namespace narscope::ui
