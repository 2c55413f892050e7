// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "watch/change.h"

#include <QObject>

namespace narscope::watch {

/// One Hydra as the window sees it: it says what is visible and what a person asked for, and is told what
/// changed. HydraWatch is the real one; tests of the window pass their own. All calls return at once and may
/// come from any thread.
class HydraFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    virtual void setInterest(const Interest &interest) = 0;
    /// Ask again for what is shown of the subject, now.
    virtual void refresh(const Subject &subject) = 0;
    /// The next page of a jobset's evaluations.
    virtual void loadOlder(const JobsetName &jobset) = 0;
    /// Jobs of the evaluation whose name holds the text, 3 characters or more. Replaces the search before.
    virtual void search(EvalId eval, const QString &text) = 0;
    /// Every build of the evaluation: tens of megabytes, minutes of the server's time. Only on a person's word.
    virtual void loadAll(EvalId eval) = 0;
    virtual void cancelLoadAll() = 0;

Q_SIGNALS:
    void changed(const narscope::watch::Change &change);
};

} // namespace narscope::watch
