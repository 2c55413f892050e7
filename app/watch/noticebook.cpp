// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/noticebook.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr qint64 hour = 3600; // s
/// So many turns within this time are a back and forth; it is over when nothing has happened for as long.
constexpr qint64 flapTime = 6 * hour;
constexpr qsizetype flapTurns = 3;
/// What depends on a cause joins its notice this long.
constexpr qint64 joinTime = 24 * hour;
/// Titles named in the digest of quiet hours.
constexpr qsizetype mostNamed = 20;

/// What the title says after the name.
QString verb(Transition transition, const WatchTarget &target)
{
    if (!target.branch.isEmpty())
        return transition == Transition::Broke || transition == Transition::Failed
            ? u"is not in %1"_s.arg(target.branch)
            : u"is in %1"_s.arg(target.branch);
    const auto kind = target.kind;
    const bool isPull = kind == WatchKind::PullRequest;
    const bool isPath = kind == WatchKind::StorePath;
    const bool hasEvals = kind == WatchKind::Channel || kind == WatchKind::Jobset;
    switch (transition) {
    case Transition::Started:
        return isPull ? u"has a new head"_s : hasEvals ? u"has a new evaluation"_s : u"started"_s;
    case Transition::Succeeded:
        return kind == WatchKind::Channel ? u"moved"_s
            : kind == WatchKind::Jobset   ? u"has built an evaluation"_s
            : isPull                      ? u"was merged"_s
                                          : u"succeeded"_s;
    case Transition::Failed:
        return isPull ? u"was closed"_s : u"failed"_s;
    case Transition::Broke:
        return kind == WatchKind::Builder ? u"is gone"_s : isPath ? u"has left the cache"_s : u"broke"_s;
    case Transition::Fixed:
        return kind == WatchKind::Builder ? u"is back"_s : isPath ? u"is in the cache"_s : u"was fixed"_s;
    }
    return {};
}

bool isTurn(Transition transition)
{
    return transition == Transition::Broke || transition == Transition::Fixed;
}

/// How bad it is, for the order: fails, not known, fine; what is acknowledged comes after what is not.
int badness(const Standing &standing)
{
    if (!standing.isGood)
        return 2;
    if (*standing.isGood)
        return 3;
    return standing.acknowledgedUntil > 0 ? 1 : 0;
}

} // namespace

NoticeBook::NoticeBook(Keep keep)
    : m_keep(std::move(keep))
{
}

void NoticeBook::restore(const QString &name, const QString &what, const QString &value)
{
    if (name == "told"_L1)
        m_items[what].told = toldOf(value);
    else if (name == "acknowledged"_L1)
        m_items[what].acknowledgedUntil = value.toLongLong();
    else if (name == "snoozed"_L1)
        m_snoozed[what] = value.toLongLong();
}

bool NoticeBook::isQuiet(qint64 now) const
{
    return m_quiet && m_quiet->contains(QDateTime::fromSecsSinceEpoch(now).time());
}

const Told *NoticeBook::told(const QString &item) const
{
    const auto it = m_items.find(item);
    return it != m_items.end() && it->second.told ? &*it->second.told : nullptr;
}

/// Takes the turn down and says whether there were too many lately.
bool NoticeBook::flaps(Item &item, Transition transition, qint64 now) const
{
    if (!isTurn(transition))
        return item.digest.has_value();
    item.turns.removeIf([now](qint64 time) { return now - time > flapTime; });
    item.turns << now;
    return item.digest || item.turns.size() >= flapTurns;
}

Notice NoticeBook::noticeOf(const Item &item, Transition transition, const QString &cause, qint64 now) const
{
    const auto &sight = *item.sight;
    const bool isBad = transition == Transition::Broke || transition == Transition::Failed;
    const bool opensRun = transition == Transition::Started && sight.begun.kind != SubjectKind::Server;
    const auto about = transition == Transition::Started ? sight.running : cause.isEmpty() ? sight.run : cause;
    const auto owner = cause.isEmpty() || transition == Transition::Started || transition == Transition::Succeeded
        ? sight.item
        : QString();
    return {.id = key(transition) + u'|' + owner + u'|' + about,
        .transition = transition,
        .target = item.rule.target,
        .subject = opensRun ? sight.begun : sight.subject,
        .title = sight.name + u' ' + verb(transition, item.rule.target),
        .text = isBad || transition == Transition::Succeeded ? sight.text : QString(),
        .cause = isBad ? cause : QString(),
        .others = {},
        .count = 1,
        .time = now,
        .sound = item.rule.sound};
}

Notice NoticeBook::grouped(const Notice &notice, const Sight &sight, qint64 now)
{
    std::erase_if(m_open, [now](const auto &entry) { return now - entry.second.notice.time > joinTime; });
    auto &group = m_open[notice.id];
    if (group.items.isEmpty() || group.items.contains(sight.item)) {
        // New, or the same has happened to it once more.
        group = {.notice = notice, .items = {sight.item}};
        return notice;
    }
    group.items << sight.item;
    group.notice.others << sight.name;
    ++group.notice.count;
    group.notice.isUpdate = true;
    group.notice.sound = false;
    return group.notice;
}

void NoticeBook::extendDigest(Item &item, Transition transition, qint64 now)
{
    const bool isNew = !item.digest;
    auto digest = noticeOf(item, transition, {}, now);
    digest.id = isNew ? u"flaps|%1|%2"_s.arg(item.sight->item).arg(now) : item.digest->id;
    digest.isDigest = true;
    digest.isUpdate = !isNew;
    digest.sound = isNew && digest.sound;
    digest.count = isNew ? int(item.turns.size()) : item.digest->count + 1;
    digest.title = item.sight->name + u" goes back and forth"_s;
    digest.text
        = u"%1 changes; it last %2. Further ones are gathered here until it is steady for 6 hours."_s.arg(digest.count)
              .arg(verb(transition, item.rule.target));
    item.digest = digest;
}

void NoticeBook::remember(const QString &name, Item &item)
{
    m_keep(u"told"_s, name, item.told ? toText(*item.told) : QString());
}

void NoticeBook::tell(Notice notice, QList<Notice> &out, qint64 now)
{
    if (!isQuiet(now)) {
        out << std::move(notice);
        return;
    }
    const auto held = std::ranges::find(m_held, notice.id, &Notice::id);
    notice.isUpdate = false;
    if (held == m_held.end())
        m_held << std::move(notice);
    else
        *held = std::move(notice);
}

QList<Notice> NoticeBook::take(const Sight &sight, const WatchRule &rule, qint64 now)
{
    QList<Notice> out;
    auto &item = m_items[sight.item];
    item.sight = sight;
    item.rule = rule;
    if (const auto snoozed = m_snoozed.find(rule.target.text());
        snoozed != m_snoozed.end() && snoozed->second > now && item.told)
        return out; // compared with the level from before when it ends
    const auto before = item.told;
    const auto happened = transitionsBetween(before ? &*before : nullptr, sight);
    item.told = toldAfter(before ? &*before : nullptr, sight, now);
    for (const auto transition : happened) {
        const bool isBack = transition == Transition::Fixed;
        const bool isAcknowledged = item.acknowledgedUntil > now;
        if (isBack && item.acknowledgedUntil > 0) {
            item.acknowledgedUntil = 0;
            m_keep(u"acknowledged"_s, sight.item, {});
        }
        const bool wasFlapping = flaps(item, transition, now);
        if (!rule.wants(transition) || (isAcknowledged && !isBack))
            continue;
        if (wasFlapping) {
            extendDigest(item, transition, now);
            tell(*item.digest, out, now);
            continue;
        }
        // What is fixed together with its cause is told together.
        const auto cause = isBack && before ? before->cause : sight.cause;
        auto notice = grouped(noticeOf(item, transition, cause, now), sight, now);
        tell(std::move(notice), out, now);
    }
    if (item.told != before) {
        if (isQuiet(now) && (!happened.isEmpty() || m_unkept.contains(sight.item)))
            m_unkept[sight.item] = toText(*item.told);
        else
            remember(sight.item, item);
    }
    return out;
}

Notice NoticeBook::heldDigest(qint64 now) const
{
    Notice digest{.id = u"quiet|%1"_s.arg(now),
        .isDigest = true,
        .title = u"%1 things changed in the quiet hours"_s.arg(m_held.size()),
        .text = {},
        .count = int(m_held.size()),
        .time = now};
    const auto worst = std::ranges::find_if(m_held, [](const Notice &notice) {
        return notice.transition == Transition::Broke || notice.transition == Transition::Failed;
    });
    const auto &shown = worst == m_held.end() ? m_held.front() : *worst;
    digest.transition = shown.transition;
    digest.target = shown.target;
    digest.subject = shown.subject;
    for (const auto &notice : m_held.first(std::min(mostNamed, m_held.size())))
        digest.others << notice.title;
    digest.text = digest.others.join(u"; "_s) + (m_held.size() > mostNamed ? u"; …"_s : u"."_s);
    digest.sound = std::ranges::any_of(m_held, &Notice::sound);
    return digest;
}

QList<Notice> NoticeBook::tick(qint64 now)
{
    QList<Notice> out;
    if (!m_held.isEmpty() && !isQuiet(now)) {
        out << (m_held.size() == 1 ? m_held.front() : heldDigest(now));
        m_held.clear();
        for (const auto &[item, told] : m_unkept)
            m_keep(u"told"_s, item, told);
        m_unkept.clear();
    }
    for (auto &[name, item] : m_items) {
        if (item.digest && !item.turns.isEmpty() && now - item.turns.last() > flapTime) {
            item.digest.reset();
            item.turns.clear();
        }
        if (item.acknowledgedUntil == 0 || item.acknowledgedUntil > now)
            continue;
        item.acknowledgedUntil = 0;
        m_keep(u"acknowledged"_s, name, {});
        const bool stillFails = item.told && item.told->isGood == false && item.sight;
        if (stillFails && (item.rule.wants(Transition::Broke) || item.rule.wants(Transition::Failed))) {
            auto notice = noticeOf(item, Transition::Failed, item.told->cause, now);
            notice.id += u"|%1"_s.arg(now);
            notice.title = item.sight->name + u" still fails"_s;
            tell(std::move(notice), out, now);
        }
    }
    return out;
}

void NoticeBook::snooze(const WatchTarget &target, qint64 until)
{
    if (until > 0)
        m_snoozed[target.text()] = until;
    else
        m_snoozed.erase(target.text());
    m_keep(u"snoozed"_s, target.text(), until > 0 ? QString::number(until) : QString());
}

void NoticeBook::acknowledge(const QString &noticeId, qint64 until)
{
    for (auto &[name, item] : m_items) {
        const bool isBad = item.told && item.told->isGood == false && item.sight;
        if (!isBad)
            continue;
        const auto broke = noticeOf(item, Transition::Broke, item.told->cause, 0).id;
        const auto failed = noticeOf(item, Transition::Failed, item.told->cause, 0).id;
        const bool isIt = noticeId == broke || noticeId.startsWith(failed)
            || (item.digest && item.digest->id == noticeId) || noticeId == name;
        if (!isIt)
            continue;
        item.acknowledgedUntil = until;
        m_keep(u"acknowledged"_s, name, until > 0 ? QString::number(until) : QString());
    }
}

void NoticeBook::keepOnly(const std::function<bool(const WatchTarget &)> &isWatched)
{
    std::erase_if(m_items, [&](const auto &entry) {
        // An item without a look yet was restored, and its rule is not known.
        const bool goes = entry.second.sight && !isWatched(entry.second.rule.target);
        if (goes)
            m_keep(u"told"_s, entry.first, {});
        return goes;
    });
    m_held.removeIf([&](const Notice &notice) { return !isWatched(notice.target); });
}

QList<Standing> NoticeBook::standings() const
{
    QList<Standing> all;
    for (const auto &[name, item] : m_items) {
        if (!item.sight)
            continue;
        const auto snoozed = m_snoozed.find(item.rule.target.text());
        all << Standing{.item = name,
            .target = item.rule.target,
            .subject = item.sight->subject,
            .name = item.sight->name,
            .isGood = item.sight->isGood,
            .isRunning = !item.sight->running.isEmpty(),
            .text = item.sight->text,
            .since = item.told ? item.told->since : 0,
            .acknowledgedUntil = item.acknowledgedUntil,
            .snoozedUntil = snoozed == m_snoozed.end() ? 0 : snoozed->second};
    }
    std::ranges::stable_sort(all, {}, badness);
    return all;
}

} // namespace narscope::watch
