// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/measuredapp.h"

#include <QEvent>
#include <QThread>

using namespace Qt::StringLiterals;

namespace narscope::test {

bool MeasuredApplication::notify(QObject *receiver, QEvent *event)
{
    if (QThread::currentThread() != thread())
        return QApplication::notify(receiver, event);
    if (m_depth > 0)
        return QApplication::notify(receiver, event);
    // Taken before: an event may delete its receiver.
    const auto what
        = u"%1 %2, event %3"_s.arg(QLatin1StringView(receiver->metaObject()->className()), receiver->objectName())
              .arg(int(event->type()));
    const auto began = std::chrono::steady_clock::now();
    ++m_depth;
    const bool result = QApplication::notify(receiver, event);
    --m_depth;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    if (took > m_longest.took)
        m_longest = {took, what};
    return result;
}

} // namespace narscope::test
