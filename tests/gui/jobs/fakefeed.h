// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/hydrafeed.h"

namespace narscope::test {

/// Remembers what the window asked for; the test says what is told.
class FakeFeed final : public watch::HydraFeed {
    Q_OBJECT
public:
    void setInterest(const watch::Interest &now) override { interest = now; }
    void refresh(const Subject &subject) override { refreshed << subject; }
    void loadOlder(const JobsetName &jobset) override { olderOf << jobset; }
    void search(EvalId, const QString &text) override { searched << text; }
    void loadAll(EvalId eval) override { allOf << eval; }
    void cancelLoadAll() override { ++cancelled; }

    void tell(const watch::Change &change) { Q_EMIT changed(change); }

    watch::Interest interest{.active = false};
    QList<Subject> refreshed;
    QList<JobsetName> olderOf;
    QStringList searched;
    QList<EvalId> allOf;
    int cancelled = 0;
};

template <typename T> watch::Seen<T> seen(T value, qint64 at = 0)
{
    return {.value = std::move(value), .seenAt = at};
}

} // namespace narscope::test
