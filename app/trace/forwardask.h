// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/forward.h"

// How both ways ask one question. A part of app/trace's sources.

namespace narscope::trace {

/// Asks unless it is not allowed; keeps the answer and what it rests on. Whether a new answer came. The why
/// must be of that question alone.
template <typename T>
Task<bool> lookFor(std::reference_wrapper<const Sources> sources, Look<T> *into, bool allowed, Task<Result<T>> asking,
    QString why, QUrl source)
{
    auto &http = sources.get().http;
    into->tooDear = !allowed;
    if (!allowed)
        co_return false; // a task that was never awaited asks nothing
    (void)http.take(why);
    auto answer = co_await std::move(asking);
    if (!answer) {
        into->problem = answer.error();
        co_return false;
    }
    into->value = std::move(*answer);
    into->problem.reset();
    into->answers = http.take(why);
    // What was remembered keeps its own time.
    const auto seen = http.seenAt(into->answers);
    into->at = seen > 0 ? seen : sources.get().clock.nowSeconds();
    into->source = std::move(source);
    co_return true;
}

template <typename T>
Task<bool> Forward::look(Look<T> *into, bool allowed, Task<Result<T>> asking, QString why, QUrl source)
{
    return lookFor(m_sources, into, allowed, std::move(asking), std::move(why), std::move(source));
}

template <typename T> void Forward::keep(const Look<T> &look, qint64 seconds)
{
    if (look && look.answers.size() == 1)
        m_sources.http.keepForGood(look.answers, seconds);
}

} // namespace narscope::trace
