// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/cacheclient.h"
#include "nix/closure.h"
#include "nix/ladder.h"
#include "nix/nar.h"
#include "nix/rungs.h"

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace narscope::nix {

/// One thing to check.
struct VerifyTarget {
    enum class Kind {
        Path, ///< asked of the caches
        NarInfoText, ///< a narinfo at hand: only what it says can be checked
        NarFile, ///< an archive at hand, plain or compressed
    };
    Kind kind = Kind::Path;
    QString text; ///< as the person gave it
    Question question; ///< of a Path, and of a narinfo that was named after its path
    QString cache; ///< of a narinfo's URL: ask this cache instead of those given
    QByteArray narInfo; ///< of NarInfoText
    QString file; ///< of NarFile

    bool operator==(const VerifyTarget &) const = default;
};

struct VerifyOptions {
    Asked asked;
    Trust trust;
    int jobs = 48; ///< paths in flight
    int streams = 4; ///< of these, at most so many with large contents: each holds a few MiB
    QString derivations; ///< a folder with .drv files for the deriver rung, besides the caches; may be empty
};

/// How a run stands. Totals grow while narinfos arrive.
struct VerifyProgress {
    qint64 pathsDone = 0;
    qint64 pathsKnown = 0;
    quint64 bytesDone = 0; ///< of the files served
    quint64 bytesKnown = 0;
    qint64 fails = 0;
    qint64 unchecked = 0;
    qint64 missing = 0;
    Milliseconds elapsed{};

    bool operator==(const VerifyProgress &) const = default;
};

/// Called on the verifier's thread with values that may be sent to others. Any of them may be empty.
struct VerifyObserver {
    std::function<void(const VerifyProgress &)> progress; ///< at most ten times a second, from the beginning on
    std::function<void(const PathReport &)> changed; ///< a report that is not complete yet: the narinfo's rungs are
    std::function<void(const PathReport &)> finished; ///< once for each path, in any order
};

struct VerifyResult {
    VerifyProgress end;
    Closure closure; ///< everything seen when the closure was asked for; else empty
};

/// Climbs the ladder for store paths. Used on one thread with an event loop; must outlive its tasks;
/// destroying a task stops it. What was checked before stays with the observer: a run is resumed by asking
/// for the rest. A download that breaks goes on where it was, or is fetched again from its start, once; the report says
/// so.
class Verifier {
public:
    /// `caches` are asked in this order for each path until one has it. `challengers` are asked by the
    /// challenge rung in addition to the other caches. The doors must outlive the verifier.
    Verifier(std::vector<std::shared_ptr<CacheClient>> caches, std::vector<std::shared_ptr<CacheClient>> challengers,
        CacheDoors doors, VerifyOptions options);
    ~Verifier();

    /// Every target, and with Asked::closure everything they refer to, gives one finished report. `walked` is filled
    /// as the closure is walked and may be given again after a stop, with the same targets and options: of what it
    /// holds then, only the targets themselves give another report. Empty at the end. May be null.
    [[nodiscard]] Task<VerifyResult> run(
        std::vector<VerifyTarget> targets, VerifyObserver observer, std::shared_ptr<Closure> walked = {});
    /// One path, without its closure. `events` are told what the archive holds, on the hash pool; `bytes`
    /// counts what is read of it. Both may be empty.
    [[nodiscard]] Task<PathReport> check(
        VerifyTarget target, std::shared_ptr<NarEvents> events = {}, std::shared_ptr<std::atomic<quint64>> bytes = {});

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace narscope::nix
