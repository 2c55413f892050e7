// SPDX-License-Identifier: GPL-3.0-or-later
// One trace in view: its head, its picture, what is selected in it.
#include "ui/trace/traceplace.h"

#include "ui/trace/hoppanel.h"
#include "ui/trace/pictureof.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/tracehead.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"

#include <QCoreApplication>
#include <QPointer>
#include <QPushButton>
#include <QScopeGuard>
#include <QScrollBar>
#include <QStackedWidget>
#include <QThreadPool>

namespace narscope::ui {

void TracePlace::showTrace(bool isOther)
{
    const auto now = m_clock.nowSeconds();
    const auto *shown = shownTrace();
    const auto *entry = m_model.entryOf(m_run);
    trace::Trace unknown;
    if (!shown) { // nobody has answered yet
        unknown.asked = entry ? entry->summary.id : QString();
        unknown.isRunning = true;
        shown = &unknown;
    }
    m_head->setTrace(*shown, now);
    m_again->setVisible(!shown->isRunning);
    m_stop->setVisible(shown->isRunning);
    m_more->setVisible(!shown->isRunning);
    m_search->setVisible(shown->direction == trace::Direction::Backward);
    for (auto *button : {m_copy, m_save})
        button->setEnabled(!shown->stops.isEmpty());
    showProblems(*shown);
    drawPicture(*shown, isOther);
}

/// A large trace becomes a picture on a pool: pictures are plain values. What the view shows until then is the
/// picture before, which goes with m_drawn.
void TracePlace::drawPicture(const trace::Trace &trace, bool isOther)
{
    constexpr qsizetype atOnce = 200; ///< stops
    const auto now = m_clock.nowSeconds();
    const auto toggled = m_toggled.value(m_run);
    const auto asked = ++m_picturesAsked;
    if (trace.stops.size() <= atOnce)
        return takePicture(trace, pictureOf(trace, now, toggled), isOther);
    if (isOther)
        takePicture({}, {}, true);
    m_pictureWaits = true;
    QThreadPool::globalInstance()->start([trace, now, toggled, asked, self = QPointer(this)] {
        auto picture = pictureOf(trace, now, toggled);
        QMetaObject::invokeMethod(
            qApp,
            [self, trace, asked, picture = std::move(picture)] {
                if (!self || asked != self->m_picturesAsked)
                    return;
                self->takePicture(trace, picture, false);
                Q_EMIT self->settledChanged();
            },
            Qt::QueuedConnection);
    });
}

void TracePlace::takePicture(const trace::Trace &trace, const Picture &picture, bool isOther)
{
    m_pictureWaits = false;
    m_drawn = trace;
    m_picture->setPicture(picture, isOther);
    if (!trace.isRunning)
        selectTelling();
    showHop();
}

void TracePlace::showProblems(const trace::Trace &trace)
{
    const bool isEmpty = trace.stops.isEmpty() && !trace.isRunning;
    m_body->setCurrentIndex(isEmpty ? EmptyBody : PictureBody);
    if (isEmpty) {
        const auto why = trace.problems.isEmpty()
            ? Problem{.sentence = tr("Nothing was found about «%1».").arg(trace.asked.left(200))}
            : trace.problems.front();
        m_empty->setText(why.sentence, (why.advice + u' ' + why.where).trimmed());
        m_empty->setAction(tr("Ask again"));
    }
    if (trace.problems.isEmpty() || isEmpty)
        m_banner->clear();
    else
        m_banner->setProblem(
            trace.problems.front(), std::chrono::seconds(std::max<qint64>(0, m_clock.nowSeconds() - trace.changedAt)));
}

/// What people look at first: what failed or waits, else the last hop.
void TracePlace::selectTelling()
{
    if (m_picture->selectedStop() >= 0)
        return;
    const QScopeGuard staysAtTheTop([view = m_picture] {
        view->horizontalScrollBar()->setValue(0);
        view->verticalScrollBar()->setValue(0);
    });
    m_picture->selectOpen(1);
    if (m_picture->selectedHop() < 0 && !m_picture->picture().hops.isEmpty())
        m_picture->selectHop(int(m_picture->picture().hops.size()) - 1);
}

void TracePlace::showHop()
{
    const int stop = m_picture->selectedStop();
    if (!shownTrace() || stop < 0) {
        m_panel->setWords({});
        return;
    }
    const int hop = m_picture->selectedHop();
    m_panel->setWords(wordsOf(m_drawn, hop >= 0 ? m_picture->picture().hops[hop].hop : -1,
        m_picture->picture().stops[stop].id, m_clock.nowSeconds()));
}

const trace::Stop *TracePlace::selectedStop() const
{
    const int stop = m_picture->selectedStop();
    return shownTrace() && stop >= 0 ? m_drawn.stop(m_picture->picture().stops[stop].id) : nullptr;
}

} // namespace narscope::ui
