// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/isocheck.h"
#include "nix/verifyinput.h"

#include <QObject>
#include <QSet>
#include <QTimer>

namespace narscope::nix {

/// What a window asks to be checked.
struct DeskOrder {
    quint64 run = 0; ///< chosen by who asks; answers carry it
    QByteArray text; ///< pasted; see readVerifyInput
    QStringList files; ///< dropped or chosen: narinfos, archives, lists, `result` links
    Asked asked;
    quint64 largest = 0; ///< bytes of files to fetch without asking; more is left to a second order. 0: no limit
    bool goOn = false; ///< the run before goes on: its input, without what it finished or walked
};

/// What the files of a run would cost.
struct DeskSize {
    quint64 bytes = 0; ///< of the files served, of paths whose contents were not read yet
    qint64 paths = 0;
};

/// Checks store paths for a window: one run at a time, answers in batches of values. Lives on the thread of the doors.
class Desk : public QObject {
    Q_OBJECT
public:
    /// `places` tell of images' releases. `caches` are addresses, asked in this order; all of them challenge one
    /// another. The doors must outlive it.
    Desk(QStringList caches, IsoPlaces places, TrustPolicy policy, net::Http &http, Pools &pools, Clock &clock);
    ~Desk() override;

    /// Ends the run before. Signatures come first, for all paths; contents after them when they are small enough.
    void start(const DeskOrder &order);
    void cancel();
    /// From the next run on.
    void setPolicy(const narscope::nix::TrustPolicy &policy) { m_policy = policy; }

Q_SIGNALS:
    void began(quint64 run, qint64 paths, qint64 images, const QList<narscope::Problem> &notUnderstood);
    /// Each path comes twice when contents are asked for: with its signatures, and as a whole (`isWhole`).
    void reported(quint64 run, const QList<narscope::nix::PathReport> &reports, bool isWhole);
    /// After each step of an image's check, and when it is over (`isWhole`).
    void imageReported(quint64 run, const narscope::nix::IsoReport &report, bool isWhole);
    void progressed(quint64 run, const narscope::nix::VerifyProgress &progress);
    /// Signatures are checked; contents were asked for and are larger than the order allows without asking.
    void asksForSize(quint64 run, const narscope::nix::DeskSize &size);
    void ended(quint64 run, const narscope::nix::VerifyProgress &end);

private:
    Task<void> run(DeskOrder order);
    [[nodiscard]] Task<VerifyProgress> checkPaths(std::vector<VerifyTarget> targets, DeskOrder order);
    /// `size` adds up what contents would cost; null in the last pass, which finishes its targets.
    Task<VerifyProgress> pass(std::vector<VerifyTarget> targets, Asked asked, quint64 run, DeskSize *size);
    Task<void> checkImages(QStringList images, quint64 run);
    [[nodiscard]] std::vector<std::shared_ptr<CacheClient>> openCaches();
    [[nodiscard]] VerifyInput leftOf(const VerifyInput &input) const;
    /// What no cache has is not asked for again: nothing more can be found out about it.
    void finishMissing(const DeskOrder &order);
    void flush();

    QStringList m_caches;
    IsoPlaces m_places;
    TrustPolicy m_policy;
    Batch m_batch;
    CacheDoors m_doors;
    QList<PathReport> m_ready; ///< of the pass under way, not told yet
    quint64 m_run = 0;
    bool m_isLastPass = false;
    VerifyInput m_input; ///< of the last run
    bool m_isRead = false; ///< a run may be stopped before its input was
    QSet<QString> m_finished; ///< of its targets, by their text: as far as was asked
    bool m_isSigned = false; ///< its first pass ended, before another one
    QList<PathReport> m_missing; ///< of the first pass: what no cache has
    DeskSize m_size; ///< what its second pass costs
    std::shared_ptr<Closure> m_walked; ///< by the pass under way
    std::unique_ptr<Verifier> m_verifier;
    Scope m_scope; ///< last, so that a run ends before what it uses
};

} // namespace narscope::nix
