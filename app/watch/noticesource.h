// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/watchrule.h"

#include <QObject>

namespace narscope::watch {

/// Something that a person asked to be told, ready to be shown.
struct Notice {
    QString id{}; ///< a later one with the same id takes its place
    bool isUpdate = false; ///< takes the place of one shown: no sound, no new window
    bool isDigest = false; ///< of several transitions: of something that goes back and forth, or of quiet hours
    Transition transition = Transition::Broke; ///< the latest
    WatchTarget target{}; ///< of the rule
    Subject subject{}; ///< what it opens
    QString title{}; ///< «hello.x86_64-linux broke»
    QString text{}; ///< why, one or two sentences; may hold text of a server, show as plain text
    QString cause{}; ///< stable name of what failed; empty: nothing failed
    QStringList others{}; ///< what else is affected by the same cause
    int count = 1; ///< transitions told by it
    qint64 time = 0; ///< seconds since 1970
    bool sound = false;

    bool operator==(const Notice &) const = default;
};

/// How one watched thing stands.
struct Standing {
    QString item{}; ///< stable name; several of one target for packages and maintainers
    WatchTarget target{};
    Subject subject{};
    QString name{};
    std::optional<bool> isGood{}; ///< nothing: not known yet
    bool isRunning = false;
    QString text{};
    qint64 since = 0; ///< when it was first seen so
    qint64 acknowledgedUntil = 0; ///< 0: not acknowledged
    qint64 snoozedUntil = 0;

    bool operator==(const Standing &) const = default;
};

/// Where notices come from. WatchDesk is the real one; tests of the window pass their own. Lives on the core
/// thread: its slots are called queued from elsewhere.
class NoticeSource : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

public Q_SLOTS:
    /// Takes the place of the list before, and keeps it in the profile.
    virtual void setList(const narscope::watch::WatchList &list) = 0;
    /// Nothing is told of the target until then (seconds since 1970); 0 ends it. What changed meanwhile is
    /// told after.
    virtual void snooze(const narscope::watch::WatchTarget &target, qint64 until) = 0;
    /// What failed with this notice is known: it is told again only when it is fixed, or still fails then.
    virtual void acknowledge(const QString &noticeId, qint64 until) = 0;
    /// Says the list and the standings again: for a view that opens late.
    virtual void sendAll() = 0;

Q_SIGNALS:
    void noticed(const narscope::watch::Notice &notice);
    /// All of them, worst first; for a list and for the tray.
    void standingsChanged(const QList<narscope::watch::Standing> &standings);
    void listChanged(const narscope::watch::WatchList &list);
    /// The list or the state could not be read or written; the file is left alone.
    void troubled(const narscope::Problem &problem);
};

} // namespace narscope::watch
