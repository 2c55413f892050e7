// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "watch/noticesource.h"
#include "watch/transitions.h"

#include <QDateTime>

#include <functional>
#include <map>

namespace narscope::watch {

/// Decides what is told, and when: one notice a cause, one digest for what goes back and forth, nothing in
/// quiet hours, nothing of what is snoozed or acknowledged. Time comes with each call. Core thread.
class NoticeBook {
public:
    /// What is to be kept on disk: a name («told», «snoozed», «acknowledged»), of what, and the value; empty
    /// removes it.
    using Keep = std::function<void(const QString &name, const QString &what, const QString &value)>;
    explicit NoticeBook(Keep keep);

    void restore(const QString &name, const QString &what, const QString &value);
    void setQuiet(std::optional<QuietHours> quiet) { m_quiet = quiet; }

    /// What is to be shown now.
    [[nodiscard]] QList<Notice> take(const Sight &sight, const WatchRule &rule, qint64 now);
    /// The same as time passes: quiet hours end, what was acknowledged still fails. Call it about once a
    /// minute.
    [[nodiscard]] QList<Notice> tick(qint64 now);

    void snooze(const WatchTarget &target, qint64 until);
    void acknowledge(const QString &noticeId, qint64 until);
    /// Forgets what belongs to no rule any more.
    void keepOnly(const std::function<bool(const WatchTarget &)> &isWatched);

    /// How all that was seen stands, worst first.
    [[nodiscard]] QList<Standing> standings() const;
    [[nodiscard]] const Told *told(const QString &item) const;

private:
    struct Item {
        std::optional<Told> told{}; ///< as told, or held for the end of quiet hours
        std::optional<Sight> sight{}; ///< the latest
        WatchRule rule{};
        QList<qint64> turns{}; ///< when it broke or was fixed lately
        std::optional<Notice> digest{}; ///< it goes back and forth
        qint64 acknowledgedUntil = 0;
    };

    /// A notice that may still grow, and whom it tells of.
    struct Group {
        Notice notice{};
        QStringList items{};
    };

    [[nodiscard]] bool isQuiet(qint64 now) const;
    [[nodiscard]] bool flaps(Item &item, Transition transition, qint64 now) const;
    [[nodiscard]] Notice noticeOf(const Item &item, Transition transition, const QString &cause, qint64 now) const;
    /// Joined with what was told of the same cause.
    [[nodiscard]] Notice grouped(const Notice &notice, const Sight &sight, qint64 now);
    void extendDigest(Item &item, Transition transition, qint64 now);
    void tell(Notice notice, QList<Notice> &out, qint64 now);
    void remember(const QString &name, Item &item);
    [[nodiscard]] Notice heldDigest(qint64 now) const;

    Keep m_keep;
    std::optional<QuietHours> m_quiet;
    std::map<QString, Item> m_items;
    std::map<QString, qint64> m_snoozed; ///< by the target's text
    std::map<QString, Group> m_open; ///< told lately, by id
    QList<Notice> m_held; ///< for the end of quiet hours
    std::map<QString, QString> m_unkept; ///< levels of held notices: kept when these are told
};

} // namespace narscope::watch
