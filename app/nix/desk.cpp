// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/desk.h"

#include "nix/decoder.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qint64 largestText = 16 * 1024 * 1024;

/// A file may be a link into the store (`result`), a text of any kind that people paste, or an archive.
VerifyInput readFile(const QString &name)
{
    VerifyInput input;
    const QFileInfo info(name);
    if (const auto target = info.symLinkTarget(); target.startsWith("/nix/store/"_L1))
        return readVerifyInput(target.toUtf8());
    if (const auto path = verifyTarget(info.absoluteFilePath()); path && info.absoluteFilePath().startsWith("/nix/store/"_L1)) {
        input.targets.push_back(*path);
        return input;
    }
    QFile file(name);
    if (!info.isFile() || !file.open(QIODevice::ReadOnly)) {
        input.problems.push_back(problemSaying(ProblemKind::Io, u"The file cannot be read."_s, name, file.errorString()).error());
        return input;
    }
    const auto start = file.peek(64);
    const bool isArchive = sniffCompression(start) || QByteArrayView(start).contains("nix-archive-1") || name.contains(".nar"_L1);
    if (isArchive || file.size() > largestText) {
        input.targets.push_back({.kind = VerifyTarget::Kind::NarFile, .text = name, .file = name});
        return input;
    }
    return readVerifyInput(file.readAll());
}

VerifyInput readOrder(const DeskOrder &order)
{
    VerifyInput all;
    const auto join = [&all](VerifyInput more) {
        std::ranges::move(more.targets, std::back_inserter(all.targets));
        std::ranges::move(more.problems, std::back_inserter(all.problems));
    };
    if (!order.text.trimmed().isEmpty())
        join(readVerifyInput(order.text.first(qMin<qsizetype>(order.text.size(), largestText))));
    for (const auto &file : order.files)
        join(readFile(file));
    return all;
}

} // namespace

Desk::Desk(QStringList caches, TrustPolicy policy, net::Http &http, Pools &pools, Clock &clock)
    : m_caches(std::move(caches))
    , m_policy(std::move(policy))
    , m_batch(pools.hash)
    , m_doors {http, pools, clock, m_batch}
{
    qRegisterMetaType<QList<PathReport>>();
    qRegisterMetaType<QList<Problem>>();
    qRegisterMetaType<VerifyProgress>();
    qRegisterMetaType<DeskSize>();
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
    m_ready.clear();
}

void Desk::flush(quint64 run)
{
    if (!m_ready.isEmpty())
        Q_EMIT reported(run, std::exchange(m_ready, {}));
}

Task<VerifyProgress> Desk::pass(std::vector<VerifyTarget> targets, Asked asked, quint64 run, DeskSize *size)
{
    std::vector<std::shared_ptr<CacheClient>> caches;
    for (const auto &address : std::as_const(m_caches)) {
        if (auto cache = openCache(address, m_doors))
            caches.push_back(*cache);
    }
    VerifyOptions options {.asked = asked, .trust = {.policy = m_policy, .today = m_doors.clock.nowUtc().date()}};
    m_verifier = std::make_unique<Verifier>(caches, asked.challenge ? caches : std::vector<std::shared_ptr<CacheClient>> {}, m_doors, options);
    VerifyObserver observer;
    observer.progress = [this, run](const VerifyProgress &progress) {
        flush(run);
        Q_EMIT progressed(run, progress);
    };
    observer.finished = [this, size](const PathReport &report) {
        m_ready.append(report);
        if (report.info && report.rung(RungName::Signature).verdict != Verdict::Fails) {
            size->bytes += report.info->fileSize.value_or(report.info->narSize);
            ++size->paths;
        }
    };
    auto running = m_verifier->run(std::move(targets), observer);
    const auto result = co_await std::move(running);
    flush(run);
    co_return result.end;
}

Task<void> Desk::run(DeskOrder order)
{
    auto read = [order] { return readOrder(order); };
    auto input = co_await runOn(m_doors.pools.parse, std::move(read));
    Q_EMIT began(order.run, qint64(input.targets.size()), QList<Problem>(input.problems.begin(), input.problems.end()));
    auto first = order.asked;
    first.depth = Depth::Signature;
    first.deriver = false;
    DeskSize size;
    auto targets = input.targets;
    auto passing = pass(std::move(targets), first, order.run, &size);
    auto end = co_await std::move(passing);
    const bool wantsMore = order.asked.depth != Depth::Signature || order.asked.deriver;
    if (wantsMore && order.largest > 0 && size.bytes > order.largest) {
        Q_EMIT asksForSize(order.run, size);
    } else if (wantsMore) {
        DeskSize unused;
        auto deeper = pass(std::move(input.targets), order.asked, order.run, &unused);
        end = co_await std::move(deeper);
    }
    Q_EMIT ended(order.run, end);
}

} // namespace narscope::nix
