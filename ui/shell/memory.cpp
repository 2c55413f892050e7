// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/memory.h"

#include "nix/reporttext.h"

#include <QJsonDocument>
#include <QLoggingCategory>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(memoryLog, "narscope.memory")

QString folderFor(const QString &profile, std::optional<QTemporaryDir> &throwAway)
{
    return profile.isEmpty() ? throwAway.emplace().path() : profile;
}

history::Verification verificationOf(const nix::PathReport &report, qint64 now)
{
    return {.path = report.pathText(),
        .time = now,
        .verdict = nix::word(report.verdict),
        .report = QJsonDocument(nix::reportJson(report)).toJson(QJsonDocument::Compact)};
}

history::Verification verificationOf(const nix::IsoReport &report, qint64 now)
{
    return {.path = report.asked,
        .time = now,
        .verdict = nix::word(report.verdict),
        .report = QJsonDocument(nix::reportJson(report)).toJson(QJsonDocument::Compact)};
}

history::LogOpened openedLog(const log::LogAbout &about, const QString &hydra, qint64 now)
{
    const bool isRemote
        = about.place.kind != log::LogPlace::Kind::File && about.place.kind != log::LogPlace::Kind::StandardInput;
    return {.server = isRemote ? hydra : QString(),
        .build = about.place.build,
        .drv = about.place.text,
        .title = about.title,
        .source = about.source,
        .state = about.state,
        .time = now};
}

} // namespace

Memory::Memory(const QString &profile, Clock &clock, Pools &pools)
    : m_folder(folderFor(profile, m_throwAway))
    , m_clock(clock)
    , m_history(std::make_unique<history::History>(m_folder, clock, pools))
{
}

void Memory::follow(net::Ledger &ledger)
{
    m_cost = std::make_unique<watch::CostRecorder>(*m_history, ledger);
}

void Memory::follow(const nix::Desk &desk)
{
    QObject::connect(&desk, &nix::Desk::reported, m_history.get(),
        [this](quint64, const QList<nix::PathReport> &reports, bool isWhole) {
            if (!isWhole)
                return;
            QList<history::Verification> verifications;
            for (const auto &report : reports)
                verifications << verificationOf(report, m_clock.nowSeconds());
            m_history->addVerifications(verifications);
        });
    QObject::connect(
        &desk, &nix::Desk::imageReported, m_history.get(), [this](quint64, const nix::IsoReport &report, bool isWhole) {
            if (isWhole)
                m_history->addVerifications({verificationOf(report, m_clock.nowSeconds())});
        });
}

void Memory::follow(const log::LogDesk &desk, const QString &firstHydra)
{
    QObject::connect(
        &desk, &log::LogDesk::completed, m_history.get(), [this, firstHydra](quint64, const log::LogAbout &about) {
            m_history->addLogOpened(openedLog(about, firstHydra, m_clock.nowSeconds()));
        });
}

void Memory::keepSmall(const history::Retention &policy)
{
    m_pruning.cancelAll();
    m_pruning.start(pruneDaily(policy));
}

Task<void> Memory::pruneDaily(history::Retention policy)
{
    for (;;) {
        co_await m_clock.sleep(10min); // the start is busy enough
        auto pruning = m_history->prune(policy);
        const auto removed = co_await std::move(pruning);
        if (!removed)
            qCWarning(memoryLog) << removed.error().sentence << removed.error().detail;
        co_await m_clock.sleep(24h);
    }
}

} // namespace narscope::ui
