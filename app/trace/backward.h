// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/forward.h"
#include "trace/start.h"

namespace narscope::trace {

/// Follows a path, build, evaluation, image, channel or system back to the pull requests that changed it. What is
/// known is not asked again. One thread; everything given must outlive it.
class Backward {
public:
    /// `systemFolder`: /run/current-system.
    Backward(Sources sources, Order order, QString systemFolder, KnownBackward &known, std::function<void()> publish);

    [[nodiscard]] Task<void> round(TraceStart start);

private:
    template <typename T>
    Task<bool> look(Look<T> *into, bool allowed, Task<Result<T>> asking, QString why, QUrl source);

    void begin(const TraceStart &start);
    void readSystem(const QString &folder);
    Task<void> askChannel();
    Task<void> askBefore();
    Task<void> askGate();
    Task<void> findEval();
    Task<void> askPath();
    Task<void> findBuild();
    Task<void> findInOwnIndex();
    Task<void> searchBuild();
    Task<void> askBuild(BuildId id);
    Task<void> askRelease();
    Task<void> askEval();
    Task<void> askWindow();
    void readWindow();
    Task<void> askTouches();
    [[nodiscard]] QString why(const QString &what) const;

    Sources m_sources;
    Order m_order;
    QString m_systemFolder;
    KnownBackward &m_known;
    std::function<void()> m_publish;
    Budget m_budget;
};

} // namespace narscope::trace
