// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/desk.h"

#include "nix/rungs.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype largestText = 16 * 1024 * 1024;
constexpr int imageTick = 200; ///< ms between two words about how far an image is

/// The file that a line names: as file managers copy it, or as a person types it. Paths in the store are none.
QString fileNamed(const QByteArray &line)
{
    if (!line.startsWith('/') && !line.startsWith("file://"))
        return {};
    const auto text = QString::fromUtf8(line);
    const QUrl url(text);
    const auto name = url.isLocalFile() && !url.path().endsWith(".narinfo"_L1) ? url.toLocalFile() : text;
    const bool isOutside = name.startsWith(u'/') && !name.startsWith(QString::fromUtf8(defaultStoreDir()) + u'/');
    const QFileInfo info(name);
    return isOutside && (url.isLocalFile() || info.exists() || info.isSymLink()) ? name : QString();
}

/// Takes the lines out of the text that name files.
QStringList filesIn(QByteArray &text)
{
    constexpr qsizetype mostLines = 1000; // what a person pastes; a list of paths has no files
    QStringList files;
    QByteArrayList others;
    const auto lines = text.split('\n');
    if (lines.size() > mostLines)
        return files;
    for (const auto &line : lines) {
        if (const auto file = fileNamed(line.trimmed()); !file.isEmpty())
            files << file;
        else
            others << line;
    }
    text = others.join('\n');
    return files;
}

VerifyInput readOrder(const DeskOrder &order)
{
    VerifyInput all;
    const auto join = [&all](VerifyInput more) {
        std::ranges::move(more.targets, std::back_inserter(all.targets));
        all.images << more.images;
        std::ranges::move(more.problems, std::back_inserter(all.problems));
    };
    auto text = order.text.first(qMin(order.text.size(), largestText));
    if (!text.endsWith('\n'))
        text += '\n'; // which a narinfo must have, and a selection seldom takes along
    const auto files = filesIn(text) + order.files;
    if (!text.trimmed().isEmpty())
        join(readVerifyInput(text));
    for (const auto &file : files)
        join(readVerifyFile(file));
    return all;
}

} // namespace

Desk::Desk(QStringList caches, IsoPlaces places, TrustPolicy policy, net::Http &http, Pools &pools, Clock &clock)
    : m_caches(std::move(caches))
    , m_places(std::move(places))
    , m_policy(std::move(policy))
    , m_batch(pools.hash)
    , m_doors{http, pools, clock, m_batch}
{
    qRegisterMetaType<QList<PathReport>>();
    qRegisterMetaType<QList<Problem>>();
    qRegisterMetaType<VerifyProgress>();
    qRegisterMetaType<DeskSize>();
    qRegisterMetaType<IsoReport>();
}

Desk::~Desk() = default;

void Desk::start(const DeskOrder &order)
{
    cancel();
    m_scope.start(run(order));
}

void Desk::cancel()
{
    m_scope.cancelAll();
    m_verifier.reset();
    flush(); // what is finished is not checked again by a run that goes on
}

void Desk::flush()
{
    if (!m_ready.isEmpty())
        Q_EMIT reported(m_run, std::exchange(m_ready, {}), m_isLastPass);
}

std::vector<std::shared_ptr<CacheClient>> Desk::openCaches()
{
    std::vector<std::shared_ptr<CacheClient>> caches;
    for (const auto &address : std::as_const(m_caches)) {
        if (auto cache = openCache(address, m_doors))
            caches.push_back(*cache);
    }
    return caches;
}

Task<VerifyProgress> Desk::pass(std::vector<VerifyTarget> targets, Asked asked, quint64 run, DeskSize *size)
{
    const auto caches = openCaches();
    const VerifyOptions options{.asked = asked, .trust = {.policy = m_policy, .today = m_doors.clock.nowUtc().date()}};
    m_verifier = std::make_unique<Verifier>(
        caches, asked.challenge ? caches : std::vector<std::shared_ptr<CacheClient>>{}, m_doors, options);
    m_run = run;
    m_isLastPass = !size;
    VerifyObserver observer;
    observer.progress = [this, run](const VerifyProgress &progress) {
        flush();
        Q_EMIT progressed(run, progress);
    };
    observer.finished = [this, size](const PathReport &report) {
        m_ready.append(report);
        if (!size) {
            m_finished.insert(report.asked);
            return;
        }
        if (report.rung(RungName::NarInfo).verdict == Verdict::Unavailable)
            m_missing.append(report);
        if (report.info && report.rung(RungName::Signature).verdict != Verdict::Fails) {
            size->bytes += report.info->fileSize.value_or(report.info->narSize);
            ++size->paths;
        }
    };
    auto walked = asked.closure ? m_walked : nullptr;
    auto running = m_verifier->run(std::move(targets), observer, std::move(walked));
    const auto result = co_await std::move(running);
    flush();
    co_return result.end;
}

VerifyInput Desk::leftOf(const VerifyInput &input) const
{
    auto left = input;
    std::erase_if(left.targets, [this](const VerifyTarget &target) { return m_finished.contains(target.text); });
    left.images.removeIf([this](const QString &image) { return m_finished.contains(image); });
    return left;
}

void Desk::finishMissing(const DeskOrder &order)
{
    for (const auto &missing : std::exchange(m_missing, {})) {
        auto whole = newReport(missing.asked, order.asked);
        whole.path = missing.path;
        failNarInfo(whole, problem(ProblemKind::NotFound, missing.asked).error());
        settleVerdict(whole);
        m_finished.insert(whole.asked);
        m_ready.append(whole);
    }
    m_isLastPass = true;
    flush();
}

Task<void> Desk::checkImages(QStringList images, quint64 run)
{
    m_verifier = std::make_unique<Verifier>(openCaches(), std::vector<std::shared_ptr<CacheClient>>{}, m_doors,
        VerifyOptions{.trust = {.policy = m_policy, .today = m_doors.clock.nowUtc().date()}});
    const auto bytes = std::make_shared<std::atomic<quint64>>();
    const auto begun = m_doors.clock.monotonic();
    QTimer ticker;
    QObject::connect(&ticker, &QTimer::timeout, this, [this, run, bytes, begun] {
        VerifyProgress progress;
        progress.bytesDone = bytes->load(std::memory_order_relaxed);
        progress.elapsed = m_doors.clock.monotonic() - begun;
        Q_EMIT progressed(run, progress);
    });
    ticker.start(imageTick);
    IsoCheck check(*m_verifier, m_doors, m_places, bytes);
    for (const auto &image : images) {
        const std::function<void(const IsoReport &)> changed
            = [this, run](const IsoReport &report) { Q_EMIT imageReported(run, report, false); };
        const auto report = co_await check.check(image, changed);
        m_finished.insert(image);
        Q_EMIT imageReported(run, report, true);
    }
}

Task<VerifyProgress> Desk::checkPaths(std::vector<VerifyTarget> targets, DeskOrder order)
{
    const bool wantsMore = order.asked.depth != Depth::Signature || order.asked.deriver;
    VerifyProgress end;
    if (!m_isSigned) {
        if (!order.asked.closure)
            m_size = {}; // what is walked already is not reported again, everything else is
        m_missing.clear();
        auto first = order.asked;
        first.depth = Depth::Signature;
        first.deriver = false;
        auto again = targets;
        auto passing = pass(std::move(again), first, order.run, wantsMore ? &m_size : nullptr);
        end = co_await std::move(passing);
        m_isSigned = wantsMore;
        m_walked = std::make_shared<Closure>();
        if (wantsMore && !order.asked.closure) {
            finishMissing(order);
            std::erase_if(targets, [this](const VerifyTarget &target) { return m_finished.contains(target.text); });
        }
    }
    if (wantsMore && order.largest > 0 && m_size.bytes > order.largest) {
        Q_EMIT asksForSize(order.run, m_size);
    } else if (wantsMore) {
        auto deeper = pass(std::move(targets), order.asked, order.run, nullptr);
        end = co_await std::move(deeper);
    }
    co_return end;
}

Task<void> Desk::run(DeskOrder order)
{
    if (!order.goOn || !m_isRead) {
        m_isRead = false;
        auto read = [order] { return readOrder(order); };
        m_input = co_await runOn(m_doors.pools.parse, std::move(read));
        m_isRead = true;
        m_isSigned = false;
        m_finished.clear();
        m_size = {};
        m_walked = std::make_shared<Closure>();
    }
    const auto input = order.goOn ? leftOf(m_input) : m_input;
    Q_EMIT began(order.run, qint64(input.targets.size()), input.images.size(),
        QList<Problem>(input.problems.begin(), input.problems.end()));
    auto paths = checkPaths(input.targets, order);
    const auto end = co_await std::move(paths);
    if (!input.images.isEmpty()) {
        auto images = input.images;
        auto checking = checkImages(std::move(images), order.run);
        co_await std::move(checking);
    }
    Q_EMIT ended(order.run, end);
}

} // namespace narscope::nix
