// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/verifier.h"

#include "nix/climber.h"
#include "nix/gate.h"

#include <QAbstractEventDispatcher>

#include <deque>
#include <set>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr Milliseconds progressEvery{100};
/// With more roots the closure rung says no counts of its own for each.
constexpr size_t rootsCounted = 64;

QString closureDetail(const Closure &closure, quint32 root, Verdict verdict, bool counted)
{
    if (!counted)
        return verdict == Verdict::Holds ? u"Everything it refers to holds."_s
                                         : u"Not everything it refers to holds."_s;
    qint64 fails = 0;
    qint64 unchecked = 0;
    qint64 missing = 0;
    const auto reached = closure.reachable(root);
    for (const auto index : reached) {
        const auto &entry = closure.entries()[index];
        if (index == root)
            continue;
        missing += entry.isMissing;
        fails += entry.verdict == Verdict::Fails;
        unchecked += !entry.isMissing && entry.verdict == Verdict::Unchecked;
    }
    const auto others = static_cast<qint64>(reached.size()) - 1;
    if (verdict == Verdict::Holds)
        return u"All %1 other paths it needs are there and hold."_s.arg(others);
    return u"Of %1 other paths it needs %2 are missing, %3 fail, %4 could not be checked."_s.arg(others)
        .arg(missing)
        .arg(fails)
        .arg(unchecked);
}

/// One run: the queue of paths, those in flight, and what is known so far. Lives in the frame of
/// Verifier::run, so destroying that task stops everything.
class Run {
public:
    Run(Climber &climber, const VerifyOptions &options, Clock &clock, VerifyObserver observer,
        std::shared_ptr<Closure> walked)
        : m_climber(climber)
        , m_options(options)
        , m_clock(clock)
        , m_observer(std::move(observer))
        , m_began(clock.monotonic())
        , m_walked(walked ? std::move(walked) : std::make_shared<Closure>())
        , m_closure(*m_walked)
    {
    }
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;

    Task<VerifyResult> go(std::vector<VerifyTarget> targets)
    {
        const auto cache = targets.empty() ? QString() : targets.front().cache;
        if (!std::ranges::all_of(targets, [&](const auto &target) { return target.cache == cache; }))
            m_closure = {}; // which path was asked of which cache is not kept
        for (auto &target : targets)
            enqueueRoot(std::move(target));
        m_progress.pathsKnown = static_cast<qint64>(m_queue.size());
        goOn(cache);
        if (m_observer.progress)
            m_ticker.start(tick(this));
        if (!m_queue.empty()) {
            pump();
            co_await m_done;
        }
        finishRoots();
        sayProgress();
        co_return VerifyResult{.end = m_progress, .closure = std::move(m_closure)};
    }

private:
    struct Item {
        VerifyTarget target;
        bool isRoot = false;
        std::optional<quint32> entry; ///< of the closure, when its path is known before its narinfo
    };

    void pump()
    {
        if (std::exchange(m_pumping, true))
            return; // a flow that ended without waiting: the loop below goes on
        while (m_active < qMax(1, m_options.jobs) && !m_queue.empty()) {
            auto item = std::move(m_queue.front());
            m_queue.pop_front();
            ++m_active;
            m_flows.start(one(this, std::move(item)));
        }
        m_pumping = false;
        if (m_active == 0 && m_queue.empty()) {
            // Not from inside a flow: whoever waits destroys this run, and the flows with it.
            QMetaObject::invokeMethod(
                QAbstractEventDispatcher::instance(), [done = m_done] { done.set(true); }, Qt::QueuedConnection);
        }
    }

    static Task<void> one(Run *self, Item item)
    {
        auto asked = self->m_options.asked;
        asked.closure = false; // a root's own rung follows when everything is known
        auto target = item.target;
        Climb climb{.asked = asked, .bytes = self->m_bytes, .changed = {}, .events = {}};
        climb.changed = [self](const PathReport &report) { self->onNarInfo(report); };
        auto report = co_await self->m_climber.climb(std::move(target), std::move(climb));
        self->onReport(std::move(report), item);
        --self->m_active;
        self->pump();
    }

    void onNarInfo(const PathReport &report)
    {
        if (report.info && m_options.asked.depth > Depth::Signature)
            m_progress.bytesKnown += report.info->fileSize.value_or(0);
        if (m_observer.changed)
            m_observer.changed(report);
    }

    void onReport(PathReport report, const Item &item)
    {
        ++m_progress.pathsDone;
        count(report, 1);
        m_progress.missing += report.rung(RungName::NarInfo).verdict == Verdict::Unavailable;
        if (m_options.asked.closure)
            enterClosure(report, item);
        if (item.isRoot && m_options.asked.closure) {
            report.rung(RungName::Closure).asked = true;
            m_roots.push_back(std::move(report));
        } else if (m_observer.finished)
            m_observer.finished(report);
    }

    void count(const PathReport &report, int by)
    {
        m_progress.fails += report.verdict == Verdict::Fails ? by : 0;
        m_progress.unchecked += report.verdict == Verdict::Unchecked ? by : 0;
    }

    void enterClosure(const PathReport &report, const Item &item)
    {
        const auto path = report.path ? report.path : item.target.question.path;
        if (!path)
            return;
        const auto index = item.entry ? *item.entry : m_closure.add(*path);
        if (item.isRoot)
            m_closure.markRoot(index);
        if (m_closure.entries()[index].isDone)
            return; // a root given by its hash alone was met as a reference, or this run goes on
        for (const auto fresh : m_closure.enter(index, report))
            enqueue(fresh, item.target.cache);
    }

    /// With what a stopped run had walked: what was met and not checked is still to do.
    void goOn(const QString &cache)
    {
        for (quint32 index = 0; index < m_closure.entries().size(); ++index) {
            const auto &entry = m_closure.entries()[index];
            if (entry.isRoot || m_rootEntries.contains(index))
                continue; // asked again, for its report
            if (!entry.isDone) {
                enqueue(index, cache);
                continue;
            }
            ++m_progress.pathsKnown;
            ++m_progress.pathsDone;
            m_progress.fails += entry.verdict == Verdict::Fails;
            m_progress.unchecked += entry.verdict == Verdict::Unchecked;
            m_progress.missing += entry.isMissing;
        }
    }

    /// Each path once, however often it was given.
    void enqueueRoot(VerifyTarget target)
    {
        std::optional<quint32> entry;
        if (const auto &path = target.question.path; path && target.kind == VerifyTarget::Kind::Path) {
            entry = m_closure.add(*path);
            if (!m_rootEntries.insert(*entry).second)
                return;
        }
        m_queue.push_back({.target = std::move(target), .isRoot = true, .entry = entry});
    }

    void enqueue(quint32 index, const QString &cache)
    {
        const auto &path = m_closure.entries()[index].path;
        VerifyTarget target;
        target.text = QString::fromUtf8(path.text());
        target.question = {.hashPart = path.hashPart().toByteArray(), .path = path};
        target.cache = cache;
        m_queue.push_back({.target = std::move(target), .isRoot = false, .entry = index});
        ++m_progress.pathsKnown;
    }

    void finishRoots()
    {
        const auto worst = m_closure.worstReachable();
        for (auto &report : m_roots) {
            auto &rung = report.rung(RungName::Closure);
            const auto index = report.path ? m_closure.find(*report.path) : std::nullopt;
            if (index && report.info)
                climbClosure(rung, *index, worst);
            else
                rung.detail = u"Not checked: its references are not known."_s;
            count(report, -1);
            settleVerdict(report);
            count(report, 1);
            if (m_observer.finished)
                m_observer.finished(report);
        }
    }

    void climbClosure(Rung &rung, quint32 index, const std::vector<Verdict> &worst)
    {
        rung.verdict = Verdict::Holds;
        for (const auto reference : m_closure.references(m_closure.entries()[index])) {
            if (reference == index)
                continue;
            if (worst[reference] == Verdict::Fails)
                rung.verdict = Verdict::Fails;
            else if (worst[reference] == Verdict::Unchecked && rung.verdict == Verdict::Holds)
                rung.verdict = Verdict::Unchecked;
        }
        rung.detail = closureDetail(m_closure, index, rung.verdict, m_roots.size() <= rootsCounted);
    }

    static Task<void> tick(Run *self)
    {
        while (true) {
            self->sayProgress();
            co_await self->m_clock.sleep(progressEvery);
        }
    }

    void sayProgress()
    {
        m_progress.bytesDone = m_bytes->load(std::memory_order_relaxed);
        m_progress.elapsed = m_clock.monotonic() - m_began;
        if (m_observer.progress)
            m_observer.progress(m_progress);
    }

    Climber &m_climber;
    const VerifyOptions &m_options;
    Clock &m_clock;
    VerifyObserver m_observer;
    Milliseconds m_began;
    std::deque<Item> m_queue;
    int m_active = 0;
    bool m_pumping = false;
    VerifyProgress m_progress;
    std::shared_ptr<std::atomic<quint64>> m_bytes = std::make_shared<std::atomic<quint64>>(0);
    std::shared_ptr<Closure> m_walked;
    Closure &m_closure; ///< what m_walked points to
    std::set<quint32> m_rootEntries;
    std::vector<PathReport> m_roots; ///< complete but for the closure's rung
    Completion<bool> m_done;
    Scope m_ticker;
    Scope m_flows; ///< last: goes first
};

} // namespace

struct Verifier::Private {
    VerifyOptions options;
    Clock &clock;
    Climber climber;
    Scope meetings;
};

Verifier::Verifier(std::vector<std::shared_ptr<CacheClient>> caches,
    std::vector<std::shared_ptr<CacheClient>> challengers, CacheDoors doors, VerifyOptions options)
    : d(std::make_unique<Private>(
          options, doors.clock, Climber(std::move(caches), std::move(challengers), doors, options)))
{
}

Verifier::~Verifier() = default;

Task<VerifyResult> Verifier::run(
    std::vector<VerifyTarget> targets, VerifyObserver observer, std::shared_ptr<Closure> walked)
{
    d->meetings.start(d->climber.meetCaches());
    Run run(d->climber, d->options, d->clock, std::move(observer), std::move(walked));
    co_return co_await run.go(std::move(targets));
}

Task<PathReport> Verifier::check(
    VerifyTarget target, std::shared_ptr<NarEvents> events, std::shared_ptr<std::atomic<quint64>> bytes)
{
    co_await d->climber.meetCaches();
    auto asked = d->options.asked;
    asked.closure = false;
    if (!bytes)
        bytes = std::make_shared<std::atomic<quint64>>(0);
    Climb climb{.asked = asked, .bytes = std::move(bytes), .changed = {}, .events = std::move(events)};
    co_return co_await d->climber.climb(std::move(target), std::move(climb));
}

} // namespace narscope::nix
